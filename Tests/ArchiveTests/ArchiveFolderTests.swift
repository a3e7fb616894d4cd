import Archive
import Glibc
import Records
import Store
import TestSupport
import Testing

@Suite struct ArchiveFolderTests {
    let temporary = TemporaryFolder()

    @Test func `a new archive is complete, and its key lies beside it`() throws {
        let folder = try Made.archive(in: temporary)
        for path in [folder.profilePath, folder.lexiconPath, folder.synonymsPath, folder.recordsPath, folder.identityPath] {
            #expect(!FileBytes.read(path).isEmpty)
        }
        let key = try KeyFile.read(at: temporary.file("archive.key"))
        #expect(key.id.count == 16)
        _ = try ArchiveFolder(opening: folder.path + "/")
        let archive = try Archive(folder, forWriting: true)
        #expect(archive.identities.hasKey)
        #expect(try archive.verify() == [])
    }

    @Test func `an archive is never made over something`() throws {
        let folder = try Made.archive(in: temporary)
        #expect(throws: ArchiveError.folderNotEmpty(path: folder.path)) { try ArchiveFolder.create(at: folder.path) }
        let file = temporary.file("file")
        FileBytes.write([1], to: file)
        #expect(throws: ArchiveError.folderNotEmpty(path: file)) { try ArchiveFolder.create(at: file) }
        #expect(!FileBytes.exists(file + ".key"))
        // An empty folder is taken.
        let empty = temporary.file("empty")
        FileBytes.makeFolder(empty)
        _ = try ArchiveFolder.create(at: empty)
    }

    @Test func `a failed creation leaves neither folder nor key`() throws {
        let path = temporary.file("none/archive")
        #expect(throws: (any Error).self) { try ArchiveFolder.create(at: path, keyPath: temporary.file("k")) }
        #expect(!FileBytes.exists(temporary.file("k")))
        #expect(throws: ArchiveError.notAnArchive(path: path)) { try ArchiveFolder(opening: path) }
    }

    @Test func `a second writer is refused, readers are not`() throws {
        let folder = try Made.archive(in: temporary)
        let first = try Archive(folder, forWriting: true)
        #expect(throws: ArchiveError.writerActive(path: folder.writerLockPath, process: getpid())) {
            try Archive(folder, forWriting: true)
        }
        let reader = try Archive(folder, forWriting: false)
        try first.append([.init(NewVersion(id: "a", json: bytes("{}")))])
        #expect(try reader.records.lastSequence.rawValue == 1)
    }

    @Test(arguments: [2, 99] as [UInt32]) func `an archive of a newer format is refused with the remedy`(format: UInt32) throws {
        let folder = try Made.archive(in: temporary)
        for path in [folder.recordsPath, folder.identityPath] {
            let environment = try Environment(at: path)
            let meta = try environment.table("meta")
            let old = try #require(try environment.read { try $0.value(in: meta, for: bytes("format")) })
            try environment.write { try $0.checkedPut(in: meta, key: bytes("format"), payload: [UInt8](bigEndian: format)) }
            environment.close()
            let error = ArchiveError.formatNewer(path: path, found: format, known: 1)
            #expect(throws: error) { try Archive(folder, forWriting: true) }
            #expect(error.notice(in: .english).contains("install the newer juanzong"))
            let again = try Environment(at: path)
            let metaAgain = try again.table("meta")
            try again.write { try $0.put(in: metaAgain, key: bytes("format"), value: old) }
        }
        _ = try Archive(folder, forWriting: true)
    }

    @Test func `a file of another archive is refused`() throws {
        let (one, two) = (try Made.archive(in: temporary, "one"), try Made.archive(in: temporary, "two"))
        FileBytes.move(two.identityPath, to: one.identityPath)
        #expect(throws: ArchiveError.foreignFile(path: one.identityPath)) {
            try Archive(one, keyPath: two.defaultKeyPath, forWriting: true)
        }
    }

    @Test func `every error has its three lines in both languages`() {
        let errors: [ArchiveError] = [
            .folderNotEmpty(path: "p"), .notAnArchive(path: "p"), .formatNewer(path: "p", found: 2, known: 1),
            .formatUnknown(path: "p", found: 0, known: 1), .writerActive(path: "p", process: 1),
            .recordUnreadable(path: "p", sequence: 1), .recordTooLarge(bytes: 2, bytesMax: 1), .foreignFile(path: "p"),
            .system(path: "p", code: EIO),
        ]
        let identity: [IdentityError] = [
            .keyMissing(path: "p"), .keyExposed(path: "p"), .keyUnreadable(path: "p"), .keyExists(path: "p"),
            .wrongKey(path: "p", expected: "a", found: "b"), .unreadable(path: "p", sequence: 1),
        ]
        for language in [Language.chinese, .english] {
            let notices = errors.map { $0.notice(in: language) } + identity.map { $0.notice(in: language) }
            #expect(notices.allSatisfy { $0.split(separator: "\n").count == 3 })
        }
    }
}
