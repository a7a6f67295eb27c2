// SPDX-License-Identifier: Apache-2.0

public import Control

/// What a holder is told.
public enum HoldNotice: Hashable, Sendable {
    /// This host leads under the reply's epoch, and asks before it hands over.
    case held(HoldReply)
    /// A hand-over waits: stop what only the leader does, then call `letGo`.
    case letGo(HoldReply)
    /// This host leads no longer.
    case lost(HoldReply)
    /// The connection was lost, and nobody asks any more: the lease page says how long this host
    /// leads. The hold is claimed again by the next `next`.
    case gap
}

/// A claim on the leadership of this host: whoever holds it is asked before it is handed over.
///
/// It is claimed for as long as the value lives, through leaderships that come and go and daemons
/// that restart. It keeps no lease from ending: right before it acts as the leader, a program asks a
/// `LeasePageReader`.
///
/// ```swift
/// var hold = try Hold()
/// while let notice = try hold.next() {
///     switch notice {
///     case .held(let reply): start(reply.epoch)
///     case .letGo: stop(); hold.letGo()
///     case .lost: stop()
///     case .gap: break
///     }
/// }
/// ```
public struct Hold: ~Copyable {
    private var words: Subscription
    private var isLost = false

    /// Connects to a socket, or to `Electd.socket`. That electd does not run is an error here and
    /// only here; once it has run, it is waited for.
    ///
    /// - Parameter timeout: how long connecting may take.
    public init(
        socket: String? = nil,
        timeout: Duration = .seconds(5)
    ) throws(ClientError) {
        words = try Subscription(.hold, socket: socket, timeout: timeout)
    }

    /// The next notice, or nil if there is none within `timeout`; nil waits for ever.
    ///
    /// - Throws: what does not pass by itself, such as a lost permission.
    public mutating func next(timeout: Duration? = nil) throws(ClientError) -> HoldNotice? {
        let end = deadline(after: timeout)
        if isLost {
            isLost = false
            try words.callAgain(until: end)
        }
        let message: [UInt8]?
        do throws(ClientError) {
            message = try words.next(until: end)
        } catch .disconnected {
            return .gap
        }
        guard let message else { return nil }
        let reply: HoldReply
        do { reply = try Reply<HoldReply>(message).content } catch { throw .answered(error) }
        switch reply.state {
        case .held: return .held(reply)
        case .letGo: return .letGo(reply)
        case .lost:
            isLost = true
            return .lost(reply)
        }
    }

    /// Lets go: the hand-over that waits goes on. The next leadership of this host is held again, by
    /// the next `next`.
    public mutating func letGo() {
        isLost = false
        words.close()
    }
}
