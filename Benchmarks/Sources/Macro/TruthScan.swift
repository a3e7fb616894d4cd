// How many documents match each query, by one scan of the texts for all queries at once. It knows of no index.

import Measuring
import Records

/// Output: `truth-LIMIT.json` in the folder: per class the counts in the order of the queries.
struct TruthScan {
    private let texts: MappedFile
    private let columns: MappedFile
    private let folder: String
    private let limit: Int

    init(_ options: Options) throws {
        folder = try options.text("out")
        limit = try options.number("limit", default: .max)
        texts = try MappedFile(folder + "/texts.txt")
        columns = try MappedFile(folder + "/columns.tsv")
    }

    /// The different parts of all queries. All are of Chinese characters of three bytes, so that matches can start
    /// only where a character does.
    private struct Patterns {
        var bytes: [[UInt8]] = []
        /// By the first two characters: six bytes as a number.
        var longer: [UInt64: [Int]] = [:]
        var single: [UInt64: Int] = [:]
        /// One flag for each first character that occurs, to pass over the others quickly.
        var isFirst = [Bool](repeating: false, count: 1 << 16)
        private var numbers: [String: Int] = [:]

        mutating func number(of text: String) -> Int {
            if let known = numbers[text] { return known }
            let pattern = Array(text.utf8)
            precondition(pattern.count % 3 == 0 && pattern.allSatisfy { $0 >= 0x80 })
            let number = bytes.count
            bytes.append(pattern)
            numbers[text] = number
            if pattern.count == 3 {
                single[Self.key(pattern, 3)] = number
            } else {
                longer[Self.key(pattern, 6), default: []].append(number)
            }
            isFirst[Int(Self.key(pattern, 3) & 0xFFFF)] = true
            return number
        }

        static func key(_ bytes: [UInt8], _ count: Int) -> UInt64 { bytes[..<count].reduce(0) { $0 << 8 | UInt64($1) } }
    }

    func run() throws {
        let queries = try AskedQuery.all(in: folder + "/queries.jsonl").filter(\.kind.isCounted)
        var patterns = Patterns()
        let parts = queries.map { $0.parts.map { patterns.number(of: $0) } }
        /// By pattern: the queries that it stands in.
        var asking = [[Int]](repeating: [], count: patterns.bytes.count)
        for (query, numbers) in parts.enumerated() {
            for number in Set(numbers) { asking[number].append(query) }
        }
        var counts = [Int](repeating: 0, count: queries.count)
        var seenIn = [Int](repeating: -1, count: patterns.bytes.count)
        var found: [Int] = []
        var columnStart = 0
        var document = 0
        var place = 0
        while place < texts.count, document < limit {
            found.removeAll(keepingCapacity: true)
            scanLine(&place, document, patterns, &seenIn, &found)
            var columnEnd = columnStart
            while columns[columnEnd] != 0x0A { columnEnd += 1 }
            if !found.isEmpty {
                let column = columns.text(columnStart..<columnEnd).split(separator: "\t")
                let (day, category) = (Int(column[0])!, String(column[1]))
                count(found, parts, asking, queries, seenIn, document, day, category, &counts)
            }
            columnStart = columnEnd + 1
            document += 1
        }
        try write(queries, counts)
    }

    /// Notes which patterns the line holds; afterwards `place` is the start of the next.
    private func scanLine(
        _ place: inout Int, _ document: Int, _ patterns: Patterns, _ seenIn: inout [Int], _ found: inout [Int]
    ) {
        func note(_ pattern: Int) {
            guard seenIn[pattern] != document else { return }
            seenIn[pattern] = document
            found.append(pattern)
        }
        while place < texts.count {
            let byte = texts[place]
            if byte == 0x0A {
                place += 1
                return
            }
            guard byte & 0xF0 == 0xE0, place + 2 < texts.count else {
                place += 1
                continue
            }
            let key = UInt64(byte) << 16 | UInt64(texts[place + 1]) << 8 | UInt64(texts[place + 2])
            if patterns.isFirst[Int(key & 0xFFFF)] {
                if let pattern = patterns.single[key] { note(pattern) }
                if place + 5 < texts.count {
                    let next = UInt64(texts[place + 3]) << 16 | UInt64(texts[place + 4]) << 8 | UInt64(texts[place + 5])
                    for pattern in patterns.longer[key << 24 | next] ?? [] {
                        let bytes = patterns.bytes[pattern]
                        guard place + bytes.count <= texts.count else { continue }
                        if (6..<bytes.count).allSatisfy({ texts[place + $0] == bytes[$0] }) { note(pattern) }
                    }
                }
            }
            place += 3
        }
    }

    private func count(
        _ found: [Int], _ parts: [[Int]], _ asking: [[Int]], _ queries: [AskedQuery], _ seenIn: [Int], _ document: Int,
        _ day: Int, _ category: String, _ counts: inout [Int]
    ) {
        for pattern in found {
            for query in asking[pattern] {
                let numbers = parts[query]
                if queries[query].kind == .or2 {
                    // Counted where the first of its parts that stands here is noted.
                    if numbers.first(where: { seenIn[$0] == document }) == pattern { counts[query] += 1 }
                    continue
                }
                guard numbers[0] == pattern, numbers.allSatisfy({ seenIn[$0] == document }) else { continue }
                if let days = queries[query].days, !days.contains(day) || queries[query].category != category { continue }
                counts[query] += 1
            }
        }
    }

    private func write(_ queries: [AskedQuery], _ counts: [Int]) throws {
        var byClass = JSONObject()
        for kind in QueryClass.allCases where kind.isCounted {
            let ofClass = zip(queries, counts).filter { $0.0.kind == kind }.map { JSONValue.number("\($0.1)") }
            byClass.set(kind.rawValue, to: .array(ofClass))
        }
        let name = limit == .max ? "truth.json" : "truth-\(limit).json"
        try FileWriter(folder + "/" + name).write(Array(JSONValue.object(byClass).text.utf8))
    }
}
