// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// What a member is there for.
public enum Role: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// Votes, and may lead.
    case voter = 1
    /// Learns, and counts nowhere.
    case observer = 2
    /// Votes, and never leads.
    case witness = 3

    /// The word in the configuration.
    public var description: String {
        switch self {
        case .voter: "voter"
        case .observer: "observer"
        case .witness: "witness"
        }
    }

    /// Whether the role counts for the quorum.
    public var votes: Bool { self != .observer }
}

/// A free remark that applications are shown with the leader: `url=postgres://10.0.0.1:5432`.
public struct Label: Hashable, Sendable {
    /// What it is called.
    public let key: String
    /// What it says.
    public let value: String

    /// A label by its two parts.
    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// One host of the cluster, as the decree has it.
public struct Member: Hashable, Sendable {
    /// Its name and key.
    public var id: NodeID
    /// What it is there for.
    public var role: Role
    /// Who goes first where several may lead; 0 never leads.
    public var priority: UInt16
    /// How to reach it, `host:port`, one per network.
    public var addresses: [String]
    /// What applications are shown.
    public var labels: [Label]
    /// The agreed view: false once the leader has missed it for long. It still counts as a voter.
    public var isUp: Bool
    /// It gives up leadership and takes none, until that is taken back.
    public var isDrained = false
    /// What it asked to be when it joined; nil once it is that, or an operator said what it is to be.
    public var asked: Role?
    /// Where it was heard from last, if that is none of its addresses: it has moved.
    public var learnedAddress: String?

    /// A member; up, with the usual priority, unless it is said otherwise.
    public init(
        id: NodeID,
        role: Role = .voter,
        priority: UInt16 = 100,
        addresses: [String] = [],
        labels: [Label] = [],
        isUp: Bool = true
    ) {
        self.id = id
        self.role = role
        self.priority = priority
        self.addresses = addresses
        self.labels = labels
        self.isUp = isUp
    }

    /// Whether this member may be named leader (R13).
    @inline(__always)
    public var mayLead: Bool { role == .voter && priority > 0 && !isDrained }

    /// Everywhere it may be reached.
    public var allAddresses: [String] { addresses + (learnedAddress.map { [$0] } ?? []) }

    /// What is wrong with its addresses and labels, as a sentence; nil where nothing is.
    public var objection: String? {
        guard addresses.count <= Self.addressLimit else {
            return "\(id) has \(addresses.count) addresses, at most \(Self.addressLimit) are kept"
        }
        guard labels.count <= Self.labelLimit else {
            return "\(id) has \(labels.count) labels, at most \(Self.labelLimit) are kept"
        }
        for address in allAddresses where address.utf8.count > Self.addressLength {
            return "an address of \(id) has more than \(Self.addressLength) bytes"
        }
        for label in labels {
            guard !label.key.isEmpty, !label.key.utf8.contains(Label.equals) else {
                return "a label of \(id) has no name: write key=value"
            }
            guard label.key.utf8.count + label.value.utf8.count < Self.labelLength else {
                return "the label \(label.key) of \(id) has more than \(Self.labelLength) bytes"
            }
        }
        return nil
    }
}
