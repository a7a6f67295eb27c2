// SPDX-License-Identifier: Apache-2.0

import Config
import Control
import Linux
import SystemPackage

/// What is wrong with where the members are said to be.
enum AddressFinding: Finding, Equatable {
    /// No address can be found for a name.
    case unknown(member: String, address: String)
    /// The others cannot reach a member there.
    case loopback(member: String, address: String)
    /// Nobody was told where a member is.
    case none(member: String)
    /// The agreed addresses of this host are not those in its file.
    case different(file: [String], agreed: [String])
    /// This host cannot listen there.
    case unbindable(address: String, reason: String)

    var word: String {
        switch self {
        case .unknown: "address-unknown"
        case .loopback: "address-loopback"
        case .none: "address-none"
        case .different: "address-different"
        case .unbindable: "address-unbindable"
        }
    }

    var isFault: Bool {
        if case .different = self { false } else { true }
    }

    var sentence: String {
        switch self {
        case .unknown(let member, let address):
            "\(address), where \(member) is said to be, has no address on this host"
        case .loopback(let member, let address):
            "\(address) of \(member) is every host's own address: nobody else reaches it there"
        case .none(let member): "nobody knows an address of \(member)"
        case .different(let file, let agreed):
            "Address= is \(file.joined(separator: " ")), and the members agreed on "
                + "\(agreed.joined(separator: " "))"
        case .unbindable(let address, let reason):
            "electd cannot listen on \(address): \(reason)"
        }
    }

    var step: String {
        switch self {
        case .unknown(_, let address):
            "add \(address) to DNS or /etc/hosts here, or write a number with 'electctl set'"
        case .loopback(let member, _), .none(let member):
            "run 'electctl set \(member) address=HOST:PORT' with an address that all others reach"
        case .different(let file, _):
            "if the file is right, run 'electctl set' with address=\(file.joined(separator: ","))"
        case .unbindable:
            "look with 'ss -ulpn' who has it, and with 'ip address' whether it is this host's"
        }
    }
}

/// Judges addresses: those agreed on, and those in the file.
struct AddressFigures {
    var members: [Member]
    var selfName: String
    /// Address= of this host's file.
    var configured: [String]
    /// The names among the addresses that have no number here.
    var unknown: [String] = []
    /// What cannot be listened on, with the reason.
    var unbindable: [(address: String, reason: String)] = []
    /// What this host listens on, in its file.
    var listen: [String]

    func examined() -> Examination {
        var findings: [AddressFinding] = unbindable.map {
            .unbindable(address: $0.address, reason: $0.reason)
        }
        // A cluster on one machine, for a test, is all on the loopback, and right.
        let isOneMachine = members.allSatisfy { $0.addresses.allSatisfy(isLoopback) }
        for member in members {
            if member.addresses.isEmpty, members.count > 1 {
                findings.append(.none(member: member.name))
            }
            for address in member.addresses {
                if unknown.contains(address) {
                    findings.append(.unknown(member: member.name, address: address))
                } else if !isOneMachine, isLoopback(address) {
                    findings.append(.loopback(member: member.name, address: address))
                }
            }
        }
        if let own = members.first(where: { $0.name == selfName }), !configured.isEmpty,
            Set(own.addresses) != Set(configured)
        {
            findings.append(.different(file: configured, agreed: own.addresses))
        }
        // Without a configuration nobody here knows where it listens.
        let saw =
            listen.isEmpty
            ? "of \(members.count) members, as they agreed"
            : "listening on \(listen.joined(separator: " "))"
        return Examination("addresses", saw: saw, findings)
    }

    private func isLoopback(_ address: String) -> Bool {
        address.hasPrefix("127.") || address.hasPrefix("[::1]") || address.hasPrefix("localhost:")
    }

    /// Asks the host's resolver, through getent(1): this program is static and has none.
    mutating func lookUpNames() {
        for address in members.flatMap(\.addresses) {
            guard let endpoint = try? Endpoint(address),
                SocketAddress(numericHost: endpoint.host, port: 1) == nil
            else { continue }
            let isKnown = Look.program("getent", "ahosts", endpoint.host) != nil
            if !isKnown { unknown.append(address) }
        }
    }

    /// Tries to listen, while no daemon does.
    mutating func tryListening(on endpoints: [Endpoint]) {
        for endpoint in endpoints {
            guard let address = SocketAddress(numericHost: endpoint.host, port: endpoint.port)
            else {
                // All of it is a number but for the zone.
                unbindable.append((endpoint.description, "this host has no such interface"))
                continue
            }
            do throws(SystemError) {
                let socket = try UDPSocket(bind: address)
                _ = socket.local
            } catch {
                let hasNoIPv6 = error.errno == .addressFamilyNotSupported
                if hasNoIPv6, endpoints.count > 1 { continue }
                unbindable.append((endpoint.description, "\(error.errno)"))
            }
        }
    }
}
