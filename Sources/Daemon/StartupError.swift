// SPDX-License-Identifier: Apache-2.0

internal import Control

/// Why the daemon does not start: a sentence for the operator, and the status that tells the service
/// manager whether trying again makes sense.
enum StartupError: Error, Equatable {
    /// The configuration is wrong: trying again changes nothing.
    case configuration(String)
    /// This host was removed from the cluster: trying again changes nothing.
    case removed(String)
    /// Something else: it may pass.
    case failed(String)

    /// With what the process ends.
    var exitCode: ExitCode {
        switch self {
        case .configuration: .configuration
        case .removed: .removed
        case .failed: .failure
        }
    }

    /// What is wrong and what to do.
    var sentence: String {
        switch self {
        case .configuration(let text), .removed(let text), .failed(let text): text
        }
    }
}
