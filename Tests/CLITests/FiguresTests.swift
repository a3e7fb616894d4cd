import Records
import Testing

@testable import CLI

@Suite struct FiguresTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"), (Int.min, "-9,223,372,036,854,775,808")])
    func `counts are grouped by three`(number: Int, text: String) {
        #expect(Figures.count(number) == text)
    }

    @Test(arguments: [
        (0.0, "0.0 ms", "0.0 毫秒"), (0.0032, "3.2 ms", "3.2 毫秒"), (0.9996, "1.0 s", "1.0 秒"), (59.96, "1 min 0 s", "1 分 0 秒"),
        (80, "1 min 20 s", "1 分 20 秒"), (12_000, "3 h 20 min", "3 小时 20 分"), (.infinity, "–", "–"), (.nan, "–", "–"),
    ])
    func `durations read well in both languages`(seconds: Double, english: String, chinese: String) {
        #expect(Figures.duration(seconds, in: .english) == english)
        #expect(Figures.duration(seconds, in: .chinese) == chinese)
    }

    @Test(arguments: [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1 << 20, "1.0 MiB"), (5 << 40, "5.0 TiB")])
    func `sizes take the unit that keeps them short`(bytes: Int, text: String) {
        #expect(Figures.bytes(bytes) == text)
    }

    @Test func `decimals of JSON have a fixed count of places and are never cut off wrongly`() {
        #expect(JSONValue.decimal(1.0005, places: 3).text == "1.001" || JSONValue.decimal(1.0005, places: 3).text == "1.000")
        #expect(JSONValue.decimal(0.07, places: 3).text == "0.070")
        #expect(JSONValue.decimal(-0.5, places: 1).text == "-0.5")
        #expect(JSONValue.decimal(12.6, places: 0).text == "13")
        #expect(JSONValue.decimal(.nan, places: 1).text == "0")
        #expect(JSONValue.score(.infinity).text == "0")
    }
}
