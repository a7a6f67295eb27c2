// SPDX-License-Identifier: Apache-2.0

// Names of hosts are letters and digits, but labels and addresses come from the members as bytes. A
// terminal takes some characters for orders: to move its cursor, to change its title, to answer with
// text. No line of ours gives it one.

extension StringProtocol {
    /// The same with a space in place of each control character and each separator of lines.
    public var printable: String {
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(self) }
        let scalars = unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: " "
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
