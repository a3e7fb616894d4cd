// What is common and what is rare in a large archive, kept beside the index.

import Index
import Similarity

extension Engine {
    static let pairsName = "pairs.table"

    /// How many documents have each pair of letters: from the file of an earlier process, if that was learnt from this
    /// generation and from nearly as many documents; else learnt now, and kept.
    ///
    /// - Parameter least: pairs in more documents are common.
    func pairCounts(
        _ snapshot: IndexSnapshot, commonAbove least: Int, where isNear: (_ docCount: Int) -> Bool
    ) throws -> PairCounts {
        let path = folder.indexFolderPath + "/" + Self.pairsName
        let source = SearchCursor.hash("\(indexFolder.current ?? "") \(IndexFolder.stamp.text)")
        if let kept = PairCounts.map(path, source: source, where: isNear) { return kept }
        let learnt = try PairCounts(snapshot, source: source, commonAbove: least) { TextRarity.telling(docCount: $0, of: $1) }
        learnt.write(to: path)
        return learnt
    }
}
