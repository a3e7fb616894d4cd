// Names typed by their sounds, and slips of the keyboard: what is found, and what is only offered.

import Engine
import Records
import TestSupport
import Testing

@Suite struct NamesBySoundTests {
    private static func archive() throws -> LinesArchive {
        try LinesArchive(
            records: [
                (["id": "1", "content": "电梯停用", "respondents": "龙湖物业服务有限公司", "handler": "单田芳"], 1),
                (["id": "2", "content": "电梯停用", "respondents": "绿城物业", "handler": "张三", "leadUnit": "海淀区住建委"], 2),
                (["id": "3", "content": "安装wuye系统", "respondents": "某某银行", "handler": "曾国"], 3),
                (["id": "4", "content": "电梯停用", "region": "长安街道"], 4),
            ])
    }

    @Test(arguments: [
        ("longhuwuye", ["1", "3"]), ("lhwy", ["1"]), ("lvcheng", ["2"]), ("lucheng", ["2"]), ("wuye", ["1", "2", "3"]), ("respondent:wuye", ["1", "2"]),
        ("respondent:wy", ["1", "2"]), ("被投诉人:yh", ["3"]), ("handler:stf", ["1"]), ("承办人:shantianfang", ["1"]), ("承办人:dantianfang", ["1"]), ("handler:zg", ["3"]),
        ("承办单位:hdq", ["2"]), ("region:changan", ["4"]), ("changanjd", ["4"]), ("电梯 lhwy", ["1"]), ("LongHuWuYe", ["1", "3"]),
    ])
    func `are found`(query: String, ids: [String]) throws {
        #expect(try Self.archive().found(query).sorted() == ids)
    }

    @Test(arguments: [
        ("\"wuye\"", ["3"]), ("wy", []), ("lhw", []), ("handler:张三", ["2"]), ("handler:\"zs\"*", []), ("respondent:\"wuye\"", []), ("longhuyinhang", ["3"]), ("content:wuye", ["3"]),
        ("handler:yh", []), ("respondent:stf", []), ("wuyexitongx", ["3"]), ("电梯 -wuye", ["1", "2", "4"]), ("category:wuye", []),
    ])
    func `are not found in quotes, in other fields, or for less than four letters anywhere`(query: String, ids: [String]) throws {
        #expect(try Self.archive().found(query).sorted() == ids)
    }

    @Test func `a notice says what names are meant`() throws {
        let archive = try Self.archive()
        let notices = try archive.engine.search(SearchRequest(query: "lhwy")).notices
        #expect(notices.contains { $0.text(in: .chinese).contains("龙湖物业服务有限公司") })
    }
}

@Suite struct SlipTests {
    private static let lines = [
        "物业乱收停车费", "停车费涨价", "小区停车费", "停车位不够", "电梯故障困人", "夜间施工噪音", "公积金提取", "拖欠农民工工资", "健身房预付卡退款", "油烟扰民严重",
    ]

    private func offers(_ query: String) throws -> (total: Int, offers: [String]) {
        let archive = try LinesArchive(Self.lines)
        let answer = try archive.engine.search(SearchRequest(query: query))
        return (
            answer.total,
            answer.notices.map { $0.text(in: .english) }.filter { $0.contains("Did you mean") }
        )
    }

    @Test(arguments: [
        ("停车废", "停车费 (3 found)"), ("停策费", "停车费 (3 found)"), ("亭车费", "停车费 (3 found)"), ("车停费", "停车费 (3 found)"), ("电梯故帐", "电梯故障 (1 found)"),
        ("公基金", "公积金 (1 found)"), ("农民工工姿", "农民工工资 (1 found)"), ("农民工资", "农民工工资 (1 found)"), ("预付卡卡退款", "预付卡退款 (1 found)"),
        ("油烟绕民", "油烟扰民 (1 found)"), ("施工燥音", "施工噪音 (1 found)"), ("停车废 涨价", "停车费 (1 found)"), ("健身房预付退款", "健身房预付卡退款 (1 found)"),
    ])
    func `one slip is offered its mend with the count it gives`(query: String, offer: String) throws {
        let offers = try offers(query).offers
        #expect(offers.contains { $0.contains(offer) }, "\(query): \(offers)")
    }

    @Test func `what sounds alike is offered first`() throws {
        #expect(try offers("停车废").offers.first?.contains("停车费") == true)
    }

    @Test(arguments: [
        "停车费", "停车", "亭车", "提梯故帐", "完全不同的话", "abc", "停车费 OR 油烟", "-停车废", "category:停车废", "", "——", "物业乱收停车费", "农民",
    ])
    func `what stands there, what is too short or too far from it, is left alone`(query: String) throws {
        #expect(try offers(query).offers.isEmpty, "\(query)")
    }

    @Test func `nothing of an offer is mixed in`() throws {
        #expect(try offers("停车废").total == 0)
        #expect(try offers("亭车费").total == 0)
    }
}
