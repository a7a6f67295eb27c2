// SPDX-License-Identifier: Apache-2.0

// Every structure that leaves this process, on the wire, on disk or as the canonical bytes of a
// decree, is a row of fields: a tag of one byte, a length of two, the value. Tags never descend,
// numbers are big-endian in their full width, so one value has one encoding. A reader skips the
// tags that it does not know and says that it did (R11: then it may vote but not stand).

/// Writes fields.
public struct FieldWriter: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []
    private var lastTag: UInt8 = 0

    /// A field's longest value.
    public static let lengthLimit = Int(UInt16.max)

    /// A writer of an empty row, behind some bytes that are no part of it.
    public init(after prefix: [UInt8] = [], capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
        bytes += prefix
    }

    /// Begins a field; exactly `length` bytes must follow.
    mutating func begin(_ tag: UInt8, _ length: Int) {
        precondition(tag >= lastTag, "tag \(tag) after \(lastTag)")
        precondition(length <= Self.lengthLimit, "field \(tag) has \(length) bytes")
        lastTag = tag
        bytes.append(tag)
        bytes.append(UInt8(truncatingIfNeeded: length >> 8))
        bytes.append(UInt8(truncatingIfNeeded: length))
    }

    mutating func append<let count: Int>(_ words: InlineArray<count, UInt64>) {
        let bytesInOrder = InlineArray<count, UInt64> { words[$0].bigEndian }
        unsafe withUnsafeBytes(of: bytesInOrder) { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(_ word: UInt64, width: Int) {
        var shift = UInt64(width * 8)
        while shift > 0 {
            shift -= 8
            bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }

    /// The lowest `width` bytes of a number.
    public mutating func put(_ tag: UInt8, word: UInt64, width: Int) {
        begin(tag, width)
        if width == 8 { return append([word]) }
        append(word, width: width)
    }

    /// A number, in the width of its type.
    @inlinable
    public mutating func put(_ tag: UInt8, _ value: some FixedWidthInteger & UnsignedInteger) {
        put(tag, word: UInt64(value), width: type(of: value).bitWidth / 8)
    }

    /// Bytes as they are.
    public mutating func put(_ tag: UInt8, _ value: [UInt8]) {
        begin(tag, value.count)
        bytes += value
    }

    /// Text in UTF-8.
    public mutating func put(_ tag: UInt8, _ value: String) {
        begin(tag, value.utf8.count)
        append(value)
    }

    /// A row of fields inside a field. It is written in place and its length filled in after.
    public mutating func put(_ tag: UInt8, _ build: (inout FieldWriter) -> Void) {
        begin(tag, 0)
        let start = bytes.count
        lastTag = 0
        build(&self)
        let length = bytes.count - start
        precondition(length <= Self.lengthLimit, "field \(tag) has \(length) bytes")
        bytes[start - 2] = UInt8(truncatingIfNeeded: length >> 8)
        bytes[start - 1] = UInt8(truncatingIfNeeded: length)
        lastTag = tag
    }
}

/// What is wrong with bytes from outside. Counted and dropped, never fatal.
public enum FieldError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The row ends inside a field.
    case truncated
    /// A tag stands after a higher one.
    case disorder(tag: UInt8)
    /// The value has another width or more bytes than the field allows.
    case length(tag: UInt8)
    /// A field that must be there is not.
    case missing(tag: UInt8)
    /// The value means nothing here: a number out of range, a text that is not UTF-8.
    case value(tag: UInt8)

    /// What is wrong, for a log line.
    public var description: String {
        switch self {
        case .truncated: "ends inside a field"
        case .disorder(let tag): "field \(tag) out of order"
        case .length(let tag): "field \(tag) has a wrong length"
        case .missing(let tag): "field \(tag) is missing"
        case .value(let tag): "field \(tag) has no meaning"
        }
    }
}

/// One field, and the questions one may ask of its value.
public struct Field: Sendable {
    /// Which field of the row it is.
    public let tag: UInt8
    private let source: [UInt8]
    private let range: Range<Int>

    fileprivate init(tag: UInt8, source: [UInt8], range: Range<Int>) {
        self.tag = tag
        self.source = source
        self.range = range
    }

    /// The value as a number of exactly so many bytes.
    public func word(width: Int) throws(FieldError) -> UInt64 {
        guard range.count == width else { throw .length(tag: tag) }
        if width == 8 { return word(at: range.lowerBound) }
        return number(in: range)
    }

    /// The value as a number of exactly this type's width.
    @inlinable
    public func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type = Number.self
    ) throws(FieldError) -> Number {
        Number(truncatingIfNeeded: try word(width: Number.bitWidth / 8))
    }

    /// Eight bytes of the value, which has them: the first eight, the second, and so on.
    func word(_ index: Int) -> UInt64 {
        let start = range.lowerBound + 8 * index
        precondition(start + 8 <= range.upperBound, "word \(index) of \(range.count) bytes")
        return word(at: start)
    }

    /// The eight bytes from here on as a number.
    private func word(at start: Int) -> UInt64 {
        UInt64(
            bigEndian: unsafe source.span.bytes.unsafeLoadUnaligned(
                fromByteOffset: start,
                as: UInt64.self
            )
        )
    }

    private func number(in range: Range<Int>) -> UInt64 {
        var value: UInt64 = 0
        for at in range { value = value << 8 | UInt64(source[at]) }
        return value
    }

    /// The value as bytes, at most so many.
    public func bytes(atMost limit: Int = FieldWriter.lengthLimit) throws(FieldError) -> [UInt8] {
        guard range.count <= limit else { throw .length(tag: tag) }
        return Array(source[range])
    }

    /// The value as text of at most so many bytes.
    public func text(atMost limit: Int) throws(FieldError) -> String {
        guard range.count <= limit else { throw .length(tag: tag) }
        let bytes = source.span.extracting(range)
        guard let text = try? UTF8Span(validating: bytes) else { throw .value(tag: tag) }
        return String(copying: text)
    }

    /// The first `count` bytes of the value and what is left, each as a field of its own.
    public func split(at count: Int) throws(FieldError) -> (head: Field, tail: Field) {
        guard range.count >= count else { throw .length(tag: tag) }
        let middle = range.lowerBound + count
        return (
            Field(tag: tag, source: source, range: range.lowerBound..<middle),
            Field(tag: tag, source: source, range: middle..<range.upperBound)
        )
    }

    /// How many bytes the value has.
    public var count: Int { range.count }

    /// The value as a row of fields of its own.
    public var fields: FieldReader { FieldReader(source, in: range) }
}

/// Reads fields one after another. Every length is checked before a byte is touched.
public struct FieldReader: Sendable {
    private let source: [UInt8]
    private var at: Int
    private let end: Int
    private var lastTag: UInt8 = 0

    /// A reader of an array, from this place on.
    public init(_ source: [UInt8], from start: Int = 0) {
        precondition(start <= source.count, "byte \(start) of \(source.count)")
        self.init(source, in: start..<source.count)
    }

    fileprivate init(_ source: [UInt8], in range: Range<Int>) {
        self.source = source
        at = range.lowerBound
        end = range.upperBound
    }

    /// The next field; nil at the end.
    public mutating func next() throws(FieldError) -> Field? {
        if at == end { return nil }
        guard end - at >= 3 else { throw .truncated }
        let tag = source[at]
        let length = Int(source[at + 1]) << 8 | Int(source[at + 2])
        guard end - at - 3 >= length else { throw .truncated }
        guard tag >= lastTag else { throw .disorder(tag: tag) }
        lastTag = tag
        let range = at + 3..<at + 3 + length
        at = range.upperBound
        return Field(tag: tag, source: source, range: range)
    }
}
