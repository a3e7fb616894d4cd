// A workbook through libxlsxwriter in its mode of constant memory: rows go to a temporary file beside the target.

import CXLSXWriter
import Glibc
import Records

/// - Limits: a sheet has 1,048,576 rows, then a further sheet begins; a cell has 32,767 UTF-16 units, longer texts are
///   cut and end in `…`.
@safe final class WorkbookBody {
    private static let rowsMax = 1_048_576
    private static let cellUnitsMax = 32_767

    private let path: String
    private let temporary: String
    private let sheetName: String
    private let columns: [TableColumn]
    // Holds for all three: made in `init` or `beginSheet`, freed together by `workbook_close`, which runs once.
    private let workbook: UnsafeMutablePointer<lxw_workbook>
    private var sheet: UnsafeMutablePointer<lxw_worksheet>?
    private let heading: UnsafeMutablePointer<lxw_format>
    private let dateFormat: UnsafeMutablePointer<lxw_format>
    private var isClosed = false
    private var row = 0
    private var sheetCount = 0
    private(set) var cutCellCount = 0

    init(temporary: String, path: String, sheet name: String, columns: [TableColumn]) throws(TableError) {
        self.path = path
        self.temporary = temporary
        self.columns = columns
        sheetName = Self.sheetName(name)
        let made: UnsafeMutablePointer<lxw_workbook>? = unsafe TableFile.folder(of: path).withCString { folder in
            // Holds: the library copies the name of the folder before it returns.
            var options = unsafe lxw_workbook_options(
                constant_memory: 1, tmpdir: UnsafeMutablePointer(mutating: folder), use_zip64: 1)
            return unsafe workbook_new_opt(temporary, &options)
        }
        guard let made = unsafe made else { throw .workbook(path: path, code: 1) }
        unsafe workbook = made
        unsafe heading = workbook_add_format(made)
        unsafe format_set_bold(heading)
        unsafe dateFormat = workbook_add_format(made)
        unsafe format_set_num_format(dateFormat, "yyyy-mm-dd")
        try beginSheet()
    }

    private func beginSheet() throws(TableError) {
        sheetCount += 1
        let name = sheetCount == 1 ? sheetName : "\(sheetName.prefix(24)) \(sheetCount)"
        unsafe sheet = workbook_add_worksheet(workbook, name)
        guard let sheet = unsafe sheet else { throw .workbook(path: path, code: 1) }
        for (place, column) in columns.enumerated() {
            let place = UInt16(place)
            unsafe worksheet_set_column(sheet, place, place, Double(min(max(column.width, 4), 255)), nil)
        }
        unsafe worksheet_freeze_panes(sheet, 1, 0)
        for (place, column) in columns.enumerated() {
            unsafe worksheet_write_string(sheet, 0, UInt16(place), column.title, heading)
        }
        row = 1
    }

    func row(_ cells: [TableCell]) throws(TableError) {
        if row == Self.rowsMax { try beginSheet() }
        guard let sheet = unsafe sheet else { return }
        for (place, cell) in cells.enumerated() {
            let column = UInt16(place)
            let at = UInt32(row)
            let code: lxw_error
            switch cell {
            case .empty: continue
            case .text(let text): code = unsafe worksheet_write_string(sheet, at, column, fitted(text), nil)
            case .integer(let number): code = unsafe worksheet_write_number(sheet, at, column, Double(number), nil)
            case .decimal(let number): code = unsafe worksheet_write_number(sheet, at, column, number, nil)
            case .date(let date):
                // Days since 1899-12-30; before March 1900 spreadsheets count a day that never was.
                let serial = Double(date.days) + 25_569
                code = serial > 60
                    ? unsafe worksheet_write_number(sheet, at, column, serial, dateFormat)
                    : unsafe worksheet_write_string(sheet, at, column, date.text, nil)
            }
            guard code == LXW_NO_ERROR else { throw .workbook(path: path, code: Int(code.rawValue)) }
        }
        row += 1
    }

    private func fitted(_ text: String) -> String {
        // A text of fewer bytes cannot have more units.
        guard text.utf8.count > Self.cellUnitsMax, text.utf16.count > Self.cellUnitsMax else { return text }
        cutCellCount += 1
        var kept = ""
        var units = 0
        for character in text {
            units += character.utf16.count
            if units > Self.cellUnitsMax - 1 { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// What a spreadsheet refuses in the name of a sheet becomes a blank; 31 characters at most.
    private static func sheetName(_ name: String) -> String {
        let clean = String(name.map { "[]:*?/\\'".contains($0) ? " " : $0 }.prefix(28))
        return clean.isEmpty ? "Sheet1" : clean
    }

    func finish() throws(TableError) {
        isClosed = true
        let code = unsafe workbook_close(workbook)
        guard code == LXW_NO_ERROR else { throw .workbook(path: path, code: Int(code.rawValue)) }
    }

    deinit {
        guard !isClosed else { return }
        // The only way to free it also writes it.
        _ = unsafe workbook_close(workbook)
        unsafe unlink(temporary)
    }
}
