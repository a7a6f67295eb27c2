// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// What can be asked of the leader. It is carried out by a decree or not at all.
///
/// A command is an intention: the leader works out what it means for the newest decree at the
/// moment when it makes the next one, so two commands never undo each other by accident.
public enum Command: Hashable, Sendable {
    /// Another leader: this one, or whoever comes next (R18).
    case transfer(to: String?)
    /// A host of this name may join and become this, also where every host must be approved.
    case admit(name: String, role: Role)
    /// This member is one no more; the leader names its successor in the same decree (R21, R22).
    /// A host that was only announced is not expected any more.
    case remove(name: String)
    /// The member `by` takes the place of `name`, with its role and priority, in one decree. Where
    /// both are one name, a host that came back with a new identity takes its own old place.
    case replace(name: String, by: String)
    /// A member's entry changes.
    case set(name: String, MemberChange)
    /// What the cluster agrees on changes.
    case settings(SettingsChange)
    /// This member gives up leadership and takes none.
    case drain(name: String)
    /// It may lead again.
    case undrain(name: String)
    /// For this long nobody but the present leader stands: 1 ms to a day.
    case pause(milliseconds: UInt64)
    /// The pause is over.
    case resume
}

extension Command {
    /// What is wrong with it whatever the decree is, as a sentence; nil where nothing is. A leader on
    /// another host could not even read it.
    var objection: String? {
        switch self {
        case .transfer(nil), .settings, .resume: nil
        case .transfer(let name?), .admit(let name, _), .remove(let name), .drain(let name),
            .undrain(let name):
            Self.objection(to: name)
        case .replace(let name, let other): Self.objection(to: name) ?? Self.objection(to: other)
        case .set(let name, let change): Self.objection(to: name) ?? change.objection(of: name)
        case .pause(let milliseconds): Pause.objection(to: milliseconds)
        }
    }

    private static func objection(to name: String) -> String? {
        name.utf8.count > NodeID.nameLimit ? NodeID(name: name, key: .none).objection : nil
    }
}

extension NodeID {
    /// What is wrong with its name, as a sentence; nil where nothing is.
    var objection: String? {
        if isNameValid { return nil }
        return
            "'\(name.prefix(80))' is no name of a host: use letters, digits, hyphens and dots, at "
            + "most \(Self.nameLimit), the first one a letter or a digit"
    }
}

extension MemberChange {
    fileprivate func objection(of name: String) -> String? {
        Member(
            id: NodeID(name: name, key: .none),
            addresses: addresses ?? [],
            labels: labels ?? []
        ).objection
    }
}

/// What is to change in a member's entry; nil is "as it is".
public struct MemberChange: Hashable, Sendable {
    /// What it is there for.
    public var role: Role?
    /// Who goes first where several may lead; 0 never leads.
    public var priority: UInt16?
    /// How to reach it: all its addresses. What was learned of it besides is forgotten.
    public var addresses: [String]?
    /// What applications are shown: all its labels.
    public var labels: [Label]?

    /// A change; nothing, unless it is said.
    public init(
        role: Role? = nil,
        priority: UInt16? = nil,
        addresses: [String]? = nil,
        labels: [Label]? = nil
    ) {
        self.role = role
        self.priority = priority
        self.addresses = addresses
        self.labels = labels
    }
}

/// What is to change in what the cluster agrees on; nil is "as it is". The fields are those of
/// `Settings`.
public struct SettingsChange: Hashable, Sendable {
    /// The lease, in milliseconds.
    public var leaseMilliseconds: UInt32?
    /// The time between two heartbeats, in milliseconds.
    public var heartbeatMilliseconds: UInt32?
    /// The drift bound, in parts per million.
    public var driftPPM: UInt32?
    /// Whether observers that asked for a vote get it by themselves.
    public var autoPromote: Bool?
    /// Whether a host that lost its disk takes its old place by itself.
    public var autoReplace: Bool?
    /// How many voters promotion by itself makes at most.
    public var maxVoters: UInt8?
    /// After which silence a member is `down`, in milliseconds; 0 is the default.
    public var downAfterMilliseconds: UInt32?
    /// Who may join.
    public var admission: Admission?
    /// After how long a better candidate takes over, in milliseconds; 0 is never.
    public var preemptAfterMilliseconds: UInt32?
    /// The version of the protocol that the cluster speaks.
    public var protocolVersion: UInt8?

    /// A change of nothing: set what is to change.
    public init() {}
}

/// What came of a command.
public enum Outcome: Hashable, Sendable {
    /// Done, by the decree of this slot.
    case done(slot: Slot)
    /// Not done, and why: a sentence that says what to do.
    case refused(String)
    /// This host does not lead and knows of nobody who does.
    case noLeader
}
