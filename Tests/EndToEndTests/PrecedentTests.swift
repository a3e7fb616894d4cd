// Precedents: records like one another, why they are alike, and how they ended.

import Records
import TestSupport
import Testing

@Suite struct PrecedentTests {
    private static let cases: [JSONObject] = [
        [
            "id": "P1", "receivedAt": "2024-01-05", "title": "健身房关门不退卡", "content": "健身房突然关门，预付卡余额三千元不予退款。",
            "category": "市场监管/预付消费/关门跑路", "region": "310104", "respondents": ["力量健身"], "status": "已办结",
            "verified": "属实", "outcome": "责令退还余款并处罚款五千元", "flags": ["典型"],
        ],
        [
            "id": "P2", "receivedAt": "2024-02-06", "title": "健身房关门不退卡", "content": "健身房突然关门，预付卡余额两千元不予退款。",
            "category": "市场监管/预付消费/关门跑路", "region": "310115", "respondents": ["另一家健身"], "status": "办理中",
        ],
        [
            "id": "P3", "receivedAt": "2024-03-07", "title": "美容院收费争议", "content": "美容院多收费用，双方说法不一。",
            "category": "市场监管/服务", "respondents": ["某美容院"], "status": "已办结",
            "reply": ["经调解，责令退还余款，双方达成协议。"],
        ],
        [
            "id": "P4", "receivedAt": "2024-04-08", "title": "健身房关门", "content": "健身房关门，预付卡余额不予退款，请求帮助。",
            "category": "市场监管/预付消费/关门跑路", "region": "310104", "respondents": ["力量健身"],
        ],
    ]

    private func filled() throws -> TestArchive {
        let archive = try TestArchive()
        try archive.add(Self.cases)
        return archive
    }

    @Test func `each precedent says why and how it ended`() throws {
        let archive = try filled()
        let hits = try archive.run("similar", "P4", "--json", environment: ["LANG": "zh_CN.UTF-8"]).objects
        #expect(hits.first?["id"]?.string == "P1", "the same respondent and a typical case come first")
        let reasons = (hits.first?["explain"]?.array ?? []).compactMap(\.string)
        for part in ["典型案例", "同一被投诉人：力量健身", "同类：市场监管/预付消费/关门跑路", "共同的说法："] {
            #expect(reasons.contains { $0.contains(part) }, "\(part) of \(reasons)")
        }
        #expect(hits.first?["outcome"]?.string == "已办结，属实：责令退还余款并处罚款五千元")
        #expect(!hits.contains { $0["id"]?.string == "P4" })
    }

    @Test func `outcomes are searched for what was decided`() throws {
        let archive = try filled()
        let found = try archive.run("similar", "--over", "outcomes", "--text", "责令退还余款", "--json").objects
        #expect(Set(found.compactMap { $0["id"]?.string }) == ["P1", "P3"])
        #expect(Set(found.compactMap { $0["field"]?.string }) == ["outcome", "reply"], "the passage is of the outcome")
        let complaints = archive.run("similar", "--over", "complaints", "--text", "责令退还余款", "--json")
        #expect(complaints.exitCode == 1, "nobody complained in these words: \(complaints)")
        let own = try archive.run("similar", "P1", "--over", "outcomes", "--json").objects
        #expect(own.first?["id"]?.string == "P3", "a record stands for its own outcome")
    }

    @Test func `only what has ended, only some records`() throws {
        let archive = try filled()
        let decided = try archive.run("similar", "P4", "--decided", "--json").objects
        #expect(decided.compactMap { $0["id"]?.string } == ["P1", "P3"])
        let filtered = try archive.run("similar", "P4", "--filter", "region=310115", "--json").objects
        #expect(filtered.compactMap { $0["id"]?.string } == ["P2"])
        #expect(archive.run("similar", "NONE").exitCode == 1)
    }
}
