// The words of the newest weeks that are worth a series: two characters and more, in enough distinct records.
//
// All of them are tested beside everything else, so that a word pays for the company it keeps. Boilerplate needs no list:
// what stands in every record does not rise, and near-copies were counted once before. At a million records the newest weeks
// are fifty thousand texts: they are read on all cores, and a word is looked up by the number that stands for it in the index.

import Index
import Records

package enum TermCandidates {
    /// Distinct records of the newest eight periods that must hold a word.
    static let docsMin = 5
    static let docsReadMax = 200_000
    static let lengthMax = 12
    /// Fewer texts than this are no work for a second core.
    private static let docsPerCore = 500

    /// Cuts folded text as documents are cut. One for a thread.
    package typealias Cutter = ([UInt16], (Range<Int>) -> Void) -> Void

    /// - Parameter cutter: makes a cutter.
    package static func words(in series: ComplaintSeries, cutter: () throws -> Cutter) throws -> [[UInt16]] {
        let first = max(0, series.grid.count - ComplaintSeries.recentPeriods)
        let places = series.places(periods: first..<series.grid.count).suffix(docsReadMax).filter { !series.isRepeat($0) }
        // The snapshot's transaction is one thread's: it lends the bytes, the others read them.
        let texts = try places.map { try series.snapshot.segments[$0.segment].text(of: $0.doc) }
        let cores = max(1, min(Parallelism.cores, texts.count / docsPerCore))
        let cutters = try (0..<cores).map { _ in try cutter() }
        let tallies = Parallelism.map(cores) { core in
            var tally = WordTally()
            tally.count(texts[(texts.count * core / cores)..<(texts.count * (core + 1) / cores)], cutters[core])
            return tally
        }
        return withExtendedLifetime(series.snapshot) {
            var all = tallies[0]
            for other in tallies.dropFirst() { all.add(other) }
            return all.words(docsMin: docsMin).sorted { $0.lexicographicallyPrecedes($1) }
        }
    }

    /// What citizens wrote, not what offices answered.
    static func isTold(_ zone: TextZone) -> Bool {
        switch zone {
        case .title, .content, .demand, .cause, .goods, .incidentPlace, .respondents, .keywords: true
        default: false
        }
    }

    /// Has two Han characters or Latin letters; numbers, dates and masks tell nothing.
    static func isTelling(_ word: ArraySlice<UInt16>) -> Bool {
        var telling = 0
        for unit in word {
            switch unit {
            case 0x3400...0x9FFF: if !isNumeral[Int(unit) - 0x3400] { telling += 1 }
            case 0x61...0x7A: telling += 1
            case 0x30...0x39, 0xE000...0xF8FF: return false
            default: break
            }
        }
        return telling >= 2
    }

    /// 一二三… and the units of time: 三月, 五日 are no subject.
    private static let isNumeral: [Bool] = {
        let numerals = Set("零一二三四五六七八九十百千万亿两年月日时分秒点号".utf16)
        return (0x3400...0x9FFF).map { numerals.contains(UInt16($0)) }
    }()
}

/// Words with the number of documents that hold them, looked up by their term (linear probing).
private struct WordTally {
    private struct Entry {
        var term: UInt64
        /// In `units`.
        var start: Int32
        var length: Int32
        var docs: Int32
        var lastDoc: Int32
    }

    private var entries: [Entry] = []
    private var units: [UInt16] = []
    /// Place among the entries and one more; 0 is free. Its size is a power of two.
    private var slots = [Int32](repeating: 0, count: 1 << 16)

    mutating func count(_ texts: ArraySlice<StoredText>, _ cut: TermCandidates.Cutter) {
        var text: [UInt16] = []
        for (doc, stored) in texts.enumerated() {
            var zones = DocumentZones(stored)
            while let (zone, told) = zones.next() {
                guard let zone, TermCandidates.isTold(zone) else { continue }
                told.decode(into: &text)
                var previous = 0..<0
                cut(text) { range in
                    // 限购, 人才落户: what a dictionary does not know falls into single characters. Two of them side by side
                    // are taken for a word.
                    let isPair = range.count == 1 && previous.count == 1 && previous.upperBound == range.lowerBound
                    previous = range
                    guard isPair || (2...TermCandidates.lengthMax).contains(range.count) else { return }
                    let word = text[(isPair ? range.lowerBound - 1 : range.lowerBound)..<range.upperBound]
                    if TermCandidates.isTelling(word) { insert(word, docs: 1, in: Int32(doc)) }
                }
            }
        }
    }

    mutating func add(_ other: WordTally) {
        for one in other.entries {
            insert(other.units[Int(one.start)..<Int(one.start + one.length)], docs: one.docs, in: -1)
        }
    }

    func words(docsMin: Int) -> [[UInt16]] {
        entries.filter { $0.docs >= docsMin }.map { Array(units[Int($0.start)..<Int($0.start + $0.length)]) }
    }

    /// - Parameter doc: counted once; a negative one always.
    private mutating func insert(_ word: ArraySlice<UInt16>, docs: Int32, in doc: Int32) {
        let term = TermKey.word(word.span).rawValue
        var slot = Int(truncatingIfNeeded: (term &* 0x9E37_79B9_7F4A_7C15) >> 32) & (slots.count - 1)
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if entries[place].term == term {
                if doc < 0 || entries[place].lastDoc != doc {
                    entries[place].docs += docs
                    entries[place].lastDoc = doc
                }
                return
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        entries.append(Entry(term: term, start: Int32(units.count), length: Int32(word.count), docs: docs, lastDoc: doc))
        units.append(contentsOf: word)
        slots[slot] = Int32(entries.count)
        if entries.count * 2 > slots.count { grow() }
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        for (place, one) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: (one.term &* 0x9E37_79B9_7F4A_7C15) >> 32) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(place + 1)
        }
    }
}
