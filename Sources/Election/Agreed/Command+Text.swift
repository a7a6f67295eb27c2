// SPDX-License-Identifier: Apache-2.0

// How a command reads: as it is written behind `electctl`.

extension Command: CustomStringConvertible {
    /// As it is written behind `electctl`.
    public var description: String {
        switch self {
        case .transfer(let name): "transfer" + (name.map { " --to \($0)" } ?? "")
        case .admit(let name, let role): "add \(name) --role \(role)"
        case .remove(let name): "remove \(name)"
        case .replace(let name, let other): "replace \(name) --by \(other)"
        case .set(let name, let change): "set \(name)\(change)"
        case .settings(let change): "set\(change)"
        case .drain(let name): "drain \(name)"
        case .undrain(let name): "undrain \(name)"
        case .pause(let milliseconds): "pause --for \(milliseconds)ms"
        case .resume: "resume"
        }
    }
}

extension MemberChange: CustomStringConvertible {
    /// What changes, each behind a space.
    public var description: String {
        var words: [String] = []
        if let role { words.append("role=\(role)") }
        if let priority { words.append("priority=\(priority)") }
        if let addresses { words.append("address=" + addresses.joined(separator: ",")) }
        if let labels {
            words.append("label=" + labels.map { "\($0.key)=\($0.value)" }.joined(separator: ","))
        }
        return words.map { " " + $0 }.joined()
    }
}

extension SettingsChange: CustomStringConvertible {
    /// What changes, each behind a space.
    public var description: String {
        var words: [String] = []
        func add(_ name: String, _ value: (some CustomStringConvertible)?, _ unit: String = "") {
            if let value { words.append("\(name)=\(value)\(unit)") }
        }
        add("lease", leaseMilliseconds, "ms")
        add("heartbeat", heartbeatMilliseconds, "ms")
        add("drift", driftPPM, "ppm")
        add("auto-promote", autoPromote.map { $0 ? "yes" : "no" })
        add("auto-replace", autoReplace.map { $0 ? "yes" : "no" })
        add("max-voters", maxVoters)
        add("down-after", downAfterMilliseconds, "ms")
        add("admission", admission)
        add("preempt-after", preemptAfterMilliseconds, "ms")
        add("protocol", protocolVersion)
        return words.map { " " + $0 }.joined()
    }
}
