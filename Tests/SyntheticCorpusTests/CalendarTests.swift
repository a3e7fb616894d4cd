import SyntheticCorpus
import TestSupport
import Testing

@Suite struct CalendarTests {
    @Test func `days count on as a calendar on paper does`() {
        var (year, month, dayOfMonth) = (1970, 1, 1)
        for number in 0..<40_000 {
            let day = Day(number: number)
            #expect(day.parts == (year, month, dayOfMonth))
            #expect(Day(year: year, month: month, day: dayOfMonth) == day)
            #expect(day.weekday == (number + 3) % 7)
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            dayOfMonth += 1
            if dayOfMonth > lengths[month - 1] { (month, dayOfMonth) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }

    @Test func `intake dips at Spring Festival, rebounds after it and is low on Sundays`() throws {
        let generator = try Generator(seed: 4, plan: Plan(records: 200_000))
        let schedule = generator.schedule
        func count(_ year: Int, _ month: Int, _ day: Int) -> Int {
            let index = Day(year: year, month: month, day: day).number - schedule.start.number
            return schedule.firstRecord[index + 1] - schedule.firstRecord[index]
        }
        let festival = (10...16).map { count(2024, 2, $0) }.reduce(0, +)
        let after = (19...25).map { count(2024, 2, $0) }.reduce(0, +)
        let before = (15...21).map { count(2024, 1, $0) }.reduce(0, +)
        #expect(festival * 2 < before)
        #expect(after > before)
        #expect(count(2023, 6, 12) > count(2023, 6, 11))
        let first = (0..<365).map { schedule.firstRecord[$0 + 1] - schedule.firstRecord[$0] }.reduce(0, +)
        let last = schedule.firstRecord[1096] - schedule.firstRecord[731]
        #expect(last > first)
        #expect(schedule.firstRecord.last == 200_000)
    }

    @Test(arguments: Seed.sample(4)) func `the day of a record is the one whose first record is at or before it`(seed: Seed) throws {
        let schedule = try Generator(seed: seed.start, plan: Plan(records: 4000)).schedule
        var expected = 0
        for i in 0..<4000 {
            while schedule.firstRecord[expected + 1] <= i { expected += 1 }
            #expect(schedule.day(of: i) == expected)
        }
    }

    @Test func `heating is complained of in winter`() throws {
        let generator = try Generator(seed: 4, plan: Plan(records: 30_000))
        let heating = try #require(generator.book.problems.firstIndex { $0.name == "供暖不热" })
        var byMonth = Array(repeating: 0, count: 13)
        for i in 0..<30_000 where generator.origin(of: i).telling.problem == heating {
            byMonth[generator.origin(of: i).telling.today.parts.month] += 1
        }
        #expect(byMonth[1] > 10 * max(1, byMonth[7]))
    }
}

@Suite struct RandomStreamTests {
    @Test func `the stream is SplitMix64, the same on every machine`() {
        // First numbers for seed 1234567 of the reference implementation.
        var random = RandomStream(1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
        #expect(random.next() == 9_817_491_932_198_370_423)
    }

    @Test(arguments: [3, 8, 14]) func `long-tailed ranks come as often as their probability says`(bits: Int) {
        var random = RandomStream(99)
        var counts = Array(repeating: 0, count: 1 << bits)
        for _ in 0..<200_000 { counts[random.longTailRank(bits: bits)] += 1 }
        var sum: UInt64 = 0
        for rank in 0..<1 << bits { sum += LongTail.probability(of: rank, bits: bits) }
        #expect(sum <= 1 << 40 && sum > (1 << 40) - (1 << (bits + 2)))
        for rank in 0..<4 {
            let expected = Double(LongTail.probability(of: rank, bits: bits)) / Double(1 << 40) * 200_000
            #expect(abs(Double(counts[rank]) - expected) < 6 * expected.squareRoot() + 3)
        }
    }
}
