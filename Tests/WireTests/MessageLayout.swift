// SPDX-License-Identifier: Apache-2.0

import GoldenFile

extension Layout {
    /// The fields of all messages: the table of electd-protocol(7), once more.
    private static let fields = Layout([
        1: Line("cluster", .opaque), 2: Line("sender's slot", .number),
        3: Line("versions", .opaque),
        16: Line("ballot", .numbered), 17: Line("slot", .number),
        18: Line("decree", .row(decree)), 19: Line("decree id", .opaque),
        20: Line("accepted under ballot", .numbered), 21: Line("sent at, ns", .number),
        22: Line("lease, ns", .number), 23: Line("lease left, ns", .number),
        24: Line("free in, ns", .number), 25: Line("durable slot", .number),
        26: Line("write number", .number), 27: Line("promised", .numbered),
        28: Line("serves", .number), 29: Line("reason", .number), 30: Line("list", .opaque),
        31: Line("founder", .node), 32: Line("member", .row(member)), 33: Line("run", .opaque),
        34: Line("heard", .numbered), 35: Line("table", .table), 36: Line("successor", .node),
        37: Line("request", .opaque), 38: Line("command", .number), 39: Line("target", .text),
        40: Line("cause", .number), 41: Line("outcome", .number), 42: Line("sentence", .text),
        43: Line("role", .number), 44: Line("substitute", .text), 45: Line("change", .opaque),
        46: Line("milliseconds", .number), 47: Line("force", .number),
        48: Line("also hears", .node), 49: Line("prompts", .number), 50: Line("clock, ns", .number),
        51: Line("release", .text), 52: Line("way, ns", .numbered), 53: Line("listed", .text),
        54: Line("leader address", .text), 55: Line("unfit", .number),
    ])

    private static let kinds = [
        "hello", "canvass", "canvass reply", "prepare", "promise", "accept", "accepted",
        "heartbeat", "ack", "release", "decided", "refuse", "ask", "answer", "join", "join answer",
        "probe", "probe answer",
    ]

    /// A whole message as text.
    static func text(of message: [UInt8], story: String) -> String {
        let kinds = kinds.enumerated().map {
            (UInt8($0.offset + 1), Line($0.element, .row(fields)))
        }
        let layout = Layout(Dictionary(uniqueKeysWithValues: kinds))
        let lines = ["# \(story)", "\(hex(message.prefix(1)))  # version"]
        return (lines + layout.lines(for: message.dropFirst())).joined(separator: "\n") + "\n"
    }
}
