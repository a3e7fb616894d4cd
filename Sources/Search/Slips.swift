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
            var found: [(mend: Mend, hits: Int)] = []
            let mends = try mends(of: units, statistics, soundsAlike)
            for mend in mends.prefix(Self.countedMax) {
                let hits = try count(.literal(Self.part(mend.units, positive.part)))
                if hits > 0 { found.append((mend, hits)) }
            }
            found.sort { ($0.mend.kind.rawValue, -$0.hits) < ($1.mend.kind.rawValue, -$1.hits) }
            for (mend, _) in found.prefix(Self.suggestionCountMax) {
                let mended = Self.part(mend.units, positive.part)
                let total = try count(root.replacing(positive.part, by: mended))
                if total > 0 {
                    suggestions.append(Suggestion(part: positive.part.text, mended: mended.text, count: total))
                }
            }
        }
        return suggestions
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
        /// Of its rarest pair: an upper bound on the records.
        var docsMax: Int
    }

    /// Likeliest first.
    private func mends(
        of units: [UInt16], _ statistics: IndexStatistics, _ soundsAlike: (UInt16, UInt16) -> Bool
    ) throws -> [Mend] {
        var mends: [Mend] = []
        var seen: Set<[UInt16]> = [units]
        func add(_ text: [UInt16], _ kind: Mend.Kind) throws {
            guard text.count >= 2, seen.insert(text).inserted else { return }
            var least = Int.max
            for i in 1..<text.count {
                least = min(least, try statistics.docFrequency(of: .bigram(text[i - 1], text[i])))
                if least == 0 { return }
            }
            mends.append(Mend(units: text, kind: kind, docsMax: least))
        }
        for i in units.indices {
            if units.count > 3 {
                var shorter = units
                shorter.remove(at: i)
                try add(shorter, .tooMany)
            }
            if i > 0 {
                var swapped = units
                swapped.swapAt(i - 1, i)
                try add(swapped, .swapped)
            }
            // Where all other pairs stand in some record, the fault is here.
            var others = units
            others.remove(at: i)
            let isHere = try units.indices.dropFirst().allSatisfy { place in
                try place == i || place == i + 1
                    || statistics.docFrequency(of: .bigram(units[place - 1], units[place])) > 0
            }
            guard isHere else { continue }
            for unit in try neighbours(i > 0 ? units[i - 1] : nil, i + 1 < units.count ? units[i + 1] : nil, statistics) {
                var changed = units
                changed[i] = unit
                try add(changed, soundsAlike(units[i], unit) ? .soundsAlike : .wrong)
            }
        }
        // A character is missing between two that do not stand side by side anywhere, or anywhere if all do.
        for i in 1..<units.count {
            let isGap = try units.indices.dropFirst().allSatisfy { place in
                try place == i || statistics.docFrequency(of: .bigram(units[place - 1], units[place])) > 0
            }
            guard isGap else { continue }
            for unit in try neighbours(units[i - 1], units[i], statistics) {
                var longer = units
                longer.insert(unit, at: i)
                try add(longer, .missing)
            }
        }
        return mends.sorted {
            ($0.kind == .soundsAlike ? 0 : 1, -$0.docsMax, $0.kind.rawValue) < ($1.kind == .soundsAlike ? 0 : 1, -$1.docsMax, $1.kind.rawValue)
        }
    }

    /// Characters that stand behind `before` and in front of `after` in some record.
    private func neighbours(_ before: UInt16?, _ after: UInt16?, _ statistics: IndexStatistics) throws -> [UInt16] {
        var units: Set<UInt16> = []
        for segment in snapshot.segments {
            if let before {
                try segment.forEachBigram(from: before) { second in units.insert(second) }
            } else {
                try segment.forEachUnigram { unit in units.insert(unit) }
            }
        }
        var found = units.filter(Self.isWord)
        if before == nil, let after {
            found = try found.filter { unit in
                try snapshot.segments.contains { try $0.postings(of: .bigram(unit, after)) != nil }
            }
        }
        return found.sorted()
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
