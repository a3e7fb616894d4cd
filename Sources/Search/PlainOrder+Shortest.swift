// Where every match holds all parts, the best are the shortest: lists say of each block how short its shortest document is,
// and of a long list the few blocks with the shortest ones mostly hold all of the best.

import Index
import Records

extension PlainOrder {
    // MARK: One term

    /// The term whose list is all there is to the query.
    static func onlyTerm(_ node: QueryNode) -> TermKey? {
        let units: [UInt16]
        switch node {
        case .literal(let part): units = part.units
        case .understood(let part), .pasted(let part): units = part.units
        default: return nil
        }
        switch units.count {
        case 1: return .unigram(units[0])
        case 2: return .bigram(units[0], units[1])
        default: return nil
        }
    }

    /// Reads only the blocks that can hold one of the shortest documents.
    ///
    /// - Returns: false when that is no help: then nothing was ranked.
    mutating func rankShortest(
        of list: PostingList, weight: Float, _ number: Int, _ segment: SegmentReader
    ) throws -> Bool {
        // The shortest of a block may be dead.
        guard let blocks = list.blocks(ofShortest: best.limit + segment.dead.count) else { return false }
        var column = segment.lengthColumn
        for block in blocks {
            let docs = list.docs(ofBlock: block, using: &statistics.block)
            let lengths = try column.numbers(of: docs)
            var limit = lengthLimit(weight)
            for i in docs.indices where lengths[i] < limit && !segment.dead.contains(docs[i]) {
                let score = weight * Self.gain(lengths[i], statistics.meanLength)
                if try isBelowList(score, segment, docs[i]) { continue }
                try insert(score, docs[i], number, segment)
                limit = lengthLimit(weight)
            }
        }
        return true
    }

    // MARK: All of several terms

    /// What each match holds: every term, and every text that its terms alone do not make certain.
    struct Pieces {
        var terms: [TermKey] = []
        var texts: [TextPiece] = []
    }

    /// Nil if there is more to the query than texts that a match holds as written.
    static func pieces(of node: QueryNode, _ parts: [QueryNode.PositivePart]) -> Pieces? {
        if case .and(let children) = node {
            guard children.allSatisfy(isPart) else { return nil }
        } else if !isPart(node) {
            return nil
        }
        var pieces = Pieces()
        for units in Set(parts.map(\.part.units)) {
            if units.count == 1 { pieces.terms.append(.unigram(units[0])) }
            for place in units.indices.dropFirst() { pieces.terms.append(.bigram(units[place - 1], units[place])) }
            if units.count > 2 { pieces.texts.append(TextPiece(units)) }
        }
        pieces.terms = Array(Set(pieces.terms))
        return parts.allSatisfy { $0.part.variant == nil } && pieces.terms.count > 1 ? pieces : nil
    }

    /// Goes through the rarest term's list from the block with the shortest document on, as long as that costs far less
    /// than going through all lists.
    ///
    /// - Returns: false when the best were not all found: then nothing was ranked.
    mutating func rankShortest(holding pieces: Pieces, weight: Float, _ number: Int, _ segment: SegmentReader) throws -> Bool {
        var lists: [PostingList] = []
        for term in pieces.terms {
            guard let list = try statistics.postings(of: term)[number] else { return true }
            lists.append(list)
        }
        lists.sort { $0.docCount < $1.docCount }
        guard lists[0].isLong, lists[0].blockCount >= longList else { return false }
        let (blocks, reach) = lists[0].blocks(ofShortest: max(1, lists[0].blockCount / 8), below: lengthLimit(weight))
        let before = best
        var column = segment.lengthColumn
        var limit = lengthLimit(weight)
        for block in blocks {
            if lists[0].shortest(ofBlock: block) >= limit { break }
            try TimeLimit.check()
            let docs = lists[0].docs(ofBlock: block, using: &statistics.block)
            let lengths = try column.numbers(of: docs)
            var left: [(doc: UInt32, length: UInt32)] = []
            for place in docs.indices where lengths[place] < limit && !segment.dead.contains(docs[place]) {
                left.append((docs[place], lengths[place]))
            }
            for list in lists.dropFirst() where !left.isEmpty {
                var kept: [(doc: UInt32, length: UInt32)] = []
                list.intersect(left.map(\.doc), weighted: false, using: &statistics.block) { place, _ in kept.append(left[place]) }
                left = kept
            }
            for (doc, length) in left where length < limit {
                let score = weight * Self.gain(length, statistics.meanLength)
                if try isBelowList(score, segment, doc) { continue }
                if !pieces.texts.isEmpty {
                    let text = try segment.text(of: doc)
                    guard pieces.texts.allSatisfy(text.contains) else { continue }
                }
                try insert(score, doc, number, segment)
                limit = lengthLimit(weight)
            }
        }
        if limit <= reach { return true }
        best = before
        return false
    }
}
