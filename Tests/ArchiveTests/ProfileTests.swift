// Profiles are data: all shipped ones are whole, and a mistake is told by its place.

import Archive
import Records
import TestSupport
import Testing

@Suite struct ProfileTests {
    @Test func `every procedure of the field has its profile`() throws {
        for number in 1...53 {
            let id = "S" + (number < 10 ? "0" : "") + String(number)
            let profile = try Profile.shipped(id)
            #expect(profile.id == id)
            #expect(!profile.forms.isEmpty && !profile.categories.isEmpty && !profile.kinds.isEmpty && !profile.channels.isEmpty)
            #expect(!profile.numbering.isEmpty && !profile.flow.isEmpty && !profile.order.isEmpty && !profile.roles.isEmpty)
            #expect(profile.retention.floorYears >= 3, "the floor of the field is three years")
            #expect(profile.order.contains { $0.isInner }, "no inner part in \(id)")
            #expect(profile.source?.contains("种子") == true)
        }
    }

    @Test func `what init writes reads back as the same rules`() throws {
        for id in Profile.shippedIDs {
            let again = try Profile.read(try Profile.wholeText(id), file: "profile.yaml", load: { _ in nil })
            let shipped = try Profile.shipped(id)
            #expect(again.deadlines.map(\.id) == shipped.deadlines.map(\.id))
            #expect(again.deadlines.map(\.amount) == shipped.deadlines.map(\.amount))
            #expect(again.forms.map(\.mapText) == shipped.forms.map(\.mapText))
            #expect(again.flow == shipped.flow && again.replyModes == shipped.replyModes)
            #expect(again.referenceCode == shipped.referenceCode)
            #expect(again.order.map(\.types) == shipped.order.map(\.types))
        }
    }

    @Test(arguments: [
        ("id: a\ntitle: b\ndeadlines:\n  x: {from: 接收, until: 办结, amount: 3, unit: workday}\n", 4, 45),
        ("id: a\ntitle: b\ndeadlinez: {}\n", 3, 12),
        ("id: a\ntitle: b\nretention: {default: D0}\n", 3, 22),
        ("id: a\ntitle: b\nnumbering: {register: \"A{yeer}-{serial:3}\"}\n", 3, 23),
        ("id: a\ntitle: b\nstatus: {甲: [乙]}\n", 3, 13),
        ("id: a\nextends: [_base]\n", 1, 1),
        ("id: a\ntitle: b\nextends: [_nothing]\n", 3, 10),
        ("id: a\ntitle: b\nextends: [_base]\nusers: {li: [king]}\n", 4, 13),
    ])
    func `a mistake is told by line and column`(text: String, line: Int, column: Int) {
        do {
            _ = try Profile.read(text, file: "our.yaml")
            Issue.record("read without a word: \(text)")
        } catch {
            #expect((error.line, error.column) == (line, column), "\(error)")
            if error.file == "our.yaml" { #expect(error.notice(in: .english).contains("our.yaml:\(line):\(column)")) }
        }
    }

    @Test func `numbers of a series read back, and others are refused`() throws {
        let pattern = try #require(NumberPattern("劳监立字〔{year}〕{serial:1}号"))
        let day = CalendarDate(year: 2024, month: 5, day: 6)!
        #expect(pattern.number(12, on: day) == "劳监立字〔2024〕12号")
        #expect(pattern.parse("劳监立字〔2024〕12号")?.serial == 12)
        #expect(pattern.parse("劳监立字[2024]12号") == nil)
        #expect(NumberPattern("{year}") == nil && NumberPattern("a{serial") == nil)
    }

    @Test func `a 档号 is found however it is written`() throws {
        var pattern = ReferencePattern()
        pattern.text = "{fonds}-{class}·{year}-{retention}-{file:4}"
        pattern.fonds = "J021"
        pattern.classCode = "XF·01"
        let parts = ReferencePattern.Parts(fonds: "J021", classCode: "XF·01", year: 2024, retention: "D30", file: 7, item: 3)
        #expect(pattern.format(parts) == "J021-XF·01·2024-D30-0007-003")
        for text in ["J021-XF·01·2024-D30-0007-003", "J021-XF.01.2024-D30-7-3", "Ｊ０２１－ＸＦ・０１・２０２４－Ｄ３０－７－３", "j021-xf·01·2024-d30-0007-003"] {
            let found = pattern.parse(text)
            #expect(found?.year == 2024 && found?.file == 7 && found?.item == 3 && found?.retention == "D30", "\(text)")
        }
        #expect(pattern.parse("J021-XF·01·2024-D30-") == nil)
    }

    @Test func `the longest rule wins, and the floor holds`() throws {
        let profile = try Profile.shipped("S43")
        var plain = Complaint(receivedAt: try Timestamp(parsing: "2024-01-01"))
        #expect(profile.retention.period(for: [plain]).code == "D10")
        plain.grade = "简易程序"
        var heavy = plain
        heavy.grade = "一般程序"
        #expect(profile.retention.period(for: [plain]).code == "D30")
        #expect(profile.retention.period(for: [plain, heavy]).code == "Y")
        var table = RetentionTable()
        table.standard = RetentionPeriod("D1")!
        #expect(table.period(for: [plain]).years == 3)
        #expect(RetentionPeriod("D10")!.end(filedOn: CalendarDate(year: 2024, month: 6, day: 1)!, fromNextYear: true)?.text == "2034-12-31")
        #expect(RetentionPeriod("D10")!.end(filedOn: CalendarDate(year: 2024, month: 2, day: 29)!, fromNextYear: false)?.text == "2034-02-27")
    }
}
