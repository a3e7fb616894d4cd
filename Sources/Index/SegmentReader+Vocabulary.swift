// Which characters a segment holds, and which stand behind which: a walk over a stretch of the dictionary.

extension SegmentReader {
    /// Calls `body` with each unit that stands directly behind `first` in some text.
    package func forEachBigram(from first: UInt16, _ body: (_ second: UInt16) -> Void) throws(IndexError) {
        let from = TermKey.bigram(first, 0).rawValue
        try forEachTerm(from...(from | 0xFFFF)) { body(UInt16(truncatingIfNeeded: $0)) }
    }

    /// Calls `body` with each unit that stands in some text.
    package func forEachUnigram(_ body: (_ unit: UInt16) -> Void) throws(IndexError) {
        try forEachTerm(TermKey.unigram(0).rawValue...TermKey.unigram(.max).rawValue) { body(UInt16(truncatingIfNeeded: $0)) }
    }

    private func forEachTerm(_ terms: ClosedRange<UInt64>, _ body: (UInt64) -> Void) throws(IndexError) {
        guard header.dictionaryBlocks > 0 else { return }
        var walk = try DictionaryWalk(self, block: dictionaryBlock(of: terms.lowerBound) ?? 0)
        while let entry = try walk.nextAcrossBlocks() {
            if entry.term > terms.upperBound { return }
            if entry.term >= terms.lowerBound { body(entry.term) }
        }
    }
}
