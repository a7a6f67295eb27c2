// SPDX-License-Identifier: Apache-2.0

// What this run holds open may be taken away from under it, by a clean-up, a wrong line in a playbook,
// an `rm -r`. Nothing fails by that: it goes on writing to files that nobody finds any more.
//
//      /run/electd/lease ──▶ inode 7      the daemon writes to 7
//             ╲
//              ──▶ inode 9, or nothing    whoever comes now reads that
//
// So it looks, now and then, whether the names still lead to its files, and says which do not and what
// to do. The helper that writes to the disk looks, since a disk may hang.

internal import Linux
internal import Synchronization

/// A name that programs or the next run rely on.
struct Place: Sendable {
    /// What became of a name.
    enum Finding {
        case asBefore, gone, another
    }

    let path: String
    private let file: FileIdentity?
    private let whenGone: String
    private let whenAnother: String

    /// - Parameters:
    ///   - whenGone: what that means and what to do, to go behind the path.
    ///   - whenAnother: the same; nil if it is the same.
    init(_ path: String, whenGone: String, whenAnother: String? = nil) {
        self.path = path
        file = try? FileIdentity(path)
        self.whenGone = whenGone
        self.whenAnother = whenAnother ?? whenGone
    }

    /// What is there now. Where nothing was, or nobody may look, nothing can be told.
    func look() -> Finding {
        do throws(SystemError) {
            guard let file else { return .asBefore }
            guard let found = try FileIdentity(path) else { return .gone }
            return found == file ? .asBefore : .another
        } catch {
            return .asBefore
        }
    }

    /// What an operator should hear of it; nil for nothing.
    func sentence(_ finding: Finding) -> String? {
        switch finding {
        case .asBefore: nil
        case .gone: "\(path) is gone: \(whenGone)"
        case .another: "\(path) is another file than the one of this run: \(whenAnother)"
        }
    }
}

extension Place {
    /// What a run of the daemon relies on.
    static func ofRun(state: String, runtime: String) -> [Place] {
        let page = Place(
            "\(runtime)/lease",
            whenGone: "programs of this host cannot see who leads; restart electd"
        )
        let socket = Place(
            "\(runtime)/electd.sock",
            whenGone:
                "programs of this host cannot ask electd; restart it, and before it electd.socket "
                + "where systemd opens that"
        )
        let record = Place(
            "\(state)/record",
            whenGone:
                "electd goes on, and its next start will be that of a host with a new disk, see "
                + "electd(7); until it is a member again restart no other host",
            whenAnother:
                "what this run promises is not in it; put the old one back before electd is "
                + "started again, or remove the state directory"
        )
        return [page, socket, record]
    }
}

/// Looks at the names, and tells of each that leads elsewhere, once.
struct Places {
    private let places: [Place]
    private let seen: Seen
    private var said: [Place.Finding]
    private var lookAt: Int64
    /// Until the next look, ever longer: each wakes the helper, and an idle host should sleep.
    private var pause = Self.pauseMin

    /// Between two looks, in nanoseconds: at first, when a host is set up, and at last.
    static let pauseMin: Int64 = 5_000_000_000
    static let pauseMax: Int64 = 60_000_000_000

    init(_ places: [Place], at now: Int64) {
        self.places = places
        seen = Seen()
        said = places.map { _ in .asBefore }
        lookAt = now + pause
    }

    /// What is to be done aside, if it is time; nothing while the last look has not ended.
    mutating func look(at now: Int64) -> Worker.Job? {
        guard lookAt <= now, seen.begin() else { return nil }
        pause = min(2 * pause, Self.pauseMax)
        lookAt = now + pause
        let (places, seen) = (places, seen)
        return { () throws(SystemError) in seen.end(places.map { $0.look() }) }
    }

    /// What an operator should hear of the last look.
    mutating func takeRemarks() -> [String] {
        guard let found = seen.take() else { return [] }
        defer { said = found }
        return places.indices.compactMap { index in
            found[index] == said[index] ? nil : places[index].sentence(found[index])
        }
    }
}

/// What the helper found, for the loop.
private final class Seen: Sendable {
    private let state = Mutex<(isUnderWay: Bool, found: [Place.Finding]?)>((false, nil))

    /// Whether a look may begin.
    func begin() -> Bool {
        state.withLock { state in
            defer { state.isUnderWay = true }
            return !state.isUnderWay
        }
    }

    func end(_ found: [Place.Finding]) { state.withLock { $0 = (false, found) } }

    func take() -> [Place.Finding]? {
        state.withLock { state in
            defer { state.found = nil }
            return state.found
        }
    }
}
