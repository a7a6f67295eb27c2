// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// The parameters of the methods that change something, read as strictly as all others.

func change(_ method: Method, _ message: Data) throws(ControlError) -> ChangeRequest {
    switch method {
    case .addMember:
        let given = try parameters(AddParameters.self, message)
        return try request(
            .addMember(name: try given.name.given("name"), role: given.role ?? .voter),
            given
        )
    case .removeMember:
        let given = try parameters(NameParameters.self, message)
        return try request(.removeMember(name: try given.name.given("name")), given)
    case .replaceMember:
        let given = try parameters(ReplaceParameters.self, message)
        let by = try given.by.given("by")
        return try request(
            .replaceMember(name: try given.name.given("name"), by: by),
            given
        )
    case .setMember:
        let given = try parameters(MemberParameters.self, message)
        return try request(
            .setMember(name: try given.name.given("name"), try given.settings()),
            given
        )
    case .drain:
        let given = try parameters(NameParameters.self, message)
        return try request(.drain(name: given.name), given)
    case .undrain:
        let given = try parameters(NameParameters.self, message)
        return try request(.undrain(name: given.name), given)
    case .pause:
        let given = try parameters(PauseParameters.self, message)
        guard let duration = try natural(given.duration_ms, "duration_ms") else {
            throw .invalidParameter("duration_ms")
        }
        return try request(.pause(milliseconds: duration), given)
    case .resume:
        return try request(.resume, try parameters(ResumeParameters.self, message))
    case .set:
        let given = try parameters(SettingsParameters.self, message)
        return try request(.set(try given.settings()), given)
    default: preconditionFailure("\(method) changes nothing")
    }
}

/// What every one of them has.
private protocol Asking {
    var force: Bool? { get }
    var timeout_ms: Int64? { get }
}

private func request(_ change: Change, _ given: some Asking) throws(ControlError) -> ChangeRequest {
    ChangeRequest(
        change,
        force: given.force ?? false,
        timeoutMilliseconds: try natural(given.timeout_ms, "timeout_ms")
    )
}

extension String? {
    /// The text, which may not be missing.
    fileprivate func given(_ name: String) throws(ControlError) -> String {
        guard let self else { throw .invalidParameter(name) }
        return self
    }
}

/// A number that fits.
private func fitting<Number: FixedWidthInteger>(
    _ number: Int64?,
    _ name: String
) throws(ControlError) -> Number? {
    guard let number else { return nil }
    guard let fitting = Number(exactly: number) else { throw .invalidParameter(name) }
    return fitting
}

// The names of the socket: these structures are read and forgotten.

private struct AddParameters: Parameters, Asking {
    static let names = ["name", "role", "force", "timeout_ms"]
    var name: String?
    var role: MemberRole?
    var force: Bool?
    var timeout_ms: Int64?
}

private struct NameParameters: Parameters, Asking {
    static let names = ["name", "force", "timeout_ms"]
    var name: String?
    var force: Bool?
    var timeout_ms: Int64?
}

private struct ReplaceParameters: Parameters, Asking {
    static let names = ["name", "by", "force", "timeout_ms"]
    var name: String?
    var by: String?
    var force: Bool?
    var timeout_ms: Int64?
}

private struct PauseParameters: Parameters, Asking {
    static let names = ["duration_ms", "force", "timeout_ms"]
    var duration_ms: Int64?
    var force: Bool?
    var timeout_ms: Int64?
}

private struct ResumeParameters: Parameters, Asking {
    static let names = ["force", "timeout_ms"]
    var force: Bool?
    var timeout_ms: Int64?
}

private struct MemberParameters: Parameters, Asking {
    static let names = ["name", "role", "priority", "addresses", "labels", "force", "timeout_ms"]
    var name: String?
    var role: MemberRole?
    var priority: Int64?
    var addresses: [String]?
    var labels: Labels?
    var force: Bool?
    var timeout_ms: Int64?

    func settings() throws(ControlError) -> MemberSettings {
        var settings = MemberSettings()
        settings.role = role
        if let priority, !MemberSettings.priorities.contains(priority) {
            throw .invalidParameter("priority")
        }
        settings.priority = try fitting(priority, "priority")
        // A member without one could not be found again.
        if let addresses, addresses.isEmpty { throw .invalidParameter("addresses") }
        settings.addresses = addresses
        settings.labels = labels
        return settings
    }
}

private struct SettingsParameters: Parameters, Asking {
    static let names = [
        "lease_ms", "heartbeat_ms", "drift_ppm", "auto_promote", "auto_replace", "max_voters",
        "down_after_ms", "admission", "preempt_after_ms", "protocol", "force", "timeout_ms",
    ]
    var lease_ms: Int64?
    var heartbeat_ms: Int64?
    var drift_ppm: Int64?
    var auto_promote: Bool?
    var auto_replace: Bool?
    var max_voters: Int64?
    var down_after_ms: Int64?
    var admission: JoinRule?
    var preempt_after_ms: Int64?
    var `protocol`: Int64?
    var force: Bool?
    var timeout_ms: Int64?

    func settings() throws(ControlError) -> ClusterSettings {
        var settings = ClusterSettings()
        settings.lease = try fitting(lease_ms, "lease_ms")
        settings.heartbeat = try fitting(heartbeat_ms, "heartbeat_ms")
        settings.drift = try fitting(drift_ppm, "drift_ppm")
        settings.autoPromote = auto_promote
        settings.autoReplace = auto_replace
        settings.maxVoters = try fitting(max_voters, "max_voters")
        settings.downAfter = try fitting(down_after_ms, "down_after_ms")
        settings.admission = admission
        settings.preemptAfter = try fitting(preempt_after_ms, "preempt_after_ms")
        settings.protocolVersion = try fitting(`protocol`, "protocol")
        return settings
    }
}
