// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage

/// The secret that all hosts of a cluster share: 32 random bytes.
///
/// In a file it is one line of base64 that only its owner can read. It proves that a host belongs to
/// the cluster; it does not say which host it is.
public struct ClusterKey: Hashable, Sendable, CustomStringConvertible {
    /// How many bytes a key has.
    public static let length = 32

    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Makes a key out of 32 bytes.
    public init(bytes: [UInt8]) {
        precondition(bytes.count == ClusterKey.length, "a cluster key of \(bytes.count) bytes")
        self.bytes = bytes
    }

    /// The line that stands in the file, without a newline.
    public var base64Text: String { base64(bytes) }

    /// Never the key: what is printed ends in logs.
    public var description: String { "ClusterKey" }

    /// Reads the key: from the credential `cluster.key` if the service manager passed one
    /// (`$CREDENTIALS_DIRECTORY`), otherwise from `path`.
    ///
    /// - Throws: a sentence with the file in front that says what is wrong and what to do.
    public init(
        path: String,
        credentialsDirectory: String?
    ) throws(ConfigurationError) {
        var file = path
        var result = Result { () throws(KeyFault) in try ClusterKey(file: file, isOurs: true) }
        if let credentialsDirectory {
            let credential = credentialsDirectory + "/cluster.key"
            // The service manager guards what it passes; it grants by ACL, which shows as a mode
            // that a group may read.
            let passed = Result { () throws(KeyFault) in
                try ClusterKey(file: credential, isOurs: false)
            }
            if case .failure(.system(.noSuchFileOrDirectory)) = passed {
                // No credential of that name: the path stands.
            } else {
                (file, result) = (credential, passed)
            }
        }
        do {
            self = try result.get()
        } catch {
            throw ConfigurationError(file: file, error.sentence(file))
        }
    }

    private init(file: String, isOurs: Bool) throws(KeyFault) {
        do {
            let descriptor = try FileDescriptor.open(
                FilePath(file),
                .readOnly,
                options: [.closeOnExec, .nonBlocking]
            )
            self = try descriptor.closeAfter {
                var status = stat()
                if unsafe fstat(descriptor.rawValue, &status) != 0 {
                    throw KeyFault.system(Errno(rawValue: errno))
                }
                if status.st_mode & S_IFMT != S_IFREG { throw KeyFault.notAFile }
                if isOurs, status.st_mode & 0o077 != 0 {
                    throw KeyFault.tooOpen(status.st_mode & 0o7777)
                }
                return try ClusterKey(contents: try readAll(descriptor, limit: 4096))
            }
        } catch let fault as KeyFault {
            throw fault
        } catch let error as Errno {
            throw .system(error)
        } catch {
            throw .system(.ioError)
        }
    }

    private init(contents: [UInt8]) throws(KeyFault) {
        let isBlank: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let letters = contents.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        guard let bytes = Config.bytes(base64: letters) else { throw .notBase64 }
        guard bytes.count == ClusterKey.length else { throw .wrongLength(bytes.count) }
        self.bytes = bytes
    }
}

/// What can be wrong with a key file.
private enum KeyFault: Error {
    case system(Errno)
    case notAFile
    case tooOpen(mode_t)
    case notBase64
    case wrongLength(Int)

    func sentence(_ file: String) -> String {
        switch self {
        case .system(.noSuchFileOrDirectory):
            """
            there is no cluster key here: copy the one that the other hosts have; for the first host make \
            one with 'electctl key generate \(file)'
            """
        case .system(.fileTooLarge): "is no cluster key: it is far too long"
        case .system(let error): "the cluster key cannot be read: \(error)"
        case .notAFile: "is no cluster key: it is not a regular file"
        case .tooOpen(let mode):
            """
            others can read this cluster key (its mode is 0\(String(mode, radix: 8))): run 'chmod 600 \
            \(file)', and make a new key if somebody may have seen it
            """
        case .notBase64:
            "is no cluster key: it must be one line of base64, as 'electctl key generate' writes it"
        case .wrongLength(let count):
            "is no cluster key: it holds \(count) bytes, and a key has exactly \(ClusterKey.length)"
        }
    }
}
