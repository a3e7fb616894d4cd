// Locks between programs that end with the program, however it ends.
//
// None of them is of the kind that LMDB uses (fcntl locks of a process), so neither sees the other, and closing a file
// here takes nothing from LMDB. Each `FileLock` excludes every other one, those of the same program too.

import Glibc

/// A lock on a file or on one byte of it, held until its owner lets go of it.
package final class FileLock: Sendable {
    package enum Kind: Sendable { case shared, exclusive }

    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Locks a whole file if nobody else holds a lock that excludes this one.
    ///
    /// - `creating`: makes the file when it is missing; else a missing file is an error.
    /// - Returns: nil when it is held elsewhere, or when the file was removed meanwhile.
    package static func take(_ path: String, _ kind: Kind, creating: Bool = false) throws(StoreError) -> FileLock? {
        let lock = try FileLock(opening: path, creating: creating)
        guard flock(lock.descriptor, (kind == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw .from(errno, path: path) }
            return nil
        }
        // Whoever held it may have removed the file: a lock on a file without a name excludes nobody.
        var (held, named) = (stat(), stat())
        guard unsafe fstat(lock.descriptor, &held) == 0, unsafe stat(path, &named) == 0,
            held.st_ino == named.st_ino, held.st_dev == named.st_dev
        else { return nil }
        return lock
    }

    /// Locks one byte of a file, which need not be there: a number that one owner at a time may hold.
    ///
    /// - Returns: nil when it is held elsewhere.
    package static func take(_ path: String, byte: UInt32) throws(StoreError) -> FileLock? {
        let lock = try FileLock(opening: path, creating: true)
        var range = Glibc.flock()
        range.l_type = Int16(F_WRLCK)
        range.l_whence = Int16(SEEK_SET)
        range.l_start = off_t(byte)
        range.l_len = 1
        guard unsafe fcntl(lock.descriptor, Self.setOpenFileLock, &range) == 0 else {
            guard errno == EAGAIN || errno == EACCES || errno == EINTR else { throw .from(errno, path: path) }
            return nil
        }
        return lock
    }

    /// F_OFD_SETLK of fcntl.h, which glibc shows to GNU programs only: the lock belongs to the open file and not,
    /// as plain fcntl locks do, to the process.
    private static let setOpenFileLock: Int32 = 37

    private convenience init(opening path: String, creating: Bool) throws(StoreError) {
        let descriptor = unsafe open(path, (creating ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .from(errno, path: path) }
        self.init(descriptor: descriptor)
    }

    /// Writes this process's number into the file, for people only.
    package func noteProcess() {
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = unsafe text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// Who wrote its number there last.
    package static func process(notedIn path: String) -> Int32? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        return Int32(String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self))
    }
}
