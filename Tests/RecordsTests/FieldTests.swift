import Records
import TestSupport
import Testing

@Suite struct FieldTests {
    @Test func `every name leads to its field`() {
        for field in Field.all {
            #expect(Field.with(code: field.code) == field)
            for name in [field.name] + field.otherNames {
                #expect(Field.named(name) == field)
                #expect(Field.named(name.uppercased()) == field)
            }
        }
        #expect(Field.with(code: 0) == nil)
        #expect(Field.with(code: 255) == nil)
        #expect(Field.named("没有") == nil)
        #expect(Field.named("") == nil)
    }

    @Test func `every text zone has a field of the same code`() {
        for zone in TextZone.allCases { #expect(Field.with(code: zone.rawValue)?.zone == zone) }
    }

    @Test func `width, case and joints of a name do not count`() {
        #expect(Field.named("ＲＥＧＩＯＮ") == .region)
        #expect(Field.named("lead_unit") == .leadUnit)
        #expect(Field.named("Received-At") == .date)
        #expect(Field.named("被投诉人") == .respondent)
        #expect(Field.named("respondents") == .respondent)
        #expect(Field.named("电话")?.kind == .identity)
        #expect(Field.category.name(in: .chinese) == "类别")
    }

    /// Codes are written into indexes: a change here makes every index wrong.
    @Test func `codes stay what they were`() {
        let codes = Field.all.map { "\($0.code) \($0.name)" }.joined(separator: "\n")
        #expect(
            codes == """
                1 title
                2 content
                3 demand
                4 cause
                5 respondent
                6 incidentPlace
                7 goods
                8 reply
                9 investigationReport
                10 acceptance
                11 outcome
                12 document
                13 feedback
                14 event
                15 keyword
                16 summary
                17 contentRedacted
                32 category
                33 region
                34 regionRegistered
                35 kind
                36 channel
                37 origin
                38 upstreamBody
                39 status
                40 handler
                41 leadUnit
                42 coUnit
                43 enteredBy
                44 firstResponder
                45 body
                46 profile
                47 formType
                48 severity
                49 urgency
                50 grade
                51 flag
                52 verified
                53 satisfaction
                54 mediation
                55 proceeding
                56 sanction
                57 consentPublish
                58 publishState
                59 matter
                60 group
                61 hold
                62 retention
                63 securityLevel
                64 source
                65 creditCode
                66 respondentRegion
                67 eventType
                68 documentType
                69 link
                70 year
                71 appealOf
                72 caseOf
                96 date
                97 registeredAt
                98 incidentAt
                99 acceptedAt
                100 due
                101 closedAt
                102 archivedAt
                103 retentionUntil
                128 amount
                129 amountRecovered
                130 people
                160 no
                161 referenceCode
                162 file
                163 overdue
                164 dueReckoned
                192 phone
                193 idNo
                194 complainant
                195 address
                """)
    }

    @Test func `values of one word are one value`() {
        #expect(Field.channel.canonicalValue("phone") == "电话")
        #expect(Field.channel.canonicalValue(" 来电 ") == "电话")
        #expect(Field.channel.canonicalValue("驿站") == "驿站")
        #expect(Field.category.canonicalValue(" 城市管理 / 物业//收费/ ") == "城市管理/物业/收费")
        let long = String(repeating: "长", count: 500)
        #expect(Field.handler.canonicalValue(long).utf8.count == 399)
    }
}

@Suite struct IndexingTests {
    @Test func `zones, facets and numbers come from the open record`() throws {
        let complaint = try Complaint(json: [
            "id": "1", "receivedAt": "2024-01-05T08:30:00", "title": "题", "content": "文", "category": ["甲 / 乙", "丙"],
            "respondents": ["某公司", ["name": "某公司", "aliases": ["某司"], "unit": "总部", "address": "某路", "creditCode": "C1"]],
            "complainants": [["name": "不可见", "unit": "不可见", "address": "不可见"]], "namedState": "实名", "channel": "phone",
            "region": "330106", "events": [["type": "催办", "opinion": "快办"], ["type": "催办", "opinion": "再催"]],
            "cause": ["code": "A1", "text": "欠薪"], "amountClaimed": "12.5", "representedCount": 3, "closedAt": "2024-02-01",
            "deadlines": [["due": "2024-03-01"], ["due": "2024-02-01"], ["due": "2024-01-10", "metAt": "2024-01-09"]],
            "outcome": ["codes": ["退款"], "text": "已退"], "flags": ["major"], "unknown": "不可见",
        ])
        let entry = complaint.indexed(sequence: RecordSequence(5), recordNumber: RecordNumber(9))
        #expect(entry.sequence == RecordSequence(5))
        #expect(entry.receivedAtSeconds == 1_704_414_600)
        #expect(
            entry.zones == [
                .init(.title, "题"), .init(.content, "文"), .init(.cause, "欠薪"),
                .init(.respondents, "某公司\n某公司\n总部\n某司"), .init(.outcome, "退款\n已退"), .init(.events, "快办\n再催"),
            ])
        #expect(
            entry.facets == [
                .init(.category, "甲/乙"), .init(.category, "丙"), .init(.region, "330106"), .init(.channel, "电话"),
                .init(.flag, "重大"), .init(.cause, "A1"), .init(.outcome, "退款"), .init(.respondent, "某公司"),
                .init(.respondent, "总部"), .init(.respondent, "某司"), .init(.creditCode, "C1"), .init(.eventType, "催办"),
                .init(.year, "2024"),
            ])
        #expect(
            entry.quantities == [
                .init(.date, 19_727), .init(.due, 19_754), .init(.closedAt, 19_754), .init(.amount, 12_500), .init(.people, 3000),
            ])
    }

    @Test(arguments: Seed.sample(32)) func `no zone and no value of a field comes twice, and the open part gives the same entry`(seed: Seed) throws {
        let complaint = try Complaint.random(from: seed)
        let entry = complaint.indexed(sequence: RecordSequence(1), recordNumber: RecordNumber(1))
        #expect(Set(entry.zones.map(\.zone)).count == entry.zones.count)
        #expect(Set(entry.facets).count == entry.facets.count)
        #expect(Set(entry.quantities.map(\.field)).count == entry.quantities.count)
        var open = complaint.separated().open
        for index in open.evidenceDocs.indices { open.evidenceDocs[index].author = nil }
        #expect(open.indexed(sequence: RecordSequence(1), recordNumber: RecordNumber(1)) == entry)
    }
}
