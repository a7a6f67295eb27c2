// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// What is to change, as a row of fields inside a command: what is not there stays as it is. Half a
// command is none, so a field that is not known here refuses the whole.

extension MemberChange {
    private enum EntryTag {
        static let role: UInt8 = 1, priority: UInt8 = 2
        /// All addresses are given by those that follow, if any; likewise the labels.
        static let hasAddresses: UInt8 = 3, address: UInt8 = 4
        static let hasLabels: UInt8 = 5, label: UInt8 = 6
    }

    func encode(into row: inout FieldWriter) {
        if let role { row.put(EntryTag.role, role.rawValue) }
        if let priority { row.put(EntryTag.priority, priority) }
        if let addresses {
            row.put(EntryTag.hasAddresses, true)
            for address in addresses { row.put(EntryTag.address, address) }
        }
        if let labels {
            row.put(EntryTag.hasLabels, true)
            for label in labels { row.put(EntryTag.label, label.text) }
        }
    }

    init(_ row: FieldReader, tag: UInt8) throws(FieldError) {
        var row = row
        self.init()
        while let field = try row.next() {
            switch field.tag {
            case EntryTag.role: role = try field.role()
            case EntryTag.priority: priority = try field.number()
            case EntryTag.hasAddresses: addresses = []
            case EntryTag.address:
                guard let count = addresses?.count, count < Member.addressLimit else {
                    throw .length(tag: field.tag)
                }
                addresses?.append(try field.text(atMost: Member.addressLength))
            case EntryTag.hasLabels: labels = []
            case EntryTag.label:
                guard let count = labels?.count, count < Member.labelLimit else {
                    throw .length(tag: field.tag)
                }
                labels?.append(try Label(field))
            default: throw .value(tag: tag)
            }
        }
    }
}

extension SettingsChange {
    private enum PolicyTag {
        static let lease: UInt8 = 1, heartbeat: UInt8 = 2, drift: UInt8 = 3
        static let autoPromote: UInt8 = 4, autoReplace: UInt8 = 5, maxVoters: UInt8 = 6
        static let downAfter: UInt8 = 7, admission: UInt8 = 8, preemptAfter: UInt8 = 9
        static let version: UInt8 = 10
    }

    func encode(into row: inout FieldWriter) {
        if let leaseMilliseconds { row.put(PolicyTag.lease, leaseMilliseconds) }
        if let heartbeatMilliseconds { row.put(PolicyTag.heartbeat, heartbeatMilliseconds) }
        if let driftPPM { row.put(PolicyTag.drift, driftPPM) }
        if let autoPromote { row.put(PolicyTag.autoPromote, autoPromote) }
        if let autoReplace { row.put(PolicyTag.autoReplace, autoReplace) }
        if let maxVoters { row.put(PolicyTag.maxVoters, maxVoters) }
        if let downAfterMilliseconds { row.put(PolicyTag.downAfter, downAfterMilliseconds) }
        if let admission { row.put(PolicyTag.admission, admission.rawValue) }
        if let preemptAfterMilliseconds {
            row.put(PolicyTag.preemptAfter, preemptAfterMilliseconds)
        }
        if let protocolVersion { row.put(PolicyTag.version, protocolVersion) }
    }

    init(_ row: FieldReader, tag: UInt8) throws(FieldError) {
        var row = row
        self.init()
        while let field = try row.next() {
            switch field.tag {
            case PolicyTag.lease: leaseMilliseconds = try field.number()
            case PolicyTag.heartbeat: heartbeatMilliseconds = try field.number()
            case PolicyTag.drift: driftPPM = try field.number()
            case PolicyTag.autoPromote: autoPromote = try field.flag()
            case PolicyTag.autoReplace: autoReplace = try field.flag()
            case PolicyTag.maxVoters: maxVoters = try field.number()
            case PolicyTag.downAfter: downAfterMilliseconds = try field.number()
            case PolicyTag.admission:
                guard let known = Admission(rawValue: try field.number()) else {
                    throw .value(tag: field.tag)
                }
                admission = known
            case PolicyTag.preemptAfter: preemptAfterMilliseconds = try field.number()
            case PolicyTag.version: protocolVersion = try field.number()
            default: throw .value(tag: tag)
            }
        }
    }
}

extension Field {
    fileprivate func role() throws(FieldError) -> Role {
        guard let role = Role(rawValue: try number()) else { throw .value(tag: tag) }
        return role
    }
}
