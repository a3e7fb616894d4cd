// A database file that another one replaces. LMDB's lock file belongs to one database: it says which state of it is the newest, and
// whoever opened the new one beside the lock file of the old would see a state from before there was anything in it. So both
// change while nobody opens a database of the folder.

import Glibc

package enum DatabaseFile {
    /// Puts `new` in the place of the database at `path`, whose readers keep what they have open.
    ///
    /// - Precondition: the archive's writer lock is held; nobody has `new` open.
    package static func replace(_ path: String, by new: String) throws(StoreError) {
        try whileNobodyOpens(path) { () throws(StoreError) in
            guard unsafe rename(new, path) == 0 else { throw .from(errno, path: new) }
            for lock in [path + "-lock", new + "-lock"] { FileSystem.remove(lock) }
        }
        FileSystem.syncFolder(of: path)
    }

    /// Waits for those that are opening one of its folder, and lets nobody begin before `body` has ended.
    package static func whileNobodyOpens<Result, Failure: Error>(_ path: String, _ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let gate = enter(path, LOCK_EX)
        defer { if let gate { close(gate) } }
        return try body()
    }

    static func opening<Result, Failure: Error>(_ path: String, _ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let gate = enter(path, LOCK_SH)
        defer { if let gate { close(gate) } }
        return try body()
    }

    /// A lock on the folder itself, which leaves no file behind; nil where the folder cannot be read, and nothing replaced.
    private static func enter(_ path: String, _ kind: CInt) -> CInt? {
        let descriptor = unsafe open(FileSystem.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        while flock(descriptor, kind) != 0 {
            guard errno == EINTR else {
                close(descriptor)
                return nil
            }
        }
        return descriptor
    }
}
