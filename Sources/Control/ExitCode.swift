// SPDX-License-Identifier: Apache-2.0

/// With what the programs end, so that a script can tell apart what it must tell apart.
///
/// The important ones are 0, 3 and 4: `electctl is-leader` has three answers, and "unsure" must
/// never be taken for "yes" nor for "no".
public enum ExitCode: Int32, CaseIterable, Sendable {
    /// Yes, done, stopped in order.
    case success = 0
    /// It failed.
    case failure = 1
    /// The command line makes no sense.
    case usage = 2
    /// No: this host does not lead.
    case no = 3
    /// Unknown: unsure, or no quorum.
    case unknown = 4
    /// Refused: unsafe, or not permitted.
    case refused = 5
    /// electd cannot be reached.
    case unreachable = 69
    /// Set aside for a program that runs a command while it leads: leadership was lost.
    case lost = 75
    /// electd: this host was removed from the cluster.
    case removed = 77
    /// The configuration is wrong.
    case configuration = 78
    /// It has not come to pass in time.
    case timedOut = 124
    /// Set aside for the same: the command cannot be run.
    case cannotRun = 126
    /// Set aside for the same: there is no such command.
    case notFound = 127
}
