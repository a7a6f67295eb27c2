// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// Releases that come one host at a time. Each new one speaks one more version of the protocol; which
// version the cluster speaks is in the decree, and people raise it, too early as a rule.

extension World {
    private static let newestVersion: UInt8 = 4

    /// The host gets a newer release.
    mutating func upgrade(_ host: Int) {
        guard hosts[host].newestVersion < Self.newestVersion, hosts[host].process != nil else {
            return
        }
        hosts[host].newestVersion += 1
        let newest = UInt64(hosts[host].newestVersion)
        trace.note(now, host, 38, newest, "GETS A RELEASE that speaks versions 1 to \(newest)")
        fall(host, power: false)
    }

    /// Every voter speaks the version that is chosen (DESIGN section 7), by the releases that the
    /// hosts have and not by what anybody has heard of them.
    mutating func votersSpeakTheVersion(in cluster: Int = 0) {
        guard plan.has(.upgrade), let newest = chronicles[cluster].newest else { return }
        let version = newest.state.settings.protocolVersion
        for host in hosts where newest.quorum.contains(host.node) {
            if version > host.newestVersion {
                violate(
                    "votersSpeakTheVersion",
                    "slot \(newest.slot) has version \(version), \(host.node) speaks up to "
                        + "\(host.newestVersion)"
                )
            }
        }
    }
}
