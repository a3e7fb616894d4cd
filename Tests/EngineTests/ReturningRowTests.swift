// The nightly export of another system comes in again over records that were worked on here: nothing that was done here is
// lost, what the source changed is taken over, and a filed record stays as it was filed.

import Archive
import Engine
import Records
import TestSupport
import Testing

@Suite struct ReturningRowTests {
    private struct Desk {
        let folder = TemporaryFolder()
        let options: EngineOptions
        let engine: Engine

        init(_ profile: String = "S21") throws {
            options = EngineOptions(archivePath: folder.file("archive"))
            _ = try Engine.create(options, profile: profile)
            engine = try Engine(opening: options)
        }

        @discardableResult
        func receive(_ rows: [JSONObject]) throws -> ImportSummary {
            var bytes: [UInt8] = []
            for row in rows {
                row.write(into: &bytes)
                bytes.append(10)
            }
            FileBytes.write(bytes, to: folder.file("export.jsonl"))
            return try engine.importRecords(ImportRequest(path: folder.file("export.jsonl"), rejects: folder.file("rejects.jsonl")), report: { _ in })
        }

        func record(_ id: String = "A") throws -> JSONObject { try #require(try engine.show(id, version: nil).first).record }
        func event(_ type: String, _ at: String) throws {
            _ = try engine.edit("A", cause: .event, note: ChangeNote(by: "试")) {
                $0.set("events", to: .array(($0["events"]?.array ?? []) + [.object(["type": .string(type), "at": .string(at)])]))
            }
        }

        /// Closed, filled, filed.
        func file() throws -> CaseFile {
            _ = try engine.edit("A", note: ChangeNote()) {
                $0.set("closedAt", to: "2024-03-06")
                $0.set("satisfaction", to: "满意")
                $0.set("reply", to: .array(["已答复"]))
                $0.set("outcome", to: "已办")
                $0.set("acceptance", to: .object(["decision": "受理", "at": "2024-03-04"]))
            }
            let file = try engine.openCase(["A"], title: nil)
            FileBytes.write(Array("调查笔录正文".utf8), to: folder.file("d.txt"))
            _ = try engine.addDocument(file.id, NewDocument(path: folder.file("d.txt"), type: "调查笔录"))
            _ = try engine.noteCase(file.id, kind: "超期说明", text: "无")
            _ = try engine.closeCase(file.id)
            return try engine.fileCase(file.id, checkedBy: "乙", on: "2024-06-01")
        }
    }

    private static let row: JSONObject = [
        "id": "A", "receivedAt": "2024-03-04", "title": "停车收费", "content": "停车收费不合理", "status": "已登记", "handler": "甲", "complainants": .array([.object(["name": "欧阳试", "phone": "13900001111"])]),
    ]

    private static func changed(_ pairs: [(String, JSONValue)]) -> JSONObject {
        var row = row
        for (key, value) in pairs { row.set(key, to: value) }
        return row
    }

    @Test func `the same row again changes nothing, however much was done here since`() throws {
        let desk = try Desk()
        #expect(try desk.receive([Self.row]).imported == 1)
        try desk.event("受理", "2024-03-05")
        _ = try desk.engine.edit("A", note: ChangeNote()) { $0.set("handler", to: "乙") }
        for _ in 0..<3 { #expect(try desk.receive([Self.row]).unchanged == 1) }
        let record = try desk.record()
        #expect(record["events"]?.array?.count == 1 && record["handler"]?.string == "乙")
        #expect(try desk.engine.count(SearchRequest(query: "phone:13900001111")).count == 1)
    }

    @Test func `what the source changed is taken over, what was done here stays, and it is written down`() throws {
        let desk = try Desk()
        try desk.receive([Self.row])
        try desk.event("受理", "2024-03-05")
        let closed = Self.changed([("status", "已办结"), ("closedAt", "2024-03-08"), ("events", .array([.object(["type": "办结", "at": "2024-03-08"])]))])
        #expect(try desk.receive([closed]).updated == 1)
        var record = try desk.record()
        #expect(record["status"]?.string == "已办结" && record["closedAt"]?.string == "2024-03-08")
        #expect(record["events"]?.array?.compactMap { $0["type"]?.string } == ["受理", "办结"])
        #expect(record["versions"]?.array?.last?["cause"]?.string == "合并")
        #expect(try desk.engine.unmask("A", purpose: "test").first?.identity["complainants"]?.array?.first?["name"]?.string == "欧阳试")
        // The night after, and the night after that, nothing is new; then the source changes its mind once more.
        for _ in 0..<2 { #expect(try desk.receive([closed]).unchanged == 1) }
        try desk.event("回访", "2024-03-10")
        #expect(try desk.receive([closed]).unchanged == 1)
        #expect(try desk.receive([Self.changed([("status", "已办结"), ("closedAt", "2024-03-09"), ("events", .array([.object(["type": "办结", "at": "2024-03-08"])]))])]).updated == 1)
        record = try desk.record()
        #expect(record["closedAt"]?.string == "2024-03-09" && record["events"]?.array?.count == 3)
    }

    @Test func `a record that nobody touched here is what the newest row says`() throws {
        let desk = try Desk()
        try desk.receive([Self.row])
        var shorter = Self.row
        shorter.remove("handler")
        #expect(try desk.receive([shorter]).updated == 1)
        #expect(try desk.record()["handler"] == nil)
        #expect(try desk.receive([Self.row]).updated == 1)
    }

    /// A table of its own: field by field, three sides.
    @Test(arguments: Seed.sample(20)) func `merging keeps every change that only one side made`(seed: Seed) throws {
        var seed = seed
        let fields = ["handler", "leadUnit", "grade", "region", "demand"]
        func value() -> JSONValue? { Int.random(in: 0..<4, using: &seed) == 0 ? nil : .string("v\(Int.random(in: 0..<3, using: &seed))") }
        let base = fields.map { _ in value() }
        let mine = base.map { Int.random(in: 0..<2, using: &seed) == 0 ? $0 : value() }
        let theirs = base.map { Int.random(in: 0..<2, using: &seed) == 0 ? $0 : value() }
        func row(_ values: [JSONValue?]) -> JSONObject {
            var row = Self.row
            row.remove("handler")
            for (name, value) in zip(fields, values) { if let value { row.set(name, to: value) } }
            return row
        }
        let desk = try Desk()
        try desk.receive([row(base)])
        try desk.event("受理", "2024-03-05")
        _ = try desk.engine.edit("A", note: ChangeNote()) { record in for (name, value) in zip(fields, mine) { record[name] = value } }
        try desk.receive([row(theirs)])
        let record = try desk.record()
        for (place, name) in fields.enumerated() {
            let expected = theirs[place] != base[place] ? theirs[place] : mine[place]
            #expect(record[name]?.string == expected?.string, "\(seed) \(name): \(base[place] as Any) \(mine[place] as Any) \(theirs[place] as Any)")
        }
    }

    @Test func `a filed record stays as it was filed, by import, add and edit, and what comes later can be written down`() throws {
        let desk = try Desk()
        try desk.receive([Self.row])
        let filed = try desk.file()
        let code = try #require(filed.referenceCode)
        // The row it came from: nothing new. The record is still found by its 档号 and by the words of its documents.
        #expect(try desk.receive([Self.row]).unchanged == 1)
        #expect(try desk.engine.count(SearchRequest(query: "referenceCode:\"\(code)\"")).count == 1)
        #expect(try desk.engine.count(SearchRequest(query: "\"调查笔录正文\"")).count == 1)
        #expect(try desk.record()["status"]?.string == "已归档")
        // Another text is refused with its row, and nothing is lost.
        let summary = try desk.receive([Self.changed([("content", "改过的正文")])])
        #expect(summary.rejected == 1 && summary.updated == 0)
        let reject = String(decoding: FileBytes.read(desk.folder.file("rejects.jsonl")), as: UTF8.self)
        #expect(reject.contains("frozen") && reject.contains("content"))
        func refused(_ field: String, _ body: () throws -> Void) {
            #expect(throws: CaseError.recordFrozen(record: "A", file: code, field: field, isHeld: false), performing: body)
        }
        refused("content") { _ = try desk.engine.edit("A", note: ChangeNote()) { $0.set("content", to: "改") } }
        refused("complainants") { _ = try desk.engine.edit("A", note: ChangeNote()) { $0.set("complainants", to: .array([.object(["name": "他人试"])])) } }
        refused("title") { _ = try desk.engine.add([Self.changed([("title", "改")])]) }
        try desk.event("回访", "2024-07-01")
        refused("events") { _ = try desk.engine.edit("A", note: ChangeNote()) { $0.remove("events") } }
        _ = try desk.engine.edit("A", note: ChangeNote()) { $0.set("proceedings", to: .array([.object(["kind": "行政复议"])])) }
        // What sorts and what follows may also come from the source.
        #expect(try desk.receive([Self.changed([("handler", "丙"), ("feedback", .array([.object(["mode": "电话", "at": "2024-07-02"])]))])]).updated == 1)
        let record = try desk.record()
        #expect(record["handler"]?.string == "丙" && record["feedback"]?.array?.count == 1 && record["status"]?.string == "已归档" && record["referenceCode"]?.string == code)
        #expect(record["content"]?.string == "停车收费不合理" && record["evidenceDocs"]?.array?.count == 1)
    }

    @Test func `on hold a record is neither changed nor taken back, released it is`() throws {
        let desk = try Desk()
        try desk.receive([Self.row])
        let file = try desk.engine.openCase(["A"], title: nil)
        _ = try desk.engine.holdCase(file.id, basis: "行政诉讼", review: nil)
        #expect(throws: CaseError.recordFrozen(record: "A", file: file.id, field: "content", isHeld: true)) {
            try desk.engine.edit("A", note: ChangeNote()) { $0.set("content", to: "改") }
        }
        #expect(throws: CaseError.held(id: file.id, basis: "行政诉讼")) { try desk.engine.withdraw(["A"]) }
        // Papers may still come in.
        FileBytes.write(Array("传票".utf8), to: desk.folder.file("d.txt"))
        _ = try desk.engine.addDocument(file.id, NewDocument(path: desk.folder.file("d.txt"), type: "证据"))
        let released = try desk.engine.releaseCase(file.id, reason: "判决已生效")
        #expect(released.holds.map(\.releaseReason) == ["判决已生效"])
        _ = try desk.engine.edit("A", note: ChangeNote()) { $0.set("content", to: "改") }
        #expect(try desk.engine.withdraw(["A"]).map(\.kind) == [.withdrawn])
    }
}

extension ImportRequest {
    fileprivate init(path: String, rejects: String) {
        self.init(path: path)
        rejectsPath = rejects
    }
}

