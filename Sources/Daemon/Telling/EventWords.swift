// SPDX-License-Identifier: Apache-2.0

// An event for programs: a fixed word for what happened, and one for why. The sentence beside them
// is the event's own.

internal import Election

extension Event {
    /// What happened, as `kind` in a reply of Watch.
    var kind: String {
        switch self {
        case .started: "started"
        case .decided: "decided"
        case .canvassing: "canvassing"
        case .standing: "standing"
        case .leads: "leads"
        case .ceased: "ceased"
        case .follows: "follows"
        case .unsure: "unsure"
        case .answered: "answered"
        case .stopped: "stopped"
        case .listsDiffer: "lists_differ"
        case .foundedBefore: "founded_before"
        case .notBlank: "not_blank"
        case .olderImage: "older_image"
        case .olderImageOf: "older_image_of"
        case .copied: "copied"
        case .removed: "removed"
        case .storageFailed: "storage_failed"
        case .otherCluster: "other_cluster"
        case .joinRefused: "join_refused"
        case .chosenTwice: "chosen_twice"
        case .contradiction: "contradiction"
        }
    }

    /// Why, where the event says so itself.
    var cause: String? {
        switch self {
        case .decided(let decree): decree.state.cause.description
        case .ceased(_, let why): why.word
        case .answered(_, .refused): "refused"
        case .answered(_, .noLeader): "no_leader"
        case .answered, .started, .canvassing, .standing, .leads, .follows, .unsure, .stopped,
            .listsDiffer, .foundedBefore, .notBlank, .olderImage, .olderImageOf, .copied, .removed,
            .storageFailed,
            .otherCluster, .joinRefused, .chosenTwice, .contradiction:
            nil
        }
    }

    /// How much it matters to whoever reads the journal.
    var priority: Priority {
        switch self {
        case .storageFailed, .olderImage, .olderImageOf, .copied, .chosenTwice: .error
        case .listsDiffer, .foundedBefore, .notBlank, .otherCluster, .joinRefused, .contradiction,
            .removed,
            .unsure:
            .warning
        case .leads, .ceased, .follows, .decided: .notice
        case .started, .canvassing, .standing, .answered, .stopped: .info
        }
    }
}

extension Event.Ceased {
    fileprivate var word: String {
        switch self {
        case .expired: "expired"
        case .released: "released"
        case .succeeded: "succeeded"
        case .votersChanged: "voters_changed"
        case .halted: "halted"
        }
    }
}
