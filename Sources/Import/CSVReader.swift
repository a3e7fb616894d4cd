// Cuts a delimited text into rows of cells, with bounded memory whatever stands in the file.

struct CSVReader {
    /// Longest row, and longest quoted cell before its quote is taken for a lost one.
    static let rowLimitBytes = 16 << 20
    static let quotedLimitBytes = 4 << 20
    /// Going back after lost quotes reads bytes again. Past this many per byte of the file, the reader stops going back.
    private static let rereadFactor = 8

    private(set) var source: TextSource
    let dialect: CSVDialect
    private var scan: CSVScan
    private(set) var line = 1
    private(set) var rows = 0
    /// Columns of the header, once known: tells a row with an embedded line end from one with a lost quote.
    var columnCount: Int?
    private var rereadBytes = 0
    private var readBytes = 4 << 20

    init(source: TextSource, dialect: CSVDialect) throws(ImportError) {
        self.source = source
        self.dialect = dialect
        scan = CSVScan(dialect: dialect)
        while self.source.count < dialect.headBytes, try self.source.refill() {}
        if dialect.headBytes > 0 {
            self.source.consume(min(dialect.headBytes, self.source.count))
            line = 2
        }
    }

    mutating func resume(at point: ResumePoint) throws(ImportError) {
        try source.seek(to: point.offset)
        line = point.line
        rows = point.rows - point.rowsToSkip
    }

    var resumePoint: ResumePoint {
        var point = ResumePoint()
        point.rows = rows
        // Rows end at line ends, and those are always known; the end of the file is as well.
        point.offset = source.sourceOffset ?? 0
        point.line = line
        return point
    }

    /// Appends up to `maxRows` rows; none at the end.
    mutating func fill(_ batch: inout RawBatch, maxRows: Int, maxBytes: Int) throws(ImportError) {
        while batch.count < maxRows, batch.bytes.count < maxBytes, try cutRow(&batch) {}
        rows += batch.count
    }

    /// Consumes one row, which may be blank or broken; false at the end.
    private mutating func cutRow(_ batch: inout RawBatch) throws(ImportError) -> Bool {
        scan.begin()
        while true {
            if source.count == 0 {
                if try !source.refill() { return false }
            }
            switch scan.run(source.window, from: source.start, to: source.end, isAtEnd: source.isAtEnd) {
            case .row(let length):
                take(length, into: &batch)
                return true
            case .broken:
                try resynchronise(&batch, .quoteUnclosed)
                return true
            case .needsMore:
                if scan.openQuoteLength > Self.quotedLimitBytes {
                    try resynchronise(&batch, .quoteUnclosed)
                    return true
                }
                if source.count > Self.rowLimitBytes {
                    try resynchronise(&batch, .rowTooLong(limitBytes: Self.rowLimitBytes))
                    return true
                }
                // False means the end is known now: the next run decides.
                _ = try source.refill()
            }
        }
    }

    private mutating func take(_ length: Int, into batch: inout RawBatch) {
        let start = source.start
        let end = start + length
        if length > Self.rowLimitBytes {
            batch.reject(line: line, .rowTooLong(limitBytes: Self.rowLimitBytes))
        } else if firstIndex(of: 0, in: source.window, from: start, to: end) != nil {
            batch.reject(line: line, .nulByte)
        } else {
            for cell in scan.cells {
                CSVScan.append(cell, ofRowAt: start, in: source.window, to: &batch.bytes)
                batch.endCell()
            }
            let isBlank = !batch.openRowHasText
            let count = scan.cells.count
            if isBlank {
                batch.dropOpenRow()
            } else if let columnCount, scan.hasQuotedLineEnd, count > columnCount, canGoBack,
                let next = scan.endOfFirstLine(source.window, from: start, to: end), next < end
            {
                // Cells over several lines and more of them than the header has: more likely a lost quote.
                batch.reject(line: line, .quoteUnclosed)
                rereadBytes += length
                advance(to: next)
                return
            } else if let columnCount, columnCount > 1, count == 1 {
                batch.reject(line: line, .tooFewColumns(expected: columnCount))
            } else {
                batch.endRow(line: line)
            }
        }
        advance(to: end)
    }

    private var canGoBack: Bool { rereadBytes < readBytes * Self.rereadFactor }

    /// Rejects the row and goes on behind its first line end: what follows was swallowed by a quote that had no partner.
    private mutating func resynchronise(_ batch: inout RawBatch, _ problem: Rejection.Reason) throws(ImportError) {
        batch.reject(line: line, problem)
        if canGoBack, let next = scan.endOfFirstLine(source.window, from: source.start, to: source.end) {
            rereadBytes += scan.scanned
            advance(to: next)
            return
        }
        if !canGoBack { consume(scan.scanned) }
        while true {
            if let next = scan.endOfFirstLine(source.window, from: source.start, to: source.end) {
                advance(to: next)
                return
            }
            consume(source.count)
            if try !source.refill() { return }
        }
    }

    private mutating func advance(to end: Int) { consume(end - source.start) }

    private mutating func consume(_ count: Int) {
        let from = source.start
        if dialect.endsRowsWithReturn {
            for place in from..<from + count where source.window[place] == 0x0D { line += 1 }
        } else {
            line += countLineFeeds(in: source.window, from: from, to: from + count)
        }
        readBytes += count
        source.consume(count)
    }
}
