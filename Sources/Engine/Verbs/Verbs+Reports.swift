// Verbs that count and list: each passes through `answering`, which notes it.

import Archive
import Records
import Search
import Trends

extension Engine {
    package func trends(_ request: TrendRequest) throws -> TrendAnswer {
        try answering("trends", .search) { note in
            // What was told before is each viewer's own.
            let answer: TrendAnswer = try surveyed("trends \(request) \(try sightName() ?? "")", movesWithClock: false, note, rows: { 40 * $0.alarms.count + $0.areas.count + 10 }) {
                try unloggedTrends(request)
            }
            note.entry.count = answer.alarms.count
            note.give(answer.alarms.flatMap { $0.records + $0.resembles })
            return answer
        }
    }

    /// 按月统计汇总
    package func monthlyReport(year: Int, month: Int, _ template: ReportRequest, _ language: Language) throws -> Report {
        try answering("monthlyReport", .search) { note in
            try surveyed("monthly \(year) \(month) \(template) \(language)", movesWithClock: false, note, rows: \.rowCount) {
                try unloggedMonthlyReport(year: year, month: month, template, language)
            }
        }
    }

    /// 年度报告
    package func annualReport(year: Int, _ template: ReportRequest, since: String?, _ language: Language) throws -> Report {
        try answering("annualReport", .search) { note in
            // Corrections name records, which are noted while they are found.
            if since != nil { return try unloggedAnnualReport(year: year, template, since: since, language) }
            return try surveyed("annual \(year) \(template) \(language)", movesWithClock: false, note, rows: \.rowCount) {
                try unloggedAnnualReport(year: year, template, since: since, language)
            }
        }
    }

    /// Any two fields, or a field and time.
    package func pivotReport(
        rows: ReportBucket, columns: ReportBucket?, _ request: ReportRequest, _ language: Language
    ) throws -> Report {
        try answering("pivotReport", .search) { note in
            try surveyed("pivot \(rows) \(String(describing: columns)) \(request) \(language)", movesWithClock: false, note, rows: \.rowCount) {
                try unloggedPivotReport(rows: rows, columns: columns, request, language)
            }
        }
    }

    /// Two periods side by side, by one field (R87).
    package func comparison(
        by bucket: ReportBucket, _ first: ClosedRange<CalendarDate>, _ second: ClosedRange<CalendarDate>,
        _ template: ReportRequest, _ language: Language
    ) throws -> Report {
        try answering("comparison", .search) { note in
            try surveyed("compare \(bucket) \(first) \(second) \(template) \(language)", movesWithClock: false, note, rows: \.rowCount) {
                try unloggedComparison(by: bucket, first, second, template, language)
            }
        }
    }

    /// 更正: what was changed of the period's records after an earlier state, and so of its figures.
    package func corrections(_ request: ReportRequest, since: String, _ language: Language) throws -> FigureTable {
        try answering("corrections", .search) { _ in try unloggedCorrections(request, since: since, language) }
    }

    /// - Parameter limit: so many rows at most; `total` counts all.
    package func ladder(
        _ request: LadderRequest, limit: Int? = nil, report: ProgressReport = { _ in }
    ) throws -> (rows: [LadderRow], from: String, until: String, total: Int) {
        try answering("ladder", .search) { note in
            let answer: (rows: [LadderRow], from: String, until: String, total: Int) = try surveyed("ladder \(request) \(limit ?? -1)", movesWithClock: request.until == nil, note, rows: { 1 + $0.rows.reduce(0) { $0 + 1 + $1.matters.count } }) {
                let also = options.survey?.report
                let made = try unloggedLadder(request) { progress in
                    report(progress)
                    also?(progress)
                }
                return (limit.map { Array(made.rows.prefix($0)) } ?? made.rows, made.from, made.until, made.rows.count)
            }
            note.give(answer.rows.flatMap { $0.matters.flatMap(\.ids) })
            return answer
        }
    }

    /// - Parameter limit: so many rows at most; `total` counts all.
    package func repeats(_ request: RepeatsRequest, limit: Int? = nil, report: ProgressReport) throws -> (rows: [RepeatsRow], total: Int) {
        try answering("repeats", .search) { note in
            let all: [RepeatsRow] = try surveyed("repeats \(request)", movesWithClock: false, note, rows: { $0.reduce(1) { $0 + 1 + $1.bytes / 200 } }) {
                let also = options.survey?.report
                return try unloggedRepeats(request) { progress in
                    report(progress)
                    also?(progress)
                }
            }
            let rows = limit.map { Array(all.prefix($0)) } ?? all
            note.give(Set(rows.flatMap { $0.pairs.flatMap { [$0.id, $0.of] } }).sorted())
            return (rows, all.count)
        }
    }

    /// - Parameter since: for the hand-over: the beginning of the shift.
    /// - Parameter limit: so many lines at most; `total` counts all.
    package func supervision(
        _ list: SupervisionList, asOf: String?, since: String? = nil, transfersMin: Int = 3, unit: String? = nil, limit: Int? = nil
    ) throws -> SupervisionReport {
        try answering("supervision", .search) { note in
            // What is kept is what is shown: of a list with a line for every third record nothing else could be.
            let question = "supervision \(list) \(asOf ?? "") \(since ?? "") \(transfersMin) \(unit ?? "") \(limit ?? -1)"
            var report: SupervisionReport = try surveyed(question, movesWithClock: asOf == nil, note, rows: { 1 + $0.lines.count }) {
                var report = try unloggedSupervision(list, asOf: asOf, since: since, transfersMin: transfersMin)
                if let unit {
                    report.lines.removeAll { $0.unit != unit }
                    report.byUnit.removeAll { $0.unit != unit }
                }
                report.total = report.lines.count
                if let limit { report.lines = Array(report.lines.prefix(limit)) }
                return report
            }
            note.entry.detail = list.rawValue
            if let asOf = options.survey?.asOf, asOf.changes > 0 { report.lines = try standing(report.lines) }
            note.give(report.lines.map(\.id))
            return report
        }
    }

    /// Without those that were taken back since.
    private func standing(_ lines: [SupervisionLine]) throws -> [SupervisionLine] {
        let stored = try records.snapshot()
        return try lines.filter { try isStanding($0.id, in: stored) }
    }

    // MARK: The log itself

    /// Entries, newest first; with `whoSaw`, all those that showed a record, under any of the numbers it has or had.
    ///
    /// - Parameter limit: nil is all.
    package func auditEntries(whoSaw id: String?, limit: Int?) throws -> [AuditLine] {
        try answering("auditEntries", .view) { note in
            let found = try unloggedAuditEntries(whoSaw: id, limit: limit)
            note.entry.count = found.count
            return found
        }
    }

    /// - Parameter expected: a head noted on paper, as `NUMBER:HASH`.
    package func verifyAudit(expected: String?) throws -> (problems: [Notice], head: String) {
        try answering("verifyAudit", .view) { note in
            let answer = try unloggedVerifyAudit(expected: expected)
            note.entry.count = answer.problems.count
            return answer
        }
    }
}
