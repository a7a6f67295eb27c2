// SPDX-License-Identifier: Apache-2.0

// One program at the socket: what it has sent and we have not served, what we have answered and it
// has not read, and what it waits for.
//
// Varlink answers in the order of the calls. So while a call waits (for a leader, for a hand-over)
// the next one is not looked at, and while an answer waits to be read neither: who does not read
// costs one answer and one message of memory, and nobody's time.

internal import Control
internal import Election
internal import Linux
internal import Paxos

/// One connection and its state.
final class Connection {
    /// What the call in progress waits for.
    enum Duty {
        /// No call is in progress.
        case none
        /// A leader, until a deadline.
        case leader(WaitLeader, until: Instant?)
        /// Every event.
        case events
        /// The leadership of this host; see `ControlServer+Holding`.
        case hold(HoldPhase)
        /// What comes of a command.
        case outcome(RequestID, Asked, until: Instant?)
        /// The end of a measurement.
        case measurement(until: Instant)
        /// The decree of this slot, which was made elsewhere and is on its way here.
        case decree(Slot, Asked, until: Instant?)
    }

    /// What a command is answered with when it is done.
    enum Asked {
        /// Who leads next, and who led.
        case transfer(from: String)
        /// By which decree.
        case change
    }

    /// By this the poller and the server know it.
    let token: UInt64
    /// As whom the program ran when it connected; nil if the kernel does not say.
    let user: UInt32?
    let stream: UnixStream
    var duty = Duty.none
    /// The caller of the call in progress wants no answer.
    var isOneway = false
    /// The other end sends no more.
    var inputHasEnded = false
    /// To be closed as soon as everything is said.
    var isEnding = false
    /// Nobody watches it any more.
    var isClosed = false
    /// What it is watched for.
    var interest = Interest.readable
    /// Since when it has not read what it was sent; nil while it has.
    private(set) var stuckSince: Instant?

    private var splitter = FrameSplitter()
    private var decoder = CallDecoder()
    private var output: [UInt8] = []
    private var sent = 0

    /// Events that wait for somebody who does not read them are worth this much memory.
    static let outputMax = 1 << 20
    /// Who reads nothing for this long is not there any more.
    static let patience = Span.milliseconds(10_000)

    init(token: UInt64, user: UInt32?, stream: consuming UnixStream) {
        self.token = token
        self.user = user
        self.stream = stream
    }

    /// Whether an answer waits to be read.
    var hasOutput: Bool { sent < output.count }

    /// Whether another call may be looked at.
    var isIdle: Bool {
        if case .none = duty { return !hasOutput && !isEnding && !isClosed }
        return false
    }

    /// Whether it is of no more use to anybody.
    var isSpent: Bool {
        guard !hasOutput else { return false }
        if isEnding { return true }
        if case .none = duty { return inputHasEnded && !hasMore }
        return false
    }

    /// When patience ends with who does not read, or the call in progress has waited long enough.
    var deadline: Instant? {
        let stuck = stuckSince.map { $0 + Self.patience }
        return switch duty {
        case .none, .events: stuck
        case .hold(let phase): earlier(stuck, phase.until)
        case .leader(_, let until), .outcome(_, _, let until), .decree(_, _, let until):
            earlier(stuck, until)
        case .measurement(let until): earlier(stuck, until)
        }
    }

    /// Whether it may send: not while its last message still waits to be served.
    var mayReceive: Bool { splitter.isEmpty || isIdle }

    /// Takes in what has come, up to the room in `buffer`.
    func receive(with buffer: inout [UInt8]) -> Received {
        let received = stream.receive(into: &buffer)
        if case .bytes(let count) = received { splitter.append(buffer[..<count]) }
        return received
    }

    /// Whether something has come that was not served. It need not be a whole call.
    var hasMore: Bool { !splitter.isEmpty }

    /// What there is to serve next.
    enum Next {
        case nothing
        case call(Call)
        /// What came cannot be served; the answer, and whether it is wanted.
        case fault(ControlError, isOneway: Bool)
    }

    /// The next call, if a whole one has come.
    func next() -> Next {
        do throws(ControlError) {
            guard let frame = try splitter.next() else {
                try checkRest()
                return .nothing
            }
            do throws(CallFault) {
                return .call(try decoder.decode(frame))
            } catch {
                return .fault(error.error, isOneway: error.oneway)
            }
        } catch {
            return .fault(error, isOneway: false)
        }
    }

    /// Whoever speaks something else sends no NUL and waits for an answer, as a web client does: its
    /// first byte says so already. And half a call, if no more is sent, is all there ever will be.
    private func checkRest() throws(ControlError) {
        guard let first = splitter.first else { return }
        let mayBeCall = first == UInt8(ascii: "{") || Self.blanks.contains(first)
        if inputHasEnded || !mayBeCall { throw .noCall }
    }

    /// What may stand in front of a JSON object.
    private static let blanks = " \t\r\n".utf8

    /// Says something, now or when there is room. False if too much waits already, or nobody is
    /// there any more: then it is to be closed.
    func say(_ bytes: [UInt8], at now: Instant) -> Bool {
        if hasOutput {
            guard output.count - sent + bytes.count <= Self.outputMax else { return false }
            output += bytes
            return true
        }
        var done = 0
        while done < bytes.count {
            switch stream.send(bytes, from: done) {
            case .bytes(let count): done += count
            case .closed: return false
            case .wouldBlock:
                output = Array(bytes[done...])
                sent = 0
                stuckSince = now
                return true
            }
        }
        return true
    }

    /// Goes on saying what waits. False if nobody is there any more.
    func flush(at now: Instant) -> Bool {
        while hasOutput {
            switch stream.send(output, from: sent) {
            case .bytes(let count):
                sent += count
                stuckSince = now
            case .closed: return false
            case .wouldBlock: return true
            }
        }
        output = []
        sent = 0
        stuckSince = nil
        return true
    }
}
