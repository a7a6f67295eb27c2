// SPDX-License-Identifier: Apache-2.0

// Why the newest decree was made. The word is the same in the journal, in the history and here; a person who
// meets it for the first time reads behind it what it means:
//
//      db2 leads under epoch 4; decree 7: expired (the lease of the leader before ran out)

internal import Election

extension Cause {
    /// What has happened, without a full stop.
    var sentence: String {
        switch self {
        case .elected: "the first leader"
        case .expired: "the lease of the leader before ran out"
        case .transfer: "another leader was asked for"
        case .stop: "electd was told to stop on the leader before"
        case .drain: "a member was drained"
        case .unhealthy: "the disk of the leader before has failed"
        case .joined: "a host joined"
        case .left: "a host removed itself"
        case .removed: "a host was removed"
        case .replaced: "a host took the place of another, or of its own lost identity"
        case .promoted: "an observer became a voter"
        case .down: "a member has not been heard for long"
        case .up: "a member is heard again"
        case .address: "a member's address changed"
        case .settings: "a setting, a member's entry or a pause was changed"
        case .recovered: "the cluster was recovered after its majority was lost"
        }
    }
}
