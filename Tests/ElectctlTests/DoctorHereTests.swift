// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FakeElectd
import Glibc
import SystemPackage
import Testing

@testable import electctl

/// The doctor on this host alone: its clock, disk, process, units and state, and the page.
@Suite("electctl doctor, on this host")
struct DoctorHereTests {
    private func words(_ examination: Examination) -> [String] {
        examination.findings.map(\.word)
    }

    private func host(_ name: String, answered: Bool = true) -> MeasuredHost {
        MeasuredHost(name: name, answered: answered, release: "0.1.0")
    }

    @Test("what the system forbids is a refusal, with what to do; what fails otherwise is not")
    func forbidden() {
        let refused = Failure("open /var/lib/electd: Permission denied", errno: EACCES)
        #expect(refused.status == .refused)
        #expect(refused.message.hasSuffix("; run it as root, or as the user that electd runs as"))
        let failed = Failure("open /var/lib/electd: no such file", errno: ENOENT)
        #expect(failed.status == .failure && failed.message == "open /var/lib/electd: no such file")
        #expect(Failure("no", isRefusal: true).status == .refused)
    }

    @Test("a user has a number, and one that does not exist has none")
    func users() {
        #expect(Look.user(named: "root") == 0)
        #expect(Look.user(named: "no-such-user") == nil)
    }

    @Test("clocks: apart by more than the error of the measurement, turned, and one that can stop")
    func clocks() {
        var hosts = [host("db1"), host("db2")]
        hosts[1].clockPPM = 2600
        hosts[1].clockErrorPPM = 700
        var figures = ClockFigures(hosts: hosts, drift: 1000, rate: -40_000, source: "tsc")
        #expect(figures.examined().findings.isEmpty, "it may be 1900, and 2000 is allowed")
        #expect(figures.examined().saw == "tsc, within 2600 ppm of 1 other")
        figures.hosts[1].clockPPM = -2800
        #expect(words(figures.examined()) == ["clock-apart"])
        #expect(figures.examined().findings[0].sentence.contains("db2 runs 2800 ppm slower"))
        figures.hosts = []
        figures.rate = 1_500_000
        #expect(words(figures.examined()) == ["clock-turned"])
        figures.rate = 0
        let names = ["kvm-clock", "xen", "hyperv_clocksource_tsc_page", "hyperv_clocksource_msr"]
        for source in names {
            figures.source = source
            #expect(words(figures.examined()) == ["clock-stoppable"], "\(source)")
            #expect(!figures.examined().findings[0].isFault)
        }
    }

    @Test("timing: a disk too slow for the lease, a loop later than a heartbeat")
    func timing() {
        func figures(sync: UInt64, late: UInt64) -> Examination {
            TimingFigures(
                lease: 500,
                heartbeat: 100,
                measured: [
                    Measured(name: "sync", count: 1, typical: sync, worst: sync),
                    Measured(name: "lateness", count: 1, typical: late, worst: late),
                ]
            ).examined()
        }
        #expect(figures(sync: 125_000_000, late: 100_000_000).findings.isEmpty)
        #expect(words(figures(sync: 126_000_000, late: 0)) == ["slow-disk"])
        #expect(figures(sync: 126_000_000, late: 0).findings[0].step.contains("lease=630ms"))
        #expect(words(figures(sync: 0, late: 101_000_000)) == ["late-loop"])
        #expect(
            figures(sync: 4_000_000, late: 50_000).saw
                == "sync 4.000 ms at worst, lateness 0.050 ms at worst"
        )
    }

    @Test("versions: the daemon's is not the installed one, the members' are not the same")
    func versions() {
        var hosts = [host("db1"), host("db2"), host("db3", answered: false)]
        hosts[2].release = nil
        #expect(examine(versions: hosts, daemon: "0.1.0", program: "0.1.0").findings.isEmpty)
        hosts[1].release = "0.0.9"
        let found = examine(versions: hosts, daemon: "0.1.0", program: "0.2.0")
        #expect(words(found) == ["version-daemon", "version-members"])
        #expect(found.findings[1].sentence.hasSuffix("db1 0.1.0, db2 0.0.9"))
    }

    private func process(
        uid: Int = 990,
        noNewPrivileges: Int = 1,
        locked: Int = 0,
        files: String = "1024",
        expendability: Int = -900,
        policy: Int = 0
    ) -> [String] {
        let figures = ProcessFigures(
            status: """
                Name:\telectd
                Uid:\t\(uid)\t\(uid)\t\(uid)\t\(uid)
                VmLck:\t    \(locked) kB
                NoNewPrivs:\t\(noNewPrivileges)
                """,
            limits: """
                Limit                     Soft Limit           Hard Limit           Units
                Max open files            \(files)                 1048576              files
                """,
            expendability: expendability,
            policy: policy
        )
        return words(figures.examined())
    }

    @Test("the process: root, no sandbox, few files, real time without locked memory, expendable")
    func processFindings() {
        #expect(process() == [])
        #expect(process(uid: 0) == ["process-root"])
        #expect(process(noNewPrivileges: 0) == ["process-privileges"])
        #expect(process(files: "256") == ["process-files"])
        #expect(process(files: "unlimited") == [])
        #expect(process(policy: 2) == ["process-swappable"])
        #expect(process(locked: 9000, policy: 2) == [])
        #expect(process(expendability: 0) == [])
        #expect(process(expendability: 500) == ["process-expendable"])
    }

    @Test("what /proc says of a process is found there")
    func ownProcess() throws {
        let figures = try #require(ProcessFigures(of: getpid()))
        #expect(figures.policy == Int(sched_getscheduler(0)))
        #expect(figures.examined().saw == "user \(geteuid())")
        #expect(ProcessFigures(of: -1) == nil)
    }

    @Test("units: whoever may take longer to stop than there is time is named")
    func units() {
        let properties = """
            Id=app.service
            TimeoutStopUSec=150ms

            Id=slow.service
            TimeoutStopUSec=1min 30s

            Id=endless.service
            TimeoutStopUSec=infinity
            """
        var figures = UnitFigures(properties: properties, stopGuard: nil, lease: 600)
        let found = figures.examined()
        #expect(found.saw == "app.service slow.service endless.service")
        #expect(words(found) == ["unit-slow-to-stop", "unit-slow-to-stop"])
        #expect(
            found.findings[0].sentence == """
                slow.service is told to stop 200ms before the lease ends and killed only after \
                TimeoutStopSec=1min 30s: it may run beside the next leader's
                """
        )
        figures.stopGuard = .milliseconds(100)
        #expect(figures.examined().findings.count == 3)
        figures.properties = ""
        #expect(figures.examined().findings.isEmpty)
    }

    @Test("without a daemon: removed, held, unreadable, not to be written, open to others")
    func state() {
        var figures = StateFigures(path: "/var/lib/electd", daemon: .silent(socket: "s"))
        figures.mode = 0o700
        #expect(words(figures.examined()) == ["daemon-unreachable"])
        figures.tombstone = "db1 was removed"
        figures.trouble = "cannot be read"
        figures.writing = "no space left"
        figures.mode = 0o755
        let found = figures.examined()
        #expect(
            words(found) == [
                "removed", "state-unreadable", "state-unwritable", "state-open",
            ],
            "nobody is told to start a host that was removed"
        )
        var held = StateFigures(path: "/var/lib/electd", daemon: .silent(socket: "s"))
        held.holder = 712
        #expect(words(held.examined()) == ["daemon-unreachable", "state-held"])
        #expect(held.examined().findings[1].sentence.hasPrefix("process 712 uses"))
        held.daemon = .unreachable(socket: "s", .permissionDenied)
        #expect(words(held.examined()) == ["daemon-forbidden"], "it may well answer others")
        held.daemon = .answered(.methodNotFound("io.electd.Measure"))
        #expect(words(held.examined()) == ["daemon-unable"])
    }

    @Test(
        "an electd that refuses, or is too old to be asked, is not one that cannot be reached",
        arguments: [
            (ControlError.permissionDenied("be root"), "daemon-forbidden", 5),
            (.methodNotFound("io.electd.Measure"), "daemon-unable", 1),
            (.busy("256 programs are connected already; try again"), "daemon-unreachable", 69),
        ]
    )
    func answered(error: ControlError, word: String, status: Int) throws {
        let directory = try TemporaryDirectory()
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [.send(error.reply())] }
        let said = try electctl("doctor --json --config /nowhere --socket \(daemon.socket)")
        #expect(said.contains("\"word\":\"\(word)\",\"fault\":true"), "\(said)")
        #expect(said.hasSuffix("\nexit \(status)\n"), "\(said)")
    }

    @Test("of a host that was removed one thing is said, once")
    func removedState() throws {
        let directory = try TemporaryDirectory()
        unsafe chmod(directory.path, 0o700)
        _ = try directory.replace("identity", with: [1])
        _ = try directory.replace("tombstone", with: Array("db4 was removed\n".utf8))
        var figures = StateFigures(path: directory.path, daemon: .silent(socket: "s"))
        _ = figures.look()
        let found = figures.examined()
        #expect(words(found) == ["removed"])
        #expect(found.saw == "stopped, and removed from its cluster")
        #expect(found.findings[0].sentence.contains("db4 was removed: it votes no more"))
        #expect(found.findings[0].step.hasPrefix("keep it stopped"))
    }

    @Test("a state directory that was never used is written to, and left as it was")
    func freshState() throws {
        let directory = try TemporaryDirectory()
        unsafe chmod(directory.path, 0o700)
        var figures = StateFigures(path: directory.path, daemon: .silent(socket: "s"))
        let looked = figures.look()
        let sync = try #require(looked)
        #expect(sync.count == 16)
        #expect(words(figures.examined()) == ["daemon-unreachable"])
        #expect(figures.examined().saw == "no state in \(directory.path)")
        #expect(unsafe rmdir(directory.path) == 0, "something is left in it")
        let again = figures.look()
        #expect(again == nil)
    }

    @Test("the page says what was looked at, what was found and what to do, and counts")
    func page() {
        let diagnosis = Diagnosis(examinations: [
            Examination("key", saw: "/etc/electd/cluster.key"),
            Examination(
                "ways",
                saw: "2 ways measured",
                [
                    WayFinding.silent("db3"),
                    WayFinding.firewall(port: 7377, somebodyIsSilent: false),
                ]
            ),
        ])
        #expect(
            diagnosis.page(Paint(isOn: false)) == [
                "key   /etc/electd/cluster.key", "ways  2 ways measured",
                "      fault: db3 does not answer this host",
                "        look on db3 whether electd runs; if it does, run 'electctl doctor' there, "
                    + "look at firewalls in between, and in 'journalctl -u electd' for another cluster key",
                "      remark: the firewall of this host lets in only what its rules name, and none "
                    + "names UDP port 7377",
                "        allow UDP port 7377 from the other members", "", "1 fault, 1 remark",
            ]
        )
        #expect(
            String(decoding: diagnosis.json, as: UTF8.self).hasPrefix(
                #"{"faults":1,"examinations":[{"group":"key","saw":"/etc/electd/cluster.key","findings":[]},"#
                    + #"{"group":"ways","saw":"2 ways measured","findings":[{"word":"way-silent","fault":true,"#
            )
        )
    }

    @Test("nobody listens and there is no file: 69, with both said")
    func alone() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        let text = try electctl("doctor --socket \(path)/none --config \(path)/none")
        #expect(text.contains("configuration  cannot be used\n"), "\(text)")
        #expect(text.contains("fault: \(path)/none: cannot be read"), "\(text)")
        #expect(text.hasSuffix("2 faults, no remark\nexit 69\n"), "\(text)")
    }
}
