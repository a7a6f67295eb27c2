// SPDX-License-Identifier: Apache-2.0

// What the network itself costs here: a datagram of 200 bytes to another thread on loopback and
// back, both of them asleep when it comes.

import Linux

/// How long each of so many round trips took, in microseconds.
func roundTrips(_ count: Int) throws -> [Double] {
    let home = SocketAddress(ipv4: (127, 0, 0, 1), port: 0)
    var socket = try UDPSocket(bind: home)
    var poller = try Poller()
    try poller.add(socket.descriptor, .readable, token: 0)
    let asker = socket.local
    let echo = try Worker()
    echo.submit(id: 0) { () throws(SystemError) in try echoUntilEmpty(callingOn: asker) }
    var buffer = [UInt8](repeating: 0, count: 2048)
    func receive() throws -> SocketAddress {
        while true {
            if let arrival = try socket.receive(into: &buffer) { return arrival.source }
            if try poller.wait(timeout: 5_000_000_000).isEmpty {
                throw BenchFailure("a datagram on loopback did not come back within 5 s")
            }
        }
    }
    let other = try receive()
    let datagram = [UInt8](repeating: 1, count: 200)
    var taken: [Double] = []
    for _ in 0..<count {
        let start = BootClock.now()
        guard socket.send(datagram, to: other) == .sent else {
            throw BenchFailure("loopback takes no datagram")
        }
        _ = try receive()
        taken.append(Double(BootClock.now() - start) / 1e3)
    }
    _ = socket.send([], to: other)
    return taken
}

/// The other end: says where it is, then sends back what comes until something empty does.
@Sendable private func echoUntilEmpty(callingOn asker: SocketAddress) throws(SystemError) {
    var socket = try UDPSocket(bind: SocketAddress(ipv4: (127, 0, 0, 1), port: 0))
    var poller = try Poller()
    try poller.add(socket.descriptor, .readable, token: 0)
    var buffer = [UInt8](repeating: 0, count: 2048)
    _ = socket.send([0], to: asker)
    while true {
        while let arrival = try socket.receive(into: &buffer) {
            if arrival.count == 0 { return }
            _ = socket.send(Array(buffer[..<arrival.count]), to: arrival.source)
        }
        if try poller.wait(timeout: 5_000_000_000).isEmpty { return }
    }
}
