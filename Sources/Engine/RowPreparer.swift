// What is made of one batch of rows before anything is written: decoded, parted from its persons, compared with what is
// stored, analysed and packed. Holds no state of its own, so that any number of threads may use one.

import Archive
import Import
import Index
import Records
import TextAnalysis

/// A row understood: what is stored of it, apart from who complained.
struct PreparedRow: Sendable {
    var version: NewVersion
    /// Of the complaining side; empty when the record names nobody.
    var identityJSON: [UInt8]
    var identityHashes: [TermHash]
    /// Whether it brings a document, as all do but withdrawals. The documents of a batch stand together (`PreparedDocuments`).
    var hasDocument: Bool

    /// Memory, about: the bytes, and heads of arrays.
    var bytesHeld: Int {
        version.json.count + (version.packed?.count ?? 0) + identityJSON.count + identityHashes.count * MemoryLayout<TermHash>.stride
            + version.aliases.count * 64 + 384
    }
}

/// The documents of some rows, in the order of the rows. Some wait and are gathered together: tables of the analysis and those
/// of the gathering do not fit the processor's cache side by side.
struct PreparedDocuments {
    private static let waitingMax = 64

    private let gatherer: DocumentGatherer
    private var waiting: [IndexableDocument] = []
    private var full: [GatheredDocuments] = []

    init(_ gatherer: DocumentGatherer) {
        self.gatherer = gatherer
        waiting.reserveCapacity(Self.waitingMax)
    }

    mutating func append(_ document: IndexableDocument) {
        waiting.append(document)
        // A long one does not wait.
        if waiting.count == Self.waitingMax || document.units.count > 1 << 16 { gather() }
    }

    private mutating func gather() {
        for document in waiting {
            if gatherer.isFull { full.append(gatherer.finish()) }
            gatherer.add(document)
        }
        waiting.removeAll(keepingCapacity: true)
    }

    /// All that were appended; then there are none.
    mutating func all() -> [GatheredDocuments] {
        gather()
        defer { full = [] }
        return gatherer.count > 0 ? full + [gatherer.finish()] : full
    }
}

struct PreparedBatch: Sendable {
    enum Refused: Sendable {
        /// From the reader: columns and cells.
        case unread(ImportedRow)
        /// From the record schema.
        case refused(line: Int, sheet: String?, RecordError, row: JSONObject)
    }

    var rows: [PreparedRow] = []
    /// Of those rows that have one.
    var documents: [GatheredDocuments] = []
    /// In the order of the file.
    var refused: [Refused] = []
    /// Rows whose newest stored version says the same.
    var unchanged = 0
    /// Rows in all.
    var count = 0
    var bytesRead = 0
    /// Of the file.
    var bytesCut = 0
    /// Memory that is taken, about.
    var bytesHeld = 0
    var resumePoint: ResumePoint
}

struct RowPreparer: Sendable {
    private let decoder: RecordDecoder
    private let preparer: RecordPreparer
    private let readers: Pool<Reader>
    private let intake: IntakePolicy
    private let returning: ReturningRow?

    /// What one thread uses.
    private struct Reader {
        var plain = PlainRecordReader()
        var analyzer: DocumentAnalyzer
        let gatherer = DocumentGatherer()
    }

    init(decoder: RecordDecoder, records: RecordStore, key: SealingKey?, sight: Sight, lexicon: Lexicon, intake: IntakePolicy = IntakePolicy(), returning: ReturningRow? = nil) {
        self.decoder = decoder
        self.returning = returning
        self.intake = intake
        preparer = RecordPreparer(records: records, key: key, sight: sight)
        readers = Pool { Reader(analyzer: DocumentAnalyzer(lexicon: lexicon)) }
    }

    func prepare(_ batch: RawBatch, bytesRead: Int) throws -> PreparedBatch {
        var prepared = PreparedBatch(resumePoint: batch.resumePoint)
        prepared.count = batch.count
        prepared.bytesRead = bytesRead
        prepared.rows.reserveCapacity(batch.count)
        let stored = try preparer.records.snapshot()
        try readers.with { reader in
            var documents = PreparedDocuments(reader.gatherer)
            // What an error left behind is not the next batch's.
            defer { _ = documents.all() }
            let isAsItIs = decoder.leavesRowsAsTheyAre && intake.leavesAsTheyAre
            for row in 0..<batch.count {
                if isAsItIs, let record = batch.withText(ofRow: row, { reader.plain.read($0) }), !intake.isDestroyed(record.id) {
                    try take(record, { self.object(batch, row) }, line: batch.rows[row].line, sheet: nil, stored, &reader, &documents, into: &prepared)
                } else {
                    try take(decoder.decode(batch, row: row), stored, &reader, &documents, into: &prepared)
                }
            }
            prepared.documents = documents.all()
        }
        // All in a row: between other work each would find what zstd needs gone from the processor's cache.
        for row in prepared.rows.indices {
            if let packed = preparer.records.pack(prepared.rows[row].version.json) { prepared.rows[row].version.keep(packed) }
        }
        prepared.bytesCut = batch.byteCount
        for row in prepared.rows.indices { prepared.bytesHeld += prepared.rows[row].bytesHeld }
        for documents in prepared.documents { prepared.bytesHeld += documents.bytesHeld }
        return prepared
    }

    private func take(
        _ row: ImportedRow, _ stored: borrowing RecordSnapshot, _ reader: inout Reader,
        _ documents: inout PreparedDocuments, into batch: inout PreparedBatch
    ) throws {
        guard let (record, object) = read(row, &reader.plain, &batch.refused) else { return }
        try take(record, { object }, line: row.line, sheet: row.sheet, stored, &reader, &documents, into: &batch)
    }

    /// - Parameter object: the row, which few ask for.
    private func take(
        _ record: ReadRecord, _ object: () -> JSONObject, line: Int, sheet: String?, _ stored: borrowing RecordSnapshot,
        _ reader: inout Reader, _ documents: inout PreparedDocuments, into batch: inout PreparedBatch
    ) throws {
        do {
            if let row = try preparer.row(record, stored, &reader.analyzer, &documents, returning: returning, object: object) {
                batch.rows.append(row)
            } else {
                batch.unchanged += 1
            }
        } catch let error as RecordError {
            batch.refused.append(.refused(line: line, sheet: sheet, error, row: object()))
        }
    }

    /// A row that was read without its object.
    private func object(_ batch: RawBatch, _ row: Int) -> JSONObject {
        guard case .success(let object) = decoder.decode(batch, row: row).result else {
            preconditionFailure("what is read from its bytes is read as an object")
        }
        return object
    }

    /// Nil for a row that cannot be taken, which then is among `refused`.
    private func read(_ row: ImportedRow, _ plain: inout PlainRecordReader, _ refused: inout [PreparedBatch.Refused]) -> (ReadRecord, JSONObject)? {
        guard case .success(var object) = row.result else {
            refused.append(.unread(row))
            return nil
        }
        intake.apply(to: &object)
        let record: ReadRecord
        if let read = plain.read(object) {
            record = read
        } else {
            do throws(RecordError) { record = try ReadRecord(object) } catch {
                refused.append(.refused(line: row.line, sheet: row.sheet, error, row: object))
                return nil
            }
        }
        if intake.isDestroyed(record.id) {
            refused.append(.refused(line: row.line, sheet: row.sheet, RecordError(path: "id", reason: .destroyed), row: object))
            return nil
        }
        return (record, object)
    }

    // MARK: Looking only

    /// What storing the rows would do; nothing is analysed.
    func look(_ batch: RawBatch, bytesRead: Int) throws -> LookedBatch {
        var looked = LookedBatch(bytesRead: bytesRead)
        let stored = try preparer.records.snapshot()
        var plain = PlainRecordReader()
        for number in 0..<batch.count {
            let row = decoder.decode(batch, row: number)
            guard let (record, object) = read(row, &plain, &looked.refused) else { continue }
            do { looked.rows.append(LookedRow(id: record.id, outcome: try preparer.outcome(record, stored, returning.map { ($0, object) }))) } catch let error as RecordError {
                looked.refused.append(.refused(line: row.line, sheet: row.sheet, error, row: object))
            }
        }
        return looked
    }
}

/// Prepares one record, wherever it comes from.
struct RecordPreparer: Sendable {
    let records: RecordStore
    let key: SealingKey?
    /// Of whoever brings it: what he may not see he may not change either.
    let sight: Sight

    /// - Parameter returning: for rows of another system: what was changed here is kept.
    /// - Parameter object: the row as it came, for `returning`.
    /// - Throws: `RecordError` for a number that a hidden record has, and for a change to a filed record.
    /// - Returns: nil when the newest stored version says the same; else its document was appended to `documents`.
    func row(
        _ record: ReadRecord, _ stored: borrowing RecordSnapshot,
        _ analyzer: inout DocumentAnalyzer, _ documents: inout PreparedDocuments, returning: ReturningRow? = nil,
        object: () -> JSONObject = { JSONObject() }
    ) throws -> PreparedRow? {
        let number = try stored.recordNumber(id: record.id)
        if let number, !sight.sees(number) { throw RecordError(path: "id", reason: .numberTaken) }
        let (identityJSON, contentHash) = content(of: record)
        var terms = identityJSON.isEmpty ? [] : record.identity?.terms ?? []
        if let number {
            if try isStored(number, contentHash, stored) { return nil }
            if let returning {
                switch try returning.outcome(of: object(), id: record.id, number, hash: contentHash, stored) {
                case .asGiven: break
                case .nothingNew: return nil
                case .merged(let complaint): return try row(ReadRecord(complaint), stored, &analyzer, &documents)
                }
            }
        }
        let (document, numbers) = analyzer.documentAndNumbers(record.indexed)
        documents.append(document)
        for number in numbers where number.isPersonal { terms += number.identityTerms }
        let version = NewVersion(
            id: record.id, aliases: record.numbers.map(AliasName.folded), json: record.json, contentHash: contentHash)
        return PreparedRow(
            version: version, identityJSON: identityJSON, identityHashes: hashes(of: terms, identityJSON), hasDocument: true)
    }

    private func content(of record: ReadRecord) -> (identityJSON: [UInt8], hash: ContentHash) {
        var identityJSON: [UInt8] = []
        if let identity = record.identity, !identity.isEmpty { identity.json.write(into: &identityJSON) }
        return (
            identityJSON,
            ContentHash(json: record.json, identityHash: identityJSON.isEmpty ? [] : key?.hash(ofIdentity: identityJSON) ?? [])
        )
    }

    /// What storing it would do.
    ///
    /// - Throws: `RecordError` for a number that a hidden record has, and for a change to a filed record.
    func outcome(_ record: ReadRecord, _ stored: borrowing RecordSnapshot, _ returning: (row: ReturningRow, object: JSONObject)?) throws -> LookedRow.Outcome {
        guard let number = try stored.recordNumber(id: record.id) else { return .added }
        if !sight.sees(number) { throw RecordError(path: "id", reason: .numberTaken) }
        let (_, hash) = content(of: record)
        if try isStored(number, hash, stored) { return .unchanged }
        if let (returning, object) = returning, case .nothingNew = try returning.outcome(of: object, id: record.id, number, hash: hash, stored) { return .unchanged }
        return .changed
    }

    private func isStored(
        _ number: RecordNumber, _ hash: ContentHash, _ stored: borrowing RecordSnapshot
    ) throws -> Bool {
        guard let head = try stored.head(of: number) else { return false }
        return head.contentHash == hash && !head.isWithdrawn
    }

    /// Numbers found in the text wait for a key; a person does not.
    private func hashes(of terms: [IdentityTerm], _ identityJSON: [UInt8]) -> [TermHash] {
        guard let key, !terms.isEmpty else { return [] }
        return Set(terms).map(key.hash)
    }
}
