// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import Election
import Linux
import State
import SystemPackage

/// What is wrong while no daemon answers.
enum StateFinding: Finding, Equatable {
    /// Nobody answers at the socket.
    case unreachable(String)
    /// This user may not ask electd.
    case forbidden(String)
    /// It answers with an error, as an older release does that knows less than this program.
    case unable(String)
    /// A process has the state directory, and does not answer.
    case held(path: String, by: Int32)
    /// This host was removed from its cluster.
    case removed(String)
    /// The state cannot be read.
    case unreadable(String)
    /// It cannot be written or synced.
    case unwritable(String)
    /// Others may read it.
    case open(path: String, mode: UInt32)

    var word: String {
        switch self {
        case .unreachable: "daemon-unreachable"
        case .forbidden: "daemon-forbidden"
        case .unable: "daemon-unable"
        case .held: "state-held"
        case .removed: "removed"
        case .unreadable: "state-unreadable"
        case .unwritable: "state-unwritable"
        case .open: "state-open"
        }
    }

    var isFault: Bool { true }

    var sentence: String {
        switch self {
        case .unreachable(let sentence), .forbidden(let sentence), .unable(let sentence): sentence
        case .held(let path, let holder):
            "process \(holder) uses \(path) and does not answer"
        case .removed(let sentence), .unreadable(let sentence), .unwritable(let sentence): sentence
        case .open(let path, let mode):
            "the mode of \(path) is 0\(String(mode, radix: 8)): others can read this host's private key"
        }
    }

    var step: String {
        switch self {
        case .unreachable:
            "run 'systemctl start electd', then 'journalctl -u electd' if it does not stay"
        case .forbidden: "run it as root, or as a member of the group of the socket"
        case .unable:
            "if electd is of an older release run 'systemctl restart electd'; if not, see "
                + "'journalctl -u electd'"
        case .held: "wait for its start to end, or look at it with 'journalctl -u electd'"
        case .removed: "keep it stopped, or do what the sentence says"
        case .unreadable:
            "run 'electctl doctor' as root; if the files are lost, electd(7) says what to do when a "
                + "disk is lost"
        case .unwritable: "mend the disk or its mount, or the directory's owner"
        case .open(let path, _):
            "run 'chmod 700 \(path)'; if somebody may have seen it, replace this host's identity"
        }
    }
}

/// What was seen of the state directory.
struct StateFigures {
    var path: String
    /// Why the daemon has not told what was asked.
    var daemon: ClientError
    /// The process that has it locked.
    var holder: Int32?
    var tombstone: String?
    var trouble: String?
    var writing: String?
    /// Its mode; nil if there is no such directory.
    var mode: UInt32?
    /// What the record says, in a few words.
    var record: String?

    func examined() -> Examination {
        let sentence = daemon.description
        let isSilent = daemon.exitCode == .unreachable
        var findings: [StateFinding] =
            switch daemon.exitCode {
            case .unreachable: [.unreachable(sentence)]
            case .refused: [.forbidden(sentence)]
            default: [.unable(sentence)]
            }
        // To start it, which would help others, is what a host that was removed must not be told.
        if let tombstone {
            if isSilent { findings = [] }
            findings.append(.removed(tombstone))
        }
        if let holder, isSilent { findings.append(.held(path: path, by: holder)) }
        if let trouble { findings.append(.unreadable(trouble)) }
        if let writing { findings.append(.unwritable(writing)) }
        if let mode, mode & 0o077 != 0 { findings.append(.open(path: path, mode: mode)) }
        return Examination("daemon", saw: record ?? "no state in \(path)", findings)
    }
}

extension StateFigures {
    /// Looks at the state directory. Returns how long syncs in it took.
    mutating func look() -> Measured? {
        let directory: Directory
        do throws(SystemError) {
            directory = try Directory.open(path)
        } catch {
            if error.errno != .noSuchFileOrDirectory { trouble = "\(error)" }
            return nil
        }
        mode = try? directory.mode()
        tombstone = (try? Tombstone(in: directory))?.sentence(at: path)
        holder = directory.lockHolder()
        if let holder {
            record = "process \(holder) has \(path)"
            return nil
        }
        // A host that has not been started has nothing to read yet, and of one that was removed all is said.
        if tombstone != nil {
            record = "stopped, and removed from its cluster"
        } else if (try? directory.contains("identity")) ?? false {
            do throws(RecoveringError) {
                let found = try inspect(path)
                let decree = found.decided.map { "decree \($0.slot)" } ?? "no decree yet"
                record = "stopped; the state of \(found.node), \(decree)"
            } catch {
                trouble = error.description
            }
        }
        do throws(SystemError) {
            return try TimingFigures.syncs(in: directory)
        } catch {
            writing = "\(error)"
            return nil
        }
    }
}
