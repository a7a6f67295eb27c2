// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// The parameters of each method, read strictly: one that the method does not have is refused, so
/// that a misspelt `timeot_ms` is heard of and does not become "wait for ever".

/// The request of a method with the parameters in a message.
func request(_ method: Method, _ message: Data) throws(ControlError) -> Request {
    switch method {
    case .getLeader:
        _ = try parameters(NoParameters.self, message)
        return .getLeader
    case .getStatus:
        _ = try parameters(NoParameters.self, message)
        return .getStatus
    case .watch:
        _ = try parameters(NoParameters.self, message)
        return .watch
    case .hold:
        _ = try parameters(NoParameters.self, message)
        return .hold
    case .getInfo:
        _ = try parameters(NoParameters.self, message)
        return .getInfo
    case .getInterfaceDescription:
        let given = try parameters(DescriptionParameters.self, message)
        guard let interface = given.interface else { throw .invalidParameter("interface") }
        return .getInterfaceDescription(interface: interface)
    case .waitLeader:
        return .waitLeader(try parameters(WaitParameters.self, message).request())
    case .getHistory:
        let given = try parameters(HistoryParameters.self, message)
        return .getHistory(limit: try natural(given.limit, "limit"))
    case .listMembers:
        _ = try parameters(NoParameters.self, message)
        return .listMembers
    case .getTiming:
        _ = try parameters(NoParameters.self, message)
        return .getTiming
    case .measure:
        _ = try parameters(NoParameters.self, message)
        return .measure
    case .addMember, .removeMember, .replaceMember, .setMember, .drain, .undrain, .pause, .resume,
        .set:
        return .change(try change(method, message))
    case .transfer:
        let given = try parameters(TransferParameters.self, message)
        return .transfer(
            Transfer(
                to: given.to,
                timeoutMilliseconds: try natural(given.timeout_ms, "timeout_ms")
            )
        )
    }
}

/// Parameters that know the names of all of their fields, as they are on the socket.
protocol Parameters: Decodable {
    static var names: [String] { get }
    init()
}

private struct NoParameters: Parameters {
    static let names: [String] = []
}

private struct DescriptionParameters: Parameters {
    static let names = ["interface"]
    var interface: String?
}

private struct HistoryParameters: Parameters {
    static let names = ["limit"]
    var limit: Int64?
}

private struct TransferParameters: Parameters {
    static let names = ["to", "timeout_ms"]
    var to: String?
    // The names of the socket: these structures are read and forgotten.
    var timeout_ms: Int64?
}

private struct WaitParameters: Parameters {
    static let names = ["kind", "host", "after_epoch", "min_validity_ms", "timeout_ms"]
    var kind: String?
    var host: String?
    var after_epoch: Int64?
    var min_validity_ms: Int64?
    var timeout_ms: Int64?

    func request() throws(ControlError) -> WaitLeader {
        let wanted: WaitLeader.Wanted
        switch (kind ?? "any", host) {
        case ("any", nil): wanted = .anyone
        case ("self", nil): wanted = .thisHost
        case ("not_self", nil): wanted = .anotherHost
        case ("host", let host?): wanted = .host(host)
        case ("any", _), ("self", _), ("not_self", _), ("host", _):
            throw .invalidParameter("host")
        default: throw .invalidParameter("kind")
        }
        return WaitLeader(
            wanted,
            afterEpoch: try natural(after_epoch, "after_epoch") ?? 0,
            minimumValidityMilliseconds: try natural(min_validity_ms, "min_validity_ms") ?? 0,
            timeoutMilliseconds: try natural(timeout_ms, "timeout_ms") ?? 0
        )
    }
}

/// A number that must not be negative.
func natural(_ number: Int64?, _ name: String) throws(ControlError) -> UInt64? {
    guard let number else { return nil }
    if number < 0 { throw .invalidParameter(name) }
    return UInt64(number)
}

/// A JSON key, whatever it is.
private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// The `parameters` of a call, checked for names that do not belong there.
private struct Envelope<Content: Parameters>: Decodable {
    var parameters: Content

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: AnyKey.self)
        let key = AnyKey(stringValue: "parameters")
        guard object.contains(key), try !object.decodeNil(forKey: key) else {
            parameters = Content()
            return
        }
        let fields = try object.nestedContainer(keyedBy: AnyKey.self, forKey: key)
        let unknown = fields.allKeys.map(\.stringValue).filter { !Content.names.contains($0) }
        if let first = unknown.sorted().first { throw ControlError.invalidParameter(first) }
        parameters = try object.decode(Content.self, forKey: key)
    }
}

func parameters<Content: Parameters>(
    _: Content.Type,
    _ message: Data
) throws(ControlError) -> Content {
    do {
        return try JSONDecoder().decode(Envelope<Content>.self, from: message).parameters
    } catch let error as ControlError {
        throw error
    } catch let error as DecodingError {
        throw .invalidParameter(name(error))
    } catch {
        throw .invalidParameter("parameters")
    }
}

/// The field that could not be read.
private func name(_ error: DecodingError) -> String {
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
        .keyNotFound(_, let context), .dataCorrupted(let context):
        context.codingPath.last?.stringValue ?? "parameters"
    @unknown default: "parameters"
    }
}
