// The folder of one body's archive: where each file is, and how a new one comes to be.

import Glibc
import Records
import Store

package struct ArchiveFolder: Hashable, Sendable {
    package let path: String

    package var profilePath: String { path + "/profile.yaml" }
    package var lexiconPath: String { path + "/lexicon.txt" }
    package var synonymsPath: String { path + "/synonyms.txt" }
    package var recordsPath: String { path + "/records.lmdb" }
    package var identityPath: String { path + "/identity.lmdb" }
    package var auditPath: String { path + "/audit.lmdb" }
    package var auditJournalPath: String { path + "/audit.journal" }
    package var casesPath: String { path + "/cases.lmdb" }
    /// A destruction under way: what is still to be done.
    package var destroyingPath: String { path + "/destroying.json" }
    /// A change of the key whose files wait for their names.
    package var rotatingPath: String { path + "/rotating.json" }
    package var indexFolderPath: String { path + "/index" }
    package var currentIndexPath: String { path + "/index/CURRENT" }
    package var writerLockPath: String { path + "/writer.lock" }

    /// Beside the folder, not in it: who copies the folder has not copied the key.
    package var defaultKeyPath: String { path + ".key" }

    /// An archive that exists.
    package init(opening path: String) throws(ArchiveError) {
        self.path = Self.trimmed(path)
        guard Files.exists(recordsPath) else { throw .notAnArchive(path: path) }
    }

    /// One whose records may be missing or unreadable.
    package init(damaged path: String) throws(ArchiveError) {
        self.path = Self.trimmed(path)
        guard Files.exists(self.path) else { throw .notAnArchive(path: path) }
    }

    private init(planned path: String) { self.path = Self.trimmed(path) }

    private static func trimmed(_ path: String) -> String {
        var path = Substring(path)
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }

    /// The files a body writes itself; what is left out starts with comments only.
    package struct Contents: Sendable {
        package var profile: String = Starter.profile
        package var lexicon: String = Starter.lexicon
        package var synonyms: String = Starter.synonyms
        package init() {}
    }

    /// Makes an archive and its key file. The folder appears complete or not at all.
    ///
    /// - `keyPath`: where the key file goes, or already is; beside the folder when nil.
    package static func create(
        at path: String, contents: Contents = Contents(), keyPath: String? = nil
    ) throws -> ArchiveFolder {
        let folder = ArchiveFolder(planned: path)
        if let names = Files.names(in: folder.path) {
            guard names.isEmpty else { throw ArchiveError.folderNotEmpty(path: folder.path) }
        } else if Files.exists(folder.path) {
            throw ArchiveError.folderNotEmpty(path: folder.path)
        }
        let keyPath = keyPath ?? folder.defaultKeyPath
        let keyIsNew = !Files.exists(keyPath)
        let key = try keyIsNew ? KeyFile.create(at: keyPath) : KeyFile.read(at: keyPath)

        let building = ArchiveFolder(planned: folder.path + ".new-\(getpid())")
        Files.removeFolder(building.path)
        do {
            try Files.makeFolder(building.path)
            try Files.makeFolder(building.indexFolderPath)
            try Files.create(building.profilePath, contents.profile)
            try Files.create(building.lexiconPath, contents.lexicon)
            try Files.create(building.synonymsPath, contents.synonyms)
            let archiveID = try RecordStore.create(at: building.recordsPath)
            try IdentityStore.create(at: building.identityPath, archiveID: archiveID, key: key)
            FileSystem.syncFolder(of: building.profilePath)
            // Replaces an empty folder of that name, and nothing else.
            guard unsafe rename(building.path, folder.path) == 0 else {
                throw ArchiveError.system(path: folder.path, code: errno)
            }
            FileSystem.syncFolder(of: folder.path)
        } catch {
            Files.removeFolder(building.path)
            if keyIsNew { unsafe unlink(keyPath) }
            throw error
        }
        return folder
    }
}

/// What a new archive says to the person who opens its files.
private enum Starter {
    static let profile = """
        # 本机构的规则：表单、分类、期限、编号、保管、权限。
        # The body's rules: forms, categories, deadlines, numbering, retention, access.

        """
    static let lexicon = """
        # 本机构的词语，每行一个；只影响排序与统计，不影响能否查到。
        # The body's own words, one a line. They change the order and the statistics, never what is found.

        """
    static let synonyms = """
        # 同义词，每行一组，用空格分开，例如：
        # Equivalents, one group a line, separated by blanks. For example:
        # 电梯 升降机

        """
}
