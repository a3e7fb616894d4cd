// Each of the 53 procedures from the phone call to the filed case, with the profile and the sample that ship.

import Archive
import Engine
import Glibc
import Records
import TestSupport
import Testing

@Suite struct ProcedureTests {
    private static var samples: String {
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/corpus/profiles"
    }

    private static let ids = (1...53).map { "S" + ($0 < 10 ? "0" : "") + String($0) }

    /// The days of the walk, all in 2024.
    private static func day(_ month: Int, _ day: Int) -> String { "2024-" + (month < 10 ? "0" : "") + "\(month)-" + (day < 10 ? "0" : "") + "\(day)" }

    @Test(arguments: ids) func `from the call to the filed case`(id: String) throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: id)
        let engine = try Engine(opening: options)
        var request = ImportRequest(path: "\(Self.samples)/\(id).csv")
        request.form = String(decoding: FileBytes.read("\(Self.samples)/\(id).form"), as: UTF8.self).trimmingEnds()
        request.rejectsPath = folder.file("rejects.jsonl")
        let summary = try engine.importRecords(request, report: { _ in })
        #expect(summary.imported == 3 && summary.rejected == 0, "\(id): \(summary)")

        let profile = try Profile.shipped(id)
        // Registered, accepted, looked into by two, closed, told back.
        let first = "\(id)-2024-0001"
        let note = ChangeNote(by: "登记员")
        _ = try engine.edit(first, note: note) { record in
            record.set("status", to: "已办结")
            record.set("acceptance", to: .object(["decision": "受理", "at": "2024-03-05T10:00:00"]))
            record.set("closedAt", to: "2024-03-12T16:00:00")
            record.set("satisfaction", to: "满意")
            func sections(_ names: [String]) -> JSONValue { .array(names.map { .object(["heading": .string($0), "text": "已按规定办理"]) }) }
            record.set("reply", to: profile.replySections.isEmpty ? .array(["已按规定处理并答复"]) : sections(profile.replySections))
            if !profile.reportSections.isEmpty { record.set("investigationReport", to: sections(profile.reportSections)) }
            record.set("outcome", to: .object(["codes": .array(["责令改正"]), "text": "已改正"]))
            record.set("feedback", to: .array([.object(["mode": "书面", "at": "2024-03-12T17:00:00", "content": "书面答复"])]))
            func event(_ type: String, _ at: String, _ actor: String = "试承办") -> JSONValue { .object(["type": .string(type), "at": .string(at), "actor": .string(actor)]) }
            record.set("events", to: .array([
                event("登记", "2024-03-04T09:12:00"), event("分流", "2024-03-04T09:15:00"), event("签收", "2024-03-04T10:00:00"),
                event("立案", "2024-03-05T10:00:00"), event("调查", "2024-03-06T10:00:00", "试甲、试乙"), event("决定", "2024-03-08T10:00:00"),
                event("送达", "2024-03-09T10:00:00"), event("答复", "2024-03-12T16:00:00"), event("回访", "2024-03-15T10:00:00"),
            ]))
        }
        let deadlines = try #require(try engine.deadlines(of: first, asOf: "2024-12-31").first).deadlines
        for rule in profile.deadlines where rule.from == "接收" && rule.condition == RecordCondition() {
            #expect(deadlines.contains { $0.id == rule.id && !$0.steps.isEmpty }, "\(id) \(rule.id)")
        }
        #expect(try engine.publicStatus(no: first).map(\.status) == ["已办结"])

        // The file: opened, filled, ordered, checked, closed, filed.
        var file = try engine.openCase([first], title: nil)
        for (number, type) in ["调查笔录", "投诉举报登记表", "答复书", "举报人信息"].enumerated() {
            FileBytes.write(Array("\(type) 第\(number)份\n".utf8), to: folder.file("\(number).txt"))
            var document = NewDocument(path: folder.file("\(number).txt"), type: type)
            document.date = "2024031\(number)"
            file = try engine.addDocument(file.id, document)
        }
        #expect(file.documents.map(\.isInner) == [false, false, false, true])
        file = try engine.orderCase(file.id, as: nil)
        #expect(file.documents.last?.type == "举报人信息" && file.documents.map(\.number) == [1, 2, 3, 4])
        if deadlines.contains(where: { $0.state == "late" }) {
            file = try engine.noteCase(file.id, kind: "超期说明", text: "样例中的时间由机器编写")
        }
        let checks = try engine.checkCase(file.id).checks
        #expect(checks.filter { !$0.isMet }.map(\.name) == [])
        _ = try engine.closeCase(file.id)
        file = try engine.fileCase(file.id, checkedBy: "试检查", on: "2024-12-31")
        let code = try #require(file.referenceCode)
        #expect(profile.referenceCode.parse(code)?.file == 1)
        #expect(throws: CaseError.frozen(id: file.id)) { try engine.addDocument(file.id, NewDocument(path: folder.file("0.txt"), type: "证据")) }

        // The second file's 档号 follows without a gap, and both are found by it.
        #expect(try engine.caseFile(code).id == file.id)
        #expect(try engine.count(SearchRequest(query: "referenceCode:\"\(code)\"")).count == 1)
        #expect(try engine.count(SearchRequest(query: "\"第1份\"")).count == 1)
        #expect(try engine.count(SearchRequest(query: "\"第3份\"")).count == 0, "the inner part is in no search")
        let written = try engine.printCase(file.id, to: folder.file("print"), pdf: false, inner: true, recipient: nil)
        let html = written.map { String(decoding: FileBytes.read($0), as: UTF8.self) }
        #expect(html[0].contains(code) && html[0].contains("卷内备考表") && !html[0].contains("举报人信息") && html[1].contains("举报人信息"))
    }
}

extension String {
    fileprivate func trimmingEnds() -> String { String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()) }
}
