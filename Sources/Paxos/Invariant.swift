// SPDX-License-Identifier: Apache-2.0

// What this program promises itself. Input from outside never ends it; a promise of its own that is
// broken does, for nothing that it would say from then on is worth believing. The state goes into the
// journal with it: `precondition` prints nothing in an optimised build, and that is the one that runs.

/// Ends the process unless `condition` holds.
///
/// - Parameters:
///   - condition: What must be true as long as this program is right.
///   - state: What is the case instead, for who reads the journal; worked out only then.
@inlinable
@inline(__always)
public func invariant(
    _ condition: @autoclosure () -> Bool,
    _ state: @autoclosure () -> String,
    file: StaticString = #fileID,
    line: UInt = #line
) {
    guard condition() else { broken(state(), file: file, line: line) }
}

/// Ends the process: a promise of this program is broken.
///
/// - Parameter state: What is the case, for who reads the journal.
@inline(never)
public func broken(
    _ state: @autoclosure () -> String,
    file: StaticString = #fileID,
    line: UInt = #line
) -> Never {
    fatalError(state(), file: file, line: line)
}
