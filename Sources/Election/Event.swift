// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// Something that happened. Its text is the journal line, the line of a test story and the line of
/// `electctl watch`: one thing, three readers.
public enum Event: Hashable, Sendable {
    /// The run has begun, with this much remembered.
    case started(slot: Slot, epoch: UInt64, promised: Ballot)
    /// Another decree holds.
    case decided(Decree)
    /// This host asks whether it would be served.
    case canvassing(slot: Slot)
    /// This host takes a ballot.
    case standing(Ballot)
    /// This host's lease begins.
    case leads(epoch: UInt64)
    /// This host's lease has ended: by itself, or because it was given up.
    case ceased(epoch: UInt64, Ceased)
    /// Another host leads and is heard.
    case follows(NodeID, epoch: UInt64)
    /// Nobody is known to lead any more.
    case unsure
    /// A command was done or refused.
    case answered(RequestID, Outcome)
    /// All has been let go of; the process may end.
    case stopped
    /// The lists of initial names differ: a founder that lists others than this host does (R10).
    /// `theirs` is empty where it has not said which.
    case listsDiffer(NodeID, theirs: [String], ours: [String])
    /// A host that was prepared to found a cluster comes when this one is founded without it: told by
    /// the host of a member, with the names of the members and its own list, and by a member of the
    /// host, with that list and the names of the members.
    case foundedBefore(NodeID, theirs: [String], ours: [String])
    /// A founder is met that already belongs to a cluster, or was told to join one.
    case notBlank(NodeID)
    /// This host runs on an older image of its disk: another knows of later writes (R23a).
    case olderImage(told: UInt64, own: UInt64, by: NodeID)
    /// Another runs on an older image of its disk, and is told so: this host knows of later writes
    /// (R23a).
    case olderImageOf(NodeID, told: UInt64, own: UInt64)
    /// Two living copies of a node have been heard (R23b); one may be this very host.
    case copied(NodeID)
    /// This host is no longer a member, and the others know it (R22).
    case removed
    /// The disk failed: this run votes no more.
    case storageFailed
    /// A node of another cluster, that has this cluster's key, sends to this host.
    case otherCluster(NodeID)
    /// A host was not let in, and why: told by the leader of the host, and by the host of who
    /// refused it. Before there is a cluster: told by a founder of one that cannot help to found it.
    case joinRefused(NodeID, String)
    /// Two decrees were chosen in one slot, which must never be: a node goes on from another one than
    /// this host held, and this host goes with it.
    case chosenTwice(NodeID, slot: Slot)
    /// A message contradicts what is known; it was refused.
    case contradiction(NodeID, String)

    /// How a lease ended.
    public enum Ceased: Hashable, Sendable {
        /// It ran out: no majority answered in time.
        case expired
        /// It was given up.
        case released
        /// Another was chosen to lead.
        case succeeded
        /// The voters are others now, and have yet to grant it anew.
        case votersChanged
        /// The host stopped taking part.
        case halted
    }
}

extension Event: CustomStringConvertible {
    /// One line, in the field's words.
    public var description: String {
        switch self {
        case .started(let slot, let epoch, let promised):
            "started: slot=\(slot) epoch=\(epoch) promised=\(promised)"
        case .decided(let decree):
            "decided slot=\(decree.slot) leader=\(decree.leader) epoch=\(decree.epoch) "
                + "cause=\(decree.state.cause)"
        case .canvassing(let slot): "canvassing for slot \(slot)"
        case .standing(let ballot): "standing with ballot \(ballot)"
        case .leads(let epoch): "leads: epoch=\(epoch)"
        case .ceased(let epoch, let why): "no longer leads: epoch=\(epoch), \(why.text)"
        case .follows(let leader, let epoch): "follows \(leader): epoch=\(epoch)"
        case .unsure: "unsure: no leader is heard"
        case .answered(_, let outcome): outcome.text
        case .stopped: "stopped: everything is let go of"
        case .listsDiffer(let node, let theirs, let ours):
            "\(node) lists other initial members than this host, "
                + (theirs.isEmpty ? "" : "\(theirs.joined(separator: " ")) and not ")
                + "\(ours.joined(separator: " ")); run 'electctl init' with the same --member "
                + "options on every host"
        case .foundedBefore(let node, let theirs, let ours):
            "\(node) names other members than this host, \(theirs.joined(separator: " ")) and not "
                + "\(ours.joined(separator: " ")); the cluster is founded already, and who is no "
                + "member asks to join it"
        case .notBlank(let node):
            "\(node) cannot help to found a cluster: it was not prepared by 'electctl init', or "
                + "belongs to a cluster already"
        case .olderImage(let told, let own, let node):
            "this host runs on an older image of its disk: \(node) knows of write \(told), the "
                + "record is at \(own); it votes no more"
        case .olderImageOf(let node, let told, let own):
            "\(node) runs on an older image of its disk: this host knows of its write \(told), its "
                + "record is at \(own); it is told so, and votes no more"
        case .copied(let node):
            "two living copies of \(node) are heard; stop one of them and remove its state "
                + "directory: neither is counted meanwhile"
        case .removed: "removed from the cluster"
        case .storageFailed:
            "the state directory cannot be written; this host votes no more, look at the disk"
        case .otherCluster(let node):
            "\(node) belongs to another cluster and sends to this host; check its Join= and the "
                + "addresses in its state directory"
        case .joinRefused(let node, let why): "not let in (\(node)): \(why)"
        case .chosenTwice(let node, let slot):
            "two decrees were chosen in slot \(slot), and \(node) goes on from another one than this "
                + "host held; look for a state directory that was copied, or restored from a backup"
        case .contradiction(let node, let what): "refused a message from \(node): \(what)"
        }
    }
}

extension Event.Ceased {
    fileprivate var text: String {
        switch self {
        case .expired: "the lease ran out"
        case .released: "given up"
        case .succeeded: "another was chosen"
        case .votersChanged: "the voters changed, and the new ones are asked"
        case .halted: "this host stopped taking part"
        }
    }
}

extension Outcome {
    /// One line.
    public var text: String {
        switch self {
        case .done(let slot): "done: slot=\(slot)"
        case .refused(let why): "refused: \(why)"
        case .noLeader: "not done: no leader is known"
        }
    }
}
