// SPDX-License-Identifier: Apache-2.0

/// What a single value may be, and the sentence for one that it may not be.

/// What is wrong with a value, to be read after the name of its key: `Priority= must be …`.
struct Fault: Error {
    var sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}

extension Configuration {
    /// Why this cannot be the name of a member, as a sentence; nil where it can.
    public static func objection(toName value: String) -> String? {
        if isName(value) { return nil }
        return """
            '\(value.prefix(80))' is no name of a host: use letters, digits, hyphens and dots, at most \
            63, the first one a letter or a digit
            """
    }

    /// Whether this can be the name of a cluster or a member: it stands in files, addresses and shell
    /// variables.
    fileprivate static func isName(_ value: String) -> Bool {
        (1...63).contains(value.utf8.count) && value.utf8.allSatisfy(isNameByte)
            && !value.hasPrefix("-") && !value.hasPrefix(".")
    }
}

/// A name of a cluster or a member.
func name(_ value: String) throws(Fault) -> String {
    if Configuration.isName(value) { return value }
    throw Fault(
        """
        '\(value)' is no name: letters, digits, hyphen and dot, at most 63, the first one a letter or \
        a digit\(hint(value))
        """
    )
}

/// An absolute path: the daemon changes its directory.
func path(_ value: String) throws(Fault) -> String {
    if value.hasPrefix("/") { return value }
    throw Fault("'\(value)' must be an absolute path, one that begins with a slash")
}

/// A path that leaves room for the name of the socket in a socket address.
func runtimePath(_ value: String) throws(Fault) -> String {
    let longest = 90
    if value.utf8.count <= longest { return try path(value) }
    throw Fault("is too long for a Unix socket inside it: at most \(longest) bytes")
}

/// A list of addresses with white space between them.
func endpoints(_ value: String) throws(Fault) -> [Endpoint] {
    let texts: [String]
    do { texts = try words(of: value) } catch { throw Fault("opens a quote and does not close it") }
    var endpoints: [Endpoint] = []
    for text in texts {
        do {
            endpoints.append(try Endpoint(text))
        } catch {
            throw Fault("\(error)\(hint(value))")
        }
    }
    return endpoints
}

/// A role, in lower case.
func role(_ value: String) throws(Fault) -> Configuration.Role {
    if let role = Configuration.Role(rawValue: value) { return role }
    let known = list(Configuration.Role.allCases.map(\.rawValue))
    throw Fault("'\(value)' is no role; the roles are \(known)\(hint(value))")
}

/// Who may join, in lower case.
func admission(_ value: String) throws(Fault) -> Configuration.Admission {
    if let admission = Configuration.Admission(rawValue: value) { return admission }
    let known = list(Configuration.Admission.allCases.map(\.rawValue))
    throw Fault("'\(value)' admits nobody; the words are \(known)\(hint(value))")
}

/// Yes or no, in the words of systemd.syntax(7).
func boolean(_ value: String) throws(Fault) -> Bool {
    switch value {
    case "1", "yes", "true", "on": return true
    case "0", "no", "false", "off": return false
    default: throw Fault("'\(value)' is neither yes nor no\(hint(value))")
    }
}

/// A whole number from 0 to 1000.
func priority(_ value: String) throws(Fault) -> Int {
    if let number = Int(value), (0...1000).contains(number) { return number }
    throw Fault("'\(value)' must be a whole number from 0 to 1000; 0 never leads\(hint(value))")
}

/// A length of time between two bounds.
func span(_ value: String, _ shortest: Duration, _ longest: Duration) throws(Fault) -> Duration {
    let span: Duration
    do { span = try Duration(timeSpan: value) } catch { throw Fault("\(error)\(hint(value))") }
    if (shortest...longest).contains(span) { return span }
    throw Fault("'\(value)' is out of range: from \(shortest.timeSpan) to \(longest.timeSpan)")
}

/// `key=value`; the value may hold anything but control characters.
func label(_ text: String) throws(Fault) -> Configuration.Label {
    guard let equals = text.firstIndex(of: "=") else {
        throw Fault("'\(text)' is no label: write key=value, as in Label=url=https://db1.example")
    }
    let key = String(text[..<equals])
    let value = String(text[text.index(after: equals)...])
    let label = Configuration.Label(key: key, value: value)
    if let objection = label.objection { throw Fault(objection) }
    return label
}

extension Configuration.Label {
    /// What is wrong with it, as a sentence; nil where nothing is.
    public var objection: String? {
        let isKey =
            (1...63).contains(key.utf8.count)
            && key.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: "_") }
        if !isKey {
            return
                "'\(key.prefix(80))' is no key of a label: letters, digits, hyphen, dot, underscore, at "
                + "most 63"
        }
        let isValue =
            key.utf8.count + 1 + value.utf8.count <= 256
            && !value.utf8.contains { $0 < 0x20 || $0 == 0x7F }
        return isValue
            ? nil
            : "'\(key)' has a value that is longer than 256 bytes with it, or has control characters"
    }
}

/// `a, b and c`.
func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
}

/// The commonest slip: a comment behind a value.
private func hint(_ value: String) -> String {
    let hasComment = value.contains(" #") || value.contains(" ;") || value.contains("\t#")
    return hasComment ? " (a comment needs a line of its own)" : ""
}

private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
        true
    default: false
    }
}
