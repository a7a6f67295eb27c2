// SPDX-License-Identifier: Apache-2.0

import Election

// What people ask for, in a story: the words are those of `electctl`, the options left out.

extension Stage {
    /// `transfer n2`, `add n4 witness`, `remove n3`, `replace n3 n4`, `set n3 role=observer`,
    /// `set lease=300ms`, `drain n1`, `undrain n1`, `pause 10s`, `resume`.
    func command(_ words: [String]) throws -> Command {
        let name = words.count > 1 ? words[1] : ""
        let other = words.count > 2 ? words[2] : ""
        switch words.first {
        case "transfer": return .transfer(to: name.isEmpty ? nil : name)
        case "add": return .admit(name: name, role: try role(other.isEmpty ? "voter" : other))
        case "remove": return .remove(name: name)
        case "replace": return .replace(name: name, by: other)
        case "set":
            let isSetting = name.contains("=")
            let pairs = words.dropFirst(isSetting ? 1 : 2).map { word in
                word.split(separator: "=", maxSplits: 1).map(String.init)
            }
            return isSetting
                ? .settings(try settingsChange(pairs)) : .set(name: name, try memberChange(pairs))
        case "drain": return .drain(name: name)
        case "undrain": return .undrain(name: name)
        case "pause": return .pause(milliseconds: UInt64(try span(name).millisecondsUp))
        case "resume": return .resume
        default:
            throw Unplayable(description: "nobody can be asked to '\(words.first ?? "")'")
        }
    }

    private func role(_ word: String) throws -> Role {
        guard let role = Role.allCases.first(where: { "\($0)" == word }) else {
            throw Unplayable(description: "'\(word)' is no role")
        }
        return role
    }

    private func memberChange(_ pairs: [[String]]) throws -> MemberChange {
        var change = MemberChange()
        for pair in pairs {
            switch (pair[0], pair.last ?? "") {
            case ("role", let value): change.role = try role(value)
            case ("priority", let value): change.priority = UInt16(value)
            case ("address", let value): change.addresses = [value]
            case ("label", let value): change.labels = [Label(key: "label", value: value)]
            default: throw Unplayable(description: "a member has no '\(pair[0])'")
            }
        }
        return change
    }

    private func settingsChange(_ pairs: [[String]]) throws -> SettingsChange {
        var change = SettingsChange()
        for pair in pairs {
            let value = pair.last ?? ""
            var milliseconds: UInt32 {
                get throws { UInt32(try span(value).millisecondsUp) }
            }
            switch pair[0] {
            case "lease": change.leaseMilliseconds = try milliseconds
            case "heartbeat": change.heartbeatMilliseconds = try milliseconds
            case "auto-promote": change.autoPromote = value == "yes"
            case "auto-replace": change.autoReplace = value == "yes"
            case "max-voters": change.maxVoters = UInt8(value)
            case "down-after": change.downAfterMilliseconds = try milliseconds
            case "admission": change.admission = value == "approve" ? .approve : .open
            case "preempt-after": change.preemptAfterMilliseconds = try milliseconds
            case "protocol": change.protocolVersion = UInt8(value)
            default: throw Unplayable(description: "there is no setting '\(pair[0])'")
            }
        }
        return change
    }
}
