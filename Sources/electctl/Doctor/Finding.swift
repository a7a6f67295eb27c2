// SPDX-License-Identifier: Apache-2.0

import Control

// What `electctl doctor` says. A finding is a value: a word for programs, a sentence for people, and
// what to do next. Who looks (files, sockets, programs) and who judges are apart, so that a test shows
// the judge any figures it likes.

/// One thing that is wrong, or worth to know.
protocol Finding: Sendable {
    /// For programs; it stays the same from release to release.
    var word: String { get }
    /// Whether something is to be mended. Otherwise it is a remark.
    var isFault: Bool { get }
    /// What is so, without a full stop.
    var sentence: String { get }
    /// What to do.
    var step: String { get }
}

/// One part of the examination.
struct Examination: Sendable {
    /// Its word: `keys`, `ways`, ….
    var group: String
    /// What was looked at, in a few words.
    var saw: String
    /// What was found.
    var findings: [any Finding]

    init(_ group: String, saw: String, _ findings: [any Finding] = []) {
        self.group = group
        self.saw = saw
        self.findings = findings
    }
}

/// All parts.
struct Diagnosis: JSONWritable {
    var examinations: [Examination]

    var faults: Int { examinations.flatMap(\.findings).count { $0.isFault } }
    var remarks: Int { examinations.flatMap(\.findings).count { !$0.isFault } }

    /// The lines for a person.
    func page(_ paint: Paint) -> [String] {
        let width = examinations.map(\.group.count).max() ?? 0
        var lines: [String] = []
        for one in examinations {
            let space = String(repeating: " ", count: width - one.group.count)
            let isGood = !one.findings.contains { $0.isFault }
            let group = isGood ? paint.good(one.group) : paint.bad(one.group)
            lines.append("\(group)\(space)  \(one.saw.printable)")
            let indent = String(repeating: " ", count: width + 2)
            for finding in one.findings {
                let kind = finding.isFault ? paint.bad("fault") : "remark"
                lines.append("\(indent)\(kind): \(finding.sentence.printable)")
                lines.append("\(indent)  \(finding.step.printable)")
            }
        }
        let faults = counted(faults, "fault")
        return lines + ["", "\(faults), \(counted(remarks, "remark"))"]
    }

    /// `{"faults":…,"examinations":[{"group":…,"saw":…,"findings":[…]}]}`
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("faults", faults)
            writer.field("examinations") { writer in
                writer.array(examinations) { writer, one in
                    writer.object { writer in
                        writer.field("group", one.group)
                        writer.field("saw", one.saw)
                        writer.field("findings") { writer in
                            writer.array(one.findings, writeFinding)
                        }
                    }
                }
            }
        }
    }

    private func writeFinding(_ writer: inout JSONWriter, _ finding: any Finding) {
        writer.object { writer in
            writer.field("word", finding.word)
            writer.field("fault", finding.isFault)
            writer.field("sentence", finding.sentence)
            writer.field("step", finding.step)
        }
    }
}

/// `1 fault`, `2 faults`, `no fault`.
func counted(_ count: Int, _ noun: String) -> String {
    switch count {
    case 0: "no \(noun)"
    case 1: "1 \(noun)"
    default: "\(count) \(noun)s"
    }
}
