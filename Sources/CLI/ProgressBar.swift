// How far long work is, on stderr: one line redrawn on a terminal, one line every 10 seconds in a log.

import Engine
import Glibc
import Records

final class ProgressBar {
    /// Redrawing more often shows nothing more and costs time.
    private static let redrawPause: Duration = .milliseconds(100)
    private static let logPause: Duration = .seconds(10)
    /// The rate looks back about this far, so that it follows a change and does not jump.
    private static let memorySeconds = 8.0

    private let isTerminal = CLI.isTerminal(STDERR_FILENO) && environment("TERM") != "dumb"
    private let clock = ContinuousClock()
    private let began: ContinuousClock.Instant
    private var shown: ContinuousClock.Instant
    private var isDrawn = false

    private var phase: Progress.Phase?
    private var measured: (at: ContinuousClock.Instant, done: Int, share: Double)
    private var recordsPerSecond = 0.0
    private var sharePerSecond = 0.0

    init() {
        began = clock.now
        // The first line of a log comes after a full pause: work done sooner needs none.
        shown = began
        measured = (began, 0, 0)
    }

    func report(_ progress: Progress) {
        let now = clock.now
        if progress.phase != phase {
            phase = progress.phase
            measured = (now, progress.done, Self.share(of: progress) ?? 0)
            recordsPerSecond = 0
            sharePerSecond = 0
        }
        guard now - shown >= (isTerminal ? Self.redrawPause : Self.logPause) else { return }
        shown = now
        measure(progress, now)
        let text = Self.text(
            progress, recordsPerSecond: recordsPerSecond, sharePerSecond: sharePerSecond,
            columns: isTerminal ? Terminal.columns(of: STDERR_FILENO) - 1 : nil, in: .ofUser)
        if isTerminal {
            isDrawn = true
            write("\r\(text)\u{1B}[K")
        } else {
            write(text + "\n")
        }
    }

    /// Takes the bar away before something else is printed.
    func clear() {
        if isDrawn { write("\r\u{1B}[K") }
        isDrawn = false
    }

    var secondsGone: Double { (clock.now - began).inSeconds }

    private func measure(_ progress: Progress, _ now: ContinuousClock.Instant) {
        let seconds = (now - measured.at).inSeconds
        guard seconds > 0 else { return }
        let share = Self.share(of: progress) ?? 0
        let records = max(0, Double(progress.done - measured.done)) / seconds
        let shares = max(0, share - measured.share) / seconds
        // The first measurement stands alone; later ones count the more, the longer they took.
        let weight = recordsPerSecond == 0 && sharePerSecond == 0 ? 1 : min(1, seconds / Self.memorySeconds)
        recordsPerSecond += weight * (records - recordsPerSecond)
        sharePerSecond += weight * (shares - sharePerSecond)
        measured = (now, progress.done, share)
    }

    private func write(_ text: String) {
        _ = try? FileDescriptor.write(Array(text.utf8), to: STDERR_FILENO)
    }

    // MARK: Text

    /// The part done, where the whole is known.
    static func share(of progress: Progress) -> Double? {
        if let total = progress.total, total > 0 { return min(1, Double(progress.done) / Double(total)) }
        if let total = progress.bytesTotal, total > 0 { return min(1, Double(progress.bytesDone) / Double(total)) }
        return nil
    }

    static func text(
        _ progress: Progress, recordsPerSecond: Double, sharePerSecond: Double, columns: Int?, in language: Language
    ) -> String {
        let zh = language == .chinese
        var parts: [String] = []
        if progress.done > 0 || progress.total != nil {
            parts.append(Figures.count(progress.done) + (zh ? " 条" : " records"))
        }
        if progress.done == 0 || progress.bytesTotal == nil, progress.bytesDone > 0 {
            parts.append(Figures.bytes(progress.bytesDone))
        }
        if recordsPerSecond >= 1 { parts.append(Figures.count(Int(recordsPerSecond)) + (zh ? " 条/秒" : "/s")) }
        if progress.rejected > 0 {
            parts.append((zh ? "退回 " : "rejected ") + Figures.count(progress.rejected))
        }
        let share = share(of: progress)
        if let share, share < 1, sharePerSecond > 0 {
            let left = ((1 - share) / sharePerSecond).rounded(.up)
            let time = left < 60 ? "\(Int(left))" + (zh ? " 秒" : " s") : Figures.duration(left, in: language)
            parts.append(zh ? "还要 \(time)" : "\(time) left")
        }
        let name = name(of: progress.phase, in: language)
        let tail = parts.joined(separator: zh ? "，" : ", ")
        guard let share else { return fitted(tail.isEmpty ? "\(name) …" : "\(name) \(tail)", columns) }
        let percent = "\(Int(share * 100)) %"
        guard let columns else { return "\(name) \(percent)\(tail.isEmpty ? "" : zh ? "，" : ", ")\(tail)" }
        let fixed = EastAsianWidth.columns(of: name) + EastAsianWidth.columns(of: tail) + 10
        let width = min(30, columns - fixed)
        let bar = width >= 5 ? bar(share, width: width) + " " : ""
        return fitted("\(name) \(bar)\(String(repeating: " ", count: max(0, 5 - percent.utf8.count)))\(percent) \(tail)", columns)
    }

    private static func fitted(_ text: String, _ columns: Int?) -> String {
        columns.map { EastAsianWidth.fit(text, columns: max(10, $0)) } ?? text
    }

    private static func bar(_ share: Double, width: Int) -> String {
        let full = Int(share * Double(width))
        return "[" + String(repeating: "#", count: full) + String(repeating: "·", count: width - full) + "]"
    }

    private static func name(of phase: Progress.Phase, in language: Language) -> String {
        let (chinese, english) =
            switch phase {
            case .reading: ("读入", "reading")
            case .indexing: ("编索引", "indexing")
            case .merging: ("合并索引", "merging")
            case .verifying: ("检查", "verifying")
            case .copying: ("复制", "copying")
            case .exporting: ("导出", "exporting")
            case .comparing: ("比对", "comparing")
            }
        return language == .chinese ? chinese : english
    }
}
