import Glibc
import Records
import Store
import TestSupport
import Testing

@Suite struct EnvironmentTests {
    let folder = TemporaryFolder()

    @Test func `what is written is read back, also after reopening`() throws {
        let path = folder.file("a.lmdb")
        do {
            let environment = try Environment(at: path)
            let table = try environment.table("words")
            try environment.write { try $0.put(in: table, key: [1], value: [2, 3]) }
            #expect(try environment.read { try $0.value(in: table, for: [1]) } == [2, 3])
        }
        let environment = try Environment(at: path, options: .readOnly)
        let table = try environment.table("words")
        #expect(try environment.read { try $0.value(in: table, for: [1]) } == [2, 3])
        #expect(try environment.read { try $0.value(in: table, for: [9]) } == nil)
    }

    @Test func `an error inside a write leaves nothing`() throws {
        struct Stop: Error {}
        let environment = try Environment(at: folder.file("a.lmdb"))
        let table = try environment.table("t")
        #expect(throws: Stop.self) {
            try environment.write { transaction in
                try transaction.put(in: table, key: [1], value: [1])
                throw Stop()
            }
        }
        #expect(try environment.read { try $0.entryCount(in: table) } == 0)
    }

    @Test func `a snapshot does not see later writes`() throws {
        let environment = try Environment(at: folder.file("a.lmdb"))
        let table = try environment.table("t")
        try environment.write { try $0.put(in: table, key: [1], value: [1]) }
        let snapshot = try environment.beginRead()
        try environment.write { try $0.put(in: table, key: [1], value: [2]) }
        #expect(try snapshot.value(in: table, for: [1]) == [1])
        #expect(try environment.read { try $0.value(in: table, for: [1]) } == [2])
    }

    @Test func `a snapshot outlives its environment`() throws {
        let environment = try Environment(at: folder.file("a.lmdb"))
        let table = try environment.table("t")
        try environment.write { try $0.put(in: table, key: [1], value: [1]) }
        let snapshot = try environment.beginRead()
        environment.close()
        #expect(try snapshot.value(in: table, for: [1]) == [1])
        #expect(throws: StoreError.closed(path: environment.path)) { try environment.table("t") }
    }

    @Test func `a file opened twice is mapped once`() throws {
        let path = folder.file("a.lmdb")
        let first = try Environment(at: path)
        let second = try Environment(at: path)
        let table = try first.table("t")
        try first.write { try $0.put(in: table, key: [1], value: [1]) }
        first.close()
        #expect(try second.read { try $0.value(in: table, for: [1]) } == [1])
        var loose = Environment.Options()
        loose.durable = false
        #expect(throws: StoreError.openedDifferently(path: path)) { try Environment(at: path, options: loose) }
    }

    @Test func `a read-only environment makes neither file nor table`() throws {
        let path = folder.file("a.lmdb")
        #expect(throws: StoreError.notFound(path: path)) { try Environment(at: path, options: .readOnly) }
        _ = try Environment(at: path)
        let environment = try Environment(at: path, options: .readOnly)
        #expect(throws: StoreError.missingTable(path: path, table: "none")) { try environment.table("none") }
    }

    @Test func `an empty file is new, any other file is refused`() throws {
        let path = folder.file("a.lmdb")
        FileBytes.write([], to: path)
        _ = try Environment(at: path)
        let text = folder.file("b.lmdb")
        FileBytes.write(Array(repeating: 0x20, count: 100_000), to: text)
        #expect(throws: StoreError.notADatabase(path: text)) { try Environment(at: text) }
        #expect(throws: StoreError.notADatabase(path: folder.path)) { try Environment(at: folder.path, options: .readOnly) }
    }

    @Test func `keys LMDB cannot hold are refused, not cut`() throws {
        let environment = try Environment(at: folder.file("a.lmdb"))
        let table = try environment.table("t")
        for count in [0, 512, 2_048] {
            let key = [UInt8](repeating: 7, count: count)
            #expect(throws: StoreError.keyLength(path: environment.path, table: "t", bytes: count)) {
                try environment.write { try $0.put(in: table, key: key, value: [1]) }
            }
            #expect(try environment.read { try $0.value(in: table, for: key) } == nil)
        }
    }

    @Test func `a compact copy holds the same and no free pages`() throws {
        let environment = try Environment(at: folder.file("a.lmdb"))
        let table = try environment.table("t")
        for round in 0..<20 {
            try environment.write { transaction in
                for number in 0..<100 {
                    try transaction.put(
                        in: table, key: [UInt8](bigEndian: UInt32(number)), value: Array(repeating: UInt8(round), count: 3_000))
                }
            }
        }
        let copyPath = folder.file("b.lmdb")
        try environment.compactCopy(to: copyPath)
        let copy = try Environment(at: copyPath)
        let copied = try copy.table("t")
        #expect(try copy.read { try $0.entryCount(in: copied) } == 100)
        #expect(try copy.read { try $0.value(in: copied, for: [0, 0, 0, 9]) } == Array(repeating: 19, count: 3_000))
        let (before, after) = (try environment.statistics, try copy.statistics)
        #expect(before.freePages > 0)
        #expect(after.freePages == 0)
        #expect(after.fileBytes < before.fileBytes)
        #expect(before.usedPages >= after.usedPages - 2 && before.usedPages <= after.usedPages + 2)
    }

    @Test func `every error has its three lines in both languages`() {
        let path = "x.lmdb"
        let errors: [StoreError] = [
            .notFound(path: path), .missingTable(path: path, table: "t"), .diskFull(path: path), .mapFull(path: path),
            .readersFull(path: path), .permission(path: path), .networkFileSystem(path: path, kind: "NFS"),
            .notADatabase(path: path), .truncated(path: path, expectedBytes: 2, actualBytes: 1),
            .damagedPages(path: path), .damaged(path: path, table: "t", keyHex: "00"), .versionMismatch(path: path),
            .openedDifferently(path: path), .closed(path: path), .keyLength(path: path, table: "t", bytes: 512),
            .outOfOrder(path: path, table: "t"), .tooManyTables(path: path), .mustReopen(path: path),
            .addressSpace(path: path), .system(path: path, code: EIO),
        ]
        for error in errors {
            for language in [Language.chinese, .english] {
                let notice = error.notice(in: language)
                #expect(notice.split(separator: "\n").count == 3)
                #expect(notice.contains(path))
            }
        }
    }
}
