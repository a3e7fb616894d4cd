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
    /// Nil for a withdrawal.
    var document: IndexableDocument?
}

struct PreparedBatch: Sendable {
    enum Refused: Sendable {
        /// From the reader: columns and cells.
        case unread(ImportedRow)
        /// From the record schema.
        case refused(line: Int, sheet: String?, RecordError, row: JSONObject)
    }

    var rows: [PreparedRow] = []
    /// In the order of the file.
    var refused: [Refused] = []
    /// Rows whose newest stored version says the same.
    var unchanged = 0
    /// Rows in all.
    var count = 0
    var bytesRead = 0
    var resumePoint: ResumePoint
}

struct RowPreparer: Sendable {
    private let decoder: RecordDecoder
    private let preparer: RecordPreparer
    private let analyzers: Pool<DocumentAnalyzer>

    init(decoder: RecordDecoder, records: RecordStore, key: SealingKey?, lexicon: Lexicon) {
        self.decoder = decoder
        preparer = RecordPreparer(records: records, key: key)
        analyzers = Pool { DocumentAnalyzer(lexicon: lexicon) }
    }

    func prepare(_ batch: RawBatch, bytesRead: Int) throws -> PreparedBatch {
        var prepared = PreparedBatch(resumePoint: batch.resumePoint)
        prepared.count = batch.count
        prepared.bytesRead = bytesRead
        prepared.rows.reserveCapacity(batch.count)
        let stored = try preparer.records.snapshot()
        try analyzers.with { analyzer in
            for row in 0..<batch.count {
                try take(decoder.decode(batch, row: row), stored, &analyzer, into: &prepared)
            }
        }
        return prepared
    }

    private func take(
        _ row: ImportedRow, _ stored: borrowing RecordSnapshot, _ analyzer: inout DocumentAnalyzer,
        into batch: inout PreparedBatch
    ) throws {
        guard case .success(let object) = row.result else {
            batch.refused.append(.unread(row))
            return
        }
        let open: Complaint
        let identity: IdentityPart?
        do throws(RecordError) { (open, identity) = try Complaint(json: object).separated() } catch {
            batch.refused.append(.refused(line: row.line, sheet: row.sheet, error, row: object))
            return
        }
        if let row = try preparer.row(open, identity, stored, &analyzer) {
            batch.rows.append(row)
        } else {
            batch.unchanged += 1
        }
    }
}

/// Prepares one record, wherever it comes from.
struct RecordPreparer: Sendable {
    let records: RecordStore
    let key: SealingKey?

    /// - Returns: nil when the newest stored version says the same.
    func row(
        _ open: Complaint, _ identity: IdentityPart?, _ stored: borrowing RecordSnapshot,
        _ analyzer: inout DocumentAnalyzer
    ) throws -> PreparedRow? {
        var json: [UInt8] = []
        json.reserveCapacity(1_024)
        open.writeJSON(into: &json)
        var identityJSON: [UInt8] = []
        var terms: [IdentityTerm] = []
        if let identity, !identity.isEmpty {
            identity.json.write(into: &identityJSON)
            terms = identity.terms
        }
        let contentHash = ContentHash(
            json: json, identityHash: identityJSON.isEmpty ? [] : key?.hash(ofIdentity: identityJSON) ?? [])
        if try isStored(open.archiveID, contentHash, stored) { return nil }
        let (document, numbers) = analyzer.documentAndNumbers(
            open.indexed(sequence: RecordSequence(0), recordNumber: RecordNumber(0)))
        for number in numbers where number.isPersonal { terms += number.identityTerms }
        var version = NewVersion(
            id: open.archiveID, aliases: open.allNumbers.map(AliasName.folded), json: json, contentHash: contentHash)
        version.packed = records.pack(json)
        return PreparedRow(
            version: version, identityJSON: identityJSON, identityHashes: hashes(of: terms, identityJSON), document: document)
    }

    private func isStored(
        _ id: String, _ hash: ContentHash, _ stored: borrowing RecordSnapshot
    ) throws -> Bool {
        guard let number = try stored.recordNumber(id: id), let head = try stored.head(of: number) else { return false }
        return head.contentHash == hash && !head.isWithdrawn
    }

    /// Numbers found in the text wait for a key; a person does not.
    private func hashes(of terms: [IdentityTerm], _ identityJSON: [UInt8]) -> [TermHash] {
        guard let key, !terms.isEmpty else { return [] }
        return Set(terms).map(key.hash)
    }
}
