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
import Store

extension Engine {
    /// Documents of one part: what a thread verifies at once.
    private static let joinDocs = 100_000
    /// Pairs that share a band, held at once: 256 MiB. Parts that have no room wait for another walk.
    private static let joinPairsMax = 1 << 25
    private static let joinThreads = 3
    /// Somebody who writes all the time must be very quick to be in between so often.
    private static let joinTriesMax = 64

    /// Every record of the archive that has an earlier one of the same text.
    ///
    /// - Returns: how many records were compared.
    func joinDuplicates(_ request: CheckRequest, report: ProgressReport, _ body: (CheckAnswer) throws -> Void) throws -> Int {
        let (first, work) = try joinWork()
        let arrivals = try Arrivals(first.snapshot)
        let sharedNumbers = try first.numberPairs(arrivals)
        let total = arrivals.count
        let parts = stride(from: 0, to: total, by: Self.joinDocs).map { UInt32($0)..<UInt32(min($0 + Self.joinDocs, total)) }
        var done = 0
        while done < parts.count {
            let start = done
            let shared = try pairsByBand(of: parts[start...], arrivals, work)
            var next = start
            try OrderedPipeline.run(
                pending: Self.joinThreads,
                next: { () -> (part: Range<UInt32>, shared: [UInt64])? in
                    guard next < start + shared.count else { return nil }
                    defer { next += 1 }
                    return (parts[next], shared[next - start])
                },
                work: { given in try work.duplicates(laterIn: given.part, given.shared, arrivals, sharedNumbers, request) },
                consume: { (answers: [CheckAnswer]) in
                    for answer in answers { try body(answer) }
                    done += 1
                    report(Progress(.comparing, done: min(done * Self.joinDocs, total), total: total))
                })
        }
        return total
    }

    /// Checkers for all threads on one state of the index: documents are known by their places in it.
    private func joinWork() throws -> (first: Checker, work: BatchWork) {
        for _ in 0..<Self.joinTriesMax {
            let first = try Checker(self, identity: identity(), sharing: openChecker)
            let work = BatchWork(self, identity: try identity(), first: first)
            if try work.prepare(Self.joinThreads) { return (first, work) }
        }
        throw ArchiveError.writerActive(path: folder.writerLockPath, process: FileLock.process(notedIn: folder.writerLockPath))
    }

    /// Pairs of documents that share a band, by the part in which the later one lies, once for each band they share: of the
    /// first part, and of as many of the next as there is room for.
    private func pairsByBand(of parts: ArraySlice<Range<UInt32>>, _ arrivals: Arrivals, _ work: BatchWork) throws -> [[UInt64]] {
        var shared = [[UInt64]](repeating: [], count: parts.count)
        var count = 0
        var band = 0
        try OrderedPipeline.run(
            pending: Self.joinThreads,
            next: { () -> (band: Int, later: Range<UInt32>)? in
                guard band < SegmentReader.bandCount else { return nil }
                defer { band += 1 }
                return (band, parts.first!.lowerBound..<parts[parts.startIndex + shared.count - 1].upperBound)
            },
            work: { given in
                try work.with { try BandPairs.all(ofBand: given.band, laterIn: given.later, arrivals, $0.snapshot) }
            },
            consume: { (pairs: [UInt64]) in
                let begin = parts.first!.lowerBound
                for pair in pairs {
                    let part = Int(UInt32(pair >> 32) - begin) / Self.joinDocs
                    if part < shared.count { shared[part].append(pair) }
                }
                count = shared.reduce(0) { $0 + $1.count }
                while count > Self.joinPairsMax, shared.count > 1 { count -= shared.removeLast().count }
            })
        return shared
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
        laterIn part: Range<UInt32>, _ shared: [UInt64], _ arrivals: Arrivals, _ sharedNumbers: [UInt64], _ request: CheckRequest
    ) throws -> [CheckAnswer] {
        try with { checker in
            var answers: [CheckAnswer] = []
            let stored = try checker.records.snapshot()
            let pairs = try checker.textPairs(laterIn: part, shared, arrivals, sharedNumbers)
            var from = 0
            while from < pairs.count {
                var to = from
                while to < pairs.count, pairs[to].later == pairs[from].later { to += 1 }
                defer { from = to }
                let (sequence, number, place) = try checker.document(pairs[from].later, arrivals)
                guard let read = try checker.read(sequence, place, stored) else { continue }
                var checked = CheckedFiling(read.filing, own: number)
                checked.complainants = try checker.complainants(of: read, sequence)
                var matches: [CheckedMatch] = []
                for pair in pairs[from..<to] {
                    let (otherSequence, otherNumber, otherPlace) = try checker.document(pair.earlier, arrivals)
                    guard let other = try checker.read(otherSequence, otherPlace, stored) else { continue }
                    let isLater = Checker.isLater(
                        other.filing.receivedAtSeconds, otherNumber, than: read.filing.receivedAtSeconds, number)
                    let persons = try checker.persons(checked, other, otherSequence)
                    var evidence =
                        isLater
                        ? Evidence(other.filing, read.filing, overlap: pair.overlap.reversed, likeness: 0, persons: persons)
                        : Evidence(read.filing, other.filing, overlap: pair.overlap, likeness: 0, persons: persons)
                    guard let verdict = checker.rules.verdict(evidence) else { continue }
                    evidence.overlap = pair.overlap
                    matches.append(
                        CheckedMatch(
                            sequence: otherSequence, recordNumber: otherNumber, verdict: verdict, evidence: evidence,
                            isLater: isLater, other: other))
                }
                guard matches.contains(where: { request.verdicts.contains($0.verdict) }), let version = try stored.version(at: sequence)
                else { continue }
                let answer = try checker.answer(
                    Checker.sorted(matches, for: checked), of: checked, Engine.complaint(version), request,
                    decisions: decisions(on: number))
                if !answer.candidates.isEmpty { answers.append(answer) }
            }
            return answers
        }
    }
}

extension BandPairs {
    /// Pairs of documents that share one band of their sketches, given as later · 2³² + earlier by arrival.
    ///
    /// - Parameter part: where the later document lies.
    static func all(
        ofBand band: Int, laterIn part: Range<UInt32>, _ arrivals: Arrivals, _ snapshot: IndexSnapshot
    ) throws -> [UInt64] {
        var pairs: [UInt64] = []
        var cursors = try snapshot.segments.map { try $0.bandEntries(band) }
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
            guard group.count > 1 else { continue }
            group.sort()
            forEachPair(of: group) { if part.contains(UInt32($0 >> 32)) { pairs.append($0) } }
        }
        return pairs
    }

    static func forEachPair(of group: [UInt32], _ body: (UInt64) -> Void) {
        forEachPair(of: group.count) { later, earlier in body(UInt64(group[later]) << 32 | UInt64(group[earlier])) }
    }
}

extension Checker {
    /// Pairs of one text by exact comparison, and the pairs given, by the later one's arrival; that one lies in `part`.
    ///
    /// - Parameter bands: pairs that share a band, once for each.
    /// - Parameter given: later · 2³² + earlier, in ascending order.
    func textPairs(
        laterIn part: Range<UInt32>, _ bands: [UInt64], _ arrivals: Arrivals, _ given: [UInt64]
    ) throws -> [(later: UInt32, earlier: UInt32, overlap: Overlap)] {
        let wanted = given.filter { part.contains(UInt32($0 >> 32)) }
        // A pair that was given counts whatever its texts are.
        let shared = (bands + wanted + wanted).sorted()
        let isGiven = Set(wanted)
        var pairs: [(UInt32, UInt32, Overlap)] = []
        var cached: (rank: UInt32, probe: ShingleProbe, text: [UInt16])?
        var units: [UInt16] = []
        var place = 0
        while place < shared.count {
            let pair = shared[place]
            var count = 0
            while place < shared.count, shared[place] == pair {
                place += 1
                count += 1
            }
            guard count >= BandPairs.bandsMin else { continue }
            let (later, earlier) = (UInt32(pair >> 32), UInt32(truncatingIfNeeded: pair))
            if cached?.rank != later {
                try decode(later, arrivals, into: &units)
                let text = Array(units[ComparedText.range(in: units.span)])
                cached = (later, ShingleProbe(ShingleSet(text.span, without: common)), text)
            }
            try decode(earlier, arrivals, into: &units)
            let range = ComparedText.range(in: units.span)
            let overlap = cached!.probe.overlap(with: units.span.extracting(range), without: common)
            guard isGiven.contains(pair) || overlap.containment >= rules.sameTextContainment || units[range] == cached!.text[...]
            else { continue }
            pairs.append((later, earlier, overlap))
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
            BandPairs.forEachPair(of: ranks) { pairs.insert($0) }
        }
        return pairs.sorted()
    }

    private func decode(_ rank: UInt32, _ arrivals: Arrivals, into units: inout [UInt16]) throws {
        let place = arrivals.places[Int(rank)]
        try snapshot.segments[Int(place.segment)].text(of: place.doc).decode(into: &units)
    }

    fileprivate func document(_ rank: UInt32, _ arrivals: Arrivals) throws -> (RecordSequence, RecordNumber, Place) {
        let (number, doc) = arrivals.places[Int(rank)]
        let segment = snapshot.segments[Int(number)]
        return (try segment.sequence(of: doc), try segment.recordNumber(of: doc), Place(segment: Int(number), doc: doc))
    }
}
