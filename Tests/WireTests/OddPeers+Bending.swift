// SPDX-License-Identifier: Apache-2.0

import Election

// A few fields of a message are changed, and of the rows in them: numbers at the ends of what there is,
// texts that no host writes.

extension OddPeers {
    /// Changes a few fields of a row, and of the rows in them.
    mutating func bend(_ row: [UInt8]) -> [UInt8] {
        guard let fields = Self.fields(row) else { return row }
        var bent: [UInt8] = []
        for field in fields {
            let value = chance.below(4) == 0 ? bend(value: field.value) : field.value
            for _ in 0..<(chance.below(60) == 0 ? 2 : 1) {
                bent += [field.tag, UInt8(value.count >> 8), UInt8(value.count & 0xFF)] + value
            }
        }
        return bent.count < 65_000 ? bent : row
    }

    mutating func bend(value: [UInt8]) -> [UInt8] {
        switch value.count {
        case 1, 2, 4, 8: return Array(word(number()).suffix(value.count))
        // A number of a node.
        case 40...60 where chance.below(2) == 0: return word(number()) + value.dropFirst(8)
        default:
            if let inner = Self.fields(value), !inner.isEmpty { return bend(value) }
            return Array(text().utf8)
        }
    }

    func word(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }
    }

    static func fields(_ row: [UInt8]) -> [(tag: UInt8, value: [UInt8])]? {
        var fields: [(tag: UInt8, value: [UInt8])] = []
        var at = 0
        while at < row.count {
            guard at + 3 <= row.count else { return nil }
            let length = Int(row[at + 1]) << 8 | Int(row[at + 2])
            guard at + 3 + length <= row.count else { return nil }
            fields.append((row[at], Array(row[at + 3..<at + 3 + length])))
            at += 3 + length
        }
        return fields
    }
}
