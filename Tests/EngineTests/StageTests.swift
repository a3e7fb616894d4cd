// What depends on the stage of a procedure: who may read (R102), what a report must speak of (R57), what is watched until it is
// closed (R22), and whom to call back (R66).

import Archive
import Engine
import Records
import TestSupport
import Testing

@Suite struct StageTests {
    private func archive(_ profile: String, _ users: String? = nil, in folder: TemporaryFolder) throws -> EngineOptions {
        var options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: profile)
        if let users {
            let path = options.archivePath + "/profile.yaml"
            let text = String(decoding: FileBytes.read(path), as: UTF8.self)
            #expect(text.contains("users: {}"))
            FileBytes.write(Array(text.replacing("users: {}", with: "users:\n" + users).utf8), to: path)
            options.user = "supervisor"
        }
        return options
    }

    @Test func `during the first inquiry only those who lead it read, found or counted it is by nobody else (R102)`() throws {
        let folder = TemporaryFolder()
        var options = try archive("S10", "  supervisor: [supervisor, investigator, registrar]\n  handler: [handler]\n  analyst: [analyst]\n", in: folder)
        let supervisor = try Engine(opening: options)
        _ = try supervisor.add([["id": "J1", "receivedAt": "2024-03-04", "content": "反映违规接待"], ["id": "J2", "receivedAt": "2024-03-04", "content": "另一件接待", "securityLevel": "机密"]])
        supervisor.closeAll()
        func seen(_ user: String, _ query: String = "接待") throws -> (hits: [String], count: Int, shown: Int) {
            options.user = user
            let engine = try Engine(opening: options)
            defer { engine.closeAll() }
            return (try engine.search(SearchRequest(query: query)).hits.map(\.id).sorted(), try engine.count(SearchRequest(query: query)).count, try engine.show("J1", version: nil).count)
        }
        #expect(try seen("supervisor") == (["J1", "J2"], 2, 1))
        #expect(try seen("handler") == ([], 0, 0))
        options.user = "supervisor"
        let again = try Engine(opening: options)
        _ = try again.edit("J1", note: ChangeNote()) { $0.set("events", to: .array([.object(["type": "立案", "at": "2024-03-10"])])) }
        _ = try again.edit("J2", note: ChangeNote()) { $0.set("events", to: .array([.object(["type": "立案", "at": "2024-03-10"])])) }
        again.closeAll()
        // The stage is over; a level of its own is not.
        #expect(try seen("handler") == (["J1"], 1, 1))
        #expect(try seen("supervisor") == (["J1", "J2"], 2, 1))
    }

    @Test func `rules of secrecy are read, and what they lack is pointed at`() throws {
        let profile = try Profile.shipped("S02")
        #expect(profile.secrecy.map(\.level) == ["秘密"] && profile.secrecy[0].until == ["调查", "办结"])
        for (text, part) in [("secrecy: [{until: 立案, level: 绝秘}]", "绝秘"), ("secrecy: [{until: 立案}]", "level"), ("secrecy: [{until: 立案, level: 秘密, until2: x}]", "until2")] {
            #expect { try Profile.read("id: x\ntitle: x\n\(text)\n", file: "p.yaml") } throws: { error in "\((error as? ProfileError)?.notice(in: .chinese) ?? "")".contains(part) }
        }
    }

    @Test func `where health is spoken of every record is personal at least (S45, S49)`() throws {
        for id in ["S45", "S49"] {
            let profile = try Profile.shipped(id)
            var record = Complaint(receivedAt: try Timestamp(parsing: "2024-03-04"))
            #expect(profile.restriction(of: record).level == "个人信息")
            record.securityLevel = Code("公开")
            #expect(profile.restriction(of: record).level == "个人信息")
            record.securityLevel = Code("机密")
            #expect(profile.restriction(of: record).level == "机密")
        }
        #expect(try Profile.shipped("S21").restriction(of: Complaint(receivedAt: Timestamp(parsing: "2024-03-04"))).level == nil)
    }

    @Test func `a report and a reply that leave out what the rules want are listed, and hold up the filing (R57)`() throws {
        let folder = TemporaryFolder()
        let engine = try Engine(opening: archive("S24", in: folder))
        func section(_ heading: String) -> JSONValue { .object(["heading": .string(heading), "text": "甲"]) }
        _ = try engine.add([
            ["id": "A", "receivedAt": "2024-03-04", "content": "x", "reply": .array([section("调查核实过程"), section("事实证据")])],
            ["id": "B", "receivedAt": "2024-03-04", "content": "x", "reply": .array([section("调查核实过程"), section("事实证据"), section("责任及处理意见")])],
            ["id": "C", "receivedAt": "2024-03-04", "content": "x"],
        ])
        #expect(try engine.intakeFindings(of: "A").filter { $0.row == "R57" }.map(\.chinese) == ["报告或答复缺 责任、处理意见"])
        for id in ["B", "C"] { #expect(try !engine.intakeFindings(of: id).contains { $0.row == "R57" }) }
        let file = try engine.openCase(["A"], title: nil)
        #expect(try engine.checkCase(file.id).checks.contains { $0.name == "报告要素" && !$0.isMet && $0.detail == "缺：处理意见、责任" })
    }

    @Test func `what is grave stays on the list until it is closed (R22), and who is to be called back is named (R66)`() throws {
        let folder = TemporaryFolder()
        let engine = try Engine(opening: archive("S10", in: folder))
        func event(_ type: String, _ at: String) -> JSONValue { .object(["type": .string(type), "at": .string(at)]) }
        _ = try engine.add([
            ["id": "G", "receivedAt": "2024-03-01", "content": "x", "flags": .array(["重大", "群体"]), "closedAt": "2024-03-20"],
            ["id": "H", "receivedAt": "2024-03-01", "content": "x", "flags": .array(["突发"]), "events": .array([event("上报", "2024-03-02")])],
            ["id": "T", "receivedAt": "2024-03-01", "content": "x", "flags": .array(["典型"])],
            ["id": "N", "receivedAt": "2024-03-01", "content": "x", "namedState": "匿名", "flags": .array(["突发"])],
        ])
        func lines(_ list: SupervisionList, _ day: String) throws -> [String] { try engine.supervision(list, asOf: day).lines.map { "\($0.id) \($0.reason)" } }
        // Named before nameless where they stand alike (R99).
        #expect(try lines(.alerts, "2024-03-11") == ["G 重大、群体，10 天未办结，未上报", "H 突发，10 天未办结", "N 突发，10 天未办结，未上报"])
        #expect(try lines(.alerts, "2024-03-21") == ["H 突发，20 天未办结", "N 突发，20 天未办结，未上报"])
        #expect(try lines(.followups, "2024-03-11").isEmpty)
        #expect(try lines(.followups, "2024-04-01") == ["G 待回访"])
        #expect(try lines(.followups, "2024-06-25") == ["G 回访超期"])
        _ = try engine.edit("G", note: ChangeNote()) { $0.set("events", to: .array([event("回访", "2024-05-01")])); $0.set("satisfaction", to: "不满意") }
        #expect(try lines(.followups, "2024-06-25").isEmpty)
        _ = try engine.add([["id": "U", "receivedAt": "2024-03-01", "content": "x", "closedAt": "2024-03-05", "satisfaction": "非常不满意", "events": .array([event("回访", "2024-03-04")])]])
        #expect(try lines(.followups, "2024-03-06") == ["U 待回访"])
    }
}
