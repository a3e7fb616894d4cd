import Testing

@testable import CLI

@Suite struct EastAsianWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("停车费", 6), ("停a车", 5), ("１２", 4), ("12", 2), ("e\u{301}", 1), ("a\u{200B}b", 2),
        ("…", 1), ("，", 2), ("한", 2), ("𠀀", 2), ("😀", 2), ("⼀", 2), ("\u{1B}", 0),
    ])
    func `a text takes the columns its characters take`(text: String, columns: Int) {
        #expect(EastAsianWidth.columns(of: text) == columns)
    }

    @Test func `a text cut to fit never passes the width and says that something is missing`() {
        let text = "市民a反映停车费b过高"
        for limit in 0...30 {
            let cut = EastAsianWidth.fit(text, columns: limit)
            #expect(EastAsianWidth.columns(of: cut) <= limit)
            #expect(cut == text || limit == 0 || cut.hasSuffix("…"))
        }
    }

    @Test func `padding lines up mixed scripts`() {
        #expect(EastAsianWidth.padded("物业", to: 6) == "物业  ")
        #expect(EastAsianWidth.padded("abcd", to: 6) == "abcd  ")
        #expect(EastAsianWidth.padded("物业管理", to: 6) == "物业管理")
    }
}
