// Makes record JSON of the rows of a batch, by a map or as they are. Holds no state: any number of threads may use one.

import Records

/// One row of a file, understood or refused.
package struct ImportedRow: Sendable {
    package let line: Int
    package let sheet: String?
    /// Record JSON, before `Complaint` reads it.
    package let result: Result<JSONObject, Rejection>
    /// For the rejects file: what could be read of a refused row, without what tells a person.
    package let rejectedRow: JSONObject?
}

package struct RecordDecoder: Sendable {
    /// A rule with its columns found in the header.
    struct Plan: Sendable {
        let rule: FieldMap.Rule
        /// Table: place of each column of the rule, -1 for an absent optional one.
        let places: [Int]
    }

    let format: InputFormat
    let encoding: TextEncoding
    /// Tables only.
    package let columns: [String]
    let sheets: [String]
    private let plans: [Plan]?
    private let keepsUnmapped: Bool
    /// Table: under which key an unmapped column is kept; nil when it feeds a field or is dropped.
    private let keptAs: [String?]
    /// JSONL: folded names that feed a field or are dropped.
    private let usedNames: Set<String>
    private let redaction: Redaction

    /// - Throws: `MapError` when the map names a column that a table does not have.
    init(
        format: InputFormat, encoding: TextEncoding, columns: [String], sheets: [String], map: FieldMap?
    ) throws(MapError) {
        self.format = format
        self.encoding = encoding
        self.columns = columns
        self.sheets = sheets
        keepsUnmapped = map?.keepsUnmapped ?? true
        redaction = Redaction(identityColumns: map?.identityColumns ?? [])
        guard let map else {
            plans = nil
            keptAs = []
            usedNames = []
            return
        }
        var placeOf: [String: Int] = [:]
        for (place, name) in columns.enumerated() where placeOf[ColumnName(name).folded] == nil {
            placeOf[ColumnName(name).folded] = place
        }
        var plans: [Plan] = []
        var used: Set<String> = map.dropped
        for rule in map.rules {
            var places: [Int] = []
            for column in rule.columns {
                let folded = ColumnName(column.name).folded
                if case .hash = rule.feed {} else { used.insert(folded) }
                if let place = placeOf[folded] {
                    places.append(place)
                } else if format == .jsonl || rule.isOptional {
                    places.append(-1)
                } else {
                    throw MapError(.columnMissing(column.name), line: column.line, column: column.column)
                }
            }
            plans.append(Plan(rule: rule, places: places))
        }
        self.plans = plans
        usedNames = used
        keptAs = columns.map { name in
            used.contains(ColumnName(name).folded) || !map.keepsUnmapped ? nil : Self.kept(name)
        }
    }

    /// Under which key an unmapped column is kept. One that happens to be called like a field was not meant for it, or
    /// the map would say so. Columns that tell a person need no care here: the record keeps their like apart.
    private static func kept(_ name: String) -> String {
        RecordSchema.fields.contains(name) ? "source.\(name)" : name
    }

    // MARK: Decoding

    /// Rows are record JSON as it is.
    package var leavesRowsAsTheyAre: Bool { format == .jsonl && plans == nil }

    package func decode(_ batch: RawBatch) -> [ImportedRow] {
        batch.rows.indices.map { decode(batch, row: $0) }
    }

    package func decode(_ batch: RawBatch, row index: Int) -> ImportedRow {
        let row = batch.rows[index]
        let sheet = sheets.indices.contains(row.sheet) ? sheets[row.sheet] : nil
        func refused(_ reason: Rejection.Reason, at plan: Plan? = nil, _ source: JSONObject? = nil) -> ImportedRow {
            let rejection = Rejection(
                line: row.line, sheet: sheet, field: plan?.rule.target.description,
                column: plan?.rule.columns.first?.name, reason: reason)
            return ImportedRow(
                line: row.line, sheet: sheet, result: .failure(rejection),
                rejectedRow: source.map { redaction.redacted($0) })
        }
        if let problem = row.problem { return refused(problem) }

        if format == .jsonl {
            let value: JSONValue
            do throws(JSONError) {
                value = try JSONValue.parse(batch.bytes.span.extracting(row.start..<row.end))
            } catch {
                let text = batch.bytes[row.start..<row.end]
                if text.contains(0) { return refused(.nulByte) }
                if String(validating: text, as: UTF8.self) == nil { return refused(.bytesUnreadable(encoding)) }
                return refused(.jsonUnreadable(error))
            }
            guard case .object(let object) = value else { return refused(.notAnObject) }
            guard let plans else {
                return ImportedRow(line: row.line, sheet: sheet, result: .success(object), rejectedRow: nil)
            }
            return mapped(.object(object), plans, line: row.line, sheet: sheet, refused)
        }

        guard let texts = batch.texts(of: row) else { return refused(.bytesUnreadable(encoding)) }
        if texts.count > columns.count, texts[columns.count...].contains(where: { !Self.trimmed($0).isEmpty }) {
            return refused(.tooManyColumns(expected: columns.count))
        }
        let cells = texts.map(Self.trimmed)
        guard let plans else { return refused(.notAnObject) }
        return mapped(.cells(cells, columns), plans, line: row.line, sheet: sheet, refused)
    }

    private func mapped(
        _ source: SourceRow, _ plans: [Plan], line: Int, sheet: String?,
        _ refused: (Rejection.Reason, Plan?, JSONObject?) -> ImportedRow
    ) -> ImportedRow {
        var record = JSONObject()
        var hasGaps = false
        for plan in plans {
            do throws(RowProblem) {
                guard let value = try plan.value(from: source) else { continue }
                plan.rule.target.set(value, in: &record)
                if plan.rule.target.steps.count > 1 { hasGaps = true }
            } catch {
                return refused(error.reason, plan, source.object)
            }
        }
        if keepsUnmapped { keepUnmapped(of: source, in: &record) }
        if hasGaps { record = JSONValue.object(record).withoutGaps.objectValue ?? record }
        return ImportedRow(line: line, sheet: sheet, result: .success(record), rejectedRow: nil)
    }

    private func keepUnmapped(of source: SourceRow, in record: inout JSONObject) {
        func keep(_ value: JSONValue, as key: String) {
            if record[key] == nil { record.set(key, to: value) }
        }
        switch source {
        case .cells(let cells, _):
            for (place, kept) in keptAs.enumerated() where place < cells.count && !cells[place].isEmpty {
                if let kept { keep(.string(cells[place]), as: kept) }
            }
        case .object(let object):
            for (key, value) in object.entries where !value.isNull && !usedNames.contains(ColumnName(key).folded) {
                keep(value, as: Self.kept(key))
            }
        }
    }

    /// Without blanks of any width at both ends.
    static func trimmed(_ text: String) -> String {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last else { return text }
        // Blanks are ASCII, U+00A0 (C2 A0), U+3000 (E3 80 80), U+200B (E2 80 8B) or U+FEFF (EF BB BF).
        let mayBegin = first <= 0x20 || first == 0xC2 || first == 0xE2 || first == 0xE3 || first == 0xEF
        let mayEnd = last <= 0x20 || last == 0xA0 || last == 0x80 || last == 0x8B || last == 0xBF
        guard mayBegin || mayEnd else { return text }
        func isBlank(_ unicode: Unicode.Scalar) -> Bool {
            unicode.value <= 0x20 || unicode == "\u{A0}" || unicode == "\u{3000}" || unicode == "\u{200B}"
                || unicode == "\u{FEFF}"
        }
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !isBlank($0) }),
            let end = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[start...end])
    }
}

struct RowProblem: Error {
    let reason: Rejection.Reason
    init(_ reason: Rejection.Reason) { self.reason = reason }
}

/// A row as a rule sees it.
enum SourceRow {
    case cells([String], [String])
    case object(JSONObject)

    /// All that is not empty, as JSON.
    var object: JSONObject {
        switch self {
        case .object(let object): return object
        case .cells(let cells, let columns):
            var object = JSONObject()
            for (cell, column) in zip(cells, columns) where !cell.isEmpty { object.set(column, to: .string(cell)) }
            return object
        }
    }
}
