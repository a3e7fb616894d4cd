// Keeping the index level with the records: catching up after a batch or a crash, and building it anew.

import Archive
import Glibc
import Index
import Records
import Store
import TextAnalysis

/// Gathers documents and hands them to a generation, a segment at a time.
struct IndexFeed: ~Copyable {
    private let index: IndexGeneration
    private let lexicon: Lexicon
    private let memoryBytes: Int
    private let limit: MemoryLimit?
    private var builder: SegmentBuilder
    private var replaced: [RecordSequence] = []
    private var watermark: RecordSequence

    /// - Parameter memoryBytes: for gathered documents; reading and analysing a batch takes some tens of MiB more.
    /// - Parameter limit: of all that the process takes; a segment is written before it is reached.
    init(_ index: IndexGeneration, lexicon: Lexicon, memoryBytes: Int, limit: MemoryLimit? = nil) throws {
        self.index = index
        self.memoryBytes = memoryBytes
        self.limit = limit
        builder = SegmentBuilder(memoryBytes: memoryBytes)
        self.lexicon = lexicon
        watermark = try index.watermark
    }

    /// - Parameter versions: ascending by sequence, all above what the index holds.
    /// - Parameter isWanted: whether a version's document is needed; what it replaced stops counting in any case.
    mutating func add(_ versions: [StoredVersion], where isWanted: (StoredVersion) throws -> Bool = { _ in true }) throws {
        let lexicon = self.lexicon
        let wanted = try versions.filter { try !$0.header.isWithdrawn && isWanted($0) }
        let gathered = try Parallel.map(wanted) { piece in
            var analyzer = DocumentAnalyzer(lexicon: lexicon)
            let gatherer = DocumentGatherer()
            var gathered: [GatheredDocuments] = []
            for version in piece {
                if gatherer.isFull { gathered.append(gatherer.finish()) }
                gatherer.add(
                    analyzer.document(
                        try Engine.complaint(version).indexed(sequence: version.sequence, recordNumber: version.recordNumber)))
            }
            return gathered + [gatherer.finish()]
        }
        var rest = versions[...]
        for documents in gathered {
            let these = rest.prefix { $0.sequence <= documents.lastSequence ?? RecordSequence(0) }
            rest = rest.dropFirst(these.count)
            try add(documents, replacing: these.compactMap(\.header.previous))
        }
        try finishBatch(replacing: rest.compactMap(\.header.previous))
        if let last = versions.last { reach(last.sequence) }
    }

    /// - Parameter documents: `named`, ascending by sequence, all above what the index holds.
    /// - Parameter replaced: what they take the place of.
    mutating func add(_ documents: GatheredDocuments, replacing replaced: [RecordSequence]) throws {
        if builder.isFull(before: documents) { try flush() }
        self.replaced += replaced
        builder.add(documents)
        if let last = documents.lastSequence { reach(last) }
    }

    /// - Parameter replaced: what nothing took the place of.
    mutating func finishBatch(replacing replaced: [RecordSequence]) throws {
        self.replaced += replaced
        if builder.isFull || wouldReachLimit { try flush() }
    }

    /// What prepared rows and the pages of the stores take differs from batch to batch.
    private var wouldReachLimit: Bool {
        // However tight it is, segments smaller than this would help nobody.
        guard let limit, builder.bytesHeld >= memoryBytes / 8 else { return false }
        return limit.isReached(by: builder.bytesToCome + memoryBytes / 10)
    }

    /// Notes that everything up to `sequence` is held, though it may bring no document.
    mutating func reach(_ sequence: RecordSequence) { watermark = max(watermark, sequence) }

    /// Makes what was gathered findable.
    mutating func flush() throws {
        var full = SegmentBuilder(memoryBytes: memoryBytes)
        swap(&full, &builder)
        let isLarge = full.bytesHeld >= 32 << 20
        try index.add(full, replacing: replaced, watermark: watermark)
        replaced.removeAll()
        if isLarge { limit?.giveBackBetween() }
    }
}

extension Engine {
    /// For bulk work that begins now.
    var memoryLimit: MemoryLimit { MemoryLimit(bytesMax: options.memoryBytes, isShared: options.sharesProcess) }

    /// Record versions handed to the index at once, and the bytes that end a batch of long ones.
    static let indexBatch = 4_096
    static let indexBatchBytes = 32 << 20

    /// Brings the index up to the records. Needs the writer lock.
    ///
    /// - Parameter versionsMax: goes no further than about so many, and is then to be called again.
    func catchUp(versionsMax: Int = .max, report: ProgressReport = { _ in }) throws {
        let index = try index()
        if !isCleaned {
            try index.removeGarbage()
            indexFolder.removeUnused()
            isCleaned = true
        }
        guard try index.watermark < records.lastSequence else { return }
        try feed(index, versionsMax: versionsMax, report: report)
        try tend(index)
    }

    /// Merge work after a write: a little each time, and as much as it takes when segments pile up.
    func tend(_ index: IndexGeneration) throws {
        _ = try index.mergeStep(for: .milliseconds(10))
        while try index.mergingIsPressing(), try index.mergeStep(for: .milliseconds(50)) {}
    }

    /// Indexes the record versions above the watermark, as many as there are when it ends.
    ///
    /// - Parameter headsOnly: leaves out versions that were replaced already: for an index nobody searches yet.
    func feed(_ index: IndexGeneration, headsOnly: Bool = false, versionsMax: Int = .max, report: ProgressReport) throws {
        var feed = try IndexFeed(index, lexicon: try lexicon(), memoryBytes: options.gatheringBytes, limit: memoryLimit)
        let from = try index.watermark
        var next = from
        while true {
            // A snapshot a batch: one for all of them would keep every page that is replaced meanwhile.
            let snapshot = try records.snapshot()
            let last = try snapshot.lastSequence
            guard next < last, next.rawValue - from.rawValue < UInt64(versionsMax) else { break }
            var batch: [StoredVersion] = []
            var bytes = 0
            try snapshot.forEachVersion(from: RecordSequence(next.rawValue + 1)) { version in
                batch.append(version)
                bytes += version.json.count
                return batch.count < Self.indexBatch && bytes < Self.indexBatchBytes
            }
            guard let end = batch.last?.sequence else { break }
            try feed.add(batch) { version in try !headsOnly || snapshot.isHead(version.sequence) }
            next = end
            report(
                Progress(
                    .indexing, done: Int(next.rawValue - from.rawValue), total: Int(last.rawValue - from.rawValue)))
        }
        try feed.flush()
    }

    /// Makes the empty first generation of a new archive.
    static func createIndex(in folder: ArchiveFolder) throws {
        let indexFolder = IndexFolder(path: folder.indexFolderPath)
        let name = indexFolder.nextName
        try IndexGeneration(at: indexFolder.path(of: name), stamp: IndexFolder.stamp, creating: true).close()
        try indexFolder.switchTo(name)
        // A new archive has no words of its own.
        try indexFolder.note(wordsStamp: "0")
    }

    /// Indexes what a program that was killed has left; nothing while another program writes.
    package func bringUpToDate() throws {
        guard shardView == nil else { return }
        while try index().watermark < records.lastSequence {
            do {
                try whileWriting(waitingSeconds: 0) { try catchUp(versionsMax: Self.indexBatch) }
            } catch ArchiveError.writerActive { return }
            // Who registers a record meanwhile does not wait for all of it.
            usleep(Self.pauseForOthers)
        }
    }

    /// Longer than those who wait for the writer lock pause between two tries.
    private static let pauseForOthers: UInt32 = 60_000

    /// The index for reading, brought up to date first if nobody else is writing. The notice says when it is behind.
    func currentIndex() throws -> (index: IndexGeneration, notice: Notice?) {
        let index = try index()
        let behind = Int(try records.lastSequence.rawValue) - Int(try index.watermark.rawValue)
        guard behind > 0 else { return (index, nil) }
        guard behind <= options.versionsOfSearch else {
            return (
                index,
                Notice(
                    chinese: "提示：最近的 \(behind) 个版本正在进入索引，稍后即可检索",
                    english: "note: the newest \(behind) versions are being indexed, and will be found soon")
            )
        }
        do {
            try whileWriting(waitingSeconds: 0) { try catchUp() }
            return (index, nil)
        } catch StoreError.diskFull {
            return (
                index,
                Notice(
                    chinese: "提示：磁盘已满，最近的 \(behind) 个版本尚未进入索引；腾出空间后再检索即可补上",
                    english: "note: the disk is full; the newest \(behind) versions are not indexed yet, free some space and search again")
            )
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
