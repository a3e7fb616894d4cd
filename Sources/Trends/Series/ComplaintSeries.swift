// Counts per period of everything the index has lists of: a value's list of documents beside their column of days is its
// series. Nothing is stored twice, so a series is exact as soon as the record is found, and forgets a withdrawn one with it.

import Index
import Records

/// One counted thing.
package struct Series: Sendable {
    package var field: Field
    /// A facet value, an area's code, or a term.
    package var key: String
    /// All records of each period, the newest last.
    package var raw: [Int]
    /// Without repeats.
    package var distinct: [Int]
}

/// Where a document stands.
package struct DocPlace: Hashable, Sendable {
    package var segment: Int
    package var doc: UInt32

    package init(segment: Int, doc: UInt32) {
        self.segment = segment
        self.doc = doc
    }
}

package final class ComplaintSeries {
    package let snapshot: IndexSnapshot
    package let grid: PeriodGrid
    package let repeats: RepeatMarks
    /// The period of each document; `.max` outside the grid or dead.
    private var periods: [[UInt16]] = []
    package private(set) var all: Series

    /// Fewer records than this in the newest `recentPeriods` are no series: no test could make an alarm of them.
    package static let recentMin = 5
    package static let recentPeriods = 8
    private static let outside = UInt16.max

    package init(_ snapshot: IndexSnapshot, grid: PeriodGrid, repeats: RepeatMarks) throws {
        self.snapshot = snapshot
        self.grid = grid
        self.repeats = repeats
        all = Series(
            field: .year, key: "", raw: [Int](repeating: 0, count: grid.count),
            distinct: [Int](repeating: 0, count: grid.count))
        for (number, segment) in snapshot.segments.enumerated() {
            var periods = [UInt16](repeating: Self.outside, count: segment.docCount)
            var moments = segment.receivedAtColumn
            for doc in 0..<UInt32(segment.docCount) {
                let day = PeriodGrid.day(ofSeconds: try moments.number(of: doc))
                guard let period = grid.period(ofDay: day), !segment.dead.contains(doc) else { continue }
                periods[Int(doc)] = UInt16(period)
                all.raw[period] += 1
                if !repeats.contains(segment: number, doc: doc) { all.distinct[period] += 1 }
            }
            self.periods.append(periods)
        }
    }

    package func period(of place: DocPlace) -> Int? {
        let period = periods[place.segment][Int(place.doc)]
        return period == Self.outside ? nil : Int(period)
    }

    /// The series of all values of a field that have enough recent records, by their bytes.
    package func series(of field: Field) throws -> [Series] {
        let recent = UInt16(max(0, grid.count - Self.recentPeriods))
        var counts: [[UInt8]: Int] = [:]
        var block = PostingBlock()
        // Two walks: a hundred thousand respondents with one record each take no memory for years of weeks.
        for (number, segment) in snapshot.segments.enumerated() {
            let periods = periods[number]
            let ordinals = try segment.facetOrdinals(prefix: [field.code])
            try segment.forEachFacet(in: ordinals) { ordinal, list throws(IndexError) in
                var count = 0
                list.forEach(using: &block) { doc, _ in
                    let period = periods[Int(doc)]
                    if period != Self.outside, period >= recent { count += 1 }
                }
                if count > 0 { counts[try segment.facetName(ordinal), default: 0] += count }
            }
        }
        // An area is as large as all within it.
        let isRegion = field.kind == .region
        let kept = counts.filter { $0.value >= Self.recentMin || isRegion }.keys.sorted { $0.lexicographicallyPrecedes($1) }
        var places: [[UInt8]: Int] = [:]
        var series: [Series] = []
        for name in kept {
            places[name] = series.count
            series.append(empty(field, FacetName.value(name)))
        }
        for (number, segment) in snapshot.segments.enumerated() {
            let periods = periods[number]
            let ordinals = try segment.facetOrdinals(prefix: [field.code])
            try segment.forEachFacet(in: ordinals) { ordinal, list throws(IndexError) in
                guard let place = places[try segment.facetName(ordinal)] else { return }
                count(list, &block, number, periods, into: &series[place])
            }
        }
        return isRegion ? Self.withAreas(series, recent: Int(recent)) : series
    }

    /// The series of words: the documents in which they stand. Each segment's dictionary is walked once, the lists are
    /// counted on all cores.
    package func series(ofWords words: [[UInt16]]) throws -> [Series] {
        let order = words.indices.map { (term: TermKey.word(words[$0]), word: $0) }.sorted { $0.term < $1.term }
        let terms = order.map(\.term)
        // By their place in `order`.
        var lists: [[(segment: Int, list: PostingList)]] = Array(repeating: [], count: order.count)
        for (number, segment) in snapshot.segments.enumerated() {
            try segment.forEachPostings(of: terms) { place, list in lists[place].append((number, list)) }
        }
        let pieceLength = 256
        let pieces = (order.count + pieceLength - 1) / pieceLength
        let counted = Parallelism.map(pieces) { piece in
            var block = PostingBlock()
            return ((piece * pieceLength)..<min(order.count, (piece + 1) * pieceLength)).map { place in
                var series = empty(.content, String(decoding: words[order[place].word], as: UTF16.self))
                for (number, list) in lists[place] { count(list, &block, number, periods[number], into: &series) }
                return series
            }
        }.flatMap { $0 }
        return withExtendedLifetime(snapshot) {
            var places = [Int](repeating: 0, count: words.count)
            for (place, one) in order.enumerated() { places[one.word] = place }
            return places.map { counted[$0] }
        }
    }

    /// The series of documents that somebody else found.
    package func series(_ field: Field, _ key: String, of places: [DocPlace]) -> Series {
        var series = empty(field, key)
        for place in places {
            guard let period = period(of: place) else { continue }
            series.raw[period] += 1
            if !isRepeat(place) { series.distinct[period] += 1 }
        }
        return series
    }

    private func empty(_ field: Field, _ key: String) -> Series {
        let none = [Int](repeating: 0, count: grid.count)
        return Series(field: field, key: key, raw: none, distinct: none)
    }

    private func count(
        _ list: PostingList, _ block: inout PostingBlock, _ number: Int, _ periods: [UInt16], into series: inout Series
    ) {
        let marks = repeats.words[number]
        for doc in list.docs(using: &block) {
            let period = periods[Int(doc)]
            guard period != Self.outside else { continue }
            series.raw[Int(period)] += 1
            series.distinct[Int(period)] += 1 - Int(truncatingIfNeeded: marks[Int(doc >> 6)] >> UInt64(doc & 63) & 1)
        }
    }

    /// Adds the larger areas of 行政区划 codes: two digits a province, four a city, six a county, nine a street.
    static func withAreas(_ series: [Series], recent: Int) -> [Series] {
        var areas: [String: Series] = [:]
        for one in series {
            for key in RegionTree.ancestors(of: one.key) + [one.key] {
                guard var area = areas[key] else {
                    var area = one
                    area.key = key
                    areas[key] = area
                    continue
                }
                for i in area.raw.indices {
                    area.raw[i] += one.raw[i]
                    area.distinct[i] += one.distinct[i]
                }
                areas[key] = area
            }
        }
        return areas.values.filter { $0.raw[recent...].reduce(0, +) >= recentMin }.sorted { $0.key < $1.key }
    }

    // MARK: Records behind a figure

    /// Documents of a facet value in the periods, without the dead, in order of arrival.
    package func places(_ field: Field, _ key: String, periods wanted: Range<Int>) throws -> [DocPlace] {
        var found: [DocPlace] = []
        var block = PostingBlock()
        for (number, segment) in snapshot.segments.enumerated() {
            var lists: [PostingList] = []
            if field.zone == .content {
                if let list = try segment.postings(of: .word(Array(key.utf16))) { lists.append(list) }
            } else if field.kind == .region {
                let ordinals = try segment.facetOrdinals(prefix: FacetName.bytes(field, key))
                try segment.forEachFacet(in: ordinals) { ordinal, list throws(IndexError) in
                    let value = FacetName.value(try segment.facetName(ordinal))
                    if value == key || RegionTree.ancestors(of: value).contains(key) { lists.append(list) }
                }
            } else if let list = try segment.postings(ofFacet: FacetName.bytes(field, key)) {
                lists.append(list)
            }
            var docs: Set<UInt32> = []
            for list in lists {
                list.forEach(using: &block) { doc, _ in
                    let period = self.periods[number][Int(doc)]
                    if period != Self.outside, wanted.contains(Int(period)) { docs.insert(doc) }
                }
            }
            for doc in docs.sorted() { found.append(DocPlace(segment: number, doc: doc)) }
        }
        return found
    }

    /// Documents of the periods, whatever they are about.
    package func places(periods wanted: Range<Int>) -> [DocPlace] {
        var found: [DocPlace] = []
        for (number, periods) in periods.enumerated() {
            for (doc, period) in periods.enumerated() where period != Self.outside && wanted.contains(Int(period)) {
                found.append(DocPlace(segment: number, doc: UInt32(doc)))
            }
        }
        return found
    }

    /// Where record versions stand, in order of arrival; those that are dead or in no segment left out.
    package func places(of sequences: [RecordSequence]) throws -> [DocPlace] {
        let sorted = sequences.sorted()
        var found: [DocPlace] = []
        for (number, segment) in snapshot.segments.enumerated() where segment.docCount > 0 {
            for sequence in sorted where segment.firstSequence <= sequence && sequence <= segment.lastSequence {
                guard let doc = try segment.doc(of: sequence), !segment.dead.contains(doc) else { continue }
                found.append(DocPlace(segment: number, doc: doc))
            }
        }
        return found
    }

    package func isRepeat(_ place: DocPlace) -> Bool { repeats.contains(segment: place.segment, doc: place.doc) }

    package func sequence(of place: DocPlace) throws -> RecordSequence {
        try snapshot.segments[place.segment].sequence(of: place.doc)
    }
}

/// Codes of 行政区划 as a tree; names of areas as paths.
package enum RegionTree {
    package static func ancestors(of key: String) -> [String] {
        let digits = key.utf8
        if !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) {
            return [2, 4, 6, 9].filter { $0 < digits.count }.map { String(key.prefix($0)) }
        }
        return paths(of: key)
    }

    /// `A`, `A/B` of `A/B/C`.
    package static func paths(of key: String) -> [String] {
        key.indices.filter { key[$0] == "/" && $0 > key.startIndex }.map { String(key[..<$0]) }
    }
}
