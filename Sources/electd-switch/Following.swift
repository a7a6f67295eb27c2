// SPDX-License-Identifier: Apache-2.0

// The loop: look at the page, have the target started or stopped if that is another thing than it
// is, then wait for the next word of the daemon, or until the page has to be looked at again.
//
// The leadership of this host is held (`Hold`), so a hand-over waits until the target, and all that
// is part of it, is down. It acts on changes only: a target that an operator stops by hand stays
// stopped until this host leads anew. And it never goes on in doubt: where the target cannot be
// stopped this program ends, and the service manager stops the target in its place
// (`StopPropagatedFrom=`).

import Control
import ElectClient
import Linux
import Systemd

/// Follows the leadership of this host with the target.
struct Following: ~Copyable {
    let socket: String
    let pagePath: String
    let guardTime: UInt64?
    let target: TargetSwitch
    private let notifier = Notifier()
    private var page: LeasePageReader?
    private var hold: Hold?
    /// The daemon's last word.
    private var word = Word.none
    /// It was asked to be started. A start that failed may have been made all the same, so whoever
    /// leads no longer stops it.
    private var mayBeUp = false
    private var isUp = false
    private var retryAt: Int64 = 0
    /// When the hold is claimed again, after a refusal.
    private var claimAt: Int64 = 0
    /// The refusal that was said last.
    private var refusal = ""
    private var hurriesUntil: Int64 = 0
    private var downLook = Self.downLook.first

    /// What the daemon says of the hold.
    private enum Word {
        /// Nothing: it is away, or this host does not lead. The page is all there is.
        case none
        /// This host leads and asks before it hands over.
        case held
        /// A hand-over waits for the target to be down.
        case letGo
        /// This host leads no longer.
        case lost
    }

    init(socket: String, pagePath: String, guardTime: UInt64?, target: consuming TargetSwitch) {
        self.socket = socket
        self.pagePath = pagePath
        self.guardTime = guardTime
        self.target = target
    }

    /// The page is looked at this often at least, whatever is said: it costs a look at memory.
    private static let lookMax: Int64 = 250_000_000
    /// How often the target is looked at while it goes down: soon at first, for most jobs end at once;
    /// then rarer, for each look asks the service manager, which is busy stopping them.
    private static let downLook: (first: Int64, last: Int64) = (2_000_000, 50_000_000)
    /// For so long after the daemon has gone this looks, and feeds its watchdog, in short steps:
    /// the service manager restarts a daemon that crashed `RestartSec=` later, but looks at that timer
    /// only every quarter of a second, unless something wakes it.
    private static let haste: (span: Int64, pause: Int64) = (1_000_000_000, 20_000_000)
    /// How long after a failed start, or after a hold that was refused, the next is tried.
    private static let retryAfter: Int64 = 500_000_000

    /// Runs until the target cannot be stopped.
    mutating func run() throws(SwitchError) -> Never {
        // Whoever ran before may have left it up.
        if !target.isDown() { try target.ask(.stop) }
        notifier.say("READY=1", "STATUS=\(target.target) is down: not looked yet")
        while true {
            let holding = look()
            if mayBeUp, holding == nil || word == .letGo || word == .lost {
                try target.ask(.stop)
                (mayBeUp, isUp) = (false, false)
                let why = word == .letGo ? "is about to hand over" : "leads no longer"
                say(5, "this host \(why): \(target.target) is told to stop")
                notifier.say("STATUS=\(target.target) is down: this host \(why)")
            } else if let holding, !isUp, word == .held, retryAt <= BootClock.now() {
                start(holding)
            }
            if word == .letGo { letGoIfDown() }
            notifier.say("WATCHDOG=1")
            wait(holding)
        }
    }

    private mutating func start(_ holding: Holding) {
        mayBeUp = true
        do throws(SwitchError) {
            try target.ask(.start)
            isUp = true
            say(5, "this host leads under epoch \(holding.epoch): \(target.target) is started")
            notifier.say("STATUS=\(target.target) is up: epoch \(holding.epoch)")
        } catch {
            retryAt = BootClock.now() + Self.retryAfter
            say(3, "\(error)")
        }
    }

    /// Lets go as soon as all that is part of the target has ended, or if nobody can say so.
    private mutating func letGoIfDown() {
        do throws(SwitchError) {
            guard try target.isAllDown() else { return }
        } catch {
            say(4, "\(error): leadership is let go of without knowing that the target is down")
        }
        hold?.letGo()
        word = .none
    }

    /// What the page says now. A page that cannot be read is nobody's lease.
    private mutating func look() -> Holding? {
        if page == nil { page = try? LeasePageReader(path: pagePath) }
        // It looks for a page that was made anew, and at boot and clock.
        guard page?.lease() != nil, let fields = page?.read() else { return nil }
        return Holding(fields, guardTime: guardTime, now: UInt64(clamping: BootClock.now()))
    }

    /// Waits for the daemon's next word, or until the page or the target has to be looked at again.
    private mutating func wait(_ holding: Holding?) {
        let now = BootClock.now()
        var limit = Self.lookMax
        if now < hurriesUntil { limit = Self.haste.pause }
        if word == .letGo {
            limit = downLook
            downLook = min(2 * downLook, Self.downLook.last)
        } else {
            downLook = Self.downLook.first
        }
        if let holding { limit = min(limit, max(0, Int64(clamping: holding.stopAt) - now)) }
        if hold == nil, claimAt <= now {
            hold = try? Hold(socket: socket, timeout: .nanoseconds(limit))
        }
        guard hold != nil else {
            // No daemon: the page is all there is, and it is looked at more often.
            pause(min(limit, 20_000_000))
            word = .none
            return
        }
        do throws(ClientError) {
            switch try hold?.next(timeout: .nanoseconds(limit)) {
            case .held: (word, hurriesUntil, refusal) = (.held, 0, "")
            case .letGo: word = .letGo
            case .lost: word = .lost
            case .gap: (word, hurriesUntil) = (.none, now + Self.haste.span)
            case nil: break
            }
        } catch {
            // The same for as long as it lasts, which may be days.
            if "\(error)" != refusal { say(4, "\(error)") }
            refusal = "\(error)"
            if case .answered = error { claimAt = now + Self.retryAfter }
            hold = nil
            word = .none
            pause(min(limit, 20_000_000))
        }
    }
}
