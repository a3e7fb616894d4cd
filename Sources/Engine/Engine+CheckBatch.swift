// Many records at once, on all cores: those of a file, or the whole archive against itself.

import Archive
import Dispatch
import Index
import Records
import Search
import Similarity
import TextAnalysis

extension Engine {
    private static let batchPiece = 64
    private static let piecesPending = 8

    /// Works on `total` things on all cores, some at a time, and hands the results on in order.
    func inPieces<Result: Sendable>(
        of total: Int, report: ProgressReport, work: @escaping @Sendable (Int) throws -> Result,
        _ body: (Result) throws -> Void
    ) throws {
        var next = 0
        var done = 0
        try OrderedPipeline.run(
            pending: Self.piecesPending,
            next: { () -> Range<Int>? in
                guard next < total else { return nil }
                defer { next = min(next + Self.batchPiece, total) }
                return next..<min(next + Self.batchPiece, total)
            },
            work: { range in try range.map { try work($0) } },
            consume: { (results: [Result]) in
                for result in results { try body(result) }
                done += results.count
                report(Progress(.comparing, done: done, total: total))
            })
    }

    /// Compares records of a file with the archive, or (`objects` nil) all records of the archive with those before them.
    ///
    /// - Parameter body: gets every answer, in the order of the records; where it is quicker, only answers with a candidate.
    /// - Returns: how many records were compared.
    func unloggedCheckBatch(
        _ objects: [(JSONObject, Int)]?, _ request: CheckRequest, report: ProgressReport,
        _ body: (CheckAnswer) throws -> Void
    ) throws -> Int {
        if objects == nil, !request.verdicts.isEmpty, request.verdicts.isSubset(of: [.sameFiling, .sameText]) {
            return try joinDuplicates(request, report: report, body)
        }
        let first = try checker()
        let identity = try identity()
        let work = BatchWork(self, identity: identity, first: first)
        let sequences = try objects == nil ? work.sequences() : []
        let total = objects?.count ?? sequences.count
        try inPieces(
            of: total, report: report,
            work: { place in
                if let objects { return try work.check(objects[place].0, number: objects[place].1, request) }
                return try work.check(sequences[place], request)
            }, body)
        return total
    }
}

/// What the threads of a batch share.
final class BatchWork: Sendable {
    // Unchecked: an engine's methods used here only read (records, identities, files of the index), and what a thread
    // changes it has in its own checker.
    private struct Shared: @unchecked Sendable {
        let engine: Engine
        let first: Checker
        let identity: IdentityStore
    }
    private let shared: Shared
    private let checkers: Pool<Checker?>

    init(_ engine: Engine, identity: IdentityStore, first: Checker) {
        shared = Shared(engine: engine, first: first, identity: identity)
        checkers = Pool { nil }
    }

    /// Every live record's newest version, in the order in which the records came into the archive.
    func sequences() throws -> [RecordSequence] {
        let snapshot = shared.first.snapshot
        return try Arrivals(snapshot).places.map { try snapshot.segments[Int($0.segment)].sequence(of: $0.doc) }
    }

    /// Lends a checker that no other thread uses.
    func with<Result>(_ body: (Checker) throws -> Result) throws -> Result {
        try checkers.with { checker in
            if checker == nil { checker = try Checker(shared.engine, identity: shared.identity, sharing: shared.first) }
            return try body(checker!)
        }
    }

    /// Makes checkers for so many threads now.
    ///
    /// - Returns: whether all of them see the segments that the first one sees.
    func prepare(_ count: Int) throws -> Bool {
        guard count > 0 else { return true }
        let segments = shared.first.snapshot.segments
        return try with { checker in
            let own = checker.snapshot.segments
            guard own.map(\.id) == segments.map(\.id), own.map(\.docCount) == segments.map(\.docCount) else { return false }
            return try prepare(count - 1)
        }
    }

    func check(_ object: JSONObject, number: Int, _ request: CheckRequest) throws -> CheckAnswer {
        try with { try $0.check(shared.engine, Engine.completed(object, number: number), request) }
    }

    var recordsPath: String { shared.engine.folder.recordsPath }

    /// A stored record with its persons; nil if it is not there.
    func complaint(at sequence: RecordSequence) throws -> (Complaint, RecordNumber)? {
        guard let version = try shared.engine.records.version(at: sequence) else { return nil }
        return (try shared.engine.complaintWithIdentity(version), version.recordNumber)
    }

    func decisions(on number: RecordNumber) throws -> [RecordNumber: LinkDecision] {
        try shared.engine.records.standingDecisions(on: number)
    }

    func check(_ sequence: RecordSequence, _ request: CheckRequest) throws -> CheckAnswer {
        try with { checker in
            guard let version = try shared.engine.records.version(at: sequence) else {
                throw ArchiveError.recordUnreadable(path: shared.engine.folder.recordsPath, sequence: sequence.rawValue)
            }
            let complaint = try shared.engine.complaintWithIdentity(version)
            return try checker.check(
                shared.engine, complaint, request, own: version.recordNumber, earlierThan: version.recordNumber)
        }
    }
}
