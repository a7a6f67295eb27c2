// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// A call as it came over the socket: the request, and how the caller wants to be answered.
public struct Call: Hashable, Sendable {
    /// What is asked.
    public var request: Request
    /// The caller takes several replies, each but the last with `continues`.
    public var more: Bool
    /// The caller wants no reply, not even an error.
    public var oneway: Bool

    /// Makes a call.
    public init(_ request: Request, more: Bool = false, oneway: Bool = false) {
        self.request = request
        self.more = more
        self.oneway = oneway
    }

    /// The whole Varlink call, NUL included.
    public func bytes() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("method", request.method.rawValue)
            writer.field("parameters") { request.write(to: &$0) }
            if more { writer.field("more", true) }
            if oneway { writer.field("oneway", true) }
        }
        writer.append(0)
        return writer.bytes
    }
}

/// A call that cannot be served: the error to answer with, and whether to answer at all.
public struct CallFault: Error, Hashable, Sendable {
    /// What to answer.
    public var error: ControlError
    /// The caller wants no reply, not even this.
    public var oneway: Bool
}

extension ControlError {
    /// What came is no call, or only half of one.
    public static let noCall = ControlError.malformed(
        """
        this is no Varlink call: send one JSON object such as \
        {"method":"io.electd.GetLeader"} and a NUL byte
        """
    )
}

/// From bytes to a call.
///
/// Who asks who leads asks it again and again, in the very same bytes. So the last message and its
/// call are kept, and a message that is equal is not parsed a second time; a connection that has
/// its own decoder is then answered without any JSON at all.
public struct CallDecoder {
    private var lastMessage: [UInt8] = []
    private var lastCall: Call?
    /// How many messages were parsed, for tests and counters.
    public private(set) var parsed = 0

    /// Makes a decoder that remembers nothing.
    public init() {}

    /// The call in a message without its NUL.
    ///
    /// - Throws: the error to answer with. After `malformed` the connection is to be closed.
    public mutating func decode(_ message: [UInt8]) throws(CallFault) -> Call {
        if let lastCall, message == lastMessage { return lastCall }
        parsed += 1
        let call = try parse(message)
        lastMessage = message
        lastCall = call
        return call
    }
}

private struct Head: Decodable {
    var method: String
    var more: Bool?
    var oneway: Bool?
    var upgrade: Bool?
}

private func parse(_ message: [UInt8]) throws(CallFault) -> Call {
    let data = Data(message)
    let head: Head
    do {
        head = try JSONDecoder().decode(Head.self, from: data)
    } catch {
        throw CallFault(error: .noCall, oneway: false)
    }
    let oneway = head.oneway ?? false
    do {
        let method = try findMethod(head)
        return Call(try request(method, data), more: head.more ?? false, oneway: oneway)
    } catch {
        throw CallFault(error: error, oneway: oneway)
    }
}

private func findMethod(_ head: Head) throws(ControlError) -> Method {
    guard let method = Method(rawValue: head.method) else {
        let dot = head.method.lastIndex(of: ".") ?? head.method.endIndex
        let interface = String(head.method[..<dot])
        throw Interface(rawValue: interface) == nil
            ? .interfaceNotFound(interface) : .methodNotFound(head.method)
    }
    if head.upgrade ?? false { throw .invalidParameter("upgrade") }
    if method.streams && !(head.more ?? false) { throw .expectedMore }
    return method
}
