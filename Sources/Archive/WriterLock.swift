// One writer an archive: two imports at once would only wait for each other, and confuse whoever watches.

import Glibc

/// The right to write, held until its owner lets go of it or dies.
package struct WriterLock: ~Copyable, Sendable {
    private let descriptor: Int32

    package init(_ folder: ArchiveFolder) throws(ArchiveError) {
        let path = folder.writerLockPath
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(path: path, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = Files.read(descriptor, bytesMax: 32).flatMap {
                Int32(String(decoding: $0.prefix { $0 != 0x0A }, as: UTF8.self))
            }
            close(descriptor)
            throw code == EWOULDBLOCK ? .writerActive(path: path, process: holder) : .system(path: path, code: code)
        }
        // For people only; the lock itself is the kernel's and ends with this process.
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = unsafe text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
