// SPDX-License-Identifier: Apache-2.0

import Config
import Glibc

/// What is wrong with the cluster key's file.
enum KeyFinding: Finding, Equatable {
    /// It cannot be used, with the sentence of who read it: missing, open to others, no key.
    case unusable(String)
    /// It belongs to somebody whom it should not.
    case foreign(path: String, user: UInt32)
    /// The caller may not look.
    case hidden(path: String)

    var word: String {
        switch self {
        case .unusable: "key-unusable"
        case .foreign: "key-owner"
        case .hidden: "key-hidden"
        }
    }

    var isFault: Bool {
        if case .hidden = self { false } else { true }
    }

    var sentence: String {
        switch self {
        case .unusable(let sentence): sentence
        case .foreign(let path, let user):
            "\(path) belongs to user \(user), who is neither root nor the user of electd"
        case .hidden(let path): "\(path) cannot be looked at by this user, as it should be"
        }
    }

    var step: String {
        switch self {
        case .unusable: "mend it on this host; all hosts of the cluster have the same key"
        case .foreign(let path, _):
            "run 'chown root \(path)'; if that user should not know it, make a new key for all hosts"
        case .hidden: "run 'electctl doctor' as root to have the key looked at"
        }
    }
}

/// What was seen of a key file.
struct KeyFigures {
    var path: String
    /// Nil if it is a key that can be used; otherwise why not.
    var trouble: String?
    /// Its owner; nil if there is no such file.
    var owner: UInt32?
    /// The users to whom it may belong.
    var rightful: [UInt32]
    /// Whether the caller lacks the right to read it.
    var isHidden: Bool

    /// Judges them.
    func examined() -> Examination {
        if isHidden {
            return Examination("key", saw: path, [KeyFinding.hidden(path: path)])
        }
        var findings: [KeyFinding] = trouble.map { [.unusable($0)] } ?? []
        if let owner, !rightful.contains(owner) {
            findings.append(.foreign(path: path, user: owner))
        }
        return Examination("key", saw: path, findings)
    }

    /// Looks at the file that the configuration names.
    init(lookingAt path: String) {
        self.path = path
        rightful = [0, geteuid()]
        if let user = Look.user(named: "electd") { rightful.append(user) }
        var status = stat()
        owner = unsafe stat(path, &status) == 0 ? status.st_uid : nil
        isHidden = false
        do {
            _ = try ClusterKey(path: path, credentialsDirectory: nil)
        } catch {
            isHidden = unsafe access(path, R_OK) != 0 && errno == EACCES
            trouble = error.description
        }
    }

    init(
        path: String,
        trouble: String?,
        owner: UInt32?,
        rightful: [UInt32] = [0],
        isHidden: Bool = false
    ) {
        self.path = path
        self.trouble = trouble
        self.owner = owner
        self.rightful = rightful
        self.isHidden = isHidden
    }
}
