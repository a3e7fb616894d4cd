// Which neighbouring segments are joined next. Decided from a few numbers a segment, so that it can be tried on
// archives larger than any test.
//
// Tried on 20,000 single records behind one segment of a million: the run that removes most segments for the documents
// it writes again, whatever the sizes, wrote each new document 107 to 218 times; with the rule that no segment makes up
// more than half of its run, 8.5 times, with 9 segments on average and never more than 14.

struct MergePlan {
    struct Segment {
        var liveDocs: Int
        var deadDocs: Int
        var textChunks: Int
        /// Being joined already.
        var isBusy = false
    }

    /// More segments than this, settled ones apart, and neighbours are merged.
    static let segmentsMax = 10
    /// More than this, and even an uneven run is merged, and writers wait for it.
    static let segmentsLimit = 20
    /// How many neighbours one merge joins at most.
    static let width = 8

    let segments: [Segment]

    /// What making a segment costs beside its documents, in documents.
    private static let costOfSegment = 30

    /// The run of neighbours to join if there are too many segments; nil if nothing is to be done.
    var next: Range<Int>? {
        if let wasteful = segments.indices.first(where: { isFree($0) && segments[$0].deadDocs > segments[$0].liveDocs }) {
            return wasteful..<(wasteful + 1)
        }
        let count = openCount
        guard count > Self.segmentsMax else { return nil }
        return best { isEven($0) } ?? (count > Self.segmentsLimit ? best { _ in true } : nil)
    }

    /// Whether so many segments wait to be joined that writers should see to it first.
    var isPressing: Bool { openCount > Self.segmentsLimit && next != nil }

    /// The next run towards as few segments as can be, none with dead documents; nil if that is reached.
    var nextOfAll: Range<Int>? {
        var from = 0
        while from < segments.count {
            guard !segments[from].isBusy else {
                from += 1
                continue
            }
            var to = from + 1
            while to < segments.count, !segments[to].isBusy, fits(from..<(to + 1)) { to += 1 }
            if to - from > 1 || segments[from].deadDocs > 0 { return from..<to }
            from = to
        }
        return nil
    }

    /// Segments that count towards the limit. A segment past half of what one can hold stays as it is: joined with a
    /// few new documents again and again, it would be written again and again.
    private var openCount: Int { segments.indices.count { isFree($0) } }

    private func isFree(_ number: Int) -> Bool {
        let segment = segments[number]
        return !segment.isBusy && segment.textChunks <= SegmentLayout.textChunksMax / 2
    }

    private func best(where isWanted: (Range<Int>) -> Bool) -> Range<Int>? {
        var best: (run: Range<Int>, cost: Double)?
        for from in segments.indices where isFree(from) {
            var to = from + 1
            while to < segments.count, to - from < Self.width, isFree(to) {
                to += 1
                let run = from..<to
                guard fits(run) else { break }
                let removed = Double(run.count - 1)
                // Wide runs write a document once where narrow ones would do so several times.
                let cost = Double(docs(run) + Self.costOfSegment * run.count) / (removed * removed.squareRoot())
                if cost < best?.cost ?? .infinity, isWanted(run) { best = (run, cost) }
            }
        }
        return best?.run
    }

    private func docs(_ run: Range<Int>) -> Int { segments[run].reduce(0) { $0 + $1.liveDocs } }

    private func isEven(_ run: Range<Int>) -> Bool {
        let largest = segments[run].reduce(0) { max($0, $1.liveDocs) }
        return largest * 2 <= docs(run)
    }

    /// Joined texts never take more chunks than apart: texts are packed one after the other, and where one leaves
    /// out a text, those behind it move forward, never back.
    private func fits(_ run: Range<Int>) -> Bool {
        segments[run].reduce(0) { $0 + $1.textChunks } <= SegmentLayout.textChunksMax
    }
}
