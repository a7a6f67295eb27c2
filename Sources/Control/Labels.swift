// SPDX-License-Identifier: Apache-2.0

/// The free words that a member carries for applications, such as `url` → `postgres://db1`.
///
/// On the socket they are an object. In memory they are pairs in the order of their keys, so that
/// the same labels are always the same bytes.
public struct Labels: Hashable, Sendable {
    /// A key and its value.
    public struct Pair: Hashable, Sendable {
        /// For example `url`.
        public var key: String
        /// Any text.
        public var value: String

        /// Makes a pair.
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// In the order of the keys; each key once.
    public let pairs: [Pair]

    /// Puts the pairs in order; of two with one key the later stays.
    public init(_ pairs: [Pair] = []) {
        let latest = Dictionary(pairs.map { ($0.key, $0.value) }) { _, later in later }
        self.pairs = latest.keys.sorted().compactMap { key in
            latest[key].map { Pair(key: key, value: $0) }
        }
    }

    /// The value for a key, if there is one.
    public subscript(key: String) -> String? {
        pairs.first { $0.key == key }?.value
    }
}

extension Labels: Decodable {
    /// Reads an object of strings.
    public init(from decoder: any Decoder) throws {
        let object = try decoder.singleValueContainer().decode([String: String].self)
        self.init(object.sorted { $0.key < $1.key }.map { Pair(key: $0.key, value: $0.value) })
    }
}
