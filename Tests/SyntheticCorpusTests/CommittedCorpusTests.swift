import Glibc
import SyntheticCorpus
import Testing

/// The files under corpus/ are what the maker makes: nobody edited them, and nobody changed the maker without
/// making them anew.
@Suite struct CommittedCorpusTests {
    private static func generator() throws -> Generator {
        var plan = Plan(records: 1000)
        plan.years = 1
        plan.wordiness = 50
        plan.duplicates = 50
        plan.groups = 40
        plan.appeals = 10
        plan.outbreaks = 4
        return try Generator(seed: 2024, plan: plan)
    }

    private static func file(_ name: String) throws -> [UInt8] {
        let here = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let descriptor = unsafe open("/\(here)/corpus/\(name)", O_RDONLY)
        #expect(descriptor >= 0, "corpus/\(name)")
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // Holds: the buffer lives for the length of the call.
            let count = unsafe block.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { return bytes }
            bytes += block[..<count]
        }
    }

    @Test func `the thousand records are remade byte for byte`() throws {
        let generator = try Self.generator()
        var bytes: [UInt8] = []
        for i in 0..<1000 { generator.recordJSON(i, into: &bytes) }
        let committed = try Self.file("records-1000.jsonl")
        #expect(bytes == committed)
        #expect(committed.count <= 1 << 20)
    }

    @Test func `their truth is remade byte for byte`() throws {
        let generator = try Self.generator()
        var bytes = Array(Generator.truthRecordsHeader.utf8)
        for i in 0..<1000 { generator.truthLine(i, into: &bytes) }
        #expect(try Self.file("truth-1000/records.tsv") == bytes)
        bytes = Array(Generator.truthRelationsHeader.utf8)
        generator.forEachPair { generator.truthLine($0, into: &bytes) }
        #expect(try Self.file("truth-1000/relations.tsv") == bytes)
        bytes = []
        for group in generator.relations.groups { generator.truthLine(group, into: &bytes) }
        #expect(try Self.file("truth-1000/groups.jsonl") == bytes)
        bytes = []
        for number in generator.relations.outbreaks.indices { generator.truthLine(outbreak: number, into: &bytes) }
        #expect(try Self.file("truth-1000/outbreaks.jsonl") == bytes)
        bytes = []
        generator.planLine(into: &bytes)
        #expect(try Self.file("truth-1000/plan.json") == bytes)
    }

    @Test func `the queries are remade byte for byte`() throws {
        let generator = try Self.generator()
        let queries = JudgedQueries(generator)
        #expect(try Self.file("queries.jsonl") == queries.queriesJSONL)
        #expect(try Self.file("qrels.tsv") == queries.qrelsTSV)
        #expect(try Self.file("staff-queries.txt") == StaffQueries(generator).text)
    }

    @Test func `there are enough queries of several kinds, each with its answers`() throws {
        let generator = try Self.generator()
        let queries = JudgedQueries(generator)
        #expect(queries.queries.count >= 100)
        #expect(Set(queries.queries.map(\.kind)).count >= 5)
        #expect(queries.answers.allSatisfy { !$0.isEmpty && $0.count < 60 })
        for (query, answers) in zip(queries.queries, queries.answers) where query.kind == "number" || query.kind == "pasted piece" {
            for answer in answers {
                let content = GeneratorTests.value("content", in: GeneratorTests.lines(generator, answer..<answer + 1)[0]) ?? ""
                #expect(content.range(of: query.text) != nil)
            }
        }
        let lines = StaffQueries(generator).lines
        #expect(lines.count >= 200)
        #expect(lines.allSatisfy { !$0.isEmpty && $0.range(of: "\n") == nil })
    }
}
