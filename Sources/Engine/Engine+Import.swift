// Import: a file of any form into the archive. A batch is durable before the next begins; running the same command
// again after an interruption goes on where it stopped, and changes nothing once all is in.
//
// A batch goes through four stages: rows are cut (one thread), decoded into open record, identity part and hash
// (all cores), unchanged ones left out, and analysed (all cores); then identity, record and index are written.

import Archive
import Glibc
import Import
import Index
import Records
import Store
import TextAnalysis

extension Engine {
    /// Rows of a batch: enough for one disk flush to cost little a row, few enough for bounded memory.
    private static let batchRows = 4_096
    private static let batchBytes = 8 << 20

    package func importRecords(_ request: ImportRequest, report: ProgressReport) throws -> ImportSummary {
        try whileWriting {
            // A batch killed between its identities and its records: their sequences are given out again.
            try identity().removeLeftovers(after: records.lastSequence)
            try catchUp(report: report)
            let run = try ImportRun(self, request)
            try run.readAll(report: report)
            try index().mergeAsNeeded()
            return run.summary
        }
    }

    /// A proposed map as commented YAML.
    package static func guessMap(_ request: ImportRequest) throws -> String {
        try MapGuess.propose(options(request, map: nil), language: request.language)
    }

    fileprivate static func options(_ request: ImportRequest, map: FieldMap?) throws -> ImportOptions {
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
}

/// A row understood: what is stored of it, apart from who complained.
private struct DecodedRow: Sendable {
    var version: NewVersion
    var open: Complaint
    var identityJSON: [UInt8]
    var identityTerms: [IdentityTerm]
    var document: IndexableDocument?
}

private enum RowResult: Sendable {
    case record(DecodedRow)
    /// From the reader: columns and cells.
    case unread(ImportedRow)
    /// From the record schema.
    case refused(line: Int, sheet: String?, RecordError, row: JSONObject)
}

private final class ImportRun {
    private let engine: Engine
    private var reader: RecordReader
    private var rejects: RejectWriter
    private let fileKey: [UInt8]
    private let language: Language
    private let clock = ContinuousClock()
    private let started: ContinuousClock.Instant
    private var feed: IndexFeed
    private let key: SealingKey?
    private(set) var summary = ImportSummary()
    private var resumedBytes = 0

    init(_ engine: Engine, _ request: ImportRequest) throws {
        self.engine = engine
        language = request.language
        started = clock.now
        var map: FieldMap?
        var mapHash: UInt64 = 0
        if let path = request.mapPath {
            let text = String(decoding: try SmallFile.read(path), as: UTF8.self)
            do throws(MapError) { map = try FieldMap.parse(text) } catch { throw ImportError.map(error, path: path) }
            mapHash = SearchCursor.hash(text)
        }
        var options = try Engine.options(request, map: map)
        var reader = try RecordReader(options)
        let fingerprint = reader.resumePoint.fingerprint
        fileKey = Array("\(fingerprint) \(mapHash)".utf8)
        var rejectsPosition: Int?
        if !fingerprint.isEmpty, let state = try ImportState(engine.records.progress(ofImport: fileKey)), !state.isComplete {
            options.startPoint = state.point
            reader = try RecordReader(options)
            if reader.isResumed {
                summary = state.summary
                summary.resumedRows = state.point.rows
                resumedBytes = reader.bytesRead
                rejectsPosition = state.rejectsPosition
            }
        }
        self.reader = reader
        let rejectsPath = request.rejectsPath ?? (request.path == "-" ? "stdin" : request.path) + ".rejects.jsonl"
        rejects = try RejectWriter(path: rejectsPath, language: language, resumingAt: rejectsPosition)
        feed = try IndexFeed(engine.index(), lexicon: engine.lexicon(), memoryBytes: engine.options.gatheringBytes)
        key = try engine.identity().hasKey ? try engine.identity().requireKey() : nil
        summary.reading = Self.description(reader.detected)
    }

    private static func description(_ detected: RecordReader.Detected) -> String {
        var parts = ["\(detected.format)"]
        if detected.format != .xlsx { parts.append(detected.encoding.rawValue) }
        if let delimiter = detected.delimiter { parts.append(delimiter == 9 ? "tab" : String(UnicodeScalar(delimiter))) }
        return parts.joined(separator: ", ")
    }

    func readAll(report: ProgressReport) throws {
        while let batch = try reader.nextRawBatch(maxRows: Engine.importBatchRows, maxBytes: Engine.importBatchBytes) {
            try take(batch)
            tell(report)
        }
        try rejects.finish()
        try feed.flush()
        if !fileKey.isEmpty { try engine.records.append([], progress: progress(batchPoint: reader.resumePoint, isComplete: true)) }
        summary.rejectsPath = rejects.count > 0 || summary.rejected > 0 ? rejects.path : nil
        let elapsed = clock.now - started
        summary.seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        summary.bytes = max(0, reader.bytesRead - resumedBytes)
        tell(report)
    }

    private func tell(_ report: ProgressReport) {
        report(
            Progress(
                .reading, done: summary.imported + summary.updated + summary.unchanged,
                bytesDone: reader.bytesRead, bytesTotal: reader.totalBytes, rejected: summary.rejected))
    }

    private func progress(batchPoint: ResumePoint, isComplete: Bool) -> ImportProgress {
        let state = ImportState(
            point: batchPoint, rejectsPosition: rejects.position, summary: summary, isComplete: isComplete)
        return ImportProgress(file: fileKey, state: state.bytes)
    }

    // MARK: One batch

    private func take(_ batch: RawBatch) throws {
        let results = try decode(batch)
        defer { summary.recordsThisRun += results.count }
        var rows: [DecodedRow] = []
        for result in results {
            switch result {
            case .record(let row): rows.append(row)
            case .unread(let row):
                try rejects.write(row)
                summary.rejected += 1
            case .refused(let line, let sheet, let error, let row):
                try rejects.write(
                    line: line, sheet: sheet, field: error.path, code: error.code, reason: error.what(in: language),
                    row: row)
                summary.rejected += 1
            }
        }
        let changed = try leaveOutUnchanged(rows)
        summary.unchanged += rows.count - changed.count
        try store(try analyse(changed), resumePoint: batch.resumePoint)
    }

    private func decode(_ batch: RawBatch) throws -> [RowResult] {
        let decoder = reader.decoder
        let key = self.key
        return try Parallel.map(Array(0..<batch.count)) { piece in
            try piece.map { try Self.result(of: decoder.decode(batch, row: $0), key) }
        }
    }

    private static func result(of row: ImportedRow, _ key: SealingKey?) throws -> RowResult {
        guard case .success(let object) = row.result else { return .unread(row) }
        let complaint: Complaint
        do throws(RecordError) { complaint = try Complaint(json: object) } catch {
            return .refused(line: row.line, sheet: row.sheet, error, row: object)
        }
        let (open, identity) = complaint.separated()
        var json: [UInt8] = []
        JSONValue.object(open.json).write(into: &json)
        var identityJSON: [UInt8] = []
        var hash: [UInt8] = []
        var terms: [IdentityTerm] = []
        if let identity, !identity.isEmpty {
            JSONValue.object(identity.json).write(into: &identityJSON)
            hash = key?.hash(ofIdentity: identityJSON) ?? []
            terms = identity.terms
        }
        let version = NewVersion(
            id: open.archiveID, aliases: Array(Set(open.allNumbers.map(AliasName.folded))).sorted(), json: json,
            contentHash: ContentHash(json: json, identityHash: hash))
        return .record(
            DecodedRow(version: version, open: open, identityJSON: identityJSON, identityTerms: terms, document: nil))
    }

    /// Rows whose newest stored version says the same need no further work.
    private func leaveOutUnchanged(_ rows: [DecodedRow]) throws -> [DecodedRow] {
        let stored = try engine.records.snapshot()
        return try rows.filter { row in
            guard let number = try stored.recordNumber(id: row.version.id), let head = try stored.head(of: number) else {
                return true
            }
            return head.contentHash != row.version.contentHash || head.isWithdrawn
        }
    }

    private func analyse(_ rows: [DecodedRow]) throws -> [DecodedRow] {
        let lexicon = try engine.lexicon()
        return try Parallel.map(rows) { piece in
            var analyzer = DocumentAnalyzer(lexicon: lexicon)
            return piece.map { row in
                var row = row
                let record = row.open.indexed(sequence: RecordSequence(0), recordNumber: RecordNumber(0))
                let (document, numbers) = analyzer.documentAndNumbers(record)
                row.document = document
                for number in numbers where number.isPersonal { row.identityTerms += number.identityTerms }
                return row
            }
        }
    }

    /// Identity, records and progress become durable, in this order; then the index is fed.
    private func store(_ rows: [DecodedRow], resumePoint: ResumePoint) throws {
        try rejects.sync()
        let identity = try engine.identity()
        let last = try engine.records.lastSequence
        var counted = summary
        let pending = rows
        // Counters stored with the batch must already count it.
        for row in pending {
            let known = try engine.records.recordNumber(id: row.version.id) != nil
            if known { counted.updated += 1 } else { counted.imported += 1 }
        }
        let before = summary
        summary = counted
        let state = progress(batchPoint: resumePoint, isComplete: false)
        summary = before
        let key = self.key
        let outcomes = try engine.records.append(pending.map(\.version), progress: state) { outcomes in
            var entries: [SealedEntry] = []
            for (row, outcome) in zip(pending, outcomes) where outcome.isStored {
                guard !row.identityJSON.isEmpty || !row.identityTerms.isEmpty else { continue }
                if key == nil, row.identityJSON.isEmpty { continue }  // numbers in text wait for a key
                let key = try identity.requireKey()
                let draft = IdentityDraft(
                    json: row.identityJSON.isEmpty ? Array("{}".utf8) : row.identityJSON,
                    hashes: Array(Set(row.identityTerms)).map(key.hash))
                entries.append(
                    SealedEntry(sequence: outcome.sequence, recordNumber: outcome.recordNumber, draft: draft))
            }
            if !entries.isEmpty { try identity.append(entries, lastRecordSequence: last) }
        }
        try index(pending, outcomes)
    }

    private func index(_ rows: [DecodedRow], _ outcomes: [AppendOutcome]) throws {
        var documents: [IndexableDocument] = []
        var replaced: [RecordSequence] = []
        for (row, outcome) in zip(rows, outcomes) {
            switch outcome {
            case .added: summary.imported += 1
            case .changed(_, let previous, _):
                summary.updated += 1
                replaced.append(previous)
            case .unchanged:
                summary.unchanged += 1
                continue
            }
            var document = row.document!
            document.sequence = outcome.sequence
            document.recordNumber = outcome.recordNumber
            documents.append(document)
        }
        try feed.add(documents, replacing: replaced)
    }
}

extension Engine {
    fileprivate static var importBatchRows: Int { batchRows }
    fileprivate static var importBatchBytes: Int { batchBytes }
}

/// How far an import came, as kept beside the records.
private struct ImportState {
    var point: ResumePoint
    var rejectsPosition: Int
    var summary: ImportSummary
    var isComplete: Bool

    init(point: ResumePoint, rejectsPosition: Int, summary: ImportSummary, isComplete: Bool) {
        self.point = point
        self.rejectsPosition = rejectsPosition
        self.summary = summary
        self.isComplete = isComplete
    }

    var bytes: [UInt8] {
        var object = JSONObject()
        object["point"] = .object(point.json)
        object["rejectsPosition"] = .number("\(rejectsPosition)")
        object["imported"] = .number("\(summary.imported)")
        object["updated"] = .number("\(summary.updated)")
        object["unchanged"] = .number("\(summary.unchanged)")
        object["rejected"] = .number("\(summary.rejected)")
        object["complete"] = .bool(isComplete)
        var bytes: [UInt8] = []
        JSONValue.object(object).write(into: &bytes)
        return bytes
    }

    /// Nil when there is none, or one that cannot be read: then the file is read from its beginning.
    init?(_ bytes: [UInt8]?) throws {
        guard let bytes, case .object(let object)? = try? JSONValue.parse(bytes.span),
            case .object(let pointJSON)? = object["point"], let point = ResumePoint(json: pointJSON)
        else { return nil }
        self.point = point
        rejectsPosition = object["rejectsPosition"]?.int ?? 0
        summary = ImportSummary()
        summary.imported = object["imported"]?.int ?? 0
        summary.updated = object["updated"]?.int ?? 0
        summary.unchanged = object["unchanged"]?.int ?? 0
        summary.rejected = object["rejected"]?.int ?? 0
        isComplete = object["complete"] == .bool(true)
    }
}
