// Import: a file of any form into the archive. A batch is durable before the next begins; running the same command
// again after an interruption goes on where it stopped, and changes nothing once all is in.
//
// Rows are cut in order, prepared on all cores (`RowPreparer`), and written in order: identity, records, index.

import Archive
import CGNU
import Glibc
import Import
import Index
import Records
import Store
import TextAnalysis

extension Engine {
    /// Rows prepared at once: few enough that all cores have work at the end, many enough to cost nothing a row.
    fileprivate static let rowsPrepared = 1024
    /// From here on a file is worth what is done for large ones.
    fileprivate static let bytesOfLargeFile = 64 << 20
    /// Batches under way: cut, being prepared, or waiting for the writer. So many that all cores have work while
    /// `rowsStored` are stored.
    fileprivate var batchesPending: Int { options.rowsStored / Self.rowsPrepared + 5 }

    func unloggedImportRecords(_ request: ImportRequest, report: ProgressReport) throws -> ImportSummary {
        try require(\.mayWrite, "import")
        openNote?.entry.detail = request.name ?? (request.path == "-" ? "stdin" : request.path)
        let summary = try whileWriting {
            // A batch killed between its identities and its records: their sequences are given out again.
            try identity().removeLeftovers(after: records.lastSequence)
            try catchUp(report: report)
            let run = try ImportRun(self, request)
            try run.readAll(report: report)
            return run.summary
        }
        if summary.bytes >= Self.bytesOfLargeFile { MemoryLimit.giveBack() }
        // Others may write meanwhile.
        try index().mergeAsNeeded()
        return summary
    }

    /// A proposed map as commented YAML.
    package static func guessMap(_ request: ImportRequest) throws -> String {
        try MapGuess.propose(options(request, map: nil), language: request.language)
    }

    /// The map that the request names, with a hash that tells it from others; nil when it names none.
    func map(of request: ImportRequest) throws -> (map: FieldMap, hash: UInt64)? {
        let (text, path): (String, String)
        if let form = request.form {
            (text, path) = (try mapText(ofForm: form), "profile.yaml (forms.\(form))")
        } else if let given = request.mapText {
            (text, path) = (given, "map")
        } else if let given = request.mapPath {
            (text, path) = (String(decoding: try SmallFile.read(given), as: UTF8.self), given)
        } else {
            return nil
        }
        do throws(MapError) { return (try FieldMap.parse(text), SearchCursor.hash(text)) } catch { throw ImportError.map(error, path: path) }
    }

    static func options(_ request: ImportRequest, map: FieldMap?) throws -> ImportOptions {
        var options = ImportOptions(path: request.path, map: map)
        if let format = request.format {
            guard let known = InputFormat(rawValue: format) else { throw EngineError.formatUnknown(name: format) }
            options.format = known
        }
        if let encoding = request.encoding {
            guard let known = TextEncoding(named: encoding) else { throw EngineError.encodingUnknown(name: encoding) }
            options.encoding = known
        }
        options.mapPath = request.mapPath ?? "map"
        return options
    }

    static func description(_ detected: RecordReader.Detected) -> String {
        var parts = ["\(detected.format)"]
        if detected.format != .xlsx { parts.append(detected.encoding.rawValue) }
        if let delimiter = detected.delimiter, delimiter != UInt8(ascii: ",") { parts.append(delimiter == 9 ? "tab" : String(UnicodeScalar(delimiter))) }
        return parts.joined(separator: ", ")
    }
}

/// One import under way. The calling thread cuts and writes; what lies between is done on all cores.
private final class ImportRun {
    private let engine: Engine
    private var reader: RecordReader
    private var rejects: RejectWriter
    private let fileKey: [UInt8]
    private let language: Language
    private let isStopped: (@Sendable () -> Bool)?
    private let isBrokenOff: (@Sendable () -> Bool)?
    private let clock = ContinuousClock()
    private let started: ContinuousClock.Instant
    private var feed: IndexFeed
    private let key: SealingKey?
    private(set) var summary = ImportSummary()
    private var resumedBytes = 0
    private var bytesDone = 0
    /// Prepared rows that wait to be stored, and where to go on after them.
    private var waiting: [PreparedBatch] = []
    private var rowsWaiting = 0
    private var bytesWaiting = 0
    /// Bytes that a byte of the file becomes while it is under way: three of letters, fourteen of random text. Taken for much until it is known.
    private var swelling = 16.0
    private var resumePoint: ResumePoint

    init(_ engine: Engine, _ request: ImportRequest) throws {
        self.engine = engine
        language = request.language
        isStopped = request.isStopped
        isBrokenOff = request.isBrokenOff
        started = clock.now
        let map = try engine.map(of: request)
        var options = try Engine.options(request, map: map?.map)
        var reader = try RecordReader(options)
        let fingerprint = reader.resumePoint.fingerprint
        fileKey = Array("\(fingerprint) \(map?.hash ?? 0)".utf8)
        var rejectsPosition: Int?
        if !fingerprint.isEmpty, let state = try ImportState(engine.records.progress(ofImport: fileKey)), !state.isComplete {
            options.startPoint = state.point
            reader = try RecordReader(options)
            if reader.isResumed {
                summary = state.summary
                summary.resumedRows = state.point.rows
                resumedBytes = reader.bytesRead
                bytesDone = resumedBytes
                rejectsPosition = state.rejectsPosition
            }
        }
        self.reader = reader
        resumePoint = reader.resumePoint
        let rejectsPath = request.rejectsPath ?? (request.path == "-" ? "stdin" : request.path) + ".rejects.jsonl"
        rejects = try RejectWriter(path: rejectsPath, language: language, resumingAt: rejectsPosition)
        feed = try IndexFeed(engine.index(), lexicon: engine.lexicon(), memoryBytes: engine.options.gatheringBytes, limit: engine.memoryLimit)
        key = try engine.identity().hasKey ? try engine.identity().requireKey() : nil
        summary.reading = Engine.description(reader.detected)
    }

    func readAll(report: ProgressReport) throws {
        // Of a pipe nobody knows.
        if reader.totalBytes ?? .max >= Engine.bytesOfLargeFile {
            // What batches take in one thread and give back in another stays within --memory: measured at 1,000,000 records.
            cgnu_limitArenas(Int32(clamping: max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
        }
        // Three bytes a character, and a quarter of a record is no text.
        BreakTableKeeper.shared.expect(units: ((reader.totalBytes ?? 0) - resumedBytes) / 4)
        let preparer = RowPreparer(
            decoder: reader.decoder, records: engine.records, key: key, sight: try engine.sight(), lexicon: try engine.lexicon(),
            intake: try engine.intakePolicy(), returning: ReturningRow(frozen: try engine.frozenRecords(), user: engine.options.user))
        var wasStopped = false
        try OrderedPipeline.run(
            pending: engine.batchesPending, weightMax: engine.options.preparingBytes, weight: { Int(Double($0.0.byteCount) * swelling) },
            next: {
                // What was cut is stored and findable all the same.
                wasStopped = wasStopped || isStopped?() == true
                if wasStopped { return nil }
                return try reader.nextRawBatch(maxRows: Engine.rowsPrepared, maxBytes: engine.options.cutBytes).map { ($0, reader.bytesRead) }
            },
            work: { batch, bytesRead in try preparer.prepare(batch, bytesRead: bytesRead) },
            consume: { batch in
                // Storing and indexing what is under way would take seconds; the index catches up at the next start.
                if isBrokenOff?() == true { throw ImportStopped() }
                try take(batch)
                tell(report)
            })
        try store()
        try rejects.finish()
        try feed.flush()
        if wasStopped { throw ImportStopped() }
        if !fileKey.isEmpty { try engine.records.append([]) { _ in progress(isComplete: true) } }
        summary.rejectsPath = rejects.count > 0 || summary.rejected > 0 ? rejects.path : nil
        let elapsed = clock.now - started
        summary.seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        bytesDone = reader.bytesRead
        summary.bytes = max(0, bytesDone - resumedBytes)
        tell(report)
    }

    private func tell(_ report: ProgressReport) {
        report(
            Progress(
                .reading, done: summary.imported + summary.updated + summary.unchanged,
                bytesDone: bytesDone, bytesTotal: reader.totalBytes, rejected: summary.rejected))
    }

    private func progress(isComplete: Bool) -> ImportProgress {
        let state = ImportState(
            point: resumePoint, rejectsPosition: rejects.position, summary: summary, isComplete: isComplete)
        return ImportProgress(file: fileKey, state: state.bytes)
    }

    // MARK: Writing

    private func take(_ batch: PreparedBatch) throws {
        for row in batch.refused {
            summary.rejects.add(row, in: language)
            switch row {
            case .unread(let row): try rejects.write(row)
            case .refused(let line, let sheet, let error, let row):
                try rejects.write(
                    line: line, sheet: sheet, field: error.path, code: error.code, reason: error.what(in: language),
                    row: row)
            }
        }
        summary.rejected += batch.refused.count
        summary.unchanged += batch.unchanged
        summary.recordsThisRun += batch.count
        resumePoint = batch.resumePoint
        bytesDone = batch.bytesRead
        waiting.append(batch)
        rowsWaiting += batch.versions.count
        bytesWaiting += batch.bytesHeld
        if batch.bytesCut > 0 { swelling = max(1, 0.9 * swelling, Double(batch.bytesHeld) / Double(batch.bytesCut)) }
        if rowsWaiting >= engine.options.rowsStored || bytesWaiting >= engine.options.waitingBytes { try store() }
    }

    /// Identity, records and progress become durable, in this order; then the index is fed.
    private func store() throws {
        var documents: [GatheredDocuments] = []
        var identities: [PreparedIdentity] = []
        var versions: [[NewVersion]] = []
        var rows = 0
        for batch in waiting {
            documents += batch.documents
            for var identity in batch.identities {
                identity.row += rows
                identities.append(identity)
            }
            versions.append(batch.versions)
            rows += batch.versions.count
        }
        waiting.removeAll(keepingCapacity: true)
        rowsWaiting = 0
        bytesWaiting = 0
        try rejects.sync()
        let last = try engine.records.lastSequence
        let outcomes = try engine.records.append(
            pieces: versions,
            progress: { outcomes in
                // What is stored with the batch already counts it.
                count(outcomes)
                return fileKey.isEmpty ? nil : progress(isComplete: false)
            },
            beforeCommit: { if !engine.options.leavesIdentityOut { try engine.identity().seal(identities, $0, after: last) } })
        try feed.add(outcomes, documents)
    }

    private func count(_ outcomes: [AppendOutcome]) {
        for outcome in outcomes {
            switch outcome {
            case .added: summary.imported += 1
            case .changed: summary.updated += 1
            case .unchanged: summary.unchanged += 1
            }
        }
    }
}
