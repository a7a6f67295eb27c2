// SPDX-License-Identifier: Apache-2.0

// Memory that several processes see at once: a file, mapped.
//
// There are no locks across it. One process writes by aligned atomic stores and orders them with
// fences, the others read likewise, and what makes a set of words one record is a sequence number of
// the caller's. Plain copies go by relaxed 8-byte words: they may mix two writings, which the
// sequence number shows, but are no data race.

public import CLinux
internal import SystemPackage

/// How an atomic load is ordered against what follows it.
@frozen public enum LoadOrdering: Sendable {
    /// Not at all.
    case relaxed

    /// What follows in the program happens after it.
    case acquire
}

/// How an atomic store is ordered against what precedes it.
@frozen public enum StoreOrdering: Sendable {
    /// Not at all.
    case relaxed

    /// What precedes it in the program happens before it.
    case release
}

/// The fences of the C11 memory model.
@frozen public enum Fence: Sendable {
    /// Loads before it happen before everything after it.
    case acquire

    /// Everything before it happens before stores after it.
    case release

    /// Both, and one order of all such fences in all threads.
    case sequentiallyConsistent
}

/// The first bytes of a file as shared memory.
///
/// Whoever cuts the file while it is mapped kills its readers (SIGBUS), so nobody may: it is made
/// whole before it gets its name, and never truncated.
///
/// Threads may share it as processes do: every access is atomic.
@safe public struct SharedMapping: ~Copyable, @unchecked Sendable {
    @usableFromInline let start: UnsafeMutableRawPointer

    /// How many bytes are mapped.
    public let count: Int

    /// Whether it may be stored to.
    public let isWritable: Bool

    /// Maps the first `count` bytes of the file, which must have them, else it throws `EINVAL`.
    ///
    /// The file may be closed afterwards.
    public init(_ file: borrowing File, count: Int, writable: Bool) throws(SystemError) {
        guard count > 0, try file.size() >= count else {
            throw SystemError("map", file.path, .invalidArgument)
        }
        var mapped: UnsafeMutableRawPointer?
        let result = unsafe clinux_map(
            file.descriptor.rawValue,
            count,
            writable ? 1 : 0,
            &mapped
        )
        try checked(result, "map", file.path)
        guard let mapped = unsafe mapped else { throw SystemError("map", file.path, .badAddress) }
        unsafe start = mapped
        self.count = count
        isWritable = writable
    }

    deinit { unsafe clinux_unmap(start, count) }

    @inlinable @inline(__always)
    func address(_ offset: Int, _ size: Int) -> UnsafeMutableRawPointer {
        precondition(
            offset >= 0 && offset & (size - 1) == 0 && offset + size <= count,
            "no aligned word in the mapping there"
        )
        return unsafe start + offset
    }

    @inlinable @inline(__always)
    func writableAddress(_ offset: Int, _ size: Int) -> UnsafeMutableRawPointer {
        precondition(isWritable, "a store into a mapping for reading")
        return unsafe address(offset, size)
    }

    /// The 4 bytes at an offset that 4 divides.
    @inlinable
    public func load32(at offset: Int, _ ordering: LoadOrdering) -> UInt32 {
        let at = unsafe address(offset, 4)
        return switch ordering {
        case .relaxed: unsafe clinux_load32_relaxed(at)
        case .acquire: unsafe clinux_load32_acquire(at)
        }
    }

    /// The 8 bytes at an offset that 8 divides.
    @inlinable
    public func load64(at offset: Int, _ ordering: LoadOrdering) -> UInt64 {
        let at = unsafe address(offset, 8)
        return switch ordering {
        case .relaxed: unsafe clinux_load64_relaxed(at)
        case .acquire: unsafe clinux_load64_acquire(at)
        }
    }

    /// Stores 4 bytes at an offset that 4 divides.
    @inlinable
    public func store32(_ value: UInt32, at offset: Int, _ ordering: StoreOrdering) {
        let at = unsafe writableAddress(offset, 4)
        switch ordering {
        case .relaxed: unsafe clinux_store32_relaxed(at, value)
        case .release: unsafe clinux_store32_release(at, value)
        }
    }

    /// Stores 8 bytes at an offset that 8 divides.
    @inlinable
    public func store64(_ value: UInt64, at offset: Int, _ ordering: StoreOrdering) {
        let at = unsafe writableAddress(offset, 8)
        switch ordering {
        case .relaxed: unsafe clinux_store64_relaxed(at, value)
        case .release: unsafe clinux_store64_release(at, value)
        }
    }

    /// A copy of `range`, whose bounds 8 divides, by relaxed words.
    public func load(_ range: Range<Int>) -> [UInt8] {
        var bytes = [UInt8]()
        bytes.reserveCapacity(range.count)
        for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
            let word = load64(at: offset, .relaxed)
            unsafe withUnsafeBytes(of: word) { unsafe bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// Stores bytes, a multiple of 8 of them, at an offset that 8 divides, by relaxed words.
    public func store(_ bytes: [UInt8], at offset: Int) {
        precondition(bytes.count & 7 == 0, "\(bytes.count) bytes are not a number of whole words")
        for index in stride(from: 0, to: bytes.count, by: 8) {
            let word = unsafe bytes.withUnsafeBytes { buffer in
                unsafe buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            }
            store64(word, at: offset + index, .relaxed)
        }
    }

    /// Orders loads and stores of this thread, as others see them.
    @inlinable
    public static func fence(_ fence: Fence) {
        switch fence {
        case .acquire: clinux_fence_acquire()
        case .release: clinux_fence_release()
        case .sequentiallyConsistent: clinux_fence_sequential()
        }
    }
}
