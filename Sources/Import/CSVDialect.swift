// How a delimited text is written: found from the head of the file, never asked for.

struct CSVDialect: Equatable {
    var delimiter: UInt8
    /// Old Mac exports end rows with a carriage return alone. Where line feeds stand, a lone one is data.
    var endsRowsWithReturn: Bool
    /// Bytes of a first line `sep=;`, which Excel writes and reads but which is no data.
    var headBytes: Int

    static let candidates: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]

    /// `head` is UTF-8 from the start of the file.
    static func found(in head: [UInt8]) -> CSVDialect {
        var dialect = CSVDialect(delimiter: UInt8(ascii: ","), endsRowsWithReturn: false, headBytes: 0)
        dialect.endsRowsWithReturn = !head.contains(0x0A) && head.contains(0x0D)
        if head.count >= 5, head[0] | 0x20 == UInt8(ascii: "s"), head[1] | 0x20 == UInt8(ascii: "e"),
            head[2] | 0x20 == UInt8(ascii: "p"), head[3] == UInt8(ascii: "=")
        {
            var end = 5
            while end < head.count, head[end] != 0x0A, head[end] != 0x0D { end += 1 }
            if end <= 6 {
                if end < head.count, head[end] == 0x0D { end += 1 }
                if end < head.count, head[end] == 0x0A { end += 1 }
                dialect.delimiter = head[4]
                dialect.headBytes = end
                return dialect
            }
        }
        var bestScore = 0
        for delimiter in candidates {
            let score = score(of: delimiter, in: head, endsRowsWithReturn: dialect.endsRowsWithReturn)
            if score > bestScore {
                bestScore = score
                dialect.delimiter = delimiter
            }
        }
        return dialect
    }

    /// High when many rows have the same count of cells, and more than one.
    private static func score(of delimiter: UInt8, in head: [UInt8], endsRowsWithReturn: Bool) -> Int {
        var counts: [Int] = []
        var scan = CSVScan(
            dialect: CSVDialect(delimiter: delimiter, endsRowsWithReturn: endsRowsWithReturn, headBytes: 0))
        var start = 0
        while counts.count < 50, start < head.count {
            scan.begin()
            switch scan.run(head, from: start, to: head.count, isAtEnd: false) {
            case .row(let length):
                if scan.cells.count > 1 || length > 2 { counts.append(scan.cells.count) }
                start += length
            case .needsMore:
                // The last row of the sample is cut; it counts only when it is the only one.
                if counts.isEmpty { counts.append(scan.cells.count + 1) }
                start = head.count
            case .broken:
                start = scan.endOfFirstLine(head, from: start, to: head.count) ?? head.count
            }
        }
        guard !counts.isEmpty else { return 0 }
        let frequent = Dictionary(grouping: counts) { $0 }.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) }!
        guard frequent.key > 1 else { return 0 }
        return frequent.value.count * 10_000 / counts.count + min(frequent.key, 999)
    }
}
