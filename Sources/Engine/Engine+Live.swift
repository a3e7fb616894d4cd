// Records one by one: added, changed or withdrawn, durable and findable when the call returns. What `edit` and the
// service are built on.
//
// Measured with a million records (tools/quality live): see Sources/Index/FORMAT.md, "Live".

import Archive
import Index
import Records
import Store

/// What became of one record.
package struct RecordChange: Sendable, Equatable {
    package enum Kind: Sendable { case added, changed, unchanged, withdrawn }

    package var id: String
    package var kind: Kind
    /// Of the version that is the newest now.
    package var sequence: RecordSequence
}

extension Engine {
    /// Adds records, or new versions of those that are there. All become durable together, or none.
    ///
    /// - Throws: `RecordError` for a record that lacks what every record needs; then nothing is stored.
    ///
    /// - Parameter isOwn: what the archive itself writes into records of a filed or held file.
    func unloggedAdd(_ objects: [JSONObject], isOwn: Bool = false) throws -> [RecordChange] {
        try require(\.mayWrite, "add")
        let frozen = try frozenRecords()
        let intake = try intakePolicy()
        let key = try identity().hasKey ? identity().requireKey() : nil
        return try changing { documents in
            let stored = try records.snapshot()
            // Under the writer lock, so that no number is given twice, and none is lost: it is there when its record is.
            var issue = NumberIssue(try profile(), intake)
            let given = try objects.map { object in
                var object = object
                intake.apply(to: &object)
                try issue.number(&object, stored)
                let record = try ReadRecord(object)
                if intake.isDestroyed(record.id) { throw RecordError(path: "id", reason: .destroyed) }
                if !isOwn, try frozen.file(of: record.id) != nil, let number = try stored.recordNumber(id: record.id), try isVisible(number), let version = try stored.latest(of: number) {
                    try refuseFrozen(record.id, frozen.whole(version), Complaint(json: object).json, frozen)
                }
                return record
            }
            let preparer = RecordPreparer(records: records, key: key, sight: try sight())
            return try withAnalyzer { analyzer in
                try given.map { try ($0.id, preparer.row($0, stored, &analyzer, &documents)) }
            }
        }
    }

    /// Takes records back: their versions stay, but no search finds them any more.
    ///
    /// - Throws: `EngineError.recordUnknown` when there is no record of that id; then nothing is changed.
    func unloggedWithdraw(_ ids: [String], note: ChangeNote? = nil) throws -> [RecordChange] {
        try require(\.mayWrite, "withdraw")
        // What somebody may not see is not there.
        for id in ids {
            guard let number = try records.recordNumber(id: id), try isVisible(number) else { throw EngineError.recordUnknown(id: id) }
            // What is on hold stays where it can be found.
            if let file = try frozenRecords().file(of: id), let hold = file.holds.first(where: { $0.releasedAt == nil }) {
                throw CaseError.held(id: file.referenceCode ?? file.id, basis: hold.basis)
            }
        }
        return try withdrawing(ids, note: note)
    }

    func withdrawing(_ ids: [String], note: ChangeNote? = nil) throws -> [RecordChange] {
        try changing { _ in
            let stored = try records.snapshot()
            return try ids.map { id in
                guard let number = try stored.recordNumber(id: id), let version = try stored.latest(of: number) else {
                    throw EngineError.recordUnknown(id: id)
                }
                guard !version.header.isWithdrawn else { return (id, nil) }
                var complaint = try Self.complaint(version)
                var json = version.json
                if let note {
                    complaint.versions.append(note.version(Int(version.header.versionNumber) + 1, .withdrawn, []))
                    json = []
                    complaint.writeJSON(into: &json)
                }
                let withdrawn = NewVersion(
                    id: id, aliases: complaint.allNumbers.map(AliasName.folded), json: json, isWithdrawn: true)
                return (id, PreparedRow(version: withdrawn, identityJSON: [], identityHashes: [], hasDocument: false))
            }
        }
    }

    /// Stores what `prepare` makes, under the writer lock, and indexes it.
    ///
    /// - `prepare`: rows in their order, nil for one that changes nothing; and their documents.
    func changing(
        _ prepare: (inout PreparedDocuments) throws -> [(id: String, row: PreparedRow?)]
    ) throws -> [RecordChange] {
        let changes = try whileWriting {
            // Left by a batch that was killed between its identities and its records.
            try identity().removeLeftovers(after: records.lastSequence)
            try catchUp()
            var documents = PreparedDocuments(DocumentGatherer())
            let prepared = try prepare(&documents)
            let rows = prepared.compactMap(\.row)
            if !rows.isEmpty { try requireRoom(rows.reduce(0) { $0 + $1.version.json.count }) }
            let last = try records.lastSequence
            let outcomes = try records.append(
                rows.map(\.version),
                beforeCommit: { try identity().seal(rows.enumerated().compactMap { $1.identity(ofRow: $0) }, $0, after: last) })
            try feed(rows, outcomes, documents.all())
            return try recordChanges(prepared, outcomes)
        }.map { change in
            var shown = change
            shown.sequence = try sight().rank(of: change.sequence)
            return shown
        }
        // The records are safe whatever comes of this; the next writer tries again.
        do { try tend(index()) } catch StoreError.diskFull {} catch StoreError.system {}
        return changes
    }

    /// What is stored must be findable and have its entry in the log, and both come after it: a change for which the disk would be full
    /// only then was refused though it had been stored, and a record without a number of its own came in twice when tried again.
    private func requireRoom(_ bytes: Int) throws {
        guard let free = FileSystem.freeBytes(at: folder.path), free < UInt64(Self.roomOfChange + 8 * bytes) else { return }
        throw StoreError.diskFull(path: folder.recordsPath)
    }

    /// Bytes that a small change may take in all files together: pages of trees that are written anew.
    private static var roomOfChange: Int { 1 << 20 }

    private func feed(_ rows: [PreparedRow], _ outcomes: [AppendOutcome], _ documents: [GatheredDocuments]) throws {
        guard outcomes.contains(where: \.isStored) else { return }
        var feed = try IndexFeed(index(), lexicon: lexicon(), memoryBytes: options.gatheringBytes)
        try feed.add(outcomes, documents) { rows[$0].hasDocument }
        feed.reach(try records.lastSequence)
        try feed.flush()
    }

    private func recordChanges(
        _ prepared: [(id: String, row: PreparedRow?)], _ outcomes: [AppendOutcome]
    ) throws -> [RecordChange] {
        var rest = outcomes[...]
        return try prepared.map { id, row in
            guard let row, let outcome = rest.popFirst() else {
                let latest = try records.recordNumber(id: id).flatMap { try records.latest(of: $0)?.sequence }
                return RecordChange(id: id, kind: .unchanged, sequence: latest ?? RecordSequence(0))
            }
            let kind: RecordChange.Kind =
                switch outcome {
                case .added: .added
                case .changed: row.version.isWithdrawn ? .withdrawn : .changed
                case .unchanged: .unchanged
                }
            return RecordChange(id: id, kind: kind, sequence: outcome.sequence)
        }
    }
}

extension IndexFeed {
    /// Takes in what a batch stored. The same record twice in it leaves its last version.
    ///
    /// - Parameter gathered: the documents of those rows that have one, in their order.
    mutating func add(
        _ outcomes: [AppendOutcome], _ gathered: [GatheredDocuments], hasDocument: (_ row: Int) -> Bool = { _ in true }
    ) throws {
        var (names, replaced): ([(sequence: RecordSequence, recordNumber: RecordNumber)?], [RecordSequence]) = ([], [])
        var next = gathered.startIndex
        for (row, outcome) in outcomes.enumerated() {
            if case .changed(_, let previous, _) = outcome { replaced.append(previous) }
            guard hasDocument(row) else { continue }
            names.append(outcome.isStored ? (outcome.sequence, outcome.recordNumber) : nil)
            guard names.count == gathered[next].count else { continue }
            try add(gathered[next].named(names), replacing: replaced)
            names.removeAll(keepingCapacity: true)
            replaced.removeAll()
            next += 1
        }
        try finishBatch(replacing: replaced)
    }
}

extension IdentityStore {
    /// Makes the identities of a batch durable, before its records are.
    func seal(_ identities: [PreparedIdentity], _ outcomes: [AppendOutcome], after last: RecordSequence) throws {
        var entries: [SealedEntry] = []
        for identity in identities where outcomes[identity.row].isStored {
            let outcome = outcomes[identity.row]
            let draft = IdentityDraft(json: identity.json.isEmpty ? Array("{}".utf8) : identity.json, hashes: identity.hashes)
            entries.append(SealedEntry(sequence: outcome.sequence, recordNumber: outcome.recordNumber, draft: draft))
        }
        guard !entries.isEmpty else { return }
        _ = try requireKey()
        try append(entries, lastRecordSequence: last)
    }
}
