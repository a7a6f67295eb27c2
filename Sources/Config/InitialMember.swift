// SPDX-License-Identifier: Apache-2.0

/// A first member of a cluster, as it is named on the command line: `db1=10.0.0.1:7377`.
public struct InitialMember: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// How others reach it, one per network; at least one.
    public var addresses: [Endpoint]

    /// Reads `name=address`, or `name=address,address` for several networks.
    public init(_ text: String) throws(InitialMemberError) {
        guard let equals = text.firstIndex(of: "=") else {
            throw InitialMemberError(
                "'\(text)' is no member: write name=address, as in db1=10.0.0.1:7377"
            )
        }
        let list = text[text.index(after: equals)...].map { $0 == "," ? " " : $0 }
        do throws(Fault) {
            name = try Config.name(String(text[..<equals]))
            addresses = try endpoints(String(list))
        } catch {
            throw InitialMemberError(error.sentence)
        }
        if addresses.isEmpty {
            throw InitialMemberError(
                "'\(text)' has no address: write one as in \(name)=10.0.0.1:7377"
            )
        }
        if let wildcard = addresses.first(where: \.isWildcard) {
            throw InitialMemberError("'\(text)' has \(wildcard), which nobody can send to")
        }
    }
}

/// Why a text names no member.
public struct InitialMemberError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A sentence with the text in it.
    public var description: String

    init(_ description: String) { self.description = description }
}
