// Cuts the sheets of an XLSX workbook into rows, sheet after sheet, in the memory of one row and the shared texts.
//
// Without a choice by the map, all visible sheets are read that have the header of the first: a register is often
// kept with one sheet a month. Others (statistics, notes) are left out and named.

struct WorkbookReader {
    private let archive: ZipArchive
    private let workbook: Workbook
    private let strings: SharedStrings?
    /// Indices into `workbook.sheets`.
    private let chosen: [Int]
    private let headerRow: Int?

    private(set) var columns: [String] = []
    private(set) var skippedSheets: [String] = []
    private(set) var rows = 0
    private let totalSheetBytes: Int
    private var doneSheetBytes = 0

    /// Place in `chosen`.
    private var current = 0
    private var stream: ZipPart?
    private var parser: XMLParser?
    private var handler: SheetRows?
    private var isPaused = false
    private var isSheetOver = true
    private var rowsOfSheet = 0
    private var chunk = [UInt8](repeating: 0, count: 32 << 10)

    var sheetNames: [String] { workbook.sheets.map(\.name) }

    /// - Parameter sheet: name of a sheet, its number from 1, `all`, or nil.
    init(path: String, scratch: ScratchFile?, sheet: String?, headerRow: Int?) throws(ImportError) {
        archive = try ZipArchive(path: path, scratch: scratch)
        let workbook = try Workbook(archive)
        self.workbook = workbook
        self.headerRow = headerRow
        if let sheet, sheet != "all" {
            if let index = workbook.sheets.firstIndex(where: { $0.name == sheet }) {
                chosen = [index]
            } else if let number = Int(sheet), workbook.sheets.indices.contains(number - 1) {
                chosen = [number - 1]
            } else {
                throw .sheetUnknown(path: path, sheet: sheet)
            }
        } else {
            let visible = workbook.sheets.indices.filter { !workbook.sheets[$0].isHidden }
            chosen = visible.isEmpty ? Array(workbook.sheets.indices) : visible
        }
        strings = if let part = workbook.sharedStringsPart { try SharedStrings.read(part, in: archive) } else { nil }
        var total = 0
        for index in chosen where archive.has(workbook.sheets[index].part) {
            total += try archive.open(workbook.sheets[index].part).sizeBytes
        }
        totalSheetBytes = total
        try openSheet()
        while columns.isEmpty, current < chosen.count { try openNext() }
    }

    /// Share of the sheets already read, 0 … 1.
    var progress: Double {
        guard totalSheetBytes > 0 else { return 1 }
        return min(1, Double(doneSheetBytes + (stream?.readBytes ?? 0)) / Double(totalSheetBytes))
    }

    mutating func resume(at point: ResumePoint) throws(ImportError) {
        while current < point.sheet, current < chosen.count { try openNext() }
        rows = point.rows - point.rowsToSkip
        var left = point.rowsToSkip
        while left > 0 {
            var skipped = RawBatch(resumePoint: ResumePoint())
            try fill(&skipped, maxRows: min(left, 1000), maxBytes: 1 << 20)
            if skipped.isEmpty { return }
            left -= skipped.count
        }
    }

    var resumePoint: ResumePoint {
        var point = ResumePoint()
        point.rows = rows
        point.sheet = current
        point.rowsToSkip = rowsOfSheet
        return point
    }

    /// Appends up to `maxRows` rows of one sheet; none at the end.
    mutating func fill(_ batch: inout RawBatch, maxRows: Int, maxBytes: Int) throws(ImportError) {
        while batch.isEmpty, current < chosen.count {
            if isSheetOver {
                try openNext()
                continue
            }
            try pull(into: &batch, maxRows: maxRows, maxBytes: maxBytes)
        }
        rows += batch.count
        rowsOfSheet += batch.count
    }

    // MARK: Sheets

    private mutating func openNext() throws(ImportError) {
        doneSheetBytes += stream?.sizeBytes ?? 0
        current += 1
        try openSheet()
    }

    /// Opens sheet `current` and reads its header; leaves it over when it has none or another one.
    private mutating func openSheet() throws(ImportError) {
        isSheetOver = true
        stream = nil
        parser = nil
        handler = nil
        rowsOfSheet = 0
        guard current < chosen.count else { return }
        let sheet = workbook.sheets[chosen[current]]
        guard archive.has(sheet.part) else { throw .workbookDamaged(path: archive.path, part: sheet.part) }
        let rowsHandler = SheetRows(
            workbook: workbook, strings: strings, merged: try MergedCells(of: sheet.part, in: archive),
            sheet: chosen[current])
        handler = rowsHandler
        parser = XMLParser(rowsHandler)
        stream = try archive.open(sheet.part)
        isPaused = false
        isSheetOver = false

        var looked = 0
        var only: [String]?
        while looked < HeaderRow.searchRows || headerRow != nil {
            var batch = RawBatch(resumePoint: ResumePoint())
            try pull(into: &batch, maxRows: 1, maxBytes: .max)
            guard let row = batch.rows.first else { break }
            looked += 1
            guard row.problem == nil, let cells = batch.texts(of: row) else { continue }
            if let headerRow {
                if row.line < headerRow { continue }
            } else if !HeaderRow.mayBeHeader(cells) {
                only = only ?? cells
                continue
            }
            let names = HeaderRow.names(cells)
            if columns.isEmpty {
                columns = names
            } else if names.map({ ColumnName($0).folded }) != columns.map({ ColumnName($0).folded }) {
                skippedSheets.append(sheet.name)
                isSheetOver = true
            }
            return
        }
        isSheetOver = true
        skippedSheets.append(sheet.name)
    }

    /// Runs the parser until the batch is full or the sheet ends.
    private mutating func pull(into batch: inout RawBatch, maxRows: Int, maxBytes: Int) throws(ImportError) {
        guard let handler, let parser, let stream, !isSheetOver else { return }
        swap(&handler.batch, &batch)
        defer { swap(&handler.batch, &batch) }
        handler.rowLimit = maxRows
        handler.byteLimit = maxBytes
        while !handler.wantsPause {
            let progress: XMLParser.Progress
            var isLast = false
            if isPaused {
                progress = parser.resume()
                isLast = isPausedAtLast
            } else {
                let got = try stream.read(into: &chunk)
                isLast = got == 0
                progress = parser.feed(chunk, count: got, isLast: isLast)
            }
            switch progress {
            case .failed: throw .workbookDamaged(path: archive.path, part: stream.name)
            case .paused:
                isPaused = true
                isPausedAtLast = isLast
            case .more:
                isPaused = false
                if isLast {
                    isSheetOver = true
                    return
                }
            }
        }
    }

    private var isPausedAtLast = false
}
