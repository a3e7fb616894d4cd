// A typing slip: what a part of a query may have been meant as, when no record holds it as written. It is offered
// with the count it would give, and never mixed in.
//
// One character is wrong, missing, too many, or two are swapped. No dictionary is asked: what a slip is mended to
// stands in the archive.

import Index
import Records

extension Searcher {
    package struct Suggestion: Hashable, Sendable {
        /// What was written, and what could be.
        package let part: String
        package let mended: String
        /// Records that the whole query would find.
        package let count: Int
    }

    private static let lengths = 3...16
    /// Mended parts whose records are counted, of one part.
    private static let countedMax = 24
    private static let suggestionCountMax = 3

    /// The best mends of the parts that no record holds as written, most likely first.
    ///
    /// - Parameter soundsAlike: whether two characters are read alike; typed by sound, such are the likeliest slips.
    package func suggestions(
        for root: QueryNode, soundsAlike: (UInt16, UInt16) -> Bool
    ) throws -> [Suggestion] {
        let statistics = IndexStatistics(facts)
        var suggestions: [Suggestion] = []
        for positive in root.positiveParts where positive.part.variant == nil && suggestions.isEmpty {
            let units = positive.part.units
            guard Self.lengths.contains(units.count), units.allSatisfy(Self.isWord),
                try count(.literal(positive.part)) == 0
            else { continue }
            for (mend, hits) in try best(of: mends(of: units, statistics, soundsAlike), of: positive.part) {
                let mended = Self.part(mend.units, positive.part)
                let whole = root.replacing(positive.part, by: mended)
                let total = whole == .literal(mended) ? hits : try count(whole)
                if total > 0 {
                    suggestions.append(Suggestion(part: positive.part.text, mended: mended.text, count: total))
                }
            }
        }
        return suggestions
    }

    /// The likeliest mends that some record holds, by their kind, then by how many do.
    ///
    /// Texts are read only of mends that can still come in: of three better ones none need be counted again.
    private func best(of mends: [Mend], of part: QueryPart) throws -> [(mend: Mend, hits: Int)] {
        var found: [(mend: Mend, hits: Int, place: Int)] = []
        let order = mends.indices.sorted { a, b in
            (mends[a].kind.rawValue, -mends[a].docsMax, a) < (mends[b].kind.rawValue, -mends[b].docsMax, b)
        }
        for place in order {
            try TimeLimit.check()
            let mend = mends[place]
            var enough = 1
            if found.count == Self.suggestionCountMax, let last = found.last {
                if mend.kind.rawValue > last.mend.kind.rawValue { break }
                enough = last.hits
            }
            guard mend.docsMax >= enough, let hits = try count(.literal(Self.part(mend.units, part)), ifAtLeast: enough) else { continue }
            let key = (mend.kind.rawValue, -hits, place)
            found.insert((mend, hits, place), at: found.firstIndex { key < ($0.mend.kind.rawValue, -$0.hits, $0.place) } ?? found.count)
            if found.count > Self.suggestionCountMax { found.removeLast() }
        }
        return found.map { ($0.mend, $0.hits) }
    }

    private static func part(_ units: [UInt16], _ part: QueryPart) -> QueryPart {
        QueryPart(text: String(decoding: units, as: UTF16.self), units: units, range: part.range)
    }

    private static func isWord(_ unit: UInt16) -> Bool {
        (0x4E00...0x9FFF).contains(unit) || QueryTerms.isASCIIAlphanumeric(unit)
    }

    private struct Mend {
        enum Kind: Int { case soundsAlike, swapped, wrong, missing, tooMany }
        var units: [UInt16]
        var kind: Kind
        /// Of its rarest pair: an upper bound on the records. While mends are gathered, dead ones may count as well.
        var docsMax: Int
        /// In the order in which mends were found.
        var number: Int

        /// What is likelier comes first; of equals, what was found first.
        func precedes(_ other: Mend) -> Bool {
            let own = (kind == .soundsAlike ? 0 : 1, -docsMax, kind.rawValue, number)
            return own < (other.kind == .soundsAlike ? 0 : 1, -other.docsMax, other.kind.rawValue, other.number)
        }
    }

    /// The `countedMax` likeliest, likeliest first.
    private func mends(
        of units: [UInt16], _ statistics: IndexStatistics, _ soundsAlike: (UInt16, UInt16) -> Bool
    ) throws -> [Mend] {
        func frequency(_ text: [UInt16], _ place: Int) throws -> Int {
            try statistics.docFrequency(of: .bigram(text[place - 1], text[place]))
        }
        /// The least frequency of the pairs of `text` but those that end in `places`.
        func least(_ text: [UInt16], without places: ClosedRange<Int> = 0...0) throws -> Int {
            var least = Int.max
            for place in text.indices.dropFirst() where !places.contains(place) && least > 0 {
                least = min(least, try frequency(text, place))
            }
            return least
        }
        var mends: [Mend] = []
        var seen: Set<[UInt16]> = [units]
        func add(_ text: [UInt16], _ kind: Mend.Kind, _ docsMax: Int) {
            guard docsMax > 0, text.count >= 2, seen.insert(text).inserted else { return }
            mends.append(Mend(units: text, kind: kind, docsMax: docsMax, number: mends.count))
        }
        let neighbours = try Neighbours(snapshot)
        for i in units.indices {
            if units.count > 3 {
                var shorter = units
                shorter.remove(at: i)
                add(shorter, .tooMany, try least(shorter))
            }
            if i > 0 {
                var swapped = units
                swapped.swapAt(i - 1, i)
                add(swapped, .swapped, try least(swapped))
            }
            // Where all other pairs stand in some record, the fault is here.
            let others = try least(units, without: i...(i + 1))
            guard others > 0 else { continue }
            for (unit, count) in neighbours.between(i > 0 ? units[i - 1] : nil, i + 1 < units.count ? units[i + 1] : nil) {
                var changed = units
                changed[i] = unit
                add(changed, soundsAlike(units[i], unit) ? .soundsAlike : .wrong, min(others, count))
            }
        }
        // A character is missing between two that do not stand side by side anywhere, or anywhere if all do.
        for i in 1..<units.count {
            let others = try least(units, without: i...i)
            guard others > 0 else { continue }
            for (unit, count) in neighbours.between(units[i - 1], units[i]) {
                var longer = units
                longer.insert(unit, at: i)
                add(longer, .missing, min(others, count))
            }
        }
        mends.sort { $0.precedes($1) }
        guard snapshot.segments.contains(where: { !$0.dead.isEmpty }) else { return Array(mends.prefix(Self.countedMax)) }
        return try exact(mends, least: { try least($0) })
    }

    /// The likeliest by what live records hold: those whose bounds can come in are looked up.
    private func exact(_ mends: [Mend], least: ([UInt16]) throws -> Int) throws -> [Mend] {
        var kept: [Mend] = []
        for bound in mends {
            if kept.count >= Self.countedMax, kept[Self.countedMax - 1].precedes(bound) { break }
            var mend = bound
            mend.docsMax = try least(mend.units)
            guard mend.docsMax > 0 else { continue }
            kept.insert(mend, at: kept.firstIndex { mend.precedes($0) } ?? kept.count)
        }
        return Array(kept.prefix(Self.countedMax))
    }

    /// Characters that stand behind one and in front of another.
    private final class Neighbours {
        private let tables: [NeighbourTable]
        private var following = NeighbourSums(), preceding = NeighbourSums()

        init(_ snapshot: IndexSnapshot) throws(IndexError) {
            var tables: [NeighbourTable] = []
            for segment in snapshot.segments { tables.append(try segment.neighbourTable()) }
            self.tables = tables
        }

        /// With the documents that hold the rarer of the two pairs; ascending.
        func between(_ before: UInt16?, _ after: UInt16?) -> [(unit: UInt16, count: Int)] {
            following.clear()
            preceding.clear()
            if let before { for table in tables { table.addFollowing(before, to: &following) } }
            if let after { for table in tables { table.addPreceding(after, to: &preceding) } }
            let fewer = before == nil || after != nil && preceding.units.count < following.units.count ? preceding.units : following.units
            return fewer.sorted().compactMap { unit in
                let count = min(before == nil ? .max : following[unit], after == nil ? .max : preceding[unit])
                return count > 0 && Searcher.isWord(unit) ? (unit, Int(count)) : nil
            }
        }
    }
}

extension QueryNode {
    /// The tree with another part, meant literally, in the place of one; without the variants of that.
    func replacing(_ part: QueryPart, by other: QueryPart) -> QueryNode {
        switch self {
        case .literal(let own), .understood(let own), .pasted(let own): return own == part ? .literal(other) : self
        case .field(let field, .literal(let own)), .field(let field, .understood(let own)):
            return own == part ? .field(field, .literal(other)) : self
        case .and(let children): return .conjunction(children.map { $0.replacing(part, by: other) })
        case .or(let children):
            let kept = children.filter { child in
                guard let variant = child.positiveParts.first?.part, variant.variant != nil else { return true }
                return variant.range != part.range
            }
            return .disjunction(kept.map { $0.replacing(part, by: other) })
        case .near(let a, let b, let distance):
            return .near(a.replacing(part, by: other), b.replacing(part, by: other), distance: distance)
        case .all, .field, .not, .exists: return self
        }
    }
}
