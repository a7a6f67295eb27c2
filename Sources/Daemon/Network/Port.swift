// SPDX-License-Identifier: Apache-2.0

// Where datagrams leave from, and the same host in the words of three modules: the sockets know
// addresses, the sessions endpoints and keys, the elections nodes.

internal import Election
internal import Linux
internal import Paxos
internal import Session

/// A socket in a place that can be one of several.
final class Port {
    var socket: UDPSocket
    let local: SocketAddress

    init(_ socket: consuming UDPSocket) {
        local = socket.local
        self.socket = socket
    }
}

extension NodeID {
    /// The key in the words of the session layer, which are the same four.
    var sessionKey: PeerKey { PeerKey(words: key.words) }
}

extension Session.Endpoint {
    init(_ address: SocketAddress) {
        self.init(
            upper: address.high,
            lower: address.low,
            port: address.port,
            scope: address.scope
        )
    }
}

extension SocketAddress {
    init(_ endpoint: Session.Endpoint) {
        self.init(
            high: endpoint.upper,
            low: endpoint.lower,
            port: endpoint.port,
            scope: endpoint.scope
        )
    }
}
