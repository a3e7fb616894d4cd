// What stands in a table that goes out to a spreadsheet: one cell, one column.

import Records

package enum TableCell: Hashable, Sendable {
    case empty
    case text(String)
    case integer(Int)
    case decimal(Double)
    case date(CalendarDate)

    /// As a person reads it, and as CSV has it.
    package var text: String {
        switch self {
        case .empty: ""
        case .text(let text): text
        case .integer(let number): String(number)
        case .decimal(let number): number == number.rounded() && number.magnitude < 1e15 ? String(Int(number)) : "\(number)"
        case .date(let date): date.text
        }
    }
}

package struct TableColumn: Hashable, Sendable {
    package var title: String
    /// Of a spreadsheet's column, in digits of its usual font; a Chinese character takes two.
    package var width: Int

    package init(_ title: String, width: Int = 16) {
        self.title = title
        self.width = width
    }
}

package enum TableFormat: String, CaseIterable, Sendable {
    case csv, xlsx

    /// By the ending of a file's name.
    package init?(path: String) {
        guard let dot = path.lastIndex(of: "."), let format = Self(rawValue: path[path.index(after: dot)...].lowercased())
        else { return nil }
        self = format
    }
}
