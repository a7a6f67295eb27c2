// SPDX-License-Identifier: Apache-2.0

import Glibc

@testable import Daemon
@testable import State

/// Does what needs the lock of a state directory that was let go a moment ago.
///
/// Tests beside this one start programs. Between fork and exec such a child holds a copy of every
/// descriptor of this process, and with it the lock; a daemon starts no programs.
func onceUnlocked<Result: ~Copyable>(_ body: () throws -> Result) throws -> Result {
    for _ in 0..<10_000 {
        do {
            return try body()
        } catch let error as StartupError where error.sentence.contains(" uses this directory") {
            usleep(1_000)
        } catch FoundingError.inUse {
            usleep(1_000)
        } catch RecoveringError.inUse {
            usleep(1_000)
        }
    }
    return try body()
}
