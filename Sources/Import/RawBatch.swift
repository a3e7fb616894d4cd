// Rows cut out of a file but not yet understood. Cutting must go row after row; understanding need not, so a batch
// can be handed to several threads (`RecordDecoder`).

/// Some rows with their bytes.
///
/// - Shape: `bytes` holds all cells (tables) or all JSON texts (JSONL) one after the other, unquoted and in UTF-8
///   except where the source was damaged; `cellEnds` where each cell ends.
/// - Units: offsets into `bytes`.
package struct RawBatch: Sendable {
    package struct Row: Sendable {
        /// Where the row begins in its file (first line 1), or the row number of its sheet.
        package let line: Int
        /// Index into the sheet names of the reader; -1 for text files.
        let sheet: Int
        let start: Int
        /// Cells of this row: `cellEnds[firstCell ..< firstCell + cellCount]`.
        let firstCell: Int
        let cellCount: Int
        let end: Int
        /// Set when the row could not even be cut; it then has no bytes.
        let problem: Rejection.Reason?
    }

    package private(set) var rows: [Row] = []
    var bytes: [UInt8] = []
    var cellEnds: [Int] = []
    /// Where to go on after these rows.
    package var resumePoint: ResumePoint
    private var rowStart = 0
    private var rowFirstCell = 0

    /// - Parameter bytesExpected: it has room for so many.
    init(resumePoint: ResumePoint, bytesExpected: Int = 0) {
        self.resumePoint = resumePoint
        bytes.reserveCapacity(bytesExpected)
    }

    package var isEmpty: Bool { rows.isEmpty }
    package var count: Int { rows.count }
    package var byteCount: Int { bytes.count }

    mutating func endCell() { cellEnds.append(bytes.count) }

    /// Closes the row whose bytes and cells were just appended.
    mutating func endRow(line: Int, sheet: Int = -1) {
        rows.append(
            Row(
                line: line, sheet: sheet, start: rowStart, firstCell: rowFirstCell,
                cellCount: cellEnds.count - rowFirstCell, end: bytes.count, problem: nil))
        rowStart = bytes.count
        rowFirstCell = cellEnds.count
    }

    /// Forgets what was appended for the row that is not closed yet.
    mutating func dropOpenRow() {
        bytes.removeSubrange(rowStart...)
        cellEnds.removeSubrange(rowFirstCell...)
    }

    mutating func reject(line: Int, sheet: Int = -1, _ problem: Rejection.Reason) {
        dropOpenRow()
        rows.append(
            Row(
                line: line, sheet: sheet, start: rowStart, firstCell: rowFirstCell, cellCount: 0, end: rowStart,
                problem: problem))
    }

    func cell(_ index: Int, of row: Row) -> Range<Int> {
        let place = row.firstCell + index
        return (index == 0 ? row.start : cellEnds[place - 1])..<cellEnds[place]
    }

    /// Lends the JSON text of a row; nil when it could not be cut.
    package func withText<Result>(ofRow index: Int, _ body: (Span<UInt8>) -> Result?) -> Result? {
        let row = rows[index]
        return row.problem == nil ? body(bytes.span.extracting(row.start..<row.end)) : nil
    }

    /// The cells of `row` as text; nil when they are not UTF-8.
    func texts(of row: Row) -> [String]? {
        var texts: [String] = []
        for index in 0..<row.cellCount {
            guard let text = String(validating: bytes[cell(index, of: row)], as: UTF8.self) else { return nil }
            texts.append(text)
        }
        return texts
    }

    /// Cells of the row that is being built, and whether any of them holds more than blanks.
    var openRowHasText: Bool {
        bytes[rowStart...].contains { $0 > 0x20 }
    }
}
