// SPDX-License-Identifier: Apache-2.0

/// A stream of bytes, cut at its NUL bytes into messages.
///
/// A socket gives what it likes: half a message, or three and a half. Bytes go in as they come and
/// whole messages come out. A message has a bound, so that whoever sends and sends without an end
/// costs no more than that.
public struct FrameSplitter {
    /// What a request may have; the daemon answers a longer one with `malformed` and closes.
    public static let requestLimit = 65_536
    /// What a reply may have: a status of many members is larger than any request.
    public static let replyLimit = 4 << 20

    private var bytes: [UInt8] = []
    /// Where the next message begins.
    private var start = 0
    /// Before this there is no NUL that was not used: a message that drips in is searched once.
    private var searched = 0
    private let limit: Int

    /// Makes an empty splitter for messages of at most `limit` bytes without their NUL.
    public init(limit: Int = FrameSplitter.requestLimit) {
        self.limit = limit
    }

    /// Whether there are bytes that no message was made of yet.
    public var isEmpty: Bool { start == bytes.count }

    /// The first byte that no message was made of yet.
    public var first: UInt8? { isEmpty ? nil : bytes[start] }

    /// Takes bytes as they came.
    public mutating func append(_ more: ArraySlice<UInt8>) {
        makeRoom()
        bytes.append(contentsOf: more)
    }

    /// The next whole message without its NUL, or nil if there is none yet.
    ///
    /// - Throws: `malformed` if a message is longer than the limit. The stream is of no use then.
    public mutating func next() throws(ControlError) -> [UInt8]? {
        guard let end = bytes[searched...].firstIndex(of: 0) else {
            searched = bytes.count
            if bytes.count - start > limit { throw tooLong }
            return nil
        }
        if end - start > limit { throw tooLong }
        let frame = Array(bytes[start..<end])
        start = end + 1
        searched = start
        return frame
    }

    private var tooLong: ControlError {
        .malformed("a message has more than \(limit) bytes before its NUL; send smaller ones")
    }

    private mutating func makeRoom() {
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: true)
        } else if start > limit / 2 {
            bytes.removeFirst(start)
        } else {
            return
        }
        searched -= start
        start = 0
    }
}
