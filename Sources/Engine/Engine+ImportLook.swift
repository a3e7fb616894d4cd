// A look at a file before it is imported: how it is read, which column feeds which field, what would be new, changed or
// refused. Reads the whole file and writes nothing, so that it neither waits for a writer nor holds one up.

import Archive
import Import
import Index
import Records
import Store

/// A row that could be stored.
struct LookedRow: Sendable {
    enum Outcome: Sendable { case added, changed, unchanged }

    var id: String
    var outcome: Outcome
}

struct LookedBatch: Sendable {
    var rows: [LookedRow] = []
    var refused: [PreparedBatch.Refused] = []
    var bytesRead: Int
}

package struct ImportLook: Sendable {
    package var added = 0
    package var changed = 0
    package var unchanged = 0
    package var rejects = RejectTally()
    /// How the file was read, such as `csv, gb18030, ";"`.
    package var reading = ""
    /// The map by which it was read, as YAML: as given, or proposed from the file; nil where columns are named like fields.
    package var map: String?
    /// The map is a proposal that nobody has looked at.
    package var isProposed = false
    /// Why nothing could be read by the proposed map.
    package var mapProblem: String?
    package var feeds: [(field: String, columns: [String], isIdentity: Bool)] = []
    /// Columns that are kept under their own names.
    package var unmapped: [String] = []
    package var skippedSheets: [String] = []
}

extension Engine {
    /// Rows that decide whether a map is needed.
    private static let rowsTried = 200
    /// Numbers of the file that are remembered, to tell a second row of one number from a new record.
    private static let idsMax = 4_000_000

    func unloggedLookAtImport(_ request: ImportRequest, report: ProgressReport) throws -> ImportLook {
        try require(\.mayWrite, "import")
        openNote?.entry.detail = request.name ?? (request.path == "-" ? "stdin" : request.path)
        if let given = try map(of: request) {
            var look = try look(request, given.map, rowsMax: .max, report: report)
            look.map = try request.form.map(mapText) ?? request.mapText ?? request.mapPath.map { String(decoding: try SmallFile.read($0), as: UTF8.self) }
            return look
        }
        // Records that come as our own fields need no map; anything else is tried with a proposal.
        if request.path == "-" { return try look(request, nil, rowsMax: .max, report: report) }
        let own: ImportLook?
        do { own = try look(request, nil, rowsMax: Self.rowsTried, report: { _ in }) } catch ImportError.mapNeeded { own = nil }
        if let own, own.rejects.count == 0 || own.added + own.changed + own.unchanged > 0 { return try look(request, nil, rowsMax: .max, report: report) }
        let draft = try Self.guessMap(request)
        var found: ImportLook
        do {
            found = try look(request, FieldMap.parse(draft), rowsMax: .max, report: report)
        } catch {
            // A draft that lacks something is shown with what it lacks: a person fills it in.
            found = ImportLook()
            switch error {
            case let error as MapError: found.mapProblem = error.notice(in: request.language, path: "map")
            case let error as ImportError:
                guard case .map = error else { throw error }
                found.mapProblem = error.notice(in: request.language)
            default: throw error
            }
        }
        (found.map, found.isProposed) = (draft, true)
        return found
    }

    private func look(_ request: ImportRequest, _ map: FieldMap?, rowsMax: Int, report: ProgressReport) throws -> ImportLook {
        var reader = try RecordReader(try Self.options(request, map: map))
        let key = try identity().hasKey ? try identity().requireKey() : nil
        let preparer = RowPreparer(decoder: reader.decoder, records: records, key: key, sight: try sight(), lexicon: try lexicon(), intake: try intakePolicy(),
            returning: ReturningRow(frozen: try frozenRecords(), user: options.user))
        var look = ImportLook()
        var ids: Set<String> = []
        var rows = 0
        try OrderedPipeline.run(
            pending: 8,
            next: {
                guard rows < rowsMax, let batch = try reader.nextRawBatch(maxRows: min(1024, rowsMax - rows), maxBytes: 1 << 20) else { return nil }
                rows += batch.count
                return (batch, reader.bytesRead)
            },
            work: { batch, bytesRead in try preparer.look(batch, bytesRead: bytesRead) },
            consume: { (batch: LookedBatch) in
                if request.isStopped?() == true { throw ImportStopped() }
                for row in batch.refused { look.rejects.add(row, in: request.language) }
                for row in batch.rows {
                    let isFirst = ids.count >= Self.idsMax || ids.insert(row.id).inserted
                    switch row.outcome {
                    case .added where isFirst: look.added += 1
                    case .unchanged where isFirst: look.unchanged += 1
                    default: look.changed += 1
                    }
                }
                report(Progress(.reading, done: look.added + look.changed + look.unchanged, bytesDone: batch.bytesRead, bytesTotal: reader.totalBytes, rejected: look.rejects.count))
            })
        let found = reader.detected
        look.reading = Self.description(found)
        look.skippedSheets = found.skippedSheets
        let feeds = map?.feeds ?? []
        look.feeds = feeds.map { (RejectTally.fieldName($0.target, in: request.language), $0.columns, $0.isIdentity) }
        let fed = Set(feeds.flatMap(\.columns))
        if map?.keepsUnmapped == true { look.unmapped = found.columns.filter { !$0.isEmpty && !fed.contains($0) } }
        return look
    }
}
