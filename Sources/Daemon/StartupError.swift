// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Linux
internal import SystemPackage

/// Why the daemon does not start, or go on: a sentence for the operator, and the status that tells the service
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

extension StartupError {
    /// The operating system has refused something.
    ///
    /// - Parameter what: what is not possible now; the error may say it all.
    static func refused(_ error: SystemError, _ what: String = "") -> StartupError {
        let sentence = what.isEmpty ? "\(error)" : "\(error): \(what)"
        return .failed(error.step.map { "\(sentence); \($0)" } ?? sentence)
    }
}

extension SystemError {
    /// What an operator can do about it, where that is known.
    fileprivate var step: String? {
        switch (operation, errno) {
        case ("bind", .addressInUse): "another program has that port, see 'ss -lunp'"
        case ("bind", .addressNotAvailable): "this host has no such address, see Listen="
        case ("bind", .operationNotSupportedByDevice):
            "this host has no such interface, or not yet, see Listen="
        case ("bind", .permissionDenied): "take a port above 1023"
        case (_, .permissionDenied), (_, .notPermitted):
            "it must belong to the user that electd runs as"
        case ("mkdir", .noSuchFileOrDirectory): "the directory above it must exist"
        default: nil
        }
    }
}
