// How long files are kept, who may change that, and what keeps a file beside its own hold.

import Archive
import Engine
import Records
import TestSupport
import Testing

@Suite struct KeepingTests {
    private func rest(_ days: Int, in filed: FiledCase) {
        let path = filed.options.archivePath + "/profile.yaml"
        let text = String(decoding: FileBytes.read(path), as: UTF8.self)
        FileBytes.write(Array(text.replacing("floorYears: 3", with: "floorYears: 3\n  coolingDays: \(days)").utf8), to: path)
    }

    @Test func `a longer period is given by an approver, a shorter one than the rules by nobody, and the 档号 stays`() throws {
        let filed = try FiledCase(others: 1)
        let engine = try filed.open()
        let before = try engine.caseFile("AJ000001")
        #expect(before.retention == "D3" && before.keepUntil == "2023-05-31")
        _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        for short in ["D1", "D2", "三年", ""] {
            #expect(throws: CaseError.periodTooShort(id: "AJ000001", period: short, least: "D3")) { try engine.keepCase("AJ000001", period: short, approver: "李", reason: "误") }
        }
        let longer = try engine.keepCase("AJ000001", period: "D10", approver: "李馆长", reason: "典型")
        #expect(longer.keepUntil == "2030-05-31" && longer.referenceCode == before.referenceCode && longer.appraisal == nil)
        #expect(longer.notes.contains { $0.kind == "保管期限" && $0.text == "D3 → D10，典型，批准人 李馆长" })
        #expect(try engine.dueCases(on: "2024-01-02").isEmpty)
        #expect(throws: CaseError.notDue(id: "AJ000001", until: "2030-05-31")) { try engine.destroyCases(["AJ000001"], witnesses: ["甲", "乙"], approver: "丙", on: "2024-01-02") }
        // The record says so too, and keeps who complained.
        let record = try #require(try engine.show("X1", version: nil).first).record
        #expect(record["retentionCode"]?.string == "D10" && record["retentionUntil"]?.string == "2030-05-31")
        #expect(try engine.count(SearchRequest(query: "phone:13900001111")).count == 1)
        #expect(try engine.keepCase("AJ000001", period: "Y", approver: "李馆长", reason: "永久").keepUntil == nil)
        #expect(try engine.dueCases(on: "2199-01-01").isEmpty)
        #expect(try engine.auditEntries(whoSaw: "X1", limit: nil).contains { ($0.json["detail"]?.string ?? "").hasPrefix("case keep D10") })
    }

    @Test func `what an appraisal extended is not made shorter by a change of the period`() throws {
        let filed = try FiledCase(others: 1)
        let engine = try filed.open()
        _ = try engine.appraise("AJ000001", decision: "extend", by: "组长", until: "2040-12-31", on: "2024-01-02")
        #expect(try engine.keepCase("AJ000001", period: "D5", approver: "李", reason: "改").keepUntil == "2040-12-31")
    }

    @Test func `between the decision and the destruction lies the time that the rules want`() throws {
        let filed = try FiledCase(others: 1)
        rest(90, in: filed)
        let engine = try filed.open()
        _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
        func destroy(_ day: String) throws -> Engine.Destruction { try engine.destroyCases(["AJ000001"], witnesses: ["甲", "乙"], approver: "丙", on: day) }
        #expect(throws: CaseError.cooling(id: "AJ000001", until: "2024-04-01")) { try destroy("2024-03-31") }
        let destroyed = try destroy("2024-04-01")
        #expect(destroyed.isProven)
        let line = try #require(destroyed.lines.first)
        #expect(line["appraisedBy"]?.string == "组长" && line["appraisedAt"]?.string == "2024-01-02" && line["yearsKept"]?.int == 3)
        let html = CasePrint.register(destroyed.lines, profile: try Profile.shipped("S27"))
        for part in ["鉴定负责人", "组长", "已保管年数", "批准人", "监销人", "<td class=c>3</td>"] { #expect(html.contains(part), "\(part)") }
    }

    @Test func `a hold on the file of a repeat or an appeal holds this one too`() throws {
        for isAppeal in [false, true] {
            let filed = try FiledCase(others: 1)
            let engine = try filed.open()
            _ = try engine.appraise("AJ000001", decision: "destroy", by: "组长", until: nil, on: "2024-01-02")
            // The other one is closed: only the hold of its file speaks for it.
            var other: JSONObject = ["id": "R1", "receivedAt": "2021-01-01", "content": "又来反映", "closedAt": "2021-02-01"]
            if isAppeal { other.set("appealOf", to: "DJ2020-00001") }
            _ = try engine.add([other])
            if !isAppeal { _ = try engine.link("R1", "X1", type: .repeatComplaint, by: "王", reason: "同一事项") }
            let file = try engine.openCase(["R1"], title: nil)
            _ = try engine.holdCase(file.id, basis: "行政诉讼", review: nil)
            func destroy() throws -> Engine.Destruction { try engine.destroyCases(["AJ000001"], witnesses: ["甲", "乙"], approver: "丙", on: "2024-01-02") }
            #expect(throws: CaseError.held(id: "AJ000001", basis: "关联案卷 \(file.id) 保全：行政诉讼")) { try destroy() }
            _ = try engine.releaseCase(file.id, reason: "撤诉")
            #expect(try destroy().isProven)
        }
    }

    @Test func `what is past its period and on hold is listed apart`() throws {
        let filed = try FiledCase(others: 1)
        let engine = try filed.open()
        #expect(try engine.dueCases(on: "2024-01-02").count == 1 && engine.dueCases(on: "2024-01-02", held: true).isEmpty)
        _ = try engine.holdCase("AJ000001", basis: "仲裁", review: "2024-06-01")
        #expect(try engine.dueCases(on: "2024-01-02").isEmpty && engine.dueCases(on: "2024-01-02", held: true).map(\.id) == ["AJ000001"])
        #expect(try engine.dueCases(on: "2023-05-31", held: true).isEmpty)
    }

    /// A filing day before the matter itself would let the period end before it began (R74).
    @Test func `nothing is filed on a day before it was closed, or on a day to come`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: "S27")
        let engine = try Engine(opening: options)
        _ = try engine.add([["id": "X", "receivedAt": "2024-02-01", "content": "路灯", "closedAt": "2024-03-01", "satisfaction": "满意", "outcome": "已办", "reply": .array(["答"]), "acceptance": .object(["decision": "受理", "at": "2024-02-01"])]])
        let file = try engine.openCase(["X"], title: nil)
        FileBytes.write(Array("笔录".utf8), to: folder.file("d.txt"))
        _ = try engine.addDocument(file.id, NewDocument(path: folder.file("d.txt"), type: "登记表"))
        _ = try engine.noteCase(file.id, kind: "超期说明", text: "无")
        _ = try engine.closeCase(file.id)
        #expect(throws: CaseError.filingDay(id: file.id, day: "2012-05-01", earliest: "2024-03-01")) { try engine.fileCase(file.id, checkedBy: nil, on: "2012-05-01") }
        #expect(throws: CaseError.filingDay(id: file.id, day: "2199-01-01", earliest: "2024-03-01")) { try engine.fileCase(file.id, checkedBy: nil, on: "2199-01-01") }
        #expect(try engine.fileCase(file.id, checkedBy: nil, on: "2024-03-01").keepUntil == "2027-02-28")
    }
}
