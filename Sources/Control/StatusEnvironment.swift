// SPDX-License-Identifier: Apache-2.0

/// `status.env`: the status as `KEY=value`, for `EnvironmentFile=` and for `. file` in a shell.
///
/// The two readers agree on little. On this they do: letters, digits and a few signs stand as they
/// are; everything else stands in double quotes with a backslash before `"`, `\`, `$` and a
/// backquote. Every key but the labels is always there, so that a shell which reads the file again
/// and again does not keep the leader of yesterday.
extension Status {
    /// The whole file.
    public var environment: [UInt8] { movingEnvironment.bytes }

    /// The file, in which the end of the answer can move; nothing else in it does.
    public var movingEnvironment: MovingText {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        line("SCHEMA", schema, to: &bytes)
        line("VERSION", version, to: &bytes)
        line("CLUSTER", cluster, to: &bytes)
        line("CLUSTER_ID", clusterID, to: &bytes)
        line("SELF", selfName, to: &bytes)
        line("ROLE", answer.role.rawValue, to: &bytes)
        line("LEADER", answer.leader ?? "", to: &bytes)
        line("LEADER_ADDRESS", answer.leaderAddress ?? "", to: &bytes)
        for label in answer.leaderLabels.pairs {
            line("LEADER_LABEL_" + variableName(label.key), label.value, to: &bytes)
        }
        line("EPOCH", answer.epoch, to: &bytes)
        line("DECREE", answer.decree, to: &bytes)
        line("SEQ", sequence, to: &bytes)
        line("SINCE", since, to: &bytes)
        line("SINCE_BOOTTIME_NS", sinceBoottime, to: &bytes)
        line("BOOT_ID", answer.bootID, to: &bytes)
        line("VALID_UNTIL_BOOTTIME_NS", answer.validUntil, to: &bytes)
        let end = bytes.count - 1
        line("QUORUM_NEEDED", quorum.needed, to: &bytes)
        line("QUORUM_REACHABLE", quorum.reachable, to: &bytes)
        line("QUORUM_VOTERS", quorum.voters, to: &bytes)
        line("MEMBERS", members.map(\.name).joined(separator: " "), to: &bytes)
        line("PAUSED_UNTIL_BOOTTIME_NS", pausedUntil, to: &bytes)
        line("CAUSE", cause, to: &bytes)
        line("TEXT", text, to: &bytes)
        let digits = String(answer.validUntil).utf8.count
        return MovingText(bytes, places: [end - digits..<end])
    }
}

private func line(_ key: String, _ value: some BinaryInteger, to bytes: inout [UInt8]) {
    begin(key, &bytes)
    bytes.append(decimal: value)
    bytes.append(UInt8(ascii: "\n"))
}

private func line(_ key: String, _ value: String, to bytes: inout [UInt8]) {
    begin(key, &bytes)
    if isPlain(value.utf8.span) {
        bytes.append(contentsOf: value.utf8)
    } else {
        quote(value, &bytes)
    }
    bytes.append(UInt8(ascii: "\n"))
}

private func begin(_ key: String, _ bytes: inout [UInt8]) {
    bytes.append(contentsOf: "ELECTD_".utf8)
    bytes.append(contentsOf: key.utf8)
    bytes.append(UInt8(ascii: "="))
}

private func quote(_ value: String, _ bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "`"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0..<0x20, 0x7F:
            // No reader agrees with another on these; no name, address or label may have them.
            bytes.append(UInt8(ascii: "?"))
        default: bytes.append(byte)
        }
    }
    bytes.append(UInt8(ascii: "\""))
}

/// The key of a label as part of the name of a variable: `db.url` becomes `DB_URL`.
private func variableName(_ key: String) -> String {
    let bytes = key.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: UInt8(ascii: "_")
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

private func isPlain(_ text: Span<UInt8>) -> Bool {
    for index in text.indices {
        if !isPlain(text[index]) { return false }
    }
    return true
}

private func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "@"),
        UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: ","):
        true
    default: false
    }
}
