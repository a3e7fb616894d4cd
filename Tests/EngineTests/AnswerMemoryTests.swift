// What is remembered of an answer is told only to those who would be told the same, and only while it is true.

import Engine
import Glibc
import Records
import TestSupport
import Testing

@Suite struct AnswerMemoryTests {
    private static let profile = """
            users:
              maker: [administrator, supervisor, registrar]
              all: [administrator, supervisor]
              handler: [handler]
            """

    private func record(_ id: String, _ content: String, level: String? = nil) -> JSONObject {
        var object: JSONObject = ["id": .string(id), "receivedAt": "2024-03-05", "title": "停车费涨价", "content": .string(content)]
        object.set("securityLevel", to: level.map { .string($0) })
        return object
    }

    private func search(_ engine: Engine, as user: String, _ query: String = "停车费涨价") throws -> (ids: Set<String>, total: Int) {
        let (result, audit) = engine.acting(as: user, purpose: nil) { try engine.search(SearchRequest(query: query)) }
        #expect(!audit.isEmpty, "every answer is logged, a remembered one too")
        let answer = try result.get()
        return (Set(answer.hits.map(\.id)), answer.total)
    }

    @Test func `a remembered answer does not reach those who may see less`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("archive")
        _ = try Engine.create(EngineOptions(archivePath: path), profile: nil)
        let text = String(decoding: FileBytes.read(path + "/profile.yaml"), as: UTF8.self)
        FileBytes.write(Array(text.replacing("users: {}", with: Self.profile).utf8), to: path + "/profile.yaml")
        var options = EngineOptions(archivePath: path)
        options.user = "maker"
        let writer = try Engine(opening: options)
        _ = try writer.add([record("A1", "小区停车费涨价"), record("A2", "举报停车费涨价", level: "secret")])
        (options.keepsSnapshot, options.answerBytes) = (true, 1 << 20)
        let reader = try Engine(opening: options)
        for _ in 0..<3 {
            #expect(try search(reader, as: "all").ids == ["A1", "A2"])
            #expect(try search(reader, as: "handler").ids == ["A1"])
            #expect(try search(reader, as: "handler").total == 1)
        }
        // Whoever loses his role is told less with the next question.
        let bound = String(decoding: FileBytes.read(path + "/profile.yaml"), as: UTF8.self)
        FileBytes.write(Array(bound.replacing("all: [administrator, supervisor]", with: "all: [handler]").utf8), to: path + "/profile.yaml")
        #expect(try search(reader, as: "all").ids == ["A1"])
        // What is written counts at once.
        _ = try writer.add([record("A3", "又一处停车费涨价")])
        #expect(try search(reader, as: "maker").ids == ["A1", "A2", "A3"])
        _ = try writer.withdraw(["A1"])
        #expect(try search(reader, as: "maker").ids == ["A2", "A3"])
        #expect(try search(reader, as: "maker").ids == ["A2", "A3"])
    }

    @Test func `what is remembered is bounded`() throws {
        let folder = TemporaryFolder()
        var options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: nil)
        _ = try Engine(opening: options).add((0..<40).map { record("B\($0)", "第\($0)号楼停车费涨价") })
        (options.keepsSnapshot, options.answerBytes) = (true, 8 << 10)
        let reader = try Engine(opening: options)
        for round in 0..<3 {
            for number in 0..<40 {
                #expect(try reader.search(SearchRequest(query: "\"第\(number)号楼\"")).total == 1, "round \(round)")
            }
        }
    }
}
