// SPDX-License-Identifier: Apache-2.0

/// The version of this release.
public let electdVersion = "0.1.0"
