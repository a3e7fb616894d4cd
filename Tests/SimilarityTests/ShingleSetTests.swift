// Overlap against a plain set; passages against what they claim; verdicts by their rules.

import Records
import TestSupport
import TextAnalysis
import Testing

@testable import Similarity

/// Texts over few characters, so that shingles repeat and meet.
struct RandomTexts {
    var seed: Seed

    mutating func text(_ length: ClosedRange<Int>) -> [UInt16] {
        (0..<Int.random(in: length, using: &seed)).map { _ in "物业停车费用扰民噪音，。12a".utf16.randomElement(using: &seed)! }
    }
}

@Suite struct ShingleSetTests {
    private static func plain(_ units: [UInt16], _ common: Set<UInt32> = []) -> Set<[UInt16]> {
        var found: Set<[UInt16]> = []
        for run in units.split(whereSeparator: { !Shingles.isLetter($0) }) {
            let run = Array(run)
            if run.count == 2 { found.insert(run) }
            guard run.count > 2 else { continue }
            for place in 0..<(run.count - 2) { found.insert(Array(run[place..<(place + 3)])) }
        }
        return found.filter { shingle in
            !zip(shingle, shingle.dropFirst()).allSatisfy { common.contains(CommonPairs.key($0, $1)) }
        }
    }

    @Test(arguments: Seed.sample(16)) func `overlap is that of plain sets, and symmetric`(start: Seed) {
        var random = RandomTexts(seed: start)
        for _ in 0..<40 {
            let (a, b) = (random.text(0...40), random.text(0...40))
            let (x, y) = (ShingleSet(a.span, without: CommonPairs()), ShingleSet(b.span, without: CommonPairs()))
            let (p, q) = (Self.plain(a), Self.plain(b))
            let overlap = x.overlap(with: y)
            #expect(overlap == Overlap(shared: p.intersection(q).count, own: p.count, others: q.count))
            let back = y.overlap(with: x)
            #expect(overlap.jaccard == back.jaccard && overlap.containment == back.containment)
            #expect(overlap.containedInOther == back.containsOther)
        }
    }

    @Test(arguments: Seed.sample(8)) func `a vector that was kept says of likeness what the texts say`(start: Seed) {
        var random = RandomTexts(seed: start)
        func rarity(_ pair: UInt32) -> Float { Float(pair % 7) * 0.5 }
        var (kept, fresh) = (LikenessProbe(), LikenessProbe())
        for _ in 0..<10 {
            let (title, text) = (random.text(0...12), random.text(0...60))
            kept.begin(title: title.span, text: text.span, rarity: rarity)
            fresh.begin(title: title.span, text: text.span, rarity: rarity)
            let own = kept.ownVector()
            for _ in 0..<10 {
                let (otherTitle, other) = (random.text(0...12), random.text(0...60))
                let vector = kept.vector(title: otherTitle.span, text: other.span, rarity: rarity)
                let plain = fresh.likeness(title: otherTitle.span, text: other.span, rarity: rarity)
                #expect(abs(kept.likeness(to: vector).likeness - plain) < 1e-5)
            }
            let itself = kept.likeness(to: own)
            #expect(itself.shared == kept.ownCount && (kept.ownCount == 0 || abs(itself.likeness - 1) < 1e-5))
        }
    }

    @Test(arguments: Seed.sample(16)) func `respondents that differ by what the index has of them never match`(start: Seed) {
        var seed = start
        let pieces = ["恒发", "物业", "海口", "新城", "第一", "医院", "有限公司", "（分店）", "集团", "3号", "A座", "・", " "]
        func name() -> String { (0..<Int.random(in: 1...4, using: &seed)).map { _ in pieces.randomElement(using: &seed)! }.joined() }
        var told = 0
        for _ in 0..<400 {
            func respondents() -> [Respondent] {
                (0..<Int.random(in: 1...2, using: &seed)).map { _ in
                    var respondent = Respondent()
                    respondent.name = name()
                    return respondent
                }
            }
            let (a, b) = (respondents(), respondents())
            let zone = Normalizer.shared.fold(b.flatMap(\.names).joined(separator: "\n"))
            guard RespondentNames.differ(RespondentNames(a).ends, fromNamesIn: zone.span) else { continue }
            told += 1
            #expect(RespondentNames(a).match(RespondentNames(b)) == nil, "\(a.map(\.name)) \(b.map(\.name))")
        }
        #expect(told > 0)
    }

    @Test(arguments: Seed.sample(8)) func `texts one after the other share with one what their sets share`(start: Seed) {
        var random = RandomTexts(seed: start)
        for _ in 0..<10 {
            let (one, title) = (random.text(0...60), random.text(0...12))
            let pairs = zip(one, one.dropFirst()).prefix(start.start % 2 == 0 ? 0 : 9)
            let common = CommonPairs(pairs.map { CommonPairs.key($0, $1) })
            let set = ShingleSet(one.span, without: common)
            var probe = ShingleProbe(set)
            var likeness = LikenessProbe()
            let rarity: (UInt32) -> Float = { TextRarity.telling(docCount: Int($0 % 7), of: 1_000) }
            let weighted = WeightedText(title: title.span, text: one.span, rarity: rarity)
            likeness.begin(title: title.span, text: one.span, rarity: rarity)
            for _ in 0..<30 {
                let (other, otherTitle) = (random.text(0...90), random.text(0...12))
                #expect(probe.overlap(with: other.span, without: common) == set.overlap(with: ShingleSet(other.span, without: common)))
                let overlap = set.overlap(with: ShingleSet(other.span, without: common))
                // Asked for no less than some containment it says the same, or nothing.
                for least in [0.1, 0.3, 0.8] {
                    let reaching = probe.overlap(with: other.span, without: common, reaching: least)
                    #expect(reaching == (overlap.containment >= least ? overlap : nil))
                }
                let expected = weighted.likeness(to: WeightedText(title: otherTitle.span, text: other.span, rarity: rarity))
                let found = likeness.likeness(title: otherTitle.span, text: other.span, rarity: rarity)
                #expect(abs(found - expected) < 1e-5)
                // Asked for no less than some likeness it says the same, or nothing.
                for least in [0.05, 0.2, 0.6] where abs(found - least) > 1e-9 {
                    let above = likeness.likeness(title: otherTitle.span, text: other.span, atLeast: least, rarity: rarity)
                    #expect(abs(above - (found < least ? 0 : found)) < 1e-9, "\(least) \(found)")
                }
            }
        }
    }

    @Test func `what is common everywhere does not count, unless there is nothing else`() {
        let units = Array("市民来电反映噪音".utf16)
        let common: Set<UInt32> = Set(zip(units.prefix(6), units.prefix(6).dropFirst()).map { CommonPairs.key($0, $1) })
        let set = ShingleSet(units.span, without: CommonPairs(common))
        #expect(set.count == Self.plain(units, common).count && set.count == 2 && !set.isAllCommon)
        let phrase = ShingleSet(Array(units.prefix(6)).span, without: CommonPairs(common))
        #expect(phrase.isAllCommon && phrase.count == 4)
    }

    @Test(arguments: Seed.sample(16)) func `a passage stands in both texts, and passages do not overlap`(start: Seed) {
        var random = RandomTexts(seed: start)
        for _ in 0..<20 {
            let shared = random.text(9...20)
            let a = random.text(0...30) + shared + random.text(0...30)
            let b = random.text(0...30) + shared + random.text(0...30)
            let passages = CommonPassages.find(in: a.span, and: b.span, without: CommonPairs())
            var end = 0
            for passage in passages {
                #expect(passage.length >= CommonPassages.lengthMin && passage.start >= end)
                end = passage.start + passage.length
                #expect(a[passage.start..<end] == b[passage.otherStart..<(passage.otherStart + passage.length)])
            }
            if shared.contains(where: Shingles.isLetter), zip(shared, shared.dropFirst()).contains(where: {
                Shingles.isLetter($0) && Shingles.isLetter($1)
            }) {
                #expect(!passages.isEmpty)
            }
        }
    }
}

@Suite struct NamedPlaceTests {
    private static func places(_ text: String, common: Set<UInt32> = []) -> Set<UInt64> {
        NamedPlaces.all(in: Array(text.utf16).span) { !common.contains($0) }
    }

    @Test func `a place is known by the letters before its kind`() {
        #expect(Self.places("海甸路澜汀湾小区九栋").isDisjoint(with: Self.places("澜汀湾花园")))
        #expect(Self.places("住在澜汀湾小区").count == 1 && Self.places("住在澜汀湾小区") == Self.places("汀湾小区的人"))
        // A kind alone, one letter, or a number before it is no name.
        #expect(Self.places("小区里的路灯").isEmpty && Self.places("本小区").isEmpty && Self.places("3号小区").isEmpty)
        #expect(Self.places("市民小区", common: [CommonPairs.key(Array("市民".utf16)[0], Array("市民".utf16)[1])]).isEmpty)
        #expect(Self.places("").isEmpty && Self.places("村").isEmpty)
    }
}

@Suite struct VerdictTests {
    private static func filing(_ json: JSONObject) throws -> ComparedFiling {
        var object = json
        if object["id"] == nil { object.set("id", to: "1") }
        if object["receivedAt"] == nil { object.set("receivedAt", to: "2024-01-02") }
        let complaint = try Complaint(json: object)
        var units: [UInt16] = []
        for zone in complaint.indexed(sequence: RecordSequence(1), recordNumber: RecordNumber(1)).zones {
            units += [ComparedText.zoneMark, UInt16(zone.zone.rawValue)] + Normalizer.shared.fold(zone.text)
        }
        return ComparedFiling(complaint, units: units, numbers: [])
    }

    private static func verdict(_ a: JSONObject, _ b: JSONObject, persons: Persons = .unknown, likeness: Double = 0) throws -> Verdict? {
        let (later, earlier) = (try filing(a), try filing(b))
        let evidence = Evidence(
            later, earlier,
            shingles: (
                ShingleSet(later.text.span, without: CommonPairs()), ShingleSet(earlier.text.span, without: CommonPairs())
            ), likeness: likeness, persons: persons)
        return VerdictRules().verdict(evidence)
    }

    private static let noise = "小区楼下烧烤店每天营业到凌晨两点，油烟和音响严重影响休息"
    private static let wages = "工地拖欠农民工工资三个月，老板一直说没有钱，电话也不接"

    @Test func `one text, one person: the same filing; another person: the same text`() throws {
        let record: JSONObject = ["content": .string(Self.noise)]
        #expect(try Self.verdict(record, record) == .sameFiling)
        #expect(try Self.verdict(record, record, persons: .same(.phone)) == .sameFiling)
        #expect(try Self.verdict(record, record, persons: .different) == .sameText)
    }

    @Test func `long ago a place or rare words alone do not tell that it is one matter, both do`() {
        var evidence = Evidence()
        evidence.overlap = Overlap(shared: 20, own: 100, others: 120)
        (evidence.likeness, evidence.sharedRarePairs, evidence.sharesNamedPlace, evidence.daysBetween) = (0.21, 9, true, 200)
        #expect(VerdictRules().verdict(evidence) == .sameMatter)
        for change in [{ $0.sharesNamedPlace = false }, { $0.sharedRarePairs = 7 }, { $0.likeness = 0.19 }, { $0.respondentsDiffer = true },
            { $0.respondentOfOneOnly = true }] as [(inout Evidence) -> Void]
        {
            var other = evidence
            change(&other)
            #expect(VerdictRules().verdict(other) == nil)
        }
    }

    @Test func `a short filing of a long complaint is the same text`() throws {
        let long: JSONObject = ["content": .string(Self.noise + "。" + Self.wages)]
        #expect(try Self.verdict(["content": .string(Self.noise)], long) == .sameText)
    }

    @Test func `the same words about another respondent are nothing`() throws {
        let a: JSONObject = ["content": .string(Self.noise), "respondents": [["unit": "甲烧烤店"]]]
        let b: JSONObject = ["content": .string(Self.noise), "respondents": [["unit": "乙火锅城"]]]
        #expect(try Self.verdict(a, b) == nil)
    }

    @Test func `person, respondent and category decide where words differ`() throws {
        let a: JSONObject = ["content": .string(Self.noise), "respondents": [["unit": "红日餐饮有限公司"]], "category": "环保/油烟"]
        let b: JSONObject = ["content": "门口的大排档吵得睡不着", "respondents": [["unit": "红日餐饮有限责任公司"]], "category": "环保/油烟"]
        let c: JSONObject = ["content": .string(Self.wages), "respondents": [["unit": "红日餐饮有限公司"]], "category": "劳动/欠薪"]
        #expect(try Self.verdict(a, b, persons: .same(.phone)) == .repeatComplaint)
        #expect(try Self.verdict(a, b, persons: .different) == .sameMatter)
        #expect(try Self.verdict(a, b) == .sameMatter)
        #expect(try Self.verdict(a, c, persons: .same(.phone)) == .sameRespondent)
    }

    @Test func `an appeal is no repeat`() throws {
        let earlier: JSONObject = ["id": "7", "content": .string(Self.noise), "respondents": [["unit": "红日餐饮"]], "category": "环保/油烟"]
        let appeal: JSONObject = ["kind": "申诉", "content": "不服街道的答复", "appealOf": "7", "respondents": [["unit": "红日餐饮"]]]
        #expect(try Self.verdict(appeal, earlier, persons: .same(.phone)) == .appeal)
    }

    @Test func `an anonymous record has no person`() throws {
        let named: JSONObject = ["content": "门口的大排档吵得睡不着", "respondents": [["unit": "红日餐饮"]], "category": "环保/油烟"]
        var anonymous = named
        anonymous.set("content", to: .string(Self.noise))
        anonymous.set("namedState", to: "匿名")
        #expect(try Self.verdict(anonymous, named, persons: .same(.phone)) == .sameMatter)
    }

    @Test func `one upstream number is one filing`() throws {
        let a: JSONObject = ["content": .string(Self.noise), "aliasNos": [["kind": "上级编号", "no": "SJ2024001"]]]
        let b: JSONObject = ["content": .string(Self.wages), "aliasNos": [["kind": "上级编号", "no": "sj2024001"]]]
        #expect(try Self.verdict(a, b) == .sameFiling)
    }
}
