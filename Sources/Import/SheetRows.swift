// The rows of one sheet, as expat comes across them: cells become text and go straight into the batch being filled.

final class SheetRows: XMLHandler {
    /// Where finished rows go; the reader exchanges it between two runs of the parser.
    var batch = RawBatch(resumePoint: ResumePoint())
    var rowLimit = Int.max
    var byteLimit = Int.max

    private let strings: SharedStrings?
    private let workbook: Workbook
    private let sheet: Int
    private var merges: ArraySlice<MergedCells.Merge>
    /// Merges that reach into the current row, with their value once it is known.
    private var open: [(merge: MergedCells.Merge, value: [UInt8])] = []

    private var row = 0
    private var rowProblem: Rejection.Reason?
    private var rowBytes = 0
    private var cellsOfRow: [(column: Int, value: [UInt8])] = []
    private var column = -1
    private var kind = CellKind.number
    private var style = 0
    private var value: [UInt8] = []
    private var isInValue = false
    private var phoneticDepth = 0
    private(set) var isInData = false

    private enum CellKind { case number, shared, inline, formulaText, boolean, error, isoDate }

    init(workbook: Workbook, strings: SharedStrings?, merged: MergedCells, sheet: Int) {
        self.workbook = workbook
        self.strings = strings
        self.sheet = sheet
        merges = merged.merges[...]
    }

    var wantsPause: Bool { column == -1 && (batch.count >= rowLimit || batch.bytes.count >= byteLimit) }

    func start(_ name: XMLName, _ attributes: XMLAttributes) {
        if name == .cell {
            if let reference = attributes[.reference] {
                if let place = CellReference(reference) {
                    column = place.column
                } else {
                    rowProblem = .cellUnreadable
                    column = 0
                }
            } else {
                column = (cellsOfRow.last?.column ?? -1) + 1
            }
            style = attributes[.style].flatMap { Int($0) } ?? 0
            switch attributes[.cellType] {
            case "s": kind = .shared
            case "inlineStr": kind = .inline
            case "str": kind = .formulaText
            case "b": kind = .boolean
            case "e": kind = .error
            case "d": kind = .isoDate
            default: kind = .number
            }
            value.removeAll(keepingCapacity: true)
        } else if name == .cellValue {
            isInValue = column >= 0
        } else if name == .text {
            isInValue = column >= 0 && kind == .inline && phoneticDepth == 0
        } else if name == .row {
            row = attributes[.reference].flatMap { Int($0) } ?? row + 1
            rowProblem = nil
            rowBytes = 0
            cellsOfRow.removeAll(keepingCapacity: true)
            column = -1
            beginMerges()
        } else if name == .phonetic {
            phoneticDepth += 1
        }
    }

    func end(_ name: XMLName) {
        if name == .cellValue || name == .text {
            isInValue = false
        } else if name == .cell {
            endCell()
            column = -1
        } else if name == .row {
            column = -1
            endRow()
        } else if name == .phonetic {
            phoneticDepth -= 1
        }
    }

    func text(_ text: UnsafeBufferPointer<UInt8>) {
        guard isInValue else { return }
        guard rowBytes + value.count + text.count <= CSVReader.rowLimitBytes else {
            rowProblem = .rowTooLong(limitBytes: CSVReader.rowLimitBytes)
            return
        }
        unsafe value.append(contentsOf: text)
    }

    // MARK: Cells

    private func endCell() {
        guard rowProblem == nil else { return }
        switch kind {
        case .shared:
            let index = Int(String(decoding: value, as: UTF8.self)) ?? -1
            value.removeAll(keepingCapacity: true)
            if index < 0 || strings?.append(index, to: &value) != true { rowProblem = .cellUnreadable }
        case .inline, .formulaText: CellText.unescape(&value, from: 0)
        case .boolean: value = Array((value == [0x31] ? "true" : "false").utf8)
        case .error: value.removeAll(keepingCapacity: true)
        case .isoDate: break
        case .number: readNumber()
        }
        if value.isEmpty { return }
        rowBytes += value.count
        if rowBytes > CSVReader.rowLimitBytes { rowProblem = .rowTooLong(limitBytes: CSVReader.rowLimitBytes) }
        cellsOfRow.append((column, value))
    }

    private func readNumber() {
        guard !value.isEmpty else { return }
        let text = String(decoding: value, as: UTF8.self)
        if workbook.dateStyles.indices.contains(style), workbook.dateStyles[style], let serial = Double(text) {
            if let moment = Moment(serial: serial, epoch1904: workbook.epoch1904) {
                value = Array(moment.iso(zoneMinutes: nil).utf8)
                return
            }
            if serial >= 0, serial < 1 {
                var time = Moment(days: 0)
                time.secondOfDay = min(Int((serial * 86_400).rounded()), 86_399)
                value = Array(time.iso(zoneMinutes: nil).utf8.dropFirst(11))
                return
            }
        }
        // Excel writes the shortest binary spelling: 0.30000000000000004, 4.4010619900101E+17. It shows 15 digits.
        let isOdd = value.contains { $0 | 0x20 == UInt8(ascii: "e") } || value.count > 16
        if isOdd, let number = Double(text), number.isFinite, let plain = Self.plain(number) { value = Array(plain.utf8) }
    }

    /// At most 15 significant digits, without an exponent.
    static func plain(_ number: Double) -> String? {
        guard number.magnitude < 1e21, number.magnitude >= 1e-12 || number == 0 else { return nil }
        if number == 0 { return "0" }
        // Scientific digits first, then the point is put where it belongs.
        var digits = ""
        var exponent = 0
        var size = number.magnitude
        while size >= 10 {
            size /= 10
            exponent += 1
        }
        while size < 1 {
            size *= 10
            exponent -= 1
        }
        // 15 digits as a whole number; exact up to 2^53.
        var scaled = number.magnitude
        let shift = 14 - exponent
        for _ in 0..<abs(shift) { scaled = shift > 0 ? scaled * 10 : scaled / 10 }
        var whole = UInt64(scaled.rounded())
        if whole >= 1_000_000_000_000_000 {
            whole /= 10
            exponent += 1
        }
        digits = String(whole)
        while digits.count < 15 { digits = "0" + digits }
        var result: String
        if exponent >= 14 {
            result = digits + String(repeating: "0", count: exponent - 14)
        } else if exponent >= 0 {
            let point = digits.index(digits.startIndex, offsetBy: exponent + 1)
            result = digits[..<point] + "." + digits[point...]
        } else {
            result = "0." + String(repeating: "0", count: -exponent - 1) + digits
        }
        if result.utf8.contains(UInt8(ascii: ".")) {
            while result.last == "0" { result.removeLast() }
            if result.last == "." { result.removeLast() }
        }
        return number < 0 ? "-" + result : result
    }

    // MARK: Rows

    private func beginMerges() {
        open.removeAll { $0.merge.lastRow < row }
        while let next = merges.first, next.firstRow <= row {
            merges.removeFirst()
            if next.lastRow >= row { open.append((next, [])) }
        }
    }

    private func endRow() {
        if let rowProblem {
            batch.reject(line: row, sheet: sheet, rowProblem)
            return
        }
        // The first row of a merge gives its value, those below take it.
        for index in open.indices {
            let merge = open[index].merge
            if row == merge.firstRow {
                open[index].value = cellsOfRow.first { $0.column == merge.column }?.value ?? []
            } else if !open[index].value.isEmpty, !cellsOfRow.isEmpty,
                !cellsOfRow.contains(where: { $0.column == merge.column })
            {
                cellsOfRow.append((merge.column, open[index].value))
            }
        }
        if !isSorted { cellsOfRow.sort { $0.column < $1.column } }
        guard !cellsOfRow.isEmpty else { return }
        var next = 0
        for cell in cellsOfRow where cell.column >= next {
            while next < cell.column {
                batch.endCell()
                next += 1
            }
            batch.bytes += cell.value
            batch.endCell()
            next += 1
        }
        if batch.openRowHasText {
            batch.endRow(line: row, sheet: sheet)
        } else {
            batch.dropOpenRow()
        }
    }

    private var isSorted: Bool {
        for index in cellsOfRow.indices.dropFirst() where cellsOfRow[index - 1].column >= cellsOfRow[index].column {
            return false
        }
        return true
    }
}

extension XMLName {
    static let row = XMLName("row")
    static let cell = XMLName("c")
    static let cellValue = XMLName("v")
    static let reference = XMLName("r")
    static let style = XMLName("s")
    static let cellType = XMLName("t")
}
