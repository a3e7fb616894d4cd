// The words of the newest weeks that are worth a series: two characters and more, in enough distinct records.
//
// All of them are tested beside everything else, so that a word pays for the company it keeps. Boilerplate needs no list:
// what stands in every record does not rise, and near-copies were counted once before.

import Index
import Records

package enum TermCandidates {
    /// Distinct records of the newest eight periods that must hold a word.
    static let docsMin = 5
    static let docsReadMax = 200_000
    static let lengthMax = 12

    /// - Parameter words: the words of folded text, as documents are cut.
    package static func words(
        in series: ComplaintSeries, words: ([UInt16]) -> [Range<Int>]
    ) throws -> [[UInt16]] {
        let first = max(0, series.grid.count - ComplaintSeries.recentPeriods)
        var counts: [[UInt16]: Int] = [:]
        var units: [UInt16] = []
        for place in series.places(periods: first..<series.grid.count).suffix(docsReadMax) where !series.isRepeat(place) {
            var zones = DocumentZones(try series.snapshot.segments[place.segment].text(of: place.doc))
            var inDocument: Set<[UInt16]> = []
            while let (zone, text) = zones.next() {
                guard let zone, isTold(zone) else { continue }
                text.decode(into: &units)
                var previous = 0..<0
                for range in words(units) {
                    // 限购, 人才落户: what a dictionary does not know falls into single characters. Two of them side by side
                    // are taken for a word.
                    let isPair = range.count == 1 && previous.count == 1 && previous.upperBound == range.lowerBound
                    previous = range
                    guard isPair || (2...lengthMax).contains(range.count) else { continue }
                    let word = Array(units[(isPair ? range.lowerBound - 1 : range.lowerBound)..<range.upperBound])
                    if isTelling(word) { inDocument.insert(word) }
                }
            }
            for word in inDocument { counts[word, default: 0] += 1 }
        }
        return counts.filter { $0.value >= docsMin }.keys.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// What citizens wrote, not what offices answered.
    static func isTold(_ zone: TextZone) -> Bool {
        switch zone {
        case .title, .content, .demand, .cause, .goods, .incidentPlace, .respondents, .keywords: true
        default: false
        }
    }

    /// Has two Han characters or Latin letters; numbers, dates and masks tell nothing.
    static func isTelling(_ word: [UInt16]) -> Bool {
        var telling = 0
        for unit in word {
            switch unit {
            case 0x3400...0x9FFF: if !numerals.contains(unit) { telling += 1 }
            case 0x61...0x7A: telling += 1
            case 0x30...0x39, 0xE000...0xF8FF: return false
            default: break
            }
        }
        return telling >= 2
    }

    /// 一二三… and the units of time: 三月, 五日 are no subject.
    private static let numerals = Set("零一二三四五六七八九十百千万亿两年月日时分秒点号".utf16)
}
