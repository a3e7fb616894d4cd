// Asked in simplified or in traditional characters, an archive of both scripts gives the same answer in the same order.

import Engine
import Testing

@Suite struct ScriptTests {
    /// Letters in one script and the other, written by hand.
    private static let letters: [(simplified: String, traditional: String)] = [
        ("小区物业公司乱收停车费，业主多次投诉无人处理", "小區物業公司亂收停車費，業主多次投訴無人處理"),
        ("夜间施工噪音扰民，严重影响学生休息", "夜間施工噪音擾民，嚴重影響學生休息"),
        ("网购手机屏幕开裂，商家拒绝退货退款", "網購手機屏幕開裂，商家拒絕退貨退款"),
        ("拖欠农民工工资三个月，劳动监察没有回应", "拖欠農民工工資三個月，勞動監察沒有回應"),
        ("饭店后厨卫生很差，餐具没有消毒", "飯店後廚衛生很差，餐具沒有消毒"),
        ("公交车司机态度恶劣，拒载老年乘客", "公交車司機態度惡劣，拒載老年乘客"),
        ("医院门诊挂号难，专家号被黄牛倒卖", "醫院門診掛號難，專家號被黃牛倒賣"),
        ("楼道堆放杂物堵塞消防通道，电动车充电起火", "樓道堆放雜物堵塞消防通道，電動車充電起火"),
        ("预付卡健身房关门跑路，会员费无法退还", "預付卡健身房關門跑路，會員費無法退還"),
        ("河道排放污水发黑发臭，周边居民无法开窗", "河道排放污水發黑發臭，周邊居民無法開窗"),
    ]

    @Test func `hits, order and scores are the same`() throws {
        var lines: [String] = []
        for (number, letter) in Self.letters.enumerated() {
            // Either script, and both of some.
            if number % 3 != 1 { lines.append(letter.traditional) }
            if number % 3 != 2 { lines.append(letter.simplified + "，请尽快处理") }
        }
        let archive = try LinesArchive(lines)
        for (number, letter) in Self.letters.enumerated() {
            let halves = zip(Self.pieces(letter.simplified), Self.pieces(letter.traditional))
            for (simplified, traditional) in halves {
                let answers = try [simplified, traditional].map { try archive.engine.search(SearchRequest(query: $0)) }
                #expect(!answers[0].hits.isEmpty)
                #expect(answers[0].total == answers[1].total)
                #expect(answers[0].hits.map(\.id) == answers[1].hits.map(\.id), "letter \(number): \(simplified)")
                #expect(answers[0].hits.map(\.score) == answers[1].hits.map(\.score))
                #expect(answers[0].hits.map(\.isLiteral) == answers[1].hits.map(\.isLiteral))
            }
        }
    }

    /// The whole letter, its clauses, and four characters of each.
    private static func pieces(_ letter: String) -> [String] {
        let clauses = letter.split(separator: "，").map(String.init)
        return [letter] + clauses + clauses.map { String($0.prefix(4)) } + clauses.map { String($0.dropFirst(2).prefix(5)) }
    }
}
