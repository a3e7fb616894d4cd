// Records added one by one while somebody searches: how long until each is durable and found, and what the searches
// feel of it.

import Dispatch
import Engine
import Glibc
import Measuring
import Records
import Synchronization

/// Output: per kind the median, 99th percentile and longest, in milliseconds.
struct LiveAdds {
    private let archive: String
    private let scratch: String
    private let queries: [String]
    private let count: Int
    private let everyMilliseconds: Int

    init(_ options: Options) throws {
        archive = try options.text("archive")
        scratch = try options.text("scratch")
        queries = try AskedQuery.all(in: options.text("queries")).filter { $0.kind == .word || $0.kind == .piece }
            .map { "\"\($0.parts[0])\"" }
        count = try options.number("adds", default: 200)
        everyMilliseconds = try options.number("every", default: 50)
    }

    func run() throws {
        let alone = try Searching(archive, queries)
        for _ in 0..<200 { try alone.askOne() }
        report("search alone", alone.milliseconds)

        let isDone = Atomic<Bool>(false)
        let searching = Mutex<Result<[Double], any Error>>(.success([]))
        let (archive, queries) = (archive, queries)
        let group = DispatchGroup()
        var (adds, founds): ([Double], [Double]) = ([], [])
        try withoutActuallyEscaping({
            let times = Result {
                let load = try Searching(archive, queries)
                while !isDone.load(ordering: .relaxed) { try load.askOne() }
                return load.milliseconds
            }
            searching.withLock { $0 = times }
        }) { search in
            let thread = DispatchWorkItem(block: search)
            DispatchQueue.global().async(group: group, execute: thread)
            defer {
                isDone.store(true, ordering: .relaxed)
                group.wait()
            }
            (adds, founds) = try addAll()
        }
        report("add: durable", adds)
        report("add: durable and found", founds)
        report("search while adding", try searching.withLock { try $0.get() })
    }

    private func addAll() throws -> (durable: [Double], found: [Double]) {
        let engine = try Engine(opening: EngineOptions(archivePath: archive))
        var (durable, found): ([Double], [Double]) = ([], [])
        let path = scratch + "/one.jsonl"
        let run = Int(time(nil))
        for number in 0..<count {
            // A word that no other record has tells when this one is found.
            let mark = "活\(run)录\(number)"
            let record = JSONObject([
                ("id", .string("LIVE-\(run)-\(number)")), ("receivedAt", .string("2025-01-02T08:00:00+08:00")),
                ("category", .string("消费")), ("content", .string("市民反映\(mark)号路灯不亮，多次报修没有人来，请尽快处理。")),
            ])
            try FileWriter(path).write(Array((JSONValue.object(record).text + "\n").utf8))
            var request = ImportRequest(path: path)
            request.rejectsPath = path + ".rejects"
            let watch = Stopwatch()
            _ = try engine.importRecords(request) { _ in }
            durable.append(watch.seconds * 1e3)
            var searched = SearchRequest(query: "\"\(mark)\"")
            searched.limit = 1
            while try engine.search(searched).total == 0 {}
            found.append(watch.seconds * 1e3)
            usleep(UInt32(everyMilliseconds * 1_000))
        }
        return (durable, found)
    }

    private func report(_ name: String, _ milliseconds: [Double]) {
        let sorted = milliseconds.sorted()
        guard !sorted.isEmpty else { return }
        var line = ResultLine("live")
        line.set("what", name)
        line.set("count", sorted.count)
        line.set("p50Ms", sorted.percentile(0.5))
        line.set("p99Ms", sorted.percentile(0.99))
        line.set("maxMs", sorted.last!)
        line.print()
    }
}

/// One who asks one query after the other, as a person would: with titles and snippets.
private final class Searching {
    private let engine: Engine
    private let queries: [String]
    private var next = 0
    private(set) var milliseconds: [Double] = []

    init(_ archive: String, _ queries: [String]) throws {
        engine = try Engine(opening: EngineOptions(archivePath: archive))
        self.queries = queries
    }

    func askOne() throws {
        let watch = Stopwatch()
        _ = try engine.search(SearchRequest(query: queries[next % queries.count]))
        milliseconds.append(watch.seconds * 1e3)
        next += 1
    }
}
