// The pairs of letters that stand in very many documents: how an archive's set phrases are learnt.
//
// A list of many documents takes many bytes, so of the dictionary only those blocks are read whose lists are long.

extension IndexSnapshot {
    /// Bigrams in more than `least` documents, each with that number.
    ///
    /// Those are left out that are frequent in none of the larger segments: they cannot be frequent for long.
    /// - Parameter liveOnly: exact, and the same however documents lie in segments; else dead ones count as well.
    package func frequentBigrams(moreThan least: Int, liveOnly: Bool = false) throws(IndexError) -> [(units: UInt32, docCount: Int)] {
        let total = segments.reduce(0) { $0 + $1.docCount }
        guard total > 0, least < total else { return [] }
        var candidates: Set<UInt64> = []
        // What is frequent over all is as frequent, or more, in at least one segment.
        for segment in segments where segment.docCount * 16 >= total || liveOnly {
            // A list of more than `least` has its share, or more, in at least one segment.
            try segment.forEachBigram(moreThan: least * segment.docCount / total) { term in candidates.insert(term) }
        }
        var found: [(UInt32, Int)] = []
        for term in candidates.sorted() {
            var count = 0
            for segment in segments {
                guard let list = try segment.postings(of: TermKey(rawValue: term)) else { continue }
                count += liveOnly ? segment.liveCount(list) : list.docCount
            }
            if count > least { found.append((UInt32(truncatingIfNeeded: TermKey(rawValue: term).value), count)) }
        }
        return found
    }
}

extension SegmentReader {
    fileprivate func forEachBigram(moreThan least: Int, _ body: (UInt64) -> Void) throws(IndexError) {
        // A full block of 256 documents takes 9 bytes, the least there is (FORMAT.md, "Posting list").
        let bytesMin = (least / 256) * 9
        let blocks = Int(header.dictionaryBlocks)
        let (first, end) = (TermKey(.bigram, 0).rawValue, TermKey(.word, 0).rawValue)
        // Blocks stand in the order of their terms.
        var (low, high) = (0, blocks)
        while low < high {
            let middle = (low + high) / 2
            if try firstTerm(ofBlock: middle) < first { low = middle + 1 } else { high = middle }
        }
        for block in max(0, low - 1)..<max(0, blocks) {
            if try firstTerm(ofBlock: block) >= end { return }
            if block + 1 < blocks, bytesMin > 0 {
                let (here, next) = (try places(ofBlock: block).postings, try places(ofBlock: block + 1).postings)
                if here.0 == next.0, next.1 - here.1 < bytesMin { continue }
            }
            var walk = try DictionaryWalk(self, block: block)
            while let entry = try walk.next() {
                if entry.docCount > least, entry.term >= first, entry.term < end { body(entry.term) }
            }
        }
    }
}
