// SPDX-License-Identifier: Apache-2.0

import Glibc
import Systemd
import Testing

@Suite("the service manager")
struct NotifierTests {
    @Test("a process that nobody supervises says nothing and inherits nothing")
    func alone() throws {
        let notifier = Notifier()
        // The test runner is no service.
        #expect(!notifier.isSupervised)
        #expect(notifier.watchdogInterval == nil)
        #expect(notifier.say("READY=1") == false)
        #expect(try takeInheritedSockets().isEmpty)
    }

    @Test("a manager that hangs is not waited for; once it reads, it is told again")
    func fullManager() throws {
        let name = "@electd-test-\(getpid())"
        let manager = bindDatagram(name)
        defer { close(manager) }
        let notifier = Notifier(path: name)
        #expect(notifier.isSupervised)
        // Its queue has a bound, net.unix.max_dgram_qlen; who waits for room never comes back.
        var taken = 0
        while notifier.say("STATUS=\(taken)", "X=1"), taken < 100_000 { taken += 1 }
        #expect(taken > 0 && taken < 100_000)
        var chunk = [UInt8](repeating: 0, count: 100)
        let count = unsafe recv(manager, &chunk, chunk.count, Int32(MSG_DONTWAIT))
        #expect(String(decoding: chunk.prefix(max(0, count)), as: UTF8.self) == "STATUS=0\nX=1")
        #expect(notifier.say("READY=1"))
    }

    /// Listens under an abstract name.
    private func bindDatagram(_ name: String) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
            unsafe room.copyBytes(from: [0] + name.utf8.dropFirst())
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.utf8.count)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        let bound = unsafe withUnsafeBytes(of: address) { room in
            unsafe bind(
                descriptor,
                room.assumingMemoryBound(to: sockaddr.self).baseAddress,
                length
            )
        }
        precondition(bound == 0, "nothing is bound at \(name)")
        return descriptor
    }
}
