// Opens an archive folder; one method per use case, in the files `Engine+…`. What a use case does not need is not
// opened: a search never touches the identity store, and needs no key.

import Archive
import Glibc
import Index
import Records
import Search
import Store
import TextAnalysis

package final class Engine {
    /// Who asks and what for may change between two calls (`acting`); all else stays.
    var options: EngineOptions
    let folder: ArchiveFolder
    let records: RecordStore
    private var openIndex: (name: String, index: IndexGeneration)?
    var openLexicon: Lexicon?
    private var openIdentity: IdentityStore?
    private var synonymsRead = KeptReading<Synonyms>()
    private var currentRead = KeptReading<String?>()
    var openAnalyzer: DocumentAnalyzer?
    let titles = TitleSampleKeeper()
    /// Of the snapshot that is held, if one is.
    var openFacts: IndexFacts?
    /// Of the open generation, found out by earlier searches.
    var openFrequencies: TermFrequencies?
    var answerMemory = AnswerMemory()
    /// Of an archive made of shards.
    let shardView: ShardView?
    /// What compares filings with the newest state of the index.
    var openChecker: Checker?
    var openProfile: Profile?
    var openViewer: Viewer?
    var openSight: Sight?
    /// Of the question under way.
    var openNote: OpenNote?
    var openAudit: AuditLog?
    var openLedger: Ledger?
    var openCases: CaseStore?
    /// Set while audit entries are gathered instead of appended one by one.
    var gatheredAudit: [AuditEntry]?
    /// The body's own files as they were when they were read.
    var ownFilesSeen: OwnFilesSeen?
    /// Set when what crashes left behind was looked for.
    var isCleaned = false

    /// The file that was opened: another one of its name means that the archive was written anew meanwhile.
    let recordsFile: UInt64

    package convenience init(opening options: EngineOptions) throws { try self.init(opening: options, resuming: true) }

    /// - Parameter resuming: goes on with a destruction that was broken off, before anything is read.
    /// - Parameter ignoringManifest: opens a view without its shards, to give it others.
    init(opening options: EngineOptions, resuming: Bool = true, ignoringManifest: Bool = false) throws {
        self.options = options
        folder = try ArchiveFolder(opening: options.archivePath)
        if resuming { try Engine.finishRotation(folder) }
        if resuming, unsafe access(folder.destroyingPath, F_OK) == 0 {
            // What is under way elsewhere goes on there, or with the next opening; what is held is not destroyed.
            do { try Engine.resumeDestruction(options) } catch ArchiveError.writerActive {} catch EngineError.generationInMaking {} catch CaseError.held {}
        }
        shardView = ignoringManifest ? nil : try ShardView.opening(folder, shards: options.shards)
        (records, recordsFile) = try Self.recordStore(in: folder, shardView)
        BreakTableKeeper.shared.keep(in: folder.indexFolderPath)
    }

    /// The store, and the number of the very file it reads: one that took its place meanwhile is opened instead.
    private static func recordStore(in folder: ArchiveFolder, _ shardView: ShardView?) throws -> (RecordStore, UInt64) {
        while true {
            let before = fileNumber(folder.recordsPath)
            let store = try RecordStore(in: folder, shards: shardView?.recordStores() ?? [])
            if fileNumber(folder.recordsPath) == before { return (store, before) }
        }
    }

    var indexFolder: IndexFolder { IndexFolder(path: folder.indexFolderPath) }
    var keyPath: String { options.keyPath ?? folder.defaultKeyPath }

    /// The lexicon of this body over the shipped one.
    func lexicon() throws -> Lexicon {
        if let openLexicon { return openLexicon }
        let lexicon = try Self.lexicon(at: folder.lexiconPath)
        openLexicon = lexicon
        return lexicon
    }

    static func lexicon(at path: String) throws -> Lexicon {
        guard SmallFile.size(path) != nil else { return .domain }
        return try Lexicon(parsing: String(decoding: try SmallFile.read(path), as: UTF8.self), path: path)
    }

    /// Equivalent words of this body. Read anew when the file has changed: nothing that is stored depends on them.
    func synonyms() throws -> Synonyms {
        let path = folder.synonymsPath
        return try synonymsRead.value(of: path) { () throws in
            guard let size = SmallFile.size(path), size > 0 else { return Synonyms() }
            guard size <= Synonyms.fileBytesMax else { throw EngineError.synonymsTooLarge(path: path, bytesMax: Synonyms.fileBytesMax) }
            return Synonyms(parsing: String(decoding: try SmallFile.read(path), as: UTF8.self), fold: { Normalizer.shared.fold($0) })
        }
    }

    /// The identity store, with its key when the key file is there.
    func identity() throws -> IdentityStore {
        if let openIdentity { return openIdentity }
        let key: SealingKey?
        do { key = try KeyFile.read(at: keyPath) } catch IdentityError.keyMissing { key = nil }
        let store = try IdentityStore(in: folder, archiveID: records.archiveID, key: key, keyPath: keyPath)
        openIdentity = store
        return store
    }

    /// The generation in use. A change of `CURRENT` by another process is noticed here.
    func index() throws -> IndexGeneration {
        while true {
            let current = currentRead.value(of: indexFolder.currentPath) { indexFolder.current }
            guard let name = current else { throw EngineError.indexMissing(path: folder.indexFolderPath) }
            if let openIndex, openIndex.name == name { return openIndex.index }
            let index: IndexGeneration
            do {
                index = try IndexGeneration(at: indexFolder.path(of: name), stamp: IndexFolder.stamp)
            } catch StoreError.notFound {
                // Replaced and removed between the look at CURRENT and the opening; else it is really missing.
                guard indexFolder.current == name else { continue }
                throw EngineError.indexMissing(path: folder.indexFolderPath)
            }
            closeIndex()
            index.keepsSnapshot = options.keepsSnapshot
            try shardView?.attach(to: index)
            openIndex = (name, index)
            indexFolder.removeUnused()
            return index
        }
    }

    /// The last one to leave an old generation removes it, also when it goes without having looked at the new one.
    deinit {
        // Only the name: the generation itself is held, and in use, as long as anybody has it.
        guard let name = openIndex?.name, let current = indexFolder.current, name != current else { return }
        closeIndex()
        indexFolder.removeUnused()
    }

    /// Forgets the open generation. Snapshots of it that are still held stay whole.
    func closeIndex() {
        openChecker = nil
        openFacts = nil
        openFrequencies = nil
        answerMemory = AnswerMemory()
        openIndex?.index.close()
        openIndex = nil
    }

    /// Lets go of the snapshot that is held for the next search (`EngineOptions.keepsSnapshot`).
    package func rest() {
        openFacts = nil
        openIndex?.index.letGo()
    }

    /// Lends the analyzer of records that come one by one.
    func withAnalyzer<Result>(_ body: (inout DocumentAnalyzer) throws -> Result) throws -> Result {
        if openAnalyzer == nil { openAnalyzer = DocumentAnalyzer(lexicon: try lexicon()) }
        return try body(&openAnalyzer!)
    }

    /// Runs `body` as the archive's only writer, waiting a little for another one to finish.
    func whileWriting<Result>(waitingSeconds: Int? = nil, _ body: () throws -> Result) throws -> Result {
        try refuseShards()
        let clock = ContinuousClock()
        let end = clock.now + .seconds(waitingSeconds ?? options.writerWaitSeconds)
        // Who adds one record is done in milliseconds; who imports a file is not.
        var pauseMicroseconds: UInt32 = 500
        while true {
            do {
                let lock = try WriterLock(folder)
                return try holding(lock, body)
            } catch ArchiveError.writerActive where clock.now < end {
                usleep(pauseMicroseconds)
                pauseMicroseconds = min(pauseMicroseconds * 2, 50_000)
            }
        }
    }

    /// What would change an archive is refused where its records lie in shards.
    func refuseShards() throws {
        if shardView != nil { throw ArchiveError.madeOfShards(path: folder.path) }
    }

    /// The lock is let go of at the end of this call, not earlier.
    private func holding<Result>(_ lock: borrowing WriterLock, _ body: () throws -> Result) throws -> Result {
        guard Self.fileNumber(folder.recordsPath) == recordsFile else { throw EngineError.archiveReplaced(path: folder.path) }
        // The head of the audit log goes into each change's own transaction: a log cut later is found out. Where it
        // cannot be had, the one before stays noted, and the change's own entry, which cannot be appended either, refuses it.
        records.auditAnchor.withLock { $0 = (try? auditLog().syncedHead)?.encoded }
        return try body()
    }

    static func fileNumber(_ path: String) -> UInt64 {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    /// Its files are let go of; nothing can be asked any more.
    private(set) var isClosed = false

    func closeStores() {
        isClosed = true
        records.close()
        openIdentity?.close()
        openCases?.close()
        openLedger?.close()
        openAudit?.close()
        (openIdentity, openCases, openLedger, openAudit) = (nil, nil, nil, nil)
    }

    /// What the record store holds of a version, as a complaint without identity.
    static func complaint(_ version: StoredVersion) throws -> Complaint {
        guard case .object(let object) = try JSONValue.parse(version.json.span) else {
            throw ArchiveError.recordUnreadable(path: "records.lmdb", sequence: version.sequence.rawValue)
        }
        return try Complaint(json: object)
    }
}

extension Complaint {
    /// What the archive files the record under.
    var archiveID: String { id ?? registerNo ?? "" }
}
