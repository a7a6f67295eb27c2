// SPDX-License-Identifier: Apache-2.0

// Groups by name. It asks NSS, which a fully static program does not have (`ENOSYS`).

internal import CLinux
internal import SystemPackage

/// The number of a group; nil if there is none of that name.
///
/// NSS may ask a service, and wait for it: for the start of a program, not for its loop.
public func groupID(named name: String) throws(SystemError) -> UInt32? {
    var group: UInt32 = 0
    let found = unsafe clinux_group_named(name, &group)
    if found == -Errno.noSuchFileOrDirectory.rawValue { return nil }
    try checked(found, "getgrnam", name)
    return group
}
