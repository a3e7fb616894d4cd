// All pairs of one text in an archive (D0, D1) without a search for each record: documents that share two bands of their
// sketches stand side by side in the tables of the bands, so a walk through these finds them.
//
// Two texts of Jaccard similarity J share two of 25 bands with probability 0.94 at J = 0.7, 0.9993 at 0.8, and by chance
// hardly ever. Every pair is verified exactly. A short text in a long one is what `check` of the record finds.

import Archive
import Index
import Records
import Similarity

extension Engine {
    /// Documents of one part: what a thread holds at once, a few dozen MiB of pairs.
    private static let joinDocs = 100_000

    /// Every record of the archive that has an earlier one of the same text.
    func joinDuplicates(_ request: CheckRequest, report: ProgressReport, _ body: (CheckAnswer) throws -> Void) throws {
        let first = try checker()
        let work = BatchWork(self, identity: try identity(), first: first)
        let total = first.snapshot.segments.reduce(0) { $0 + $1.docCount }
        let parts = stride(from: 0, to: total, by: Self.joinDocs).map { UInt32($0)..<UInt32(min($0 + Self.joinDocs, total)) }
        var next = 0
        var done = 0
        try OrderedPipeline.run(
            pending: 3,
            next: { () -> Range<UInt32>? in
                guard next < parts.count else { return nil }
                defer { next += 1 }
                return parts[next]
            },
            work: { part in try work.duplicates(laterIn: part, request) },
            consume: { (answers: [CheckAnswer]) in
                for answer in answers { try body(answer) }
                done = min(done + Self.joinDocs, total)
                report(Progress(.comparing, done: done, total: total))
            })
    }
}

extension BatchWork {
    func duplicates(laterIn part: Range<UInt32>, _ request: CheckRequest) throws -> [CheckAnswer] {
        try with { checker in
            var answers: [CheckAnswer] = []
            let pairs = try checker.textPairs(laterIn: part)
            var from = 0
            while from < pairs.count {
                var to = from
                while to < pairs.count, pairs[to].later == pairs[from].later { to += 1 }
                defer { from = to }
                guard let (complaint, number) = try complaint(at: pairs[from].later) else { continue }
                let checked = try checker.prepare(ReadRecord(complaint), complaint, own: number)
                var matches: [CheckedMatch] = []
                for pair in pairs[from..<to] {
                    guard let (other, otherNumber) = try self.complaint(at: pair.earlier) else { continue }
                    let earlier = try checker.prepare(ReadRecord(other), other, own: otherNumber)
                    let evidence = try checker.evidence(checked, earlier, likeness: 0)
                    guard let verdict = VerdictRules().verdict(evidence) else { continue }
                    matches.append(
                        CheckedMatch(
                            sequence: pair.earlier, recordNumber: otherNumber, ladder: verdict, evidence: evidence,
                            isLater: other.receivedAt > complaint.receivedAt, complaint: other))
                }
                let answer = try checker.answer(
                    Checker.sorted(matches, for: checked), of: checked, complaint, request, decisions: decisions(on: number))
                if !answer.candidates.isEmpty { answers.append(answer) }
            }
            return answers
        }
    }
}

extension Checker {
    /// Documents of one hash: of more, each is paired with the first few and the one before it. They are one text many
    /// times over, or share a phrase.
    private static let groupMax = 48
    private static let firstOfGroup = 4

    /// Pairs of one text by exact comparison, by the later one's place; that one lies in `part` of all documents, which are
    /// numbered over the segments.
    func textPairs(laterIn part: Range<UInt32>) throws -> [(later: RecordSequence, earlier: RecordSequence)] {
        let segments = snapshot.segments
        var bases: [UInt32] = []
        var base: UInt32 = 0
        for segment in segments {
            bases.append(base)
            base += UInt32(segment.docCount)
        }
        let wanted = segments.indices.filter { bases[$0] < part.upperBound }
        /// later · 2³² + earlier, once for each band they share.
        var shared: [UInt64] = []
        for band in 0..<SegmentReader.bandCount {
            var cursors = try wanted.map { try segments[$0].bandEntries(band) }
            var heads: [(hash: UInt32, doc: UInt32)?] = []
            for place in cursors.indices { heads.append(try cursors[place].next()) }
            var group: [UInt32] = []
            while true {
                var least: UInt32?
                for case let head? in heads where head.hash < least ?? .max { least = head.hash }
                guard let hash = least else { break }
                group.removeAll(keepingCapacity: true)
                for place in cursors.indices {
                    while let head = heads[place], head.hash == hash {
                        group.append(bases[wanted[place]] + head.doc)
                        heads[place] = try cursors[place].next()
                    }
                }
                Self.appendPairs(of: group, laterIn: part, to: &shared)
            }
        }
        shared.sort()
        var pairs: [(RecordSequence, RecordSequence)] = []
        var cached: (doc: UInt32, set: ShingleSet, text: [UInt16])?
        let rules = VerdictRules()
        var place = 0
        while place < shared.count {
            let pair = shared[place]
            var count = 0
            while place < shared.count, shared[place] == pair {
                place += 1
                count += 1
            }
            guard count >= 2 else { continue }
            let (later, earlier) = (UInt32(pair >> 32), UInt32(truncatingIfNeeded: pair))
            if cached?.doc != later {
                guard let text = try compared(later, bases) else { continue }
                cached = (later, ShingleSet(text.span, without: common), text)
            }
            guard let text = try compared(earlier, bases) else { continue }
            let set = ShingleSet(text.span, without: common)
            guard text == cached!.text || cached!.set.overlap(with: set).containment >= rules.sameTextContainment else { continue }
            pairs.append((try sequence(later, bases), try sequence(earlier, bases)))
        }
        return pairs
    }

    private static func appendPairs(of group: [UInt32], laterIn part: Range<UInt32>, to shared: inout [UInt64]) {
        guard group.count > 1 else { return }
        for (place, later) in group.enumerated().dropFirst() where part.contains(later) {
            if place <= groupMax {
                for earlier in group[..<place] { shared.append(UInt64(later) << 32 | UInt64(earlier)) }
            } else {
                for earlier in group[..<firstOfGroup] { shared.append(UInt64(later) << 32 | UInt64(earlier)) }
                shared.append(UInt64(later) << 32 | UInt64(group[place - 1]))
            }
        }
    }

    private func located(_ doc: UInt32, _ bases: [UInt32]) -> (segment: SegmentReader, doc: UInt32) {
        let number = bases.lastIndex { $0 <= doc }!
        return (snapshot.segments[number], doc - bases[number])
    }

    /// Nil for a dead document.
    private func compared(_ doc: UInt32, _ bases: [UInt32]) throws -> [UInt16]? {
        let place = located(doc, bases)
        guard !place.segment.dead.contains(place.doc) else { return nil }
        let units = try place.segment.text(of: place.doc).units
        return Array(units[ComparedText.range(in: units.span)])
    }

    private func sequence(_ doc: UInt32, _ bases: [UInt32]) throws -> RecordSequence {
        let place = located(doc, bases)
        return try place.segment.sequence(of: place.doc)
    }
}
