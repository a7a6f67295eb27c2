// SPDX-License-Identifier: Apache-2.0

// From `db1.example:7377` to where a datagram can go.
//
// A numeric address is its own answer; but an interface that is made anew has another number, so one
// with a zone is a name, whose first answer is here already. A name is looked up beside the loop,
// again and again: a host that moved is found, and a name server that is down is asked ever less
// often. What was found last stays good until something else is: a name that does not resolve today
// did so yesterday.

internal import Config
internal import Election
internal import Linux

/// The addresses that are wanted, and what is known of each.
struct AddressBook {
    /// A name to be looked up.
    struct Question: Equatable {
        var id: UInt64
        var host: String
        var port: UInt16
    }

    private struct Entry {
        var text: String
        var id: UInt64
        var name: Config.Endpoint
        var found: [SocketAddress] = []
        /// When it is looked up next; nil while it is, and for a numeric address.
        var dueAt: Instant?
        var failures = 0
    }

    /// In the order in which they were first wanted.
    private var entries: [Entry] = []
    private var nextID: UInt64 = 1

    /// A name with more addresses than this is more likely a mistake than a host.
    static let addressesMax = 4
    /// A name that was found is looked up again after this long.
    static let refresh = Span.milliseconds(60_000)
    /// One that was not, after this long, then after twice that, and so on up to `refresh`.
    static let retry = Span.milliseconds(1_000)

    init() {}

    /// From now on these are wanted and no others. Returns a sentence for each that is no address.
    mutating func want(_ texts: [String], at now: Instant) -> [String] {
        var objections: [String] = []
        entries.removeAll { !texts.contains($0.text) }
        for text in texts where !entries.contains(where: { $0.text == text }) {
            do throws(EndpointError) {
                let name = try Config.Endpoint(text)
                var entry = Entry(text: text, id: nextID, name: name)
                if let address = SocketAddress(numericHost: name.host, port: name.port) {
                    entry.found = [address]
                    if address.scope != 0 { entry.dueAt = now + Self.refresh }
                } else {
                    entry.dueAt = now
                }
                entries.append(entry)
                nextID += 1
            } catch {
                objections.append(error.description)
            }
        }
        return objections
    }

    /// Where `text` was found to be; empty if that is not known, or not yet.
    func addresses(of text: String) -> [SocketAddress] {
        entries.first { $0.text == text }?.found ?? []
    }

    /// When a name is to be looked up.
    var deadline: Instant? { entries.reduce(nil) { earlier($0, $1.dueAt) } }

    /// What is to be looked up now; each is asked once until it is answered.
    mutating func questions(at now: Instant) -> [Question] {
        var questions: [Question] = []
        for index in entries.indices {
            guard let due = entries[index].dueAt, due <= now else { continue }
            entries[index].dueAt = nil
            let entry = entries[index]
            questions.append(Question(id: entry.id, host: entry.name.host, port: entry.name.port))
        }
        return questions
    }

    /// Takes an answer. Returns whether the name is now somewhere else.
    mutating func answer(
        _ id: UInt64,
        _ result: Result<[SocketAddress], ResolverError>,
        at now: Instant
    ) -> Bool {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return false }
        switch result {
        case .success(let found):
            let kept = Array(found.prefix(Self.addressesMax))
            defer { entries[index].found = kept }
            entries[index].failures = 0
            entries[index].dueAt = now + Self.refresh
            return entries[index].found != kept
        case .failure:
            let wait = Self.retry * (1 << min(entries[index].failures, 6))
            entries[index].failures += 1
            entries[index].dueAt = now + min(wait, Self.refresh)
            return false
        }
    }

    /// Whether this was the first of several failures in a row: the one that is worth a line.
    func hasJustFailed(_ id: UInt64) -> Bool {
        entries.first { $0.id == id }?.failures == 1
    }
}
