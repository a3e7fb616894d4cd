// Merged cells: the value stands in the first cell only, though it is meant for all rows it spans. The list of merges
// comes behind the rows, so it is fetched beforehand, by a search through the unpacked bytes that parses nothing else.

struct MergedCells {
    /// Rows below the first take the value of the merge's first column.
    struct Merge: Hashable {
        let column: Int
        let firstRow: Int
        let lastRow: Int
    }

    /// More merges than this are a drawing, no table; the rest is left as empty cells.
    static let limit = 200_000

    /// In order of their first row.
    private(set) var merges: [Merge] = []

    init(of part: String, in archive: ZipArchive) throws(ImportError) {
        let stream = try archive.open(part)
        var window: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        let tag = Array("mergeCell ".utf8)
        while true {
            let got = try stream.read(into: &chunk)
            if got == 0 { break }
            window += chunk[..<got]
            var place = 0
            var keep = max(0, window.count - 128)
            while place < window.count, let hit = Self.find(tag, in: window, from: place) {
                guard let close = firstIndex(of: UInt8(ascii: ">"), in: window, from: hit, to: window.count) else {
                    keep = min(keep, max(0, hit - 16))
                    break
                }
                if merges.count < Self.limit, Self.isTag(at: hit, in: window),
                    let merge = Self.merge(String(decoding: window[hit..<close], as: UTF8.self))
                {
                    merges.append(merge)
                }
                place = close
                keep = max(keep, place)
            }
            window.removeSubrange(..<min(max(keep, 0), window.count))
            if window.count > 1 << 16 { window.removeSubrange(..<(window.count - 128)) }
        }
        merges.sort { ($0.firstRow, $0.column) < ($1.firstRow, $1.column) }
    }

    /// Behind `<`, or `<` and a prefix.
    private static func isTag(at hit: Int, in bytes: [UInt8]) -> Bool {
        var place = hit - 1
        var steps = 0
        while place >= 0, steps < 16 {
            if bytes[place] == UInt8(ascii: "<") { return true }
            let isPrefix = bytes[place] == UInt8(ascii: ":") || bytes[place] | 0x20 >= 0x61 && bytes[place] | 0x20 <= 0x7A
            guard isPrefix else { return false }
            place -= 1
            steps += 1
        }
        return false
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        var place = start
        while let hit = firstIndex(of: needle[0], in: bytes, from: place, to: bytes.count) {
            if hit + needle.count > bytes.count { return nil }
            if bytes[hit..<hit + needle.count].elementsEqual(needle) { return hit }
            place = hit + 1
        }
        return nil
    }

    /// From `mergeCell ref="A2:A9"/`; nil when it spans one row only.
    private static func merge(_ tag: String) -> Merge? {
        let parts = tag.split(whereSeparator: { $0 == "\"" || $0 == "'" })
        guard parts.count >= 2, parts[0].hasSuffix("ref=") else { return nil }
        let corners = parts[1].split(separator: ":")
        guard corners.count == 2, let first = CellReference(String(corners[0])), let last = CellReference(String(corners[1])),
            last.row > first.row
        else { return nil }
        return Merge(column: first.column, firstRow: first.row, lastRow: last.row)
    }
}

/// `AB12`: column 27 (from 0), row 12 (from 1).
struct CellReference: Hashable {
    static let columnLimit = 16_384

    let column: Int
    let row: Int

    init?(_ text: String) {
        var column = 0
        var row = 0
        var hasDigits = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                guard !hasDigits else { return nil }
                column = column * 26 + Int(byte | 0x20) - 0x60
                guard column <= Self.columnLimit else { return nil }
            case 0x30...0x39:
                hasDigits = true
                row = row * 10 + Int(byte - 0x30)
                guard row <= 1 << 24 else { return nil }
            case UInt8(ascii: "$"): continue
            default: return nil
            }
        }
        guard column > 0, row > 0 else { return nil }
        self.column = column - 1
        self.row = row
    }
}
