// What is rising: series out of the index, tested together, each alarm with the records behind it.

import Archive
import Index
import Records
import Search
import TextAnalysis
import Trends

extension Engine {
    package func trends(_ request: TrendRequest) throws -> TrendAnswer {
        try requireFullSight("trends")
        let (index, notice) = try currentIndex()
        let snapshot = try index.snapshot()
        var notices = [notice].compactMap { $0 }
        let grid = try Self.grid(snapshot, request)
        let repeats = try RepeatMarks.nearCopies(in: snapshot, days: (grid.first - 60)...grid.end)
        let source = try ComplaintSeries(snapshot, grid: grid, repeats: repeats)
        var groups: [[Series]] = []
        var regions: [Series] = []
        for name in request.by {
            let series = try series(named: name, source)
            if series.first?.field == .region { regions = series }
            groups.append(series)
        }
        let run = Trends.run(source, groups: groups)
        let finder = TrendEvidence(self, source, run, request)
        var alarms = try finder.alarms(&notices)
        let seen = SeenAlarms(at: folder.path + "/trends.json")
        let known = try seen.read()
        for place in alarms.indices { alarms[place].isNew = !known.contains(alarms[place]) }
        if request.onlyNew {
            try whileWriting { try seen.write(alarms, known: known) }
            alarms.removeAll { !$0.isNew }
        }
        if run.method == .shortHistory {
            notices.append(
                Notice(
                    chinese: "提示：不足三年，季节不可辨，只与最近 \(max(0, min(26, grid.count - 3))) 期相比，并按同期全部来件折算",
                    english: "note: less than three years of records: seasons cannot be told; compared with the last \(max(0, min(26, grid.count - 3))) periods, as a share of all records"))
        } else if run.method == .tooShort {
            notices.append(
                Notice(
                    chinese: "提示：只有 \(grid.count) 期记录，至少要 \(RiseDetector.shortBaselineMin + 3) 期才能比较",
                    english: "note: only \(grid.count) periods of records; a comparison needs \(RiseDetector.shortBaselineMin + 3)"))
        }
        if regions.isEmpty { regions = (try? source.series(of: .region)) ?? [] }
        let leaves = regions.filter { one in !regions.contains { RegionTree.ancestors(of: $0.key).contains(one.key) } }
        let clusters = SpaceTimeScan.clusters(
            leaves.map { ($0.distinct, RegionTree.ancestors(of: $0.key) + [$0.key]) })
        let largest = leaves.sorted { ($1.raw.reduce(0, +), $0.key) < ($0.raw.reduce(0, +), $1.key) }.prefix(20)
        return TrendAnswer(
            alarms: Array(alarms.prefix(request.limit)), clusters: clusters, grid: grid, method: run.method,
            tested: run.tested, families: run.families, total: source.all.raw,
            areas: largest.map { ($0.key, $0.distinct) }, records: source.all.raw.reduce(0, +), repeats: repeats.count,
            snapshot: try snapshotID(snapshot.watermark), notices: notices)
    }

    /// The series of a field as they are, and those of all records: for measuring.
    package func trendSeries(by name: String) throws -> (series: [Series], all: Series) {
        let snapshot = try currentIndex().index.snapshot()
        let grid = try Self.grid(snapshot, TrendRequest())
        let repeats = try RepeatMarks.nearCopies(in: snapshot, days: (grid.first - 60)...grid.end)
        let source = try ComplaintSeries(snapshot, grid: grid, repeats: repeats)
        return (try series(named: name, source), source.all)
    }

    /// From the first days with a fair share of the records on: a mistyped 1970 makes no half century of empty weeks.
    private static func grid(_ snapshot: IndexSnapshot, _ request: TrendRequest) throws -> PeriodGrid {
        guard (1...366).contains(request.windowDays) else { throw EngineError.windowUnusable(days: request.windowDays) }
        var days: [Int: Int] = [:]
        for segment in snapshot.segments {
            var moments = segment.receivedAtColumn
            for doc in 0..<UInt32(segment.docCount) where !segment.dead.contains(doc) {
                let local = try moments.number(of: doc) + Timestamp.zoneSeconds
                days[Int((Double(local) / 86_400).rounded(.down)), default: 0] += 1
            }
        }
        let sorted = days.keys.sorted()
        guard let newest = sorted.last else { return PeriodGrid(end: 0, daysEach: request.windowDays, count: 0) }
        let end = request.until.map { Int($0.days) } ?? newest
        let total = days.values.reduce(0, +)
        var before = 0
        var first = newest
        for day in sorted {
            before += days[day]!
            if before * 500 >= total {
                first = day
                break
            }
        }
        let count = max(0, (end - first + 1) / request.windowDays)
        return PeriodGrid(end: end, daysEach: request.windowDays, count: min(count, 1_100))
    }

    private func series(named name: String, _ source: ComplaintSeries) throws -> [Series] {
        guard source.grid.count > 0 else { return [] }
        if TrendEvidence.isTerm(name) {
            return try withAnalyzer { analyzer in
                try TermCandidates.words(in: source) { analyzer.words(of: $0) }.map { try source.series(ofWord: $0) }
            }
        }
        guard let field = Field.named(name) else { throw EngineError.fieldUnknown(name: name) }
        switch field.kind {
        case .facet, .path, .region: return try source.series(of: field)
        default: throw EngineError.fieldHasNoFacets(name: name)
        }
    }

    /// Names a state of the records: figures made of it can be made again.
    package func snapshotID(_ sequence: RecordSequence) throws -> String {
        let head = records.archiveID.prefix(3).map { byte in
            let text = String(byte, radix: 16)
            return text.utf8.count == 1 ? "0" + text : text
        }
        return head.joined() + "-" + String(sequence.rawValue)
    }
}

/// The records behind the rises, who filed them, what they are like.
private struct TrendEvidence {
    let engine: Engine
    let source: ComplaintSeries
    let run: TrendRun
    let request: TrendRequest
    private let detector: RiseDetector
    private let spread: Double

    static func isTerm(_ name: String) -> Bool { name == "term" || name == "词" || name == "词语" }

    init(_ engine: Engine, _ source: ComplaintSeries, _ run: TrendRun, _ request: TrendRequest) {
        self.engine = engine
        self.source = source
        self.run = run
        self.request = request
        let isLong = run.method == .regression
        detector = RiseDetector(
            weekCount: run.grid.count,
            design: isLong ? CalendarDesign.design(weekCount: run.grid.count, endingOn: run.grid.end) : nil)
        spread = isLong ? 1.3 : Trends.commonSpread(run.rises.map(\.series), run.total, detector)
    }

    func alarms(_ notices: inout [Notice]) throws -> [TrendAlarm] {
        let persons = try PersonFinder(engine)
        var alarms: [TrendAlarm] = []
        var sets: [(place: Int, docs: Set<DocPlace>)] = []
        for rise in run.rises {
            let isTerm = rise.series.field == .content
            let wanted = (run.grid.count - rise.verdict.weeks)..<run.grid.count
            let places = try source.places(rise.series.field, rise.series.key, periods: wanted)
            let distinct = places.filter { !source.isRepeat($0) }
            let set = Set(distinct)
            if isTerm {
                // Words of one story: shown once, under the most certain of them.
                if let same = sets.first(where: { Self.overlap($0.docs, set) >= 0.6 }) {
                    // Two characters that are no word are worth a line of their own only.
                    let units = Array(rise.series.key.utf16)
                    let isWord = try engine.withAnalyzer { $0.words(of: units).count == 1 }
                    if isWord { alarms[same.place].also.append(rise.series.key) }
                    continue
                }
            }
            let people = try persons.people(of: distinct.map { try source.sequence(of: $0) })
            guard let alarm = try alarm(rise, places: places, distinct: distinct, people) else { continue }
            if isTerm { sets.append((alarms.count, set)) }
            alarms.append(alarm)
        }
        if !persons.hasKey, !alarms.isEmpty {
            notices.append(
                Notice(
                    chinese: "提示：没有密钥，不能按投诉人合并重复，只合并了近似文本",
                    english: "note: without the key repeats by one person cannot be told, only near-copies were put together"))
        }
        return alarms
    }

    private static func overlap(_ a: Set<DocPlace>, _ b: Set<DocPlace>) -> Double {
        let smaller = min(a.count, b.count)
        // A word of every other record overlaps with all of them.
        return smaller * 3 < max(a.count, b.count) || smaller == 0 ? 0 : Double(a.intersection(b).count) / Double(smaller)
    }

    /// Nil when the rise is one person's.
    private func alarm(
        _ rise: Rise, places: [DocPlace], distinct: [DocPlace], _ people: [UInt64?]
    ) throws -> TrendAlarm? {
        var verdict = rise.verdict
        var q = rise.q
        var series = rise.series
        let known = people.compactMap { $0 }
        var share: Double?
        if !known.isEmpty {
            var counts: [UInt64: Int] = [:]
            for person in known { counts[person, default: 0] += 1 }
            share = Double(counts.values.max()!) / Double(max(distinct.count, 1))
            if counts.count < known.count {
                // Each person once, in the period in which they first came.
                var seen: Set<UInt64> = []
                for (place, person) in zip(distinct, people) {
                    guard let person, !seen.insert(person).inserted, let period = source.period(of: place) else { continue }
                    series.distinct[period] -= 1
                }
                let again = Trends.verdict(series, run.total, detector, spread)
                guard again.p > 0 else { return nil }
                q = min(1, q * max(1, again.p / max(verdict.p, 1e-300)))
                verdict = again
                guard q <= Trends.rate else { return nil }
            }
        }
        if request.withCourse {
            verdict.course = Trends.verdict(series, run.total, detector, spread, withCourse: true).course
        }
        let first = run.grid.count - verdict.weeks
        let sample = [0, distinct.count / 2, distinct.count - 1].filter { distinct.indices.contains($0) }
        var ids: [String] = []
        var titles: [String] = []
        var texts: [String] = []
        var respondents: [String] = []
        for place in sample {
            guard let version = try engine.records.version(at: try source.sequence(of: distinct[place])) else { continue }
            let complaint = try Engine.complaint(version)
            guard !ids.contains(complaint.archiveID) else { continue }
            ids.append(complaint.archiveID)
            var title = complaint.title ?? ""
            if title.isEmpty { title = String((complaint.content ?? "").prefix(40)) }
            titles.append(PersonalNumbers.masked(title))
            if respondents.isEmpty { respondents = complaint.respondents.flatMap(\.names) }
            texts.append([complaint.title, complaint.content].compactMap { $0 }.joined(separator: "\n"))
        }
        let start = run.grid.date(startOf: rise.startPeriod)
        let isTerm = series.field == .content
        let from = run.grid.date(startOf: first)
        let to = run.grid.date(endOf: run.grid.count - 1)
        return TrendAlarm(
            by: isTerm ? "term" : series.field.name, key: series.key, shape: verdict.shape, method: verdict.method,
            observed: verdict.observed, raw: series.raw[first...].reduce(0, +), expected: verdict.expected,
            bound: verdict.bound, p: verdict.p, q: q, start: start, from: from, to: to,
            people: known.isEmpty ? nil : Set(known).count, topShare: share, records: ids, titles: titles,
            resembles: try texts.first.map {
                try closedMatters(like: $0, of: respondents, before: start, leavingOut: ids)
            } ?? [],
            parents: rise.parents, also: [],
            query: FigureQuery.text(isTerm ? nil : series.field, series.key, from...to), counts: series.distinct,
            course: verdict.course, isNew: true)
    }

    /// Matters of the same respondent that were closed before the rise began and read like its records (R88).
    private func closedMatters(
        like text: String, of respondents: [String], before start: CalendarDate, leavingOut: [String]
    ) throws -> [String] {
        let own = CharacterRuns.runs(Normalizer.shared.fold(text))
        guard own.count >= 10, !respondents.isEmpty else { return [] }
        let names = respondents.map { QueryNode.field(.respondent, .equals(Field.respondent.canonicalValue($0))) }
        let root = QueryNode.conjunction([
            names.count == 1 ? names[0] : .or(names), .field(.closedAt, .dateRange(from: nil, to: Int64(start.days) - 1)),
        ])
        var found: [(id: String, shared: Double)] = []
        for sequence in try engine.allSequences(root).suffix(Self.closedMax) {
            guard let version = try engine.records.version(at: sequence) else { continue }
            let complaint = try Engine.complaint(version)
            guard !leavingOut.contains(complaint.archiveID) else { continue }
            let other = CharacterRuns.runs(
                Normalizer.shared.fold([complaint.title, complaint.content].compactMap { $0 }.joined(separator: "\n")))
            let shared = Double(own.intersection(other).count) / Double(max(1, min(own.count, other.count)))
            if shared >= Self.sharedMin { found.append((complaint.archiveID, shared)) }
        }
        found.sort { ($1.shared, $0.id) < ($0.shared, $1.id) }
        return found.prefix(3).map(\.id)
    }

    /// The newest closed records of a respondent that are read through.
    private static let closedMax = 200
    /// Share of the shorter text's runs of three characters; two letters of one genre have a tenth.
    private static let sharedMin = 0.3
}

/// The runs of three characters of a text, as a set.
private enum CharacterRuns {
    static func runs(_ units: [UInt16]) -> Set<UInt64> {
        var runs: Set<UInt64> = []
        var window: UInt64 = 0
        for (place, unit) in units.enumerated() {
            window = (window << 16 | UInt64(unit)) & 0xFFFF_FFFF_FFFF
            if place >= 2 { runs.insert(window) }
        }
        return runs
    }
}

/// The query that finds the records behind a figure.
package enum FigureQuery {
    package static func text(_ field: Field?, _ key: String, _ days: ClosedRange<CalendarDate>) -> String {
        let date = "date:\(days.lowerBound.text)..\(days.upperBound.text)"
        if key.isEmpty { return date }
        let quoted = "\"" + key.replacing("\"", with: "") + "\""
        guard let field else { return quoted + " " + date }
        if field.kind == .region { return field.name + ":" + key + " " + date }
        return field.name + ":" + quoted + " " + date
    }
}

/// Tells persons apart by a hash of phone, id number, or name with address. Nothing of it leaves this file but counts.
private final class PersonFinder {
    private let store: IdentityStore?
    var hasKey: Bool { store?.hasKey ?? false }

    init(_ engine: Engine) throws {
        // An archive whose key is elsewhere still has trends.
        store = try? engine.identity()
    }

    func people(of sequences: [RecordSequence]) throws -> [UInt64?] {
        guard let store, store.hasKey else { return sequences.map { _ in nil } }
        return try sequences.map { sequence in
            guard let json = try store.identity(of: sequence) else { return nil }
            let value = try JSONValue.parse(json.span)
            guard let object = value.objectValue else { return nil }
            guard let party = try IdentityPart(json: object).parties.first else { return nil }
            let phone = (party.phone ?? "").filter(\.isNumber)
            let known =
                party.idNo ?? (phone.utf8.count >= 7 ? phone : nil) ?? party.name.map { $0 + "|" + (party.address ?? "") }
            guard let known, !known.isEmpty else { return nil }
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in known.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            return hash
        }
    }
}

/// Which alarms an earlier run with `--since-last` has told: a file of the archive, replaced whole.
private struct SeenAlarms {
    let path: String
    init(at path: String) { self.path = path }

    /// An alarm is told once; told again when it has been silent for four weeks.
    struct Known {
        var last: [String: Int] = [:]

        func contains(_ alarm: TrendAlarm) -> Bool {
            guard let day = last[Self.name(alarm)] else { return false }
            return Int(alarm.to.days) - day <= 28
        }

        static func name(_ alarm: TrendAlarm) -> String { alarm.by + "|" + alarm.key }
    }

    func read() throws -> Known {
        var known = Known()
        guard SmallFile.size(path) != nil else { return known }
        let bytes = try SmallFile.read(path)
        let value: JSONValue
        do { value = try JSONValue.parse(bytes.span) } catch { throw EngineError.trendsFileUnreadable(path: path) }
        guard let object = value.objectValue else { throw EngineError.trendsFileUnreadable(path: path) }
        for (key, value) in object.entries { known.last[key] = Int(value.text) }
        return known
    }

    func write(_ alarms: [TrendAlarm], known: Known) throws {
        var known = known
        for alarm in alarms { known.last[Known.name(alarm)] = Int(alarm.to.days) }
        var object = JSONObject()
        for (key, day) in known.last.sorted(by: { $0.key < $1.key }) { object.set(key, to: .number(String(day))) }
        var bytes: [UInt8] = []
        object.write(into: &bytes)
        try SmallFile.replace(path, with: bytes)
    }
}
