// SPDX-License-Identifier: Apache-2.0

package import Election

/// The second byte of a message. The numbers are for ever; electd-protocol(7) lists them.
package enum MessageKind: UInt8, CaseIterable {
    case hello = 1
    case canvass = 2
    case canvassReply = 3
    case prepare = 4
    case promise = 5
    case accept = 6
    case accepted = 7
    case heartbeat = 8
    case ack = 9
    case release = 10
    case decided = 11
    case refuse = 12
    case ask = 13
    case answer = 14
    case join = 15
    case joinAnswer = 16
}

extension Message.Body {
    /// Its kind.
    package var kind: MessageKind {
        switch self {
        case .hello: .hello
        case .canvass: .canvass
        case .canvassReply: .canvassReply
        case .prepare: .prepare
        case .promise: .promise
        case .accept: .accept
        case .accepted: .accepted
        case .heartbeat: .heartbeat
        case .ack: .ack
        case .release: .release
        case .decided: .decided
        case .refuse: .refuse
        case .ask: .ask
        case .answer: .answer
        case .join: .join
        case .joinAnswer: .joinAnswer
        }
    }
}

/// The tags of the fields, one row of numbers for all kinds: a tag means the same wherever it
/// stands. Those below 16 are every message's, the others the kinds'. Never reused.
enum Tag {
    static let cluster: UInt8 = 1, slot: UInt8 = 2, versions: UInt8 = 3

    static let ballot: UInt8 = 16, openSlot: UInt8 = 17, decree: UInt8 = 18
    static let decreeID: UInt8 = 19, acceptedBallot: UInt8 = 20, sentAt: UInt8 = 21
    static let lease: UInt8 = 22, leaseLeft: UInt8 = 23, freeIn: UInt8 = 24
    static let durableSlot: UInt8 = 25, writeNumber: UInt8 = 26, promised: UInt8 = 27
    static let serves: UInt8 = 28, reason: UInt8 = 29, list: UInt8 = 30, founder: UInt8 = 31
    static let member: UInt8 = 32, run: UInt8 = 33, heard: UInt8 = 34, table: UInt8 = 35
    static let successor: UInt8 = 36, request: UInt8 = 37, command: UInt8 = 38
    static let target: UInt8 = 39, cause: UInt8 = 40, outcome: UInt8 = 41
    static let sentence: UInt8 = 42, role: UInt8 = 43, substitute: UInt8 = 44
    static let change: UInt8 = 45, milliseconds: UInt8 = 46, force: UInt8 = 47
    static let alsoHears: UInt8 = 48, prompts: UInt8 = 49, clock: UInt8 = 50
    static let release: UInt8 = 51, trip: UInt8 = 52, listed: UInt8 = 53
    static let leaderAddress: UInt8 = 54, unfit: UInt8 = 55
}
