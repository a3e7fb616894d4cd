// Page banners: short lines that a document repeats on every page. They say nothing about the matter, so ranking and
// snippets may pass over them. Nothing is removed: a search for their words still finds the text.

package enum Boilerplate {
    /// A line counts as a banner when it stands this often in one text …
    package static let timesMin = 3
    /// … and is no longer than this many UTF-8 bytes: about 40 Han characters.
    package static let lineBytesMax = 120
    /// Texts of more lines are not looked at.
    package static let linesMax = 100_000

    /// The UTF-8 ranges of all lines of `text` (without blanks around them) that are banners, in order.
    package static func ranges(in text: Span<UInt8>) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for place in 0...text.count where place == text.count || text[place] == 0x0A || text[place] == 0x0D {
            let line = trimmed(start..<place, in: text)
            start = place + 1
            if line.isEmpty || line.count > lineBytesMax { continue }
            lines.append(line)
            if lines.count > linesMax { return [] }
        }
        guard lines.count >= timesMin else { return [] }
        var timesSeen: [[UInt8]: Int] = [:]
        func bytes(_ line: Range<Int>) -> [UInt8] { line.map { text[$0] } }
        for line in lines { timesSeen[bytes(line), default: 0] += 1 }
        return lines.filter { timesSeen[bytes($0), default: 0] >= timesMin && hasLetters($0, in: text) }
    }

    /// The units that came from `ranges` of the original.
    ///
    /// - Parameter offsets: of each unit, as `Normalizer.fold` gives them for the same text.
    package static func unitRanges(_ ranges: [Range<Int>], offsets: [UInt32]) -> [Range<Int>] {
        func firstUnit(from place: Int) -> Int {
            var low = 0
            var high = offsets.count
            while low < high {
                let middle = (low + high) / 2
                if Int(offsets[middle]) < place { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return ranges.map { firstUnit(from: $0.lowerBound)..<firstUnit(from: $0.upperBound) }.filter { !$0.isEmpty }
    }

    private static func trimmed(_ line: Range<Int>, in text: Span<UInt8>) -> Range<Int> {
        var (start, end) = (line.lowerBound, line.upperBound)
        while start < end {
            if text[start] <= 0x20 {
                start += 1
            } else if end - start >= 3, text[start] == 0xE3, text[start + 1] == 0x80, text[start + 2] == 0x80 {
                start += 3  // U+3000
            } else {
                break
            }
        }
        while end > start {
            if text[end - 1] <= 0x20 {
                end -= 1
            } else if end - start >= 3, text[end - 3] == 0xE3, text[end - 2] == 0x80, text[end - 1] == 0x80 {
                end -= 3
            } else {
                break
            }
        }
        return start..<end
    }

    /// A row of dashes or a number is no banner.
    private static func hasLetters(_ line: Range<Int>, in text: Span<UInt8>) -> Bool {
        line.contains { text[$0] >= 0xE4 || (text[$0] | 0x20) &- 0x61 < 26 }
    }
}
