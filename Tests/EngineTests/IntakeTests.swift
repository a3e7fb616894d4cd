// What the body's rules make of records as they come in, and which they list.

import Archive
import Engine
import Records
import TestSupport
import Testing

@Suite struct IntakeTests {
    private func archive(_ profile: String, in folder: TemporaryFolder) throws -> Engine {
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: profile)
        return try Engine(opening: options)
    }

    @Test func `an anonymous complaint becomes a report where the rules say so, by any way in`() throws {
        let folder = TemporaryFolder()
        let engine = try archive("S42", in: folder)
        _ = try engine.add([["id": "A", "receivedAt": "2024-03-01", "content": "拖欠工资", "kind": "投诉", "namedState": "匿名"]])
        FileBytes.write(Array(#"{"id":"B","receivedAt":"2024-03-01","content":"拖欠工资","kind":"投诉","namedState":"匿名"}"#.utf8 + [10] + #"{"id":"C","receivedAt":"2024-03-01","content":"拖欠工资","kind":"投诉","namedState":"实名"}"#.utf8), to: folder.file("r.jsonl"))
        _ = try engine.importRecords(ImportRequest(path: folder.file("r.jsonl")), report: { _ in })
        #expect(try engine.count(SearchRequest(query: "kind:举报")).count == 2)
        #expect(try engine.count(SearchRequest(query: "kind:投诉")).count == 1)
        #expect(try engine.show("B", version: nil).first?.record["kindHistory"]?.array?.first?["kind"]?.string == "投诉")
        // The same file again changes nothing.
        #expect(try engine.importRecords(ImportRequest(path: folder.file("r.jsonl")), report: { _ in }).updated == 0)
    }

    @Test func `an anonymous one is refused, stays searchable, and what a person decided stays`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: "S42")
        let text = String(decoding: FileBytes.read(options.archivePath + "/profile.yaml"), as: UTF8.self)
        FileBytes.write(Array(text.replacing("anonymous: asReport", with: "anonymous: refuse").utf8), to: options.archivePath + "/profile.yaml")
        let engine = try Engine(opening: options)
        _ = try engine.add([
            ["id": "A", "receivedAt": "2024-03-01", "content": "拖欠工资", "namedState": "匿名"],
            ["id": "B", "receivedAt": "2024-03-01", "content": "拖欠工资", "namedState": "匿名", "acceptance": .object(["decision": "受理"])],
        ])
        #expect(try engine.count(SearchRequest(query: "acceptance:不予受理")).count == 1)
        #expect(try engine.count(SearchRequest(query: "工资")).count == 2)
        #expect(try engine.intakeFindings(of: "B").contains { $0.row == "R100" })
    }

    @Test func `what does not go with the rules is listed by row`() throws {
        let folder = TemporaryFolder()
        let engine = try archive("S04", in: folder)
        _ = try engine.add([
            [
                "id": "bad", "registerNo": "X-1", "receivedAt": "2024-03-01T09:00:00", "registeredAt": "2024-03-06", "kind": "传言", "channel": "飞鸽", "category": .array(["天文"]),
                "title": "拖欠", "incidentAt": .object(["from": "2021-02-28"]), "representedCount": 6, "status": "不知道",
            ],
            [
                "id": "good", "registerNo": "S04-2024-0001", "receivedAt": "2024-03-01", "registeredAt": "2024-03-04", "kind": "投诉", "channel": "来访", "title": "拖欠", "content": "拖欠工资",
                "incidentAt": .object(["from": "2022-03-01"]), "respondents": .array(["某厂"]), "complainants": .array([.object(["name": "王试甲", "phone": "13900001111"])]),
            ],
        ])
        let rows = try engine.intakeFindings(of: "bad").map(\.row)
        for row in ["R02", "R13", "R14", "R16", "R19", "R23", "R27", "R29", "R92"] { #expect(rows.contains(row), "\(row) \(rows)") }
        // Of the good one only the number, whose form is the sample's and not the profile's.
        #expect(try engine.intakeFindings(of: "good").map(\.row) == ["R16"])
        #expect(try engine.intakeReport(nil).count == 2)
        #expect(try engine.intakeReport(CalendarDate.period("2023")).isEmpty)
    }

    @Test func `a category of a former version is told with its present name`() throws {
        let profile = try Profile.shipped("S13")
        var record = Complaint(receivedAt: try Timestamp(parsing: "2012-03-01"))
        record.category = ["美容美发/理发"]
        record.categoryVersion = "2010"
        #expect(profile.findings(of: record).first { $0.row == "R23" }?.chinese == "旧分类“美容美发/理发”，现为“美容健身”")
    }

    @Test func `a status follows another as the rules say`() throws {
        let folder = TemporaryFolder()
        let engine = try archive("S21", in: folder)
        _ = try engine.add([["id": "A", "receivedAt": "2024-03-01", "content": "停车", "status": "已登记"]])
        func become(_ status: String) throws { _ = try engine.edit("A", note: ChangeNote()) { $0.set("status", to: .string(status)) } }
        try become("已受理")
        try become("办理中")
        #expect(throws: CaseError.self) { try become("已归档") }
        try become("已办结")
        #expect(throws: CaseError.self) { try become("已登记") }
        // A word the rules do not know is the body's own business.
        try become("另案处理")
        try become("已登记")
    }

    @Test func `gaps and doubles of numbers are found; withdrawn and destroyed ones are no gap`() throws {
        let folder = TemporaryFolder()
        let engine = try archive("S32", in: folder)
        var records: [JSONObject] = [1, 2, 4, 5, 9].map { number in
            ["id": .string("R\(number)"), "registerNo": .string("KT2024-00\(number)"), "receivedAt": "2024-03-01", "content": "停车"]
        }
        records.append(["id": "R5b", "registerNo": "KT2024-005", "receivedAt": "2024-03-01", "content": "停车"])
        records.append(["id": "old", "registerNo": "手写12", "receivedAt": "2024-03-01", "content": "停车"])
        records[0].set("evidenceDocs", to: .array([.object(["type": "客户举报投诉登记表", "no": "KT2024-001"]), .object(["type": "纠正措施通知单", "no": "KT2024-010"])]))
        _ = try engine.add(records)
        _ = try engine.withdraw(["R4"])
        let report = try engine.numberReport()
        let line = try #require(report.lines.first)
        #expect(line.missing == [3...3, 6...8] && line.count == 5 && line.last == 9)
        #expect(line.doubles.map(\.number) == ["KT2024-5"] && line.doubles.first?.ids == ["R5", "R5b"])
        #expect(report.otherForms == 1)
        #expect(report.mismatches.map(\.number) == ["KT2024-010"])
    }

    @Test func `lists speak of the moment they are asked for`() throws {
        let folder = TemporaryFolder()
        let engine = try archive("S03", in: folder)
        func event(_ type: String, _ at: String, _ receiver: String? = nil) -> JSONValue {
            var event: JSONObject = ["type": .string(type), "at": .string(at)]
            if let receiver { event.set("receiver", to: .string(receiver)) }
            return .object(event)
        }
        _ = try engine.add([[
            "id": "A", "receivedAt": "2024-03-01T09:00:00", "content": "停车", "closedAt": "2024-03-20T09:00:00",
            "events": .array([event("转办", "2024-03-02T09:00:00"), event("退回", "2024-03-03T09:00:00"), event("转办", "2024-03-04T09:00:00"), event("答复", "2024-03-25T09:00:00"), event("告知", "2024-03-26T09:00:00", "被投诉人")]),
        ]])
        func reasons(_ list: SupervisionList, _ day: String) throws -> [String] { try engine.supervision(list, asOf: day).lines.map(\.reason) }
        #expect(try reasons(.transfers, "2024-03-03T10:00:00") == [])
        #expect(try reasons(.transfers, "2024-03-05") == ["转办、退回 3 次"])
        #expect(try reasons(.loops, "2024-03-10") == ["转办无回音"])
        #expect(try reasons(.loops, "2024-03-22") == ["办结未反馈", "办结未告知被投诉人", "办结未告知相关部门"])
        #expect(try reasons(.loops, "2024-03-27") == ["办结未告知相关部门"])
        #expect(try reasons(.handover, "2024-02-01") == [])
    }

    @Test func `a limit of minutes is late by minutes`() throws {
        let folder = TemporaryFolder()
        let engine = try archive("S19", in: folder)
        _ = try engine.add([["id": "A", "receivedAt": "2024-03-01T09:00:00", "content": "停车"]])
        let line = try #require(try engine.supervision(.overdue, asOf: "2024-03-01T09:25:00").lines.first)
        #expect(line.reason == "分流超期" && line.secondsLate == 15 * 60 && line.daysLate == 0)
        #expect(try engine.count(SearchRequest(query: "overdue:2024-03-01T09:10:00")).count == 0)
        #expect(try engine.count(SearchRequest(query: "overdue:2024-03-01T09:10:01")).count == 1)
    }

    @Test func `what was destroyed is not taken in again`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: "S27")
        var engine = try Engine(opening: options)
        let record: JSONObject = [
            "id": "X", "registerNo": "DJ2020-00001", "receivedAt": "2020-02-01", "content": "另一件", "closedAt": "2020-02-02", "satisfaction": "满意", "outcome": "已办", "reply": .array(["答"]),
            "acceptance": .object(["decision": "受理", "at": "2020-02-01"]),
        ]
        _ = try engine.add([record, ["id": "Y", "registerNo": "DJ2020-00002", "receivedAt": "2020-02-01", "content": "路灯"]])
        let file = try engine.openCase(["X"], title: nil)
        FileBytes.write(Array("笔录".utf8), to: folder.file("d.txt"))
        _ = try engine.addDocument(file.id, NewDocument(path: folder.file("d.txt"), type: "调查笔录"))
        _ = try engine.noteCase(file.id, kind: "超期说明", text: "无")
        _ = try engine.closeCase(file.id)
        _ = try engine.fileCase(file.id, checkedBy: nil, on: "2020-06-01")
        _ = try engine.appraise(file.id, decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        _ = try engine.destroyCases([file.id], witnesses: ["甲", "乙"], approver: "丙", on: "2024-01-02")
        engine = try Engine(opening: options)
        #expect(throws: RecordError.self) { try engine.add([record]) }
        var bytes: [UInt8] = []
        record.write(into: &bytes)
        FileBytes.write(bytes, to: folder.file("r.jsonl"))
        #expect(try engine.importRecords(ImportRequest(path: folder.file("r.jsonl")), report: { _ in }).rejected == 1)
        // Its number is no gap.
        #expect(try engine.numberReport().lines.allSatisfy { $0.missing.isEmpty && $0.doubles.isEmpty })
    }
}
