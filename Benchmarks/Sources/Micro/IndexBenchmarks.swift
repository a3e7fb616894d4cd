// Question: what do decoding, intersecting, verifying and choosing the best cost?
// Input: an archive of the synthetic records, asked for pairs of characters drawn from its texts.

import Engine
import Index
import Measuring
import Records
import Search
import TextAnalysis

struct IndexBenchmarks {
    private let engine: Engine
    /// Neighbouring characters at even distances through the texts: common ones come often, as in queries.
    private var pairs: [(UInt16, UInt16)] = []
    private var pieces: [[UInt16]] = []

    init(recordsPath: String, archivePath: String, _ texts: Texts) throws {
        let options = EngineOptions(archivePath: archivePath)
        _ = try Engine.create(options, profile: nil)
        engine = try Engine(opening: options)
        var request = ImportRequest(path: recordsPath)
        request.rejectsPath = archivePath + ".rejects.jsonl"
        _ = try engine.importRecords(request) { _ in }
        for text in texts.contents[..<min(2_000, texts.contents.count)] {
            let units = Normalizer.shared.fold(text)
            let place = units.count / 2
            guard units.count >= 20, units[place..<(place + 6)].allSatisfy({ (0x4E00...0x9FFF).contains($0) }) else {
                continue
            }
            pairs.append((units[place], units[place + 1]))
            pieces.append(Array(units[place..<(place + 6)]))
        }
    }

    func run() throws {
        let searcher = try engine.searcher()
        try postings(searcher.snapshot)
        try verification(searcher.snapshot)
        try queries()
    }

    private func postings(_ snapshot: IndexSnapshot) throws {
        var lists: [PostingList] = []
        var joins: [(rare: [UInt32], common: PostingList)] = []
        var block = PostingBlock()
        for segment in snapshot.segments {
            var previous: PostingList?
            for (first, second) in pairs {
                guard let list = try segment.postings(of: .bigram(first, second)) else { continue }
                lists.append(list)
                if let previous {
                    let (rare, common) = previous.docCount < list.docCount ? (previous, list) : (list, previous)
                    var docs: [UInt32] = []
                    rare.forEach(using: &block) { doc, _ in docs.append(doc) }
                    joins.append((docs, common))
                }
                previous = list
            }
        }
        withExtendedLifetime(snapshot) {
            let postingCount = lists.reduce(0) { $0 + $1.docCount }
            Repetition.measure("decode posting lists", per: "posting", operations: postingCount) {
                var sum: UInt32 = 0
                for list in lists { list.forEach(using: &block) { doc, _ in sum &+= doc } }
                use(sum)
            }
            let candidateCount = joins.reduce(0) { $0 + $1.rare.count }
            Repetition.measure("intersect two lists", per: "posting of the rarer", operations: candidateCount) {
                var found = 0
                for join in joins { join.common.intersect(join.rare, using: &block) { _, _ in found += 1 } }
                use(found)
            }
        }
    }

    private func verification(_ snapshot: IndexSnapshot) throws {
        guard let segment = snapshot.segments.first else { return }
        let docCount = min(segment.docCount, 5_000)
        var bytes = 0
        for doc in 0..<docCount { bytes += try segment.text(of: UInt32(doc)).byteCount }
        // Unlikely to be found, so that every text is read to its end.
        let needle = TextPiece(pieces[0].reversed())
        try Repetition.measure("verify a piece in a text", per: "text", operations: docCount, bytes: bytes) {
            var found = 0
            for doc in 0..<docCount where try segment.text(of: UInt32(doc)).contains(needle) { found += 1 }
            use(found)
        }
    }

    private func queries() throws {
        func node(_ units: [UInt16]) -> QueryNode {
            .literal(QueryPart(text: String(decoding: units, as: UTF16.self), units: units, range: 0..<units.count))
        }
        let (short, long) = (pairs.map { node([$0.0, $0.1]) }, pieces.map(node))
        for (name, nodes) in [("2 characters", short), ("6 characters", long)] {
            try Repetition.measure("top 10, plain BM25, \(name)", per: "query", operations: nodes.count) {
                let searcher = try engine.searcher()
                for node in nodes {
                    use(try searcher.search(node, sort: .relevance, ranking: .plain, isCounted: false, limit: 10).hits.count)
                }
            }
            try Repetition.measure("exact count, \(name)", per: "query", operations: nodes.count) {
                let searcher = try engine.searcher()
                for node in nodes { use(try searcher.count(node)) }
            }
        }
    }
}

extension ReversedCollection where Base == [UInt16] {
    fileprivate var littleEndianBytes: [UInt8] { Array(self).littleEndianBytes }
}
