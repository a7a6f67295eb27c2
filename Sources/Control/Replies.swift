// SPDX-License-Identifier: Apache-2.0

/// The replies that are more than a `LeaderReply`: GetStatus, Watch, Transfer and those of
/// `org.varlink.service`.

/// The reply of GetStatus.
public struct StatusReply: Hashable, Sendable, Decodable, JSONWritable {
    /// Everything the host knows.
    public var status: Status

    /// Makes a reply.
    public init(status: Status) { self.status = status }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { $0.field("status") { status.write(to: &$0) } }
    }
}

/// One reply of Watch: an event, and the status after it.
public struct WatchReply: Hashable, Sendable, Decodable, JSONWritable {
    /// The kind of the first reply.
    public static let snapshot = "snapshot"

    /// Grows by one from reply to reply; of the first, the number of the newest event.
    public var sequence: UInt64
    /// A fixed word for what happened, `snapshot` in the first reply.
    public var kind: String
    /// A fixed word for why.
    public var cause: String
    /// The journal line of the event.
    public var text: String
    /// What the host knows after the event.
    public var status: Status

    /// Makes a reply.
    public init(sequence: UInt64, kind: String, cause: String, text: String, status: Status) {
        self.sequence = sequence
        self.kind = kind
        self.cause = cause
        self.text = text
        self.status = status
    }

    private enum CodingKeys: String, CodingKey {
        case kind, cause, text, status
        case sequence = "seq"
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("seq", sequence)
            writer.field("kind", kind)
            writer.field("cause", cause)
            writer.field("text", text)
            writer.field("status") { status.write(to: &$0) }
        }
    }
}

/// The reply of Transfer: the decree is made.
public struct TransferReply: Hashable, Sendable, Decodable, JSONWritable {
    /// Who led.
    public var from: String
    /// Who leads next.
    public var to: String
    /// The epoch of the next leader.
    public var epoch: UInt64

    /// Makes a reply.
    public init(from: String, to: String, epoch: UInt64) {
        self.from = from
        self.to = to
        self.epoch = epoch
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("from", from)
            writer.field("to", to)
            writer.field("epoch", epoch)
        }
    }
}

/// The reply of `org.varlink.service.GetInfo`.
public struct ServiceInfo: Hashable, Sendable, Decodable, JSONWritable {
    /// Who made it.
    public var vendor: String
    /// What it is.
    public var product: String
    /// Its version.
    public var version: String
    /// Where it is described.
    public var url: String
    /// Its interfaces by name.
    public var interfaces: [String]

    /// What electd of this version says.
    public init(version: String = Release.version) {
        vendor = "The electd authors"
        product = "electd"
        self.version = version
        url = "man:electd(8)"
        interfaces = Interface.allCases.map(\.rawValue)
    }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("vendor", vendor)
            writer.field("product", product)
            writer.field("version", version)
            writer.field("url", url)
            writer.field("interfaces") { writer in
                writer.array(interfaces) { $0.string($1) }
            }
        }
    }
}

/// The interfaces and their text.
public enum Interface: String, CaseIterable, Hashable, Sendable {
    /// What this project adds to a host.
    case electd = "io.electd"
    /// What every Varlink service has.
    case service = "org.varlink.service"

    /// The IDL, as it stands in the file of this name.
    public var description: String {
        switch self {
        case .electd: String(decoding: PackageResources.io_electd_varlink, as: UTF8.self)
        case .service: String(decoding: PackageResources.org_varlink_service_varlink, as: UTF8.self)
        }
    }
}

/// The reply of `org.varlink.service.GetInterfaceDescription`.
public struct InterfaceDescription: Hashable, Sendable, Decodable, JSONWritable {
    /// The IDL.
    public var description: String

    /// The text of an interface.
    public init(_ interface: Interface) { description = interface.description }

    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { $0.field("description", description) }
    }
}
