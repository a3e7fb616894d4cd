// Reads the two meta pages of an LMDB file by `pread`, before anything is mapped: a mapped file that breaks off
// early kills the process with SIGBUS, and a text file given by mistake deserves a better word than that.
//
// Layout, LMDB 0.9 (mdb.c, struct MDB_page and MDB_meta, 64-bit): page number 8, pad 2, flags 2, bounds 4;
// magic 4, version 4, address 8, map size 8; two trees (free pages, tables) of 48 bytes each: page size or pad 4,
// flags 2, depth 2, branch pages 8, leaf pages 8, overflow pages 8, entries 8, root 8; last page 8, transaction 8.

import Glibc

struct MetaPages {
    let pageSize: UInt64
    let lastPage: UInt64
    let transaction: UInt64
    /// Roots of the tree of free pages and of the tree of tables; `noPage` when the tree is empty.
    let roots: (free: UInt64, main: UInt64)
    /// The records of both trees as they stand, 48 bytes each.
    let records: (free: [UInt8], main: [UInt8])
    let fileBytes: UInt64

    static let noPage = UInt64.max
    var expectedBytes: UInt64 { (lastPage + 1) * pageSize }

    /// - Returns: nil for an empty file (new, or left by a crash while it was made).
    init?(ofOpenFile descriptor: Int32, path: String) throws(StoreError) {
        guard var first = try Self.readHead(descriptor, at: 0, path: path) else { return nil }
        let pageSize = UInt64(first.pageSize)
        guard pageSize >= 512, pageSize <= 65_536, pageSize.nonzeroBitCount == 1 else {
            throw .notADatabase(path: path)
        }
        var second: Head
        var before: (UInt64, UInt64)?
        while true {
            guard let one = try Self.readHead(descriptor, at: 0, path: path),
                let two = try Self.readHead(descriptor, at: pageSize, path: path)
            else { throw .notADatabase(path: path) }
            (first, second) = (one, two)
            if Self.fit(first, second) { break }
            // A writer may have been quicker than these two reads; heads that stand still and do not fit are damage.
            let now = (first.transaction, second.transaction)
            if let before, before == now { throw .damagedPages(path: path) }
            before = now
        }
        let newest = second.transaction > first.transaction ? second : first
        var status = stat()
        // After the heads: a writer lengthens the file before it writes the head that says so.
        guard unsafe fstat(descriptor, &status) == 0 else { throw .from(errno, path: path) }
        self.pageSize = pageSize
        lastPage = newest.lastPage
        transaction = newest.transaction
        roots = (newest.freeRoot, newest.mainRoot)
        records = (newest.freeRecord, newest.mainRecord)
        fileBytes = UInt64(status.st_size)
        guard lastPage >= 1, lastPage < UInt64.max / 131_072 else { throw .notADatabase(path: path) }
        for root in [roots.free, roots.main] where root != Self.noPage {
            guard root >= 2, root <= lastPage else { throw .damagedPages(path: path) }
        }
    }

    /// Transaction N writes head N mod 2, so the heads are one apart; in a new file both say 0.
    private static func fit(_ first: Head, _ second: Head) -> Bool {
        guard first.pageSize == second.pageSize else { return false }
        if first.transaction == 0, second.transaction == 0 { return true }
        guard first.transaction % 2 == 0, second.transaction % 2 == 1 else { return false }
        return max(first.transaction, second.transaction) - min(first.transaction, second.transaction) == 1
    }

    private struct Head {
        let pageSize: UInt32
        let freeRoot: UInt64
        let mainRoot: UInt64
        let lastPage: UInt64
        let transaction: UInt64
        let freeRecord, mainRecord: [UInt8]
    }

    private static func readHead(_ descriptor: Int32, at offset: UInt64, path: String) throws(StoreError) -> Head? {
        var bytes = [UInt8](repeating: 0, count: 152)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(descriptor, $0.baseAddress, $0.count, off_t(offset))
        }
        guard count >= 0 else { throw .from(errno, path: path) }
        if count == 0, offset == 0 { return nil }
        guard count == bytes.count, number(bytes, at: 10, 2) & 0x08 != 0, number(bytes, at: 16, 4) == 0xBEEF_C0DE else {
            throw .notADatabase(path: path)
        }
        guard number(bytes, at: 20, 4) == 1 else { throw .versionMismatch(path: path) }
        return Head(
            pageSize: UInt32(number(bytes, at: 40, 4)), freeRoot: number(bytes, at: 80, 8),
            mainRoot: number(bytes, at: 128, 8), lastPage: number(bytes, at: 136, 8),
            transaction: number(bytes, at: 144, 8), freeRecord: Array(bytes[40..<88]),
            mainRecord: Array(bytes[88..<136]))
    }

    private static func number(_ bytes: [UInt8], at offset: Int, _ count: Int) -> UInt64 {
        var number: UInt64 = 0
        for place in (0..<count).reversed() { number = number << 8 | UInt64(bytes[offset + place]) }
        return number
    }
}

extension MetaPages {
    /// Refuses a file that breaks off before a page it needs, or whose list of tables LMDB would stumble over.
    ///
    /// A sound file may be shorter than its last page number says: pages taken and freed again within one
    /// transaction are never written. So a short file is walked whole before it is refused.
    static func refuseDamaged(_ meta: MetaPages, descriptor: Int32, path: String) throws(StoreError) {
        var meta = meta
        while true {
            let isShort = meta.fileBytes < meta.expectedBytes
            let problems = PageCheck.problems(descriptor: descriptor, meta: meta, tableListOnly: !isShort)
            if problems.isEmpty { return }
            // Another process may have written meanwhile; only what stood still can be judged.
            guard let again = try MetaPages(ofOpenFile: descriptor, path: path) else { throw .notADatabase(path: path) }
            guard again.transaction != meta.transaction else {
                let isCut = isShort && problems.contains { $0.kind == .outsideFile }
                throw isCut
                    ? .truncated(path: path, expectedBytes: meta.expectedBytes, actualBytes: meta.fileBytes)
                    : .damagedPages(path: path)
            }
            meta = again
        }
    }
}
