// Finds where the cells of one CSV row begin and end; can stop at the end of a window and go on when there is more.
//
// RFC 4180, and what is written in its name: quotes inside a quoted cell that nobody doubled, blanks around quotes,
// `="00123"`. A quote that opens a cell where no cell can open means an earlier one was never closed: the row is broken
// and the reader goes back to its first line end, so that one lost quote costs one row and not the rest of the file.

struct CSVScan {
    struct Cell {
        /// Offsets from the start of the row; quotes are still there.
        var start: Int
        var end: Int
        var isQuoted: Bool
    }

    enum Outcome: Equatable {
        /// A whole row of so many bytes, line end included.
        case row(length: Int)
        case needsMore
        case broken
    }

    private enum State {
        case cellStart, plain, quoted
    }

    let dialect: CSVDialect
    private(set) var cells: [Cell] = []
    /// Bytes of the row looked at so far.
    private(set) var scanned = 0
    private var state = State.cellStart
    private var cellStart = 0
    private(set) var hasQuotedLineEnd = false

    init(dialect: CSVDialect) { self.dialect = dialect }

    mutating func begin() {
        cells.removeAll(keepingCapacity: true)
        scanned = 0
        state = .cellStart
        cellStart = 0
        hasQuotedLineEnd = false
    }

    /// Length of the quoted cell that is open now; 0 outside quotes.
    var openQuoteLength: Int { state == .quoted ? scanned - cellStart : 0 }

    /// Goes on through `bytes[from ..< end]`, where the row starts at `from`.
    mutating func run(_ bytes: [UInt8], from: Int, to end: Int, isAtEnd: Bool) -> Outcome {
        let delimiter = dialect.delimiter
        let quote = UInt8(ascii: "\"")
        return bytes.withSpan { bytes in
            var place = from + scanned
            func suspend(_ scan: inout CSVScan) -> Outcome {
                scan.scanned = place - from
                return .needsMore
            }
            while true {
                switch state {
                case .cellStart:
                    var ahead = place
                    while ahead < end, bytes[ahead] == 0x20 { ahead += 1 }
                    if ahead < end, bytes[ahead] == UInt8(ascii: "="), ahead + 1 < end || !isAtEnd {
                        if ahead + 1 >= end { return suspend(&self) }
                        if bytes[ahead + 1] == quote { ahead += 1 }
                    }
                    if ahead >= end, !isAtEnd { return suspend(&self) }
                    if ahead < end, bytes[ahead] == quote {
                        cellStart = place - from
                        place = ahead + 1
                        state = .quoted
                    } else {
                        cellStart = place - from
                        state = .plain
                    }

                case .plain:
                    while place < end, bytes[place] != delimiter, bytes[place] != 0x0A, bytes[place] != 0x0D {
                        place += 1
                    }
                    if place >= end {
                        if !isAtEnd { return suspend(&self) }
                        cells.append(Cell(start: cellStart, end: place - from, isQuoted: false))
                        scanned = place - from
                        return .row(length: scanned)
                    }
                    let byte = bytes[place]
                    if byte == 0x0D {
                        if place + 1 >= end, !isAtEnd { return suspend(&self) }
                        let isPair = place + 1 < end && bytes[place + 1] == 0x0A
                        if !isPair && !dialect.endsRowsWithReturn {
                            place += 1
                            continue
                        }
                        cells.append(Cell(start: cellStart, end: place - from, isQuoted: false))
                        scanned = place + (isPair ? 2 : 1) - from
                        return .row(length: scanned)
                    }
                    cells.append(Cell(start: cellStart, end: place - from, isQuoted: false))
                    place += 1
                    if byte == 0x0A {
                        scanned = place - from
                        return .row(length: scanned)
                    }
                    state = .cellStart

                case .quoted:
                    while place < end, bytes[place] != quote {
                        if bytes[place] == 0x0A || bytes[place] == 0x0D { hasQuotedLineEnd = true }
                        place += 1
                    }
                    if place >= end {
                        if !isAtEnd { return suspend(&self) }
                        scanned = place - from
                        return .broken
                    }
                    // A quote: doubled, closing, or standing in the text.
                    var ahead = place + 1
                    if ahead >= end, !isAtEnd { return suspend(&self) }
                    if ahead < end, bytes[ahead] == quote {
                        place += 2
                        continue
                    }
                    while ahead < end, bytes[ahead] == 0x20 { ahead += 1 }
                    if ahead >= end, !isAtEnd { return suspend(&self) }
                    let closes =
                        ahead >= end || bytes[ahead] == delimiter || bytes[ahead] == 0x0A || bytes[ahead] == 0x0D
                    if !closes {
                        let before = bytes[place - 1]
                        let opensAnother = before == delimiter || before == 0x0A || before == 0x0D
                        // The cell's own opening quote has no delimiter-quote pair behind it.
                        if opensAnother, place - from > cellStart + 1 {
                            scanned = place - from
                            return .broken
                        }
                        place += 1
                        continue
                    }
                    if ahead >= end {
                        cells.append(Cell(start: cellStart, end: place + 1 - from, isQuoted: true))
                        scanned = end - from
                        return .row(length: scanned)
                    }
                    let byte = bytes[ahead]
                    if byte == 0x0D {
                        if ahead + 1 >= end, !isAtEnd { return suspend(&self) }
                        let isPair = ahead + 1 < end && bytes[ahead + 1] == 0x0A
                        cells.append(Cell(start: cellStart, end: place + 1 - from, isQuoted: true))
                        scanned = ahead + (isPair ? 2 : 1) - from
                        return .row(length: scanned)
                    }
                    cells.append(Cell(start: cellStart, end: place + 1 - from, isQuoted: true))
                    place = ahead + 1
                    if byte == 0x0A {
                        scanned = place - from
                        return .row(length: scanned)
                    }
                    state = .cellStart
                }
            }
        }
    }

    /// Offset behind the first line end of the row at `from`, or nil when it has none yet.
    func endOfFirstLine(_ bytes: [UInt8], from: Int, to end: Int) -> Int? {
        if dialect.endsRowsWithReturn {
            return firstIndex(of: 0x0D, in: bytes, from: from, to: end).map { $0 + 1 }
        }
        return firstIndex(of: 0x0A, in: bytes, from: from, to: end).map { $0 + 1 }
    }

    /// Appends the text of a cell of the row at `start`: without its quotes, blanks around them, and Excel's `="…"`.
    static func append(_ cell: Cell, ofRowAt start: Int, in bytes: [UInt8], to text: inout [UInt8]) {
        var first = start + cell.start
        var end = start + cell.end
        let quote = UInt8(ascii: "\"")
        guard cell.isQuoted else {
            text += bytes[first..<end]
            return
        }
        while bytes[first] != quote { first += 1 }
        first += 1
        end -= 1  // the closing quote
        let textStart = text.count
        var place = first
        while place < end {
            guard let hit = firstIndex(of: quote, in: bytes, from: place, to: end) else {
                text += bytes[place..<end]
                break
            }
            text += bytes[place...hit]
            place = hit + 1
            if place < end, bytes[place] == quote { place += 1 }
        }
        // A quoted cell that still reads ="00123": the protection was itself quoted.
        let count = text.count - textStart
        if count >= 3, text[textStart] == UInt8(ascii: "="), text[textStart + 1] == quote, text[text.count - 1] == quote {
            text.removeLast()
            text.removeSubrange(textStart..<textStart + 2)
        }
    }
}

extension [UInt8] {
    /// Lends the bytes as a span; the array stays as it is for the whole call.
    @inline(__always)
    func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result { body(span) }
}
