// Keeping the index level with the records: catching up after a batch or a crash, and building it anew.

import Archive
import Index
import Records
import Store
import TextAnalysis

/// Gathers documents and hands them to a generation, a segment at a time.
struct IndexFeed: ~Copyable {
    private let index: IndexGeneration
    private let lexicon: Lexicon
    private let memoryBytes: Int
    private var builder: SegmentBuilder
    private var replaced: [RecordSequence] = []
    private var watermark: RecordSequence

    /// - Parameter memoryBytes: for gathered documents; reading and analysing a batch takes some tens of MiB more.
    init(_ index: IndexGeneration, lexicon: Lexicon, memoryBytes: Int) throws {
        self.index = index
        self.memoryBytes = memoryBytes
        builder = SegmentBuilder(memoryBytes: memoryBytes)
        self.lexicon = lexicon
        watermark = try index.watermark
    }

    /// - Parameter versions: ascending by sequence, all above what the index holds.
    mutating func add(_ versions: [StoredVersion], isFirstIndexing: Bool = false) throws {
        let lexicon = self.lexicon
        let documents = try Parallel.map(versions.filter { !$0.header.isWithdrawn }) { piece in
            var analyzer = DocumentAnalyzer(lexicon: lexicon)
            return try piece.map { version in
                analyzer.document(
                    try Engine.complaint(version).indexed(
                        sequence: version.sequence, recordNumber: version.recordNumber))
            }
        }
        try add(documents, replacing: isFirstIndexing ? [] : versions.compactMap(\.header.previous))
        if let last = versions.last { reach(last.sequence) }
    }

    /// - Parameter documents: ascending by sequence, all above what the index holds.
    mutating func add(_ documents: [IndexableDocument], replacing replaced: [RecordSequence]) throws {
        self.replaced += replaced
        for document in documents { builder.add(document) }
        if let last = documents.last { reach(last.sequence) }
        if builder.isFull { try flush() }
    }

    /// Notes that everything up to `sequence` is held, though it may bring no document.
    mutating func reach(_ sequence: RecordSequence) { watermark = max(watermark, sequence) }

    /// Makes what was gathered findable.
    mutating func flush() throws {
        var full = SegmentBuilder(memoryBytes: memoryBytes)
        swap(&full, &builder)
        try index.add(full, replacing: replaced, watermark: watermark)
        replaced.removeAll()
    }
}

extension Engine {
    /// Record versions handed to the index at once.
    static let indexBatch = 4_096

    /// Brings the index up to the records. Needs the writer lock.
    func catchUp(report: ProgressReport = { _ in }) throws {
        let index = try index()
        let watermark = try index.watermark
        let last = try records.lastSequence
        guard watermark < last else { return }
        try index.removeGarbage()
        try feed(index, from: watermark, report: report) { _, _ in true }
        try index.mergeAsNeeded()
    }

    /// Indexes the versions above `watermark` that `wanted` says yes to.
    private func feed(
        _ index: IndexGeneration, from watermark: RecordSequence, isFirstIndexing: Bool = false,
        report: ProgressReport, wanted: (borrowing RecordSnapshot, StoredVersion) throws -> Bool
    ) throws {
        var feed = try IndexFeed(index, lexicon: try lexicon(), memoryBytes: options.gatheringBytes)
        let snapshot = try records.snapshot()
        let total = Int(try snapshot.lastSequence.rawValue - watermark.rawValue)
        var batch: [StoredVersion] = []
        var done = 0
        try snapshot.forEachVersion(from: RecordSequence(watermark.rawValue + 1)) { version in
            done += 1
            if try wanted(snapshot, version) { batch.append(version) }
            if batch.count >= Self.indexBatch {
                try feed.add(batch, isFirstIndexing: isFirstIndexing)
                batch.removeAll(keepingCapacity: true)
                report(Progress(.indexing, done: done, total: total))
            }
            return true
        }
        try feed.add(batch, isFirstIndexing: isFirstIndexing)
        feed.reach(try snapshot.lastSequence)
        try feed.flush()
        report(Progress(.indexing, done: done, total: total))
    }

    /// Builds the next generation beside the one in use, then switches. Searches go on with the old one meanwhile.
    package func reindex(report: ProgressReport) throws {
        try whileWriting {
            let folder = indexFolder
            let name = folder.nextName
            try buildGeneration(at: folder.path(of: name), report: report)
            closeIndex()
            try folder.switchTo(name)
            folder.removeOthers()
        }
    }

    private func buildGeneration(at path: String, report: ProgressReport) throws {
        let next = try IndexGeneration(at: path, stamp: IndexFolder.stamp, creating: true, durable: false)
        defer { next.close() }
        try feed(next, from: RecordSequence(0), isFirstIndexing: true, report: report) { snapshot, version in
            try !version.header.isWithdrawn && snapshot.isHead(version.sequence)
        }
        report(Progress(.merging))
        try next.mergeAsNeeded()
        try next.sync()
        let expected = try records.snapshot().liveCount
        let found = try next.snapshot().liveDocCount
        guard UInt64(found) == expected else {
            throw IndexError.damaged(path: path, chunk: "\(found) of \(expected) records")
        }
    }

    /// Makes the empty first generation of a new archive.
    static func createIndex(in folder: ArchiveFolder) throws {
        let indexFolder = IndexFolder(path: folder.indexFolderPath)
        let name = indexFolder.nextName
        try IndexGeneration(at: indexFolder.path(of: name), stamp: IndexFolder.stamp, creating: true).close()
        try indexFolder.switchTo(name)
    }

    /// The index for reading, brought up to date first if nobody else is writing. The notice says when it is behind.
    func currentIndex() throws -> (index: IndexGeneration, notice: Notice?) {
        let index = try index()
        let behind = Int(try records.lastSequence.rawValue) - Int(try index.watermark.rawValue)
        guard behind > 0 else { return (index, nil) }
        do {
            try whileWriting(waitingSeconds: 0) { try catchUp() }
            return (index, nil)
        } catch ArchiveError.writerActive {
            return (
                index,
                Notice(
                    chinese: "提示：另一个程序正在写入，最近的 \(behind) 个版本尚未进入索引",
                    english: "note: another process is writing; the newest \(behind) versions are not indexed yet")
            )
        }
    }
}
