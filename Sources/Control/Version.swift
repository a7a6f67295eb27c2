// SPDX-License-Identifier: Apache-2.0

/// The release that all programs of this package are of.
public enum Release {
    /// By semver.org; the protocol and the formats on disk have numbers of their own.
    public static let version = "0.1.0"
}
