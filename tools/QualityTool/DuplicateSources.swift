// What the sources of candidates find of what an exact search over all pairs finds; and how long one check takes.

import Engine
import Glibc
import Index
import Records
import Similarity

/// The exact search: every pair of an archive that is alike enough, by prefix filtering over complete lists of shingles.
struct ExactPairs {
    private let sets: [ShingleSet]
    private let numbers: [RecordSequence]
    private var lists: [UInt64: [Int32]] = [:]

    init(_ texts: [(sequence: RecordSequence, set: ShingleSet)]) {
        sets = texts.map(\.set)
        numbers = texts.map(\.sequence)
        for (place, set) in sets.enumerated() {
            for key in set.keys { lists[key, default: []].append(Int32(place)) }
        }
    }

    /// Pairs in which `isWanted` holds; it implies that a share `least` of the first stands in the second.
    func pairs(least: Double, _ isWanted: (Overlap) -> Bool) -> Set<[RecordSequence]> {
        var found: Set<[RecordSequence]> = []
        for (place, set) in sets.enumerated() where set.count > 0 {
            let rarest = set.keys.sorted { lists[$0]!.count < lists[$1]!.count }
            let prefix = set.count - Int((least * Double(set.count)).rounded(.up)) + 1
            var candidates: Set<Int32> = []
            for key in rarest.prefix(prefix) { candidates.formUnion(lists[key]!) }
            for other in candidates where Int(other) != place {
                if isWanted(set.overlap(with: sets[Int(other)])) {
                    found.insert([numbers[place], numbers[Int(other)]].sorted())
                }
            }
        }
        return found
    }
}

struct SketchRecall {
    private let engine: Engine
    private let recordsMax: Int

    init(_ options: Options) throws {
        engine = try Engine(opening: EngineOptions(archivePath: options.text("archive")))
        recordsMax = try options.number("records", default: 20_000)
    }

    func print() throws {
        let source = try engine.candidateSource()
        var raw: [(RecordSequence, ShingleSet)] = []
        var cleaned: [(RecordSequence, ShingleSet)] = []
        try source.forEachText(max: recordsMax) { sequence, units in
            raw.append((sequence, ShingleSet(units.span, without: CommonPairs())))
            cleaned.append((sequence, ShingleSet(units.span, without: source.common)))
        }
        let alike = ExactPairs(raw).pairs(least: 0.7) { $0.jaccard >= 0.7 }
        let contained = ExactPairs(cleaned).pairs(least: 0.9) { $0.containedInOther >= 0.9 && $0.own >= 8 }
        try row("sketch against the exact search, J ≥ 0.7, recall", alike) { try source.sketchCandidates(of: $0) }
        try row("sketch against the exact search, J ≥ 0.8, recall", ExactPairs(raw).pairs(least: 0.8) { $0.jaccard >= 0.8 }) {
            try source.sketchCandidates(of: $0)
        }
        try row("all sources, containment ≥ 0.9 of the shorter text, recall", contained) { try source.candidates(of: $0) }
        try row("pieces alone, containment ≥ 0.9 of the shorter text, recall", contained) { try source.pieceCandidates(of: $0) }
    }

    /// A pair counts as found when either record finds the other.
    private func row(
        _ name: String, _ pairs: Set<[RecordSequence]>, _ find: (RecordSequence) throws -> Set<RecordSequence>
    ) throws {
        var known: [RecordSequence: Set<RecordSequence>] = [:]
        var found = 0
        for pair in pairs {
            for record in pair where known[record] == nil { known[record] = try find(record) }
            if known[pair[0]]!.contains(pair[1]) || known[pair[1]]!.contains(pair[0]) { found += 1 }
        }
        DuplicatesRun.row(name, DuplicatesRun.share(found, of: pairs.count), "of \(pairs.count) pairs of \(recordsMax) records")
    }
}

struct CheckLatency {
    private let engine: Engine
    private let checks: Int
    private let seed: Int
    /// The slowest are run so many times again: for a profiler.
    private let repeats: Int

    init(_ options: Options) throws {
        engine = try Engine(opening: EngineOptions(archivePath: options.text("archive")))
        checks = try options.number("checks", default: 1_000)
        seed = try options.number("seed", default: 1)
        repeats = try options.number("repeats", default: 0)
    }

    func print() throws {
        let source = try engine.candidateSource()
        var random = SplitMix(state: UInt64(seed))
        let sequences = try source.sample(checks + 100) { Int(random.next() % UInt64($0)) }
        var wall: [Double] = []
        var processor: [Double] = []
        var slowest: [(milliseconds: Double, object: JSONObject)] = []
        for (place, sequence) in sequences.enumerated() {
            let object = try engine.recordObject(at: sequence)
            let began = ContinuousClock.now
            let beganProcessor = SpeedRun.cpuNanoseconds()
            _ = try engine.check(object, number: 1, CheckRequest())
            let own = Double(SpeedRun.cpuNanoseconds() - beganProcessor) * 1e-6
            let gone = ContinuousClock.now - began
            // The first hundred open what later ones find open.
            guard place >= 100 else { continue }
            wall.append(Double(gone.components.attoseconds) * 1e-15 + Double(gone.components.seconds) * 1e3)
            processor.append(own)
            slowest.append((own, object))
        }
        guard !wall.isEmpty else { return }
        for (clock, times) in [("", wall.sorted()), ("processor ", processor.sorted())] {
            for (name, rank) in [("p50", 50), ("p99", 99)] {
                DuplicatesRun.row(
                    "one record against \(source.documentCount), \(name) \(clock)ms",
                    DuplicatesRun.decimals(times[min(times.count - 1, times.count * rank / 100)], 2), "\(times.count) checks")
            }
        }
        slowest.sort { $0.milliseconds > $1.milliseconds }
        for _ in 0..<repeats {
            for (_, object) in slowest.prefix(max(1, checks / 50)) { _ = try engine.check(object, number: 1, CheckRequest()) }
        }
    }
}

/// How long it takes to group an archive that has no matters yet. Asked for by name only: it leaves the matters there.
struct MattersTime {
    private let engine: Engine

    init(_ options: Options) throws { engine = try Engine(opening: EngineOptions(archivePath: options.text("archive"))) }

    func print() throws {
        let began = ContinuousClock.now
        let cpu = clock()
        var told = 0
        let answer = try engine.matters(MattersRequest()) { progress in
            // A large archive takes minutes: how it goes is told on the way.
            guard progress.done >= told + 20_000 else { return }
            told = progress.done
            DuplicatesRun.row(
                "matters, processor milliseconds a record", DuplicatesRun.decimals(Double(clock() - cpu) / 1e3 / Double(told), 3),
                "after \(told) records")
            fflush(nil)
        }
        let gone = ContinuousClock.now - began
        let seconds = Double(gone.components.seconds) + Double(gone.components.attoseconds) * 1e-18
        DuplicatesRun.row("matters of the archive, seconds", DuplicatesRun.decimals(seconds, 1), "\(answer.records) records")
    }
}
