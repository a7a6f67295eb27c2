// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import Paxos
import Testing
import Wire

@testable import Daemon

/// Three hosts measure the ways between them, in a made-up time.
@Suite("measuring the ways between members")
struct SoundingsTests {
    private func at(_ milliseconds: Int64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    private func reply(
        sent: Int64,
        clock: Instant,
        trips: [ProbeReply.Trip] = []
    ) -> ProbeReply {
        ProbeReply(sentAt: at(sent), clock: clock, release: "0.2.0", trips: trips)
    }

    @Test("nothing is sent until somebody asks; then a round each quarter of a second, and an end")
    func rounds() {
        var soundings = Soundings()
        #expect(soundings.deadline == nil)
        #expect(soundings.dueProbe(at: at(1000)) == nil)
        #expect(soundings.begin(own: true, at: at(1000)) == at(2500))
        var rounds: [Int64] = []
        while let due = soundings.deadline, rounds.count < 100 {
            guard let probe = soundings.dueProbe(at: due) else { break }
            #expect(probe.prompts)
            rounds.append(due.nanoseconds / 1_000_000)
        }
        #expect(rounds == [1000, 1250, 1500, 1750, 2000, 2250])
        #expect(soundings.deadline == nil)
    }

    @Test("who is prompted measures for a while and prompts nobody")
    func prompted() {
        var soundings = Soundings()
        #expect(soundings.begin(own: false, at: at(0)) == at(600))
        #expect(soundings.dueProbe(at: at(0))?.prompts == false)
        #expect(soundings.begin(own: false, at: at(250)) == at(850), "each prompt makes it longer")
        #expect(soundings.begin(own: true, at: at(300)) == at(1800))
        #expect(soundings.dueProbe(at: at(300))?.prompts == true)
    }

    @Test("two that measure at once prompt each other, and both come to an end")
    func prompting() {
        var hosts = [Soundings(), Soundings()]
        var last: Int64 = 0
        for moment in 0..<10_000 as Range<Int64> {
            if moment == 0 { _ = hosts[0].begin(own: true, at: at(moment)) }
            if moment == 700 { _ = hosts[1].begin(own: true, at: at(moment)) }
            for host in hosts.indices {
                guard let probe = hosts[host].dueProbe(at: at(moment)) else { continue }
                last = moment
                if probe.prompts { _ = hosts[1 - host].begin(own: false, at: at(moment)) }
            }
        }
        #expect(hosts.allSatisfy { $0.deadline == nil })
        #expect((700 + 1250..<700 + 1500 + 600).contains(last), "the last probe is of \(last) ms")
    }

    @Test("who has died since another measurement began has not answered this one")
    func died() {
        var soundings = Soundings()
        for moment in stride(from: 0, through: 5500, by: 250) as StrideThrough<Int64> {
            if moment < 4000 { _ = soundings.begin(own: false, at: at(moment)) }
            if moment == 4000 { #expect(soundings.begin(own: true, at: at(4000)) == at(5500)) }
            _ = soundings.dueProbe(at: at(moment))
            let living = reply(sent: moment, clock: at(moment))
            soundings.heard(living, from: Samples.db3, at: at(moment + 2))
            guard moment < 4000 else { continue }
            soundings.heard(living, from: Samples.db2, at: at(moment + 2))
        }
        let members = [Samples.db1, Samples.db2, Samples.db3]
        let hosts = soundings.results(for: members, me: Samples.db1)
        #expect(hosts.map(\.answered) == [true, false, true])
    }

    @Test("a host that is updated meanwhile is shown with its new release")
    func updated() {
        var soundings = Soundings()
        _ = soundings.begin(own: true, at: at(0))
        let old = ProbeReply(sentAt: at(0), clock: at(0), release: "0.1.0", trips: [])
        soundings.heard(old, from: Samples.db2, at: at(2))
        soundings.heard(reply(sent: 250, clock: at(250)), from: Samples.db2, at: at(252))
        let host = soundings.results(for: [Samples.db2], me: Samples.db1)[0]
        #expect(host.release == "0.2.0")
    }

    @Test("answers are kept while somebody measures, and of no more nodes than a cluster has")
    func strangers() {
        var soundings = Soundings()
        let probe = Probe(sentAt: at(0), prompts: false)
        soundings.heard(reply(sent: 0, clock: at(0)), from: Samples.db2, at: at(1))
        #expect(soundings.reply(to: probe, at: at(1)).trips.isEmpty)
        _ = soundings.begin(own: true, at: at(0))
        for number in 0..<ClusterState.memberLimit + 5 {
            let node = NodeID(name: "x\(number)", key: Samples.db2.key)
            soundings.heard(reply(sent: 0, clock: at(0)), from: node, at: at(1))
        }
        let kept = soundings.reply(to: probe, at: at(1))
        #expect(kept.trips.count == ClusterState.memberLimit)
        #expect(!kept.encoded.isEmpty)
    }

    @Test("the shortest way counts; what others measured is passed on as they said it")
    func results() {
        let members = [Samples.db1, Samples.db2, Samples.db3]
        var soundings = Soundings()
        _ = soundings.begin(own: true, at: at(0))
        soundings.heard(reply(sent: 0, clock: at(70_000)), from: Samples.db2, at: at(4))
        let trip = ProbeReply.Trip(node: Samples.db1, span: .milliseconds(3))
        let second = reply(sent: 1000, clock: at(71_000), trips: [trip])
        soundings.heard(second, from: Samples.db2, at: at(1002))
        let hosts = soundings.results(for: members, me: Samples.db1)
        #expect(hosts.map(\.name) == ["db1", "db2", "db3"])
        #expect(hosts.map(\.answered) == [true, true, false])
        #expect(hosts[0].ways == [Way(to: "db2", roundTrip: 2_000_000)])
        #expect(hosts[1].ways == [Way(to: "db1", roundTrip: 3_000_000)])
        #expect(hosts[1].release == "0.2.0")
        let told = soundings.reply(to: Probe(sentAt: at(7), prompts: false), at: at(1003))
        #expect(told.sentAt == at(7) && told.clock == at(1003))
        #expect(told.trips == [ProbeReply.Trip(node: Samples.db2, span: .milliseconds(2))])
    }

    @Test("a clock that runs faster shows, and how far the measurement may be off is said")
    func clocks() {
        var soundings = Soundings()
        _ = soundings.begin(own: true, at: at(0))
        // Both ways take 2 ms; in our second its clock counts 1,002 ms.
        soundings.heard(reply(sent: 0, clock: at(5_001)), from: Samples.db2, at: at(2))
        soundings.heard(reply(sent: 1000, clock: at(6_003)), from: Samples.db2, at: at(1002))
        let host = soundings.results(for: [Samples.db2], me: Samples.db1)[0]
        #expect(host.clockPPM == 2000)
        #expect(host.clockErrorPPM == 2001)
    }

    @Test("one reading says nothing of a clock")
    func oneReading() {
        var soundings = Soundings()
        _ = soundings.begin(own: true, at: at(0))
        soundings.heard(reply(sent: 0, clock: at(1)), from: Samples.db2, at: at(2))
        let host = soundings.results(for: [Samples.db2], me: Samples.db1)[0]
        #expect(host.clockPPM == nil && host.answered)
    }

    @Test("an answer from the future, or to a question of long ago, is none")
    func strange() {
        var soundings = Soundings()
        _ = soundings.begin(own: true, at: at(5000))
        soundings.heard(reply(sent: 5010, clock: at(1)), from: Samples.db2, at: at(5002))
        soundings.heard(reply(sent: 1000, clock: at(1)), from: Samples.db2, at: at(5002))
        #expect(!soundings.results(for: [Samples.db2], me: Samples.db1)[0].answered)
    }

    @Test("the next measurement begins anew")
    func anew() {
        var soundings = Soundings()
        _ = soundings.begin(own: true, at: at(0))
        soundings.heard(reply(sent: 0, clock: at(1)), from: Samples.db2, at: at(2))
        _ = soundings.begin(own: true, at: at(60_000))
        #expect(!soundings.results(for: [Samples.db2], me: Samples.db1)[0].answered)
    }
}
