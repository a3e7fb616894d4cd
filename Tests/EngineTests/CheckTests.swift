// Laws of `check` and `matters` over a whole archive: what is found does not depend on how it came or lies.

import Engine
import Glibc
import Records
import Store
import TestSupport
import Testing

@Suite struct CheckTests {
    @Test func `verdicts do not depend on the order of arrival, on segments or on a reindex`() throws {
        let records = try CheckedArchive.records(300)
        let ids = records.compactMap { $0["id"]?.string }
        let archive = try CheckedArchive(records)
        let verdicts = try archive.verdicts(of: ids)
        #expect(verdicts.values.contains { !$0.isEmpty })
        // A record is never its own candidate.
        for (id, found) in verdicts { #expect(found[id] == nil) }
        // Symmetric: two records are to each other what they are, whoever is asked.
        for (id, found) in verdicts {
            for (other, verdict) in found { #expect(verdicts[other]?[id] == verdict, "\(id) \(other)") }
        }
        #expect(try CheckedArchive(records.reversed(), pieces: 3).verdicts(of: ids) == verdicts)
        try archive.engine.reindex(report: { _ in })
        #expect(try archive.verdicts(of: ids) == verdicts)
    }

    // What only the new text and one record have in common told nothing: it stood in one record of the archive.
    @Test func `asked before it is filed, a record is to the others what it is afterwards`() throws {
        let records = try CheckedArchive.records(240)
        for number in [60, 131, 207] {
            let id = try #require(records[number]["id"]?.string)
            let archive = try CheckedArchive(records.enumerated().filter { $0.offset != number }.map(\.element))
            var request = CheckRequest()
            request.limit = 500
            func shown(_ candidate: CheckCandidate) -> String {
                "\(candidate.id) \(candidate.verdict) \(candidate.containment) \(Int(candidate.likeness * 1_000)) \(candidate.persons)"
            }
            let before = try archive.engine.check(records[number], number: 1, request).candidates.map(shown)
            try archive.add([records[number]])
            #expect(Set(before) == Set(try archive.candidates(of: id).map(shown)), "\(id)")
        }
    }

    @Test func `of copies those that were filed before come first, the newest of them at the top`() throws {
        let text: JSONValue = "小区东门的两盏路灯坏了半个月，晚上老人出门看不见台阶，没有人来修"
        let records = (1...7).map { number -> JSONObject in
            ["id": .string("\(number)"), "receivedAt": .string("2024-03-0\(number)"), "title": "路灯不亮", "content": text]
        }
        let archive = try CheckedArchive(records)
        #expect(try archive.candidates(of: "4").map(\.id) == ["3", "2", "1", "5", "6", "7"])
    }

    // One short question that many people ask fills the bands of its sketch: none of the copies may be left out for that.
    @Test func `of a hundred who ask one question every one is found by its sketch`() throws {
        let records = (0..<100).map { number -> JSONObject in
            [
                "id": .string("\(number)"), "receivedAt": "2024-03-01", "title": "咨询",
                "content": .string("来电人咨询黄色停车位属于什么停车位\(number % 3 == 0 ? "啊" : number % 3 == 1 ? "呢" : "")"),
            ]
        }
        let archive = try CheckedArchive(records, pieces: 2)
        let source = try archive.engine.candidateSource()
        var all: [RecordSequence] = []
        try source.forEachText(max: 1_000) { sequence, _ in all.append(sequence) }
        #expect(all.count == 100)
        for sequence in [all[0], all[50], all[99]] { #expect(try source.sketchCandidates(of: sequence).union([sequence]) == Set(all)) }
    }

    // Far apart in time, in other words: the place and what is said nowhere else tell that it is one matter.
    @Test func `one place and rare words in common are one matter however long ago`() throws {
        var records: [JSONObject] = try CheckedArchive.records(240)
        records.append([
            "id": "a", "receivedAt": "2021-01-10",
            "content": "来电人住澜汀湾小区九栋，楼上业主在露台搭鸽舍养信鸽，羽毛粪便飘进阳台，找过物业三次，答应拆走至今没有动静。",
        ])
        records.append([
            "id": "b", "receivedAt": "2021-09-20",
            "content": .string(
                "再次反映：年初说好的事情没有办，澜汀湾小区露台搭鸽舍养信鸽更厉害，羽毛粪便飘进阳台，孩子咳了一个夏天，要求给一个书面期限，"
                    + "并说明是哪个部门当时口头同意保留，为什么几次电话都说归别处管，别处又说归这里管。"),
        ])
        records.append([
            "id": "c", "receivedAt": "2021-09-21", "content": "澜汀湾小区门口共享单车堆了一人高，挡住盲道，望清运。",
        ])
        let archive = try CheckedArchive(records)
        let found = try archive.candidates(of: "b").filter { ["a", "c"].contains($0.id) }
        #expect(found.map(\.id) == ["a"] && found.first?.verdict == .sameMatter, "\(found.map { ($0.id, $0.likeness) })")
        #expect(found.first?.reason.chinese.contains("文中地点和细节相同") == true)
        #expect(try archive.candidates(of: "a").first { $0.id == "b" }?.verdict == .sameMatter)
    }

    @Test func `one trouble in two estates is two matters`() throws {
        var records: [JSONObject] = try CheckedArchive.records(120)
        let texts = [
            "a": "锦绣花园电梯坏了三天无人维修", "b": "望江小区电梯坏了三天无人维修", "c": "锦绣花园电梯坏了三天还是没有人来维修",
            // The same pair before another kind may be the same estate.
            "d": "锦绣小区电梯坏了三天无人维修",
        ]
        for (id, text) in texts.sorted(by: { $0.key < $1.key }) {
            records.append(["id": .string(id), "receivedAt": "2024-03-05", "content": .string(text)])
        }
        let archive = try CheckedArchive(records)
        let found = try archive.candidates(of: "a").map(\.id).filter { texts[$0] != nil }
        #expect(Set(found) == ["c", "d"], "\(found)")
        #expect(try archive.candidates(of: "b").filter { texts[$0.id] != nil }.isEmpty)
    }

    // Nobody named a respondent: the text does.
    @Test func `the places of a matter are named, not numbered, where its records name them`() throws {
        let archive = try CheckedArchive((1...4).map { number in
            [
                "id": .string("R\(number)"), "receivedAt": .string("2024-03-0\(number)"), "title": "电梯停运", "content": .string("星河湾小区三号楼电梯停运，老人上下楼困难，第\(number)位业主反映。"),
                "respondents": ["星河湾物业服务有限公司"], "region": "990101", "regionName": number == 4 ? "" : "汐洲市临汐区",
                "category": ["城乡建设/物业管理/电梯"], "complainants": [["name": .string("业主\(number)"), "phone": .string("1390000000\(number)")]],
            ]
        })
        var request = MattersRequest()
        request.recordsMin = 1
        let matter = try #require(try archive.engine.matters(request, report: { _ in }).matters.first)
        #expect(matter.places.map(\.name) == ["汐洲市临汐区", "990101"] && matter.places.map(\.count) == [3, 1], "\(matter.places)")
    }

    @Test func `one trouble with two companies is two matters`() throws {
        var records: [JSONObject] = try CheckedArchive.records(240)
        func letter(_ id: String, _ company: String, _ end: String) -> JSONObject {
            [
                "id": .string(id), "receivedAt": "2024-03-05", "title": "要求退还培训费",
                "content": .string("本人在\(company)报名瑜伽教练班，交培训费九千八百元，开课前机构搬走，讲师全部离职，要求退费，\(end)"),
            ]
        }
        records.append(letter("a", "鲸澜健身有限公司", "前台说财务不在。"))
        records.append(letter("b", "鲸澜健身有限责任公司", "至今没有人回电话。"))
        records.append(letter("c", "槭原瑜伽馆有限公司", "店长的微信已经拉黑。"))
        let archive = try CheckedArchive(records)
        func candidates(_ id: String) throws -> Set<String> { Set(try archive.candidates(of: id).map(\.id)) }
        #expect(try candidates("a").contains("b"))
        #expect(try !candidates("a").contains("c"))
        #expect(try !candidates("c").contains("b"))
    }

    @Test func `an appeal is found by its text though it complains of the office that answered`() throws {
        var records: [JSONObject] = try CheckedArchive.records(240)
        let text = "新埠岛码头停靠的渔船夜间清洗甲板，污水直排入海，鱼腥味弥漫至岸边居民楼，多次劝阻无果，请海洋部门核实查处。"
        records.append([
            "id": "a", "receivedAt": "2024-03-05", "content": .string(text),
            "respondents": .array([.object(["name": "顺舟渔业合作社"])]),
        ])
        records.append([
            "id": "b", "receivedAt": "2024-04-05", "content": .string("不服答复：" + text), "appealOf": "a",
            "respondents": .array([.object(["name": "岬湾区海洋综合执法支队"])]),
        ])
        records.append([
            "id": "c", "receivedAt": "2024-04-06", "content": .string("另有一事：" + text),
            "respondents": .array([.object(["name": "岬湾区海洋综合执法支队"])]),
        ])
        let found = try CheckedArchive(records).candidates(of: "a").filter { ["b", "c"].contains($0.id) }
        #expect(found.map(\.id) == ["b"] && found.first?.verdict == .appeal)
    }

    @Test func `two letters in English are not one matter because they are English`() throws {
        var records: [JSONObject] = try CheckedArchive.records(120)
        let texts = [
            "a": "The parcel I ordered on March 3 has never been delivered and the seller does not answer my messages. I want my money back.",
            "b": "My hotel room was dirty, the air conditioner did not work and the staff refused to give me another room or a refund.",
            "c": "The gym closed its doors last month without notice and my annual membership fee has not been returned to me.",
            "d": "Again: the parcel I ordered on March 3 has never been delivered, the seller does not answer my messages. I want my money back!",
        ]
        for (id, text) in texts.sorted(by: { $0.key < $1.key }) {
            records.append(["id": .string(id), "receivedAt": "2024-03-05", "content": .string(text)])
        }
        let archive = try CheckedArchive(records)
        for id in ["b", "c"] { #expect(try archive.candidates(of: id).isEmpty) }
        #expect(try archive.candidates(of: "a").map(\.id) == ["d"])
        let matters = try archive.matters()
        #expect(matters.contains(["a", "d"]) && matters.contains(["b"]) && matters.contains(["c"]))
    }

    @Test func `short texts that differ by a number are not one text`() throws {
        var records: [JSONObject] = try CheckedArchive.records(120)
        records.append(["id": "a", "receivedAt": "2024-03-05", "content": "来电咨询：1208违章代码的问题。"])
        records.append(["id": "b", "receivedAt": "2024-03-06", "content": "来电咨询：违章代码的问题。"])
        records.append(["id": "c", "receivedAt": "2024-03-07", "content": "来电咨询，1208违章代码的问题"])
        let archive = try CheckedArchive(records)
        let found = Dictionary(uniqueKeysWithValues: try archive.candidates(of: "a").map { ($0.id, $0.verdict) })
        #expect(found["b"].map { $0 > .sameText } ?? true)
        #expect(found["c"] == .sameText)
    }

    @Test func `what was decided is not proposed again`() throws {
        let archive = try CheckedArchive(try CheckedArchive.records(300))
        let ids = try CheckedArchive.records(300).compactMap { $0["id"]?.string }
        let verdicts = try archive.verdicts(of: ids)
        let pair = try #require(verdicts.sorted { $0.key < $1.key }.first { !$0.value.isEmpty })
        let other = try #require(pair.value.keys.min())
        _ = try archive.engine.unlink(pair.key, other, by: "test", reason: "no")
        #expect(try archive.verdicts(of: [pair.key, other])[pair.key]?[other] == nil)
        #expect(try archive.verdicts(of: [pair.key, other])[other]?[pair.key] == nil)
        _ = try archive.engine.link(pair.key, other, type: nil, by: "test", reason: "yes")
        _ = try archive.engine.unlink(pair.key, other, by: "test", reason: "no")
        #expect(try archive.engine.links(of: other).map(\.decision.kind) == [.refused, .confirmed, .unlinked])
        #expect(throws: EngineError.self) { try archive.engine.link(other, other, type: nil, by: "", reason: "") }
    }

    @Test func `matters that grew record by record are those built anew`() throws {
        let records = try CheckedArchive.records(300)
        let grown = try CheckedArchive(Array(records.prefix(150)))
        _ = try grown.matters()
        try grown.add(Array(records[150..<200]))
        _ = try grown.matters()
        try grown.add(Array(records[200...]))
        let (a, b) = (try grown.matters(), try CheckedArchive(records).matters())
        // The weights of words follow the archive: where a likeness lies at the limit a record may go elsewhere.
        let differing = a.symmetricDifference(b).reduce(into: Set<String>()) { $0.formUnion($1) }
        #expect(differing.count * 20 <= records.count, "\(differing.count) of \(records.count) records")
    }

    @Test func `an anonymous record is nobody's`() throws {
        let archive = try CheckedArchive([
            [
                "id": "1", "receivedAt": "2024-01-05", "title": "路灯不亮", "content": "小区门口的路灯坏了半个月没有人修",
                "complainants": [["name": "赵试", "phone": "13800000000"]],
            ]
        ])
        let answer = try archive.engine.check(
            [
                "namedState": "匿名", "content": "小区门口的路灯坏了半个月没有人修",
                "complainants": [["name": "赵试", "phone": "13800000000"]],
            ], number: 1, CheckRequest())
        #expect(answer.isAnonymous && !answer.comparedPersons)
        #expect(answer.candidates.map(\.id) == ["1"])
        #expect(answer.candidates.first?.persons == .unknown)
    }

    // A passage or a title was cut out first and masked then: of a telephone that lay across the cut, the half that was
    // left was no telephone any more, and showed.
    @Test func `nothing shows of a telephone that a cut goes through`() throws {
        let opening = "我在平安小区门口的早餐店被店员推搡电话"
        let archive = try CheckedArchive([
            ["id": "1", "receivedAt": "2024-01-05", "content": .string(opening + "13800001234要求尽快处理并给我答复"),
                "respondents": [["unit": "平安早餐店", "person": "孙试"]], "verified": "属实"],
            ["id": "2", "receivedAt": "2024-01-06", "content": .string(opening + "13800005678要求尽快处理并给我答复"),
                "respondents": [["unit": "平安早餐店", "person": "孙试"]], "verified": "属实"],
        ])
        func hasDigit(_ text: String) -> Bool { text.contains { $0.isNumber } }
        let candidate = try #require(try archive.candidates(of: "1").first)
        #expect(!candidate.passages.isEmpty)
        for text in candidate.passages.map(\.text) + [candidate.title] { #expect(!hasDigit(text), "\(text)") }
        for matter in try archive.engine.matters(MattersRequest(), report: { _ in }).matters {
            for text in matter.members.map(\.title) + [matter.title] { #expect(!hasDigit(text), "\(text)") }
        }
        var request = LadderRequest()
        request.until = try CalendarDate(parsing: "2024-12-31")
        let rows = try archive.engine.ladder(request).rows
        #expect(rows.count == 1)
        for matter in rows.flatMap(\.matters) { #expect(!hasDigit(matter.title), "\(matter.title)") }
    }

    // Somebody of whom only the name is known was taken for another person than one who gave a telephone.
    @Test func `who cannot be compared is not called another person`() throws {
        func record(_ id: String, _ person: JSONValue) -> JSONObject {
            [
                "id": .string(id), "receivedAt": "2024-01-05", "title": "路灯不亮", "content": "小区门口的路灯坏了半个月没有人修",
                "complainants": .array([person]),
            ]
        }
        let archive = try CheckedArchive([
            record("name", ["name": "赵试测"]), record("title", ["name": "赵先生"]), record("phone", ["phone": "13800000001"]),
            record("both", ["name": "赵试测", "phone": "13800000002"]), record("other", ["name": "钱试测", "idNo": "990121196007254315"]),
        ])
        let pairs: [(String, String, String)] = [
            ("name", "phone", "unknown"), ("title", "phone", "unknown"), ("title", "both", "unknown"), ("name", "both", "unknown"),
            ("name", "other", "different"), ("phone", "both", "different"), ("phone", "other", "unknown"), ("both", "other", "different"),
        ]
        for (a, b, persons) in pairs {
            #expect(try archive.candidates(of: a).first { $0.id == b }.map { "\($0.persons)" } == persons, "\(a) \(b)")
            #expect(try archive.candidates(of: b).first { $0.id == a }.map { "\($0.persons)" } == persons, "\(b) \(a)")
        }
    }

    // The quick way over the tables of the sketches missed what only a number given by others shows.
    @Test func `a batch for D0 and D1 alone finds what the whole batch finds`() throws {
        var records = try CheckedArchive.records(160)
        let alias: JSONValue = [["kind": "上级编号", "no": "SJ-2024-000077"]]
        records.append(["id": "a", "receivedAt": "2024-03-01", "title": "路灯", "content": "门口的路灯坏了半个月没有人修", "aliasNos": alias])
        records.append(["id": "b", "receivedAt": "2024-03-02", "title": "转办", "content": "市民要求恢复照明，请属地核实", "aliasNos": alias])
        let archive = try CheckedArchive(records, pieces: 2)
        func pairs(_ verdicts: Set<CheckVerdict>) throws -> (found: [String: (verdict: CheckVerdict, jaccard: Double)], compared: Int) {
            var request = CheckRequest()
            request.limit = 500
            request.verdicts = verdicts
            var found: [String: (CheckVerdict, Double)] = [:]
            let compared = try archive.engine.checkBatch(nil, request, report: { _ in }) { answer in
                for candidate in answer.candidates { found["\(answer.query) \(candidate.id)"] = (candidate.verdict, candidate.jaccard) }
            }
            return (found, compared)
        }
        let (whole, quick) = (try pairs([]), try pairs([.sameFiling, .sameText]))
        #expect(whole.compared == records.count && quick.compared == records.count)
        #expect(quick.found["b a"]?.verdict == .sameFiling)
        for (pair, found) in quick.found { #expect(whole.found[pair]?.verdict == found.verdict, "\(pair)") }
        for (pair, found) in whole.found where found.verdict == .sameFiling || found.verdict == .sameText && found.jaccard >= 0.85 {
            #expect(quick.found[pair] != nil, "\(pair) \(found)")
        }
    }

    // Withdrawn records were taken out only at the very end: an archive whose `matters` was killed kept them for good.
    @Test func `matters that were killed on the way go on where they were`() throws {
        let records = try CheckedArchive.records(300)
        let archive = try CheckedArchive(Array(records.prefix(60)))
        _ = try archive.matters()
        let gone = records.prefix(60).enumerated().filter { $0.offset % 7 == 0 }.compactMap { $0.element["id"]?.string }
        _ = try archive.engine.withdraw(gone)
        try archive.add(Array(records[60...]))
        let path = archive.folder.path + "/archive/index/matters.lmdb"
        var atKill: [UInt8] = []
        let whole = try archive.matters { progress in
            if progress.done >= 192, atKill.isEmpty { atKill = FileBytes.read(path) }
        }
        #expect(whole.isDisjoint(with: [Set(gone)]) && whole.reduce(0) { $0 + $1.count } == records.count - gone.count)
        try #require(!atKill.isEmpty)
        FileBytes.write(atKill, to: path)
        #expect(try archive.matters() == whole)
    }

    // Matters held the writer lock all through: over a large archive nobody could add a record for half an hour.
    @Test func `records can be written while matters are made, and one at a time makes them`() throws {
        let records = try CheckedArchive.records(300)
        let archive = try CheckedArchive(Array(records.prefix(250)))
        let folder = archive.folder.path + "/archive"
        let writer = try Engine(opening: EngineOptions(archivePath: folder))
        var added = false
        let first = try archive.matters { progress in
            guard progress.done >= 64, !added else { return }
            added = true
            let path = folder + "/index/matters.lock"
            #expect(throws: Never.self) {
                _ = try writer.add(Array(records[250..<260]))
                let other = try FileLock.take(path, .exclusive)
                #expect(other == nil && FileLock.process(notedIn: path) == getpid())
                var options = EngineOptions(archivePath: folder)
                options.writerWaitSeconds = 0
                let second = try Engine(opening: options)
                let error = try #require(throws: EngineError.self) { try second.matters(MattersRequest()) { _ in } }
                // What it says is what goes on: nobody else writes records.
                let isTold = if case .mattersInMaking(path, getpid()) = error { true } else { false }
                #expect(isTold, "\(error)")
                #expect(error.notice(in: .chinese).contains("热点问题") && error.notice(in: .english).contains("matters"))
            }
        }
        #expect(added && first.reduce(0) { $0 + $1.count } == 250)
        try archive.add(Array(records[260...]))
        let grown = try archive.matters()
        #expect(grown.reduce(0) { $0 + $1.count } == 300)
    }

    @Test func `what people link is one matter, however little the two have in common`() throws {
        let archive = try CheckedArchive([
            ["id": "1", "receivedAt": "2022-01-05", "title": "路灯不亮", "content": "小区门口的路灯坏了半个月没有人修"],
            ["id": "2", "receivedAt": "2024-03-05", "title": "拖欠工资", "content": "公司三个月没有发工资，劳动者要求支付"],
        ])
        _ = try archive.engine.link("2", "1", type: .sameMatter, by: "test", reason: "same")
        #expect(try archive.matters() == [["1", "2"]])
    }
}
