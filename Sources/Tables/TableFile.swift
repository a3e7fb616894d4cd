// A table written row by row into a CSV file or a workbook. The file appears under its name whole or not at all, and
// takes no more memory for a million rows than for ten.

import Glibc
import Records

package final class TableFile {
    private enum Body {
        case csv(CSVBody)
        case workbook(WorkbookBody)
    }

    private let path: String
    private let body: Body
    private var isFinished = false
    /// Rows written, the heading apart.
    package private(set) var rowCount = 0
    /// Cells that were longer than a workbook allows, and were cut with a mark at the end.
    package var cutCellCount: Int { if case .workbook(let body) = body { body.cutCellCount } else { 0 } }

    /// A look at the disk costs a system call; a row of text has about a kilobyte.
    private static let rowsBetweenLooks = 1_024

    /// - Parameter sheet: name of the sheet of a workbook.
    package init(_ path: String, _ format: TableFormat, sheet: String, columns: [TableColumn]) throws(TableError) {
        self.path = path
        switch format {
        case .csv: body = .csv(try CSVBody(temporary: path + ".part", path: path))
        case .xlsx: body = .workbook(try WorkbookBody(temporary: path + ".part", path: path, sheet: sheet, columns: columns))
        }
        if case .csv(let csv) = body { try csv.row(columns.map { .text($0.title) }) }
    }

    package func append(_ cells: [TableCell]) throws(TableError) {
        switch body {
        case .csv(let csv): try csv.row(cells)
        case .workbook(let workbook): try workbook.row(cells)
        }
        rowCount += 1
        if rowCount % Self.rowsBetweenLooks == 0 { try Self.checkRoom(path) }
    }

    /// Makes the table appear under its name.
    package func finish() throws(TableError) {
        try Self.checkRoom(path)
        switch body {
        case .csv(let csv): try csv.finish()
        case .workbook(let workbook): try workbook.finish()
        }
        let temporary = path + ".part"
        let descriptor = unsafe open(temporary, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(path: path, code: errno) }
        let isSynced = fsync(descriptor) == 0
        close(descriptor)
        guard isSynced, unsafe rename(temporary, path) == 0 else { throw .failed(path, errno) }
        isFinished = true
    }

    /// The library that writes workbooks does not look whether its temporary files were written.
    private static func checkRoom(_ path: String) throws(TableError) {
        var state = statvfs()
        guard unsafe statvfs(Self.folder(of: path), &state) == 0 else { return }
        if UInt64(state.f_bavail) * UInt64(state.f_frsize) < 256 << 10 { throw .diskFull(path: path) }
    }

    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    deinit {
        if !isFinished { unsafe unlink(path + ".part") }
    }
}

extension TableError {
    static func failed(_ path: String, _ code: Int32) -> TableError {
        code == ENOSPC || code == EDQUOT || code == EFBIG ? .diskFull(path: path) : .system(path: path, code: code)
    }
}
