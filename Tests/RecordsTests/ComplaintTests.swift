import Records
import TestSupport
import Testing

@Suite struct ComplaintTests {
    private func read(_ text: String) throws -> Complaint {
        try Complaint(json: try #require(try JSONValue.parse(text).objectValue))
    }

    @Test func `a record as a body exports it is read`() throws {
        let complaint = try read(
            """
            {"id": 20240105001, "registerNo": " HZ-2024-17 ", "receivedAt": "2024-01-05 08:30", "title": "停车收费",
             "content": "小区停车费过高", "category": "城市管理/物业/收费", "region": 330106, "regionRegistered": "330100",
             "respondents": ["甲物业公司", {"name": "乙停车公司", "aliases": ["乙停"], "creditCode": "X1", "等级": "A"}],
             "complainants": [{"name": "赵某", "phone": 13800138000, "idNo": null}, "钱某"], "channel": "phone",
             "status": "已办结", "cause": "价格", "amountClaimed": "1,234.50", "flags": ["重大", "夜间"], "consentPublish": true,
             "events": [{"type": "转办", "at": "2024/1/6", "opinion": "请核实", "due": "2024-01-12"}],
             "reply": "已退费", "verified": "", "keywords": "停车", "内部备注": {"k": [1, null]}}
            """)
        #expect(complaint.id == "20240105001")
        #expect(complaint.registerNo == "HZ-2024-17")
        #expect(complaint.receivedAt.text == "2024-01-05T08:30:00+08:00")
        #expect(complaint.category == ["城市管理/物业/收费"])
        #expect(complaint.region == "330106")
        #expect(complaint.respondents.map(\.name) == ["甲物业公司", "乙停车公司"])
        #expect(complaint.respondents[1].extra == ["等级": "A"])
        #expect(complaint.complainants.map(\.phone) == ["13800138000", nil])
        #expect(complaint.complainants[1].name == "钱某")
        #expect(complaint.channel?.known == .phone)
        #expect(complaint.channel?.canonicalText == "电话")
        #expect(complaint.status?.known == .closed)
        #expect(complaint.cause?.text == "价格")
        #expect(complaint.amountClaimed?.thousandths == 1_234_500)
        #expect(complaint.flags.map(\.known) == [.major, nil])
        #expect(complaint.consentPublish?.known == .given)
        #expect(complaint.events[0].type?.known == .referred)
        #expect(complaint.events[0].at?.text == "2024-01-06")
        #expect(complaint.reply.map(\.text) == ["已退费"])
        #expect(complaint.verified == nil)
        #expect(complaint.keywords == ["停车"])
        #expect(complaint.extra == ["内部备注": ["k": [1, nil]]])
        #expect(complaint.allNumbers == ["20240105001", "HZ-2024-17"])
        #expect(complaint.displayNo == "HZ-2024-17")
        #expect(
            complaint.json.text == """
                {"id":"20240105001","registerNo":"HZ-2024-17","channel":"phone","receivedAt":"2024-01-05T08:30:00+08:00",\
                "complainants":[{"name":"赵某","phone":"13800138000"},{"name":"钱某"}],"respondents":[{"name":"甲物业公司"},\
                {"name":"乙停车公司","creditCode":"X1","aliases":["乙停"],"等级":"A"}],"region":"330106","regionRegistered":"330100",\
                "category":["城市管理/物业/收费"],"cause":"价格","flags":["重大","夜间"],"amountClaimed":1234.5,"title":"停车收费",\
                "content":"小区停车费过高","keywords":["停车"],"events":[{"type":"转办","at":"2024-01-06","due":"2024-01-12",\
                "opinion":"请核实"}],"reply":["已退费"],"consentPublish":"同意","status":"已办结","内部备注":{"k":[1,null]}}
                """)
    }

    @Test(arguments: [
        (#"{"receivedAt":"2024-01-05","title":"t"}"#, "id", "missing"),
        (#"{"id":"","registerNo":" ","receivedAt":"2024-01-05","title":"t"}"#, "id", "missing"),
        (#"{"id":"1","title":"t"}"#, "receivedAt", "missing"),
        (#"{"id":"1","receivedAt":"","title":"t"}"#, "receivedAt", "missing"),
        (#"{"id":"1","receivedAt":null,"title":"t"}"#, "receivedAt", "missing"),
        (#"{"id":"1","receivedAt":"2024-01-05"}"#, "content", "missing"),
        (#"{"id":"1","receivedAt":"2024-01-05","title":" \n","content":""}"#, "content", "missing"),
        (#"{"id":"1","receivedAt":"2024-02-30","title":"t"}"#, "receivedAt", "dateImpossible"),
        (#"{"id":"1","receivedAt":"昨天","title":"t"}"#, "receivedAt", "dateUnreadable"),
        (#"{"id":"1","receivedAt":"1024-01-01","title":"t"}"#, "receivedAt", "dateOutOfRange"),
        (#"{"id":["1"],"receivedAt":"2024-01-05","title":"t"}"#, "id", "wrongType"),
        (#"{"id":"1","receivedAt":true,"title":"t"}"#, "receivedAt", "wrongType"),
        (#"{"id":"1","receivedAt":"2024-01-05","title":{}}"#, "title", "wrongType"),
        (#"{"id":"1\n2","receivedAt":"2024-01-05","title":"t"}"#, "id", "controlCharacter"),
        (#"{"id":"1","receivedAt":"2024-01-05","title":"t","respondents":["a",{"name":["b"]}]}"#, "respondents[1].name", "wrongType"),
        (#"{"id":"1","receivedAt":"2024-01-05","title":"t","respondents":[["a"]]}"#, "respondents[0]", "wrongType"),
        (#"{"id":"1","receivedAt":"2024-01-05","title":"t","events":["催办"]}"#, "events[0]", "wrongType"),
        (#"{"id":"1","receivedAt":"2024-01-05","title":"t","deadlines":[{"extensions":[{},{"to":"x"}]}]}"#,
            "deadlines[0].extensions[1].to", "dateUnreadable"),
        (#"{"id":"1","receivedAt":"2024-01-05","title":"t","amountClaimed":"三千元"}"#, "amountClaimed", "notANumber"),
        (#"{"id":"1","receivedAt":"2024-01-05","title":"t","representedCount":2.5}"#, "representedCount", "notANumber"),
        (#"{"id":"1","receivedAt":"2024-01-05","title":"t","formFields":[]}"#, "formFields", "wrongType"),
        (#"{"id":"1","receivedAt":"2024-01-05","title":"t","category":[["A","B"]]}"#, "category", "wrongType"),
    ])
    func `a record that cannot be read is refused with the field and the reason`(text: String, path: String, code: String) throws {
        let error = try #require(throws: RecordError.self) { _ = try read(text) }
        #expect(error.path == path)
        #expect(error.code == code)
        for language in [Language.chinese, .english] {
            #expect(error.notice(in: language).split(separator: "\n").count == 3)
            for secret in ["昨天", "三千元"] { #expect(!error.notice(in: language).contains(secret)) }
        }
    }

    @Test func `limits are kept`() throws {
        func record(_ change: (inout JSONObject) -> Void) throws -> Complaint {
            var json: JSONObject = ["id": "1", "receivedAt": "2024-01-05", "title": "t"]
            change(&json)
            return try Complaint(json: json)
        }
        func text(_ count: Int) -> JSONValue { .string(String(repeating: "a", count: count)) }
        #expect(try record { $0.set("id", to: text(200)) }.id?.count == 200)
        #expect(throws: RecordError(path: "id", reason: .tooLong(bytesMax: 200))) { try record { $0.set("id", to: text(201)) } }
        #expect(try record { $0.set("title", to: text(4096)) }.title?.count == 4096)
        #expect(throws: RecordError(path: "title", reason: .tooLong(bytesMax: 4096))) {
            try record { $0.set("title", to: text(4097)) }
        }
        #expect(try record { $0.set("content", to: text(4 << 20)) }.content?.utf8.count == 4 << 20)
        #expect(throws: RecordError(path: "content", reason: .tooLong(bytesMax: 4 << 20))) {
            try record { $0.set("content", to: text(4 << 20 + 1)) }
        }
        #expect(try record { $0.set("keywords", to: .array(Array(repeating: "k", count: 10_000))) }.keywords.count == 10_000)
        #expect(throws: RecordError(path: "keywords", reason: .tooMany(countMax: 10_000))) {
            try record { $0.set("keywords", to: .array(Array(repeating: "k", count: 10_001))) }
        }
        #expect(throws: RecordError(path: "respondents[0].name", reason: .tooLong(bytesMax: 4096))) {
            try record { $0.set("respondents", to: [text(4097)]) }
        }
        #expect(throws: RecordError(path: "aliasNos[0].no", reason: .controlCharacter)) {
            try record { $0.set("aliasNos", to: ["a\u{0}b"]) }
        }
    }

    @Test func `region is read by its long name too, and an unused name stays unknown`() throws {
        let record = try read(#"{"id":"1","receivedAt":"2024-01-05","title":"t","regionIncident":"3301"}"#)
        #expect(record.region == "3301")
        #expect(record.extra.isEmpty)
        let both = try read(#"{"id":"1","receivedAt":"2024-01-05","title":"t","region":"1","regionIncident":"2"}"#)
        #expect(both.extra == ["regionIncident": "2"])
    }

    @Test(arguments: Seed.sample(64)) func `a record written as JSON is read back the same`(seed: Seed) throws {
        let complaint = try Complaint.random(from: seed)
        let text = complaint.json.text
        let again = try read(text)
        #expect(again == complaint)
        #expect(again.json.text == text)
    }

    @Test(arguments: Seed.sample(64)) func `the bytes written at once are those of the JSON object`(seed: Seed) throws {
        var filler = RandomFiller(seed: seed)
        var complaint = Complaint(receivedAt: Timestamp(CalendarDate.first))
        try complaint.visit(&filler)
        // What is left over may be called like a known member: after separated parts were joined again.
        complaint.extra.set("title", to: "再次")
        complaint.extra.set("自有", to: ["a": [1, nil, "\"\\\n\u{1}"]])
        complaint.respondents += [Respondent(), Respondent()]
        complaint.respondents[complaint.respondents.count - 1].name = "只有名称"
        var bytes = Array("[".utf8)
        complaint.writeJSON(into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "[" + complaint.json.text)
    }

    @Test(arguments: Seed.sample(32)) func `members damaged at random are refused or read, never a crash`(seed: Seed) throws {
        var seed = seed
        let json = try Complaint.random(from: seed).json
        for _ in 0..<50 {
            var damaged = json
            let key = try #require(json.keys.randomElement(using: &seed))
            damaged.set(key, to: JSONValue.random(depth: 3, using: &seed))
            do throws(RecordError) {
                let complaint = try Complaint(json: damaged)
                #expect(try Complaint(json: complaint.json).json == complaint.json)
            } catch { #expect(error.path.hasPrefix(key) || error.code == "missing") }
        }
    }

    @Test func `a version and its log line are read back`() throws {
        let version = RecordVersion(
            sequence: RecordSequence(.max), recordNumber: RecordNumber(7), versionNumber: 3, previous: RecordSequence(12),
            recordedAt: try Timestamp(parsing: "2024-01-05T08:30:00"), recordedBy: "录入一号", cause: Code(.edited),
            source: ImportSource(file: "a.csv", line: 17), changedFields: ["title", "status"])
        #expect(try RecordVersion(json: version.json) == version)
        #expect(!version.note.json.text.contains("18446744073709551615"))
        let first = RecordVersion(
            sequence: RecordSequence(1), recordNumber: RecordNumber(1), versionNumber: 1, previous: nil,
            recordedAt: try Timestamp(parsing: "2024-01-05"), recordedBy: "", cause: Code("别的"))
        #expect(try RecordVersion(json: first.json) == first)
        #expect(throws: RecordError(path: "sequence", reason: .missing)) { try RecordVersion(json: ["versionNumber": 1]) }
    }

    @Test func `a word of its own stays as the body wrote it`() {
        let code = Code<Channel>("驿站上报")
        #expect(code.known == nil)
        #expect(code.canonicalText == "驿站上报")
        #expect(Code<Channel>("ＰＨＯＮＥ").known == .phone)
        #expect(Code<LinkType>("D2").canonicalText == "重复")
        #expect(Code<ComplaintKind>(.report).name(in: .english) == "report")
    }
}
