// What staff type: words, fragments, tails of numbers, operators, fields, dates, pasted text, and mistakes. One query
// a line, with names from the archive at hand; made for measuring speed and for trying the query language.

package struct StaffQueries {
    package private(set) var lines: [String] = []

    private static let words = [
        "停车费", "欠薪", "油烟扰民", "预付卡", "暖气不热", "退款", "噪音", "电梯", "押金", "培训机构", "跑路", "工伤", "社保", "医保报销",
        "征地补偿", "假种子", "过期食品", "漏水", "延期交房", "不动产证", "村务公开", "态度恶劣", "宽带", "乱扣费", "退保", "路面坑洼",
        "违停", "公交甩站", "学区", "体罚", "医美", "误诊", "养老院", "废气", "排污", "养殖场", "广场舞", "施工扰民", "违建", "垃圾", "停水",
        "停电", "燃气", "装修", "中介", "快递丢件", "保价", "理赔", "驾校", "定金", "低保", "危房改造",
    ]
    private static let pairs = [
        ("停车费", "物业"), ("押金", "中介"), ("工资", "包工头"), ("暖气", "测温"), ("油烟", "烧烤"), ("会员卡", "关门"), ("退款", "客服"),
        ("电梯", "困人"), ("漏水", "开发商"), ("噪音", "凌晨"), ("路灯", "不亮"), ("课时", "退费"), ("医药费", "赔偿"), ("补偿款", "村民"),
        ("废气", "半夜"), ("学校", "收费"), ("发票", "不开"), ("合同", "违约金"), ("老人", "保险"), ("孩子", "幼儿园"),
    ]

    package init(_ generator: Generator) {
        let composer = generator.composer
        let book = generator.book
        var random = RandomStream(generator.seed, 0x57AF)
        var draft = Draft()
        func origin() -> Origin { generator.origin(of: random.below(generator.plan.records)) }
        func name() -> String {
            let origin = origin()
            var bytes: [UInt8] = []
            composer.writeName(anchor: book.problems[origin.telling.problem].anchor, rank: origin.telling.rank, into: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        func piece(_ length: Int) -> String {
            while true {
                generator.compose(origin(), into: &draft)
                let characters = TextNoise.split(draft.content[...])
                guard characters.count > length + 14 else { continue }
                let start = random.inside(12, characters.count - length - 1)
                let text = String(decoding: Array(characters[start..<start + length].joined()), as: UTF8.self)
                if !text.contains("\"") { return text }
            }
        }
        func word() -> String { Self.words[random.below(Self.words.count)] }
        func day() -> String {
            let (year, month, day) = Day(number: generator.plan.start.number + random.below(generator.plan.dayCount)).parts
            return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
        }
        func month() -> String { String(day().dropLast(3)) }
        func district() -> District { Gazetteer.districts[random.below(12)] }

        lines += Self.words
        lines += Self.pairs.map { "\($0.0) \($0.1)" }
        for _ in 0..<16 { lines.append(name()) }
        for length in [1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12] { lines.append(piece(length)) }
        for length in [4, 6, 8, 10, 12] { lines.append("\"\(piece(length))\"") }
        for (a, b) in Self.pairs.prefix(8) { lines.append("\"\(a)\" \(b)") }
        for _ in 0..<8 { lines.append("\(word()) OR \(word())") }
        for _ in 0..<4 { lines.append("\(word())｜\(word())") }
        for _ in 0..<6 { lines.append("\(word()) -\(word())") }
        for _ in 0..<6 { lines.append("\(word()) NOT \(word())") }
        for _ in 0..<6 { lines.append("(\(word()) OR \(word())) \(district().name)") }
        for _ in 0..<3 { lines.append("（\(word()) OR \(word())） -\(word())") }
        for _ in 0..<8 { lines.append("\(word()) date:\(month())..\(month())".sortedDates) }
        for _ in 0..<4 { lines.append("日期：\(day()) \(word())") }
        for _ in 0..<4 { lines.append("date:\(month()) \(word())") }
        for _ in 0..<6 { lines.append("respondent:\(name()) \(word())") }
        for _ in 0..<4 { lines.append("被投诉人:\(name())") }
        for _ in 0..<6 {
            let path = book.categoryPath(of: random.below(book.problems.count))
            lines.append("category:\(path.prefix(1 + random.below(3)).joined(separator: "/")) \(word())")
        }
        for _ in 0..<3 { lines.append("类别:\(book.categoryPath(of: random.below(book.problems.count))[1]) -\(word())") }
        for _ in 0..<5 { lines.append("region:\(district().code) \(word())") }
        for _ in 0..<3 { lines.append("区划:\(district().code.prefix(4)) \(word())") }
        for _ in 0..<4 { lines.append("channel:来电 status:已办结 \(word())") }
        for _ in 0..<3 { lines.append("渠道:来信 \(word()) \(word())") }
        for _ in 0..<4 { lines.append("no:RX\(day().filter { $0 != "-" })") }
        for _ in 0..<3 { lines.append("编号:C00000\(1000 + random.below(9000))") }
        for _ in 0..<5 { lines.append("\(1000 + random.below(9000))") }
        for _ in 0..<3 { lines.append("phone:\(1000 + random.below(9000))") }
        for _ in 0..<12 { lines.append(piece(random.inside(41, 90))) }
        lines += [
            "ＫＴＶ 噪音", "１２３４５", "物業 停車費", "退還押金", "拖欠工資", "12345热线", "CT", "4S店", "KTV", "APP", "M宽带", "PM2.5",
            "“不交不让进小区”", "停车费 OR", "(停车 物业", "foo:停车", "NOT 停车费", "停车费 AND 物业", "3500元", "三千五百元", "3,500", "50%", "费", "水", "不",
        ]
    }

    package var text: [UInt8] { Array((lines.joined(separator: "\n") + "\n").utf8) }
}

extension String {
    /// `… date:A..B` with A and B in order.
    fileprivate var sortedDates: String {
        let parts = split(separator: ":")
        guard parts.count == 2 else { return self }
        let dates = parts[1].split(separator: ".").sorted()
        return "\(parts[0]):\(dates[0])..\(dates[dates.count - 1])"
    }
}
