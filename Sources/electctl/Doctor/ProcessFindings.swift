// SPDX-License-Identifier: Apache-2.0

import Linux

/// What is wrong with how the daemon's process runs.
enum ProcessFinding: Finding, Equatable {
    /// It is root.
    case isRoot
    /// It may gain privileges that it needs for nothing.
    case mayGain
    /// It runs out of descriptors before it has let in all who ask.
    case fewFiles(Int)
    /// It has a real-time priority, and its memory may be swapped out.
    case swappable
    /// The kernel would end it early when memory runs out.
    case expendable

    var word: String {
        switch self {
        case .isRoot: "process-root"
        case .mayGain: "process-privileges"
        case .fewFiles: "process-files"
        case .swappable: "process-swappable"
        case .expendable: "process-expendable"
        }
    }

    /// The first two are how a person starts it by hand, for a try.
    var isFault: Bool {
        switch self {
        case .fewFiles, .swappable: true
        case .isRoot, .mayGain, .expendable: false
        }
    }

    var sentence: String {
        switch self {
        case .isRoot: "electd runs as root and needs nothing that root may"
        case .mayGain: "electd runs without a sandbox: it may gain privileges"
        case .fewFiles(let count):
            "electd may have \(count) files open, and serves up to 256 programs at once"
        case .swappable:
            "electd has a real-time priority and its memory is not locked: swapped out, it is late "
                + "all the same"
        case .expendable: "when memory runs out the kernel ends electd before others"
        }
    }

    var step: String {
        switch self {
        case .isRoot, .mayGain, .expendable: "let systemd start it: 'systemctl enable --now electd'"
        case .fewFiles: "set LimitNOFILE=1024 in a drop-in of electd.service"
        case .swappable: "set LimitMEMLOCK=infinity beside CPUSchedulingPolicy= in the same drop-in"
        }
    }
}

/// What /proc says of the daemon.
struct ProcessFigures {
    /// /proc/PID/status.
    var status: String
    /// /proc/PID/limits.
    var limits: String
    /// /proc/PID/oom_score_adj.
    var expendability: Int
    /// The scheduling policy of /proc/PID/stat: 1 and 2 are real time.
    var policy: Int

    /// More than this many programs, sockets and files are never open at once.
    static let files = 300

    func examined() -> Examination {
        var findings: [ProcessFinding] = []
        let users = Look.value("Uid", in: status)?.split(separator: "\t") ?? []
        if users.contains("0") { findings.append(.isRoot) }
        if Look.value("NoNewPrivs", in: status) == "0" { findings.append(.mayGain) }
        if let files = openFiles, files < Self.files { findings.append(.fewFiles(files)) }
        let locked = Look.value("VmLck", in: status)?.split(separator: " ").first
        if policy == 1 || policy == 2, locked == "0" { findings.append(.swappable) }
        if expendability > 0 { findings.append(.expendable) }
        let user = users.first.map { "user \($0)" } ?? "unknown user"
        return Examination("process", saw: user, findings)
    }

    private var openFiles: Int? {
        let line = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        let words = line?.split(separator: " ") ?? []
        return words.count > 3 ? Int(words[3]) : nil
    }

    /// Reads what /proc says of a process; nil if it says nothing.
    init?(of process: Int32) {
        guard let status = Look.file("/proc/\(process)/status"),
            let limits = Look.file("/proc/\(process)/limits"),
            let adjustment = Look.file("/proc/\(process)/oom_score_adj"),
            let stat = Look.file("/proc/\(process)/stat")
        else { return nil }
        // The name in brackets may hold anything; the 39th word after it is the policy (proc(5)).
        let words = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        self.init(
            status: status,
            limits: limits,
            expendability: Int(adjustment) ?? 0,
            policy: words.count > 39 ? Int(words[39]) ?? 0 : 0
        )
    }

    init(status: String, limits: String, expendability: Int, policy: Int) {
        self.status = status
        self.limits = limits
        self.expendability = expendability
        self.policy = policy
    }
}
