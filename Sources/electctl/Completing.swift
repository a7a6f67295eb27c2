// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Control
import ElectClient

/// What a shell offers behind an option: names of members, which electd is asked for.
///
/// A person waits for it, so a daemon that hangs is not waited for, and one that is down offers
/// nothing.

/// The members by name, and words beside them that are completed with an equals sign.
func memberCompletion(or keys: [String] = []) -> CompletionKind {
    .custom { words, _, _ in memberNames(words) + keys.map { "\($0)=" } }
}

/// Who is a member, as this host knows; the socket is the one that the line names.
private func memberNames(_ words: [String]) -> [String] {
    let named = words.firstIndex(of: "--socket").map { $0 + 1 }
    let socket = named.flatMap { words.indices.contains($0) ? words[$0] : nil }
    guard var electd = try? Electd(socket: socket) else { return [] }
    electd.timeout = .milliseconds(500)
    return (try? electd.status())?.members.map(\.name) ?? []
}
