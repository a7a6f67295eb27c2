// SPDX-License-Identifier: Apache-2.0

// What it costs a program of the host to learn who leads, in each of the three ways.

import Control
import ElectClient
import Linux

/// `GetLeader` on a connection that is kept: the middle of so many calls, in microseconds.
func costOfGetLeader(_ socket: String, calls: Int) throws -> Double {
    var electd = try Electd(socket: socket)
    var taken: [Double] = []
    for _ in 0..<calls {
        let start = BootClock.now()
        _ = try electd.leader()
        taken.append(Double(BootClock.now() - start) / 1e3)
    }
    return Spread(taken).median
}

/// A look at the lease page, clock included: the mean of so many, in nanoseconds.
func costOfLeasePage(_ path: String, looks: Int) throws -> Double {
    var page = try LeasePageReader(path: path)
    var led = 0
    let start = BootClock.now()
    for _ in 0..<looks where page.lease() != nil { led += 1 }
    let taken = BootClock.now() - start
    guard led == looks else {
        throw BenchFailure("the leader's page said \(looks - led) times that it does not lead")
    }
    return Double(taken) / Double(looks)
}

/// The sizes of the question and of the answer on the wire.
func sizesOfGetLeader(_ socket: String) throws -> (request: Int, reply: Int) {
    var electd = try Electd(socket: socket)
    return (Call(.getLeader).bytes().count, try electd.leader().reply().count)
}

/// `electctl leader`, from its start to its end, in milliseconds.
func costOfCommand(_ host: Host) throws -> Double {
    let start = BootClock.now()
    let status = try host.control(["leader", "--socket", host.socket]).end()
    let taken = BootClock.now() - start
    guard status == 0 else { throw BenchFailure("electctl leader exits with \(status)") }
    return Double(taken) / 1e6
}

/// A program that does nothing at all, from its start to its end, in milliseconds.
func costOfNoCommand() throws -> Double {
    let start = BootClock.now()
    try Child("/bin/true", []).end()
    return Double(BootClock.now() - start) / 1e6
}
