import Engine
import Records
import Testing

@testable import CLI

@Suite struct ProgressBarTests {
    private let progress = Progress(.reading, done: 123_456, bytesDone: 50, bytesTotal: 200, rejected: 7)

    @Test func `a log line tells share, count, rate, rejects and time left`() {
        let text = ProgressBar.text(progress, recordsPerSecond: 4321, sharePerSecond: 0.01, columns: nil, in: .english)
        #expect(text == "reading 25 %, 123,456 records, 4,321/s, rejected 7, 1 min 15 s left")
        let chinese = ProgressBar.text(progress, recordsPerSecond: 4321, sharePerSecond: 0.05, columns: nil, in: .chinese)
        #expect(chinese == "读入 25 %，123,456 条，4,321 条/秒，退回 7，还要 15 秒")
    }

    @Test(arguments: 1...200)
    func `the bar never passes the width of the terminal`(columns: Int) {
        for language in [Language.chinese, .english] {
            let text = ProgressBar.text(progress, recordsPerSecond: 4321, sharePerSecond: 0.01, columns: columns, in: language)
            #expect(EastAsianWidth.columns(of: text) <= max(columns, 10))
        }
    }

    @Test func `work of unknown size shows counts only`() {
        let text = ProgressBar.text(
            Progress(.exporting, done: 5000), recordsPerSecond: 100, sharePerSecond: 0, columns: 80, in: .english)
        #expect(text == "exporting 5,000 records, 100/s")
    }

    @Test func `more done than announced is shown as everything`() {
        #expect(ProgressBar.share(of: Progress(.reading, done: 12, total: 10)) == 1)
        #expect(ProgressBar.share(of: Progress(.reading, done: 12)) == nil)
    }
}
