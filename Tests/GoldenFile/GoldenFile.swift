// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// A file of bytes that people can read: hexadecimal digits, and behind each `#` what they mean.
///
/// The bytes are part of the project's promise to its own past, so they are kept as text and
/// compared whole. `REWRITE=1 swift test` writes the files anew; the diff is the review.
public struct GoldenFile {
    /// Where it is.
    public let path: String

    /// Whether this run of the tests writes the files anew.
    public static let isRewriting = ProcessInfo.processInfo.environment["REWRITE"] != nil

    /// The file of this name in `testdata` beside the test that asks.
    public init(_ name: String, beside test: String = #filePath) {
        let folder = test.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        path = folder.joined(separator: "/") + "/testdata/" + name
    }

    /// The files of a version: what a release of that time has sent, or left on a disk.
    public static func all(
        of version: some BinaryInteger,
        beside test: String = #filePath
    ) throws -> [GoldenFile] {
        let folder = GoldenFile("\(version)", beside: test).path
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .map { GoldenFile("\(version)/\($0)", beside: test) }
    }

    /// The versions that there are files of.
    public static func versions(beside test: String = #filePath) throws -> [Int] {
        let folder = GoldenFile("", beside: test).path
        return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { Int($0) }
            .sorted()
    }

    /// The versions of `layout` that any release has had: each entry of CHANGELOG.md has a line
    /// `Versions: protocol 1, record 1.`
    public static func released(_ layout: String) throws -> [Int] {
        let changes = "\(#filePath)/../../../CHANGELOG.md"
        let data = try Data(contentsOf: URL(filePath: changes).standardized)
        var versions: Set<Int> = []
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n")
        where line.hasPrefix("Versions: ") {
            for part in line.dropFirst(10).split(whereSeparator: { ",.".contains($0) }) {
                let words = part.split(separator: " ")
                if words.first == layout[...], let version = Int(words.last ?? "") {
                    versions.insert(version)
                }
            }
        }
        return versions.sorted()
    }

    /// The bytes of the file.
    public func bytes() throws -> [UInt8]? {
        Self.bytes(in: String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self))
    }

    /// The text as it is, once it was written anew if that was asked for.
    public func text(rewritten new: String) throws -> String {
        if Self.isRewriting { try Data(new.utf8).write(to: URL(filePath: path)) }
        return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    /// The bytes that a text of this kind stands for; nil if there is anything else in it.
    public static func bytes(in text: String) -> [UInt8]? {
        var digits: [UInt8] = []
        for line in text.split(separator: "\n") {
            for character in line.prefix(while: { $0 != "#" }) where character != " " {
                guard let digit = character.hexDigitValue else { return nil }
                digits.append(UInt8(digit))
            }
        }
        guard digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

/// Two digits a byte.
public func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
