// A backup put in the archive's place.

import Archive
import Glibc
import Index
import Records
import Store

extension Engine {
    // MARK: Restore

    /// Puts a backup in the archive's place; what was destroyed since is destroyed in it too.
    ///
    /// - Returns: where the archive that was there lies now, and how many register lines were applied again.
    package static func restore(_ options: EngineOptions, from backup: String) throws -> (aside: String?, reapplied: Int) {
        _ = try ArchiveFolder(opening: backup)
        var lines: [JSONObject] = []
        var aside: String?
        let path = options.archivePath
        if SmallFile.size(path + "/records.lmdb") != nil {
            let current = try Engine(opening: options)
            try current.requireAdministrator("restore")
            lines = try current.cases().tombstones().map(\.json)
            current.closeAll()
        } else if !SmallFile.names(in: path).isEmpty {
            throw ArchiveError.folderNotEmpty(path: path)
        }
        let fresh = path + ".restoring-\(getpid())"
        guard unsafe mkdir(fresh, 0o700) == 0, unsafe mkdir(fresh + "/index", 0o700) == 0 else { throw EngineError.system(path: fresh, code: errno) }
        for name in ["records.lmdb", "identity.lmdb", "cases.lmdb", "audit.lmdb"] where SmallFile.size(backup + "/" + name) != nil {
            // The log goes on where it is: a restore must not forget who saw what since.
            let from = name == "audit.lmdb" && SmallFile.size(path + "/" + name) != nil ? path : backup
            let environment = try Environment(at: from + "/" + name)
            try environment.compactCopy(to: fresh + "/" + name)
            environment.close()
        }
        for name in ["profile.yaml", "lexicon.txt", "synonyms.txt"] where SmallFile.size(backup + "/" + name) != nil {
            try SmallFile.replace(fresh + "/" + name, with: try SmallFile.read(backup + "/" + name))
        }
        if !SmallFile.names(in: path).isEmpty {
            aside = path + ".replaced-\(time(nil))"
            guard unsafe rename(path, aside!) == 0 else { throw EngineError.system(path: path, code: errno) }
        }
        guard unsafe rename(fresh, path) == 0 else { throw EngineError.system(path: path, code: errno) }
        let folder = try ArchiveFolder(opening: path)
        try createIndex(in: folder)
        let restored = try Engine(opening: options, resuming: false)
        try restored.audit(.administer, durable: true) { $0.detail = "restore" }
        var again: [JSONObject] = []
        for line in lines {
            var isLive = false
            for id in (line["records"]?.array ?? []).compactMap(\.string) {
                guard let number = try restored.records.recordNumber(id: id), let version = try restored.records.latest(of: number) else { continue }
                if !version.header.isWithdrawn { isLive = true }
            }
            if isLive { again.append(line) }
        }
        let missing = Set(try restored.cases().tombstones().compactMap { $0.json["file"]?.string })
        try restored.cases().enter(lines.filter { line in line["file"]?.string.map { !missing.contains($0) } ?? false })
        if again.isEmpty {
            try restored.rebuild()
        } else {
            var bytes: [UInt8] = []
            JSONValue.object(["lines": .array(again.map { .object($0) })]).write(into: &bytes)
            try SmallFile.replace(folder.destroyingPath, with: bytes)
            restored.closeAll()
            try resumeDestruction(options)
        }
        return (aside, again.count)
    }
}
