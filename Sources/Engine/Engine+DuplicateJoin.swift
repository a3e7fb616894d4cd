// All pairs of one text in an archive (D0, D1) without a search for each record: documents that share two bands of their
// sketches stand side by side in the tables of the bands, so a walk through these finds them.
//
// Two texts of Jaccard similarity J share two of 25 bands with probability 0.94 at J = 0.7, 0.9993 at 0.8, and by chance
// hardly ever. Every pair is verified exactly. A short text in a long one is what `check` of the record finds. Filings that
// share a number given by others (D0 whatever their texts are) come from the table of numbers.

import Archive
import Index
import Records
import Similarity

extension Engine {
    /// Documents of one part: what a thread holds at once, a few dozen MiB of pairs.
    private static let joinDocs = 100_000

    /// Every record of the archive that has an earlier one of the same text.
    ///
    /// - Returns: how many records were compared.
    func joinDuplicates(_ request: CheckRequest, report: ProgressReport, _ body: (CheckAnswer) throws -> Void) throws -> Int {
        let first = try checker()
        let work = BatchWork(self, identity: try identity(), first: first)
        let arrivals = try Arrivals(first.snapshot)
        let sharedNumbers = try first.numberPairs(arrivals)
        let total = arrivals.count
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
            work: { part in try work.duplicates(laterIn: part, arrivals, sharedNumbers, request) },
            consume: { (answers: [CheckAnswer]) in
                for answer in answers { try body(answer) }
                done = min(done + Self.joinDocs, total)
                report(Progress(.comparing, done: done, total: total))
            })
        return total
    }
}

/// Live documents in the order in which their records came into the archive: an edited record lies further behind.
struct Arrivals: Sendable {
    /// By arrival: where the document lies.
    let places: [(segment: Int32, doc: UInt32)]
    /// By segment and document: its arrival; `.max` for a dead one.
    private let ranks: [[UInt32]]

    var count: Int { places.count }

    init(_ snapshot: IndexSnapshot) throws {
        var live: [(number: RecordNumber, segment: Int32, doc: UInt32)] = []
        for (number, segment) in snapshot.segments.enumerated() {
            for doc in 0..<UInt32(segment.docCount) where !segment.dead.contains(doc) {
                live.append((try segment.recordNumber(of: doc), Int32(number), doc))
            }
        }
        live.sort { $0.number < $1.number }
        var ranks = snapshot.segments.map { [UInt32](repeating: .max, count: $0.docCount) }
        for (rank, entry) in live.enumerated() { ranks[Int(entry.segment)][Int(entry.doc)] = UInt32(rank) }
        places = live.map { ($0.segment, $0.doc) }
        self.ranks = ranks
    }

    func rank(segment: Int, doc: UInt32) -> UInt32? {
        let rank = ranks[segment][Int(doc)]
        return rank == .max ? nil : rank
    }
}

extension BatchWork {
    func duplicates(
        laterIn part: Range<UInt32>, _ arrivals: Arrivals, _ sharedNumbers: [UInt64], _ request: CheckRequest
    ) throws -> [CheckAnswer] {
        try with { checker in
            var answers: [CheckAnswer] = []
            let pairs = try checker.textPairs(laterIn: part, arrivals, sharedNumbers)
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
                    let isLater = Checker.isLater(
                        earlier.filing.receivedAtSeconds, otherNumber, than: checked.filing.receivedAtSeconds, number)
                    var evidence = try isLater
                        ? checker.evidence(earlier, checked, likeness: 0) : checker.evidence(checked, earlier, likeness: 0)
                    guard let verdict = VerdictRules().verdict(evidence) else { continue }
                    if isLater { evidence.overlap = evidence.overlap.reversed }
                    matches.append(
                        CheckedMatch(
                            sequence: pair.earlier, recordNumber: otherNumber, ladder: verdict, evidence: evidence,
                            isLater: isLater, complaint: other))
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

    /// Pairs of one text by exact comparison, and the pairs given, by the later one's arrival; that one lies in `part`.
    ///
    /// - Parameter given: later · 2³² + earlier, in ascending order.
    func textPairs(
        laterIn part: Range<UInt32>, _ arrivals: Arrivals, _ given: [UInt64]
    ) throws -> [(later: RecordSequence, earlier: RecordSequence)] {
        let segments = snapshot.segments
        /// later · 2³² + earlier, once for each band they share.
        var shared: [UInt64] = []
        for band in 0..<SegmentReader.bandCount {
            var cursors = try segments.map { try $0.bandEntries(band) }
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
                        if let rank = arrivals.rank(segment: place, doc: head.doc), rank < part.upperBound { group.append(rank) }
                        heads[place] = try cursors[place].next()
                    }
                }
                group.sort()
                Self.appendPairs(of: group, laterIn: part, to: &shared)
            }
        }
        let wanted = given.filter { part.contains(UInt32($0 >> 32)) }
        // A pair that was given counts whatever its texts are.
        for pair in wanted { shared += [pair, pair] }
        shared.sort()
        let isGiven = Set(wanted)
        var pairs: [(RecordSequence, RecordSequence)] = []
        var cached: (rank: UInt32, set: ShingleSet, text: [UInt16])?
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
            if !isGiven.contains(pair) {
                if cached?.rank != later {
                    let text = try compared(later, arrivals)
                    cached = (later, ShingleSet(text.span, without: common), text)
                }
                let text = try compared(earlier, arrivals)
                let set = ShingleSet(text.span, without: common)
                guard text == cached!.text || cached!.set.overlap(with: set).containment >= rules.sameTextContainment else { continue }
            }
            pairs.append((try sequence(later, arrivals), try sequence(earlier, arrivals)))
        }
        return pairs
    }

    /// Records that may share a number given by others, later · 2³² + earlier by arrival, in ascending order.
    func numberPairs(_ arrivals: Arrivals) throws -> [UInt64] {
        var pairs: Set<UInt64> = []
        try records.snapshot().forEachSharedAlias { heads in
            var ranks: [UInt32] = []
            for head in heads {
                guard let place = try snapshot.place(of: head) else { continue }
                if let rank = arrivals.rank(segment: place.segment, doc: place.doc) { ranks.append(rank) }
            }
            ranks.sort()
            Self.forEachPair(of: ranks) { pairs.insert($0) }
        }
        return pairs.sorted()
    }

    private static func appendPairs(of group: [UInt32], laterIn part: Range<UInt32>, to shared: inout [UInt64]) {
        forEachPair(of: group) { if part.contains(UInt32($0 >> 32)) { shared.append($0) } }
    }

    private static func forEachPair(of group: [UInt32], _ body: (UInt64) -> Void) {
        guard group.count > 1 else { return }
        for (place, later) in group.enumerated().dropFirst() {
            if place <= groupMax {
                for earlier in group[..<place] { body(UInt64(later) << 32 | UInt64(earlier)) }
            } else {
                for earlier in group[..<firstOfGroup] { body(UInt64(later) << 32 | UInt64(earlier)) }
                body(UInt64(later) << 32 | UInt64(group[place - 1]))
            }
        }
    }

    private func compared(_ rank: UInt32, _ arrivals: Arrivals) throws -> [UInt16] {
        let place = arrivals.places[Int(rank)]
        let units = try snapshot.segments[Int(place.segment)].text(of: place.doc).units
        return Array(units[ComparedText.range(in: units.span)])
    }

    private func sequence(_ rank: UInt32, _ arrivals: Arrivals) throws -> RecordSequence {
        let place = arrivals.places[Int(rank)]
        return try snapshot.segments[Int(place.segment)].sequence(of: place.doc)
    }
}
