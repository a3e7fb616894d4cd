// Which neighbouring segments are joined next. Decided from a few numbers a segment, so that it can be tried on
// archives larger than any test.

struct MergePlan {
    struct Segment {
        var liveDocs: Int
        var hasDead: Bool
        var textChunks: Int
    }

    /// More segments than this, settled ones apart, and neighbours are merged.
    static let segmentsMax = 10
    /// How many neighbours one merge joins.
    static let width = 6

    let segments: [Segment]

    /// The cheapest run of neighbours if there are too many segments; nil if nothing is to be done.
    var next: Range<Int>? {
        // A segment past half of what one can hold stays as it is: joined with a few new documents again and
        // again, it would be written again and again.
        let isSettled = segments.map { $0.textChunks > SegmentLayout.textChunksMax / 2 }
        guard isSettled.count(where: { !$0 }) > Self.segmentsMax else { return nil }
        for width in stride(from: Self.width, to: 1, by: -1) {
            let runs = (0...(segments.count - width)).map { $0..<($0 + width) }
                .filter { !isSettled[$0].contains(true) && fits($0) }
            if let cheapest = runs.min(by: { cost($0) < cost($1) }) { return cheapest }
        }
        return nil
    }

    /// The next run towards as few segments as can be, none with dead documents; nil if that is reached.
    var nextOfAll: Range<Int>? {
        var from = 0
        while from < segments.count {
            var to = from + 1
            while to < segments.count, fits(from..<(to + 1)) { to += 1 }
            if to - from > 1 || segments[from].hasDead { return from..<to }
            from = to
        }
        return nil
    }

    private func cost(_ run: Range<Int>) -> Int { segments[run].reduce(0) { $0 + $1.liveDocs } }

    /// Joined texts never take more chunks than apart: texts are packed one after the other, and where one leaves
    /// out a text, those behind it move forward, never back.
    private func fits(_ run: Range<Int>) -> Bool {
        segments[run].reduce(0) { $0 + $1.textChunks } <= SegmentLayout.textChunksMax
    }
}
