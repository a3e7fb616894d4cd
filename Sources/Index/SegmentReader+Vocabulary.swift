// Which characters a segment holds, and which stand behind which: a walk over a stretch of the dictionary.

extension SegmentReader {
    /// Calls `body` with each pair of neighbouring units that stands in some text, in their order.
    func forEachBigram(_ body: (_ first: UInt16, _ second: UInt16, _ docCount: Int) -> Void) throws(IndexError) {
        try forEachTerm(TermKey.bigram(0, 0).rawValue...TermKey.bigram(.max, .max).rawValue) { term, docCount in
            body(UInt16(truncatingIfNeeded: term >> 16), UInt16(truncatingIfNeeded: term), docCount)
        }
    }

    private func forEachTerm(_ terms: ClosedRange<UInt64>, _ body: (_ term: UInt64, _ docCount: Int) -> Void) throws(IndexError) {
        guard header.dictionaryBlocks > 0 else { return }
        var walk = try DictionaryWalk(self, block: dictionaryBlock(of: terms.lowerBound) ?? 0)
        while let entry = try walk.nextAcrossBlocks() {
            if entry.term > terms.upperBound { return }
            if entry.term >= terms.lowerBound { body(entry.term, entry.docCount) }
        }
    }
}
