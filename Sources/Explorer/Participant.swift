// SPDX-License-Identifier: Apache-2.0

/// One of those who take part: all that belongs to a host, its disk and its page included.
///
/// What comes of an input depends on the participant and on the time, and on nothing else. So it is
/// worked out once and looked up whenever the same meets the same again, however different the
/// rest of the world is by then.
public protocol Participant: Hashable, Sendable {
    /// What travels, or what stays as a mark of something that happened once.
    associatedtype Letter: Hashable & Sendable
    /// What else may happen to a participant.
    associatedtype Cue: Hashable & Sendable

    /// What may happen to it now, apart from letters that arrive.
    func cues(at tick: Int) -> [Cue]

    /// What a cue takes from what the world may still spend.
    static func cost(of cue: Cue) -> Budget

    /// For whom a letter is; nil for a mark.
    static func recipient(of letter: Letter) -> Int?

    /// Whether the properties of the whole world look at this letter.
    static func isMark(_ letter: Letter) -> Bool

    /// Lets something happen.
    mutating func take(_ input: Happening<Self>, at tick: Int) -> Outcome<Letter>

    /// Whether it claims now what at most one may have at a time.
    func claims(at tick: Int) -> Bool

    /// What happens, as text.
    static func text(of letter: Letter) -> String
    /// What happens to this one, as text.
    func text(of cue: Cue) -> String
}

/// What may happen to a participant.
public enum Happening<Host: Participant> {
    /// A letter arrives.
    case letter(Host.Letter)
    /// Something else.
    case cue(Host.Cue)
}

/// What comes of it.
public struct Outcome<Letter> {
    /// What leaves; a letter that was sent before is no new one.
    public var letters: [Letter] = []
    /// What a reader of a story would like to hear.
    public var told: [String] = []
    /// What is broken by it.
    public var violation: Violation?

    /// Nothing.
    public init() {}
}

/// What may still go wrong, or be asked for, in a world.
public struct Budget: Hashable, Sendable {
    /// How often time may pass.
    public var ticks: UInt8
    /// How many times a host may crash.
    public var crashes: UInt8
    /// How many commands may be given, or ballots taken.
    public var orders: UInt8

    /// This much.
    public init(ticks: UInt8 = 0, crashes: UInt8 = 0, orders: UInt8 = 0) {
        self.ticks = ticks
        self.crashes = crashes
        self.orders = orders
    }

    func covers(_ cost: Budget) -> Bool {
        ticks >= cost.ticks && crashes >= cost.crashes && orders >= cost.orders
    }

    static func - (a: Budget, b: Budget) -> Budget {
        Budget(
            ticks: a.ticks - b.ticks,
            crashes: a.crashes - b.crashes,
            orders: a.orders - b.orders
        )
    }

    var word: UInt64 { UInt64(ticks) << 16 | UInt64(crashes) << 8 | UInt64(orders) }
}
