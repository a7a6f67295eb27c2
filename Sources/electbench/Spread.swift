// SPDX-License-Identifier: Apache-2.0

// Several measurements of one thing. The median is what counts: a machine that others use as well
// spoils a few runs, and never half of them.

/// At least one measurement.
struct Spread {
    private let sorted: [Double]

    init(_ values: [Double]) {
        precondition(!values.isEmpty, "nothing was measured")
        sorted = values.sorted()
    }

    var count: Int { sorted.count }
    var least: Double { sorted[0] }
    var most: Double { sorted[sorted.count - 1] }

    /// The one in the middle; of an even number the upper one.
    var median: Double { sorted[sorted.count / 2] }
}

/// A number with so many digits behind the point, rounded.
func decimal(_ value: Double, _ places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = Int64((value.magnitude * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(scaled)" }
    let behind = String(scaled % Int64(scale))
    let zeros = String(repeating: "0", count: places - behind.count)
    return "\(sign)\(scaled / Int64(scale)).\(zeros)\(behind)"
}
