// The body's own words and equivalents: what is suggested, kept and taken away, and that nothing found depends on them.

import Records
import TestSupport
import Testing

@Suite struct WordCareTests {
    /// 地锁 and 网购 stand in many records among different neighbours; ICU cuts 地锁 in two.
    private func filled() throws -> TestArchive {
        let archive = try TestArchive()
        var records: [JSONObject] = []
        let before = ["物业安装", "邻居私装", "门口有", "有人撬坏", "车位上的", "拆除违规", "小区新增", "通道里的"]
        let behind = ["影响出行", "没有人管", "绊倒老人", "占用通道", "收费过高", "很不安全", "请求拆除", "多次反映"]
        for number in 0..<32 {
            let text = before[number % 8] + "地锁" + behind[(number / 4 + number) % 8]
            records.append(["id": .string("W\(number)"), "receivedAt": "2024-01-05", "title": "停车问题", "content": .string(text)])
            // Other texts: how firmly a word stands together is measured against all there is.
            records.append([
                "id": .string("V\(number)"), "receivedAt": "2024-01-05", "title": "公交改线", "content": "公交改线后换乘麻烦，候车时间长，希望增加班次。",
            ])
        }
        try archive.add(records)
        return archive
    }

    @Test func `a word that the dictionary cuts is proposed, taken and no longer proposed`() throws {
        let archive = try filled()
        let proposed = try archive.run("lexicon", "suggest", "--json").objects
        let word = try #require(proposed.first { $0["word"]?.string == "地锁" }, "\(proposed)")
        #expect(word["records"]?.int == 32 && word["now"]?.string == "地/锁")
        let before = try archive.run("search", "地锁", "--limit", "100", "--json").objects
        let added = archive.run("lexicon", "add", "地锁", "举报")
        #expect(added.text.contains("1 words added: 地锁"), "举报 is shipped: \(added.text)")
        #expect(added.noticeText.contains("reindex"), "\(added.noticeText)")
        #expect(archive.count("地锁") == 32 && before.count == 32, "nothing is found or lost by it")
        #expect(archive.run("lexicon", "list").lines == ["地锁"])
        let again = archive.run("lexicon", "suggest", "--json")
        #expect(!again.text.contains("\"地锁\""))
        #expect(archive.run("lexicon", "add", "地锁").exitCode == 0 && archive.run("lexicon", "list").lines == ["地锁"])
        #expect(archive.run("reindex").exitCode == 0)
        #expect(archive.run("lexicon", "list").noticeText.isEmpty, "nothing waits after a reindex")
        #expect(archive.run("lexicon", "remove", "地锁", "--reindex").exitCode == 0)
        #expect(archive.run("lexicon", "remove", "地锁").exitCode == 1 && archive.run("lexicon", "list").exitCode == 1)
        #expect(archive.run("lexicon", "add", "锁").exitCode == 2)
        #expect(archive.run("verify").exitCode == 0)
    }

    @Test func `equivalents are kept in groups, comments stay`() throws {
        let archive = try TestArchive()
        let file = archive.path + "/synonyms.txt"
        FileBytes.write(Array("# 说明\n网购 网上购物 # 常见\n".utf8), to: file)
        #expect(archive.run("synonyms", "add", "网络购物", "网购").text.contains("网购 = 网上购物 = 网络购物"))
        #expect(archive.run("synonyms", "add", "电梯=升降机").exitCode == 0)
        #expect(String(decoding: FileBytes.read(file), as: UTF8.self) == "# 说明\n网购 网上购物 网络购物 # 常见\n电梯 升降机\n")
        #expect(archive.run("synonyms", "list").lines.count == 2)
        #expect(archive.run("synonyms", "add", "升降机", "网购").text.contains("网购 = 网上购物 = 网络购物 = 电梯 = 升降机"))
        #expect(archive.run("synonyms", "list").lines.count == 1)
        for word in ["网上购物", "网络购物", "电梯"] { #expect(archive.run("synonyms", "remove", word).exitCode == 0) }
        #expect(archive.run("synonyms", "remove", "升降机").exitCode == 0 && archive.run("synonyms", "list").exitCode == 1)
        #expect(archive.run("synonyms", "add", "单独").exitCode == 2)
        #expect(archive.start(["synonyms", "add"] + (10..<40).map { "同义\($0)" }).wait().exitCode == 2, "more than a group takes")
        #expect(archive.run("synonyms", "list").exitCode == 1, "what was refused left nothing")
        #expect(String(decoding: FileBytes.read(file), as: UTF8.self).hasPrefix("# 说明\n"))
    }

    @Test func `a synonym counts from the next search on, without a reindex`() throws {
        let archive = try TestArchive()
        try archive.add([["id": "L1", "receivedAt": "2024-01-05", "title": "升降机困人"], ["id": "L2", "receivedAt": "2024-01-05", "title": "电梯困人"]])
        #expect(archive.count("电梯") == 1)
        #expect(archive.run("synonyms", "add", "电梯=升降机").exitCode == 0)
        #expect(archive.count("电梯") == 2 && archive.count("\"电梯\"") == 1, "quoted parts stay literal")
        let reasons = archive.run("search", "电梯", "--explain", environment: ["LANG": "zh_CN.UTF-8"]).text
        #expect(reasons.contains("按同义词或别的写法找到：升降机"), "\(reasons)")
        #expect(archive.run("synonyms", "remove", "升降机").exitCode == 0)
        #expect(archive.count("电梯") == 1)
        FileBytes.write(Array("电梯=升降机\n".utf8), to: archive.path + "/synonyms.txt")
        #expect(archive.count("电梯") == 2, "written by hand with the sign between")
    }

    @Test func `words used for one another are proposed with the reason`() throws {
        let archive = try TestArchive()
        var records: [JSONObject] = []
        for number in 0..<40 {
            let place = ["东湖", "西山", "南苑", "北塘", "中和"][number % 5]
            // The title says 业委会, the body 业主委员会; both in the same company of words.
            let body = "\(place)小区业主委员会\(["不公开账目", "拒绝换届", "侵占收益", "不开会"][number % 4])，业主十分不满。"
            let title = "\(place)小区业委会\(["不公开账目", "拒绝换届", "侵占收益", "不开会"][number / 4 % 4])"
            records.append(["id": .string("Y\(number)"), "receivedAt": "2024-01-05", "title": .string(title), "content": .string(body)])
            records.append(["id": .string("Z\(number)"), "receivedAt": "2024-01-05", "title": "路灯不亮", "content": .string("道路照明故障，夜间出行不便，\(place)路段尤其严重。")])
            for extra in 0..<5 {
                records.append(["id": .string("X\(number)-\(extra)"), "receivedAt": "2024-01-05", "title": "公交改线", "content": "公交改线后换乘麻烦。"])
            }
        }
        try archive.add(records)
        let proposed = try archive.run("synonyms", "suggest", "--json", environment: ["LANG": "zh_CN.UTF-8"]).objects
        let pair = proposed.first { Set(($0["words"]?.array ?? []).compactMap(\.string)) == ["业委会", "业主委员会"] }
        let reasons = (pair?["reasons"]?.array ?? []).compactMap(\.string)
        #expect(reasons.contains("像是简称") && reasons.contains { $0.contains("同一件事一处写") }, "\(proposed)")
        #expect(archive.run("synonyms", "add", "业委会", "业主委员会").exitCode == 0)
        #expect(!archive.run("synonyms", "suggest", "--json").text.contains("\"业委会\""), "what is known is not proposed")
    }
}
