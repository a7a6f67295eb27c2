// SPDX-License-Identifier: Apache-2.0

// What the machine takes for itself: as many processes as there are daemons, which wake as often,
// send and receive as many datagrams of the same length, replace as many files, and decide nothing.
// There is no Paxos in them and no JSON. They are run twice: bare, and with every datagram sealed and
// opened. What a daemon costs above the second is ours, and none can cost less.
//
//      leader    timer ─▶ a datagram to each, a file now and then ─▶ takes the answers
//      follower  datagram ─▶ answers it, a file now and then
//
// How often and how many is counted first, in the idle cluster of the same run.

import Glibc
import Linux

/// What one of these processes does.
struct BareMember {
    /// The leader's alarm, in nanoseconds; 0 for a follower.
    var beat: Int64 = 0
    var port: UInt16 = 0
    /// Whom the leader sends to.
    var peers: [UInt16] = []
    var datagramBytes = 0
    /// How many files are replaced in a thousand beats, and how long each is.
    var filesPerThousand = 0
    var fileBytes = 0
    /// Where the files are.
    var directory = ""
    /// Whether datagrams are sealed and opened.
    var seals = false

    /// The words by which a process is told, and back.
    var words: [String] {
        let peers = peers.map { "\($0)" }.joined(separator: ",")
        return [
            "--bare", "\(beat)", "\(port)", peers, "\(datagramBytes)", "\(filesPerThousand)",
            "\(fileBytes)", directory, seals ? "sealed" : "open",
        ]
    }

    init() {}

    init?(_ words: [String]) {
        guard words.count == 9, words[0] == "--bare", let beat = Int64(words[1]),
            let port = UInt16(words[2]), let datagramBytes = Int(words[4]),
            let filesPerThousand = Int(words[5]), let fileBytes = Int(words[6])
        else { return nil }
        self.beat = beat
        self.port = port
        peers = words[3].split(separator: ",").compactMap { UInt16($0) }
        self.datagramBytes = datagramBytes
        self.filesPerThousand = filesPerThousand
        self.fileBytes = fileBytes
        directory = words[7]
        seals = words[8] == "sealed"
    }

    /// Goes on until it is killed.
    func run() throws -> Never {
        let files = try Directory.open(directory)
        let contents = [UInt8](repeating: 0x5A, count: fileBytes)
        let plain = [UInt8](repeating: 1, count: datagramBytes)
        var cipher = BareCipher(datagramBytes: datagramBytes)
        func datagram() throws -> [UInt8] { seals ? try cipher.seal() : plain }
        let others = peers.map { SocketAddress(ipv4: (127, 0, 0, 1), port: $0) }
        var socket = try UDPSocket(bind: SocketAddress(ipv4: (127, 0, 0, 1), port: port))
        var buffer = [UInt8](repeating: 0, count: 2048)
        var timer = try BootTimer()
        var poller = try Poller()
        try poller.add(socket.descriptor, .readable, token: 0)
        try poller.add(timer.descriptor, .readable, token: 1)
        var next = beat > 0 ? BootClock.now() + beat : nil
        var owed = 0
        while true {
            try timer.arm(at: next)
            for ready in try poller.wait() {
                var beats = 0
                if ready.token == 1 {
                    timer.acknowledge()
                    for other in others { _ = socket.send(try datagram(), to: other) }
                    next = next.map { $0 + beat }
                    beats = 1
                } else {
                    if ready.error { _ = socket.drainErrors() }
                    while let arrival = try socket.receive(into: &buffer) {
                        if seals { try cipher.open(buffer[..<arrival.count]) }
                        guard beat == 0 else { continue }
                        _ = socket.send(try datagram(), to: arrival.source)
                        beats += 1
                    }
                }
                owed += beats * filesPerThousand
                while owed >= 1000 {
                    owed -= 1000
                    try files.replace("file", with: contents, mode: 0o644, durable: false)
                }
            }
        }
    }
}

/// What processes like these cost where daemons would, in percent of a processor.
struct BareCost {
    var leader: [Double] = []
    var follower: [Double] = []
    /// How often a second each was woken.
    var leaderWakes: [Double] = []
    var followerWakes: [Double] = []
    /// What was counted of each daemon and is done here, in words.
    var description = ""
}

/// Runs them in the place of an idle cluster, for so many seconds.
///
/// - Parameter seals: whether every datagram is sealed and opened.
func costOfBareLoop(
    _ idle: IdleCluster,
    seals: Bool,
    at site: Site,
    seconds: Int
) throws -> BareCost {
    let packets = Spread(idle.packetsPerSecond).median
    let others = idle.daemons.count - 1
    var plan = BareMember()
    plan.seals = seals
    plan.beat = Int64(1e9 * 2 * Double(others) / packets)
    // The headers of IP and UDP are 28 bytes.
    plan.datagramBytes = Int(Spread(idle.bytesPerSecond).median / packets) - 28
    plan.directory = "\(site.memory)/bare"
    _ = try Directory.create(plan.directory, mode: 0o700)
    let writes = Spread(idle.daemons.flatMap(\.writes)).median
    plan.filesPerThousand = Int(writes * Double(plan.beat) / 1e6)
    let written = Spread(idle.daemons.flatMap(\.writtenBytes)).median
    plan.fileBytes = writes > 0 ? Int(written / writes) : 0

    let ports = try freePorts(idle.daemons.count)
    let members = try ports.enumerated().map { index, port in
        var member = plan
        member.port = port
        member.directory += "/\(index)"
        if index == 0 { member.peers = Array(ports.dropFirst()) } else { member.beat = 0 }
        _ = try Directory.create(member.directory, mode: 0o700)
        return member
    }
    // The leader comes last, and the others hear its first beat.
    let children = try members.reversed().map { try Child("/proc/self/exe", $0.words) }
    let processes = children.reversed().map { ProcessFiles(pid: $0.pid) }
    usleep(200_000)
    var cost = BareCost()
    try watch(processes, seconds: seconds) { index, look in
        if index == 0 {
            cost.leader.append(look.processor)
            cost.leaderWakes.append(look.wakes)
        } else {
            cost.follower.append(look.processor)
            cost.followerWakes.append(look.wakes)
        }
    }
    for child in children { child.send(SIGKILL) }
    let rate = 1e9 / Double(plan.beat)
    cost.description =
        "\(members.count) bare processes (\(decimal(rate, 1)) times a second one sends "
        + "\(plan.datagramBytes) bytes to each other and is answered; \(decimal(writes, 1)) files of "
        + "\(plan.fileBytes) bytes a second each, and nothing decided)"
    return cost
}

/// What it costs to be woken by a timer twenty times a second and to do nothing, in percent of a
/// processor. Whatever an idle daemon does begins with that, and machines differ in it by more than two.
func costOfWaking(at site: Site, seconds: Int) throws -> [Double] {
    var plan = BareMember()
    plan.beat = 50_000_000
    plan.port = try freePorts(1)[0]
    plan.directory = site.memory
    let child = try Child("/proc/self/exe", plan.words)
    usleep(200_000)
    var cost: [Double] = []
    try watch([ProcessFiles(pid: child.pid)], seconds: seconds) { cost.append($1.processor) }
    child.send(SIGKILL)
    return cost
}
