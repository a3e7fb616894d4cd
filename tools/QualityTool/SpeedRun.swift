// How fast one core folds, breaks and analyses real text; ICU's own breaks beside ours, in turns.

import Glibc
import TextAnalysis

struct SpeedRun {
    private let files: [String]
    private let rounds: Int
    private let bytesMax: Int
    private let steps: Set<String>

    init(_ options: Options) throws {
        files = try options.text("files").split(separator: ",").map(String.init)
        rounds = try options.number("rounds", default: 3)
        bytesMax = try options.number("megabytes", default: 4) << 20
        steps = Set(((try? options.text("steps")) ?? "fold,icu,breaks,analysis").split(separator: ",").map(String.init))
    }

    func print() {
        for file in files {
            var texts: [[UInt8]] = []
            var byteCount = 0
            Texts(path: file, bytesMax: bytesMax).forEach { text in
                texts.append((0..<text.count).map { text[$0] })
                byteCount += text.count
            }
            let folded = texts.map { text in
                var units: [UInt16] = []
                Normalizer.shared.fold(text.span, into: &units)
                return units
            }
            guard let table = BreakTable.make() else { return Swift.print("this ICU is none that we can read") }
            let ours = WordBreaker(table: table)
            let reference = WordBreaker(reference: ())
            var analyzer = TextAnalyzer(lexicon: .domain, breaker: WordBreaker(table: table))
            var analyzed = AnalyzedText()
            var units: [UInt16] = []
            for round in 1...rounds {
                var row: [String] = []
                func measure(_ step: String, repeats: Int, _ body: () -> Int) -> Double {
                    guard steps.contains(step) else { return 0 }
                    let start = Self.cpuNanoseconds()
                    var sum = 0
                    for _ in 0..<repeats { sum += body() }
                    let rate = Double(byteCount * repeats) * 1e3 / Double(max(1, Self.cpuNanoseconds() - start))
                    row.append("\(step) \(Double(Int(rate * 10)) / 10) MB/s")
                    precondition(sum >= 0)
                    return rate
                }
                _ = measure("fold", repeats: 4) {
                    texts.reduce(0) { sum, text in
                        units.removeAll(keepingCapacity: true)
                        Normalizer.shared.fold(text.span, into: &units)
                        return sum + units.count
                    }
                }
                let slow = measure("icu", repeats: 1) { folded.reduce(0) { $0 + reference.findBreaks(in: $1, range: 0..<$1.count) } }
                let fast = measure("breaks", repeats: 4) { folded.reduce(0) { $0 + ours.findBreaks(in: $1, range: 0..<$1.count) } }
                _ = measure("analysis", repeats: 4) {
                    texts.reduce(0) { sum, text in
                        analyzed.removeAll()
                        analyzer.append(text.span, to: &analyzed, masking: true)
                        return sum + analyzed.words.count
                    }
                }
                if slow > 0 && fast > 0 { row.append("ratio \(Double(Int(fast / slow * 10)) / 10)") }
                Swift.print("\(file) \(byteCount) bytes, round \(round): " + row.joined(separator: ", "))
            }
        }
    }

    /// Time this thread has computed: other load on the machine does not count.
    static func cpuNanoseconds() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
