// Measures the alarm of `trends`: false alarms, outbreaks found and how soon, on simulated weekly series and on an
// archive's own; beside Farrington flexible and EARS of R's `surveillance` on the same series.

import Dispatch
import Engine
import Glibc
import Records
import Synchronization
import Trends

struct TrendsRun {
    private let seed: UInt64
    private let replicates: Int
    private let peerSeries: Int
    private let archive: String?
    private let events: String?
    private let picture: String?
    private static let weeks = 260
    private static let firstEnd = Int(CalendarDate(year: 2025, month: 6, day: 1)!.days)

    init(_ options: Options) throws {
        seed = UInt64(try options.number("seed", default: 1))
        replicates = try options.number("replicates", default: 3)
        peerSeries = try options.number("peers", default: 300)
        archive = try? options.text("archive")
        events = try? options.text("events")
        picture = try? options.text("picture")
    }

    /// What one method made of one series: scores of quiet weeks, and of the three weeks of an outbreak.
    struct Judged: Sendable {
        var quiet: [Double] = []
        /// By k: 2, then 3.
        var outbreak: [[Double]] = [[], []]
    }

    func print() throws {
        Swift.print("simulated series: \(Scenario.grid.count) scenarios, \(replicates) each, seed \(seed); p ≤ 0.01 a series and week")
        let all = judgeGrid(Scenario.grid, replicates)
        for mean in Set(Scenario.grid.map(\.mean)).sorted() {
            row("  mean \(mean)", all.filter { $0.scenario.mean == mean }.map(\.judged), threshold: 0.01)
        }
        row("  means ≥ 1", all.filter { $0.scenario.mean >= 1 }.map(\.judged), threshold: 0.01)
        try discoveries()
        if peerSeries > 0 { try beside() }
        if let archive { try real(archive) }
    }

    private struct Case: Sendable {
        var scenario: Scenario
        var judged: Judged
    }

    private func series(_ scenario: Scenario, _ number: Int, k: Double) -> (SimulatedSeries, end: Int) {
        let end = Self.firstEnd + 7 * (number * 37 % 104)
        return (
            SimulatedSeries(
                scenario, deviations: k, weeks: Self.weeks, endingOn: end, seed: seed &* 1_000_003 &+ UInt64(number)), end
        )
    }

    private func judgeGrid(_ grid: [Scenario], _ replicates: Int) -> [Case] {
        let count = grid.count * replicates
        let results = Mutex([Case?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: count) { number in
            let scenario = grid[number / replicates]
            let judged = judge(scenario, number, quiet: [1, 4, 7])
            results.withLock { $0[number] = Case(scenario: scenario, judged: judged) }
        }
        return results.withLock { $0 }.compactMap { $0 }
    }

    private func judge(_ scenario: Scenario, _ number: Int, quiet: [Int]) -> Judged {
        var judged = Judged()
        for (place, k) in [2.0, 3.0].enumerated() {
            let (series, end) = series(scenario, number, k: k)
            if place == 0 {
                for back in quiet { judged.quiet.append(p(series.counts, upTo: Self.weeks - 3 - back, end)) }
            }
            for week in 1...3 { judged.outbreak[place].append(p(series.withOutbreak, upTo: Self.weeks - 3 + week, end)) }
        }
        return judged
    }

    private func p(_ counts: [Int], upTo week: Int, _ end: Int) -> Double {
        let design = CalendarDesign.design(weekCount: week, endingOn: end - 7 * (Self.weeks - week))
        return RiseDetector(weekCount: week, design: design).verdict(Array(counts[..<week])).p
    }

    /// Low scores alarm.
    private func row(_ name: String, _ cases: [Judged], threshold: Double) {
        let quiet = cases.flatMap(\.quiet)
        var text = "\(padded(name, 34)) false \(percent(quiet.filter { $0 <= threshold }.count, quiet.count))"
        for (place, k) in [2, 3].enumerated() {
            let weeks = cases.map { ($0.outbreak[place].firstIndex { $0 <= threshold }).map { $0 + 1 } }
            let found = weeks.compactMap { $0 }.sorted()
            text += "  k=\(k): found \(percent(found.count, cases.count)), median week \(found.isEmpty ? 0 : found[found.count / 2])"
        }
        Swift.print(text)
    }

    private func percent(_ part: Int, _ whole: Int) -> String {
        let tenths = whole == 0 ? 0 : (part * 10_000 + whole / 2) / whole
        return "\(tenths / 100).\(tenths % 100 < 10 ? "0" : "")\(tenths % 100) %"
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    // MARK: False discoveries

    /// 5,000 series a week, 1 % of which carry an outbreak of three deviations, at q = 0.05.
    private func discoveries() throws {
        let grid = Scenario.grid.filter { $0.mean >= 1 }
        let count = 5_000
        var (alarms, correct, held) = (0, 0, 0)
        let clock = ContinuousClock()
        var spent = Duration.zero
        for week in 1...3 {
            let results = Mutex([Double](repeating: 1, count: count))
            let began = clock.now
            DispatchQueue.concurrentPerform(iterations: count) { number in
                let (series, end) = series(grid[number % grid.count], 1_000_000 + number, k: 3)
                let counts = number % 100 == 0 ? series.withOutbreak : series.counts
                let p = p(counts, upTo: Self.weeks - 3 + week, end)
                results.withLock { $0[number] = p }
            }
            spent += clock.now - began
            let q = FalseDiscovery.adjusted(results.withLock { $0 })
            for number in q.indices where q[number] <= 0.05 {
                alarms += 1
                if number % 100 == 0 { correct += 1 }
            }
            held += count / 100
        }
        Swift.print(
            "false discovery rate 0.05, 5,000 series a week, 50 outbreaks of k=3: \(alarms) alarms in three weeks, \(percent(correct, alarms)) true, \(percent(correct, held)) of outbreak weeks raised; \(spent / 3) a week's evaluation with making the series"
        )
    }

    // MARK: Beside R

    private func beside() throws {
        let grid = Scenario.grid.filter { $0.mean >= 1 }
        var random = SeriesRandom(seed: seed &+ 99)
        let numbers = (0..<peerSeries).map { ($0, grid[Int(random.uniform() * Double(grid.count))]) }
        let mine = Mutex([Judged?](repeating: nil, count: numbers.count))
        DispatchQueue.concurrentPerform(iterations: numbers.count) { place in
            let judged = judge(numbers[place].1, 2_000_000 + numbers[place].0, quiet: Array(1...SimulatedSeries.quietWeeks))
            mine.withLock { $0[place] = judged }
        }
        let folder = "/tmp/juanzong-trends-\(getpid())"
        guard unsafe mkdir(folder, 0o700) == 0 else { throw Failure(text: "cannot make \(folder)") }
        var peers = [String: [Judged]]()
        for (place, k) in [2.0, 3.0].enumerated() {
            var text = ""
            for (number, scenario) in numbers {
                text += series(scenario, 2_000_000 + number, k: k).0.withOutbreak.map(String.init).joined(separator: ",") + "\n"
            }
            try write(text, to: folder + "/series.csv")
            let judgedWeeks = place == 0 ? SimulatedSeries.quietWeeks + 3 : 3
            let command = "Rscript tools/trends-peers.R \(folder)/series.csv \(judgedWeeks) \(folder)/scores.csv >/dev/null 2>&1"
            guard unsafe system(command) == 0 else {
                Swift.print("no comparison: Rscript with surveillance did not run (apt-get install r-cran-surveillance)")
                return
            }
            let names = ["Farrington flexible", "EARS C1", "EARS C2", "EARS C3"]
            if peers.isEmpty { for name in names { peers[name] = Array(repeating: Judged(), count: numbers.count) } }
            for line in try read(folder + "/scores.csv").split(separator: "\n") {
                let cells = line.split(separator: ",").map { Double($0) ?? 0 }
                guard cells.count == 6 else { continue }
                let (series, week) = (Int(cells[0]) - 1, Int(cells[1]))
                for (column, name) in names.enumerated() {
                    // High scores alarm there, low ones here; 1, or 2.326 deviations, is the bound at 0.01.
                    let bound = [1, 2.3263, 2.3263, 0.5][column]
                    let score = 0.01 * bound / max(cells[2 + column], 1e-6)
                    if judgedWeeks - week >= 3 {
                        peers[name]![series].quiet.append(score)
                    } else {
                        peers[name]![series].outbreak[place].append(score)
                    }
                }
            }
        }
        _ = unsafe system("rm -rf \(folder)")
        Swift.print("the same \(numbers.count) series (means ≥ 1, 4 years and more) for all:")
        var methods = [("juanzong", mine.withLock { $0 }.compactMap { $0 })]
        for name in peers.keys.sorted().reversed() { methods.append((name, peers[name]!)) }
        for (name, judged) in methods { row("  " + name + ", own bound", judged, threshold: 0.0100001) }
        for (name, judged) in methods where name != "EARS C3" {
            let quiet = judged.flatMap(\.quiet).sorted()
            row("  " + name + ", at 1 % false", judged, threshold: quiet[quiet.count / 100])
        }
        if let picture { try write(RocPicture(methods).svg, to: picture) }
    }

    // MARK: A real archive

    /// Every week of the archive, by category and by word; then the known events; then outbreaks put into its own series.
    private func real(_ path: String) throws {
        let engine = try Engine(opening: EngineOptions(archivePath: path))
        var request = TrendRequest()
        request.limit = 1_000
        let newest = try engine.trends(request).grid
        Swift.print("archive \(path): \(newest.count) weeks to \(newest.date(endOf: newest.count - 1).text)")
        let known = try events.map { try Event.read(read($0)) } ?? []
        var raised: [String: String] = [:]
        var (weeks, alarms, outside) = (0, 0, 0)
        for back in stride(from: newest.count - 1, through: 0, by: -1) {
            request.until = newest.date(endOf: newest.count - 1 - back)
            request.by = ["category"]
            let answer = try engine.trends(request)
            guard answer.method != .tooShort else { continue }
            weeks += 1
            let until = request.until!.text
            let active = known.filter { $0.from <= until && until <= $0.until }
            alarms += answer.alarms.count
            for alarm in answer.alarms {
                let isKnown = active.contains { event in event.matches(alarm) }
                if !isKnown { outside += 1 }
                Swift.print("  \(until)  category  \(alarm.key)  \(alarm.observed) for \(hundredths(alarm.expected)), q \(alarm.q)\(isKnown ? "  (known event)" : "")")
                for event in active where event.matches(alarm) { if raised[event.name] == nil { raised[event.name] = until + " category " + alarm.key } }
            }
            guard !active.isEmpty else { continue }
            request.by = ["term"]
            for alarm in try engine.trends(request).alarms {
                for event in active where event.matches(alarm) {
                    Swift.print("  \(until)  term  \(alarm.key)  \(alarm.observed) for \(hundredths(alarm.expected))  (\(event.name))")
                    if raised[event.name] == nil { raised[event.name] = until + " term " + alarm.key }
                }
            }
        }
        for event in known {
            Swift.print("event \(event.name) \(event.from)–\(event.until): on the last days of weeks \(raised[event.name] ?? "not raised"); day by day \(try daily(event, engine))")
        }
        Swift.print("categories: \(alarms) alarms in \(weeks) weeks, \(outside) of no known event")
        try injected(engine)
    }

    /// An archive is looked at whenever a batch came in, not on one day of the week only: every day of an event on which it
    /// is raised, each with what raised it first.
    private func daily(_ event: Event, _ engine: Engine) throws -> String {
        var days: [String] = []
        for day in try event.days() {
            guard let date = CalendarDate(days: day) else { continue }
            var request = TrendRequest()
            request.limit = 1_000
            request.until = date
            for by in ["category", "term"] {
                request.by = [by]
                guard let alarm = try engine.trends(request).alarms.first(where: { event.matches($0) }) else { continue }
                days.append("\(date.text) by \(by) \(alarm.key) (\(alarm.observed) for \(hundredths(alarm.expected)), q \(alarm.q))")
                break
            }
        }
        return days.isEmpty ? "not raised" : days.joined(separator: ", ")
    }

    /// Outbreaks put into the archive's own category series of one record a week and more, three weeks long, at every
    /// week from the twelfth on. What is raised without one counts as false, though some of it is real.
    private func injected(_ engine: Engine) throws {
        let (series, all) = try engine.trendSeries(by: "category")
        var cases: [Judged] = []
        for one in series where one.distinct.reduce(0, +) >= one.distinct.count {
            for end in stride(from: 12, through: one.distinct.count, by: 3) {
                let counts = Array(one.distinct[..<end])
                let others = zip(all.distinct, one.distinct).prefix(end).map { max(0, $0 - $1) }
                let detector = RiseDetector(weekCount: end, design: nil)
                let quiet = detector.verdict(counts, others: others)
                var judged = Judged(quiet: [quiet.p])
                let mean = max(0.1, Double(counts.dropLast(3).suffix(26).reduce(0, +)) / Double(min(26, end - 3)))
                for (place, k) in [2.0, 3.0].enumerated() {
                    let more = Int((k * sqrt(mean * max(1, quiet.dispersion))).rounded())
                    for week in 1...3 {
                        let upTo = end - 3 + week
                        var grown = Array(counts[..<upTo])
                        for i in (end - 3)..<upTo { grown[i] += more }
                        let judge = RiseDetector(weekCount: upTo, design: nil)
                        judged.outbreak[place].append(judge.verdict(grown, others: Array(others[..<upTo])).p)
                    }
                }
                cases.append(judged)
            }
        }
        row("put into the archive's \(cases.count) stretches", cases, threshold: 0.01)
    }

    private func hundredths(_ number: Double) -> String { "\((number * 100).rounded() / 100)" }

    private func read(_ path: String) throws -> String {
        guard let file = unsafe fopen(path, "r") else { throw Failure(text: "cannot read \(path)") }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe fread(&piece, 1, piece.count, file)
            if count == 0 { break }
            bytes.append(contentsOf: piece[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(_ text: String, to path: String) throws {
        guard let file = unsafe fopen(path, "w") else { throw Failure(text: "cannot write \(path)") }
        defer { unsafe fclose(file) }
        let bytes = Array(text.utf8)
        guard unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Failure(text: "cannot write \(path)") }
    }

    struct Failure: Error { var text: String }

    /// A line of trend_events.tsv: event, from, to, pattern.
    private struct Event {
        var name: String
        var from: String
        var until: String
        var words: [String]

        static func read(_ text: String) -> [Event] {
            text.split(separator: "\n").dropFirst().compactMap { line in
                let cells = line.split(separator: "\t").map(String.init)
                guard cells.count >= 4 else { return nil }
                // 限购.{0,4}车 asks for both of its ends.
                return Event(
                    name: cells[0], from: cells[1], until: cells[2],
                    words: cells[3].split(separator: "|").map { String($0.prefix { $0 != "." }) })
            }
        }

        func days() throws -> ClosedRange<Int32> {
            guard let first = try? CalendarDate(parsing: from).days, let last = try? CalendarDate(parsing: until).days, first <= last else {
                throw Failure(text: "event \(name): \(from) to \(until) is no span of days; write both as yyyy-MM-dd, the earlier first")
            }
            return first...last
        }

        func matches(_ alarm: TrendAlarm) -> Bool {
            let texts = [alarm.key] + alarm.also + (alarm.by == "term" ? [] : alarm.titles)
            return texts.contains { text in words.contains { text.contains($0) } }
        }
    }
}
