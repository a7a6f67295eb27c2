// SPDX-License-Identifier: Apache-2.0

import Control
import FakeElectd
import Testing

@testable import electctl

/// The page of `electctl status`, matched whole: it is an interface as well.
@Suite("The page of electctl status")
struct StatusPageTests {
    private let second: UInt64 = 1_000_000_000

    private func page(_ status: Status, at now: UInt64, isColoured: Bool = false) -> String {
        status.page(at: now, Paint(isOn: isColoured)).joined(separator: "\n")
    }

    /// db2 has led for 3 minutes, its lease has 412 ms left, db3 was lost 3 minutes and 1 second ago.
    private func status() -> (Status, UInt64) {
        let now = 1000 * second
        var answer = Samples.answer()
        answer.validUntil = now + 412_345_678
        var status = Samples.status(answer)
        status.sinceBoottime = now - 180 * second
        status.members[2].lastHeard = now - 181 * second
        return (status, now)
    }

    @Test("a cluster with a leader and one member lost")
    func withLeader() {
        let (status, now) = status()
        #expect(
            page(status, at: now) == """
                Cluster  prod-db
                Host     db1, follower
                Leader   db2, epoch 418, the lease has 412ms left
                Quorum   2 of 3 voters reachable, 2 needed
                Since    2026-11-21T01:20:01Z (3min): db2 leads under epoch 418: the lease of db3 expired

                  MEMBER  ROLE     STATE                     PRIORITY  ADDRESSES
                  db1     voter    up, this host                  100  10.0.0.1:7377
                * db2     voter    up                             200  10.0.0.2:7377
                  db3     witness  down, silent for 3min 1s         0  10.0.0.3:7377 [fd00::3]:7377
                """
        )
    }

    @Test("a host that is cut off is unsure, says why, and names no leader")
    func unsure() {
        var (status, now) = status()
        status.answer = Samples.answer(.unsure)
        status.quorum.reachable = 1
        status.text = "1 of 3 voters is heard from, 2 are needed"
        status.members[1].reachable = false
        #expect(
            page(status, at: now) == """
                Cluster  prod-db
                Host     db1, unsure
                Leader   unsure, epoch 418 at least
                Quorum   none: 1 of 3 voters reachable, 2 needed
                Since    2026-11-21T01:20:01Z (3min): 1 of 3 voters is heard from, 2 are needed

                  MEMBER  ROLE     STATE                     PRIORITY  ADDRESSES
                  db1     voter    up, this host                  100  10.0.0.1:7377
                  db2     voter    up, silent for 16min 39s       200  10.0.0.2:7377
                  db3     witness  down, silent for 3min 1s         0  10.0.0.3:7377 [fd00::3]:7377
                """
        )
    }

    @Test("a pause and a drained member are shown, for who comes later and wonders")
    func paused() {
        var (status, now) = status()
        status.pausedUntil = now + 61 * second
        status.members[0].drained = true
        let lines = status.page(at: now, Paint(isOn: false))
        #expect(
            lines[5]
                == "Paused   for another 1min 1s: nobody but the present leader stands; see 'electctl resume --help'"
        )
        #expect(lines[6] == "")
        #expect(lines[8].hasPrefix("  db1     voter    up, drained, this host "))
        let later = status.page(at: now + 61 * second, Paint(isOn: false))
        #expect(!later.contains { $0.hasPrefix("Paused") })
    }

    @Test("a lease that ended while electd said nothing is no lead")
    func ended() {
        var (status, now) = status()
        status.answer = Samples.answer(.leader, leader: "db1")
        now = status.answer.validUntil
        let lines = status.page(at: now, Paint(isOn: false))
        #expect(lines[1] == "Host     db1, unsure")
        #expect(
            lines[2]
                == "Leader   unsure, epoch 418 at least: the lease has ended and electd has not said more"
        )
        #expect(!lines.contains { $0.hasPrefix("*") })
    }

    @Test("a host without a cluster says so, and gives no figures that mean nothing")
    func noMember() {
        var (status, now) = status()
        status.members = []
        status.answer = Samples.answer(.unsure)
        status.answer.epoch = 0
        status.quorum = Status.Quorum(needed: 0, reachable: 0, voters: 0)
        status.text = "waiting for db2, to found the cluster together"
        #expect(
            page(status, at: now) == """
                Cluster  prod-db
                Host     db1, unsure
                Leader   unsure, and no decree yet
                Quorum   none: no voter is known yet
                Since    2026-11-21T01:20:01Z (3min): waiting for db2, to found the cluster together

                This host is no member of a cluster yet.
                """
        )
    }

    @Test("on a narrow terminal a long line goes on below its own beginning")
    func narrow() throws {
        var (status, now) = status()
        status.text = "db3 silent for 41 s; next: start it, or mend the network to it"
        let lines = status.page(at: now, Paint(isOn: false))
        let folds = lines.flatMap { folded($0, width: 50) }
        #expect(folds.allSatisfy { $0.count <= 50 })
        #expect(
            folds[4...6] == [
                "Since    2026-11-21T01:20:01Z (3min): db3 silent",
                "         for 41 s; next: start it, or mend the",
                "         network to it",
            ]
        )
        #expect(folds[0...3] == lines[0...3], "what fits is left as it is")
        let told = { (text: String) in text.split(separator: " ").joined(separator: " ") }
        #expect(told(folds.joined(separator: " ")) == told(lines.joined(separator: " ")))
        // Colour takes no column, and a label has to leave room for a text.
        let coloured = status.page(at: now, Paint(isOn: true)).flatMap { folded($0, width: 50) }
        #expect(coloured.map { $0.replacing(#/\u{1B}\[[0-9]*m/#, with: "") } == folds)
        #expect(folded(lines[4], width: 20) == [lines[4]])
        #expect(
            folded("  a step that is too long for it", width: 24) == [
                "  a step that is too", "    long for it",
            ]
        )
    }

    @Test("a file gets each line whole, a terminal as much as it has room for")
    func terminal() throws {
        let directory = try TemporaryDirectory()
        var status = status().0
        status.text = String(repeating: "word ", count: 60) + "end"
        let text = status.text
        let reply = StatusReply(status: status).reply()
        let daemon = try FakeDaemon(in: directory.path) { _, _ in [.send(reply)] }
        let call = "status --socket \(daemon.socket)"
        #expect(try electctl(call).contains(text))
        let shown = try electctl(call, environment: "stty cols 60;", typing: "")
        #expect(!shown.contains(text) && shown.contains("\n         word"), "\(shown)")
    }

    @Test("what members say of themselves gives no orders to a terminal")
    func controls() {
        var (status, now) = status()
        status.members[0].addresses = ["\u{1B}[2J\u{9B}1mdb1\r:7377"]
        let page = page(status, at: now)
        #expect(page.contains(" [2J 1mdb1 :7377\n"))
        let orders = page.unicodeScalars.filter { $0.properties.generalCategory == .control }
        #expect(orders.allSatisfy { $0 == "\n" })
    }

    @Test("colour is there for whoever wants it, and changes no column")
    func colour() {
        let (status, now) = status()
        let coloured = page(status, at: now, isColoured: true)
        #expect(coloured.contains("\u{1B}[32mdb2\u{1B}[0m"))
        let plain = coloured.replacing(#/\u{1B}\[[0-9]*m/#, with: "")
        #expect(plain == page(status, at: now))
    }
}
