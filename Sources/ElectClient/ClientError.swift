// SPDX-License-Identifier: Apache-2.0

@_exported public import Control
public import SystemPackage

/// Why there is no answer.
public enum ClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nobody can be reached at this socket.
    case unreachable(socket: String, Errno)
    /// The connection ended before the answer was whole.
    case disconnected(socket: String)
    /// electd took the question and gave no answer in time: it hangs, or is stopped.
    case silent(socket: String)
    /// electd answered with an error.
    case answered(ControlError)

    /// A sentence that says what to do.
    public var description: String {
        switch self {
        case .unreachable(let socket, .noSuchFileOrDirectory):
            "electd does not run here: there is no \(socket); start it, or name its socket with --socket"
        case .unreachable(let socket, .connectionRefused):
            "electd does not run: nobody listens at \(socket); see 'systemctl status electd'"
        case .unreachable(let socket, .permissionDenied):
            "you may not ask electd at \(socket): become a member of the group of this socket"
        case .unreachable(let socket, let error): "electd cannot be reached at \(socket): \(error)"
        case .disconnected(let socket):
            "electd at \(socket) closed the connection; it may be restarting"
        case .silent(let socket):
            "electd at \(socket) does not answer; see 'systemctl status electd'"
        case .answered(let error): error.description
        }
    }

    /// With what a program ends whose only question failed with this.
    public var exitCode: ExitCode {
        switch self {
        case .unreachable(_, .permissionDenied): .refused
        case .unreachable, .disconnected, .silent: .unreachable
        case .answered(let error): error.exitCode
        }
    }
}
