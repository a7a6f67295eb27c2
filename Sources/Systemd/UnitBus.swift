// SPDX-License-Identifier: Apache-2.0

// Starting and stopping units by asking the service manager on the system bus, as systemctl(1) does:
// org.freedesktop.systemd1(5). Who may is decided by polkit, a rule for each user, unit and verb.

internal import CSystemd
internal import Glibc

/// What the bus answered instead of doing it.
public struct BusError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was asked: `StartUnit electd-leader.target`.
    public var request: String
    /// Its name, such as `org.freedesktop.DBus.Error.AccessDenied`; empty if the bus did not answer.
    public var name: String
    /// In its own words.
    public var message: String

    /// `StartUnit electd-leader.target: Access denied`.
    public var description: String { "\(request): \(message)" }
}

/// A connection to the service manager.
///
/// A call waits for the answer, and for no longer than `timeout`. It is answered when the job is
/// queued, not when it is done.
@safe public struct UnitBus: ~Copyable {
    private let bus: OpaquePointer

    private static let manager = (
        service: "org.freedesktop.systemd1", path: "/org/freedesktop/systemd1",
        interface: "org.freedesktop.systemd1.Manager"
    )

    private static let unitInterface = "org.freedesktop.systemd1.Unit"

    /// Connects to the system bus.
    public init(timeout: Duration) throws(BusError) {
        var opened: OpaquePointer?
        let result = unsafe sd_bus_open_system(&opened)
        guard result >= 0, let bus = unsafe opened else {
            throw BusError(request: "the system bus", name: "", message: words(-result))
        }
        // It holds for calls that do not say themselves how long they may take.
        let limit = unsafe sd_bus_set_method_call_timeout(bus, timeout.microseconds)
        guard limit >= 0 else {
            _ = unsafe sd_bus_flush_close_unref(bus)
            throw BusError(request: "the system bus", name: "", message: words(-limit))
        }
        unsafe self.bus = bus
    }

    deinit { _ = unsafe sd_bus_flush_close_unref(bus) }

    /// Has a unit started; a job that stops it is replaced.
    public func start(_ unit: String) throws(BusError) { try ask("StartUnit", unit) }

    /// Has a unit stopped; a job that starts it is replaced.
    public func stop(_ unit: String) throws(BusError) { try ask("StopUnit", unit) }

    /// Whether a unit is `inactive`: neither up, nor on its way, nor failed. Everybody may look.
    public func isInactive(_ unit: String) throws(BusError) -> Bool {
        try state(of: unit) == "inactive"
    }

    /// Whether nothing of a unit runs any more, however it ended.
    public func hasEnded(_ unit: String) throws(BusError) -> Bool {
        try ["inactive", "failed"].contains(state(of: unit))
    }

    /// The units that are stopped when this one is: by their `PartOf=`, `Requires=` and `BindsTo=`.
    public func stopped(with unit: String) throws(BusError) -> [String] {
        var units: [String] = []
        for property in ["ConsistsOf", "RequiredBy", "BoundBy"] {
            units += try names(property, of: unit).filter { !units.contains($0) }
        }
        return units
    }

    private func state(of unit: String) throws(BusError) -> String {
        let request = "ActiveState of \(unit)"
        let path = try unsafe path(of: unit, for: request)
        defer { unsafe free(path) }
        var state: UnsafeMutablePointer<CChar>?
        var error = unsafe sd_bus_error()
        let result = unsafe sd_bus_get_property_string(
            bus,
            Self.manager.service,
            path,
            Self.unitInterface,
            "ActiveState",
            &error,
            &state
        )
        defer {
            unsafe free(state)
            unsafe sd_bus_error_free(&error)
        }
        guard result >= 0, let text = unsafe state else {
            throw unsafe failure(request, error, result)
        }
        return unsafe String(cString: text)
    }

    /// A property that is a list of units.
    private func names(_ property: String, of unit: String) throws(BusError) -> [String] {
        let request = "\(property) of \(unit)"
        let path = try unsafe path(of: unit, for: request)
        defer { unsafe free(path) }
        var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        var error = unsafe sd_bus_error()
        let result = unsafe sd_bus_get_property_strv(
            bus,
            Self.manager.service,
            path,
            Self.unitInterface,
            property,
            &error,
            &list
        )
        defer { unsafe sd_bus_error_free(&error) }
        guard result >= 0 else { throw unsafe failure(request, error, result) }
        guard let list = unsafe list else { return [] }
        defer { unsafe free(list) }
        var names: [String] = []
        while let name = unsafe list[names.count] {
            names.append(unsafe String(cString: name))
            unsafe free(name)
        }
        return names
    }

    /// To be freed by the caller.
    private func path(
        of unit: String,
        for request: String
    ) throws(BusError) -> UnsafeMutablePointer<CChar>? {
        var path: UnsafeMutablePointer<CChar>?
        let encoded = unsafe sd_bus_path_encode("\(Self.manager.path)/unit", unit, &path)
        guard encoded >= 0 else {
            throw BusError(request: request, name: "", message: words(-encoded))
        }
        return unsafe path
    }

    private func ask(_ method: String, _ unit: String) throws(BusError) {
        let request = "\(method) \(unit)"
        var message: OpaquePointer?
        var result = unsafe sd_bus_message_new_method_call(
            bus,
            &message,
            Self.manager.service,
            Self.manager.path,
            Self.manager.interface,
            method
        )
        defer { _ = unsafe sd_bus_message_unref(message) }
        for text in [unit, "replace"] where result >= 0 {
            result = unsafe text.withCString {
                unsafe sd_bus_message_append_basic(message, CChar(UInt8(ascii: "s")), $0)
            }
        }
        guard result >= 0 else {
            throw BusError(request: request, name: "", message: words(-result))
        }
        var error = unsafe sd_bus_error()
        defer { unsafe sd_bus_error_free(&error) }
        result = unsafe sd_bus_call(bus, message, 0, &error, nil)
        if result < 0 { throw unsafe failure(request, error, result) }
    }

    private func failure(
        _ request: String,
        _ error: sd_bus_error,
        _ result: Int32
    ) -> BusError {
        BusError(
            request: request,
            name: unsafe error.name.map { unsafe String(cString: $0) } ?? "",
            message: unsafe error.message.map { unsafe String(cString: $0) } ?? words(-result)
        )
    }
}

extension Duration {
    /// Whole microseconds, one at least.
    fileprivate var microseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(1, seconds * 1_000_000 + attoseconds / 1_000_000_000_000))
    }
}

private func words(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }
