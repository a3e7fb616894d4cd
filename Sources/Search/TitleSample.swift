// Titles of some of an archive's records: how often characters stand in titles, and how long these are.
//
// A title says what a record is about, in other proportions than texts do: 如何 is rare in letters and common in the
// titles of questions. The index keeps no counts of titles apart, so they come from a sample.

import Index
import Records

/// Titles of live records, in runs that lie evenly over the order of arrival. It depends on the records alone, not
/// on how they lie in segments.
package struct TitleSample: Sendable {
    /// Records looked at. Runs, since neighbours lie on the same pages.
    private static let (runCount, runLength) = (32, 32)

    /// The titles one after the other, U+FFFF behind each.
    private(set) var units: [UInt16] = []
    private(set) var count = 0
    /// Units of a title in the mean; at least 1.
    var meanLength: Float { count == 0 ? 1 : max(1, Float(units.count - count) / Float(count)) }

    init(_ snapshot: IndexSnapshot) throws {
        let liveCount = snapshot.liveDocCount
        let ranks: [Range<Int>]
        if liveCount <= Self.runCount * Self.runLength {
            ranks = [0..<liveCount]
        } else {
            ranks = (0..<Self.runCount).map { run in
                let start = run * (liveCount - Self.runLength) / (Self.runCount - 1)
                return start..<start + Self.runLength
            }
        }
        var before = 0
        var next = 0
        for segment in snapshot.segments {
            while next < ranks.count, ranks[next].lowerBound < before + segment.liveDocCount {
                let wanted = ranks[next].clamped(to: before..<before + segment.liveDocCount)
                var doc = segment.dead.live(atRank: wanted.lowerBound - before)
                var left = wanted.count
                while left > 0 {
                    if !segment.dead.contains(doc) {
                        try append(segment.text(of: doc))
                        left -= 1
                    }
                    doc += 1
                }
                guard ranks[next].upperBound <= before + segment.liveDocCount else { break }
                next += 1
            }
            before += segment.liveDocCount
        }
        countTerms()
    }

    private mutating func append(_ text: StoredText) {
        var zones = DocumentZones(text)
        // The title is the first zone of a record.
        guard let first = zones.next(), first.zone == .title else { return }
        units += first.text.units
        units.append(0xFFFF)
        count += 1
    }

    /// Titles that hold a character, by its unit, and a pair, by first unit · 2¹⁶ + second.
    private var frequencies: [UInt32: (count: Int32, lastTitle: Int32)] = [:]

    private mutating func countTerms() {
        var title: Int32 = 0
        var before: UInt16?
        func count(_ key: UInt32, _ frequencies: inout [UInt32: (count: Int32, lastTitle: Int32)]) {
            let known = frequencies[key] ?? (0, -1)
            if known.lastTitle != title { frequencies[key] = (known.count + 1, title) }
        }
        for unit in units {
            if unit == 0xFFFF {
                title += 1
                before = nil
                continue
            }
            count(UInt32(unit), &frequencies)
            // The unit 0 is no text: a pair's key is no character's.
            if let before { count(UInt32(before) << 16 | UInt32(unit), &frequencies) }
            before = unit
        }
    }

    /// Times in the query × inverse frequency among titles, of a character or pair.
    func weight(of term: QueryTerms.Term) -> Float {
        guard count > 0 else { return 0 }
        let key = term.units.reduce(UInt32(0)) { $0 << 16 | UInt32($1) }
        let frequency = Float(frequencies[key]?.count ?? 0)
        return Float(term.count) * naturalLogarithm(1 + (Float(count) - frequency + 0.5) / (frequency + 0.5))
    }
}

/// Keeps the sample of one state of an archive, for the searches that follow.
package final class TitleSampleKeeper {
    private var known: (state: State, sample: TitleSample)?

    private struct State: Hashable {
        var watermark: RecordSequence
        var liveDocCount: Int
        var liveTextUnits: UInt64
    }

    package init() {}

    func sample(_ facts: IndexFacts) throws -> TitleSample {
        let state = State(
            watermark: facts.snapshot.watermark, liveDocCount: facts.docCount, liveTextUnits: facts.liveTextUnits)
        if let known, known.state == state { return known.sample }
        let sample = try TitleSample(facts.snapshot)
        known = (state, sample)
        return sample
    }
}
