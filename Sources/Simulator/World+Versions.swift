// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// Releases that come one host at a time. They speak different versions of the protocol, one of which
// all speak, and each new one speaks one more; which version the cluster speaks is in the decree, and
// people raise it, too early as a rule.

extension World {
    private static let newestVersion: UInt8 = 4

    /// What each host's first release speaks.
    mutating func install() {
        let common = UInt8(faultDice.pick(1...3))
        for host in hosts.indices {
            let oldest = UInt8(faultDice.pick(1...Int64(common)))
            hosts[host].versions = oldest...UInt8(faultDice.pick(Int64(common)...3))
        }
    }

    /// The host gets a newer release.
    mutating func upgrade(_ host: Int) {
        let was = hosts[host].versions
        guard was.upperBound < Self.newestVersion, hosts[host].process != nil else { return }
        let (oldest, newest) = (was.lowerBound, was.upperBound + 1)
        hosts[host].versions = oldest...newest
        trace.note(
            now,
            host,
            38,
            UInt64(newest),
            "GETS A RELEASE that speaks versions \(oldest) to \(newest)"
        )
        fall(host, power: false)
    }

    /// Every voter speaks the version that is chosen (DESIGN section 7), by the releases that the
    /// hosts have and not by what anybody has heard of them.
    mutating func votersSpeakTheVersion(in cluster: Int = 0) {
        guard plan.has(.upgrade), let newest = chronicles[cluster].newest else { return }
        let version = newest.state.settings.protocolVersion
        for host in hosts where newest.quorum.contains(host.node) {
            if !host.versions.contains(version) {
                violate(
                    "votersSpeakTheVersion",
                    "slot \(newest.slot) has version \(version), \(host.node) speaks "
                        + "\(host.versions)"
                )
            }
        }
    }
}
