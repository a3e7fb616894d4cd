// How long one record takes until it is durable and findable, in an archive of any size.

import Engine
import Glibc
import Records

struct LiveRun {
    private let engine: Engine
    private let changes: Int
    private let pauseMilliseconds: Int
    /// Where each acknowledged change is written down; nil for nowhere.
    private let journal: Int32?
    private var random: SplitMix

    init(_ options: Options) throws {
        engine = try Engine(opening: EngineOptions(archivePath: options.text("archive")))
        changes = try options.number("changes", default: 2_000)
        pauseMilliseconds = try options.number("milliseconds", default: 0)
        random = SplitMix(state: UInt64(try options.number("seed", default: 1)))
        journal = (try? options.text("journal")).map { unsafe open($0, O_WRONLY | O_CREAT | O_APPEND, 0o600) }
    }

    private enum Kind: String, CaseIterable { case add, change, withdraw }

    func print() throws {
        var run = self
        try run.measure()
    }

    private mutating func measure() throws {
        let run = random.next() % 1_000_000_000
        var written: [Kind: [Double]] = [:]
        var searched: [Double] = []
        /// Of the processor, all threads: what a loaded machine does not lengthen.
        var worked: [Double] = []
        var segments: [Double] = []
        /// By id, the word that stands in its newest version alone.
        var live: [(id: String, word: String)] = []
        // The first call opens what later ones find open, in a service as here.
        _ = try engine.count(SearchRequest(query: "\"\(run)\""))
        for number in 0..<changes {
            let kind: Kind = live.count < 10 ? .add : Kind.allCases[Int(random.next() % 3)]
            let word = "w\(run)n\(number)e"
            let place = live.isEmpty ? 0 : Int(random.next() % UInt64(live.count))
            let object = Self.record(kind == .add ? "live-\(run)-\(number)" : live[place].id, word, &random)
            let began = ContinuousClock.now
            let workBegan = Self.processorMilliseconds
            switch kind {
            case .add, .change: _ = try engine.add([object])
            case .withdraw: _ = try engine.withdraw([live[place].id])
            }
            let stored = ContinuousClock.now
            worked.append(Self.processorMilliseconds - workBegan)
            note("\(kind.rawValue) \(kind == .add ? object["id"]!.string! : live[place].id) \(word)\n")
            let gone = kind == .add ? nil : live[place].word
            switch kind {
            case .add: live.append((object["id"]!.string!, word))
            case .change: live[place].word = word
            case .withdraw: live.swapAt(place, live.count - 1); live.removeLast()
            }
            let found = try engine.count(SearchRequest(query: "\"\(word)\"")).count
            searched.append(Self.milliseconds(ContinuousClock.now - stored))
            written[kind, default: []].append(Self.milliseconds(stored - began))
            guard found == (kind == .withdraw ? 0 : 1) else { throw LiveError(what: "\(kind.rawValue) \(number) is not found") }
            if let gone, try engine.count(SearchRequest(query: "\"\(gone)\"")).count != 0 {
                throw LiveError(what: "what \(kind.rawValue) \(number) replaced is still found")
            }
            if number % 20 == 0 { segments.append(Double(try engine.statistics().segments)) }
            if pauseMilliseconds > 0 { usleep(UInt32(pauseMilliseconds) * 1_000) }
        }
        Swift.print("milliseconds      n     p50     p90     p99     max")
        for kind in Kind.allCases { Self.row(kind.rawValue, written[kind] ?? []) }
        Self.row("all", written.values.flatMap { $0 })
        Self.row("processor", worked)
        Self.row("count", searched)
        Self.row("segments", segments)
    }

    private func note(_ line: String) {
        guard let journal else { return }
        let bytes = Array(line.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(journal, $0.baseAddress, $0.count) }
    }

    private static func record(_ id: String, _ word: String, _ random: inout SplitMix) -> JSONObject {
        // About as long as the made records are, of characters that occur in them.
        let alphabet = Array("小区物业停车收费电梯噪音施工夜间退款商家合同工资拖欠路灯漏水业主要求处理投诉反映问题部门")
        let text = String((0..<180).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
        return [
            "id": .string(id), "receivedAt": "2024-06-01", "title": .string("来电反映" + text.prefix(12)),
            "content": .string(text + word), "category": "城乡建设/物业", "region": "310101",
            "complainants": .array([.object(["name": "试验者", "phone": .string("1390000\(1_000 + random.next() % 9_000)")])]),
        ]
    }

    private static var processorMilliseconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) * 1e-6
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) * 1_000 + Double(duration.components.attoseconds) * 1e-15
    }

    private static func row(_ name: String, _ values: [Double]) {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return }
        func at(_ share: Double) -> String {
            let value = sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
            let hundredths = Int((value * 100).rounded())
            let digits = "\(hundredths % 100)"
            return padded("\(hundredths / 100)." + (digits.count < 2 ? "0" : "") + digits, 8)
        }
        Swift.print(name + padded("\(sorted.count)", 19 - name.count) + at(0.5) + at(0.9) + at(0.99) + at(1))
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    struct LiveError: Error { var what: String }

    private struct SplitMix {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
