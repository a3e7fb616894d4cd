// The columns of a table of records: for the terminal, for CSV, for a workbook. Any field of the registry may be one,
// identity excepted.

import Records
import Tables
import TextAnalysis

package struct RecordColumn: Hashable, Sendable {
    enum Source: Hashable, Sendable {
        /// What the archive files the record under.
        case id
        case snippet
        case score
        case field(Field)
    }

    let source: Source

    /// By an English or Chinese name of a field, or `id`, `snippet`, `score`.
    package init(named name: String) throws {
        switch name.lowercased() {
        case "id", "编号": source = .id
        case "snippet", "摘录": source = .snippet
        case "score", "得分": source = .score
        default:
            guard let field = Field.named(name) else { throw EngineError.fieldUnknown(name: name) }
            guard field.kind != .identity else { throw EngineError.columnIsIdentity(name: name) }
            source = .field(field)
        }
    }

    private init(_ field: Field) { source = .field(field) }
    private init(_ source: Source) { self.source = source }

    /// Names with commas between them, wide ones too.
    package static func list(_ names: String) throws -> [RecordColumn] {
        try names.split { ",，、".contains($0) }.map { try RecordColumn(named: String($0.filter { !$0.isWhitespace })) }
    }

    /// What a list on a screen shows when nobody says otherwise.
    package static let overview: [RecordColumn] = [
        RecordColumn(.id), RecordColumn(.date), RecordColumn(.title), RecordColumn(.respondent), RecordColumn(.status),
    ]
    /// Beside the hits of a search.
    package static let hits: [RecordColumn] = [
        RecordColumn(.id), RecordColumn(.date), RecordColumn(.title), RecordColumn(.category), RecordColumn(.respondent),
        RecordColumn(.status), RecordColumn(.snippet),
    ]
    /// What a spreadsheet gets when nobody says otherwise.
    package static let whole: [RecordColumn] =
        [RecordColumn(.id)]
        + [
            .date, .kind, .channel, .category, .region, .title, .content, .demand, .respondent, .status, .leadUnit, .handler,
            .closedAt, .verified, .outcome, .reply, .satisfaction,
        ].map { RecordColumn($0) }

    package var name: String {
        switch source {
        case .id: "id"
        case .snippet: "snippet"
        case .score: "score"
        case .field(let field): field.name
        }
    }

    package func title(in language: Language) -> String {
        switch (source, language) {
        case (.id, .chinese): "编号"
        case (.snippet, .chinese): "摘录"
        case (.score, .chinese): "得分"
        case (.field(let field), _): field.name(in: language)
        default: name
        }
    }

    /// Long texts that a narrow screen may cut first.
    package var isRunningText: Bool {
        switch source {
        case .snippet: true
        case .field(let field): if case .text = field.kind { true } else { false }
        default: false
        }
    }

    package func spreadsheetColumn(in language: Language) -> TableColumn {
        let width =
            switch source {
            case .snippet: 60
            case .field(.content): 60
            case .field(.title): 36
            case .field(let field) where field.kind == .date: 12
            case .score: 8
            default: 18
            }
        return TableColumn(title(in: language), width: width)
    }
}

/// A record as its columns are read from.
struct ColumnReader {
    let complaint: Complaint
    private let indexed: IndexedRecord

    init(_ complaint: Complaint) {
        self.complaint = complaint
        indexed = complaint.indexed(sequence: RecordSequence(0), recordNumber: RecordNumber(0))
    }

    var zones: [IndexedRecord.Zone] { indexed.zones }

    func cell(_ column: RecordColumn, snippet: String, score: Float) -> TableCell {
        switch column.source {
        case .id: .text(complaint.archiveID)
        case .snippet: .text(snippet)
        case .score: .decimal((Double(score) * 100).rounded() / 100)
        case .field(let field): cell(field)
        }
    }

    private func cell(_ field: Field) -> TableCell {
        switch field.kind {
        case .date:
            guard let days = quantity(field) else { return .empty }
            return CalendarDate(days: Int32(days)).map { .date($0) } ?? .empty
        case .number:
            guard let thousandths = quantity(field) else { return .empty }
            return thousandths % 1_000 == 0 ? .integer(Int(thousandths / 1_000)) : .decimal(Double(thousandths) / 1_000)
        case .text(let zone):
            return Self.text(zones.filter { $0.zone == zone }.map(\.text))
        case .key:
            switch field {
            case .referenceCode: return Self.text([complaint.referenceCode].compactMap { $0 })
            case .file: return Self.text([complaint.fileId].compactMap { $0 })
            default: return .text(complaint.allNumbers.joined(separator: "；"))
            }
        case .facet, .path, .region:
            let values = indexed.facets.filter { $0.field == field }.map(\.value)
            if values.isEmpty, let zone = field.zone { return Self.text(zones.filter { $0.zone == zone }.map(\.text)) }
            return values.isEmpty ? .empty : .text(values.map(PersonalNumbers.maskedValue).joined(separator: "；"))
        case .identity: return .empty
        }
    }

    private static func text(_ values: [String]) -> TableCell {
        let text = values.joined(separator: "；")
        return text.isEmpty ? .empty : .text(PersonalNumbers.masked(text))
    }

    private func quantity(_ field: Field) -> Int64? { indexed.quantities.first { $0.field == field }?.value }
}
