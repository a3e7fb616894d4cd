// Draws queries by a seed from the corpus: pieces at random places, and a few that hit nothing.

import Measuring
import Records
import TextAnalysis

/// Input: the folder of a `Preparation`, and `words.txt` in it, the texts cut by ICU.
/// Output: `queries.jsonl` there.
struct QueryDraw {
    /// One query of this many is made to hit nothing, or almost.
    private static let missOneIn = 33

    private let texts: MappedFile
    private let words: MappedFile
    private let columns: MappedFile
    private let columnStarts: [Int]
    private let wordStarts: [Int]
    private let folder: String
    private let each: Int
    private var random: SplitMix

    init(_ options: Options) throws {
        folder = try options.text("out")
        each = try options.number("each", default: 1_000)
        random = SplitMix(state: UInt64(try options.number("seed", default: 11)))
        texts = try MappedFile(folder + "/texts.txt")
        words = try MappedFile(folder + "/words.txt")
        columns = try MappedFile(folder + "/columns.tsv")
        columnStarts = columns.lineStarts()
        wordStarts = words.lineStarts()
    }

    mutating func run() throws {
        let writer = try FileWriter(folder + "/queries.jsonl")
        for kind in QueryClass.allCases {
            var seen: Set<[String]> = []
            var count = 0
            var attempts = 0
            while count < each {
                attempts += 1
                guard let query = draw(kind, misses: count % Self.missOneIn == Self.missOneIn - 1) else { continue }
                // There are fewer characters than queries to draw: then they come again.
                guard seen.insert(query.parts).inserted || attempts > 20 * each else { continue }
                count += 1
                var bytes: [UInt8] = []
                query.json.write(into: &bytes)
                try writer.write(bytes + [0x0A])
            }
        }
    }

    private mutating func draw(_ kind: QueryClass, misses: Bool) -> AskedQuery? {
        switch kind {
        case .character:
            if misses {
                // Any of the block: most stand in no complaint. Not one that we would take for another, as a scan does not.
                let unit = UInt16.random(in: 0x4E00...0x9FFF, using: &random)
                let text = String(decoding: [unit], as: UTF16.self)
                return Normalizer.shared.fold(text) == [unit] ? AskedQuery(kind, [text]) : nil
            }
            return run(1...1).map { AskedQuery(kind, [$0]) }
        case .pair:
            return (misses ? joined(1...1, 1...1) : run(2...2)).map { AskedQuery(kind, [$0]) }
        case .word, .newest:
            return (misses ? joined(1...1, 2...2) : word()?.text).map { AskedQuery(kind, [$0]) }
        case .piece:
            return (misses ? joined(2...4, 2...4) : run(4...8)).map { AskedQuery(kind, [$0]) }
        case .and2, .or2, .filtered:
            guard let (first, line) = word(), let second = word(inLine: line), first != second else { return nil }
            var query = AskedQuery(kind, [first, second])
            if misses, kind != .filtered {
                guard let other = joined(1...1, 2...2) else { return nil }
                query.parts[1] = other
            }
            if kind == .filtered {
                let column = columns.text(columnStarts[line]..<(columnStarts[line + 1] - 1)).split(separator: "\t")
                let day = misses ? 0 : Int(column[0])!
                query.days = (day - Int.random(in: 20...160, using: &random))...(day + Int.random(in: 20...160, using: &random))
                query.category = String(column[1])
            }
            return query
        case .pasted:
            return pasted().map { AskedQuery(kind, [$0]) }
        }
    }

    // MARK: Pieces of text

    /// Whether a Chinese character of three bytes, U+4E00 to U+9FFF, starts here.
    private func isHan(_ place: Int) -> Bool {
        guard place + 2 < texts.count, texts[place] & 0xF0 == 0xE0 else { return false }
        let code = UInt32(texts[place] & 0x0F) << 12 | UInt32(texts[place + 1] & 0x3F) << 6 | UInt32(texts[place + 2] & 0x3F)
        return (0x4E00...0x9FFF).contains(code)
    }

    private mutating func run(_ lengths: ClosedRange<Int>) -> String? {
        let length = Int.random(in: lengths, using: &random)
        let start = Int.random(in: 0..<texts.count, using: &random)
        guard (0..<length).allSatisfy({ isHan(start + 3 * $0) }) else { return nil }
        return texts.text(start..<(start + 3 * length))
    }

    private mutating func joined(_ first: ClosedRange<Int>, _ second: ClosedRange<Int>) -> String? {
        guard let first = run(first), let second = run(second) else { return nil }
        return first + second
    }

    /// 60 to 200 characters of one text, punctuation and all.
    private mutating func pasted() -> String? {
        let start = Int.random(in: 0..<texts.count, using: &random)
        guard isHan(start) else { return nil }
        var end = start
        while end < texts.count, texts[end] != 0x0A { end += 1 }
        let text = texts.text(start..<end).prefix(Int.random(in: 60...200, using: &random))
        return text.count < 60 ? nil : String(text)
    }

    /// A word of two to four Chinese characters at a random place, and its line.
    private mutating func word() -> (text: String, line: Int)? {
        let place = Int.random(in: 0..<words.count, using: &random)
        guard let word = word(at: place) else { return nil }
        var (low, high) = (0, wordStarts.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if wordStarts[middle] <= place { low = middle } else { high = middle }
        }
        return (word, low)
    }

    private mutating func word(inLine line: Int) -> String? {
        word(at: Int.random(in: wordStarts[line]..<wordStarts[line + 1], using: &random))
    }

    private func word(at place: Int) -> String? {
        func isEnd(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A }
        var (start, end) = (place, place)
        while start > 0, !isEnd(words[start - 1]) { start -= 1 }
        while end < words.count, !isEnd(words[end]) { end += 1 }
        guard (6...12).contains(end - start), end > start else { return nil }
        let text = words.text(start..<end)
        let isHan = text.unicodeScalars.allSatisfy { (0x4E00...0x9FFF).contains($0.value) }
        return isHan ? text : nil
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
