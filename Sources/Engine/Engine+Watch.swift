// A standing query: what matches and came in after a moment.

import Archive
import Records
import Search

extension Engine {
    /// The newest record version there is: where looking for arrivals begins.
    package func lastSequence() throws -> RecordSequence { try records.lastSequence }

    /// Records that match and were added or changed after `sequence`, in order of arrival, and up to where was looked.
    /// Costs next to nothing while nothing arrives.
    ///
    /// - Parameter request: limit, order, facets and cursor do not count.
    func unloggedArrivals(
        _ request: SearchRequest, after sequence: RecordSequence
    ) throws -> (hits: [SearchAnswer.Hit], upTo: RecordSequence) {
        guard try records.lastSequence > sequence else { return ([], sequence) }
        let root = try root(of: request)
        let view = try view()
        let snapshot = view.searcher.snapshot
        // What is not indexed yet comes with the next look.
        guard snapshot.watermark > sequence else { return ([], sequence) }
        let maker = snippetMaker(root, view)
        let hits = try view.searcher.arrivals(root, after: sequence).map { try hit($0, maker, columns: request.columns) }
        return (hits, snapshot.watermark)
    }
}
