// SPDX-License-Identifier: Apache-2.0

// Where a thread may run. Nothing of ours ever needs to say so but a measurement, which has to keep
// the way from one processor to another out of what it measures.

internal import CLinux

/// A set of processors: sched_setaffinity(2).
public struct Processors: Equatable, Sendable {
    private var words = [UInt64](repeating: 0, count: Self.wordCount)
    private static let wordCount = Int(CLINUX_PROCESSOR_WORDS)

    /// Those on which a thread may run; the number of a process is that of its first thread, and 0
    /// is the calling one.
    public init(of thread: Int32) throws(SystemError) {
        let result = unsafe words.withUnsafeMutableBufferPointer { buffer in
            unsafe clinux_processors(thread, buffer.baseAddress)
        }
        try checked(result, "sched_getaffinity", "thread \(thread)")
    }

    /// Lets a thread run on these only.
    public func confine(_ thread: Int32) throws(SystemError) {
        let result = unsafe words.withUnsafeBufferPointer { buffer in
            unsafe clinux_confine(thread, buffer.baseAddress)
        }
        try checked(result, "sched_setaffinity", "thread \(thread)")
    }

    /// How many they are.
    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Only the first of them.
    public var first: Processors {
        var one = self
        guard let place = words.firstIndex(where: { $0 != 0 }) else { return one }
        for other in words.indices where other != place { one.words[other] = 0 }
        one.words[place] = words[place] & (~words[place] &+ 1)
        return one
    }
}
