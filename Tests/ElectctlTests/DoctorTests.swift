// SPDX-License-Identifier: Apache-2.0

import Config
import Control
import FakeElectd
import Glibc
import Testing

@testable import electctl

/// Each finding of `electctl doctor`, from figures in which just that is wrong.
@Suite("electctl doctor")
struct DoctorTests {
    private func words(_ examination: Examination) -> [String] {
        examination.findings.map(\.word)
    }

    private func file(_ more: String = "") throws -> Configuration {
        try Configuration(
            text: "[Cluster]\nName=prod-db\n[Node]\nName=db1\n\(more)",
            hostName: "db1"
        )
    }

    @Test("the configuration: each line that is wrong, another name, another cluster")
    func configuration() throws {
        let status = FakeElectd.Samples.status()
        let good = examine(.success(try file()), status: status)
        #expect(good.findings.isEmpty)
        #expect(good.saw == "db1, voter of prod-db")
        let error = ConfigurationError(file: "electd.conf", "has no Name=")
        let wrong = examine(.failure(error), status: nil)
        #expect(words(wrong) == ["configuration-wrong"])
        #expect(wrong.findings[0].sentence == "electd.conf: has no Name=")
        var other = try file()
        other.nodeName = "db9"
        other.clusterName = "test"
        let changed = examine(.success(other), status: status)
        #expect(words(changed) == ["configuration-renamed", "configuration-cluster"])
        #expect(
            changed.findings[0].sentence
                == "Name= in [Node] is db9, and this host is db1 in its cluster"
        )
    }

    @Test("the key: it cannot be used, is another user's, or may not be seen")
    func key() {
        let path = "/etc/electd/cluster.key"
        #expect(KeyFigures(path: path, trouble: nil, owner: 0).examined().findings.isEmpty)
        let open = KeyFigures(path: path, trouble: "others can read it", owner: 1000).examined()
        #expect(words(open) == ["key-unusable", "key-owner"])
        #expect(open.findings[1].step.hasPrefix("run 'chown root \(path)'"))
        let hidden = KeyFigures(path: path, trouble: nil, owner: 0, isHidden: true).examined()
        #expect(words(hidden) == ["key-hidden"])
        #expect(!hidden.findings[0].isFault)
    }

    @Test("the key's file itself: missing, open to others, and good")
    func keyFile() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/cluster.key"
        #expect(words(KeyFigures(lookingAt: path).examined()) == ["key-unusable"])
        _ = try directory.replace("cluster.key", with: Array(repeating: 0x41, count: 43) + [0x3D])
        unsafe chmod(path, 0o644)
        let open = KeyFigures(lookingAt: path).examined()
        #expect(words(open) == ["key-unusable"])
        #expect(open.findings[0].sentence.contains("chmod 600"))
        unsafe chmod(path, 0o600)
        #expect(KeyFigures(lookingAt: path).examined().findings.isEmpty)
    }

    private func addresses(_ second: String...) -> AddressFigures {
        var members = FakeElectd.Samples.status().members
        members[1].addresses = second
        return AddressFigures(
            members: members,
            selfName: "db1",
            configured: [],
            listen: ["0.0.0.0:7377"]
        )
    }

    @Test(
        "addresses: unknown names, loopback, none, another one than the file's, one not to be had"
    )
    func addressFindings() throws {
        #expect(addresses("10.0.0.2:7377").examined().findings.isEmpty)
        var unknown = addresses("db2.example:7377")
        unknown.unknown = ["db2.example:7377"]
        #expect(words(unknown.examined()) == ["address-unknown"])
        #expect(words(addresses("127.0.0.1:7377").examined()) == ["address-loopback"])
        #expect(words(addresses().examined()) == ["address-none"])
        var different = addresses("10.0.0.2:7377")
        different.configured = ["10.9.0.1:7377"]
        let found = different.examined().findings
        #expect(found.map(\.word) == ["address-different"])
        #expect(found[0].step.hasSuffix("with address=10.9.0.1:7377"))
        var taken = addresses("10.0.0.2:7377")
        taken.unbindable = [("0.0.0.0:7377", "Address already in use")]
        #expect(words(taken.examined()) == ["address-unbindable"])
        var zoned = addresses("10.0.0.2:7377")
        zoned.tryListening(on: [try Endpoint("[fe80::1%no0]:7377")])
        #expect(zoned.unbindable.map(\.reason) == ["this host has no such interface"])
    }

    @Test("a cluster on one machine is all on the loopback, and right")
    func oneMachine() {
        var figures = addresses("127.0.0.1:7002")
        for index in figures.members.indices {
            figures.members[index].addresses = ["127.0.0.1:700\(index)"]
        }
        #expect(figures.examined().findings.isEmpty)
    }

    private static let trips: UInt64 = 300_000

    private func host(_ name: String, answered: Bool = true, to others: String...) -> MeasuredHost {
        let ways = others.map { Way(to: $0, roundTrip: Self.trips) }
        return MeasuredHost(name: name, answered: answered, release: "0.1.0", ways: ways)
    }

    private func ways(_ hosts: MeasuredHost..., reachable: Int = 3) -> WayFigures {
        WayFigures(
            selfName: "db1",
            hosts: hosts,
            quorum: Status.Quorum(needed: 2, reachable: reachable, voters: 3),
            lease: 500,
            port: 7377,
            rules: nil
        )
    }

    @Test("ways: who is silent, which two are parted, which way is long, and no quorum")
    func wayFindings() {
        let all = ways(
            host("db1", to: "db2", "db3"),
            host("db2", to: "db1", "db3"),
            host("db3", to: "db1", "db2")
        )
        #expect(all.examined().findings.isEmpty)
        #expect(
            all.examined().saw == "6 ways measured, round trips of 0.300 ms to 0.300 ms"
        )
        let silent = ways(
            host("db1", to: "db2"),
            host("db2", to: "db1"),
            host("db3", answered: false),
            reachable: 1
        ).examined()
        #expect(words(silent) == ["no-quorum", "way-silent"])
        #expect(
            silent.findings[0].sentence == "voters that answer: 1; needed: 2; nobody can lead"
        )
        #expect(silent.findings[1].sentence == "db3 does not answer this host")
        #expect(silent.findings[1].step.contains("for another cluster key"))
        let parted = ways(
            host("db1", to: "db2", "db3"),
            host("db2", to: "db1"),
            host("db3", to: "db1", "db2")
        ).examined()
        #expect(words(parted) == ["way-parted"])
        #expect(parted.findings[0].sentence == "db3 does not answer db2")
        var far = all
        far.hosts[1].ways[1].roundTrip = 120_000_000
        let long = far.examined()
        #expect(words(long) == ["way-long"])
        #expect(long.findings[0].sentence.contains("from db2 to db3 and back takes 120.000 ms"))
        #expect(long.findings[0].step.contains("'electctl set lease=1200ms'"))
    }

    @Test("who leads; and where nobody does, and no way is to blame, why not and what to do")
    func leader() {
        var status = FakeElectd.Samples.status()
        let good = examine(leaderOf: status, hasQuorum: true)
        #expect(good.findings.isEmpty)
        #expect(good.saw == "db2, epoch 418")
        status.answer = FakeElectd.Samples.answer(.unsure)
        status.text = "waiting for db3"
        let causes = ["genesis", "no_decree", "paused", "electing"].map { cause in
            status.cause = cause
            return examine(leaderOf: status, hasQuorum: true)
        }
        for cause in causes {
            #expect(words(cause) == ["no-leader"])
            #expect(cause.findings[0].isFault)
            #expect(cause.findings[0].sentence == "waiting for db3")
            #expect(cause.saw == "none, epoch 418 at least")
        }
        #expect(Set(causes.map { $0.findings[0].step }).count == 4, "each has a step of its own")
        #expect(causes[0].findings[0].step.contains("another cluster key"))
        #expect(causes[1].findings[0].step.contains("Join="))
        status.answer.epoch = 0
        #expect(examine(leaderOf: status, hasQuorum: true).saw == "none, and no decree yet")
        // Then the finding is that too few voters answer.
        #expect(examine(leaderOf: status, hasQuorum: false).findings.isEmpty)
    }

    @Test("a voter counts as reachable that has just answered, though it had nothing to say before")
    func answeringVoters() {
        var status = FakeElectd.Samples.status(FakeElectd.Samples.answer(.unsure))
        status.quorum.reachable = 1
        func reachable(_ hosts: MeasuredHost...) -> Int {
            DaemonFigures(hosts: hosts, status: status, timing: FakeElectd.Samples.timing)
                .quorum.reachable
        }
        #expect(reachable(host("db1"), host("db2", answered: false)) == 1)
        #expect(reachable(host("db1"), host("db2"), host("db3")) == 3)
        status.members[2].role = .observer
        #expect(reachable(host("db1"), host("db2"), host("db3")) == 2)
    }

    @Test("a firewall that names the port of nobody is a fault where somebody is silent")
    func firewall() {
        let shut = """
            table inet filter {
            \tchain input {
            \t\ttype filter hook input priority filter; policy drop;
            \t\ttcp dport 22 accept
            \t}
            }
            """
        let rejecting = """
            table inet filter {
            \tchain input {
            \t\ttype filter hook input priority filter; policy accept;
            \t\ttcp dport 22 accept
            \t\treject with icmpx admin-prohibited
            \t}
            }
            """
        let elsewhere = """
            table inet filter {
            \tchain forward {
            \t\ttype filter hook forward priority filter; policy drop;
            \t\tdrop
            \t}
            }
            """
        #expect(WayFigures.shuts(shut, 7377))
        #expect(WayFigures.shuts(rejecting, 7377))
        #expect(!WayFigures.shuts(elsewhere, 7377))
        #expect(!WayFigures.shuts("", 7377))
        let open = shut.replacing("tcp dport 22", with: "udp dport { 53, 7377 }")
        #expect(!WayFigures.shuts(open, 7377))
        var figures = ways(host("db1", to: "db2"), host("db2", to: "db1"))
        figures.rules = shut
        #expect(words(figures.examined()) == ["firewall"])
        #expect(figures.examined().findings.allSatisfy { !$0.isFault })
        figures.hosts[1] = host("db2", answered: false)
        #expect(words(figures.examined()) == ["way-silent", "firewall"])
        #expect(figures.examined().findings.map(\.isFault) == [true, true])
    }
}
