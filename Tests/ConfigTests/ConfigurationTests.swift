// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Config

/// What the keys mean, and the sentence for each value that they may not have.
@Suite("The configuration")
struct ConfigurationTests {
    private func read(_ text: String) throws(ConfigurationError) -> Configuration {
        try Configuration(text: text, hostName: "db1")
    }

    private func problems(_ text: String) -> [String] {
        do {
            let configuration = try read(text)
            Issue.record("this was taken: \(configuration)")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    private func problem(_ section: String, _ line: String) -> String {
        let text = "[Cluster]\nName=prod\n[\(section)]\n\(line)\n"
        return problems(text).joined(separator: "\n")
    }

    @Test("a file needs no more than the name of the cluster")
    func defaults() throws {
        let configuration = try read("[Cluster]\nName=prod-db\n")
        #expect(configuration.clusterName == "prod-db")
        #expect(configuration.clusterKeyPath == "/etc/electd/cluster.key")
        #expect(configuration.nodeName == "db1")
        #expect(configuration.listen.map(\.description) == ["0.0.0.0:7377", "[::]:7377"])
        #expect(configuration.addresses.isEmpty && configuration.join.isEmpty)
        #expect(configuration.role == .voter && configuration.priority == 100)
        #expect(configuration.labels.isEmpty)
        #expect(configuration.lease == .milliseconds(500))
        #expect(configuration.heartbeat == .milliseconds(100))
        #expect(configuration.admission == .open && configuration.autoReplace)
        #expect(configuration.preemptAfter == .zero)
        #expect(configuration.stateDirectory == "/var/lib/electd")
        #expect(configuration.runtimeDirectory == "/run/electd")
    }

    @Test("every key is read")
    func everyKey() throws {
        let configuration = try read(
            """
            [Cluster]
            Name=prod-db
            Key=/etc/electd/other.key
            Join=10.0.0.1:7377 db2
            [Node]
            Name=db3.example
            Listen=127.0.0.1:7001 [::1]:7001
            Address=10.0.0.3:7377 \\
            # the second network
                192.168.7.3
            Role=witness
            Priority=0
            Label=url=postgres://10.0.0.3:5432/db?a=b
            Label="zone=north west"
            HoldLimit=2s
            [Election]
            Lease=20ms
            Heartbeat=4ms
            Admission=approve
            AutoReplace=no
            PreemptAfter=30s
            RestartGrace=1min
            [Paths]
            State=/srv/electd
            Runtime=/run/user/1000/electd
            [Switch]
            StopGuard=7ms
            """
        )
        #expect(configuration.clusterKeyPath == "/etc/electd/other.key")
        #expect(configuration.join.map(\.description) == ["10.0.0.1:7377", "db2:7377"])
        #expect(configuration.nodeName == "db3.example")
        #expect(configuration.listen.map(\.description) == ["127.0.0.1:7001", "[::1]:7001"])
        #expect(
            configuration.addresses.map(\.description) == ["10.0.0.3:7377", "192.168.7.3:7377"]
        )
        #expect(configuration.role == .witness && configuration.priority == 0)
        #expect(
            configuration.labels == [
                Configuration.Label(key: "url", value: "postgres://10.0.0.3:5432/db?a=b"),
                Configuration.Label(key: "zone", value: "north west"),
            ]
        )
        #expect(configuration.lease == .milliseconds(20))
        #expect(configuration.heartbeat == .milliseconds(4))
        #expect(configuration.stateDirectory == "/srv/electd")
        #expect(configuration.runtimeDirectory == "/run/user/1000/electd")
        #expect(configuration.admission == .approve && !configuration.autoReplace)
        #expect(configuration.preemptAfter == .seconds(30))
        #expect(configuration.restartGrace == .seconds(60))
        #expect(configuration.stopGuard == .milliseconds(7))
        #expect(configuration.holdLimit == .seconds(2))
        #expect(configuration.places[.address]?.description == "electd.conf:8")
        #expect(Set(configuration.places.keys) == Set(ConfigurationKey.allCases))
    }

    @Test("lists grow, later values win, and an empty value takes back what was said")
    func assignments() throws {
        let configuration = try read(
            """
            [Cluster]
            Name=one
            Join=a
            Join=b c
            Name=two
            [Node]
            Listen=127.0.0.1:1
            Listen=127.0.0.1:2
            Address=10.0.0.1
            Address=
            Address=10.0.0.2
            Priority=7
            Priority=
            Label=k=1
            Label=l=2
            Label=k=3
            [Election]
            Lease=1s
            Lease=
            """
        )
        #expect(configuration.clusterName == "two")
        #expect(configuration.join.map(\.host) == ["a", "b", "c"])
        #expect(configuration.listen.map(\.port) == [1, 2])
        #expect(configuration.addresses.map(\.host) == ["10.0.0.2"])
        #expect(configuration.priority == 100)
        #expect(configuration.labels.map { "\($0.key)=\($0.value)" } == ["l=2", "k=3"])
        #expect(configuration.lease == .milliseconds(500))
    }

    @Test("a name of the cluster that was taken back is missing")
    func noClusterName() {
        let missing =
            "electd.conf: the name of the cluster is missing: write Name= in [Cluster], the same on all hosts"
        for text in ["[Cluster]\nName=\n", "[Cluster]\nName=one\nName=\n"] {
            #expect(problems(text) == [missing])
        }
    }

    @Test("a lease alone brings a heartbeat of a fifth with it")
    func heartbeatFollows() throws {
        let configuration = try read("[Cluster]\nName=c\n[Election]\nLease=20ms\n")
        #expect(configuration.heartbeat == .milliseconds(4))
    }

    @Test("all problems are told, in the order of the lines")
    func allProblems() {
        let text = """
            [Cluster]
            Nmae=prod
            [Nodes]
            Name=db1
            [Node]
            Priority=1001
            nonsense
            """
        #expect(
            problems(text) == [
                "electd.conf:2: [Cluster] has no key Nmae=; its keys are Name, Key and Join",
                "electd.conf:3: there is no section [Nodes]; the sections are [Cluster], [Node], [Election], [Paths] and [Switch]",
                "electd.conf:6: Priority= '1001' must be a whole number from 0 to 1000; 0 never leads",
                "electd.conf:7: 'nonsense' is neither a [Section] nor a Key=value",
                "electd.conf: the name of the cluster is missing: write Name= in [Cluster], the same on all hosts",
            ]
        )
    }

    @Test(
        "a value that may not be is refused with what may be",
        arguments: [
            (
                "Node", "Name=-db1",
                "Name= '-db1' is no name: letters, digits, hyphen and dot, at most 63, the first one a letter or a digit"
            ),
            (
                "Node", "Name=db_1",
                "Name= 'db_1' is no name: letters, digits, hyphen and dot, at most 63, the first one a letter or a digit"
            ),
            (
                "Node", "Name=db1  # the first",
                "Name= 'db1  # the first' is no name: letters, digits, hyphen and dot, at most 63, the first one a letter or a digit (a comment needs a line of its own)"
            ),
            ("Node", "Name='db1", "Name= opens a quote and does not close it"),
            (
                "Node", "Role=Voter",
                "Role= 'Voter' is no role; the roles are voter, observer and witness"
            ),
            (
                "Node", "Priority=-1",
                "Priority= '-1' must be a whole number from 0 to 1000; 0 never leads"
            ),
            (
                "Node", "Listen=localhost",
                "Listen= has the name localhost:7377; give an address of this host, or 0.0.0.0 or [::]"
            ),
            (
                "Node", "Address=0.0.0.0",
                "Address= has 0.0.0.0:7377, which nobody can send to; name an address of this host"
            ),
            (
                "Node", "Address=::1",
                "Address= '::1' needs brackets if it is an IPv6 address, as in [fd00::1]:7377"
            ),
            (
                "Node", "Label=url",
                "Label= 'url' is no label: write key=value, as in Label=url=https://db1.example"
            ),
            (
                "Node", "Label=u l=1",
                "Label= 'u l' is no key of a label: letters, digits, hyphen, dot, underscore, at most 63"
            ),
            ("Election", "Lease=10ms", "Lease= '10ms' is out of range: from 20ms to 1min"),
            ("Election", "Lease=61s", "Lease= '61s' is out of range: from 20ms to 1min"),
            (
                "Election", "Lease=0.5 sek",
                "Lease= '0.5 sek' has no known unit: the units are us, ms, s, min, h and d, as in 1min 30s"
            ),
            (
                "Election", "Admission=closed",
                "Admission= 'closed' admits nobody; the words are open and approve"
            ),
            ("Election", "AutoReplace=maybe", "AutoReplace= 'maybe' is neither yes nor no"),
            ("Election", "PreemptAfter=2d", "PreemptAfter= '2d' is out of range: from 0 to 1d"),
            ("Election", "Heartbeat=500us", "Heartbeat= '500us' is out of range: from 1ms to 20s"),
            (
                "Election", "Heartbeat=200ms",
                "Heartbeat=200ms is too long for a lease of 500ms: a lease must outlive two lost heartbeats, so at most 166ms; a fifth of the lease is usual"
            ),
            (
                "Paths", "State=electd",
                "State= 'electd' must be an absolute path, one that begins with a slash"
            ),
        ]
    )
    func values(section: String, line: String, sentence: String) {
        #expect(problem(section, line) == "electd.conf:4: \(sentence)")
    }

    @Test(
        "names are at most 63 long, labels at most 16, and a runtime path leaves room for a socket"
    )
    func bounds() throws {
        let name = String(repeating: "n", count: 63)
        #expect(try read("[Cluster]\nName=\(name)").clusterName == name)
        #expect(problem("Node", "Name=\(name)n").contains("at most 63"))
        let labels = (1...17).map { "Label=k\($0)=v" }.joined(separator: "\n")
        #expect(
            problem("Node", labels)
                == "electd.conf:20: Label= is the 17th label; a host has at most 16"
        )
        let path = "/" + String(repeating: "p", count: 90)
        #expect(
            problem("Paths", "Runtime=\(path)")
                == "electd.conf:4: Runtime= is too long for a Unix socket inside it: at most 90 bytes"
        )
    }

    @Test("a host name that is no member name asks for a name")
    func hostName() {
        #expect(throws: ConfigurationError.self) {
            try Configuration(text: "[Cluster]\nName=c", hostName: "my_host")
        }
        #expect(throws: Never.self) {
            try Configuration(text: "[Cluster]\nName=c\n[Node]\nName=h", hostName: "my_host")
        }
    }

    @Test("a reload knows what needs a restart")
    func changes() throws {
        let old = try read("[Cluster]\nName=c\n")
        let new = try read(
            "[Cluster]\nName=d\n[Node]\nPriority=5\nListen=127.0.0.1\nLabel=a=b\n[Paths]\nState=/s\n"
        )
        #expect(new.changes(from: old) == [.clusterName, .listen, .priority, .label, .state])
        #expect(new.changesNeedingRestart(from: old) == [.clusterName, .listen, .state])
        #expect(old.changesNeedingRestart(from: old).isEmpty)
    }
}
