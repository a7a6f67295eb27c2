// SPDX-License-Identifier: Apache-2.0

// What no leader can do is said here, where it is asked, before it is passed on: a leader does not read
// a command that the wire has no room for, and whoever asked would wait in vain. The rules are those of
// electd.conf.

internal import Config
internal import Control
internal import Election

extension Change {
    /// Why it cannot be done by any leader, as a sentence; nil where it may be.
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
        let addresses = addresses ?? []
        if addresses.count > Election.Member.addressLimit {
            return
                "\(addresses.count) addresses are too many: at most \(Election.Member.addressLimit) "
                + "are kept"
        }
        for address in addresses {
            do throws(EndpointError) {
                if try Endpoint(address).isWildcard {
                    return "\(address) is an address that nobody can send to"
                }
            } catch {
                return error.description
            }
        }
        let labels = labels?.pairs ?? []
        if labels.count > Election.Member.labelLimit {
            return
                "\(labels.count) labels are too many: at most \(Election.Member.labelLimit) are kept"
        }
        for label in labels {
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
