// SPDX-License-Identifier: Apache-2.0

public import Paxos

// The canonical bytes of a decree. The tags are for ever: a field may be added with a new tag,
// never given a new meaning. electd-protocol(7) lists them.

extension NodeID {
    /// How many bytes a name has at most.
    public static let nameLimit = 63

    /// The identity in a field: the key, then the name, which takes what is left.
    public init(_ field: Field) throws(FieldError) {
        let (key, name) = try field.split(at: PublicKey.length)
        self.init(
            name: try name.text(atMost: Self.nameLimit),
            key: PublicKey(words: (key.word(0), key.word(1), key.word(2), key.word(3)))
        )
    }
}

extension Digest {
    /// The digest in a field.
    public init(_ field: Field) throws(FieldError) {
        guard field.count == Self.length else { throw .length(tag: field.tag) }
        self.init(high: field.word(0), low: field.word(1))
    }
}

extension FieldWriter {
    /// A digest.
    public mutating func put(_ tag: UInt8, _ digest: Digest) {
        begin(tag, Digest.length)
        append([digest.high, digest.low])
    }

    /// An identity: the key, then the name, which takes what is left.
    public mutating func put(_ tag: UInt8, _ node: NodeID) {
        let (a, b, c, d) = node.key.words
        begin(tag, PublicKey.length + node.name.utf8.count)
        append([a, b, c, d])
        append(node.name)
    }

    /// A number and the node it belongs to: a ballot, a write number heard of somebody.
    public mutating func put(_ tag: UInt8, _ number: UInt64, of node: NodeID) {
        let (a, b, c, d) = node.key.words
        begin(tag, 8 + PublicKey.length + node.name.utf8.count)
        append([number, a, b, c, d])
        append(node.name)
    }
}

extension Label {
    static let equals = UInt8(ascii: "=")

    /// `key=value`, as it stands in a field.
    public var text: String { key + "=" + value }

    /// The label in a field: up to the first `=` it is the key. Byte by byte, for behind a mark that
    /// combines with it `=` is another character, and one value would be read otherwise than written.
    public init(_ field: Field) throws(FieldError) {
        let text = try field.text(atMost: Member.labelLength)
        guard let end = text.utf8.firstIndex(of: Self.equals) else {
            throw .value(tag: field.tag)
        }
        let value = text[text.utf8.index(after: end)...]
        self.init(key: String(text[..<end]), value: String(value))
    }
}

extension Member {
    private enum Tag {
        static let id: UInt8 = 1, role: UInt8 = 2, priority: UInt8 = 3, address: UInt8 = 4
        static let label: UInt8 = 5, isUp: UInt8 = 6, isDrained: UInt8 = 7, asked: UInt8 = 8
        static let learned: UInt8 = 9
    }

    /// Limits of what a member may bring along, so that every decree fits into a message.
    public static let addressLimit = 8
    /// How many labels a member has at most.
    public static let labelLimit = 16
    /// How many bytes an address has at most.
    public static let addressLength = 270
    /// How many bytes a label, `key=value`, has at most.
    public static let labelLength = 256

    /// Writes the member as a row of fields.
    public func encode(into writer: inout FieldWriter) {
        writer.put(Tag.id, id)
        writer.put(Tag.role, role.rawValue)
        writer.put(Tag.priority, priority)
        for address in addresses { writer.put(Tag.address, address) }
        for label in labels { writer.put(Tag.label, label.text) }
        writer.put(Tag.isUp, UInt8(isUp ? 1 : 0))
        if isDrained { writer.put(Tag.isDrained, UInt8(1)) }
        if let asked { writer.put(Tag.asked, asked.rawValue) }
        if let learnedAddress { writer.put(Tag.learned, learnedAddress) }
    }

    /// Reads a member; `understood` turns false at a field that is not known.
    public init(_ row: FieldReader, understood: inout Bool) throws(FieldError) {
        var row = row
        var (id, role): (NodeID?, Role?) = (nil, nil)
        self.init(id: .nobody)
        while let field = try row.next() {
            switch field.tag {
            case Tag.id: id = try NodeID(field)
            case Tag.role:
                role = Role(rawValue: try field.number())
                if role == nil { throw .value(tag: field.tag) }
            case Tag.priority: priority = try field.number()
            case Tag.address:
                guard addresses.count < Self.addressLimit else { throw .length(tag: field.tag) }
                addresses.append(try field.text(atMost: Self.addressLength))
            case Tag.label:
                guard labels.count < Self.labelLimit else { throw .length(tag: field.tag) }
                labels.append(try Label(field))
            case Tag.isUp: isUp = try field.number(UInt8.self) != 0
            case Tag.isDrained: isDrained = try field.number(UInt8.self) != 0
            case Tag.asked:
                asked = Role(rawValue: try field.number())
                if asked == nil { throw .value(tag: field.tag) }
            case Tag.learned: learnedAddress = try field.text(atMost: Self.addressLength)
            default: understood = false
            }
        }
        guard let id else { throw .missing(tag: Tag.id) }
        guard let role else { throw .missing(tag: Tag.role) }
        self.id = id
        self.role = role
    }
}

extension ClusterState {
    private enum Tag {
        static let cluster: UInt8 = 1, slot: UInt8 = 2, previous: UInt8 = 3, epoch: UInt8 = 4
        static let leader: UInt8 = 5, name: UInt8 = 6, settings: UInt8 = 7, member: UInt8 = 8
        static let cause: UInt8 = 9, askedBy: UInt8 = 10, lastRequest: UInt8 = 11
        static let announced: UInt8 = 12, pause: UInt8 = 13
    }

    /// The canonical bytes.
    public var encoded: [UInt8] {
        var writer = FieldWriter()
        if let cluster { writer.put(Tag.cluster, cluster) }
        writer.put(Tag.slot, slot)
        writer.put(Tag.previous, previous)
        writer.put(Tag.epoch, epoch)
        writer.put(Tag.leader, leader)
        writer.put(Tag.name, name)
        writer.put(Tag.settings) { settings.encode(into: &$0) }
        for member in members { writer.put(Tag.member) { member.encode(into: &$0) } }
        writer.put(Tag.cause, cause.rawValue)
        if !askedBy.isEmpty { writer.put(Tag.askedBy, askedBy) }
        if let lastRequest { writer.put(Tag.lastRequest, lastRequest.number) }
        for entry in announced { writer.put(Tag.announced) { entry.encode(into: &$0) } }
        if let pause { writer.put(Tag.pause) { pause.encode(into: &$0) } }
        return writer.bytes
    }

    /// Reads a state, and whether every field of it was known.
    static func decode(_ bytes: [UInt8]) throws(FieldError) -> (ClusterState, Bool) {
        var row = FieldReader(bytes)
        var understood = true
        var (slot, epoch, leader): (Slot?, UInt64?, NodeID?) = (nil, nil, nil)
        var state = ClusterState(
            cluster: nil,
            slot: 0,
            previous: .none,
            epoch: 0,
            leader: .nobody,
            name: "",
            settings: Settings(),
            members: [],
            cause: .elected
        )
        while let field = try row.next() {
            switch field.tag {
            case Tag.cluster: state.cluster = try Digest(field)
            case Tag.slot: slot = try field.number()
            case Tag.previous: state.previous = try Digest(field)
            case Tag.epoch: epoch = try field.number()
            case Tag.leader: leader = try NodeID(field)
            case Tag.name: state.name = try field.text(atMost: NodeID.nameLimit)
            case Tag.settings:
                state.settings = try Settings(field.fields, understood: &understood)
            case Tag.member:
                guard state.members.count < memberLimit else { throw .length(tag: field.tag) }
                state.members.append(try Member(field.fields, understood: &understood))
            case Tag.cause:
                // A cause that a newer version knows is no reason to refuse its decree.
                if let cause = Cause(rawValue: try field.number()) {
                    state.cause = cause
                } else {
                    understood = false
                }
            case Tag.askedBy: state.askedBy = try field.text(atMost: NodeID.nameLimit)
            case Tag.lastRequest: state.lastRequest = RequestID(try field.number())
            case Tag.announced:
                guard state.announced.count < announcedLimit else {
                    throw .length(tag: field.tag)
                }
                state.announced.append(try Announcement(field.fields, understood: &understood))
            case Tag.pause: state.pause = try Pause(field.fields, understood: &understood)
            default: understood = false
            }
        }
        guard let slot else { throw .missing(tag: Tag.slot) }
        guard let epoch else { throw .missing(tag: Tag.epoch) }
        guard let leader else { throw .missing(tag: Tag.leader) }
        (state.slot, state.epoch, state.leader) = (slot, epoch, leader)
        return (state, understood)
    }
}
