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
        case .addMember(let name, _), .removeMember(let name): Configuration.objection(toName: name)
        case .replaceMember(let name, let other):
            Configuration.objection(toName: name) ?? Configuration.objection(toName: other)
        case .setMember(let name, let settings):
            Configuration.objection(toName: name) ?? settings.objection
        case .drain(let name), .undrain(let name): name.flatMap(Configuration.objection(toName:))
        case .pause, .resume, .set: nil
        }
    }
}

extension Transfer {
    /// The same of a transfer.
    var objection: String? { to.flatMap(Configuration.objection(toName:)) }
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
