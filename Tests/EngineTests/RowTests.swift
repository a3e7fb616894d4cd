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

    private func open(_ profile: String, _ users: String? = nil, user: String = "maker", in folder: TemporaryFolder) throws -> Engine {
        var options = EngineOptions(archivePath: folder.file("archive"))
        if FileBytes.names(in: options.archivePath).isEmpty { _ = try Engine.create(options, profile: profile) }
        if let users {
            let path = options.archivePath + "/profile.yaml"
            let text = String(decoding: FileBytes.read(path), as: UTF8.self)
            FileBytes.write(Array(text.replacing("users: {}", with: "users:\n" + users).utf8), to: path)
            options.user = user
        }
        return try Engine(opening: options)
    }

    private static func event(_ type: String, _ at: String, _ more: [(String, JSONValue)] = []) -> JSONValue {
        .object(JSONObject([("type", .string(type)), ("at", .string(at))] + more))
    }

    @Test func `a complaint leads to its case and to its appeal, and each of them back (R25, R63)`() throws {
        let folder = TemporaryFolder()
        let engine = try open("S13", in: folder)
        _ = try engine.add([
            ["id": "T1", "registerNo": "XF-1", "receivedAt": "2024-03-04", "content": "短斤少两"], ["id": "A1", "receivedAt": "2024-03-08", "content": "立案", "caseOf": "XF-1"],
            ["id": "F1", "receivedAt": "2024-04-08", "content": "不服", "appealOf": "XF-1"], ["id": "Z", "receivedAt": "2024-04-08", "content": "别的"],
        ])
        func found(_ query: String) throws -> [String] { try engine.search(SearchRequest(query: query)).hits.map(\.id) }
        #expect(try found("caseOf:XF-1") == ["A1"] && found("转案自:XF-1") == ["A1"] && found("appealOf:XF-1") == ["F1"] && found("no:XF-1") == ["T1"])
        #expect(try engine.show("A1", version: nil).first?.record["caseOf"]?.string == "XF-1")
    }

    @Test func `agent and principal are found by their telephones as the complainant is (R08)`() throws {
        let folder = TemporaryFolder()
        let engine = try open("S22", in: folder)
        _ = try engine.add([[
            "id": "A", "receivedAt": "2024-03-04", "content": "代人反映", "complainants": .array([.object(["name": "欧阳试", "phone": "13900001111"])]),
            "agent": .object(["name": "司马试", "phone": "13900002222"]), "principal": .object(["name": "上官试", "phone": "13900003333"]),
        ]])
        for phone in ["13900001111", "13900002222", "13900003333"] { #expect(try engine.count(SearchRequest(query: "phone:\(phone)")).count == 1, "\(phone)") }
        let shown = "\(try engine.show("A", version: nil).map(\.record))"
        for name in ["欧阳试", "司马试", "上官试", "1390000"] { #expect(!shown.contains(name), "\(name)") }
    }

    @Test func `categories, registers and forms that are closed are read by the named role alone (R54, R105)`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: "S19")
        let path = options.archivePath + "/profile.yaml"
        var text = String(decoding: FileBytes.read(path), as: UTF8.self)
        text = text.replacing("users: {}", with: "users:\n  maker: [supervisor, registrar]\n  duty: [duty]\n  clerk: [handler]\n")
        text = text.replacing("roles:\n", with: "roles:\n  duty: {title: 值班员, levels: [公开, 内部], restricted: [值班日记, 纪律, 密码簿]}\n")
        FileBytes.write(Array(text.utf8), to: path)
        func engine(_ user: String) throws -> Engine {
            var options = options
            options.user = user
            return try Engine(opening: options)
        }
        let maker = try engine("maker")
        _ = try maker.add([
            ["id": "D", "receivedAt": "2024-03-04", "content": "值班一夜无事", "formType": "值班日记"], ["id": "K", "receivedAt": "2024-03-04", "content": "值班干部违纪", "category": .array(["纪律/收礼"])],
            ["id": "B", "receivedAt": "2024-03-04", "content": "值班簿上一行", "sourceRef": .object(["register": "密码簿"])], ["id": "O", "receivedAt": "2024-03-04", "content": "值班电话打不通"],
        ])
        maker.closeAll()
        func seen(_ user: String) throws -> [String] {
            let engine = try engine(user)
            defer { engine.closeAll() }
            return try engine.search(SearchRequest(query: "值班")).hits.map(\.id).sorted()
        }
        #expect(try seen("duty") == ["B", "D", "K", "O"])
        #expect(try seen("clerk") == ["O"])
        #expect(try seen("maker") == ["B", "D", "K", "O"])
        let clerk = try engine("clerk")
        #expect(try clerk.show("K", version: nil).isEmpty && clerk.facetValues(of: "category", beginning: "纪").isEmpty)
    }

    @Test func `rewards lie in the inner part, which only who may see identities takes out, and in no search (R67)`() throws {
        let folder = TemporaryFolder()
        let maker = try open("S20", "  maker: [registrar, archivist]\n  keeper: [archivist]\n", in: folder)
        _ = try maker.add([["id": "A", "receivedAt": "2024-03-04", "content": "举报有功"]])
        let file = try maker.openCase(["A"], title: nil)
        for (name, type) in [("奖励五千元给线人", "奖励审批表"), ("现场检查", "检查记录")] {
            FileBytes.write(Array(name.utf8), to: folder.file("\(type).txt"))
            _ = try maker.addDocument(file.id, NewDocument(path: folder.file("\(type).txt"), type: type))
        }
        #expect(try maker.caseFile(file.id).documents.map(\.isInner) == [true, false])
        #expect(try maker.count(SearchRequest(query: "\"奖励五千元\"")).count == 0 && maker.count(SearchRequest(query: "\"现场检查\"")).count == 1)
        #expect(try maker.documentBytes(file.id, number: 1).bytes == Array("奖励五千元给线人".utf8))
        maker.closeAll()
        var options = EngineOptions(archivePath: folder.file("archive"))
        options.user = "keeper"
        let keeper = try Engine(opening: options)
        #expect(throws: AccessError.notAllowed(verb: "副卷", user: "keeper")) { try keeper.documentBytes(file.id, number: 1) }
        #expect(throws: AccessError.notAllowed(verb: "副卷", user: "keeper")) { try keeper.printCase(file.id, to: folder.file("p"), pdf: false, inner: true, recipient: nil) }
        #expect(try keeper.documentBytes(file.id, number: 2).bytes == Array("现场检查".utf8))
        #expect(throws: AccessError.self) { try keeper.auditEntries(whoSaw: "A", limit: 1) }
    }

    @Test func `the public reads with consent, from the redacted text, and no number in it (R101, R103)`() throws {
        let folder = TemporaryFolder()
        let engine = try open("S13", in: folder)
        let full: JSONObject = [
            "id": "A", "receivedAt": "2024-03-04T10:00:00", "title": "欧阳先生的投诉", "content": "欧阳先生称被坑", "contentRedacted": "某消费者称被坑，电话13900001111", "consentPublish": "同意",
            "category": .array(["食品"]), "respondents": .array(["某超市"]), "outcome": .object(["codes": .array(["责令改正"])]),
        ]
        var (without, raw) = (full, full)
        without.set("id", to: "B")
        without.set("consentPublish", to: "不同意")
        raw.set("id", to: "C")
        raw.remove("contentRedacted")
        _ = try engine.add([full, without, raw])
        let shown = try #require(try engine.publicView("A").first)
        #expect(Set(shown.keys) == ["receivedAt", "category", "content", "outcome"])
        #expect(shown["receivedAt"]?.string == "2024-03" && shown["content"]?.string?.hasPrefix("某消费者称被坑，电话") == true)
        #expect(!"\(shown)".contains("欧阳") && !"\(shown)".contains("13900001111") && !"\(shown)".contains("某超市"))
        #expect(try engine.publicView("B").isEmpty && engine.publicView("C").isEmpty)
        // The summary for the accused names the month, not the day, and nobody.
        let summary = try #require(try engine.safeSummary("A", recipient: "某超市").first)
        #expect(summary["respondent"]?.string == "某超市" && !"\(summary)".contains("欧阳") && !"\(summary)".contains("13900001111") && summary["approval"] != nil)
    }

    @Test func `a reply given otherwise than the channel wants is found (R61)`() throws {
        let folder = TemporaryFolder()
        let engine = try open("S23", in: folder)
        func feedback(_ mode: String) -> JSONValue { .array([.object(["mode": .string(mode), "at": "2024-03-05"])]) }
        _ = try engine.add([
            ["id": "A", "receivedAt": "2024-03-04", "content": "x", "channel": "来信", "feedback": feedback("口头")],
            ["id": "B", "receivedAt": "2024-03-04", "content": "x", "channel": "来信", "feedback": feedback("书面")],
            ["id": "C", "receivedAt": "2024-03-04", "content": "x", "channel": "来访", "feedback": feedback("口头")],
        ])
        for (id, isMet) in [("A", false), ("B", true), ("C", true)] {
            let file = try engine.openCase([id], title: nil)
            #expect(try engine.checkCase(file.id).checks.first { $0.name == "答复方式" }?.isMet == isMet, "\(id)")
        }
    }

    @Test func `loops left open are listed, each with its reason, by unit and level of supervision (R59, R68, R72, R109)`() throws {
        let folder = TemporaryFolder()
        let engine = try open("S21", in: folder)
        _ = try engine.add([
            ["id": "L1", "receivedAt": "2024-03-01", "content": "x", "leadUnit": "甲科", "origin": "上级交办", "closedAt": "2024-03-10", "feedback": .array([.object(["at": "2024-03-11"])])],
            ["id": "L2", "receivedAt": "2024-03-01", "content": "x", "leadUnit": "乙科", "closedAt": "2024-03-10"],
            ["id": "L3", "receivedAt": "2024-03-01", "content": "x", "leadUnit": "甲科", "events": .array([Self.event("转办", "2024-03-02")])],
            ["id": "L4", "receivedAt": "2024-03-01", "content": "x", "leadUnit": "甲科", "origin": "上级交办", "closedAt": "2024-03-10", "feedback": .array([.object(["at": "2024-03-11"])]), "events": .array([Self.event("上报", "2024-03-12")])],
        ])
        func lines(_ list: SupervisionList, _ day: String) throws -> [String] { try engine.supervision(list, asOf: day).lines.map { "\($0.unit) \($0.id) \($0.reason)" }.sorted() }
        #expect(try lines(.loops, "2024-03-20") == ["乙科 L2 办结未反馈", "甲科 L1 上级交办未报结果", "甲科 L3 转办无回音"])
        #expect(try lines(.loops, "2024-06-20").contains("甲科 L4 办结 102 天未归档"))
        // Accepted and late: reminded, then supervised.
        _ = try engine.add([["id": "O", "receivedAt": "2024-03-01", "content": "x", "leadUnit": "丙科", "acceptance": .object(["decision": "受理", "at": "2024-03-01"]), "events": .array([Self.event("催办", "2024-04-10"), Self.event("督办", "2024-04-20", [("slipNo", "DB-1")])])]])
        func level(_ day: String) throws -> String? { try engine.supervision(.overdue, asOf: day).lines.first { $0.id == "O" && $0.reason == "办结超期" }?.level }
        #expect(try level("2024-04-08") == "未催办" && level("2024-04-15") == "已催办1次" && level("2024-04-25") == "已督办1次")
        #expect(try engine.supervision(.overdue, asOf: "2024-04-25").byUnit.contains { $0.unit == "丙科" && $0.count >= 1 })
        #expect(try engine.search(SearchRequest(query: "no:DB-1")).hits.map(\.id) == ["O"])
    }

    @Test func `a status by number shows where the case stands, and nothing of it or of others (S53)`() throws {
        let folder = TemporaryFolder()
        let engine = try open("S53", in: folder)
        _ = try engine.add([
            ["id": "A", "registerNo": "TS-1", "receivedAt": "2024-03-04T10:00:00", "title": "独门暗号", "content": "独门暗号正文", "status": "办理中", "respondents": .array(["某公司"]), "complainants": .array([.object(["name": "欧阳试", "phone": "13900001111"])])],
            ["id": "B", "registerNo": "TS-2", "receivedAt": "2024-03-05", "content": "另一件", "status": "已办结"],
        ])
        let shown = try engine.publicStatus(no: "TS-1")
        #expect(shown.map(\.status) == ["办理中"] && shown.first?.receivedAt == "2024-03-04" && shown.first?.nextDue == "2024-05-06")
        for word in ["独门暗号", "某公司", "欧阳试", "139", "TS-2"] { #expect(!"\(shown)".contains(word), "\(word)") }
        #expect(try engine.publicStatus(no: "TS").isEmpty && engine.publicStatus(no: "TS-").isEmpty && engine.publicStatus(no: "*").isEmpty)
    }

    @Test func `the ladder's steps are the profile's (R94)`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: "S10")
        let rules = try Engine(opening: options).ladderRules()
        #expect(rules.months == 12 && rules.steps == ["警告", "记过", "记大过", "降级", "撤职", "开除"])
    }
}
