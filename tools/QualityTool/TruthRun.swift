// Counts of random fragments, by the index and by a scan that knows nothing of the index.

import Engine
import Records
import TextAnalysis

struct TruthRun {
    private let engine: Engine
    private let archive: String
    private let fragments: Int
    private var random: SplitMix

    init(_ options: Options) throws {
        archive = try options.text("archive")
        engine = try Engine(opening: EngineOptions(archivePath: archive))
        fragments = try options.number("fragments", default: 5_000)
        random = SplitMix(state: UInt64(try options.number("seed", default: 1)))
    }

    /// - Returns: whether every count was equal.
    mutating func print() throws -> Bool {
        let scan = try Scan(engine)
        let disguises = Disguises()
        var (differences, disguised, hits) = (0, 0, 0)
        for number in 0..<fragments {
            let fragment = scan.fragment(&random)
            guard !fragment.isEmpty else { continue }
            let expected = scan.count(fragment)
            var asked = String(decoding: fragment, as: UTF16.self)
            if number % 4 == 3, let other = disguises.disguise(asked, &random) {
                asked = other
                disguised += 1
            }
            let found = try engine.count(SearchRequest(query: Self.quoted(asked))).count
            hits += expected
            if found != expected {
                differences += 1
                // The fragment itself may be private: its length and number say enough to find it again.
                Swift.print("difference: fragment \(number), \(fragment.count) units: index \(found), scan \(expected)")
            }
        }
        Swift.print(
            "\(archive): \(scan.documentCount) documents, \(fragments) fragments (\(disguised) disguised), "
                + "\(hits) hits in all: \(differences) differences")
        return differences == 0
    }

    /// A quotation mark in the fragment itself is folded like any other, and escaped for the query language.
    private static func quoted(_ text: String) -> String {
        "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
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

/// All zones of all records, analysed here and now, in one array of units.
private struct Scan {
    private var units: [UInt16] = []
    /// Where each document begins, and the end of the last.
    private var starts: [Int] = []

    var documentCount: Int { starts.count - 1 }

    init(_ engine: Engine) throws {
        var analyzer = TextAnalyzer(lexicon: .domain)
        var units: [UInt16] = []
        var starts: [Int] = []
        try engine.forEachIndexedRecord { record in
            starts.append(units.count)
            for zone in record.zones {
                units.append(contentsOf: analyzer.analyze(zone.text, masking: true).units)
                units.append(AnalyzedText.zoneSeparator)
            }
        }
        starts.append(units.count)
        self.units = units
        self.starts = starts
    }

    /// 1 to 12 characters from a random place; half of the time the place is in a random word of few records.
    func fragment(_ random: inout SplitMix) -> [UInt16] {
        guard !units.isEmpty else { return [] }
        var start = Int.random(in: 0..<units.count, using: &random)
        if units[start] & 0xFC00 == 0xDC00, start > 0 { start -= 1 }
        let length = Int.random(in: 1...12, using: &random)
        var fragment: [UInt16] = []
        var place = start
        var characters = 0
        while place < units.count, characters < length, units[place] != AnalyzedText.zoneSeparator {
            fragment.append(units[place])
            place += 1
            if place == units.count || units[place] & 0xFC00 != 0xDC00 { characters += 1 }
        }
        return fragment
    }

    /// Documents that hold the fragment.
    func count(_ fragment: [UInt16]) -> Int {
        var count = 0
        var document = 0
        var place = 0
        let first = fragment[0]
        let last = units.count - fragment.count
        unsafe units.withUnsafeBufferPointer { units in
            while place <= last {
                // Holds: `place` and what the comparison reads are below `units.count`.
                guard unsafe units[place] == first, unsafe units[place...].starts(with: fragment) else {
                    place += 1
                    continue
                }
                while starts[document + 1] <= place { document += 1 }
                count += 1
                place = starts[document + 1]
            }
        }
        return count
    }
}

/// The same text as others might write it.
private struct Disguises {
    /// Simplified to traditional and to Kangxi radicals, by asking the folding which characters become which.
    private var others: [UInt16: [UInt16]] = [:]

    init() {
        for range in [0x2F00...0x2FD5, 0x3400...0x9FFF] {
            for code in range {
                let folded = Normalizer.shared.fold(String(UnicodeScalar(UInt32(code))!))
                if folded.count == 1, Int(folded[0]) != code { others[folded[0], default: []].append(UInt16(code)) }
            }
        }
    }

    func disguise(_ text: String, _ random: inout SplitMix) -> String? {
        var changed = false
        let units = text.utf16.map { unit -> UInt16 in
            if (0x21...0x7E).contains(unit), unit != 0x22, Bool.random(using: &random) {
                changed = true
                return unit + 0xFEE0
            }
            guard let choices = others[unit], let choice = choices.randomElement(using: &random) else { return unit }
            changed = true
            return choice
        }
        return changed ? String(decoding: units, as: UTF16.self) : nil
    }
}
