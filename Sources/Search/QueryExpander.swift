// Written differently, found all the same: adds to the unquoted parts of a query what else they may be written as.
//
// A part becomes `part OR variant OR …`. The set that is found, its count, and what is marked all follow from that
// tree; only the order knows a variant from what was written: records that hold the part as written come first.

import Records

package struct QueryExpander {
    /// Variants of one part at most.
    static let variantCountMax = 32

    /// How else the numbers of folded text are written.
    package typealias NumberSpeller = (_ units: [UInt16]) -> [(range: Range<Int>, spellings: [[UInt16]])]

    private let synonyms: Synonyms
    private let words: WordFinder
    private let numbers: NumberSpeller

    package init(synonyms: Synonyms, numbers: @escaping NumberSpeller, words: @escaping WordFinder) {
        self.synonyms = synonyms
        self.numbers = numbers
        self.words = words
    }

    package struct Expanded {
        package var root: QueryNode
        /// What synonyms were added, as written in the notice: the part and what stands for it.
        package var synonyms: [(part: String, others: [String])] = []
    }

    package func expanded(_ root: QueryNode) -> Expanded {
        var expanded = Expanded(root: root)
        expanded.root = expand(root, &expanded)
        return expanded
    }

    /// What is excluded stays as narrow as it was written, and so do operands of `NEAR`.
    private func expand(_ node: QueryNode, _ expanded: inout Expanded) -> QueryNode {
        switch node {
        case .understood(let part):
            let variants = variants(of: part, &expanded)
            guard !variants.isEmpty else { return node }
            return .disjunction([node] + variants.map { Self.isLiteral($0) ? .literal($0) : .understood($0) })
        case .field(let field, .understood(let part)):
            let variants = variants(of: part, &expanded)
            guard !variants.isEmpty else { return node }
            return .disjunction(
                [node] + variants.map { .field(field, Self.isLiteral($0) ? .literal($0) : .understood($0)) })
        case .and(let children): return .conjunction(children.map { expand($0, &expanded) })
        case .or(let children): return .disjunction(children.map { expand($0, &expanded) })
        case .all, .literal, .pasted, .field, .not, .near, .exists: return node
        }
    }

    /// Another word for a whole part stands or does not; in a longer part it is one word of several.
    private static func isLiteral(_ part: QueryPart) -> Bool { part.variant != .ofWords }

    private func variants(of part: QueryPart, _ expanded: inout Expanded) -> [QueryPart] {
        var variants: [QueryPart] = []
        let places = synonyms.places(in: part.units) { words(part.units) }
        if !places.isEmpty {
            let isWhole = places[0].range.count == part.units.count || Understanding.isLiteralOnly(part.units)
            let texts = Self.combined(part.units, places.map { ($0.range, $0.others) })
            variants += texts.map { Self.part($0, isWhole ? .ofWhole : .ofWords, part) }
            for place in places {
                let word = String(decoding: part.units[place.range], as: UTF16.self)
                let others = place.others.map { String(decoding: $0, as: UTF16.self) }
                if !expanded.synonyms.contains(where: { $0.part == word }) { expanded.synonyms.append((word, others)) }
            }
        }
        // Up to three characters mean exactly themselves.
        if !Understanding.isLiteralOnly(part.units) {
            let texts = Self.combined(part.units, numbers(part.units).map { ($0.range, $0.spellings) })
            variants += texts.map { Self.part($0, .ofNumber, part) }
        }
        if let digits = NumberTail.digits(of: part.units) { variants.append(Self.part(digits, .ofTail, part)) }
        return Array(variants.prefix(Self.variantCountMax))
    }

    private static func part(_ units: [UInt16], _ variant: QueryPart.Variant, _ part: QueryPart) -> QueryPart {
        QueryPart(text: String(decoding: units, as: UTF16.self), units: units, range: part.range, variant: variant)
    }

    /// The text with each place as it is or written otherwise; the unchanged one left out. The usual spellings come first:
    /// of several places each is changed alone, then all of them alike, then the next spelling of each.
    private static func combined(_ units: [UInt16], _ places: [(range: Range<Int>, others: [[UInt16]])]) -> [[UInt16]] {
        var texts: [[UInt16]] = []
        func add(_ changes: [(range: Range<Int>, other: [UInt16])]) {
            var text = units
            for change in changes.reversed() { text.replaceSubrange(change.range, with: change.other) }
            if text != units, !texts.contains(text) { texts.append(text) }
        }
        for number in 0..<(places.map(\.others.count).max() ?? 0) {
            for place in places where number < place.others.count { add([(place.range, place.others[number])]) }
            if places.count > 1 { add(places.map { ($0.range, $0.others[min(number, $0.others.count - 1)]) }) }
        }
        return texts
    }
}
