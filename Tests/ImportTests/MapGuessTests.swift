import Records
import Testing
import TestSupport

@testable import Import

@Suite struct MapGuessTests {
    private func propose(_ text: String, _ ending: String = ".csv", _ language: Language = .chinese) throws -> String {
        let file = TemporaryFile(text, ending)
        return try withExtendedLifetime(file) { try MapGuess.propose(options(file), language: language) }
    }

    private static let hotline = """
        工单编号,来电时间,来电人,联系电话,被投诉单位,一级分类,二级分类,所属区县,标题,诉求内容,承办单位,工单状态,办理结果,满意度,被投诉人电话,标题长度,话务量
        T1,2024-01-05 08:30,某甲,13800138000,某厂,城管,噪音,甲区,噪音扰民,夜间施工噪音,城管局,已办结,已处理,满意,13900139000,4,1
        T2,2024-01-06 09:30,某乙,13800138001,某店,市场,价格,乙区,价格欺诈,标价与结算不符,市监局,办理中,,,13900139001,4,2

        """

    @Test func `the header of a hotline's export`() throws {
        let text = try propose(Self.hotline)
        for line in [
            "registerNo: 工单编号", "receivedAt: 来电时间", "complainants[0].name\": 来电人", "complainants[0].phone\": 联系电话", "respondents: 被投诉单位",
            "category: {path: [一级分类, 二级分类]}", "region: 所属区县", "title: 标题", "content: 诉求内容", "leadUnit: 承办单位", "status: 工单状态",
            "reply: 办理结果", "satisfaction: 满意度",
        ] {
            #expect(text.contains("  " + line + "\n") || text.contains("  \"" + line + "\n"), "\(line) in \(text)")
        }
        #expect(text.contains("被投诉人电话、标题长度、话务量"))
    }

    @Test func `the draft can be used as it is, and is always the same`() throws {
        let file = TemporaryFile(Self.hotline)
        var options = options(file)
        let draft = try withExtendedLifetime(file) { try MapGuess.propose(options, language: .chinese) }
        #expect(try propose(Self.hotline) == draft)
        options.map = try FieldMap.parse(draft)
        var reader = try opened(options, file, decodes: true)
        let records = try reader.next().map { try $0.result.get() }
        #expect(records.count == 2)
        let complaint = try Complaint(json: records[0])
        #expect(complaint.registerNo == "T1" && complaint.category == ["城管/噪音"] && complaint.complainants.first?.phone == "13800138000")
    }

    @Test func `a column that is named for its dates is one, though some of them cannot be read`() throws {
        let text = try propose("受理编号,受理时间,标题\nN1,某日,x\nN2,2022-01-01,y\n")
        #expect(text.contains("  receivedAt: 受理时间\n"), "\(text)")
        // Not where most are none: then another column may hold them.
        let other = try propose("受理编号,受理时间,标题,x4\nN1,上午,x,2022-01-01\nN2,下午,y,2022-01-02\nN3,晚上,y,2022-01-02\n")
        #expect(other.contains("  receivedAt: x4 "), "\(other)")
    }

    @Test func `without telling names the content decides`() throws {
        let long = String(repeating: "反映小区停车收费不合理，", count: 6)
        let text = try propose("c1,c2,c3,c4\nA001,2024/1/5,13800138000,\(long)\nA002,2024/1/6,13800138001,\(long)\n", ".csv", .english)
        for line in ["registerNo: c1", "receivedAt: c2", "complainants[0].phone\": c3", "content: c4"] { #expect(text.contains(line), "\(line) in \(text)") }
    }

    @Test func `JSON lines in English, and a file without dates or numbers`() throws {
        let text = try propose(#"{"ticket_id":"1","created_at":"2024-01-05","text":"x","dept":"d","label":1}"# + "\n", ".jsonl", .english)
        for line in ["registerNo: ticket_id", "receivedAt: created_at", "content: text", "leadUnit: dept"] { #expect(text.contains(line), "\(line) in \(text)") }
        let bare = try propose("标题,内容\na,b\n")
        #expect(bare.contains("hash: true") && !bare.contains("\n  receivedAt"))
        // Nothing is imported under a date that nobody wrote: the draft is refused until a person adds the line.
        #expect(throws: MapError.self) { try FieldMap.parse(bare) }
    }
}
