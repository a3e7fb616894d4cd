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

    /// Of a batch's row of this number; nil when it names nobody.
    func identity(ofRow row: Int) -> PreparedIdentity? {
        identityJSON.isEmpty && identityHashes.isEmpty ? nil : PreparedIdentity(row: row, json: identityJSON, hashes: identityHashes)
    }
}

/// What a row of a batch says of who complained, and how that is found.
struct PreparedIdentity: Sendable {
    var row: Int
    var json: [UInt8]
    var hashes: [TermHash]
}

/// The documents of some rows, in the order of the rows. Some wait and are gathered together: tables of the analysis and those
/// of the gathering do not fit the processor's cache side by side.
struct PreparedDocuments {
    private static let waitingMax = 64
    /// Units of a long document: it does not wait, or its memory is not kept.
    private static let (waitingUnits, keptUnits) = (1 << 16, 1 << 13)

    private let gatherer: DocumentGatherer
    /// Those that wait, then memory of some that were gathered.
    private var documents: [IndexableDocument] = []
    private var waitingCount = 0
    private var full: [GatheredDocuments] = []

    init(_ gatherer: DocumentGatherer) {
        self.gatherer = gatherer
        documents.reserveCapacity(Self.waitingMax)
    }

    /// - Parameter make: makes the next document of one that may hold anything.
    mutating func append<Result>(_ make: (inout IndexableDocument) -> Result) -> Result {
        if waitingCount == documents.count { documents.append(IndexableDocument()) }
        let result = make(&documents[waitingCount])
        waitingCount += 1
        if waitingCount == Self.waitingMax || documents[waitingCount - 1].units.count > Self.waitingUnits { gather() }
        return result
    }

    private mutating func gather() {
        // By place: a document that is taken out of its array costs a count for each of its members.
        for place in 0..<waitingCount {
            if gatherer.isFull { full.append(gatherer.finish()) }
            gatherer.add(documents[place])
            if documents[place].units.capacity > Self.keptUnits { documents[place] = IndexableDocument() }
        }
        waitingCount = 0
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

    /// A row each, apart from who complained.
    var versions: [NewVersion] = []
    /// Of those rows that name somebody.
    var identities: [PreparedIdentity] = []
    /// Each row has one.
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

    /// Memory of the rows, about: the bytes, and heads of arrays.
    fileprivate var bytesOfRows: Int {
        var bytes = 0
        for place in versions.indices {
            bytes += versions[place].json.count + (versions[place].packed?.count ?? 0) + versions[place].aliases.count * 64 + 384
        }
        for place in identities.indices {
            bytes += identities[place].json.count + identities[place].hashes.count * MemoryLayout<TermHash>.stride
        }
        return bytes
    }
}

final class RowPreparer: Sendable {
    private let decoder: RecordDecoder
    private let preparer: RecordPreparer
    private let readers: Pool<Reader>
    private let intake: IntakePolicy
    private let returning: ReturningRow?

    /// What one thread uses.
    private struct Reader {
        var plain = PlainRecordReader()
        var analyzer: DocumentAnalyzer
        var documents = PreparedDocuments(DocumentGatherer())
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
        prepared.versions.reserveCapacity(batch.count)
        let stored = try preparer.records.snapshot()
        try readers.with { reader in
            // What an error left behind is not the next batch's.
            defer { _ = reader.documents.all() }
            let isAsItIs = decoder.leavesRowsAsTheyAre && intake.leavesAsTheyAre
            for row in 0..<batch.count {
                if isAsItIs, let record = batch.withText(ofRow: row, { reader.plain.read($0) }), !intake.isDestroyed(record.id) {
                    try take(record, { self.object(batch, row) }, line: batch.rows[row].line, sheet: nil, stored, &reader, into: &prepared)
                } else {
                    try take(decoder.decode(batch, row: row), stored, &reader, into: &prepared)
                }
            }
            prepared.documents = reader.documents.all()
        }
        preparer.records.pack(&prepared.versions)
        prepared.bytesCut = batch.byteCount
        prepared.bytesHeld = prepared.bytesOfRows
        for documents in prepared.documents { prepared.bytesHeld += documents.bytesHeld }
        return prepared
    }

    private func take(
        _ row: ImportedRow, _ stored: borrowing RecordSnapshot, _ reader: inout Reader, into batch: inout PreparedBatch
    ) throws {
        guard let (record, object) = read(row, &reader.plain, &batch.refused) else { return }
        try take(record, { object }, line: row.line, sheet: row.sheet, stored, &reader, into: &batch)
    }

    /// - Parameter object: the row, which few ask for.
    private func take(
        _ record: ReadRecord, _ object: () -> JSONObject, line: Int, sheet: String?, _ stored: borrowing RecordSnapshot,
        _ reader: inout Reader, into batch: inout PreparedBatch
    ) throws {
        do {
            if let row = try preparer.row(record, stored, &reader.analyzer, &reader.documents, returning: returning, object: object) {
                if let identity = row.identity(ofRow: batch.versions.count) { batch.identities.append(identity) }
                batch.versions.append(row.version)
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
final class RecordPreparer: Sendable {
    let records: RecordStore
    let key: SealingKey?
    /// Of whoever brings it: what he may not see he may not change either.
    let sight: Sight

    init(records: RecordStore, key: SealingKey?, sight: Sight) {
        self.records = records
        self.key = key
        self.sight = sight
    }

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
        let numbers = documents.append { analyzer.make(&$0, of: record.indexed) }
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
