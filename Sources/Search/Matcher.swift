// Which documents of one segment a query tree matches, as far as posting lists and columns tell. Scores play no part
// here, so counts are exact and cheap.

import Index
import Records

struct Matcher {
    let statistics: IndexStatistics
    let resolver: any RecordResolver
    let number: Int
    private let segment: SegmentReader
    /// Understood parts match as literal ones: the set that stands first in the order of results.
    let literalOnly: Bool

    /// Variants match too.
    let withVariants: Bool

    init(
        _ statistics: IndexStatistics, segment number: Int, resolver: any RecordResolver, literalOnly: Bool,
        withVariants: Bool = true
    ) {
        self.withVariants = withVariants
        self.statistics = statistics
        self.number = number
        self.resolver = resolver
        self.literalOnly = literalOnly
        segment = statistics.snapshot.segments[number]
    }

    private var docCount: Int { segment.docCount }
    private var nothing: Match { .known(DocSet(empty: docCount)) }

    /// The live documents that match.
    ///
    /// - Parameter within: documents that matter; what is found lies among them.
    func match(_ node: QueryNode, within: DocSet? = nil) throws -> Match {
        let found = try evaluate(node, within: within)
        return segment.dead.isEmpty ? found : found.subtracting(segment.dead)
    }

    private func evaluate(_ node: QueryNode, within: DocSet?) throws -> Match {
        try TimeLimit.check()
        switch node {
        case .all: return .known(within ?? DocSet(all: docCount))
        case .literal(let part): return try literal(part, zone: nil, within)
        case .understood(let part), .pasted(let part): return try understood(part, zone: nil, within)
        case .and(let children): return try conjunction(children, within)
        case .or(let children): return children.isEmpty ? nothing : Self.any(try children.map { try evaluate($0, within: within) })
        case .not(let child): return try negation(child, within: within ?? DocSet(all: docCount))
        case .near(let a, let b, let distance): return try near(a, b, distance, within)
        case .exists(let field): return try exists(field, within)
        case .field(let field, let condition): return try evaluate(field, condition, within)
        }
    }

    // MARK: And, or, not

    /// The part with the fewest documents first, and each of the others only among what is left; negations last.
    private func conjunction(_ children: [QueryNode], _ within: DocSet?) throws -> Match {
        var order: [(cost: Int, node: QueryNode)] = []
        for child in children { order.append((try docsMax(child), child)) }
        order.sort { $0.cost < $1.cost }
        var left = within
        var inDoubt: [Match] = []
        for (_, child) in order {
            let match = try evaluate(child, within: left)
            left = match.possible
            if match.possible.isEmpty { return nothing }
            if !match.isKnown { inDoubt.append(match) }
        }
        let possible = left ?? DocSet(all: docCount)
        guard let first = inDoubt.first else { return .known(possible) }
        if inDoubt.count == 1 {
            return Match(first.kind, possible: possible, certain: first.least.intersection(possible))
        }
        let certain = inDoubt.dropFirst().reduce(first.least.intersection(possible)) { $0.intersection($1.least) }
        return Match(.all(inDoubt), possible: possible, certain: certain)
    }

    private static func any(_ matches: [Match]) -> Match {
        let possible = matches.dropFirst().reduce(matches[0].possible) { $0.union($1.possible) }
        if matches.allSatisfy(\.isKnown) { return Match(.any(matches), possible: possible) }
        let certain = matches.dropFirst().reduce(matches[0].least) { $0.union($1.least) }
        return Match(.any(matches), possible: possible, certain: certain)
    }

    private func negation(_ child: QueryNode, within: DocSet) throws -> Match {
        let match = try evaluate(child, within: within)
        let possible = within.subtracting(match.least)
        if match.isKnown { return .known(possible) }
        return Match(.none(match), possible: possible, certain: within.subtracting(match.possible))
    }

    /// About how many documents a node can match at most: where a conjunction begins.
    private func docsMax(_ node: QueryNode) throws -> Int {
        switch node {
        case .literal(let part): return try docsMax(part)
        case .understood(let part) where literalOnly || Understanding.isLiteralOnly(part.units): return try docsMax(part)
        case .field(_, .literal(let part)): return try docsMax(part) + 1
        case .field(let field, .equals(let value)) where field.kind != .key && field.kind != .identity:
            return try segment.postings(ofFacet: FacetName.bytes(field, field.canonicalValue(value)))?.docCount ?? 0
        case .field(_, .equals): return 1
        case .and(let children): return try children.map { try docsMax($0) }.min() ?? docCount
        case .or(let children): return try children.reduce(0) { $0 + (try docsMax($1)) }
        // Conditions that are cheap to look up for the few documents that the others leave.
        case .field(_, .dateRange), .field(_, .numberRange): return docCount
        case .not: return docCount + 1
        default: return docCount
        }
    }

    private func docsMax(_ part: QueryPart) throws -> Int {
        let units = part.units
        if units.count == 1 { return try list(.unigram(units[0]))?.docCount ?? 0 }
        var least = Int.max
        for i in 1..<units.count { least = min(least, try list(.bigram(units[i - 1], units[i]))?.docCount ?? 0) }
        return least
    }

    // MARK: Text

    private func list(_ term: TermKey) throws -> PostingList? { try statistics.postings(of: term)[number] }

    private func set(_ list: PostingList, _ within: DocSet?) -> DocSet {
        within?.intersection(list, using: &statistics.block)
            ?? DocSet(list, docCount: docCount, using: &statistics.block)
    }

    private func literal(_ part: QueryPart, zone: TextZone?, _ within: DocSet?) throws -> Match {
        guard let variant = part.variant else { return try literal(part.units, zone: zone, within) }
        // What nobody wrote does not stand as written.
        if !withVariants { return nothing }
        let match = try literal(part.units, zone: zone, within)
        if variant == .ofTail {
            return Match(.tail(NumberTail(part.units), zone), possible: match.possible, certain: DocSet(empty: docCount))
        }
        guard variant == .ofNumber else { return match }
        return Match(
            .number(WholeNumber(part.units), zone), possible: match.possible, certain: DocSet(empty: docCount))
    }

    private func understood(_ part: QueryPart, zone: TextZone?, _ within: DocSet?) throws -> Match {
        if part.variant != nil, !withVariants { return nothing }
        return try understood(part.units, zone: zone, within)
    }

    /// Documents whose text (or one zone of it) holds `units`.
    private func literal(_ units: [UInt16], zone: TextZone?, _ within: DocSet?) throws -> Match {
        var lists: [PostingList] = []
        if units.count == 1 {
            guard let list = try list(.unigram(units[0])) else { return nothing }
            lists.append(list)
        } else {
            var seen: [TermKey] = []
            for i in 1..<units.count {
                let term = TermKey.bigram(units[i - 1], units[i])
                if units.count > 3, seen.count < 64 {
                    if seen.contains(term) { continue }
                    seen.append(term)
                }
                guard let list = try list(term) else { return nothing }
                lists.append(list)
            }
        }
        // The rarest first; texts settle what a few lists have left.
        lists.sort { $0.docCount < $1.docCount }
        var found = set(lists[0], within)
        let piece = TextPiece(units)
        for list in lists.dropFirst() {
            if case .array(let docs) = found.form {
                if docs.count <= Self.fewCandidates { break }
                if units.count > 2, zone == nil, try textsSettle(docs, piece, rather: list) { break }
            }
            found = found.intersection(list, using: &statistics.block)
        }
        if units.count <= 2, zone == nil { return .known(found) }
        return Match(
            .literal(piece, zone), possible: found,
            certain: zone == nil ? try certain(units, among: found) : DocSet(empty: docCount))
    }

    /// So few texts are looked into at once: finding a further list and the block of each document in it takes longer.
    static let fewCandidates = 64

    /// False in tests that compare.
    @TaskLocal static var mayAskTexts = true

    /// Candidates whose texts say what share of all holds the piece.
    private static let sampled = 8
    /// What a block of a list and a text cost, in one unit: some 80 and 40 ns.
    private static let (blockCost, textCost) = (4, 2)

    /// Whether looking into the texts that a further list would spare costs less than the list: of a piece whose rarest pairs
    /// stand nowhere else nearly all candidates hold it, and a list of a frequent pair leaves them as they are.
    private func textsSettle(_ docs: [UInt32], _ piece: TextPiece, rather list: PostingList) throws -> Bool {
        guard docs.count > 4 * Self.sampled, Self.mayAskTexts else { return false }
        let listCost = min(docs.count, list.blockCount) * Self.blockCost
        // Not even if it spared all of them; and nothing is known without a look.
        guard listCost > docs.count * Self.textCost / Self.sampled else { return false }
        let step = docs.count / Self.sampled
        let held = try segment.filter((0..<Self.sampled).map { docs[$0 * step] }, holding: piece).count
        return docs.count * (Self.sampled - held) / Self.sampled * Self.textCost < listCost
    }

    /// Where the piece is a word, the list of the word names documents that hold it: of most words nearly all that do.
    private func certain(_ units: [UInt16], among found: DocSet) throws -> DocSet {
        guard found.count > Self.fewCandidates, let list = try list(.word(units)) else { return DocSet(empty: docCount) }
        return found.intersection(list, using: &statistics.block)
    }

    /// Documents that hold `units` literally or enough of their pairs. The rule is in QUERY.md, "Understood parts":
    /// all pairs are more than enough, so literal matches are among the others.
    private func understood(_ units: [UInt16], zone: TextZone?, _ within: DocSet?) throws -> Match {
        if literalOnly || Understanding.isLiteralOnly(units) { return try literal(units, zone: zone, within) }
        let understanding = try Understanding(units, statistics)
        var found = try understanding.matches(inSegment: number)
        if let within { found = found.intersection(within) }
        guard let zone else { return .known(found) }
        return Match(.understood(understanding, zone), possible: found, certain: DocSet(empty: docCount))
    }

    private func near(_ a: QueryNode, _ b: QueryNode, _ distance: Int, _ within: DocSet?) throws -> Match {
        guard let (left, leftZone) = Self.literalPart(a), let (right, rightZone) = Self.literalPart(b) else {
            return nothing
        }
        if let leftZone, let rightZone, leftZone != rightZone { return nothing }
        let first = try evaluate(a, within: within).possible
        let nearness = Nearness(left: left, right: right, zone: leftZone ?? rightZone, distance: distance)
        return Match(
            .near(nearness), possible: try evaluate(b, within: first).possible, certain: DocSet(empty: docCount))
    }

    private static func literalPart(_ node: QueryNode) -> ([UInt16], TextZone?)? {
        switch node {
        case .literal(let part): (part.units, nil)
        case .field(let field, .literal(let part)): (part.units, field.zone)
        default: nil
        }
    }

    // MARK: Fields

    private func evaluate(_ field: Field, _ condition: FieldCondition, _ within: DocSet?) throws -> Match {
        switch condition {
        case .literal(let part):
            return Self.any([try literal(part, zone: field.zone, within), try facet(field, part, within)])
        case .understood(let part):
            return Self.any([try understood(part, zone: field.zone, within), try facet(field, part, within)])
        case .dateRange(let from, let to): return .known(try dates(field, from, to, within))
        case .numberRange(let from, let to): return .known(try quantities(field, from, to, within))
        case .equals(let value):
            if field.kind == .key || field.kind == .identity { return .known(try resolved(field, condition, within)) }
            return try facet(FacetName.bytes(field, field.canonicalValue(value)), within)
        case .prefix(let value):
            if field.kind == .key || field.kind == .identity { return .known(try resolved(field, condition, within)) }
            return .known(try facets(prefix: FacetName.bytes(field, value), within))
        }
    }

    private func resolved(_ field: Field, _ condition: FieldCondition, _ within: DocSet?) throws -> DocSet {
        var docs: [UInt32] = []
        for sequence in try resolver.sequences(field, condition) {
            if let doc = try segment.doc(of: sequence) { docs.append(doc) }
        }
        docs.sort()
        let found = DocSet(sorted: docs.reduce(into: []) { if $0.last != $1 { $0.append($1) } }, docCount: docCount)
        return within?.intersection(found) ?? found
    }

    /// Records whose value the part is, of facets that are text too: the text may lack a code of theirs.
    private func facet(_ field: Field, _ part: QueryPart, _ within: DocSet?) throws -> Match {
        if case .text = field.kind { return nothing }
        return try facet(FacetName.bytes(field, field.canonicalValue(part.text)), within)
    }

    private func facet(_ name: [UInt8], _ within: DocSet?) throws -> Match {
        guard let list = try segment.postings(ofFacet: name) else { return nothing }
        return .known(set(list, within))
    }

    private func facets(prefix: [UInt8], _ within: DocSet?) throws -> DocSet {
        var words = [UInt64](repeating: 0, count: (docCount + 63) / 64)
        try segment.forEachFacet(in: segment.facetOrdinals(prefix: prefix)) { _, list in
            list.fill(&words, using: &statistics.block)
        }
        let found = DocSet(bits: words, docCount: docCount)
        return within?.intersection(found) ?? found
    }

    private func exists(_ field: Field, _ within: DocSet?) throws -> Match {
        switch field.kind {
        case .facet, .path, .region: return .known(try facets(prefix: [field.code], within))
        case .text(let zone):
            var kept: [UInt32] = []
            for doc in (within ?? DocSet(all: docCount)).array {
                if doc % 256 == 0 { try TimeLimit.check() }
                if DocumentZones(try segment.text(of: doc)).contains(where: { $0.zone == zone }) { kept.append(doc) }
            }
            return .known(DocSet(sorted: kept, docCount: docCount))
        case .date where field.isReceivedAt: return .known(within ?? DocSet(all: docCount))
        case .date, .number: return .known(try quantities(field, nil, nil, within))
        case .key, .identity: return .known(try resolved(field, .prefix(""), within))
        }
    }

    /// Days since 1970-01-01 at +08:00, both ends included.
    private func dates(_ field: Field, _ from: Int64?, _ to: Int64?, _ within: DocSet?) throws -> DocSet {
        guard field.isReceivedAt else { return try quantities(field, from, to, within) }
        let eightHours: Int64 = 8 * 3_600
        let first = from.map { $0 * 86_400 - eightHours } ?? .min
        let last = to.map { ($0 + 1) * 86_400 - eightHours - 1 } ?? .max
        if segment.earliestReceivedAt > last || segment.latestReceivedAt < first { return DocSet(empty: docCount) }
        if segment.earliestReceivedAt >= first, segment.latestReceivedAt <= last {
            return within ?? DocSet(all: docCount)
        }
        if let range = try segment.docs(receivedFrom: first, to: last) {
            guard let within else { return DocSet(range, docCount: docCount) }
            if case .array(let docs) = within.form {
                return DocSet(sorted: docs.filter { range.contains($0) }, docCount: docCount)
            }
            return within.intersection(DocSet(range, docCount: docCount))
        }
        var kept: [UInt32] = []
        var moments = segment.receivedAtColumn
        for doc in (within ?? DocSet(all: docCount)).array {
            let moment = try moments.number(of: doc)
            if first <= moment, moment <= last { kept.append(doc) }
        }
        return DocSet(sorted: kept, docCount: docCount)
    }

    private func quantities(_ field: Field, _ from: Int64?, _ to: Int64?, _ within: DocSet?) throws -> DocSet {
        var docs: [UInt32] = []
        let (low, high) = (from ?? .min, to ?? .max)
        try segment.forEachQuantity(of: field) { doc, value in
            if low <= value, value <= high, docs.last != doc { docs.append(doc) }
        }
        let found = DocSet(sorted: docs, docCount: docCount)
        return within?.intersection(found) ?? found
    }
}

extension Field {
    /// 接收时间 has a column of its own in the index.
    var isReceivedAt: Bool { self == .date }
}
