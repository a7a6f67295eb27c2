// SPDX-License-Identifier: Apache-2.0

import Paxos

// The canonical bytes of what the cluster agrees on besides its members. What is as it always was
// is not written: a host of an older release understands every decree that uses nothing newer.

extension Settings {
    private enum Tag {
        static let lease: UInt8 = 1, heartbeat: UInt8 = 2, drift: UInt8 = 3
        static let autoPromote: UInt8 = 4, autoReplace: UInt8 = 5, maxVoters: UInt8 = 6
        static let downAfter: UInt8 = 7, admission: UInt8 = 8, preemptAfter: UInt8 = 9
        static let version: UInt8 = 10
    }

    /// Writes the settings as a row of fields.
    public func encode(into writer: inout FieldWriter) {
        let usual = Settings()
        writer.put(Tag.lease, leaseMilliseconds)
        writer.put(Tag.heartbeat, heartbeatMilliseconds)
        writer.put(Tag.drift, driftPPM)
        if !autoPromote { writer.put(Tag.autoPromote, UInt8(0)) }
        if !autoReplace { writer.put(Tag.autoReplace, UInt8(0)) }
        if maxVoters != usual.maxVoters { writer.put(Tag.maxVoters, maxVoters) }
        if downAfterMilliseconds != 0 { writer.put(Tag.downAfter, downAfterMilliseconds) }
        if admission != usual.admission { writer.put(Tag.admission, admission.rawValue) }
        if preemptAfterMilliseconds != 0 {
            writer.put(Tag.preemptAfter, preemptAfterMilliseconds)
        }
        if protocolVersion != usual.protocolVersion { writer.put(Tag.version, protocolVersion) }
    }

    /// Reads settings; `understood` turns false at a field that is not known.
    public init(_ row: FieldReader, understood: inout Bool) throws(FieldError) {
        var row = row
        self.init()
        while let field = try row.next() {
            switch field.tag {
            case Tag.lease: leaseMilliseconds = try field.number()
            case Tag.heartbeat: heartbeatMilliseconds = try field.number()
            case Tag.drift: driftPPM = try field.number()
            case Tag.autoPromote: autoPromote = try field.number(UInt8.self) != 0
            case Tag.autoReplace: autoReplace = try field.number(UInt8.self) != 0
            case Tag.maxVoters: maxVoters = try field.number()
            case Tag.downAfter: downAfterMilliseconds = try field.number()
            case Tag.admission:
                if let known = Admission(rawValue: try field.number()) {
                    admission = known
                } else {
                    understood = false
                }
            case Tag.preemptAfter: preemptAfterMilliseconds = try field.number()
            case Tag.version: protocolVersion = try field.number()
            default: understood = false
            }
        }
    }
}

extension Announcement {
    private enum Tag {
        static let name: UInt8 = 1, role: UInt8 = 2
    }

    func encode(into writer: inout FieldWriter) {
        writer.put(Tag.name, name)
        writer.put(Tag.role, role.rawValue)
    }

    init(_ row: FieldReader, understood: inout Bool) throws(FieldError) {
        var row = row
        var (name, role): (String?, Role?) = (nil, nil)
        while let field = try row.next() {
            switch field.tag {
            case Tag.name: name = try field.text(atMost: NodeID.nameLimit)
            case Tag.role:
                role = Role(rawValue: try field.number())
                if role == nil { throw .value(tag: field.tag) }
            default: understood = false
            }
        }
        guard let name else { throw .missing(tag: Tag.name) }
        guard let role else { throw .missing(tag: Tag.role) }
        self.init(name: name, role: role)
    }
}

extension Pause {
    private enum Tag {
        static let milliseconds: UInt8 = 1, since: UInt8 = 2
    }

    func encode(into writer: inout FieldWriter) {
        writer.put(Tag.milliseconds, milliseconds)
        writer.put(Tag.since, since)
    }

    init(_ row: FieldReader, understood: inout Bool) throws(FieldError) {
        var row = row
        var (milliseconds, since): (UInt64?, Slot?) = (nil, nil)
        while let field = try row.next() {
            switch field.tag {
            case Tag.milliseconds: milliseconds = try field.number()
            case Tag.since: since = try field.number()
            default: understood = false
            }
        }
        guard let milliseconds else { throw .missing(tag: Tag.milliseconds) }
        guard let since else { throw .missing(tag: Tag.since) }
        self.init(milliseconds: milliseconds, since: since)
    }
}
