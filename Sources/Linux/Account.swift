// SPDX-License-Identifier: Apache-2.0

// As whom we run, and on which host.

internal import CLinux
internal import SystemPackage

/// The effective user of this process; 0 is root.
public func effectiveUser() -> UInt32 { clinux_effective_user() }

/// The host's own name, as gethostname(2) has it.
public func hostName() throws(SystemError) -> String {
    var text = [CChar](repeating: 0, count: 256)
    try checked(unsafe clinux_host_name(&text, text.count), "gethostname")
    let end = text.firstIndex(of: 0) ?? text.endIndex
    return String(decoding: text[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self)
}
