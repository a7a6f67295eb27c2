// SPDX-License-Identifier: Apache-2.0

public import Paxos

// What two runs say before anything else: who is there, and what each remembers of the other
// (R23).

/// The first message of a session, each way (R23).
public struct Hello: Hashable, Sendable {
    /// Drawn at random by each run of the process.
    public var run: UInt64
    /// The write number of the sender's record.
    public var writeNumber: UInt64
    /// The highest write number that the sender has heard of others.
    public var heard: [HeardNumber]
    /// The protocol versions that the sender speaks, lowest and highest.
    public var versions: ClosedRange<UInt8>

    /// A greeting.
    public init(
        run: UInt64,
        writeNumber: UInt64,
        heard: [HeardNumber],
        versions: ClosedRange<UInt8>
    ) {
        self.run = run
        self.writeNumber = writeNumber
        self.heard = heard
        self.versions = versions
    }
}

/// "The highest write number I have heard of you is this" (R23).
public struct HeardNumber: Hashable, Sendable {
    /// Of whom.
    public var node: NodeID
    /// The number.
    public var number: UInt64

    /// A number heard of a node.
    public init(node: NodeID, number: UInt64) {
        self.node = node
        self.number = number
    }
}
