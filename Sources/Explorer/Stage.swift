// SPDX-License-Identifier: Apache-2.0

/// A few participants, and a network that keeps every letter for ever.
///
/// A letter may arrive at any time, any number of times, or never: that is every order, every loss
/// and every duplication at once, and whoever asks again in vain asks nothing new. Marks lie among
/// the letters: what was once accepted or led stays known, and the properties are about that.
struct Stage<Host: Participant>: SmallWorld {
    /// The numbers of the participants; at most eight.
    private(set) var hosts: SIMD8<UInt32>
    private(set) var tick = 0
    private(set) var budget: Budget
    /// The numbers of all letters and marks, in the order in which they came.
    private(set) var letters: [UInt32] = []
    private var letterSum: UInt64 = 0
    private var broken: UInt32?
    /// Whether the step that led here left a mark: the properties look at nothing else.
    private var isNews = true
    let hostCount: Int
    let registry: Registry<Host>

    init(
        _ participants: [Host],
        letters: [Host.Letter],
        tick: Int = 0,
        budget: Budget,
        check: @escaping (Stage) -> Violation?
    ) {
        registry = Registry(check: check)
        hostCount = participants.count
        hosts = SIMD8()
        self.tick = tick
        self.budget = budget
        for (at, host) in participants.enumerated() { hosts[at] = registry.number(host) }
        for letter in letters { add(registry.number(letter)) }
    }

    private mutating func add(_ letter: UInt32) {
        guard !letters.contains(letter) else { return }
        letters.append(letter)
        letterSum &+= stir(UInt64(letter))
        if registry.marks[Int(letter)] { isNews = true }
    }

    var fingerprint: UInt64 {
        var print = stir(letterSum)
        for at in 0..<hostCount { print = stir(print ^ UInt64(hosts[at]) << 3 ^ UInt64(at)) }
        return stir(print ^ UInt64(tick) << 32 ^ budget.word) ^ UInt64(broken ?? 0)
    }

    var violation: Violation? {
        if let broken { return registry.results[Int(broken)].violation }
        var claiming = 0
        for host in 0..<hostCount where registry.claims[Int(hosts[host])] >> tick & 1 == 1 {
            claiming += 1
        }
        if claiming > 1 {
            return Violation("leasesNeverOverlap", "\(claiming) hosts hold a lease at once")
        }
        return isNews ? registry.check(self) : nil
    }

    /// This world after what happened to one host; nil if nothing has changed.
    private func after(_ result: UInt32, at host: Int, cost: Budget?) -> Stage? {
        let outcome = registry.results[Int(result)]
        if outcome.host == hosts[host], outcome.violation == nil,
            outcome.letters.allSatisfy({ letters.contains($0) })
        {
            return nil
        }
        var world = self
        world.isNews = false
        world.hosts[host] = outcome.host
        for letter in outcome.letters { world.add(letter) }
        if let cost { world.budget = budget - cost }
        if outcome.violation != nil { world.broken = result }
        return world
    }

    func forEachStep(_ visit: (Stage) -> Void) {
        enumerate { world, _ in visit(world) }
    }

    private enum Step {
        case arrival(UInt32)
        case cue(Int, Host.Cue)
        case time
    }

    private func enumerate(_ visit: (Stage, Step) -> Void) {
        for letter in letters {
            let host = registry.recipients[Int(letter)]
            guard host >= 0 else { continue }
            let result = registry.arrival(of: letter, at: hosts[host], tick: tick)
            if let world = after(UInt32(result), at: host, cost: nil) {
                visit(world, .arrival(letter))
            }
        }
        for host in 0..<hostCount {
            for choice in registry.choices(of: hosts[host], tick: tick)
            where budget.covers(choice.cost) {
                if let world = after(choice.result, at: host, cost: choice.cost) {
                    visit(world, .cue(host, choice.cue))
                }
            }
        }
        if budget.ticks > 0 {
            var world = self
            world.tick += 1
            world.isNews = false
            world.budget.ticks -= 1
            visit(world, .time)
        }
    }

    func story(ofStep number: Int) -> [String] {
        var wanted: Step?
        var count = 0
        enumerate { _, step in
            if count == number { wanted = step }
            count += 1
        }
        switch wanted {
        case .arrival(let letter):
            let letter = registry.letters[Int(letter)]
            guard let at = Host.recipient(of: letter) else { return [] }
            var host = participant(at)
            return [Host.text(of: letter)] + host.take(.letter(letter), at: tick).told
        case .cue(let at, let cue):
            var host = participant(at)
            return [host.text(of: cue)] + host.take(.cue(cue), at: tick).told
        case .time: return ["time passes"]
        case nil: preconditionFailure("no step \(number)")
        }
    }

    /// One of those who take part.
    func participant(_ at: Int) -> Host { registry.hosts[Int(hosts[at])] }

    /// Gives what the properties look at.
    func forEachMark(_ visit: (Host.Letter) -> Void) {
        for letter in letters where registry.marks[Int(letter)] {
            visit(registry.letters[Int(letter)])
        }
    }
}
