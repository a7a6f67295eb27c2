// SPDX-License-Identifier: Apache-2.0

// What electd.conf may not say of a host, no command may say either: names, addresses and labels are
// held to its rules here, where a change is asked for. How many there may be, and how long, is for the
// replica to say, which has to keep them.

internal import Config
internal import Control

extension Change {
    /// What electd.conf would not take of it, as a sentence; nil where nothing is.
    var objection: String? {
        switch self {
        case .addMember(let name, _), .removeMember(let name): nameObjection(name)
        case .replaceMember(let name, let other): nameObjection(name) ?? nameObjection(other)
        case .setMember(let name, let settings): nameObjection(name) ?? settings.objection
        case .drain(let name), .undrain(let name): name.flatMap(nameObjection)
        case .pause, .resume, .set: nil
        }
    }
}

extension Transfer {
    /// The same of a transfer.
    var objection: String? { to.flatMap(nameObjection) }
}

extension MemberSettings {
    fileprivate var objection: String? {
        for address in addresses ?? [] {
            do throws(EndpointError) {
                if try Endpoint(address).isWildcard {
                    return "nobody can send to \(address); name an address of that host"
                }
            } catch {
                return error.description
            }
        }
        for label in labels?.pairs ?? [] {
            let objection = Configuration.Label(key: label.key, value: label.value).objection
            if let objection { return objection }
        }
        return nil
    }
}

private func nameObjection(_ name: String) -> String? {
    if Configuration.isName(name) { return nil }
    return
        "'\(name.prefix(80))' is no name of a host: use letters, digits, hyphens and dots, at most 63"
}
