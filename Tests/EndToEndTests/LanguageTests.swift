// Notices speak the language of the locale.

import TestSupport
import Testing

@Suite struct LanguageTests {
    private func isChinese(_ text: String) -> Bool { text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) } }

    @Test(arguments: [
        (["LANG": "zh_CN.UTF-8"], true), (["LANG": "zh_TW.UTF-8"], true), (["LANG": "en_US.UTF-8"], false),
        (["LANG": "C"], false), (["LANG": ""], false), (["LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"], true),
        (["LANG": "zh_CN.UTF-8", "LC_ALL": "C"], false),
    ])
    func `notices are Chinese where the locale is, English elsewhere`(variables: [String: String], chinese: Bool) throws {
        let archive = try TestArchive()
        let outcomes = [
            ["search", "x", "--archive", "/nonexistent"], ["import", "/nonexistent"], ["search", "date:xx"], ["frobnicate"],
            ["search", "--no-such-option"], ["search", "x", "--limit", "0"], ["search", "x", "--filter", "foo=1"],
            ["init"], ["search", "x", "--after", "zzz"],
        ].map { archive.start($0, environment: variables).wait() }
        for outcome in outcomes {
            #expect(outcome.exitCode == 2)
            #expect(isChinese(outcome.noticeText) == chinese, "\(outcome)")
        }
    }
}
