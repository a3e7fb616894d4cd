// What an archive is made of and how large it is; a copy of it; its file made small.

import Archive
import Glibc
import Index
import Records
import Store

extension Engine {
    package func statistics() throws -> ArchiveStatistics {
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

    /// Writes the index anew without the space that deleted chunks left, and switches to it.
    package func compact(report: ProgressReport) throws {
        try whileWriting {
            try catchUp(report: report)
            let index = try index()
            report(Progress(.merging))
            try index.mergeAll()
            let name = indexFolder.nextName
            report(Progress(.copying))
            try index.compactCopy(to: indexFolder.path(of: name))
            closeIndex()
            try indexFolder.switchTo(name)
            indexFolder.removeOthers()
        }
    }

    /// A consistent copy of the archive in a new folder, made while others go on reading and writing. The key file
    /// is not part of it.
    package func backup(to path: String, report: ProgressReport) throws {
        try Self.makeCopyTarget(path)
        report(Progress(.copying))
        // Identity first: an identity without its record does no harm, a record without its identity does.
        if SmallFile.size(folder.identityPath) != nil { try identity().compactCopy(to: path + "/identity.lmdb") }
        try records.compactCopy(to: path + "/records.lmdb")
        for name in ["profile.yaml", "lexicon.txt", "synonyms.txt"] where SmallFile.size(folder.path + "/" + name) != nil {
            try SmallFile.replace(path + "/" + name, with: try SmallFile.read(folder.path + "/" + name))
        }
        if let current = indexFolder.current {
            let copy = IndexFolder(path: path + "/index")
            try index().compactCopy(to: copy.path(of: current))
            try copy.switchTo(current)
        }
    }

    private static func makeCopyTarget(_ path: String) throws {
        guard SmallFile.names(in: path).isEmpty else { throw ArchiveError.folderNotEmpty(path: path) }
        for folder in [path, path + "/index"] {
            guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw EngineError.system(path: folder, code: errno)
            }
        }
    }
}
