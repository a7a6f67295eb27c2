// SPDX-License-Identifier: Apache-2.0

import Election

/// The versions of the protocol that this host speaks.
///
/// The first byte of a message says in which one it is written, and each message carries the
/// sender's whole range, so that a cluster can be upgraded one host at a time: a host writes in the
/// version that the cluster has agreed on, or in what is nearest to it of those that both sides
/// speak (`ProtocolVersion.spoken`). A new field needs no new version, since readers skip what they
/// do not know; a new meaning of an old one does.
public enum WireVersion {
    /// From the lowest to the highest.
    public static let supported = ProtocolVersion.supported
}
