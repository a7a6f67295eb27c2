// SPDX-License-Identifier: Apache-2.0

// What the operating system refused: which call, on what, and why.
//
// It prints as one line that an operator can act on, such as
// `bind 10.0.0.1:7377: Address already in use`.

public import SystemPackage

/// A failed call of the operating system.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The verb: `open`, `bind`, `sync`.
    public var operation: String

    /// What it was done to: a path, an address, or empty.
    public var subject: String

    /// The kernel's reason.
    public var errno: Errno

    /// Describes a failed call; the subject may be empty.
    public init(_ operation: String, _ subject: String, _ errno: Errno) {
        self.operation = operation
        self.subject = subject
        self.errno = errno
    }

    /// `bind 10.0.0.1:7377: Address already in use`.
    public var description: String {
        subject.isEmpty ? "\(operation): \(errno)" : "\(operation) \(subject): \(errno)"
    }
}

/// Passes on a result of CLinux, or throws the errno in it; the subject is composed only then.
@discardableResult
func checked<Number: SignedInteger>(
    _ result: Number,
    _ operation: String,
    _ subject: @autoclosure () -> String = ""
) throws(SystemError) -> Number {
    guard result < 0 else { return result }
    throw SystemError(operation, subject(), Errno(rawValue: Int32(-result)))
}
