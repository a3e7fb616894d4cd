// Rows of the requirement table that a search answers: one record with everything on it, and the question of each row.

import Archive
import Engine
import Records
import TestSupport
import Testing

@Suite struct RowTests {
    private static let rows: [(row: String, query: String)] = [
        ("R03", "respondent:试验物业"), ("R03", "被投诉人:试三"), ("R07", "\"电梯长期停用\""), ("R12", "表单:投诉举报登记表"), ("R14", "录入人:试录入"), ("R18", "no:SJ-77"),
        ("R19", "kind:投诉"), ("R20", "severity:严重"), ("R20", "category:物业"), ("R22", "flag:群体"), ("R26", "flag:典型"), ("R27", "channel:来访"), ("R28", "origin:上级交办"),
        ("R28", "no:上-2024-9"), ("R30", "region:3301"), ("R33", "\"已进入仲裁\""), ("R35", "outcome:责令改正"), ("R35", "verified:部分属实"), ("R48", "eventType:转办"),
        ("R49", "no:ZB2024-0007"), ("R50", "leadUnit:试住建局"), ("R50", "coUnit:试街道"), ("R51", "firstResponder:试首问"), ("R52", "eventType:上报"), ("R55", "\"同意转办\""),
        ("R56", "documentType:调解协议书"), ("R56", "\"一式三份\""), ("R57", "\"轿厢钢丝绳磨损\""), ("R62", "satisfaction:满意"), ("R64", "proceeding:行政复议"), ("R65", "documentType:调解协议书 \"三方各执\""),
        ("R04", "\"曳引机\""), ("R05", "\"三号楼\""), ("R06", "\"请求更换\""), ("R36", "acceptance:不予受理"),
    ]

    @Test func `each row's question finds the record that answers it, and no other`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: "S21")
        let engine = try Engine(opening: options)
        func event(_ type: String, _ more: [(String, JSONValue)] = []) -> JSONValue { .object(JSONObject([("type", .string(type)), ("at", "2024-03-05T10:00:00")] + more)) }
        let record = JSONObject([
            ("id", "A"), ("registerNo", "TJ2024-0001"), ("aliasNos", .array([.object(["kind": "上级编号", "no": "上-2024-9"]), .object(["kind": "工单号", "no": "SJ-77"])])),
            ("receivedAt", "2024-03-04T09:10:00"), ("kind", "投诉"), ("channel", "来访"), ("origin", "上级交办"), ("formType", "投诉举报登记表"), ("enteredBy", "试录入"), ("firstResponder", "试首问"),
            ("respondents", .array([.object(["name": "试验物业", "person": "试三"])])), ("region", "330106"), ("category", .array(["物业/电梯"])), ("cause", .object(["text": "电梯长期停用"])),
            ("severity", "严重"), ("flags", .array(["群体", "典型"])), ("goods", .array([.object(["name": "曳引机", "price": 3500])])), ("incidentPlace", "三号楼"),
            ("title", "电梯坏了"), ("content", "电梯坏了半年"), ("demand", "请求更换"), ("acceptance", .object(["decision": "不予受理", "reason": "已进入仲裁"])),
            ("leadUnit", "试住建局"), ("coUnits", .array(["试街道"])),
            ("events", .array([event("转办", [("slipNo", "ZB2024-0007"), ("receiver", "试住建局")]), event("审批", [("opinion", "同意转办")]), event("上报")])),
            ("evidenceDocs", .array([.object(["type": "调解协议书", "title": "协议", "text": "一式三份，三方各执"])])),
            ("investigationReport", .array([.object(["heading": "调查", "text": "轿厢钢丝绳磨损"])])), ("verified", "部分属实"), ("outcome", .object(["codes": .array(["责令改正"])])),
            ("satisfaction", "满意"), ("proceedings", .array([.object(["kind": "行政复议"])])),
        ])
        _ = try engine.add([record, ["id": "B", "receivedAt": "2024-03-04", "title": "路灯不亮", "content": "路灯不亮三天"]])
        for (row, query) in Self.rows {
            let hits = try engine.search(SearchRequest(query: query)).hits.map(\.id)
            #expect(hits == ["A"], "\(row) \(query): \(hits)")
        }
    }

    @Test func `withdrawn by who complained, the lead stays open and is found (R34)`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: "S13")
        let engine = try Engine(opening: options)
        _ = try engine.add([["id": "A", "receivedAt": "2024-03-04", "title": "短斤少两", "status": "办理中"]])
        _ = try engine.edit("A", note: ChangeNote()) {
            $0.set("status", to: "已撤回")
            $0.set("events", to: .array([.object(["type": "撤回", "at": "2024-03-06"])]))
        }
        #expect(try engine.count(SearchRequest(query: "短斤少两 status:已撤回")).count == 1)
        #expect(try engine.show("A", version: 1).first?.record["status"]?.string == "办理中")
    }

    @Test func `the ladder's steps are the profile's (R94)`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: "S10")
        let rules = try Engine(opening: options).ladderRules()
        #expect(rules.months == 12 && rules.steps == ["警告", "记过", "记大过", "降级", "撤职", "开除"])
    }
}
