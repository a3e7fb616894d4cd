// The table's file: written once for each ICU, mapped by every later process, thrown away whenever in doubt.

import CICU
import Glibc

extension BreakTable {
    /// The file in the folder of an archive's index; named after the ICU, so that two machines that share an archive
    /// do not undo each other's.
    static func path(in folder: String) -> String { unsafe folder + "/breaks-icu\(String(cString: cicu_version())).table" }

    /// Maps the file; nil when there is none, when it is damaged, or when it was made from another ICU.
    static func map(_ path: String, source: UInt64) -> BreakTable? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_size > Header.byteCount, status.st_size < 1 << 28 else { return nil }
        let byteCount = Int(status.st_size)
        let mapped = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0)
        guard let start = unsafe mapped, unsafe start != MAP_FAILED else { return nil }
        let block = unsafe UnsafeRawBufferPointer(start: start, count: byteCount)
        guard unsafe isSound(block, source: source) else {
            unsafe munmap(start, byteCount)
            return nil
        }
        return unsafe BreakTable(block) { unsafe munmap(start, byteCount) }
    }

    /// Whoever shortens the file under a mapping makes it unreadable, so files are only ever replaced.
    private static func isSound(_ block: UnsafeRawBufferPointer, source: UInt64) -> Bool {
        guard unsafe block.load(as: UInt64.self) == Header.magic else { return false }
        let header = unsafe Header(block)
        guard header.totalBytes == UInt64(block.count), header.source == source, header.stateCount < 256,
            header.farBlockCount <= 0x2000, header.codeCount < UInt32(Code.isRare),
            header.pairCount <= UInt32(Deep.placeMask), header.deepCount <= UInt32(Deep.placeMask), header.layout.end == block.count
        else { return false }
        return unsafe block.load(fromByteOffset: Layout.checksum, as: UInt64.self) == checksum(of: block)
    }

    /// Writes the file beside its place and renames it there. Where nothing can be written, nothing is.
    func write(to path: String) {
        let temporary = path + ".new"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // One writer at a time; what the last one renamed while we waited for the name must not be written again.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, isFile(descriptor, at: temporary), ftruncate(descriptor, 0) == 0 else { return }
        var done = 0
        while unsafe done < block.count {
            let count = unsafe Glibc.write(descriptor, block.baseAddress.unsafelyUnwrapped + done, block.count - done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            done += count
        }
        // A torn file would be found out by its checksum, so this need not reach the disk before the name does.
        if unsafe done != block.count || rename(temporary, path) != 0 { unsafe unlink(temporary) }
    }

    private func isFile(_ descriptor: Int32, at path: String) -> Bool {
        var (one, other) = (stat(), stat())
        return unsafe fstat(descriptor, &one) == 0 && stat(path, &other) == 0 && one.st_ino == other.st_ino
    }
}
