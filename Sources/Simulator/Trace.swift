// SPDX-License-Identifier: Apache-2.0

import Election

/// What happened, as a number to compare runs by, and as text for whoever wants to read it.
///
/// A class, so that a line may be made from the world that it is noted in.
final class Trace {
    private(set) var hash: UInt64 = 0
    /// Takes each line; nil where nobody reads.
    var sink: ((String) -> Void)?

    /// Notes that something happened. The text is made only where somebody reads.
    @inline(__always)
    func note(
        _ moment: Moment,
        _ host: Int,
        _ kind: UInt64,
        _ detail: UInt64,
        _ text: @autoclosure () -> String
    ) {
        hash =
            MixDigest.stir(hash ^ UInt64(bitPattern: moment))
            &+ (UInt64(truncatingIfNeeded: host) << 56)
        hash = MixDigest.stir(hash ^ (kind << 48)) ^ detail
        guard let sink else { return }
        sink(Trace.line(moment, host, text()))
    }

    static func line(_ moment: Moment, _ host: Int, _ text: String) -> String {
        let micro = moment / 1000
        var fraction = String(micro % 1000)
        fraction = String(repeating: "0", count: 3 - fraction.count) + fraction
        var time = "\(micro / 1000).\(fraction)"
        time = String(repeating: " ", count: max(0, 11 - time.count)) + time
        return "\(time)  \(host < 0 ? "--" : "n\(host + 1)")  \(text)"
    }
}
