// SPDX-License-Identifier: Apache-2.0

// A directory, held by its descriptor: what is done to a name in it is done in this very directory,
// whatever has become of its path.
//
// A reader of a file must never see half of it, and a crash must not leave half of it. So a new file
// is written under another name, aside, and renamed in when it is whole; whoever looks finds the old
// one or the new one. To outlive a power cut, the file is synced before the rename and the directory
// after it.

internal import CLinux
public import SystemPackage

/// An open directory.
public struct Directory: ~Copyable, Sendable {
    private let owned: OwnedDescriptor

    /// The name in its errors.
    public let path: String

    /// To whom root gives what it makes here; nil where there is nothing to give.
    private let heir: (user: UInt32, group: UInt32)?

    /// Opens a directory that exists.
    public static func open(_ path: String) throws(SystemError) -> Directory {
        try Directory(try open(in: Int32(CLINUX_CWD), path, 0, path: path), path: path)
    }

    private static func open(
        in directory: Int32,
        _ name: String,
        _ extra: Int,
        path: String
    ) throws(SystemError) -> OwnedDescriptor {
        let flags = CLINUX_READ_ONLY | CLINUX_DIRECTORY | extra
        let opened = unsafe clinux_open(directory, name, Int32(flags), 0)
        return OwnedDescriptor(try checked(opened, "open", path))
    }

    /// Root makes files for a daemon that runs as somebody else: as whom, the directory says.
    private init(_ opened: consuming OwnedDescriptor, path: String) throws(SystemError) {
        var status = clinux_status()
        try checked(unsafe clinux_status_of(opened.number, &status), "stat", path)
        let isOurs = effectiveUser() != 0 || status.uid == 0 && status.gid == 0
        heir = isOurs ? nil : (status.uid, status.gid)
        owned = opened
        self.path = path
    }

    /// Opens a directory, and makes it first if it is missing; the one above it must exist.
    ///
    /// A directory made by root gets the owner of the one above it.
    public static func create(_ path: String, mode: UInt32) throws(SystemError) -> Directory {
        let made = unsafe clinux_make_directory(Int32(CLINUX_CWD), path, mode)
        if made == -Errno.fileExists.rawValue { return try open(path) }
        try checked(made, "mkdir", path)
        // Root works in other people's directories: what was made is opened, not what a link says.
        let new = try open(in: Int32(CLINUX_CWD), path, CLINUX_NO_FOLLOW, path: path)
        let pathAbove = path + "/.."
        let above = try Directory(try open(in: new.number, "..", 0, path: path), path: pathAbove)
        // The umask took its share.
        try checked(clinux_set_mode(new.number, mode), "chmod", path)
        try above.giveToHeir(new.number, path)
        try above.sync()
        return try Directory(new, path: path)
    }

    /// The descriptor, for locking it and for what this type does not offer.
    public var descriptor: FileDescriptor { owned.descriptor }

    private func path(of name: String) -> String { "\(path)/\(name)" }

    /// What its owner, its group and others may do, as chmod(2) has it.
    public func mode() throws(SystemError) -> UInt32 {
        var status = clinux_status()
        try checked(unsafe clinux_status_of(owned.number, &status), "stat", path)
        return status.mode & 0o7777
    }

    /// Whether something has this name here.
    public func contains(_ name: String) throws(SystemError) -> Bool {
        var status = clinux_status()
        let found = unsafe clinux_status_at(owned.number, name, 0, &status)
        if found == -Errno.noSuchFileOrDirectory.rawValue { return false }
        try checked(found, "stat", path(of: name))
        return true
    }

    /// Opens a file that exists.
    public func open(_ name: String, _ access: File.Access = .read) throws(SystemError) -> File {
        try File.open(in: owned.number, name, access, path: path(of: name))
    }

    /// The whole of a small file; see `File.contents`.
    public func contents(_ name: String, limit: Int) throws(SystemError) -> [UInt8] {
        let file = try open(name)
        return try file.contents(limit: limit)
    }

    /// Makes a new file; one of that name is an error (`EEXIST`).
    ///
    /// A file made by root gets the owner of the directory.
    public func create(_ name: String, mode: UInt32) throws(SystemError) -> File {
        let path = path(of: name)
        let flags = CLINUX_READ_WRITE | CLINUX_CREATE_NEW
        let created = unsafe clinux_open(owned.number, name, Int32(flags), mode)
        let file = OwnedDescriptor(try checked(created, "create", path))
        try checked(clinux_set_mode(file.number, mode), "chmod", path)
        try giveToHeir(file.number, path)
        return File(file, path: path)
    }

    /// Makes the file that will be `name`, under a name that nobody reads; `moveIn` ends it.
    public func createAside(_ name: String, mode: UInt32) throws(SystemError) -> File {
        let aside = aside(name)
        do throws(SystemError) {
            return try create(aside, mode: mode)
        } catch {
            guard error.errno == .fileExists else { throw error }
            // What a crash left of the last attempt.
            try removeIfPresent(aside)
            return try create(aside, mode: mode)
        }
    }

    /// Puts the file that was made aside in its place, over what had the name.
    public func moveIn(_ name: String) throws(SystemError) {
        try rename(aside(name), to: name)
    }

    private func aside(_ name: String) -> String { ".\(name).new" }

    /// Gives a file new contents in one step: a reader sees all of the old or all of the new.
    ///
    /// `durable` means that after a power cut there is the new one, and it is whole.
    public func replace(
        _ name: String,
        with bytes: [UInt8],
        mode: UInt32,
        durable: Bool
    ) throws(SystemError) {
        let file = try createAside(name, mode: mode)
        try file.write(bytes, at: 0)
        if durable { try file.sync() }
        try moveIn(name)
        if durable { try sync() }
    }

    /// Gives a file another name, over what had it.
    public func rename(_ name: String, to other: String) throws(SystemError) {
        let renamed = unsafe clinux_rename(owned.number, name, other)
        try checked(renamed, "rename", "\(path(of: name)) to \(other)")
    }

    /// Removes a file.
    public func remove(_ name: String) throws(SystemError) {
        try checked(unsafe clinux_unlink(owned.number, name), "remove", path(of: name))
    }

    /// Removes a file; that there is none is as good.
    public func removeIfPresent(_ name: String) throws(SystemError) {
        let removed = unsafe clinux_unlink(owned.number, name)
        if removed == -Errno.noSuchFileOrDirectory.rawValue { return }
        try checked(removed, "remove", path(of: name))
    }

    /// Waits until the names in it are on the disk.
    public func sync() throws(SystemError) {
        try checked(clinux_sync(owned.number), "sync", path)
    }

    private func giveToHeir(_ file: Int32, _ path: String) throws(SystemError) {
        guard let heir else { return }
        try checked(clinux_set_owner(file, heir.user, heir.group), "chown", path)
    }
}
