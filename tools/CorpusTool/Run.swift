// Makes the records on several threads and writes them in order: each thread fills a block of records, blocks are
// written as they come due, so memory stays at a few blocks however large the archive is.

import Glibc
import Synchronization
import SyntheticCorpus

struct Run {
    private static let blockRecords = 1000

    let options: Options
    let generator: Generator
    let range: Range<Int>

    init(_ options: Options) throws {
        self.options = options
        let to = options.to ?? options.plan.records
        guard options.from >= 0, options.from < to, to <= options.plan.records || options.to == nil else {
            if let problem = options.plan.problem { throw problem }
            throw ToolError.rangeEmpty(options.from, to)
        }
        range = options.from..<to
        generator = try Generator(seed: options.seed, plan: options.plan)
    }

    func make() throws(ToolError) {
        if options.out == "-" {
            try write(to: Output(descriptor: 1, path: "standard output"), "records", header: csvHeader) { [options] in
                options.format == .csv ? $0.recordCSV($1, into: &$2) : $0.recordJSON($1, into: &$2)
            }
            return
        }
        try makeFolder(options.out)
        try write(to: Output(creating: "\(options.out)/records.\(options.format.rawValue)"), "records", header: csvHeader) {
            [options] in
            options.format == .csv ? $0.recordCSV($1, into: &$2) : $0.recordJSON($1, into: &$2)
        }
        if options.truth { try writeTruth() }
        if options.queries { try writeQueries() }
    }

    private var csvHeader: [UInt8] { options.format == .csv ? Generator.csvHeader : [] }

    private func writeTruth() throws(ToolError) {
        let folder = "\(options.out)/truth"
        try makeFolder(folder)
        try write(
            to: Output(creating: "\(folder)/records.tsv"), "truth of records", header: Array(Generator.truthRecordsHeader.utf8)
        ) { $0.truthLine($1, into: &$2) }

        let relations = try Output(creating: "\(folder)/relations.tsv")
        var bytes = Array(Generator.truthRelationsHeader.utf8)
        var failure: ToolError?
        generator.forEachPair { pair in
            guard range.contains(pair.later), failure == nil else { return }
            generator.truthLine(pair, into: &bytes)
            if bytes.count > 1 << 20 {
                do throws(ToolError) { try relations.write(bytes) } catch { failure = error }
                bytes.removeAll(keepingCapacity: true)
            }
        }
        if let failure { throw failure }
        try relations.write(bytes)

        bytes.removeAll()
        for group in generator.relations.groups where group.members.contains(where: range.contains) {
            generator.truthLine(group, into: &bytes)
        }
        try Output(creating: "\(folder)/groups.jsonl").write(bytes)
        bytes.removeAll()
        for number in generator.relations.outbreaks.indices { generator.truthLine(outbreak: number, into: &bytes) }
        try Output(creating: "\(folder)/outbreaks.jsonl").write(bytes)
        bytes.removeAll()
        generator.planLine(into: &bytes)
        try Output(creating: "\(folder)/plan.json").write(bytes)
    }

    private func writeQueries() throws(ToolError) {
        guard options.plan.records <= JudgedQueries.maximumRecords else {
            throw .valueUnreadable("--queries with --records", "\(options.plan.records)")
        }
        let queries = JudgedQueries(generator)
        try Output(creating: "\(options.out)/queries.jsonl").write(queries.queriesJSONL)
        try Output(creating: "\(options.out)/qrels.tsv").write(queries.qrelsTSV)
        try Output(creating: "\(options.out)/staff-queries.txt").write(StaffQueries(generator).text)
    }

    private func makeFolder(_ path: String) throws(ToolError) {
        if unsafe mkdir(path, 0o777) != 0, errno != EEXIST { throw .cannotWrite(path, errno) }
    }

    /// Every thread makes every `workers`-th block; the writer takes them in order.
    private func write(
        to output: Output, _ what: String, header: [UInt8],
        _ one: @escaping @Sendable (Generator, Int, inout [UInt8]) -> Void
    ) throws(ToolError) {
        try output.write(header)
        let blocks = (range.count + Self.blockRecords - 1) / Self.blockRecords
        let workers = max(1, min(options.workers, blocks))
        let meter = ProgressMeter(total: range.count, what: what)
        var bytes: [UInt8] = []
        if workers == 1 {
            for block in 0..<blocks {
                let start = range.lowerBound + block * Self.blockRecords
                bytes.removeAll(keepingCapacity: true)
                for i in start..<min(start + Self.blockRecords, range.upperBound) { one(generator, i, &bytes) }
                try output.write(bytes)
                meter.advance(records: min(Self.blockRecords, range.upperBound - start), bytes: bytes.count)
            }
            return meter.finish()
        }
        let lanes = (0..<workers).map { _ in Lane() }
        var threads: [pthread_t] = []
        for number in 0..<workers {
            let work = Work(
                generator: Generator(sharing: generator), lane: lanes[number], range: range, first: number,
                step: workers, blockRecords: Self.blockRecords, one: one)
            var thread = pthread_t()
            // Holds: the retained object is released by the thread itself.
            let code = unsafe pthread_create(
                &thread, nil,
                { argument in
                    unsafe Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().run()
                    return nil
                }, unsafe Unmanaged.passRetained(work).toOpaque())
            precondition(code == 0, "no thread")
            threads.append(thread)
        }
        var failure: ToolError?
        for block in 0..<blocks {
            let bytes = lanes[block % workers].take()
            if failure == nil {
                do throws(ToolError) { try output.write(bytes) } catch { failure = error }
                if failure != nil { for lane in lanes { lane.stop() } }
                let start = range.lowerBound + block * Self.blockRecords
                meter.advance(records: min(Self.blockRecords, range.upperBound - start), bytes: bytes.count)
            }
            if failure != nil { break }
        }
        for thread in threads { pthread_join(thread, nil) }
        if let failure { throw failure }
        meter.finish()
    }
}

/// What one thread does. Touched by that thread only, once started.
private final class Work: @unchecked Sendable {
    let generator: Generator
    let lane: Lane
    let range: Range<Int>
    let first: Int
    let step: Int
    let blockRecords: Int
    let one: @Sendable (Generator, Int, inout [UInt8]) -> Void

    init(
        generator: Generator, lane: Lane, range: Range<Int>, first: Int, step: Int, blockRecords: Int,
        one: @escaping @Sendable (Generator, Int, inout [UInt8]) -> Void
    ) {
        self.generator = generator
        self.lane = lane
        self.range = range
        self.first = first
        self.step = step
        self.blockRecords = blockRecords
        self.one = one
    }

    func run() {
        var block = first
        while range.lowerBound + block * blockRecords < range.upperBound {
            let start = range.lowerBound + block * blockRecords
            var bytes: [UInt8] = []
            bytes.reserveCapacity(blockRecords * 1400)
            for i in start..<min(start + blockRecords, range.upperBound) { one(generator, i, &bytes) }
            if !lane.put(bytes) { return }
            block += step
        }
    }
}

/// Hands blocks from one thread to the writer, at most two waiting.
private final class Lane: Sendable {
    private struct State {
        var waiting: [[UInt8]] = []
        var isStopped = false
    }
    private let state = Mutex(State())

    /// false when nobody wants more.
    func put(_ bytes: [UInt8]) -> Bool {
        while true {
            let done: Bool? = state.withLock { state in
                if state.isStopped { return false }
                guard state.waiting.count < 2 else { return nil }
                state.waiting.append(bytes)
                return true
            }
            if let done { return done }
            usleep(500)
        }
    }

    func take() -> [UInt8] {
        while true {
            let bytes: [UInt8]? = state.withLock { state in
                state.waiting.isEmpty ? nil : state.waiting.removeFirst()
            }
            if let bytes { return bytes }
            usleep(500)
        }
    }

    func stop() { state.withLock { $0.isStopped = true } }
}

/// A file that is written from start to end.
struct Output {
    let descriptor: Int32
    let path: String

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    init(creating path: String) throws(ToolError) {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        self.path = path
        if descriptor < 0 { throw .cannotWrite(path, errno) }
    }

    func write(_ bytes: [UInt8]) throws(ToolError) {
        var done = 0
        while done < bytes.count {
            // Holds: the buffer lives for the length of the call.
            let written = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress! + done, $0.count - done)
            }
            if written < 0, errno == EINTR { continue }
            // The reader of a pipe may have had enough: that is no error.
            if written < 0, errno == EPIPE, descriptor == 1 { exit(0) }
            if written <= 0 { throw .cannotWrite(path, errno) }
            done += written
        }
    }
}

/// Progress with rate and time left: a moving line on a terminal, a line every ten seconds elsewhere.
final class ProgressMeter {
    private let total: Int
    private let what: String
    private let isTerminal = isatty(2) == 1
    private let started = ContinuousClock.now
    private var lastShown = ContinuousClock.now
    private var records = 0
    private var bytes = 0

    init(total: Int, what: String) {
        self.total = total
        self.what = what
    }

    func advance(records: Int, bytes: Int) {
        self.records += records
        self.bytes += bytes
        let now = ContinuousClock.now
        if lastShown.duration(to: now) > (isTerminal ? .milliseconds(200) : .seconds(10)) {
            lastShown = now
            show(ended: false)
        }
    }

    func finish() { show(ended: true) }

    private func show(ended: Bool) {
        let (whole, atto) = started.duration(to: .now).components
        let seconds = max(0.001, Double(whole) + Double(atto) / 1e18)
        let rate = Double(records) / seconds
        let left = rate > 0 ? Int(Double(total - records) / rate) : 0
        say(
            (isTerminal ? "\r" : "")
                + "\(what): \(records) of \(total), \(Int(rate)) records/s, \(Int(Double(bytes) / seconds / 1e6)) MB/s"
                + (ended ? ", \(Int(seconds)) s        \n" : ", \(left) s left     " + (isTerminal ? "" : "\n")))
    }
}
