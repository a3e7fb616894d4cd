// Records one by one, a reindex beside them, other programs at the same archive: nothing is lost, nothing is late.

import Archive
import Dispatch
import Engine
import Glibc
import Records
import SyntheticCorpus
import Synchronization
import TestSupport
import Testing

/// An archive and the plain list of what must be found in it.
private final class LiveArchive {
    let folder = TemporaryFolder()
    let engine: Engine
    /// By id, the word that finds it alone.
    var live: [String: String] = [:]
    private var number = 0

    init(records: Int = 0) throws {
        let options = EngineOptions(archivePath: folder.path + "/archive")
        _ = try Engine.create(options, profile: nil)
        engine = try Engine(opening: options)
        guard records > 0 else { return }
        let generator = try Generator(seed: 11, plan: Plan(records: records))
        var bytes: [UInt8] = []
        for number in 0..<records { generator.recordJSON(number, into: &bytes) }
        FileBytes.write(bytes, to: folder.file("records.jsonl"))
        _ = try engine.importRecords(ImportRequest(path: folder.file("records.jsonl")), report: { _ in })
    }

    /// The archive as another program opens it.
    func opened() throws -> Engine { try Engine(opening: EngineOptions(archivePath: folder.path + "/archive")) }

    /// A word that stands in one version of one record.
    func nextWord() -> String {
        number += 1
        return "Q\(number)Z"
    }

    static func record(_ id: String, _ word: String) -> JSONObject {
        [
            "id": .string(id), "receivedAt": "2024-01-05", "title": "路灯不亮", "content": .string("路口 \(word) 的路灯不亮"),
            "complainants": .array([.object(["name": "赵试", "phone": "13800000000"])]),
        ]
    }

    func put(_ id: String) throws {
        let word = nextWord()
        _ = try engine.add([Self.record(id, word)])
        live[id] = word
    }

    func withdraw(_ id: String) throws {
        _ = try engine.withdraw([id])
        live[id] = nil
    }

    func count(_ query: String, in engine: Engine? = nil) throws -> Int {
        try (engine ?? self.engine).count(SearchRequest(query: query)).count
    }

    func generations() -> [String] { FileBytes.names(in: folder.path + "/archive/index").filter { $0.hasSuffix(".lmdb") } }
}

@Suite struct LiveTests {
    private static func told(_ answer: SearchAnswer) -> String {
        answer.hits.map { "\($0.id) \($0.score) \($0.snippet.text) \($0.snippet.matches) \($0.versionNumber)" }.joined(separator: "\n")
            + "\n\(answer.total) \(answer.facets) \(answer.cursor ?? "-") \(answer.notices)"
    }

    @Test func `a snapshot held between searches shows what was written since, and is let go`() throws {
        let archive = try LiveArchive(records: 40)
        var options = EngineOptions(archivePath: archive.folder.path + "/archive")
        options.keepsSnapshot = true
        options.answerBytes = 1 << 20
        let reader = try Engine(opening: options)
        for round in 0..<12 {
            try archive.put("new\(round)")
            if round % 3 == 2 { try archive.put("new\(round - 1)") }
            if round % 4 == 3 { try archive.withdraw("new\(round - 2)") }
            // Asked twice: the second search finds what the first looked up.
            for _ in 0..<2 {
                for (id, word) in archive.live { #expect(try archive.count("\"\(word)\"", in: reader) == 1, "\(id)") }
                #expect(try archive.count("路灯不亮", in: reader) == archive.count("路灯不亮"))
                for query in ["路灯不亮", "\"路口\"", "路灯 年份:2024", "编号:new1", "查无此字"] {
                    var request = SearchRequest(query: query)
                    for limit in [3, 10] {
                        request.limit = limit
                        request.facets = limit == 3 ? [] : ["kind"]
                        #expect(try Self.told(reader.search(request)) == Self.told(archive.engine.search(request)), "\(query)")
                    }
                }
            }
            if round % 2 == 0 { reader.rest() }
        }
        try archive.engine.reindex(report: { _ in })
        for (id, word) in archive.live { #expect(try archive.count("\"\(word)\"", in: reader) == 1, "\(id)") }
    }

    @Test func `a record is found at once when added, changed and withdrawn`() throws {
        let archive = try LiveArchive()
        let added = try archive.engine.add([LiveArchive.record("A", "Q1Z"), LiveArchive.record("B", "Q2Z")])
        #expect(added.map(\.kind) == [.added, .added])
        #expect(try archive.count("\"q1z\"") == 1)
        #expect(try archive.count("phone:13800000000") == 2)
        #expect(try archive.engine.add([LiveArchive.record("A", "Q1Z")]).map(\.kind) == [.unchanged])
        #expect(try archive.engine.add([LiveArchive.record("A", "Q3Z")]).map(\.kind) == [.changed])
        #expect(try archive.count("\"q1z\"") == 0 && archive.count("\"q3z\"") == 1)
        #expect(try archive.engine.withdraw(["A"]).map(\.kind) == [.withdrawn])
        #expect(try archive.engine.withdraw(["A"]).map(\.kind) == [.unchanged])
        #expect(try archive.count("\"q3z\"") == 0 && archive.count("路灯") == 1)
        #expect(try archive.engine.add([LiveArchive.record("A", "Q3Z")]).map(\.kind) == [.changed])
        #expect(try archive.count("\"q3z\"") == 1)
        #expect(throws: (any Error).self) { try archive.engine.withdraw(["C"]) }
        #expect(throws: (any Error).self) { try archive.engine.add([["id": "D"]]) }
        // Twice in one call.
        _ = try archive.engine.add([LiveArchive.record("E", "Q4Z"), LiveArchive.record("E", "Q5Z")])
        #expect(try archive.count("\"q4z\"") == 0 && archive.count("\"q5z\"") == 1)
        #expect(try archive.engine.verify(report: { _ in }).problems.isEmpty)
    }

    @Test(arguments: Seed.sample(1)) func `hundreds of changes equal a plain list`(start: Seed) throws {
        var seed = start
        let archive = try LiveArchive()
        for _ in 0..<250 {
            let id = "R\(Int.random(in: 0..<80, using: &seed))"
            if archive.live[id] != nil, Int.random(in: 0..<4, using: &seed) == 0 {
                try archive.withdraw(id)
            } else {
                try archive.put(id)
            }
        }
        #expect(try archive.count("路灯") == archive.live.count)
        for word in archive.live.values { #expect(try archive.count("\"\(word)\"") == 1) }
        #expect(try archive.engine.statistics().segments <= 20)
        #expect(try archive.engine.verify(report: { _ in }).problems.isEmpty)
        try archive.engine.reindex(report: { _ in })
        #expect(try archive.count("路灯") == archive.live.count)
        #expect(try archive.engine.verify(report: { _ in }).problems.isEmpty)
    }

    @Test func `a reindex and a compact take in what is added meanwhile, and searches go on`() throws {
        let archive = try LiveArchive(records: 800)
        for number in 0..<20 { try archive.put("R\(number)") }
        let isDone = Atomic<Bool>(false)
        let group = DispatchGroup()
        let path = archive.folder.path + "/archive"
        let lights = try archive.count("路灯")
        // Another program searches, a third one builds.
        DispatchQueue(label: "reader").async(group: group) {
            do {
                let reader = try Engine(opening: EngineOptions(archivePath: path))
                while !isDone.load(ordering: .relaxed) {
                    #expect(try reader.count(SearchRequest(query: "路灯")).count >= lights)
                }
            } catch { Issue.record(error) }
        }
        DispatchQueue(label: "builder").async(group: group) {
            do {
                for _ in 0..<1 {
                    try Engine(opening: EngineOptions(archivePath: path)).reindex(report: { _ in })
                    try Engine(opening: EngineOptions(archivePath: path)).compact(report: { _ in })
                }
            } catch { Issue.record(error) }
            isDone.store(true, ordering: .relaxed)
        }
        var added = 0
        while !isDone.load(ordering: .relaxed) || added < 20 {
            added += 1
            try archive.put("N\(added)")
            if added % 3 == 0 { try archive.put("R\(added % 20)") }
            #expect(try archive.count("\"\(archive.live["N\(added)"]!)\"") == 1)
            usleep(5_000)
        }
        group.wait()
        #expect(try archive.count("路灯") == lights + added)
        for word in archive.live.values { #expect(try archive.count("\"\(word)\"") == 1) }
        #expect(try archive.engine.verify(report: { _ in }).problems.isEmpty)
        #expect(archive.generations().count == 1)
    }

    /// A reader that ended before it had noticed a switch left the old generation to whoever came next.
    @Test func `an old generation goes with a reader that ends`() throws {
        let archive = try LiveArchive()
        try archive.put("A")
        var reader: Engine? = try archive.opened()
        #expect(try archive.count("路灯", in: reader!) == 1)
        try archive.opened().reindex(report: { _ in })
        try archive.put("B")
        #expect(archive.generations().count == 2)
        reader = nil
        #expect(archive.generations().count == 1)
    }

    @Test func `an old generation goes when its last reader has left`() throws {
        let archive = try LiveArchive()
        try archive.put("A")
        let reader = try archive.opened()
        #expect(try archive.count("路灯", in: reader) == 1)
        let builder = try archive.opened()
        try builder.reindex(report: { _ in })
        try archive.put("B")
        #expect(archive.generations().count == 2)
        #expect(try archive.count("路灯", in: reader) == 2)
        #expect(archive.generations().count == 1)
    }

    @Test func `two reindexes at once: the second is told so`() throws {
        let archive = try LiveArchive()
        try archive.put("A")
        let second = try archive.opened()
        var refusals = 0
        try archive.engine.reindex { _ in
            do {
                try second.reindex(report: { _ in })
                Issue.record("two at once")
            } catch let error as EngineError {
                if case .generationInMaking(_, let process) = error { refusals += process == getpid() ? 1 : 0 }
            } catch { Issue.record(error) }
        }
        #expect(refusals > 0)
    }

    /// Builds the next generation and finds, at the end, that somebody else is writing.
    private static func breakOff(_ archive: LiveArchive) throws {
        let lock = try WriterLock(ArchiveFolder(opening: archive.folder.path + "/archive"))
        #expect(throws: ArchiveError.self) { try archive.opened().reindex(waitingSeconds: 0, report: { _ in }) }
        withExtendedLifetime(lock) {}
    }

    @Test func `a reindex that breaks off is gone on with`() throws {
        let archive = try LiveArchive(records: 300)
        let engine = archive.engine
        try Self.breakOff(archive)
        let half = archive.generations()
        #expect(half.count == 2)
        try archive.put("A")
        #expect(archive.generations() == half)
        // What is indexed already is not indexed again.
        var done = 0
        try engine.reindex { if $0.phase == .indexing { done = max(done, $0.done) } }
        #expect(done == 1)
        #expect(archive.generations() == [half[1]])
        // With other words it begins anew.
        try Self.breakOff(archive)
        FileBytes.write(Array("三号路口\n".utf8), to: archive.folder.path + "/archive/lexicon.txt")
        done = 0
        try archive.opened().reindex { if $0.phase == .indexing { done = max(done, $0.done) } }
        #expect(done == 301)
        // A compact gives its space back.
        try Self.breakOff(archive)
        #expect(archive.generations().count == 2)
        try archive.opened().compact(report: { _ in })
        #expect(try archive.count("路灯", in: archive.opened()) >= 1)
        #expect(archive.generations().count == 1)
    }

    @Test func `a backup made while records come in is whole`() throws {
        let archive = try LiveArchive(records: 200)
        let others = try archive.count("路灯")
        let isDone = Atomic<Bool>(false)
        let group = DispatchGroup()
        let (path, copies) = (archive.folder.path + "/archive", archive.folder.path)
        DispatchQueue(label: "backup").async(group: group) {
            do {
                let engine = try Engine(opening: EngineOptions(archivePath: path))
                for number in 0..<2 { try engine.backup(to: "\(copies)/copy-\(number)", report: { _ in }) }
            } catch { Issue.record(error) }
            isDone.store(true, ordering: .relaxed)
        }
        var added = 0
        while !isDone.load(ordering: .relaxed) {
            added += 1
            try archive.put("N\(added)")
        }
        group.wait()
        for number in 0..<2 {
            let copy = try Engine(opening: EngineOptions(archivePath: "\(copies)/copy-\(number)", keyPath: path + ".key"))
            let found = try copy.count(SearchRequest(query: "路灯")).count
            #expect(try copy.verify(report: { _ in }).problems.isEmpty)
            // Every record has its complainant.
            let persons = try copy.count(SearchRequest(query: "phone:13800000000")).count
            #expect(found - persons == others)
        }
    }

    @Test func `one engine searches for ever`() throws {
        let archive = try LiveArchive()
        try archive.put("A")
        // More than LMDB has readers, by far.
        for _ in 0..<1_000 { #expect(try archive.count("路灯") == 1) }
    }

    /// A kill between the two steps of a switch left the new generation named as one in the making; the next reindex
    /// gave it up, and until it was through there was no index.
    @Test func `what a killed switch left named as in the making is not given up while it is in use`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.path + "/archive")
        let index = options.archivePath + "/index/"
        do {
            _ = try Engine.create(options, profile: nil)
            _ = try Engine(opening: options).add([LiveArchive.record("R1", "Q1Z")])
        }
        let current = String(decoding: FileBytes.read(index + "CURRENT"), as: UTF8.self).filter { $0 != "\n" }
        FileBytes.write(Array("\(current) copy\n".utf8), to: index + "NEXT")
        // Nobody has the generation open meanwhile.
        var wasThere: [Bool] = []
        try Engine(opening: options).reindex { _ in wasThere.append(FileBytes.exists(index + current)) }
        #expect(!wasThere.isEmpty && wasThere.allSatisfy { $0 })
        #expect(try Engine(opening: options).count(SearchRequest(query: "Q1Z")).count == 1)
        #expect(FileBytes.names(in: index).filter { $0.hasSuffix(".lmdb") }.count == 1 && !FileBytes.exists(index + "NEXT"))
    }
}
