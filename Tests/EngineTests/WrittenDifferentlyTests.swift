// Written differently, found all the same: for each way of writing what is found, and what is not.

import Engine
import Glibc
import Records
import TestSupport
import Testing

/// An archive of a few lines of text; ids are their numbers from 1 on.
/// The folder goes with it: keep it while its engine is used.
final class LinesArchive {
    let folder = TemporaryFolder()
    let engine: Engine

    convenience init(_ lines: [String], synonyms: String? = nil) throws {
        try self.init(records: lines.enumerated().map { (["id": "\($0 + 1)", "content": $1], $0) }, synonyms: synonyms)
    }

    /// - Parameter records: members beside `receivedAt`, and a number that tells days apart.
    init(records: [(members: [String: String], day: Int)], synonyms: String? = nil) throws {
        let options = EngineOptions(archivePath: folder.path + "/archive")
        _ = try Engine.create(options, profile: nil)
        var json = ""
        for (members, _) in records {
            let written = members.map { "\"\($0)\":\(JSONValue.string($1).text)" }.sorted().joined(separator: ",")
            json += "{\"receivedAt\":\"2024-01-05\",\(written)}\n"
        }
        let path = folder.path + "/lines.jsonl"
        try Self.write(json, path)
        if let synonyms { try Self.write(synonyms, folder.path + "/archive/synonyms.txt") }
        engine = try Engine(opening: options)
        let summary = try engine.importRecords(ImportRequest(path: path), report: { _ in })
        try #require(summary.imported == records.count)
    }

    static func write(_ text: String, _ path: String) throws {
        let bytes = Array(text.utf8)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        try #require(count == bytes.count)
    }

    /// Ids in the order of the answer, whose total is that of `--count`.
    func found(_ query: String) throws -> [String] {
        var request = SearchRequest(query: query)
        request.limit = 100
        let answer = try engine.search(request)
        #expect(try engine.count(SearchRequest(query: query)).count == answer.total)
        #expect(answer.hits.count == answer.total)
        return answer.hits.map(\.id)
    }

    func finds(_ query: String) throws -> Bool { try !found(query).isEmpty }
}

/// All texts in one archive, beside others that share nothing with the queries.
private func expectFound(_ cases: [(query: String, text: String)], _ isFound: Bool) throws {
    let archive = try LinesArchive(cases.map(\.text) + ["甲乙丙丁戊己", "庚辛壬癸子丑"])
    for (number, (query, text)) in cases.enumerated() {
        #expect(try archive.found(query).contains("\(number + 1)") == isFound, "\(query) in \(text)")
    }
}

@Suite struct SumsWrittenDifferentlyTests {
    @Test func `a sum is found in other spellings`() throws {
        try expectFound([
            ("三千五百元", "退还3500元"), ("三千五百元", "退还3,500元"), ("三千五百元", "退还３５００元"), ("三千五百元", "退还￥3500"),
            ("三千五百元", "退还3500.00元"), ("三千五百元", "退还3500块钱"), ("3500元", "共三千五百元"), ("3,500元", "共三千五百元"),
            ("两万元整", "共20000元整"), ("20000元", "共两万元"), ("20000元", "共2万元"), ("3.5万元", "共三万五千元"), ("3.5万元", "共35000元"),
            ("一百零五元", "共105元"), ("十二块钱", "共12元"), ("退款三千五百元", "已退款3500元。"),
            ("三千五百元", "已付款，3500元未退"), ("三千五百元", "共2，3500元"), ("三千五百元", "退￥3500，未到"), ("三千五百元", "退￥3500.未到"),
        ], true)
    }

    @Test func `another sum is not, nor in quotes, nor for three characters`() throws {
        try expectFound([
            ("三千五百元", "退还13500元"), ("三千五百元", "退还35000元"), ("三千五百元", "退还3500.50元"), ("三千五百元", "退还3500号"),
            ("三千五百元", "退还2500元"), ("三千五百元", "退还1.3500元"), ("五百二十元", "退还12,520元"), ("五百二十元", "退还￥520,000"), ("3500元", "共四千六百元"), ("20000元", "共四十二万元"), ("20000元", "共十二万元"), ("3.5万元", "共三十三万五千元"),
            ("一百零五元", "共1055元"), ("一百零五元", "共150元"), ("\"三千五百元\"", "退还3500元"), ("五百元", "退还500元"),
        ], false)
    }
}

@Suite struct DatesWrittenDifferentlyTests {
    @Test func `a day is found in other spellings`() throws {
        try expectFound([
            ("二〇二四年", "于2024年签约"), ("二零二四年", "于2024年签约"), ("2024年", "于二〇二四年签约"), ("2024年3月5日", "于2024-03-05签约"),
            ("2024年3月5日", "于2024/3/5签约"), ("2024年3月5日", "于2024.03.05签约"), ("2024年3月5日", "于2024年03月05日签约"),
            ("2024年3月5日", "于2024年3月5号签约"), ("2024年3月5日", "于二〇二四年三月五日签约"), ("2024-03-05", "于2024年3月5日签约"),
            ("2024/3/5", "于2024年3月5日签约"), ("二〇二四年三月五日", "于2024.3.5签约"), ("2024年3月", "于2024-03签约"), ("2024-12-05", "于20241205签约"),
            ("2024-12-25", "于二零二四年十二月二十五日签约"), ("三月二十五日", "于3月25日签约"),
        ], true)
    }

    @Test func `another day is not, nor in quotes`() throws {
        try expectFound([
            ("二〇二四年", "于2023年签约"), ("二〇二四年", "于12024年签约"), ("二〇二四年三月五日", "于2024-03-15签约"), ("二〇二四年三月五日", "于2024/3/51签约"),
            ("二〇二四年三月五日", "于2024.13.5签约"), ("二〇二四年三月五日", "于12024-03-05签约"), ("二〇二四年三月五日", "于2024年3月15日签约"),
            ("2024-03-05", "于六月七日签约"), ("三月二十五日", "于13月25日签约"), ("三月二十五日", "于3月2日签约"), ("\"2024年3月5日\"", "于2024-03-05签约"),
            ("\"二〇二四年\"", "于2024年签约"),
        ], false)
    }
}

@Suite struct DocumentNumbersWrittenDifferentlyTests {
    @Test func `a document is found whatever its brackets`() throws {
        try expectFound([
            ("〔2024〕12号", "见[2024]12号文"), ("〔2024〕12号", "见(2024)12号文"), ("〔2024〕12号", "见（2024）12号文"), ("〔2024〕12号", "见【2024】12号文"),
            ("〔2024〕12号", "见〔2024〕第12号文"), ("〔2024〕12号", "见〔2024〕0012号文"), ("〔2024〕12号", "见［2024］第012号文"), ("[2024]12号", "见〔2024〕12号文"),
            ("（2024）第12号", "见〔2024〕12号文"), ("〔2024〕第0012号", "见〔2024〕12号文"), ("某发〔2024〕12号", "见某发[2024]12号文"), ("【2024】12号", "见〔2024〕12号文"),
        ], true)
    }

    /// The first hit is the document itself, though others share most of its characters.
    @Test(arguments: [
        "〔2024〕12号", "[2024]12号", "（2024）12号", "【2024】12号", "〔2024〕第12号", "〔2024〕0012号", "〔２０２４〕１２号", "某局发〔2024〕12号", "(2024)第12号",
        "［2024］12号", "某局发[2024]12号", "某局发（2024）第0012号",
    ])
    func `another document does not come before it`(query: String) throws {
        let archive = try LinesArchive([
            "见某局发〔2024〕112号", "见某局发〔2024〕120号", "见某局发〔2023〕12号", "见某局发〔2024〕12号", "见某局发〔2012〕24号", "见某局发〔2024〕21号",
        ])
        #expect(try archive.found(query).first == "4")
    }
}

@Suite struct QuantitiesWrittenDifferentlyTests {
    @Test(arguments: [
        ("拖欠三个月", "拖延3个月"), ("拖欠3个月", "拖欠三个月"), ("第十二条", "依第12条"), ("12号楼下", "在十二号楼下"), ("十二号楼下", "在12号楼下"), ("停水两天", "停水2天"),
        ("停水2天", "停水两天"), ("三百户业主", "共300户业主"), ("二十层电梯", "20层电梯"), ("105路公交", "一百零五路公交"), ("等了四十分钟", "等了40分钟"),
        ("七日内答复", "7日内答复"),
    ])
    func `numerals and digits are one`(query: String, text: String) throws {
        let archive = try LinesArchive(["拖水楼业主电", text, "等在依共停"])
        #expect(try archive.found(query).first == "2")
    }

    @Test(arguments: [
        ("第十二条", "依第112条"), ("第十二条", "依第1条2款"), ("十二号楼", "在112号楼下"), ("三百户业", "共1300户"), ("百姓三包", "3包"), ("统一管理", "统1管理员"),
        ("万一发生", "10001发"), ("十分满意", "10分"), ("七日内答", "17日内"), ("一次性补", "1次性"), ("\"三个月内\"", "3个月内"), ("二十层楼", "120层"),
    ])
    func `words with numerals in them are no numbers`(query: String, text: String) throws {
        let archive = try LinesArchive(["甲乙丙丁戊己", text, "庚辛壬癸子丑"])
        var request = SearchRequest(query: query)
        request.limit = 10
        let isVariant = try archive.engine.search(request).hits.contains { $0.id == "2" && !$0.snippet.matches.isEmpty && $0.isLiteral }
        #expect(!isVariant)
    }
}

@Suite struct MaskedNumbersWrittenDifferentlyTests {
    @Test(arguments: [
        ("138****8000", "电话138xxxx8000"), ("138****8000", "电话138XXXX8000"), ("138****8000", "电话138××××8000"), ("138****8000", "电话138＊＊＊＊8000"),
        ("138xxxx8000", "电话138****8000"), ("138XXXX8000", "电话138****8000"), ("138××××8000", "电话138****8000"), ("138####8000", "电话138****8000"),
        ("138●●●●8000", "电话138****8000"), ("138????8000", "电话138****8000"), ("6222****1234", "卡号6222xxxx1234"), ("110101********1234", "证号110101xxxxxxxx1234"),
    ])
    func `any sign may stand for what is hidden`(query: String, text: String) throws {
        let archive = try LinesArchive(["甲乙丙丁戊己", text, "13900", "8001"])
        #expect(try archive.found(query).first == "2")
    }

    @Test(arguments: [
        ("138****8000", "电话139xxxx8001"), ("138****8000", "电话138xxxx80001"), ("138****8000", "电话1138xxxx8000"), ("138****8000", "电话138xxx8000"),
        ("\"138****8000\"", "电话138xxxx8000"), ("138****8000", "1a3"), ("138****8000", "8100"), ("138****8000", "电话137****8009"),
        ("138****8000", "电话138*****8000"), ("138****8000", "8 0 0 0"), ("138****8000", "电话238xxxx8000"), ("138****8000", "电话138xxxx7000"),
    ])
    func `another number is no literal match`(query: String, text: String) throws {
        let archive = try LinesArchive(["甲乙丙丁戊己", text])
        let hits = try archive.engine.search(SearchRequest(query: query)).hits
        #expect(!hits.contains { $0.isLiteral })
        // The right one comes before it.
        let both = try LinesArchive([text, "电话138xxxx8000"])
        if !query.hasPrefix("\"") { #expect(try both.found(query).first == "2") }
    }
}

@Suite struct NumberTailTests {
    @Test func `the end of a number finds the number`() throws {
        try expectFound([
            ("尾号8000", "快递单号SF1234568000未到"), ("尾号8000", "订单20240105138000退款"), ("尾号8000", "回电138****8000"),
            ("尾号8000", "回电138xxxx8000"), ("尾号8000", "回电138××××8000"), ("尾号８０００", "订单20240105138000"),
            ("尾号为8000", "订单20240105138000"), ("尾号是8000", "订单20240105138000。"), ("后四位8000", "订单20240105138000,未退"),
            ("末四位8000", "订单20240105138000"), ("尾号568000", "快递单号1234568000"), ("尾号8000", "手机尾号8000来电"),
        ], true)
    }

    /// What shares some digits may be among the hits, but behind the number that is meant.
    @Test(arguments: [
        ("尾号8000", "订单20240105138001"), ("尾号8000", "共8000元"), ("尾号8000", "订单80001234567"), ("尾号8000", "订单2024010580005"),
        ("尾号8000", "回电138****80001"), ("尾号8000", "第128000页"), ("尾号8000", "回电8000****138"), ("尾号8000", "尾号8001"),
        ("尾号为8000", "门牌8000"), ("后四位8000", "编号A8000"), ("末四位8000", "楼高138000"), ("尾号38000", "订单20240105148000"),
    ])
    func `what only holds the digits comes behind`(query: String, text: String) throws {
        let archive = try LinesArchive([text, "订单20240105138000"])
        #expect(try archive.found(query).first == "2")
    }

    @Test func `quotes ask for the text alone`() throws {
        #expect(try !LinesArchive(["订单20240105138000"]).finds("\"尾号8000\""))
    }
}

@Suite struct SynonymTests {
    private static let file = """
        # 同义词
        网购 网上购物 网络购物
        市监局　市场监管局 市场监督管理局  # 简称
        电动车 电瓶车
        停车费 泊车费
        只有一个

        太长的词语太长的词语太长的词语太长的词语太长的词语太长的词语太长 长词
        """

    @Test(arguments: [
        ("网购", "网上购物不发货"), ("网购", "网络购物不发货"), ("网上购物", "网购不发货"), ("市监局", "市场监督管理局答复"), ("市监局", "市场监管局答复"),
        ("市场监管局", "市监局答复"), ("电瓶车", "电动车起火"), ("停车费", "泊车费涨价"), ("停车费 涨价", "泊车费涨价"), ("停车费 OR 油烟", "泊车费涨价"),
        ("content:停车费", "泊车费涨价"), ("網購", "網絡購物不發貨"), ("网购 -退款", "网络购物"), ("ＯＲ网购", "ＯＲ网购"),
    ])
    func `equivalents are found`(query: String, text: String) throws {
        let archive = try LinesArchive(["甲乙丙丁戊己", text], synonyms: Self.file)
        #expect(try archive.found(query) == ["2"])
    }

    @Test(arguments: [
        ("\"网购\"", "网上购物"), ("content:\"停车费\"", "泊车费"), ("\"市监局\"", "市场监管局"), ("电动", "电瓶车"), ("车费", "停与泊"), ("网购", "购物上网"),
        ("停车", "泊车费"), ("只有一个", "甲"), ("长词", "太长的词语"), ("市监局", "市场监督局"), ("电瓶车", "电动自行车"), ("停车费 NEAR 涨价", "泊车费涨价"),
    ])
    func `quotes, parts of words and broken lines bring none`(query: String, text: String) throws {
        let archive = try LinesArchive(["甲乙丙丁戊己", text], synonyms: Self.file)
        #expect(try !archive.found(query).contains("2"))
    }

    @Test func `what is left out is what was written, not more`() throws {
        let archive = try LinesArchive(["退款 停车费", "退款 泊车费", "退款"], synonyms: Self.file)
        #expect(try archive.found("退款 -停车费").sorted() == ["2", "3"])
    }

    @Test func `what was written comes before its equivalents, and within longer parts they count`() throws {
        let archive = try LinesArchive(
            ["网络购物不发货，网络购物", "网购不发货", "某店发货慢", "不发", "网上购物不给发货"], synonyms: Self.file)
        #expect(try archive.found("网购").first == "2")
        let found = try archive.found("网购不发货")
        #expect(found.first == "2")
        #expect(found.firstIndex(of: "1")! < found.firstIndex(of: "3")!)
    }

    @Test func `changes are seen at once, mistakes are told with their line`() throws {
        let archive = try LinesArchive(["泊车费", "停车费"], synonyms: Self.file)
        #expect(try archive.found("停车费") == ["2", "1"])
        let notices = try archive.engine.search(SearchRequest(query: "停车费")).notices.map { $0.text(in: .english) }
        #expect(notices.contains { $0.contains("停车费 = 泊车费") })
        #expect(notices.contains { $0.contains("2 lines") && $0.contains("synonyms.txt:6") })
        try LinesArchive.write("停车费 车位费\n", archive.folder.path + "/archive/synonyms.txt")
        #expect(try archive.found("停车费") == ["2"])
    }

    @Test func `a word inside a longer word is left alone`() throws {
        let archive = try LinesArchive(["生化学校", "上学堂去"], synonyms: "生化 学堂\n")
        #expect(try archive.found("大学生化学校园") == ["1"])
    }
}
