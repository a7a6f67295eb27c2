// SPDX-License-Identifier: Apache-2.0

// An event for `journalctl`: a number that never changes for what happened, which leads to the
// explanation in the catalog, and fields to look for.

internal import Election
internal import Paxos

/// A field of an entry in the journal beside its text.
struct JournalField: Hashable {
    var name: String
    var value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension Event {
    /// Its fields, the number of its kind first.
    var fields: [JournalField] {
        var fields = [JournalField("MESSAGE_ID", messageID)]
        if let epoch { fields.append(JournalField("ELECTD_EPOCH", String(epoch))) }
        if let slot { fields.append(JournalField("ELECTD_SLOT", String(slot))) }
        if let leader { fields.append(JournalField("ELECTD_LEADER", leader.name)) }
        if let cause { fields.append(JournalField("ELECTD_REASON", cause)) }
        if let peer { fields.append(JournalField("ELECTD_PEER", peer.name)) }
        return fields
    }

    /// 128 random bits for each kind, drawn once (sd-id128(3)); the catalog explains each.
    var messageID: String {
        switch self {
        case .started: "3443308d2f634a48b649342354f1480d"
        case .decided: "fa36fb4575f847fab77534bb079234cb"
        case .canvassing: "75ae6fdc014544e9b424a5f852edf9b3"
        case .standing: "d11a9e872a3c411ba8b684563517e7c1"
        case .leads: "bda7e76926124c80b529c0f5ee76ab68"
        case .ceased: "1fb8278b60c54d6ba6dafbd64b68cd11"
        case .follows: "51d3d76f63664f68a2d4ad331fc21de3"
        case .unsure: "7139db01988d47d88dd450d0493f29e6"
        case .answered: "f5171f4f9074474faeed66dd26aa8387"
        case .stopped: "27d5f7c0e4284bdea119d5e5e0e62e7f"
        case .listsDiffer: "b5571f7482024e9ba2896f80f16b57fe"
        case .foundedBefore: "d0190bc39a3696e5f19647dc290a90f2"
        case .notBlank: "aa992a48c535410a91de2c123d1f822f"
        case .olderImage: "22da76c18d07407484c863e1077c0ab1"
        case .olderImageOf: "65891160bcea6819d017288739901aec"
        case .copied: "a8e7d1759bf440689969d2a4dd434688"
        case .removed: "6438e903090049df9a9cd1f83705e6e2"
        case .storageFailed: "fea97378f663437dbdad4a7fd7c245bf"
        case .otherCluster: "9ce92846d7c54f0db78050e6f39d605f"
        case .joinRefused: "6e26f8c4371a4e00ad19aba444dc2e33"
        case .chosenTwice: "10864424a4e842e0bfa53bdda012cb94"
        case .contradiction: "27dee4fd17234bbcafbeaf8a90a894ea"
        }
    }

    private var epoch: UInt64? {
        switch self {
        case .started(_, let epoch, _), .leads(let epoch), .ceased(let epoch, _),
            .follows(_, let epoch):
            epoch
        case .decided(let decree): decree.epoch
        default: nil
        }
    }

    private var slot: Slot? {
        switch self {
        case .started(let slot, _, _), .canvassing(let slot), .answered(_, .done(let slot)): slot
        case .chosenTwice(_, let slot): slot
        case .decided(let decree): decree.slot
        default: nil
        }
    }

    private var leader: NodeID? {
        switch self {
        case .decided(let decree): decree.leader
        case .follows(let leader, _): leader
        default: nil
        }
    }

    private var peer: NodeID? {
        switch self {
        case .listsDiffer(let node, _, _), .foundedBefore(let node, _, _), .notBlank(let node),
            .olderImage(_, _, let node),
            .olderImageOf(let node, _, _), .copied(let node), .otherCluster(let node),
            .joinRefused(let node, _), .chosenTwice(let node, _),
            .contradiction(let node, _):
            node
        default: nil
        }
    }
}
