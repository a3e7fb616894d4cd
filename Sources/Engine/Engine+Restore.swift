// A backup put in the archive's place.
//
// The new folder is made beside the archive, whole: stores, words, saved queries, index, and what was destroyed since the
// backup destroyed in it too. Then the two folders change names in one step. Killed before, the archive is what it was;
// killed after, it is restored; the former one is never lost.

import Archive
import CGNU
import Glibc
import Index
import Records
import Store

extension Engine {
    /// In a folder that is being made: it is nobody's archive yet.
    private static let unfinishedMark = "/restoring"

    /// Puts a backup in the archive's place; what was destroyed since is destroyed in it too.
    ///
    /// - Returns: where the archive that was there lies now, and how many register lines were applied again.
    /// - Throws: `ArchiveError.foreignBackup` for a backup of another archive; then nothing is changed.
    package static func restore(_ options: EngineOptions, from backup: String) throws -> (aside: String?, reapplied: Int) {
        let source: ArchiveFolder
        do { source = try ArchiveFolder(opening: backup) } catch ArchiveError.notAnArchive { throw EngineError.backupMissing(path: backup) }
        let archiveID = try { () throws -> [UInt8] in
            let store = try RecordStore(in: source, readOnly: true)
            defer { store.close() }
            return store.archiveID
        }()
        var path = options.archivePath
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        clearUnfinished(beside: path)
        guard let present = try PresentArchive(path, options, backup: (backup, archiveID)) else {
            let (_, reapplied) = try replace(path, options, with: backup, keeping: nil)
            return (nil, reapplied)
        }
        return try present.engine?.whileWriting { try replace(path, options, with: backup, keeping: present) }
            ?? replace(path, options, with: backup, keeping: present)
    }

    /// What must outlive the restore of an archive that is there.
    private struct PresentArchive {
        /// Nil when its records cannot be opened: that is what the backup is for.
        var engine: Engine?
        /// The register of what was destroyed, and the numbers given.
        var lines: [JSONObject]
        var serials: [(series: [UInt8], last: UInt64)]

        init?(_ path: String, _ options: EngineOptions, backup: (path: String, archiveID: [UInt8])) throws {
            let names = SmallFile.names(in: path)
            guard !names.isEmpty else { return nil }
            guard names.contains(where: ["records.lmdb", "cases.lmdb", "identity.lmdb"].contains) else { throw ArchiveError.folderNotEmpty(path: path) }
            var opened: Engine?
            do { opened = try Engine(opening: options) } catch is StoreError {} catch ArchiveError.notAnArchive {} catch ArchiveError.recordUnreadable {}
            if let opened {
                guard opened.records.archiveID == backup.archiveID else { throw ArchiveError.foreignBackup(path: backup.path, archive: path) }
                try opened.requireAdministrator("restore")
                engine = opened
                lines = try opened.cases().tombstones().map(\.json)
                serials = try opened.cases().allSerials()
                return
            }
            // Without its records an archive still knows what it destroyed and who may do this.
            let folder = try ArchiveFolder(damaged: path)
            guard try Viewer(user: options.user, profile: Profile.ofArchive(folder)).mayAdminister else {
                throw AccessError.notAllowed(verb: "restore", user: options.user)
            }
            let cases: CaseStore
            do { cases = try CaseStore(in: folder, archiveID: backup.archiveID) } catch ArchiveError.foreignFile {
                throw ArchiveError.foreignBackup(path: backup.path, archive: path)
            }
            defer { cases.close() }
            lines = try cases.tombstones().map(\.json)
            serials = try cases.allSerials()
        }
    }

    private static func replace(
        _ path: String, _ options: EngineOptions, with backup: String, keeping present: PresentArchive?
    ) throws -> (aside: String?, reapplied: Int) {
        let fresh = path + ".restoring-\(getpid())"
        guard unsafe mkdir(fresh, 0o700) == 0, unsafe mkdir(fresh + "/index", 0o700) == 0 else { throw EngineError.system(path: fresh, code: errno) }
        do {
            try SmallFile.replace(fresh + unfinishedMark, with: [])
            try copyStores(from: backup, to: fresh, present)
            let reapplied = try bringLevel(fresh, path, options, present)
            return (try exchange(fresh, path), reapplied)
        } catch {
            if SmallFile.size(fresh + unfinishedMark) != nil { removeFolder(fresh) }
            throw error
        }
    }

    private static func copyStores(from backup: String, to fresh: String, _ present: PresentArchive?) throws {
        var reading = Environment.Options()
        (reading.readOnly, reading.createIfMissing) = (true, false)
        for name in ["records.lmdb", "identity.lmdb", "cases.lmdb"] where SmallFile.size(backup + "/" + name) != nil {
            let environment = try Environment(at: backup + "/" + name, options: reading)
            defer { environment.close() }
            try environment.compactCopy(to: fresh + "/" + name)
        }
        // The log goes on where it is: a restore must not forget who saw what since.
        if let engine = present?.engine, SmallFile.size(engine.folder.auditPath) != nil {
            try engine.auditLog().compactCopy(to: fresh + "/audit.lmdb")
        } else if SmallFile.size(backup + "/audit.lmdb") != nil {
            let environment = try Environment(at: backup + "/audit.lmdb", options: reading)
            defer { environment.close() }
            try environment.compactCopy(to: fresh + "/audit.lmdb")
        }
        for name in ["profile.yaml", "lexicon.txt", "synonyms.txt", "queries.jsonl"] where SmallFile.size(backup + "/" + name) != nil {
            try SmallFile.replace(fresh + "/" + name, with: try SmallFile.read(backup + "/" + name))
        }
    }

    /// Register, numbers, index; and what the register names is destroyed here too.
    private static func bringLevel(_ fresh: String, _ path: String, _ options: EngineOptions, _ present: PresentArchive?) throws -> Int {
        var inside = options
        inside.archivePath = fresh
        inside.keyPath = options.keyPath ?? path + ".key"
        let folder = try ArchiveFolder(opening: fresh)
        try createIndex(in: folder)
        let engine = try Engine(opening: inside, resuming: false)
        let store = try engine.cases()
        let known = Set(try store.tombstones().compactMap { $0.json["file"]?.string })
        try store.raiseSerials(present?.serials ?? [])
        try store.enter((present?.lines ?? []).filter { line in line["file"]?.string.map { !known.contains($0) } ?? false })
        let again = try store.tombstones().map(\.json).filter { try engine.isThere($0) }
        try engine.audit(.administer, durable: true) { $0.detail = "restore" }
        guard !again.isEmpty else {
            try engine.rebuild()
            engine.closeAll()
            return 0
        }
        let needles = try engine.traceNeedles(of: again.flatMap { ($0["records"]?.array ?? []).compactMap(\.string) })
        guard let turn = try DestructionNote(lines: again, pieces: needles.stored).begin(at: folder.destroyingPath) else {
            throw ArchiveError.writerActive(path: folder.path, process: nil)
        }
        _ = try withExtendedLifetime(turn) { try carryOutDestruction(folder, inside, closing: engine) }
        return again.count
    }

    /// Whether anything of a destroyed file is in the stores: its documents, or a record with more than its row.
    private func isThere(_ line: JSONObject) throws -> Bool {
        if let id = line["file"]?.string, let file = try cases().file(id), file.state != .destroyed || !file.documents.isEmpty { return true }
        let snapshot = try records.snapshot()
        for id in (line["records"]?.array ?? []).compactMap(\.string) {
            guard let number = try snapshot.recordNumber(id: id) else { continue }
            // A record that was taken back keeps its text in its versions.
            if try snapshot.history(of: number).contains(where: { !RecordPurge.isRemains($0.json, id: id) }) { return true }
        }
        return false
    }

    private static func exchange(_ fresh: String, _ path: String) throws -> String? {
        let aside = freeName(path + ".replaced-\(time(nil))")
        var former: String?
        if !SmallFile.names(in: path).isEmpty {
            let code = unsafe cgnu_exchange(fresh, path)
            if code == 0 {
                former = fresh
            } else {
                // A file system that cannot exchange: for a moment there is no archive, and both are whole beside it.
                guard unsafe rename(path, aside) == 0 else { throw EngineError.system(path: path, code: errno) }
                guard unsafe rename(fresh, path) == 0 else { throw EngineError.system(path: path, code: errno) }
            }
        } else {
            guard unsafe rename(fresh, path) == 0 else { throw EngineError.system(path: path, code: errno) }
        }
        SmallFile.syncFolder(of: path)
        FileSystem.remove(path + unfinishedMark)
        if let former { guard unsafe rename(former, aside) == 0 else { throw EngineError.system(path: former, code: errno) } }
        return SmallFile.names(in: aside).isEmpty ? nil : aside
    }

    /// What a killed restore left: a half-made folder goes, a former archive gets the name it should have got.
    private static func clearUnfinished(beside path: String) {
        FileSystem.remove(path + unfinishedMark)
        let slash = path.lastIndex(of: "/")
        let parent = slash.map { String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        for other in SmallFile.names(in: parent.isEmpty ? "/" : parent) where other.hasPrefix(name + ".restoring-") {
            let process = pid_t(other.dropFirst((name + ".restoring-").count)) ?? 0
            // It may be at it still.
            if process > 0, process != getpid(), kill(process, 0) == 0 { continue }
            let left = parent + "/" + other
            if SmallFile.size(left + unfinishedMark) != nil {
                removeFolder(left)
            } else {
                unsafe rename(left, freeName(path + ".replaced-\(time(nil))"))
            }
        }
    }

    /// `name`, or with a number behind it where that is taken: two restores of one second both keep what they replaced.
    private static func freeName(_ name: String) -> String {
        guard unsafe access(name, F_OK) == 0 else { return name }
        var number = 2
        while unsafe access("\(name)-\(number)", F_OK) == 0 { number += 1 }
        return "\(name)-\(number)"
    }

    private static func removeFolder(_ path: String) {
        for name in SmallFile.names(in: path) {
            let inner = path + "/" + name
            if unsafe Glibc.unlink(inner) != 0 { removeFolder(inner) }
        }
        unsafe rmdir(path)
    }
}
