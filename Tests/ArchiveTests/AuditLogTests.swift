// A log that was cut, swapped or edited is found out.

import Archive
import Records
import Store
import TestSupport
import Testing

@Suite struct AuditLogTests {
    private static let archiveID = [UInt8](repeating: 7, count: 16)

    private func filled(_ folder: TemporaryFolder, _ count: Int = 20) throws -> (ArchiveFolder, AuditLog.Head) {
        let archive = try Made.archive(in: folder)
        let log = try AuditLog(in: archive, archiveID: Self.archiveID)
        for number in 0..<count {
            var entry = AuditEntry(number % 3 == 0 ? .view : .search, user: "甲", roles: "handler")
            entry.records = ["R\(number)"]
            entry.recordSequence = UInt64(number)
            try log.append(entry, durable: false)
        }
        #expect(try log.verify(anchors: [log.head]).isEmpty)
        let head = try log.head
        #expect(head.number == UInt64(count))
        try log.takeOver()
        log.close()
        return (archive, head)
    }

    private func problems(_ archive: ArchiveFolder, anchors: [AuditLog.Head] = []) throws -> Int {
        let log = try AuditLog(in: archive, archiveID: Self.archiveID)
        defer { log.close() }
        return try log.verify(anchors: anchors).count
    }

    /// As somebody with a hex editor and the source of this program would.
    private func change(_ archive: ArchiveFolder, _ body: (borrowing WriteTransaction, Table) throws -> Void) throws {
        let environment = try Environment(at: archive.auditPath)
        let table = try environment.table(existing: "entries")
        try environment.write { try body($0, table) }
        environment.close()
    }

    private static func key(_ number: UInt64) -> [UInt8] { [UInt8](bigEndian: number) }

    @Test func `an entry taken out of the middle is missed`() throws {
        let folder = TemporaryFolder()
        let (archive, _) = try filled(folder)
        try change(archive) { try $0.delete(in: $1, key: Self.key(9)) }
        #expect(try problems(archive) > 0)
    }

    @Test func `the end cut off is missed by the head noted elsewhere`() throws {
        let folder = TemporaryFolder()
        let (archive, head) = try filled(folder)
        try change(archive) { transaction, table in for number in 15...20 { try transaction.delete(in: table, key: Self.key(UInt64(number))) } }
        #expect(try problems(archive) == 0, "a chain cut at its end is whole in itself")
        #expect(try problems(archive, anchors: [head]) == 1)
    }

    @Test func `two entries swapped, and one edited with a right checksum, are found`() throws {
        let folder = TemporaryFolder()
        let (archive, _) = try filled(folder)
        try change(archive) { transaction, table in
            let a = try #require(try transaction.checkedValue(in: table, for: Self.key(4)) { Array(UnsafeFreeCopy.bytes($0)) })
            let b = try #require(try transaction.checkedValue(in: table, for: Self.key(5)) { Array(UnsafeFreeCopy.bytes($0)) })
            try transaction.checkedPut(in: table, key: Self.key(4), payload: b)
            try transaction.checkedPut(in: table, key: Self.key(5), payload: a)
        }
        #expect(try problems(archive) >= 2)
        let other = TemporaryFolder()
        let (second, _) = try filled(other)
        try change(second) { transaction, table in
            var bytes = try #require(try transaction.checkedValue(in: table, for: Self.key(6)) { Array(UnsafeFreeCopy.bytes($0)) })
            bytes[bytes.count - 3] ^= 1
            try transaction.checkedPut(in: table, key: Self.key(6), payload: bytes)
        }
        #expect(try problems(second) >= 1)
    }

    @Test func `the log of another archive is refused`() throws {
        let folder = TemporaryFolder()
        let (archive, _) = try filled(folder)
        #expect(throws: ArchiveError.foreignFile(path: archive.auditPath)) { try AuditLog(in: archive, archiveID: [UInt8](repeating: 8, count: 16)) }
    }

    @Test func `SM3 gives the values of the standard`() {
        #expect(Fixity.sm3(Array("abc".utf8)) == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
        #expect(Fixity.sm3(Array(String(repeating: "abcd", count: 16).utf8)) == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732")
    }
}

private enum UnsafeFreeCopy {
    static func bytes(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }
}
