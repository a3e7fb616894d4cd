// What is rising: series out of the index, tested together, each alarm with the records behind it.

import Archive
import Index
import Records
import Search
import TextAnalysis
import Trends

extension Engine {
    func unloggedTrends(_ request: TrendRequest) throws -> TrendAnswer {
        let (index, notice) = try currentIndex()
        let snapshot = try visible(index.snapshot())
        var notices = [try sightName() == nil ? notice : nil].compactMap { $0 }
        let (grid, ahead) = try Self.grid(snapshot, request)
        if ahead > 0 {
            let until = grid.date(endOf: grid.count - 1).text
            notices.append(
                Notice(
                    chinese: "提示：有 \(ahead) 件的日期在 \(until) 之后，疑为误填，没有算进最近各期（要看到那一天，用 --until）",
                    english: "note: \(ahead) records are dated after \(until), it seems by mistake, and are in no period (--until looks up to them)"))
        }
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
        let known = try seenAlarms().read()
        for place in alarms.indices { alarms[place].isNew = !known.contains(alarms[place]) }
        let toldBefore = alarms.filter { !$0.isNew }
        if request.onlyNew { alarms.removeAll { !$0.isNew } }
        let left = max(0, alarms.count - request.limit)
        if left > 0 {
            notices.append(
                Notice(
                    chinese: "提示：另有 \(left) 条预警未显示（--limit \(request.limit)）\(request.onlyNew ? "，下次运行再报" : "")",
                    english: "note: \(left) more alarms not shown (--limit \(request.limit))\(request.onlyNew ? "; the next run tells them" : "")"))
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
        let bySize = leaves.sorted { ($1.raw.reduce(0, +), $0.key) < ($0.raw.reduce(0, +), $1.key) }
        let largest = bySize.prefix(20)
        var shown = Array(alarms.prefix(request.limit))
        let ofRegions = shown.filter { $0.by == Field.region.name }
        let names = try regionNames(
            of: (ofRegions.flatMap { [$0.key] + $0.parents } + clusters.map(\.area) + largest.map(\.key)).prefix(Self.namedMax),
            among: bySize.map(\.key), Searcher(snapshot, resolver: self, words: { _ in [] }))
        for place in shown.indices where shown[place].by == Field.region.name { shown[place].name = names[shown[place].key] }
        return TrendAnswer(
            alarms: shown, clusters: clusters, grid: grid, method: run.method,
            tested: run.tested, families: run.families, total: source.all.raw,
            areas: largest.map { ($0.key, $0.distinct) }, records: source.all.raw.reduce(0, +), repeats: repeats.count,
            snapshot: try snapshotID(snapshot.watermark), notices: notices, toldBefore: request.onlyNew ? toldBefore : [],
            regionNames: names)
    }

    /// Areas that get a name: those of the alarms first.
    private static let namedMax = 80

    /// Notes that the alarms of an answer to `onlyNew` have been told: after they were, so that a run that ends before loses
    /// nothing, and those alone, not what the limit kept back.
    package func rememberTold(_ answer: TrendAnswer) throws {
        try whileWriting { try seenAlarms().add(answer.toldBefore + answer.alarms) }
    }

    /// What one was told of is nothing that another, who sees less, may learn.
    private func seenAlarms() throws -> SeenAlarms {
        SeenAlarms(at: folder.path + (try sightName().map { "/trends-\(SearchCursor.hash($0)).json" } ?? "/trends.json"))
    }

    /// The series of a field as they are, and those of all records: for measuring.
    package func trendSeries(by name: String) throws -> (series: [Series], all: Series) {
        let snapshot = try currentIndex().index.snapshot()
        let grid = try Self.grid(snapshot, TrendRequest()).grid
        let repeats = try RepeatMarks.nearCopies(in: snapshot, days: (grid.first - 60)...grid.end)
        let source = try ComplaintSeries(snapshot, grid: grid, repeats: repeats)
        return (try series(named: name, source), source.all)
    }

    /// From the first days with a fair share of the records on: a mistyped 1970 makes no half century of empty weeks. Up to the
    /// newest day that is no slip either: one record of 2062 must not leave all newest weeks empty.
    private static func grid(_ snapshot: IndexSnapshot, _ request: TrendRequest) throws -> (grid: PeriodGrid, ahead: Int) {
        guard (1...366).contains(request.windowDays) else { throw EngineError.windowUnusable(days: request.windowDays) }
        var days: [Int: Int] = [:]
        for segment in snapshot.segments {
            var moments = segment.receivedAtColumn
            for doc in 0..<UInt32(segment.docCount) where !segment.dead.contains(doc) {
                days[PeriodGrid.day(ofSeconds: try moments.number(of: doc)), default: 0] += 1
            }
        }
        let sorted = days.keys.sorted()
        guard !sorted.isEmpty else { return (PeriodGrid(end: 0, daysEach: request.windowDays, count: 0), 0) }
        let newest = PeriodGrid.newestDay(counts: days, today: Int(now.date.days))
        let end = request.until.map { Int($0.days) } ?? newest
        let ahead = request.until == nil ? sorted.reduce(0) { $0 + ($1 > newest ? days[$1]! : 0) } : 0
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
        return (PeriodGrid(end: end, daysEach: request.windowDays, count: min(count, 1_100)), ahead)
    }

    private func series(named name: String, _ source: ComplaintSeries) throws -> [Series] {
        guard source.grid.count > 0 else { return [] }
        if TrendEvidence.isTerm(name) {
            let lexicon = try lexicon()
            return try source.series(
                ofWords: TermCandidates.words(in: source) {
                    var analyzer = DocumentAnalyzer(lexicon: lexicon)
                    return { units, body in analyzer.forEachWord(ofFolded: units, body) }
                })
        }
        guard let field = Field.named(name) else { throw EngineError.fieldUnknown(name: name) }
        if field == .incidentPlace {
            return try PlaceCandidates.places(in: source).map { place in
                source.series(.incidentPlace, place, of: try places(naming: place, source))
            }
        }
        switch field.kind {
        case .facet, .path, .region: return try source.series(of: field)
        default: throw EngineError.fieldHasNoFacets(name: name)
        }
    }

    /// Documents in whose 发生地点 these words stand.
    fileprivate func places(naming place: String, _ source: ComplaintSeries) throws -> [DocPlace] {
        let root = try Self.parser.parse(FigureQuery.placeText(place)).root
        let searcher = try Searcher(source.snapshot, resolver: self, words: { _ in [] })
        return try source.places(of: try searcher.allSequences(root))
    }

    /// Names a state of the records: figures made of it can be made again.
    ///
    /// Its number counts the versions that the viewer may see.
    package func snapshotID(_ sequence: RecordSequence) throws -> String {
        let head = records.archiveID.prefix(3).map { byte in
            let text = String(byte, radix: 16)
            return text.utf8.count == 1 ? "0" + text : text
        }
        return head.joined() + "-" + String(try sight().rank(of: sequence).rawValue)
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
        var sets: [(field: Field, place: Int, docs: Set<DocPlace>)] = []
        for rise in run.rises {
            let field = rise.series.field
            let isText = field == .content || field == .incidentPlace
            var set: Set<DocPlace> = []
            if isText {
                // Of the same weeks for all words, however many weeks each of them stands out.
                set = Set(try places(rise, newest: ScanTail.lengthMax).filter { !source.isRepeat($0) })
                // Words of one story, a road and its houses: shown once, under the most certain of them.
                if let same = sets.first(where: { $0.field == field && Self.overlap($0.docs, set) >= 0.6 }) {
                    // Two characters that are no word are worth a line of their own only.
                    let units = Array(rise.series.key.utf16)
                    let isName = try field == .incidentPlace || engine.withAnalyzer { $0.words(of: units).count == 1 }
                    if isName { alarms[same.place].also.append(rise.series.key) }
                    continue
                }
            }
            guard let alarm = try alarm(rise, persons) else { continue }
            if isText { sets.append((field, alarms.count, set)) }
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

    private func places(_ rise: Rise, newest count: Int) throws -> [DocPlace] {
        let wanted = max(0, run.grid.count - count)..<run.grid.count
        if rise.series.field == .incidentPlace {
            return try engine.places(naming: rise.series.key, source).filter { wanted.contains(source.period(of: $0) ?? -1) }
        }
        return try source.places(rise.series.field, rise.series.key, periods: wanted)
    }

    private static func overlap(_ a: Set<DocPlace>, _ b: Set<DocPlace>) -> Double {
        let smaller = min(a.count, b.count)
        // A word of every other record overlaps with all of them.
        return smaller * 3 < max(a.count, b.count) || smaller == 0 ? 0 : Double(a.intersection(b).count) / Double(smaller)
    }

    /// Nil when the rise is one person's.
    private func alarm(_ rise: Rise, _ persons: PersonFinder) throws -> TrendAlarm? {
        var verdict = rise.verdict
        var q = rise.q
        var series = rise.series
        // Each person once, in the period in which they first came: in all weeks that the verdict rests on, and the new
        // verdict may rest on more of them.
        var looked = max(verdict.weeks, ScanTail.lengthMax)
        var recent: [(place: DocPlace, person: UInt64?)] = []
        while true {
            let distinct = try places(rise, newest: looked).filter { !source.isRepeat($0) }
            recent = Array(zip(distinct, try persons.people(of: distinct.map { try source.sequence(of: $0) })))
            recent.sort { (source.period(of: $0.place) ?? 0) < (source.period(of: $1.place) ?? 0) }
            series = rise.series
            var seen: Set<UInt64> = []
            for (place, person) in recent {
                guard let person, !seen.insert(person).inserted, let period = source.period(of: place) else { continue }
                series.distinct[period] -= 1
            }
            verdict = series.distinct == rise.series.distinct ? rise.verdict : Trends.verdict(series, run.total, detector, spread)
            if verdict.weeks <= looked { break }
            looked = verdict.weeks
        }
        if series.distinct != rise.series.distinct {
            q = min(1, q * max(1, verdict.p / max(rise.verdict.p, 1e-300)))
            guard q <= Trends.rate else { return nil }
        }
        if request.withCourse {
            verdict.course = Trends.verdict(series, run.total, detector, spread, withCourse: true).course
        }
        let window = (run.grid.count - verdict.weeks)..<run.grid.count
        let shown = recent.filter { window.contains(source.period(of: $0.place) ?? -1) }
        let distinct = shown.map(\.place)
        let known = shown.compactMap(\.person)
        var share: Double?
        if !known.isEmpty {
            var counts: [UInt64: Int] = [:]
            for person in known { counts[person, default: 0] += 1 }
            share = Double(counts.values.max()!) / Double(max(distinct.count, 1))
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
            titles.append(PersonalNumbers.title(of: complaint, openingMax: 40))
            if respondents.isEmpty { respondents = complaint.respondents.flatMap(\.names) }
            texts.append([complaint.title, complaint.content].compactMap { $0 }.joined(separator: "\n"))
        }
        let bursts = Trends.bursts(series, run.total, verdict)
        let start = run.grid.date(startOf: bursts.now.lowerBound)
        let isTerm = series.field == .content
        let from = run.grid.date(startOf: first)
        let to = run.grid.date(endOf: run.grid.count - 1)
        let closed = try texts.first.map { try closedMatters(like: $0, of: respondents, before: start, leavingOut: ids) } ?? []
        return TrendAlarm(
            by: isTerm ? "term" : series.field.name, key: series.key, shape: verdict.shape, method: verdict.method,
            observed: verdict.observed, raw: series.raw[first...].reduce(0, +), expected: verdict.expected,
            bound: verdict.bound, p: verdict.p, q: q, start: start,
            end: bursts.now.upperBound < run.grid.count ? run.grid.date(endOf: bursts.now.upperBound - 1) : nil,
            earlier: bursts.earlier.map { run.grid.date(startOf: $0.lowerBound)...run.grid.date(endOf: $0.upperBound - 1) },
            from: from, to: to,
            people: known.isEmpty ? nil : Set(known).count, topShare: share, records: ids, titles: titles,
            resembles: closed.map(\.id), resembledTitles: closed.map(\.title),
            parents: rise.parents, also: [],
            query: FigureQuery.text(isTerm ? nil : series.field, series.key, from...to), counts: series.distinct,
            course: verdict.course, isNew: true)
    }

    /// Matters of the same respondent that were closed before the rise began and read like its records (R88).
    private func closedMatters(
        like text: String, of respondents: [String], before start: CalendarDate, leavingOut: [String]
    ) throws -> [(id: String, title: String)] {
        let own = CharacterRuns.runs(Normalizer.shared.fold(text))
        guard own.count >= 10, !respondents.isEmpty else { return [] }
        let names = respondents.map { QueryNode.field(.respondent, .equals(Field.respondent.canonicalValue($0))) }
        let root = QueryNode.conjunction([
            names.count == 1 ? names[0] : .or(names), .field(.closedAt, .dateRange(from: nil, to: Int64(start.days) - 1)),
        ])
        var found: [(complaint: Complaint, shared: Double)] = []
        for sequence in try engine.allSequences(root).suffix(Self.closedMax) {
            guard let version = try engine.records.version(at: sequence) else { continue }
            let complaint = try Engine.complaint(version)
            guard !leavingOut.contains(complaint.archiveID) else { continue }
            let other = CharacterRuns.runs(
                Normalizer.shared.fold([complaint.title, complaint.content].compactMap { $0 }.joined(separator: "\n")))
            let shared = Double(own.intersection(other).count) / Double(max(1, min(own.count, other.count)))
            if shared >= Self.sharedMin { found.append((complaint, shared)) }
        }
        found.sort { ($1.shared, $0.complaint.archiveID) < ($0.shared, $1.complaint.archiveID) }
        return found.prefix(3).map { ($0.complaint.archiveID, PersonalNumbers.title(of: $0.complaint, openingMax: 40)) }
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
    static func placeText(_ place: String) -> String {
        Field.incidentPlace.name + ":\"" + place.replacing("\"", with: "") + "\""
    }

    static func text(_ field: Field, _ key: String) -> String {
        field.name + ":\"" + key.replacing("\"", with: "") + "\""
    }

    package static func text(_ field: Field?, _ key: String, _ days: ClosedRange<CalendarDate>) -> String {
        let date = "date:\(days.lowerBound.text)..\(days.upperBound.text)"
        if key.isEmpty { return date }
        let quoted = "\"" + key.replacing("\"", with: "") + "\""
        guard let field else { return quoted + " " + date }
        if field.kind == .region { return field.name + ":" + key + " " + date }
        if field == .incidentPlace { return placeText(key) + " " + date }
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
            // A day far ahead is a slip of an earlier run, not a reason to be silent until then.
            return abs(Int(alarm.to.days) - day) <= 28
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

    func add(_ alarms: [TrendAlarm]) throws {
        var known = try read()
        for alarm in alarms { known.last[Known.name(alarm)] = Int(alarm.to.days) }
        var object = JSONObject()
        for (key, day) in known.last.sorted(by: { $0.key < $1.key }) { object.set(key, to: .number(String(day))) }
        var bytes: [UInt8] = []
        object.write(into: &bytes)
        try SmallFile.replace(path, with: bytes)
    }
}
