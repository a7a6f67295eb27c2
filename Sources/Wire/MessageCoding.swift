// SPDX-License-Identifier: Apache-2.0

public import Election
import Paxos

// A message on the wire:
//
//   version │ kind │ length │ cluster? │ slot │ versions │ fields of the kind …
//      1        1       2
//
// Behind the version stands one single field, whose tag is the kind: so a message knows its own
// length, and a truncated one is never taken for a shorter one. Inside it are the fields, tags
// ascending; what is nil is left out, and what is not known is skipped.

/// What bytes from a peer turn out to be.
public enum Arrival: Hashable, Sendable {
    /// A message.
    case message(Message)
    /// A question or an answer that no election hears.
    case probe(Probe)
    case probeReply(ProbeReply)
    /// A kind that only a newer version knows: counted and dropped.
    case unknownKind(UInt8)
}

extension Message {
    /// A message has at most so many bytes; the session layer splits it into datagrams.
    public static let lengthLimit = 65_536

    /// The bytes in the newest version. One message has one encoding in each.
    public var encoded: [UInt8] { encoded(in: WireVersion.supported.upperBound) }

    /// The bytes that go to a peer, in a version that it speaks.
    public func encoded(in version: UInt8) -> [UInt8] {
        var writer = FieldWriter(after: [version], capacity: 256)
        writer.put(body.kind.rawValue) { row in
            if let cluster { row.put(Tag.cluster, cluster) }
            row.put(Tag.slot, number: slot)
            row.put(Tag.versions, versions: body.versions)
            body.encode(into: &row)
        }
        invariant(writer.bytes.count <= Self.lengthLimit, "too long a message: \(self)")
        return writer.bytes
    }

    /// Reads what came from a peer. `digest` names the decrees in it.
    ///
    /// - Parameter spoken: the versions that this host speaks.
    public static func decode<Hash: DigestFunction>(
        _ bytes: [UInt8],
        spoken: ClosedRange<UInt8> = WireVersion.supported,
        digest: Hash.Type
    ) throws(WireError) -> Arrival {
        guard bytes.count <= lengthLimit else { throw .tooLong(bytes.count) }
        guard let version = bytes.first else { throw .empty }
        guard spoken.contains(version) else { throw .version(version, spoken: spoken) }
        let whole: Field
        do throws(FieldError) {
            var reader = FieldReader(bytes, from: 1)
            guard let field = try reader.next() else { throw .truncated }
            whole = field
        } catch {
            throw .fields(error)
        }
        guard whole.count == bytes.count - 4 else { throw .trailing }
        guard let kind = MessageKind(rawValue: whole.tag) else {
            guard let kind = ProbeKind(rawValue: whole.tag) else { return .unknownKind(whole.tag) }
            return try Arrival(kind, whole.fields)
        }

        var row = try FieldCursor(whole.fields)
        let cluster = try row.digest(ifAny: Tag.cluster)
        let slot = try row.number(Tag.slot)
        let versions = try row.versions(Tag.versions)
        let body = try Body(kind, from: &row, versions: versions, digest: digest)
        try row.finish()
        return .message(Message(cluster: cluster, slot: slot, body: body))
    }
}

extension Arrival {
    fileprivate init(_ kind: ProbeKind, _ fields: FieldReader) throws(WireError) {
        var row = try FieldCursor(fields)
        switch kind {
        case .probe: self = .probe(try Probe(from: &row))
        case .probeReply: self = .probeReply(try ProbeReply(from: &row))
        }
        try row.finish()
    }
}

extension Message.Body {
    /// The range in the header: a greeting's and a joiner's own, otherwise what this host speaks.
    /// They do not say it twice.
    fileprivate var versions: ClosedRange<UInt8> {
        switch self {
        case .hello(let hello): hello.versions
        case .join(let join): join.versions
        default: WireVersion.supported
        }
    }

    fileprivate func encode(into row: inout FieldWriter) {
        switch self {
        case .hello(let body): body.encode(into: &row)
        case .canvass(let body): body.encode(into: &row)
        case .canvassReply(let body): body.encode(into: &row)
        case .prepare(let body): body.encode(into: &row)
        case .promise(let body): body.encode(into: &row)
        case .accept(let body): body.encode(into: &row)
        case .accepted(let body): body.encode(into: &row)
        case .heartbeat(let body): body.encode(into: &row)
        case .ack(let body): body.encode(into: &row)
        case .release(let body): body.encode(into: &row)
        case .decided(let decree): row.put(Tag.decree, decree.bytes)
        case .refuse(let body): body.encode(into: &row)
        case .ask(let body): body.encode(into: &row)
        case .answer(let body): body.encode(into: &row)
        case .join(let body): body.encode(into: &row)
        case .joinAnswer(let body): body.encode(into: &row)
        }
    }

    fileprivate init<Hash: DigestFunction>(
        _ kind: MessageKind,
        from row: inout FieldCursor,
        versions: ClosedRange<UInt8>,
        digest: Hash.Type
    ) throws(WireError) {
        switch kind {
        case .hello: self = .hello(try Hello(from: &row, versions: versions))
        case .canvass: self = .canvass(try Canvass(from: &row))
        case .canvassReply: self = .canvassReply(try CanvassReply(from: &row))
        case .prepare: self = .prepare(try PrepareRequest(from: &row))
        case .promise: self = .promise(try PromiseReply(from: &row, digest: digest))
        case .accept: self = .accept(try AcceptRequest(from: &row, digest: digest))
        case .accepted: self = .accepted(try AcceptedReply(from: &row))
        case .heartbeat: self = .heartbeat(try Heartbeat(from: &row))
        case .ack: self = .ack(try Ack(from: &row))
        case .release: self = .release(try Release(from: &row))
        case .decided: self = .decided(try row.decree(Tag.decree, digest: digest))
        case .refuse: self = .refuse(try Refusal(from: &row))
        case .ask: self = .ask(try Ask(from: &row))
        case .answer: self = .answer(try AskAnswer(from: &row))
        case .join: self = .join(try Join(from: &row, versions: versions))
        case .joinAnswer: self = .joinAnswer(try JoinAnswer(from: &row))
        }
    }
}
