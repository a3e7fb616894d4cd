// The reports of the rules (R79–R84, R87): month, year, any two fields, two periods side by side, and the list of
// corrections. All of them are tables of the same measures over the same records.

import Archive
import Records
import TextAnalysis
import Trends

extension Engine {
    /// 按月统计汇总
    func unloggedMonthlyReport(year: Int, month: Int, _ template: ReportRequest, _ language: Language) throws -> Report {
        try mayReport(template)
        guard let period = CalendarDate.period("\(year)-\(month)") else {
            throw EngineError.periodUnreadable(text: "\(year)-\(month)")
        }
        let before = month == 1 ? (year - 1, 12) : (year, month - 1)
        let beside = [before, (year - 1, month)].compactMap { CalendarDate.period("\($0.0)-\($0.1)") }
        return try periodReport(
            say(language, "\(year)年\(month)月投诉举报统计汇总", "Complaints in \(year)-\(month < 10 ? "0" : "")\(month)"),
            period, beside: beside, template, language, timeBucket: nil)
    }

    /// 年度报告
    func unloggedAnnualReport(year: Int, _ template: ReportRequest, since: String?, _ language: Language) throws -> Report {
        try mayReport(template)
        guard let period = CalendarDate.period("\(year)") else { throw EngineError.periodUnreadable(text: "\(year)") }
        let beside = [CalendarDate.period("\(year - 1)")].compactMap { $0 }
        var report = try periodReport(
            say(language, "\(year)年度投诉举报报告", "Annual report \(year)"), period, beside: beside, template, language,
            timeBucket: .month)
        if let since, !template.isPublic {
            var request = template
            request.period = period
            report.tables.append(try corrections(request, since: since, language))
        }
        return report
    }

    /// Every report passes here before it counts.
    private func mayReport(_ request: ReportRequest, by buckets: [ReportBucket?] = []) throws {
        guard request.isPublic else { return }
        try PublicFigures.check(buckets.compactMap { $0?.field }, filters: figureConditions(request.filters))
    }

    private func say(_ language: Language, _ chinese: String, _ english: String) -> String {
        language == .chinese ? chinese : english
    }

    private func periodReport(
        _ title: String, _ period: ClosedRange<CalendarDate>, beside: [ClosedRange<CalendarDate>],
        _ template: ReportRequest, _ language: Language, timeBucket: ReportBucket?
    ) throws -> Report {
        var request = template
        request.period = period
        var buckets: [ReportBucket] = [
            .field(.kind, depth: nil), .field(.channel, depth: nil), .field(.category, depth: 1),
            .field(.category, depth: 2), .field(.region, depth: nil), .field(.leadUnit, depth: nil),
            .field(.acceptance, depth: nil), .field(.outcome, depth: nil), .field(.verified, depth: nil),
            .field(.mediation, depth: nil), .field(.satisfaction, depth: nil),
        ]
        if !request.isPublic { buckets += [.field(.handler, depth: nil), .field(.respondent, depth: nil)] }
        let (set, notices) = try figures(request, fields: buckets.compactMap(\.field))
        // The periods beside it are counted in the same state, so that the difference is time's and nothing else's.
        request.snapshot = set.snapshot
        var sets = [(period, set)]
        for other in beside {
            request.period = other
            sets.append((other, try figures(request, fields: []).set))
        }
        var tables = [try overview(sets, request, language)]
        if let timeBucket { tables.append(try table(set, by: timeBucket, request: template, period, language, isOrdered: true)) }
        let counted = try Parallel.map(buckets, pieceLength: 1) { buckets in buckets.map { Self.count(set, by: $0, template, language) } }
        for (bucket, counts) in zip(buckets, counted) {
            let table = try table(set, by: bucket, counts, request: template, period, language)
            if table.rows.count > 1 { tables.append(table) }
        }
        return Report(title: title, snapshot: set.snapshot, tables: tables, notices: notices)
    }

    private func overview(
        _ sets: [(ClosedRange<CalendarDate>, FigureSet)], _ request: ReportRequest, _ language: Language
    ) throws -> FigureTable {
        var table = FigureTable(
            title: say(language, "总体", "Overall"), columns: [say(language, "时段", "period")] + Self.measureTitles(language),
            name: "overall")
        for (period, set) in sets {
            table.rows.append(
                FigureTable.Row(
                    cells: [.text(Self.name(of: period))] + Self.measures(set.measures.whole, isPublic: request.isPublic),
                    query: try self.query(nil, "", period, request), isTotal: true))
        }
        return published(table, request)
    }

    private func published(_ table: FigureTable, _ request: ReportRequest) -> FigureTable {
        guard request.isPublic else { return table }
        return table.published(counts: PublicFigures.counts, wholeRow: 1, followers: PublicFigures.followers)
    }

    static func name(of period: ClosedRange<CalendarDate>) -> String {
        period.lowerBound == period.upperBound
            ? period.lowerBound.text : "\(period.lowerBound.text)..\(period.upperBound.text)"
    }

    static func measureTitles(_ language: Language) -> [String] {
        language == .chinese
            ? ["件", "事项", "批", "人次", "占比", "办结", "办结率", "超期", "办理天数中位", "办理天数九成", "属实率", "满意率"]
            : ["records", "matters", "groups", "people", "share", "closed", "closed share", "overdue", "days median", "days p90", "founded share", "satisfied share"]
    }

    static func measures(_ tally: FigureTally, of all: Int? = nil, isPublic: Bool = false) -> [FigureTable.Cell] {
        func share(_ part: Int, _ whole: Int) -> FigureTable.Cell {
            if isPublic, FigureTally.isTelling(part, of: whole) { return .suppressed }
            return FigureTally.share(part, of: whole).map { .share($0) } ?? .empty
        }
        func days(_ days: Int?) -> FigureTable.Cell { days.map { .integer($0) } ?? .empty }
        return [
            .integer(tally.records), .integer(tally.matterCount), .integer(tally.groupCount), .integer(tally.people),
            share(tally.records, all ?? tally.records), .integer(tally.closed), share(tally.closed, tally.records),
            .integer(tally.overdue), days(tally.daysMedian), days(tally.daysNinety), share(tally.founded, tally.decided), share(tally.satisfied, tally.rated),
        ]
    }

    func query(
        _ bucket: ReportBucket?, _ key: String, _ period: ClosedRange<CalendarDate>, _ request: ReportRequest
    ) throws -> String {
        var days = period
        var text = ""
        if case .field(let field, _) = bucket {
            text = FigureQuery.text(field, key, period)
            // Records filed under a former name of the category count with it, and the figure opens to them too.
            let former = field == .category ? try profile().formerNames(ofCategory: key) : []
            if !former.isEmpty {
                let names = ([key] + former).map { FigureQuery.text(field, $0) }
                text = "(" + names.joined(separator: " OR ") + ") " + FigureQuery.text(nil, "", period)
            }
        } else if bucket != nil {
            if let own = bucket.flatMap({ Self.days(of: key, $0) }) {
                days = max(own.lowerBound, period.lowerBound)...min(own.upperBound, period.upperBound)
            }
            text = FigureQuery.text(nil, "", days)
        } else {
            text = FigureQuery.text(nil, "", period)
        }
        for filter in request.filters {
            let parts = filter.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let field = Field.named(parts[0]) else { continue }
            let value = field.canonicalValue(parts[1])
            text += field.kind == .region ? " \(field.name):\(value)" : " \(field.name):\"\(value)\""
        }
        return text
    }

    /// As above; rows that are cut off need none.
    private func query(_ bucket: ReportBucket, _ key: String, place: Int, _ period: ClosedRange<CalendarDate>, _ request: ReportRequest) throws -> String? {
        place < request.rowsMax ?? .max ? try query(bucket, key, period, request) : nil
    }

    /// The days that a key of a time bucket stands for.
    private static func days(of key: String, _ bucket: ReportBucket) -> ClosedRange<CalendarDate>? {
        switch bucket {
        case .week: return CalendarDate.period(key).flatMap { week in week.lowerBound.adding(days: 6).map { week.lowerBound...$0 } }
        case .quarter:
            guard let year = Int(key.prefix(4)), let quarter = Int(key.suffix(1)),
                let first = CalendarDate.period("\(year)-\(quarter * 3 - 2)"), let last = CalendarDate.period("\(year)-\(quarter * 3)")
            else { return nil }
            return first.lowerBound...last.upperBound
        default: return CalendarDate.period(key)
        }
    }

    /// One row a key, largest first (or in the order of keys), and the whole below.
    private func table(
        _ set: FigureSet, by bucket: ReportBucket, request: ReportRequest, _ period: ClosedRange<CalendarDate>,
        _ language: Language, isOrdered: Bool = false, limit: Int = 50
    ) throws -> FigureTable {
        let counts = Self.count(set, by: bucket, request, language)
        return try table(set, by: bucket, counts, request: request, period, language, isOrdered: isOrdered, limit: limit)
    }

    /// The measures by key.
    private static func count(_ set: FigureSet, by bucket: ReportBucket, _ request: ReportRequest, _ language: Language) -> [(key: String, value: FigureTally)] {
        let labels = request.isPublic ? PublicLabels([set], bucket, rest: rest(language)) : nil
        let keys = labels?.keys(set.rows) ?? bucket.keys(set.rows)
        // Of which nothing may be named.
        if let labels, bucket.field != nil, keys.names.allSatisfy({ labels.isRest($0) }) { return [] }
        return Array(zip(keys.names, set.measures.tallies(by: keys))).map { (key: $0, value: $1) }
    }

    private static func rest(_ language: Language) -> String { language == .chinese ? "其余" : "other" }

    private func table(
        _ set: FigureSet, by bucket: ReportBucket, _ tallies: [(key: String, value: FigureTally)], request: ReportRequest,
        _ period: ClosedRange<CalendarDate>, _ language: Language, isOrdered: Bool = false, limit: Int = 50
    ) throws -> FigureTable {
        let whole = set.measures.whole
        var title = bucket.title(in: language)
        if case .field(let field, let depth?) = bucket, field.kind == .path, depth > 1 {
            title += say(language, "（第 \(depth) 级）", " (level \(depth))")
        }
        var table = FigureTable(
            title: say(language, "按", "By ") + title, columns: [title] + Self.measureTitles(language),
            name: bucket.field?.name ?? "\(bucket)")
        let order = tallies.sorted {
            isOrdered ? $0.key < $1.key : ($1.value.records, $0.key) < ($0.value.records, $1.key)
        }
        for (key, tally) in order.prefix(limit) {
            table.rows.append(
                FigureTable.Row(
                    cells: [.text(request.isPublic ? PersonalNumbers.masked(key) : key)]
                        + Self.measures(tally, of: whole.records, isPublic: request.isPublic),
                    query: try self.query(bucket, key, period, request)))
        }
        if !table.rows.isEmpty {
            table.rows.append(
                FigureTable.Row(
                    cells: [.text(say(language, "合计", "all"))] + Self.measures(whole, isPublic: request.isPublic),
                    query: try self.query(nil, "", period, request), isTotal: true))
        }
        return published(table, request)
    }

    /// Any two fields, or a field and time.
    func unloggedPivotReport(
        rows: ReportBucket, columns: ReportBucket?, _ request: ReportRequest, _ language: Language
    ) throws -> Report {
        try mayReport(request, by: [rows, columns])
        let (set, notices) = try figures(request, fields: [rows.field, columns?.field].compactMap { $0 })
        let title = say(language, "交叉统计：\(rows.title(in: language))", "Pivot: \(rows.title(in: language))")
            + (columns.map { " × " + $0.title(in: language) } ?? "") + say(language, "，", ", ") + Self.name(of: request.period)
        var table: FigureTable
        if let columns {
            table = try cross(set, rows, columns, request, language)
        } else {
            table = try self.table(set, by: rows, request: request, request.period, language, isOrdered: rows.field == nil, limit: 10_000)
        }
        if request.isPublic, columns != nil { table = table.publishedCross() }
        let left = table.cut(to: request.rowsMax)
        return Report(title: title, snapshot: set.snapshot, tables: [table], notices: notices + Self.notice(ofRowsLeft: left))
    }

    private static func notice(ofRowsLeft count: Int) -> [Notice] {
        guard count > 0 else { return [] }
        return [Notice(chinese: "提示：只列出最多的几行，另有 \(count) 行；全部见下载的文件", english: "note: the largest rows alone, \(count) more are left out; a file holds all")]
    }

    /// Of a cross table: what has more nobody reads, and it would fill the memory.
    private static let cellsMax = 2_000_000

    private func cross(
        _ set: FigureSet, _ rows: ReportBucket, _ columns: ReportBucket, _ request: ReportRequest, _ language: Language
    ) throws -> FigureTable {
        let rest = Self.rest(language)
        let down = request.isPublic ? PublicLabels([set], rows, rest: rest).keys(set.rows) : rows.keys(set.rows)
        let right = request.isPublic ? PublicLabels([set], columns, rest: rest).keys(set.rows) : columns.keys(set.rows)
        func order(_ keys: FigureKeys, _ bucket: ReportBucket) -> [(place: Int, name: String, total: Int)] {
            let totals = keys.counts
            return keys.names.indices.map { (place: $0, name: keys.names[$0], total: totals[$0]) }.filter { $0.total > 0 }
                .sorted { bucket.field == nil ? $0.name < $1.name : ($1.total, $0.name) < ($0.total, $1.name) }
        }
        let (across, names) = (order(right, columns), order(down, rows))
        guard (names.count + 1) * (across.count + 2) <= Self.cellsMax else { throw EngineError.crossTooLarge(rows: names.count, columns: across.count) }
        let counts = down.crossed(with: right)
        let all = say(language, "合计", "all")
        var table = FigureTable(
            title: say(language, "件", "records"), columns: [rows.title(in: language)] + across.map { request.isPublic ? PersonalNumbers.masked($0.name) : $0.name } + [all],
            name: "pivot")
        let width = right.names.count
        for (place, key, total) in names {
            table.rows.append(
                FigureTable.Row(
                    cells: [.text(request.isPublic ? PersonalNumbers.masked(key) : key)] + across.map { .integer(counts[place * width + $0.place]) } + [.integer(total)],
                    query: try query(rows, key, place: table.rows.count, request.period, request)))
        }
        table.rows.append(
            FigureTable.Row(
                cells: [.text(all)] + across.map { .integer($0.total) } + [.integer(set.rows.count)],
                query: try self.query(nil, "", request.period, request), isTotal: true))
        return table
    }

    /// Two periods side by side, by one field (R87).
    func unloggedComparison(
        by bucket: ReportBucket, _ first: ClosedRange<CalendarDate>, _ second: ClosedRange<CalendarDate>,
        _ template: ReportRequest, _ language: Language
    ) throws -> Report {
        try mayReport(template, by: [bucket])
        var request = template
        request.period = second
        let (newer, notices) = try figures(request, fields: [bucket.field].compactMap { $0 })
        request.snapshot = newer.snapshot
        request.period = first
        let older = try figures(request, fields: [bucket.field].compactMap { $0 }).set
        var counts: [String: (older: Int, newer: Int)] = [:]
        let labels = request.isPublic ? PublicLabels([older, newer], bucket, rest: Self.rest(language)) : nil
        let (before, after) = (labels?.keys(older.rows) ?? bucket.keys(older.rows), labels?.keys(newer.rows) ?? bucket.keys(newer.rows))
        for (key, count) in zip(before.names, before.counts) { counts[key, default: (0, 0)].older = count }
        for (key, count) in zip(after.names, after.counts) { counts[key, default: (0, 0)].newer = count }
        var table = FigureTable(
            title: say(language, "两期对比", "Two periods"),
            columns: [
                bucket.title(in: language), Self.name(of: first), Self.name(of: second), say(language, "增减", "difference"),
                say(language, "增幅", "change"),
            ], name: "comparison")
        func row(_ key: String, _ older: Int, _ newer: Int, isTotal: Bool) throws -> FigureTable.Row {
            try FigureTable.Row(
                cells: [
                    .text(request.isPublic ? PersonalNumbers.masked(key) : key), .integer(older), .integer(newer), .integer(newer - older),
                    FigureTally.share(newer - older, of: older).map { .share($0) } ?? .empty,
                ], query: isTotal ? self.query(nil, "", second, template) : query(bucket, key, place: table.rows.count, second, template), isTotal: isTotal)
        }
        for (key, count) in counts.sorted(by: { (abs($1.value.newer - $1.value.older), $0.key) < (abs($0.value.newer - $0.value.older), $1.key) }) {
            table.rows.append(try row(key, count.older, count.newer, isTotal: false))
        }
        table.rows.append(try row(say(language, "合计", "all"), older.rows.count, newer.rows.count, isTotal: true))
        if request.isPublic { table = table.published(counts: [1, 2], wholeRow: nil, followers: [1: [3, 4], 2: [3, 4]]) }
        let left = table.cut(to: request.rowsMax)
        return Report(
            title: say(language, "\(Self.name(of: first)) 与 \(Self.name(of: second)) 对比", "\(Self.name(of: first)) and \(Self.name(of: second))"),
            snapshot: newer.snapshot, tables: [table], notices: notices + Self.notice(ofRowsLeft: left))
    }

    /// 更正: what was changed of the period's records after an earlier state, and so of its figures.
    func unloggedCorrections(_ request: ReportRequest, since: String, _ language: Language) throws -> FigureTable {
        let old = try sequence(ofSnapshot: since)
        // All that the reports count by.
        let fields: [Field] = [
            .kind, .channel, .category, .region, .leadUnit, .handler, .acceptance, .outcome, .mediation, .status, .respondent,
        ]
        let conditions = try figureConditions(request.filters)
        let layout = FigureLayout(fields + conditions.map(\.field))
        let new = try request.snapshot.map { try sequence(ofSnapshot: $0) } ?? records.lastSequence
        let days = Int(request.period.lowerBound.days)...Int(request.period.upperBound.days)
        let rules = try profile()
        func counted(_ record: FigureRecord?) -> FigureRecord? {
            guard var record else { return nil }
            Self.renameCategories(&record, layout, rules)
            guard days.contains(record.day), conditions.allSatisfy({ $0.holds(record, layout) }) else { return nil }
            return record
        }
        var table = FigureTable(
            title: say(language, "更正（快照 \(since) 之后）", "Corrections since snapshot \(since)"),
            columns: [
                say(language, "编号", "record"), say(language, "项目", "field"), say(language, "原", "before"), say(language, "现", "now"),
            ], name: "corrections")
        for number in try changedRecords(after: old).sorted() {
            let before = counted(try figureRecord(number, asOf: old, layout))
            let after = counted(try figureRecord(number, asOf: new, layout))
            guard before != nil || after != nil else { continue }
            guard let version = try records.latest(of: number) else { continue }
            let id = try Self.complaint(version).archiveID
            openNote?.give([id])
            let query = "no:\"\(id)\""
            func line(_ name: String, _ a: String, _ b: String) {
                table.rows.append(FigureTable.Row(cells: [.text(id), .text(name), .text(a), .text(b)], query: query))
            }
            guard let before else {
                line(say(language, "补录", "added late"), "", CalendarDate(days: Int32(after!.day))!.text)
                continue
            }
            guard let after else {
                line(say(language, "撤销或移出", "withdrawn or moved out"), CalendarDate(days: Int32(before.day))!.text, "")
                continue
            }
            if before.day != after.day {
                line(Field.date.name(in: language), CalendarDate(days: Int32(before.day))!.text, CalendarDate(days: Int32(after.day))!.text)
            }
            for (slot, field) in layout.fields.enumerated() {
                // Of a path the whole ones; the order of several values counts for nothing.
                func text(_ record: FigureRecord) -> String {
                    let values = record.values[slot]
                    return values.filter { one in field.kind != .path || !values.contains { $0.hasPrefix(one + "/") } }.sorted()
                        .joined(separator: "；")
                }
                let (old, new) = (text(before), text(after))
                if old != new { line(field.name(in: language), old, new) }
            }
            for (slot, field) in layout.quantities.enumerated() where before.quantities[slot] != after.quantities[slot] {
                func text(_ value: Int64?) -> String {
                    guard let value else { return "" }
                    if field == .people { return String(value / 1_000) }
                    return CalendarDate(days: Int32(truncatingIfNeeded: value))?.text ?? ""
                }
                line(field.name(in: language), text(before.quantities[slot]), text(after.quantities[slot]))
            }
        }
        return table
    }
}

extension Engine {
    /// The id of the newest state of the records.
    package func newestSnapshot() throws -> String { try snapshotID(records.lastSequence) }
}
