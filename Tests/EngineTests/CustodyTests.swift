// R76: who has the paper of a file, and since when.

import Archive
import Engine
import Records
import TestSupport
import Testing

@Suite struct CustodyTests {
    @Test func `paper goes out to one holder, never to the accused, comes back, and every step stays`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: "S21")
        let engine = try Engine(opening: options)
        _ = try engine.add([
            ["id": "A", "receivedAt": "2024-03-04", "title": "电梯坏了", "content": "电梯坏了半年", "respondents": .array(["试验物业公司"])]
        ])
        let file = try engine.openCase(["A"], title: nil).id
        #expect(try engine.caseFile(file).handedOut == nil)
        #expect(throws: CaseError.notHandedOut(id: file)) { try engine.takeBack(file, note: nil) }
        #expect(throws: AccessError.self) { try engine.handOut(file, to: "试验物业公司", due: nil, note: nil) }
        #expect(throws: CaseError.dueBeforeToday(id: file, due: "2024-06-30")) { try engine.handOut(file, to: "法制科 试甲", due: "2024-06-30", note: nil) }
        let out = try #require(try engine.handOut(file, to: "法制科 试甲", due: "2199-12-31", note: "复议答复").handedOut)
        #expect(out.holder == "法制科 试甲" && out.due == "2199-12-31" && !out.at.isEmpty)
        #expect(throws: CaseError.handedOut(id: file, holder: "法制科 试甲", since: out.at)) { try engine.handOut(file, to: "财务科", due: nil, note: nil) }
        engine.closeAll()
        // Read back from the store, as JSON keeps it.
        let again = try Engine(opening: options)
        #expect(try again.caseFile(file).handedOut == out)
        #expect(try again.allCases().filter { $0.handedOut != nil }.map(\.id) == [file])
        let back = try again.takeBack(file, note: "完好")
        #expect(back.handedOut == nil && back.custody.map(\.isOut) == [true, false] && back.custody[1].note == "完好")
        _ = try again.handOut(file, to: "财务科", due: nil, note: nil)
        #expect(try again.caseFile(file).custody.map(\.holder) == ["法制科 试甲", "法制科 试甲", "财务科"])
        let noted = try again.auditEntries(whoSaw: "A", limit: nil).compactMap { $0.json["detail"]?.string }
        #expect(noted.contains { $0.hasPrefix("hand-out → 法制科 试甲") } && noted.contains { $0.hasPrefix("take-back") })
        #expect(noted.contains { $0.contains("case hand-out → 试验物业公司") }, "the refusal too: \(noted)")
    }

    @Test func `what somebody has is not destroyed`() throws {
        let filed = try FiledCase(others: 1)
        let engine = try filed.open()
        _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        let since = try #require(try engine.handOut("AJ000001", to: "审计科", due: nil, note: nil).handedOut).at
        func destroy() throws -> Engine.Destruction { try engine.destroyCases(["AJ000001"], witnesses: ["甲", "乙"], approver: "丙", on: "2024-01-02") }
        #expect(throws: CaseError.handedOut(id: "AJ000001", holder: "审计科", since: since)) { try destroy() }
        _ = try engine.takeBack("AJ000001", note: nil)
        #expect(try destroy().isProven)
    }
}
