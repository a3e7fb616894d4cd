// Reckons one time limit: counts units from a start, leaves out pauses and free days, and says each step.
//
// Days count from the day after the start and end with the last second of the last day (民法典 §201–203); minutes and hours
// count from the second.

import Records

/// A step of a reckoning, for the person who must answer for it.
package struct DeadlineStep: Hashable, Sendable {
    package var chinese: String
    package var english: String
    package func text(in language: Language) -> String { language == .chinese ? chinese : english }
}

package struct DeadlineClock: Sendable {
    package struct Pause: Hashable, Sendable {
        package var from: Timestamp
        /// Nil: not resumed yet.
        package var to: Timestamp?
        package init(from: Timestamp, to: Timestamp?) {
            self.from = from
            self.to = to
        }
    }

    package enum Outcome: Hashable, Sendable {
        case due(Timestamp)
        /// The clock stands still.
        case paused(since: Timestamp)
        /// The calendar of working days ends before the limit does.
        case beyondCalendar(lastYear: Int)
    }

    package var calendar: WorkCalendar
    /// A limit in days, weeks or months whose last day is free ends on the next working day.
    package var movesOffRestDays: Bool
    /// Added up over one limit, so that a damaged record cannot keep us counting.
    static let daysMax = 20_000

    package init(calendar: WorkCalendar, movesOffRestDays: Bool) {
        self.calendar = calendar
        self.movesOffRestDays = movesOffRestDays
    }

    package func reckon(
        from start: Timestamp, _ amount: Int, _ unit: DeadlineUnit, pauses given: [Pause], steps: inout [DeadlineStep]
    ) -> Outcome {
        let pauses = Self.merged(given)
        switch unit {
        case .minute, .hour: return reckonTime(from: start, seconds: Int64(amount) * (unit == .minute ? 60 : 3600), pauses, &steps)
        case .day, .workingDay, .week, .month: return reckonDays(from: start.date, amount, unit, pauses, &steps)
        }
    }

    /// One after the other without overlap.
    static func merged(_ pauses: [Pause]) -> [Pause] {
        var merged: [Pause] = []
        for pause in pauses.sorted(by: { $0.from < $1.from }) where pause.to.map({ $0 >= pause.from }) ?? true {
            guard let last = merged.last, last.to.map({ pause.from <= $0 }) ?? true else {
                merged.append(pause)
                continue
            }
            if let end = last.to { merged[merged.count - 1].to = pause.to.map { max($0, end) } }
        }
        return merged
    }

    private func reckonTime(
        from given: Timestamp, seconds: Int64, _ pauses: [Pause], _ steps: inout [DeadlineStep]
    ) -> Outcome {
        var now = given.seconds
        if !given.hasTime {
            now += 86_399
            steps.append(DeadlineStep(chinese: "起算时刻不详，按当日 23:59:59 起算", english: "the hour of the start is unknown: counted from 23:59:59 of that day"))
        }
        var rest = seconds
        for pause in pauses {
            let from = max(pause.from.seconds, now)
            if from - now >= rest { break }
            if let to = pause.to, to.seconds <= now { continue }
            rest -= from - now
            guard let to = pause.to else { return .paused(since: pause.from) }
            steps.append(Self.pauseStep(pause))
            now = to.seconds
        }
        guard let due = Timestamp(seconds: now + rest) else { return .beyondCalendar(lastYear: CalendarDate.years.upperBound) }
        steps.append(DeadlineStep(chinese: "止于 \(due.text)", english: "ends \(due.text)"))
        return .due(due)
    }

    private func reckonDays(
        from start: CalendarDate, _ amount: Int, _ unit: DeadlineUnit, _ pauses: [Pause], _ steps: inout [DeadlineStep]
    ) -> Outcome {
        var left = amount
        if unit == .week { left = amount * 7 }
        if unit == .month {
            guard let target = Self.adding(months: amount, to: start) else { return .beyondCalendar(lastYear: CalendarDate.years.upperBound) }
            left = Int(target.days - start.days)
        }
        var day = start
        var (free, madeUp) = (0, 0)
        var spent: Set<Int> = []
        for _ in 0..<Self.daysMax where left > 0 {
            guard let next = day.adding(days: 1) else { return .beyondCalendar(lastYear: CalendarDate.years.upperBound) }
            day = next
            // The day of a pause's beginning counts, the day of its end does not.
            if let pause = pauses.firstIndex(where: { $0.from.date < day && $0.to.map { day <= $0.date } ?? true }) {
                guard pauses[pause].to != nil else { return .paused(since: pauses[pause].from) }
                spent.insert(pause)
                continue
            }
            if unit == .workingDay {
                guard let isWorked = calendar.isWorkday(day) else { return .beyondCalendar(lastYear: calendar.years.upperBound) }
                guard isWorked else {
                    free += 1
                    continue
                }
                if day.weekday > 5 { madeUp += 1 }
            }
            left -= 1
        }
        guard left == 0 else { return .beyondCalendar(lastYear: calendar.years.upperBound) }
        for pause in spent.sorted() { steps.append(Self.pauseStep(pauses[pause])) }
        if unit == .workingDay, free > 0 || madeUp > 0 {
            steps.append(
                DeadlineStep(
                    chinese: "跳过休息日和节假日 \(free) 天，计入调休上班的周末 \(madeUp) 天",
                    english: "\(free) free days left out, \(madeUp) worked weekend days counted"))
        }
        if unit != .workingDay, movesOffRestDays {
            let last = day
            while true {
                guard let isWorked = calendar.isWorkday(day) else { return .beyondCalendar(lastYear: calendar.years.upperBound) }
                if isWorked { break }
                guard let next = day.adding(days: 1) else { return .beyondCalendar(lastYear: calendar.years.upperBound) }
                day = next
            }
            if day != last {
                steps.append(DeadlineStep(chinese: "最后一日 \(last.text) 休息，顺延至 \(day.text)", english: "the last day \(last.text) is free: moved to \(day.text)"))
            }
        }
        let due = Self.end(of: day)
        steps.append(DeadlineStep(chinese: "止于 \(day.text) 当日结束", english: "ends with \(day.text)"))
        return .due(due)
    }

    private static func pauseStep(_ pause: Pause) -> DeadlineStep {
        DeadlineStep(
            chinese: "\(pause.from.text) 至 \(pause.to?.text ?? "") 中止，不计入", english: "not counted: \(pause.from.text) to \(pause.to?.text ?? "")")
    }

    /// The last second of the day.
    package static func end(of day: CalendarDate) -> Timestamp { Timestamp(seconds: Timestamp(day).seconds + 86_399) ?? Timestamp(day) }

    /// The same day some months on, or the last of a shorter month.
    static func adding(months: Int, to date: CalendarDate) -> CalendarDate? {
        let (year, month, day) = date.components
        let count = year * 12 + month - 1 + months
        guard let length = CalendarDate.length(ofMonth: count % 12 + 1, in: count / 12) else { return nil }
        return CalendarDate(year: count / 12, month: count % 12 + 1, day: min(day, length))
    }
}
