// What an archive is made of and how large it is; a copy of it.

import Archive
import Glibc
import Index
import Records
import Store

extension Engine {
    func unloggedStatistics() throws -> ArchiveStatistics {
        try requireAdministrator("stat")
        var state = ArchiveStatistics()
        let stored = try records.snapshot()
        state.records = Int(try stored.liveCount)
        state.lastSequence = try stored.lastSequence.rawValue
        state.versions = Int(state.lastSequence)
        state.keyIsThere = SmallFile.size(keyPath) != nil
        if let name = indexFolder.current {
            state.generation = name
            let snapshot = try index().snapshot()
            state.indexed = snapshot.liveDocCount
            state.indexWatermark = snapshot.watermark.rawValue
            state.segments = snapshot.segments.count
            for segment in snapshot.segments {
                state.terms += segment.termCount
                state.textUnits += segment.textUnits
            }
        }
        for path in [folder.recordsPath, folder.identityPath] + indexFolder.generations.map(indexFolder.path(of:)) {
            guard let size = SmallFile.size(path) else { continue }
            var free: UInt64 = 0
            if path == folder.recordsPath {
                let statistics = try records.statistics
                free = UInt64(statistics.freePages) * UInt64(statistics.pageSize)
            } else if path == indexFolder.current.map(indexFolder.path(of:)) {
                let statistics = try index().statistics
                free = UInt64(statistics.freePages) * UInt64(statistics.pageSize)
            }
            state.files.append((String(path.dropFirst(folder.path.utf8.count + 1)), size, free))
        }
        return state
    }

    /// A consistent copy of the archive in a new folder, made while others go on reading and writing. The key file
    /// is not part of it.
    func unloggedBackup(to path: String, report: ProgressReport) throws {
        try requireAdministrator("backup")
        try refuseShards()
        try Self.makeCopyTarget(path)
        report(Progress(.copying))
        // Each copy is of one moment, in this order: the index may lag behind the records, which the next opening mends,
        // but not name versions they lack; an identity without its record does no harm, a record without its
        // identity does.
        if indexFolder.current != nil {
            let index = try index()
            let copy = IndexFolder(path: path + "/index")
            try index.compactCopy(to: copy.path(of: Self.firstGeneration))
            try copy.switchTo(Self.firstGeneration)
        }
        try records.compactCopy(to: path + "/records.lmdb")
        if SmallFile.size(folder.identityPath) != nil { try identity().compactCopy(to: path + "/identity.lmdb") }
        if SmallFile.size(folder.casesPath) != nil { try cases().compactCopy(to: path + "/cases.lmdb") }
        if SmallFile.size(folder.auditPath) != nil { try auditLog().compactCopy(to: path + "/audit.lmdb") }
        for name in ["profile.yaml", "lexicon.txt", "synonyms.txt", "queries.jsonl"] where SmallFile.size(folder.path + "/" + name) != nil {
            try SmallFile.replace(path + "/" + name, with: try SmallFile.read(folder.path + "/" + name))
        }
    }

    private static let firstGeneration = "gen-000001.lmdb"

    private static func makeCopyTarget(_ path: String) throws {
        guard SmallFile.names(in: path).isEmpty else { throw ArchiveError.folderNotEmpty(path: path) }
        for folder in [path, path + "/index"] {
            guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw EngineError.system(path: folder, code: errno)
            }
        }
    }
}
