// SPDX-License-Identifier: Apache-2.0

/// What a call can fail with: a name that a program can tell apart, and for the errors of our own
/// interface a sentence that tells a person what to do.
public enum ControlError: Error, Hashable, Sendable {
    /// A majority of the voters is not heard from.
    case noQuorum(String, needed: Int, reachable: Int)
    /// This host cannot say now who leads.
    case unsure(String)
    /// It would be unsafe, or cannot be done now.
    case refused(String)
    /// Only the leader can do this; its name if it is known.
    case notLeader(String, leader: String?)
    /// There is no such member, or this host is none.
    case notMember(String)
    /// It has not come to pass in time.
    case timedOut(String)
    /// The caller may not change anything.
    case permissionDenied(String)
    /// Too many callers.
    case busy(String)
    /// What was sent is no request; the connection is closed after this.
    case malformed(String)
    /// `org.varlink.service`: there is no such interface.
    case interfaceNotFound(String)
    /// `org.varlink.service`: there is no such method.
    case methodNotFound(String)
    /// `org.varlink.service`: the method is not served by this version.
    case methodNotImplemented(String)
    /// `org.varlink.service`: this parameter is missing, unknown or wrong.
    case invalidParameter(String)
    /// `org.varlink.service`: the method answers with a stream and was called without `more`.
    case expectedMore
    /// An error that this program does not know, from a newer daemon.
    case other(name: String, message: String)

    /// The name on the socket.
    public var name: String {
        switch self {
        case .noQuorum: "io.electd.NoQuorum"
        case .unsure: "io.electd.Unsure"
        case .refused: "io.electd.Refused"
        case .notLeader: "io.electd.NotLeader"
        case .notMember: "io.electd.NotMember"
        case .timedOut: "io.electd.TimedOut"
        case .permissionDenied: "io.electd.PermissionDenied"
        case .busy: "io.electd.Busy"
        case .malformed: "io.electd.Malformed"
        case .interfaceNotFound: "org.varlink.service.InterfaceNotFound"
        case .methodNotFound: "org.varlink.service.MethodNotFound"
        case .methodNotImplemented: "org.varlink.service.MethodNotImplemented"
        case .invalidParameter: "org.varlink.service.InvalidParameter"
        case .expectedMore: "org.varlink.service.ExpectedMore"
        case .other(let name, _): name
        }
    }

    /// With what a program ends whose only call failed with this.
    public var exitCode: ExitCode {
        switch self {
        case .noQuorum, .unsure: .unknown
        case .refused, .notLeader, .notMember, .permissionDenied: .refused
        case .timedOut: .timedOut
        case .busy: .unreachable
        case .malformed, .interfaceNotFound, .methodNotFound, .methodNotImplemented,
            .invalidParameter, .expectedMore, .other:
            .failure
        }
    }
}

extension ControlError: CustomStringConvertible {
    /// The sentence for a person.
    public var description: String {
        switch self {
        case .noQuorum(let message, _, _), .unsure(let message), .refused(let message),
            .notLeader(let message, _), .notMember(let message), .timedOut(let message),
            .permissionDenied(let message), .busy(let message), .malformed(let message):
            message
        case .interfaceNotFound(let interface): "electd has no interface \(interface)"
        case .methodNotFound(let method): "electd has no method \(method)"
        case .methodNotImplemented(let method): "this electd does not serve \(method) yet"
        case .invalidParameter(let parameter): "electd refuses the parameter \(parameter)"
        case .expectedMore: "this method answers with a stream and has to be called with more"
        case .other(let name, let message): message.isEmpty ? name : "\(message) (\(name))"
        }
    }
}

extension ControlError {
    /// A whole Varlink reply with this error, NUL included.
    public func reply() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("error", name)
            writer.field("parameters") { writer in
                writer.object { writeParameters(to: &$0) }
            }
        }
        writer.append(0)
        return writer.bytes
    }

    private func writeParameters(to writer: inout JSONWriter) {
        switch self {
        case .noQuorum(let message, let needed, let reachable):
            writer.field("message", message)
            writer.field("needed", needed)
            writer.field("reachable", reachable)
        case .notLeader(let message, let leader):
            writer.field("message", message)
            writer.field("leader", leader)
        case .unsure(let message), .refused(let message), .notMember(let message),
            .timedOut(let message), .permissionDenied(let message), .busy(let message),
            .malformed(let message), .other(_, let message):
            writer.field("message", message)
        case .interfaceNotFound(let interface): writer.field("interface", interface)
        case .methodNotFound(let method), .methodNotImplemented(let method):
            writer.field("method", method)
        case .invalidParameter(let parameter): writer.field("parameter", parameter)
        case .expectedMore: break
        }
    }

    /// All that any error may carry.
    struct Parameters: Decodable {
        var message: String?
        var needed: Int?
        var reachable: Int?
        var leader: String?
        var interface: String?
        var method: String?
        var parameter: String?
    }

    /// The error of a reply.
    init(name: String, _ parameters: Parameters) {
        let message = parameters.message ?? ""
        self =
            switch name {
            case "io.electd.NoQuorum":
                .noQuorum(
                    message,
                    needed: parameters.needed ?? 0,
                    reachable: parameters.reachable ?? 0
                )
            case "io.electd.Unsure": .unsure(message)
            case "io.electd.Refused": .refused(message)
            case "io.electd.NotLeader": .notLeader(message, leader: parameters.leader)
            case "io.electd.NotMember": .notMember(message)
            case "io.electd.TimedOut": .timedOut(message)
            case "io.electd.PermissionDenied": .permissionDenied(message)
            case "io.electd.Busy": .busy(message)
            case "io.electd.Malformed": .malformed(message)
            case "org.varlink.service.InterfaceNotFound":
                .interfaceNotFound(parameters.interface ?? "")
            case "org.varlink.service.MethodNotFound": .methodNotFound(parameters.method ?? "")
            case "org.varlink.service.MethodNotImplemented":
                .methodNotImplemented(parameters.method ?? "")
            case "org.varlink.service.InvalidParameter":
                .invalidParameter(parameters.parameter ?? "")
            case "org.varlink.service.PermissionDenied":
                .permissionDenied("electd does not permit this")
            case "org.varlink.service.ExpectedMore": .expectedMore
            default: .other(name: name, message: message)
            }
    }
}
