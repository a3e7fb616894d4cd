// Which record falls on which day, and what is complained of on that day.
//
// Records are numbered in order of arrival. Days get shares of the archive by weekday, holiday, trend and a noise of
// their own; problems get shares of a day by season and a noise per theme and week, so that weekly counts scatter more
// than Poisson counts do, as real ones.

package struct Schedule: Sendable {
    package let start: Day
    package let dayCount: Int
    /// Number of the first record of each day; one more entry than days.
    package let firstRecord: [Int]
    /// Sums of the problems' weights for each day: row `day`, column `problem`.
    private let cumulative: [UInt32]
    private let problemCount: Int
    private let problemWeights: [Int]

    package init(plan: Plan, seed: UInt64, book: ThemeBook) {
        start = plan.start
        dayCount = plan.dayCount
        problemCount = book.problems.count
        problemWeights = book.problems.map(\.weight)
        var sums: [UInt64] = [0]
        for index in 0..<dayCount {
            let day = Day(number: plan.start.number + index)
            let growth = 1000 + 120 * index / 365
            var noise = RandomStream(seed, 0xDA1_0000 + UInt64(index))
            let scatter = 880 + noise.below(121) + noise.below(121)
            sums.append(sums[index] + UInt64(ChineseCalendar.intakeWeight(day) * growth / 1000 * scatter / 1000))
        }
        let total = sums[dayCount]
        firstRecord = sums.map { total == 0 ? 0 : Int(total.dividingFullWidth($0.multipliedFullWidth(by: UInt64(plan.records))).quotient) }
        var table: [UInt32] = []
        table.reserveCapacity(dayCount * problemCount)
        for index in 0..<dayCount {
            let day = Day(number: plan.start.number + index)
            let week = UInt64((day.number + 3) / 7)
            var sum: UInt32 = 0
            for problem in book.problems {
                var noise = RandomStream(seed, 0x3EE_0000 + week << 8 + UInt64(problem.theme))
                let scatter = 760 + noise.below(161) + noise.below(161) + noise.below(161)
                let season = problem.season.factor(on: day, part: index * 1000 / max(1, dayCount))
                sum += UInt32(problem.weight * season / 10 * scatter / 1000)
                table.append(sum)
            }
        }
        cumulative = table
    }

    /// The index of the day on which record `i` arrives.
    package func day(of i: Int) -> Int {
        var low = 0
        var high = dayCount
        while low + 1 < high {
            let middle = (low + high) / 2
            if firstRecord[middle] <= i { low = middle } else { high = middle }
        }
        return low
    }

    /// Seconds into the day, growing with the number of the record: most people call from nine to eleven and from
    /// two to five.
    package func secondOfDay(of i: Int, day: Int, jitter: UInt64) -> Int {
        let weights = [2, 1, 1, 1, 1, 2, 6, 18, 62, 96, 98, 78, 46, 48, 82, 92, 88, 70, 42, 36, 34, 28, 18, 8]
        let count = firstRecord[day + 1] - firstRecord[day]
        let place = i - firstRecord[day]
        let total = weights.reduce(0, +) * 1000
        // Each record has a slot of its own inside the day; the jitter moves it within the slot.
        var point = total / count * place + total % count * place / count + Int(jitter % 997) * (total / count) / 1000
        for (hour, weight) in weights.enumerated() {
            if point < weight * 1000 { return hour * 3600 + min(3599, point * 3600 / (weight * 1000)) }
            point -= weight * 1000
        }
        return 86_399
    }

    package func problem(on day: Int, drawn random: UInt64) -> Int {
        let row = day * problemCount
        let total = cumulative[row + problemCount - 1]
        let drawn = UInt32(UInt64(total).multipliedFullWidth(by: random).high)
        var low = 0
        var high = problemCount - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[row + middle] > drawn { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// How probable a problem is on a day, in units of 2⁻³².
    package func probability(of problem: Int, on day: Int) -> UInt64 {
        let row = day * problemCount
        let before = problem == 0 ? 0 : cumulative[row + problem - 1]
        return UInt64(cumulative[row + problem] - before) << 32 / UInt64(cumulative[row + problemCount - 1])
    }

    /// A record of the day `day`, or nil when the day is empty.
    func record(on day: Int, drawn random: inout RandomStream) -> Int? {
        guard day >= 0, day < dayCount else { return nil }
        let count = firstRecord[day + 1] - firstRecord[day]
        return count == 0 ? nil : firstRecord[day] + random.below(count)
    }
}
