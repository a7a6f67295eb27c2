// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A wall-clock time for people, in the form of RFC 3339: `2026-11-21T01:20:01Z`. Nothing is ever
/// decided by it.
///
/// - Parameter seconds: since the epoch of Unix, without leap seconds.
public func timestamp(unixSeconds seconds: Int) -> String {
    var time = seconds
    var parts = unsafe tm()
    guard unsafe gmtime_r(&time, &parts) != nil else { return "" }
    let date = unsafe [
        digits(parts.tm_year + 1900, 4), digits(parts.tm_mon + 1, 2), digits(parts.tm_mday, 2),
    ]
    let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { digits($0, 2) }
    return date.joined(separator: "-") + "T" + clock.joined(separator: ":") + "Z"
}

private func digits(_ number: Int32, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
}
