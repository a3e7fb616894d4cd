// Names typed by their sounds.

import Testing

@testable import TextAnalysis

@Suite struct PinyinTests {
    private static func fit(_ letters: String, _ name: String) -> Pinyin.Fit? {
        Pinyin.typed(letters).flatMap { Pinyin.fit($0, Normalizer.shared.fold(name)) }
    }

    @Test(arguments: [
        ("wuye", "物业"), ("wy", "物业"), ("longhuwuye", "龙湖物业"), ("lhwy", "龙湖物业"), ("longhuwy", "龙湖物业"), ("lhwuye", "龙湖物业"), ("wuye", "龙湖物业"),
        ("long", "龙湖物业"), ("longhuw", "龙湖物业"), ("zs", "张三"), ("zhs", "张三"), ("zhangsan", "张三"), ("ZhangSan", "张三"), ("zhang san", "张三"),
        ("xi'an", "西安分局"), ("abcgs", "ABC公司"),
    ])
    func `sounds, initials and both mixed`(letters: String, name: String) { #expect(Self.fit(letters, name) != nil) }

    /// Surnames have readings of their own, and both are taken.
    @Test(arguments: [
        ("shantianfang", "单田芳"), ("stf", "单田芳"), ("zengguofan", "曾国藩"), ("qiuhe", "仇和"), ("ouyang", "区杨"), ("yuejia", "乐嘉"), ("xiehong", "解红"),
        ("yinhang", "银行"), ("yh", "银行"), ("chongqing", "重庆"), ("dasha", "大厦"), ("lvse", "绿色"), ("luse", "绿色"), ("chang'an", "长安"), ("zhangan", "长安"),
        ("danwei", "单位"),
    ])
    func `characters with more than one reading`(letters: String, name: String) { #expect(Self.fit(letters, name) != nil) }

    @Test(arguments: [
        ("wuya", "物业"), ("ww", "物业"), ("yw", "物业"), ("uye", "物业"), ("wuyewuye", "物业"), ("w", "物业"), ("hu", "龙湾物业"), ("zhangsi", "张三"), ("sz", "张三"),
        ("wy12", "物业"), ("wuyé", "物业"), ("abc", "ABC"), ("lhyw", "龙湖物业"), ("ouyang", "欧阳x"), ("", "物业"), ("longwu", "龙湖物业"),
    ])
    func `what does not sound like it`(letters: String, name: String) {
        if name == "欧阳x" { #expect(Self.fit(letters, name) == .beginning) } else { #expect(Self.fit(letters, name) == nil) }
    }

    @Test func `a whole name fits better than its beginning, and that better than its middle`() {
        #expect(Self.fit("wuye", "物业") == .whole)
        #expect(Self.fit("wuye", "物业公司") == .beginning)
        #expect(Self.fit("wuye", "龙湖物业") == .within)
        #expect(Pinyin.Fit.whole > .beginning && .beginning > Pinyin.Fit.within)
    }

    @Test func `long letters over a long name take little time`() {
        let letters = String(repeating: "a", count: 64)
        #expect(Self.fit(letters, String(repeating: "啊", count: 300)) != nil)
        #expect(Self.fit(letters + "b", "啊") == nil)
    }
}
