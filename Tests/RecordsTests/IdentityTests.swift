import Records
import TestSupport
import Testing

@Suite struct SeparationTests {
    @Test(arguments: Seed.sample(64)) func `separating and joining again gives the original`(seed: Seed) throws {
        let complaint = try Complaint.random(from: seed)
        let (open, identity) = complaint.separated()
        #expect(!open.json.text.contains(RandomFiller.mark))

        // Both parts go through their stores as JSON.
        var joined = try Complaint(json: open.json)
        if let identity {
            let stored = try #require(try JSONValue.parse(identity.json.text).objectValue)
            #expect(try IdentityPart(json: stored) == identity)
            joined.rejoin(try IdentityPart(json: stored))
        }
        #expect(joined == complaint)
        #expect(joined.json.text == complaint.json.text)
    }

    @Test(arguments: Seed.sample(16)) func `an open record has nothing more to separate`(seed: Seed) throws {
        let open = try Complaint.random(from: seed).separated().open
        let again = open.separated()
        #expect(again.identity == nil)
        #expect(again.open == open)
    }

    @Test(arguments: Seed.sample(16)) func `the index entry holds nothing of the identity`(seed: Seed) throws {
        let entry = try Complaint.random(from: seed).indexed(sequence: RecordSequence(1), recordNumber: RecordNumber(1))
        for text in entry.zones.map(\.text) + entry.facets.map(\.value) { #expect(!text.contains(RandomFiller.mark)) }
    }

    @Test func `facts that name nobody stay, and a record without identity stays whole`() throws {
        let complaint = try Complaint(json: [
            "id": "1", "receivedAt": "2024-01-05", "title": "t", "namedState": "实名", "representedCount": 12,
            "complainants": [["name": "甲乙"], ["name": "丙丁"]], "evidenceDocs": [["author": "甲乙"], ["author": "检测所"]],
            "feedback": [["to": "甲乙", "mode": "电话"]],
        ])
        let (open, identity) = complaint.separated()
        #expect(open.complainantCount == 2)
        #expect(open.representedCount == 12)
        #expect(open.namedState?.known == .named)
        #expect(open.feedback[0].mode == "电话")
        #expect(open.evidenceDocs.map(\.author) == [nil, "检测所"])
        #expect(!open.json.text.contains("甲乙"))
        #expect(identity?.parties.count == 2)

        let anonymous = try Complaint(json: ["id": "1", "receivedAt": "2024-01-05", "title": "t", "备注": "无"])
        #expect(anonymous.separated().identity == nil)
        #expect(anonymous.separated().open == anonymous)
    }

    @Test(arguments: [
        "phone", "Phone", "PHONE_NO", "contactPhone", "mobile", "tel", "contact_tel", "contactTel", "TEL", "电话", "联系电话",
        "手机", "手机号码", "联系方式", "姓名", "投诉人", "投诉人姓名", "举报人", "投诉举报人", "联系人", "身份证", "身份证号码", "idcard", "idCardNo",
        "住址", "家庭住址", "complainant", "complainantAddress", "complainants2", "informant_name", "来电人", "来电号码", "被投诉人电话",
        "name", "性别", "ｔｅｌ", "姓　名",
    ])
    func `an unknown member of such a name is cut out`(name: String) throws {
        var complaint = Complaint(receivedAt: try Timestamp(parsing: "2024-01-05"))
        complaint.extra = ["a": 1, name: ["x": "秘密"], "z": 2]
        let (open, identity) = complaint.separated()
        #expect(open.extra == ["a": 1, "z": 2])
        #expect(identity?.cuts.count == 1)
    }

    @Test(arguments: ["hotel", "telecomType", "被投诉人", "被举报人", "被投诉单位", "intel", "备注", "处理意见", "nameplate", "contented", "contactless"])
    func `an unknown member of such a name stays`(name: String) throws {
        var complaint = Complaint(receivedAt: try Timestamp(parsing: "2024-01-05"))
        complaint.extra = [name: "值"]
        #expect(complaint.separated().identity == nil)
    }

    @Test func `a telephone or identity number is cut out whatever its name`() throws {
        var complaint = Complaint(receivedAt: try Timestamp(parsing: "2024-01-05"))
        let numbers: JSONObject = [
            "x1": "13800138000", "x2": 13800138000, "x3": "+86 138-0013-8000", "x4": "11010519491231002X", "x5": ["备", "13800138000"],
            "13800138000": "键",
        ]
        let harmless: JSONObject = ["y1": "20240105000123", "y2": 12345, "y3": "110105194912310021", "y4": "10086", "y5": "二〇二四"]
        complaint.extra = JSONObject(numbers.entries.map { ($0.key, $0.value) } + harmless.entries.map { ($0.key, $0.value) })
        complaint.extra.set("深", to: ["里": [["x": "１３８００１３８０００"]]])
        let original = complaint
        let (open, identity) = complaint.separated()
        #expect(open.extra == JSONObject(harmless.entries.map { ($0.key, $0.value) } + [("深", ["里": [[:]]])]))
        var joined = open
        joined.rejoin(try #require(identity))
        #expect(joined == original)
    }

    @Test(arguments: Seed.sample(16)) func `a refused row is written down without identity`(seed: Seed) throws {
        var complaint = try Complaint.random(from: seed)
        complaint.feedback = []  // only the schema knows that `to` names a complainant
        let row = complaint.json.withoutIdentity()
        #expect(!row.text.contains(RandomFiller.mark))
        #expect(row["id"] == complaint.json["id"])
        let row2: JSONObject = ["receivedAt": "昨天", "投诉人": "甲", "agent": ["name": "乙"], "x": [["电话": "1"], 2]]
        #expect(row2.withoutIdentity() == ["receivedAt": "昨天", "x": [[:], 2]])
    }

    @Test func `what lost its place comes back among the unknown members`() throws {
        var complaint = Complaint(receivedAt: try Timestamp(parsing: "2024-01-05"))
        complaint.extra = ["单": ["电话": "0571-1"]]
        var (open, identity) = complaint.separated()
        open.extra = [:]
        open.rejoin(try #require(identity))
        #expect(open.extra == ["电话": "0571-1"])
    }

    @Test(arguments: [
        #"{"cuts":[1]}"#, #"{"cuts":[{"key":"k"}]}"#, #"{"cuts":[{"key":"k","value":1,"path":[-1]}]}"#,
        #"{"cuts":[{"key":"k","value":1,"path":[1.5]}]}"#, #"{"complainants":5}"#, #"{"agent":[]}"#,
    ])
    func `damaged identity is refused`(text: String) throws {
        let json = try #require(try JSONValue.parse(text).objectValue)
        if text.contains("5}") { #expect(try IdentityPart(json: json).complainants[0].name == "5") } else {
            #expect(throws: RecordError.self) { try IdentityPart(json: json) }
        }
    }
}

@Suite struct IdentityKeyTests {
    @Test(arguments: [
        ("13800138000", "13800138000"), ("138 0013 8000", "13800138000"), ("138-0013-8000", "13800138000"),
        ("+8613800138000", "13800138000"), ("+86 138 0013 8000", "13800138000"), ("008613800138000", "13800138000"),
        ("8613800138000", "13800138000"), ("013800138000", "13800138000"), ("１３８００１３８０００", "13800138000"),
        ("0571-88880000", "057188880000"), ("(0571)88880000", "057188880000"), ("+86 571 88880000", "057188880000"),
        ("+86 (0571) 88880000", "057188880000"), ("0571-88880000转801", "057188880000"), ("010-88880000-801", "01088880000801"),
        ("88880000", "88880000"), ("电话：88880000", "88880000"),
    ])
    func `spellings of one telephone number have one form`(text: String, form: String) {
        #expect(IdentityKey.phone(text) == form)
    }

    @Test(arguments: ["", "12345", "无", "-", "110", "123456789012345678901"]) func `what is no telephone number has no form`(text: String) {
        #expect(IdentityKey.phone(text) == nil)
    }

    @Test func `several numbers in one text are told apart`() {
        #expect(IdentityKey.phones("13800138000/0571-88880000、138 0013 8000") == ["13800138000", "057188880000"])
        #expect(IdentityKey.phones("13800138000 13900139000") == ["13800138000", "13900139000"])
        #expect(IdentityKey.phones("无") == [])
    }

    @Test func `a resident number has one form, old and new`() {
        #expect(IdentityKey.idNumber("11010519491231002x") == "11010519491231002X")
        #expect(IdentityKey.idNumber("１１０１０５ 19491231 002Ｘ") == "11010519491231002X")
        #expect(IdentityKey.idNumber("110105491231002") == "11010519491231002X")
        #expect(IdentityKey.idNumber("g-1234567") == "G1234567")
        #expect(IdentityKey.idNumber("无") == nil)
        #expect(IdentityKey.isResidentIdNumber("11010519491231002X"))
        #expect(!IdentityKey.isResidentIdNumber("110105194912310021"))
        #expect(!IdentityKey.isResidentIdNumber("11010519491331002X"))
        #expect(!IdentityKey.isResidentIdNumber("1101051949123100"))
        #expect(!IdentityKey.isResidentIdNumber("一1010519491231002X"))
    }

    @Test(arguments: Seed.sample(8)) func `exactly one check character in eleven is right, and any changed digit is found`(seed: Seed) throws {
        var seed = seed
        let (year, month, day) = CalendarDate.random(using: &seed).components
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let start = "33010\(Int.random(in: 1...9, using: &seed))\(year)\(two(month))\(two(day))\(Int.random(in: 100...999, using: &seed))"
        let right = "0123456789X".map { start + String($0) }.filter(IdentityKey.isResidentIdNumber)
        try #require(right.count == 1)
        var digits = Array(right[0])
        let place = Int.random(in: 0..<6, using: &seed)
        let other = "0123456789".filter { $0 != digits[place] }
        digits[place] = other.randomElement(using: &seed)!
        #expect(!IdentityKey.isResidentIdNumber(String(digits)))
    }

    @Test func `a name with a title for a given name names nobody`() {
        #expect(IdentityKey.name(" 欧阳 某丁 ") == "欧阳某丁")
        #expect(IdentityKey.name("阿·乙") == "阿乙")
        #expect(IdentityKey.name("赵先生") == nil)
        #expect(IdentityKey.name("匿名") == nil)
        #expect(IdentityKey.name("") == nil)
        #expect(IdentityKey.addressBigrams("甲路 1号") == ["1号", "甲路", "路1"])
        #expect(IdentityKey.nameAndAddress(name: "甲乙", address: "丙路１号") == "甲乙\n丙路1号")
        #expect(IdentityKey.nameAndAddress(name: "甲乙", address: "丙") == nil)
    }
}
