// SPDX-License-Identifier: Apache-2.0

public import Election

/// Why bytes are no message. Whoever meets one counts it and drops the bytes; nobody is answered.
public enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// More bytes than any message has.
    case tooLong(Int)
    /// Nothing at all.
    case empty
    /// Written in a version that this host does not speak.
    case version(UInt8, spoken: ClosedRange<UInt8>)
    /// Bytes stand behind the message.
    case trailing
    /// The fields do not add up.
    case fields(FieldError)
    /// What should be a decree is none.
    case decree(DecreeError)

    /// What is wrong and, where something can be done, what.
    public var description: String {
        switch self {
        case .tooLong(let count):
            return "a message of \(count) bytes: none has more than \(Message.lengthLimit)"
        case .empty:
            return "a message of no bytes"
        case .version(let version, let spoken):
            return "a message in version \(version) of the protocol: this host speaks "
                + "\(spoken.lowerBound) to \(spoken.upperBound); bring both hosts to one release"
        case .trailing:
            return "a message with bytes behind its end"
        case .fields(let error):
            return "a message whose \(error.phrase)"
        case .decree(let error):
            return "a message with \(error)"
        }
    }
}

extension FieldError {
    /// Fits behind "whose": every description but one begins with a field.
    fileprivate var phrase: String { self == .truncated ? "last field is cut off" : "\(self)" }
}
