// What a report is asked.

import Records
import Trends

package struct ReportRequest: Sendable {
    package var period: ClosedRange<CalendarDate>
    /// `field=value`, as for search.
    package var filters: [String] = []
    /// The state of the records to count; nil is the newest. An id from an earlier report gives its figures again.
    package var snapshot: String?
    /// For the public: small cells and both parties hidden.
    package var isPublic = false
    /// Rows of a table by any field at most, the largest ones; nil is all.
    package var rowsMax: Int?

    package init(period: ClosedRange<CalendarDate>) { self.period = period }
}

/// A state of the records, and what was counted in it.
package struct Report: Sendable {
    package var title: String
    package var snapshot: String
    package var tables: [FigureTable]
    package var notices: [Notice]

    package init(title: String, snapshot: String, tables: [FigureTable], notices: [Notice]) {
        self.title = title
        self.snapshot = snapshot
        self.tables = tables
        self.notices = notices
    }

    var rowCount: Int { tables.reduce(1) { $0 + $1.rows.count * max(1, $1.columns.count / 4) } }
}

/// What a figure is counted by.
package enum ReportBucket: Hashable, Sendable {
    case day, week, month, quarter, year
    /// Levels of a path or digits of a code are cut to `depth` where that is given.
    case field(Field, depth: Int?)

    package init?(_ name: String) {
        switch name {
        case "day", "日": self = .day
        case "week", "周": self = .week
        case "month", "月": self = .month
        case "quarter", "季", "季度": self = .quarter
        case "year", "年": self = .year
        default:
            let parts = name.split(separator: ":", maxSplits: 1)
            guard let first = parts.first, let field = Field.named(String(first)) else { return nil }
            switch field.kind {
            case .facet, .path, .region: break
            default: return nil
            }
            if parts.count == 2 {
                guard let depth = Int(parts[1]), (1...12).contains(depth) else { return nil }
                self = .field(field, depth: depth)
            } else {
                self = .field(field, depth: field.kind == .path ? 1 : nil)
            }
        }
    }

    package func title(in language: Language) -> String {
        let zh = language == .chinese
        return switch self {
        case .day: zh ? "日" : "day"
        case .week: zh ? "周（周一）" : "week of"
        case .month: zh ? "月" : "month"
        case .quarter: zh ? "季度" : "quarter"
        case .year: zh ? "年" : "year"
        case .field(let field, _): field.name(in: language)
        }
    }

    package var field: Field? {
        if case .field(let field, _) = self { return field }
        return nil
    }

    /// Under which keys the rows count; a row may count under none.
    func keys(_ rows: FigureRows) -> FigureKeys {
        guard case .field(let field, _) = self else { return FigureKeys(days: rows.days, names: keys(ofDay:)) }
        return rows.layout.slot(of: field).map { FigureKeys(rows.columns[$0], names: keys(ofValues:)) } ?? FigureKeys(FigureRows.Column(), names: { $0 })
    }

    private func keys(ofDay day: Int) -> [String] {
        guard let date = CalendarDate(days: Int32(day)) else { return [] }
        switch self {
        case .day: return [date.text]
        case .week: return [date.adding(days: 1 - date.weekday)?.text ?? date.text]
        case .month: return [String(date.text.prefix(7))]
        case .quarter: return ["\(date.year)-Q\((date.month + 2) / 3)"]
        default: return ["\(date.year)"]
        }
    }

    /// The keys under which values of the bucket's field count.
    func keys(ofValues values: [String]) -> [String] {
        guard case .field(let field, let depth) = self else { return [] }
        guard let depth else {
            // Of a path the whole ones only.
            return field.kind == .path ? values.filter { one in !values.contains { $0.hasPrefix(one + "/") } } : values
        }
        var keys: [String] = []
        for value in values {
            if field.kind == .path {
                let levels = value.utf8.reduce(1) { $0 + ($1 == UInt8(ascii: "/") ? 1 : 0) }
                if levels == depth { keys.append(value) }
            } else {
                let key = String(value.prefix(depth))
                if !keys.contains(key) { keys.append(key) }
            }
        }
        return keys
    }
}
