// Numbers and identifiers (M8). Every number here is made up or a standard's own example.

import TestSupport
import Testing
@testable import TextAnalysis

private func recognized(_ text: String) -> [String] {
    var analyzer = TextAnalyzer(lexicon: .domain)
    return analyzer.analyze(text, masking: false).numbers.map { "\($0.kind.name) \($0.canonical)" }
}

@Suite struct NumberRecognizerTests {
    @Test(arguments: [
        ("电话13800138000。", "mobilePhone 13800138000"), ("１３８００１３８０００", "mobilePhone 13800138000"),
        ("138 0013 8000", "mobilePhone 13800138000"), ("138-0013-8000", "mobilePhone 13800138000"),
        ("+86 13800138000", "mobilePhone 13800138000"), ("8613800138000", "mobilePhone 13800138000"),
        ("0086-138-0013-8000转告", "mobilePhone 13800138000"), ("138001\n38000", "mobilePhone 13800138000"),
        ("①13800138000", "mobilePhone 13800138000"), ("tel13800138000", "mobilePhone 13800138000"),
        ("13800138000、楼上", "mobilePhone 13800138000"), ("138 0013 8000 1号楼", "mobilePhone 13800138000"),
        ("0592-5551234", "landline 05925551234"), ("(010)55512345", "landline 01055512345"),
        ("010 5551 2345", "landline 01055512345"), ("05925551234", "landline 05925551234"),
        ("0592——5551234", "landline 05925551234"), ("021-55512345-802", "landline 02155512345"),
        ("+86 10 55512345", "landline 01055512345"),
        ("400-555-1234", "tollFree 4005551234"), ("4005551234", "tollFree 4005551234"),
        ("拨打12345", "hotline 12345"), ("1231\n5热线", "hotline 12315"), ("致电95588", "hotline 95588"),
        ("11010519491231002X", "identityNumber 11010519491231002X"),
        ("110105 19491231 002x", "identityNumber 11010519491231002X"), ("110105491231002", "identityNumber 110105491231002"),
        ("91350100M000100Y43", "creditCode 91350100M000100Y43"),
        ("JD20240315-0099881", "orderNumber JD20240315-0099881"), ("sf_1234/56", "orderNumber SF_1234/56"),
        ("20240315009988123456", "orderNumber 20240315009988123456"),
        ("〔2024〕第0012号", "documentNumber 〔2024〕12号"), ("市监函[2024]12号", "documentNumber 〔2024〕12号"),
        ("（2024）字第12号", "documentNumber 〔2024〕12号"), ("【2023】7", "documentNumber 〔2023〕7号"),
        ("2024年1月5日", "date 2024-01-05"), ("2024-01-05", "date 2024-01-05"), ("2024.1.5", "date 2024-01-05"),
        ("2024/1/5", "date 2024-01-05"), ("2024年 1 月", "date 2024"), ("2024年12月", "date 2024-12"),
        ("二〇二四年一月十五日", "date 2024-01-15"), ("二零二四年", "date 2024"), ("二O二四年三月", "date 2024-03"),
        ("3500元", "amount 3500"), ("3,500.00元", "amount 3500"), ("3.5万元", "amount 35000"), ("￥19.90", "amount 19.9"),
        ("3000多元", "amount 3000"), ("20块钱", "amount 20"), ("三千五百元", "amount 3500"), ("两万零三十元", "amount 20030"),
        ("叁仟伍佰圆整", "amount 3500"), ("十二亿元", "amount 1200000000"),
        ("京A12345", "licencePlate 京A12345"), ("粤B·D12345", "licencePlate 粤BD12345"), ("川A1234警", "licencePlate 川A1234警"),
    ])
    func `each form is recognised`(_ text: String, _ expected: String) {
        #expect(recognized(text) == [expected])
    }

    @Test(arguments: [
        "123456789", "(2024)", "2024-13-05", "2024-02-30", "一元化", "万元", "三三两两", "A市", "4S店",
        "12000人", "120~140", "110", "1.2.3.4", "2023元旦", "iphone", "3号楼2单元1501", "1-2-301", "0.13800138000",
    ])
    func `what only looks like a number is left alone`(_ text: String) {
        #expect(recognized(text).isEmpty)
    }

    @Test(arguments: [
        "20240315138001380005", "JD13800138000", "JD20240315-13800138000", "9113800138000", "13800138000123", "1380013800",
        "110105194912310021", "23800138000",
    ])
    func `no telephone or identity number is cut out of a longer run`(_ text: String) {
        #expect(!recognized(text).contains { $0.hasPrefix("mobile") || $0.hasPrefix("identity") || $0.hasPrefix("landline") })
    }

    @Test func `a range of sums ends in a sum`() { #expect(recognized("10000-15000元") == ["amount 15000"]) }

    @Test func `several numbers in one sentence come in order`() {
        let text = "张某2024年1月5日致电0592-5551234，称订单JD20240315-0099881（3,500元）未退，手机13800138000，车牌闽D12345。"
        #expect(
            recognized(text) == [
                "date 2024-01-05", "landline 05925551234", "orderNumber JD20240315-0099881", "amount 3500",
                "mobilePhone 13800138000", "licencePlate 闽D12345",
            ])
    }

    @Test func `personal numbers are masked in records and not in queries`() {
        let text = "电话138-0013-8000或0592-5551234，身份证11010519491231002X，拨打12345"
        var analyzer = TextAnalyzer(lexicon: .domain)
        let record = analyzer.analyze(text, masking: true)
        let shown = String(decoding: record.units, as: UTF16.self)
        #expect(shown == "电话███-████-████或████-███████,身份证██████████████████,拨打12345")
        #expect(record.numbers.first?.canonical == "13800138000")
        let words = record.words.map { String(decoding: record.units[$0.range], as: UTF16.self) }
        #expect(!words.contains { $0.contains("█") })
        #expect(words.contains("12345"))
        #expect(String(decoding: analyzer.analyze(text, masking: false).units, as: UTF16.self).contains("138-0013-8000"))
        #expect(Normalizer.shared.fold(shown) == record.units)
    }

    @Test func `text for display keeps every byte but the digits`() {
        let text = "致电（１３８）００１３—８０００或 138\n0013 8000\u{200B}！身份证11010519491231002X"
        let masked = Normalizer.shared.maskPersonalNumbers(in: text)
        #expect(masked == "致电（１３８）００１３—８０００或 ***\n**** ****\u{200B}！身份证******************")
        #expect(Normalizer.shared.maskPersonalNumbers(in: "无号码，共12345件") == "无号码，共12345件")
    }

    @Test(arguments: Seed.sample(100)) func `random text neither traps nor yields overlapping numbers`(seed: Seed) {
        var seed = seed
        let pieces = [
            "138", "0013", "8000", "-", " ", "0592", "5551234", "(", ")", "〔", "2024", "〕", "年", "月", "日", "1", "12", "第", "号", "元",
            "万", "千", "三", "十", ".", ",", "/", "_", "jd", "x", "京", "a", "·", "+86", "①", "11010519491231002X", "\n", "块钱", "亿",
        ]
        var analyzer = TextAnalyzer(lexicon: .domain)
        for _ in 0..<50 {
            let text = (0..<Int.random(in: 1...20, using: &seed)).map { _ in pieces.randomElement(using: &seed)! }.joined()
            let result = analyzer.analyze(text, masking: true)
            for (a, b) in zip(result.numbers, result.numbers.dropFirst()) {
                #expect(a.range.upperBound <= b.range.lowerBound, "\(text)")
            }
            for (a, b) in zip(result.words, result.words.dropFirst()) {
                #expect(a.range.upperBound <= b.range.lowerBound, "\(text)")
            }
            #expect(result.words.allSatisfy { $0.range.upperBound <= result.units.count })
            #expect(Normalizer.shared.fold(String(decoding: result.units, as: UTF16.self)) == result.units)
            _ = Normalizer.shared.maskPersonalNumbers(in: text)
        }
    }

    @Test(arguments: Seed.sample(100)) func `a text that is passed over for its few digits holds no personal number`(seed: Seed) {
        var seed = seed
        let pieces = [
            "1", "3", "8", "0", "３", "８", "𝟏", "𝟎", "①", "²", "٣", "十三", "-", "—", " ", "\n", "(", ")", "tel", "电话", "x", "+86", "，", "，",
            "号", "138", "5551234", "13800138000", "1380013800０", "𝟏38001380𝟎0",
        ]
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 1...24, using: &seed)).map { _ in pieces.randomElement(using: &seed)! }.joined()
            #expect(Normalizer.shared.personalNumberRanges(in: text) == Normalizer.shared.recognizedRanges(in: text), "\(text)")
        }
    }

    /// 亿 after 亿 multiplied past what a number can be, and ended the program.
    @Test(arguments: ["一千亿一亿元", "一千亿一亿个", "九千亿亿亿亿元", "一万亿一万亿一万亿元", "九千九百九十九亿万亿"])
    func `numerals beyond any sum are no number`(text: String) {
        var analyzer = TextAnalyzer(lexicon: .domain)
        let analyzed = analyzer.analyze(text, masking: true)
        #expect(!analyzed.units.isEmpty)
    }

    @Test(arguments: Seed.sample(8)) func `characters that hide a digit are seen wherever they stand`(seed: Seed) {
        var seed = seed
        let pieces = ["①", "⒈", "❶", "㈠", "㎡", "²", "½", "₂", "，", "。", "カ", "“", "工", "资", "1", "a", "é", "é"]
        for _ in 0..<400 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...12, using: &seed) {
                // Now and then one such character, and bytes that are no text.
                switch Int.random(in: 0..<24, using: &seed) {
                case 0: bytes += pieces[..<8].randomElement(using: &seed)!.utf8
                case 1: bytes.append([0xE2, 0xE3, 0xC2, 0x91, 0x88, 0xB2].randomElement(using: &seed)!)
                default: bytes += pieces[8...].randomElement(using: &seed)!.utf8
                }
            }
            let pairs = zip(bytes, bytes.dropFirst())
            let isThere = pairs.contains { first, second in
                switch (first, second) {
                case (0xE2, 0x81...0x82), (0xE2, 0x91...0x93), (0xE2, 0x9D...0x9E), (0xE3, 0x88...0x8F), (0xC2, 0xB2...0xBE): true
                default: false
                }
            }
            let found = NumberRecognizer.needsOffsets(bytes.span)
            #expect(found == isThere, "\(bytes)")
        }
    }
}
