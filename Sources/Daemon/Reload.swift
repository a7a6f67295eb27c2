// SPDX-License-Identifier: Apache-2.0

// SIGHUP: the files are read again. A mistake in them changes nothing, and what only a new run can
// take over is said, not half done.

internal import Config

/// What a reload compares with, and whom it tells.
final class Reload {
    private let options: Options
    private let surroundings: Surroundings
    /// Those that this run began with.
    private let started: Configuration
    private var settings: RunSettings
    private let node: Node

    init(
        _ options: Options,
        _ surroundings: Surroundings,
        _ settings: RunSettings,
        _ node: Node
    ) {
        self.options = options
        self.surroundings = surroundings
        self.settings = settings
        started = settings.configuration
        self.node = node
    }

    /// Reads the files again and takes over what can be taken over now. Returns whether it could.
    func run() -> Bool {
        let read: RunSettings
        do throws(StartupError) {
            read = try RunSettings(options, surroundings)
        } catch {
            node.say(.error, error.sentence)
            node.say(.error, "the configuration was not reloaded: the old one stays in force")
            return false
        }
        let (old, current) = (settings.configuration, read.configuration)
        // A service manager passes a key at the start only: who copied another one must hear of it.
        let key = read.ring == settings.ring ? "is the same as before" : "is another one now"
        settings = read
        let later = current.changesNeedingRestart(from: started)
        if !later.isEmpty {
            let keys = later.map(\.description).joined(separator: ", ")
            node.say(.warning, "a change of \(keys) takes effect at the next start")
        }
        let founding = current.changes(from: old).filter(\.countsAtFounding)
        if !founding.isEmpty {
            let keys = founding.map(\.description).joined(separator: ", ")
            node.say(
                .warning,
                "a change of \(keys) does not reach a cluster that is founded: what its hosts have "
                    + "agreed on stands"
            )
        }
        node.reload(
            join: current.join.map(\.description),
            holdLimit: current.holdLimit.span,
            restartGrace: current.restartGrace.span,
            ring: read.ring
        )
        node.say(.info, "the configuration was reloaded; the cluster key \(key)")
        return true
    }
}
