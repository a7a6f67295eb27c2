// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage

/// Finding and reading the files: the main one, then its drop-ins.
///
/// Drop-ins are the files `*.conf` in the directory named like the main file with `.d` behind it, in
/// the order of their names; a package can ship a main file that an administrator never edits.
extension Configuration {
    /// Reads `path` and its drop-ins, or the default path if there is none.
    ///
    /// - Parameter hostName: stands in for a missing `Node.Name`; the kernel's if nil.
    /// - Throws: every problem of every file, not only the first.
    public init(
        readingFrom path: String? = nil,
        hostName: String? = nil
    ) throws(ConfigurationError) {
        let main = path ?? Configuration.defaultPath
        var files: [SettingsText] = []
        do {
            files.append(SettingsText(try contents(of: main), file: main))
        } catch {
            throw ConfigurationError(file: main, sentence(error, isDefault: path == nil))
        }
        for file in try dropIns(of: main) {
            do {
                files.append(SettingsText(try contents(of: file), file: file))
            } catch {
                throw ConfigurationError(file: file, sentence(error, isDefault: false))
            }
        }
        self = try ConfigurationReader.read(
            files,
            main: main,
            hostName: hostName ?? currentHostName()
        )
    }

    /// Reads a configuration that is in memory, as if it were a file of that name.
    public init(
        text: String,
        file: String = "electd.conf",
        hostName: String
    ) throws(ConfigurationError) {
        let settings = SettingsText(Array(text.utf8), file: file)
        self = try ConfigurationReader.read([settings], main: file, hostName: hostName)
    }
}

/// The whole of a file. A configuration beyond 1 MiB is a mistake (a device, a log), so it is refused.
func contents(of path: String, limit: Int = 1 << 20) throws(Errno) -> [UInt8] {
    do {
        let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
        return try file.closeAfter { try readAll(file, limit: limit) }
    } catch let error as Errno {
        throw error
    } catch {
        throw Errno.ioError
    }
}

/// What is left of an open file.
func readAll(_ file: FileDescriptor, limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = try unsafe chunk.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
        if count == 0 { return bytes }
        bytes += chunk[..<count]
        if bytes.count > limit { throw Errno.fileTooLarge }
    }
}

private func sentence(_ error: Errno, isDefault: Bool) -> String {
    if error == .noSuchFileOrDirectory && isDefault {
        return """
            there is no such file; write one with at least [Cluster] and Name= in it, or name another \
            with --config
            """
    }
    return "cannot be read: \(error)"
}

private func dropIns(of main: String) throws(ConfigurationError) -> [String] {
    let directory = main + ".d"
    guard let stream = unsafe opendir(directory) else {
        let error = Errno(rawValue: errno)
        if error == .noSuchFileOrDirectory { return [] }
        throw ConfigurationError(file: directory, sentence(error, isDefault: false))
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
        let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name.hasSuffix(".conf"), !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        .map { "\(directory)/\($0)" }
}

private func currentHostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    let result = unsafe gethostname(&name, name.count - 1)
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return result == 0 ? String(decoding: bytes, as: UTF8.self) : ""
}
