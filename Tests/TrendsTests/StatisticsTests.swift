// The numbers under an alarm, each against something slower or known from elsewhere.

import Glibc
import TestSupport
import Testing

@testable import Trends

@Suite struct StatisticsTests {
    @Test(arguments: Seed.sample(20)) func `a tail is the sum of the probabilities behind it`(seed: Seed) {
        var seed = seed
        let mean = exp(Double.random(in: -3...5, using: &seed))
        let dispersion = Bool.random(using: &seed) ? 1 : Double.random(in: 1...8, using: &seed)
        let distribution = NegativeBinomial(mean: mean, dispersion: dispersion)
        var below = 0.0
        for count in 0...Int(mean + 3 * sqrt(mean * dispersion) + 4) {
            #expect(abs(distribution.upperTail(count) - (1 - below)) < 1e-9, "\(seed) count \(count)")
            below += exp(distribution.logProbability(count))
        }
        let bound = distribution.upperBound(0.01)
        #expect(distribution.upperTail(bound + 1) <= 0.01)
        #expect(bound == 0 || distribution.upperTail(bound) > 0.01)
    }

    @Test func `weeks of one dispersion add up to the same family`() {
        // Convolution of two, term by term, against one of the summed mean.
        let (a, b) = (NegativeBinomial(mean: 2, dispersion: 3), NegativeBinomial(mean: 5, dispersion: 3))
        let sum = NegativeBinomial(mean: 7, dispersion: 3)
        for count in 0...40 {
            let convolved = (0...count).reduce(0.0) { $0 + exp(a.logProbability($1) + b.logProbability(count - $1)) }
            #expect(abs(convolved - exp(sum.logProbability(count))) < 1e-12)
        }
    }

    @Test func `far tails neither vanish nor pass one`() {
        for (mean, count) in [(0.01, 50), (1e-6, 3), (5_000.0, 9_000), (0.5, 100_000)] {
            let p = NegativeBinomial(mean: mean, dispersion: 1.5).upperTail(count)
            #expect(p > 0 && p < 1e-6)
        }
        #expect(NegativeBinomial(mean: 1, dispersion: 2).upperTail(0) == 1)
    }

    @Test func `normal quantiles go back where they came from`() {
        for exponent in stride(from: -12.0, through: -0.01, by: 0.37) {
            let tail = pow(10, exponent)
            #expect(abs(Normal.upperTail(Normal.quantile(upperTail: tail)) / tail - 1) < 1e-6)
        }
    }

    @Test(arguments: Seed.sample(2)) func `the tail of a scan is that of drawn scores`(seed: Seed) {
        var random = seed
        func normal() -> Double {
            sqrt(-2 * log(Double.random(in: Double.leastNonzeroMagnitude..<1, using: &random)))
                * cos(2 * Double.pi * Double.random(in: 0..<1, using: &random))
        }
        for (length, correlation) in [(1, 0.0), (2, 0), (3, 0), (3, 0.2)] {
            let drawn = (0..<40_000).map { _ -> Double in
                let common = normal() * sqrt(correlation)
                return ScanTail.statistic((0..<length).map { _ in common + sqrt(1 - correlation) * normal() })
            }.sorted()
            for place in [20_000, 36_000, 39_600] {
                let tail = Double(drawn.count - place) / Double(drawn.count)
                let found = ScanTail.upperTail(drawn[place], length: length, correlation: correlation)
                // Five standard errors of the share drawn: with 24 places a run, three would be passed by chance in one run of fifteen.
                #expect(abs(found / tail - 1) < 0.02 + 5 / sqrt(tail * 40_000), "\(seed) \(length) \(correlation) \(tail)")
            }
        }
        // Far out it falls and never ends.
        let far = [4.0, 8, 16, 30].map { ScanTail.upperTail($0, length: 3) }
        #expect(far == far.sorted(by: >) && far.allSatisfy { $0 > 0 && $0 < 0.02 })
    }

    @Test func `three weeks that are each a little high say more than one that is very high`() {
        #expect(ScanTail.statistic([1.5, 1.5, 1.5]) > ScanTail.statistic([4.5, 0, 0]))
    }

    @Test(arguments: Seed.sample(2)) func `what is called calm is never an alarm`(seed: Seed) {
        var random = seed
        let weeks = 170
        let design = CalendarDesign.design(weekCount: weeks, endingOn: 20_000)
        let detector = RiseDetector(weekCount: weeks, design: design)
        let year = (0..<weeks).map { 1 + 0.4 * cos(2 * Double.pi * Double($0) / 52) }
        let screen = CalmScreen(totals: year.map { Int(5_000 * $0) }, design: design)
        func poisson(_ mean: Double) -> Int {
            var (count, product) = (0, Double.random(in: 0..<1, using: &random))
            while product > exp(-mean) {
                count += 1
                product *= Double.random(in: 0..<1, using: &random)
            }
            return count
        }
        var calm = 0
        for number in 0..<300 {
            let mean = [0.3, 1, 4, 20][number % 4]
            // Some follow the year, some do not.
            let counts = (0..<weeks).map { poisson(mean * (number % 8 < 4 ? year[$0] : 1)) }
            guard screen.isCalm(counts) else { continue }
            calm += 1
            #expect(detector.verdict(counts).p > 0.003, "\(seed) \(number)")
        }
        #expect(calm > 120, "\(calm)")
    }

    @Test func `one record of another century moves no window`() {
        var counts = Dictionary(uniqueKeysWithValues: (0..<100).map { (1_000 + $0, 5) })
        #expect(PeriodGrid.newestDay(counts: counts, today: 5_000) == 1_099)
        counts[1_200] = 1
        #expect(PeriodGrid.newestDay(counts: counts, today: 5_000) == 1_099)
        counts[40_000] = 1
        #expect(PeriodGrid.newestDay(counts: counts, today: 5_000) == 1_099)
        // What is dated ahead is left out; what came late but often is not.
        counts[1_200] = 9
        #expect(PeriodGrid.newestDay(counts: counts, today: 5_000) == 1_200)
        #expect(PeriodGrid.newestDay(counts: counts, today: 1_050) == 1_050)
        #expect(PeriodGrid.newestDay(counts: [9_000: 3], today: 5_000) == 9_000)
    }

    @Test func `a place is named whole and without its number`() {
        func names(_ text: String) -> [String] { PlaceCandidates.names(of: Array(text.utf16)).map { String(decoding: $0, as: UTF16.self) } }
        #expect(names("滨海大道12号") == ["滨海大道12号", "滨海大道"])
        #expect(names("滨海大道") == ["滨海大道"])
        #expect(names("12号楼") == ["12号楼"])
        #expect(names("路") == [] && names("电话\u{E000}\u{E000}") == ["电话"])
    }

    /// Example of Benjamini & Hochberg 1995, 3.1: fifteen p, four of which are rejected at 0.05.
    @Test func `the false discovery rate is that of the paper's example`() {
        let p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1]
        #expect(FalseDiscovery.adjusted(p).filter { $0 <= 0.05 }.count == 4)
        #expect(FalseDiscovery.adjusted([]).isEmpty)
    }

    @Test func `a family that is not opened has no alarms`() {
        var families = (0..<40).map { family in (0..<25).map { 0.02 + 0.0009 * Double(family + $0) } }
        families[7][3] = 1e-8
        let q = FalseDiscovery.adjusted(families: families, rate: 0.05)
        for family in families.indices where family != 7 { #expect(q[family].allSatisfy { $0 > 0.05 }) }
        #expect(q[7][3] <= 0.05)
    }

    @Test(arguments: Seed.sample(3)) func `a regression finds what made the counts`(seed: Seed) {
        var random = seed
        var design = Design(priorDeviations: [1, 1, 1])
        var counts: [Int] = []
        for week in 0..<260 {
            let angle = 2 * Double.pi * Double(week) / 52
            design.append([1, cos(angle), sin(angle)])
            let mean = exp(3 + 0.5 * cos(angle) - 0.3 * sin(angle))
            // Poisson by inversion.
            var (count, product) = (0, Double.random(in: 0..<1, using: &random))
            while product > exp(-mean) {
                count += 1
                product *= Double.random(in: 0..<1, using: &random)
            }
            counts.append(count)
        }
        let fit = CountRegression(counts, design, weeks: 0..<260)
        for (found, made) in zip(fit.coefficients, [3, 0.5, -0.3]) { #expect(abs(found - made) < 0.08, "\(seed)") }
        #expect(fit.dispersion < 1.35, "\(seed)")
    }

    @Test func `an old outbreak does not hide a new one`() {
        var counts = (0..<200).map { [4, 6, 5, 3, 7, 5][$0 % 6] }
        let quiet = RiseDetector(weekCount: 200, design: CalendarDesign.design(weekCount: 200, endingOn: 20_000)).verdict(counts)
        for week in 90..<96 { counts[week] = 60 }
        for week in 197..<200 { counts[week] = 16 }
        let detector = RiseDetector(weekCount: 200, design: CalendarDesign.design(weekCount: 200, endingOn: 20_000))
        let verdict = detector.verdict(counts, withCourse: true)
        #expect(quiet.p > 0.05)
        #expect(verdict.p < 1e-4)
        #expect(verdict.method == .regression)
        #expect(verdict.course.count == 200 && verdict.expected / Double(verdict.weeks) < 8)
    }

    @Test func `a slow ramp is raised`() {
        var counts = (0..<200).map { [9, 11, 10, 8, 12, 10][$0 % 6] }
        for (place, week) in (192..<200).enumerated() { counts[week] += 3 + place / 2 }
        let detector = RiseDetector(weekCount: 200, design: CalendarDesign.design(weekCount: 200, endingOn: 20_000))
        #expect(detector.verdict(counts).p < 0.01)
    }

    /// Every year three times as many for seven weeks before Spring Festival, which no wave of the year follows: unpaid wages.
    @Test(arguments: [170, 215]) func `what comes every year before Spring Festival is no alarm, twice as much is`(weeks: Int) throws {
        let end = try #require(CalendarDesignDays.springFestival(2025)) - 24
        var counts = (0..<weeks).map { week -> Int in
            let day = end - 7 * (weeks - 1 - week)
            let ahead = (2020...2026).compactMap { CalendarDesignDays.springFestival($0) }.map { $0 - day }.filter { $0 >= 0 }.min() ?? 999
            return [40, 46, 38, 44, 35, 41, 43][week % 7] * (ahead < 49 ? 3 : 1)
        }
        let detector = RiseDetector(weekCount: weeks, design: CalendarDesign.design(weekCount: weeks, endingOn: end))
        let yearly = detector.verdict(counts)
        #expect(yearly.p > 0.01 && Double(yearly.observed) < yearly.expected * 1.5, "\(yearly.p) for \(yearly.expected)")
        for week in (weeks - 3)..<weeks { counts[week] *= 2 }
        #expect(detector.verdict(counts).p < 1e-4)
    }

    @Test func `one former year of the same tells nothing`() {
        // Twelve loud weeks a year ago, and the same weeks now: of three former years two were calm.
        var counts = (0..<200).map { [9, 11, 10, 8, 12, 10][$0 % 6] }
        for week in 143..<150 { counts[week] = 40 }
        for week in 197..<200 { counts[week] = 40 }
        let detector = RiseDetector(weekCount: 200, design: CalendarDesign.design(weekCount: 200, endingOn: 20_000))
        #expect(detector.verdict(counts).p < 1e-4)
    }

    @Test func `a group that does nothing is drawn to nothing, one that does is left alone`() {
        func learnt(_ coefficient: Double) -> PriorWidth {
            // One coefficient, found under a prior variance of .09 with data worth a variance of .0025.
            let variance = 1 / (1 / 0.09 + 1 / 0.0025)
            return PriorWidth(
                0..<1, coefficients: [coefficient], covariance: [variance], width: 1, priorVariances: [0.09], stated: [0.09])
        }
        #expect(learnt(0.01).share < 0.05)
        #expect(learnt(0.6).share > 0.5)
        // In between it is uncertain which, and that counts as uncertain.
        #expect(learnt(0.12).between[0] > 4 * learnt(0.01).between[0] && learnt(0.12).between[0] > learnt(0.6).between[0])
        // Two columns that agree with one each.
        let both = PriorWidth(
            0..<2, coefficients: [0.6, 0.6], covariance: [0.0024, 0, 0, 0.0024], width: 2, priorVariances: [0.09, 0.09],
            stated: [0.09, 0.09])
        #expect(abs(both.between[1] - both.between[2]) < 1e-12 && both.share > 0.5)
    }

    @Test func `a short history says that it is short`() {
        let counts = [3, 2, 4, 3, 2, 3, 4, 2, 3, 3, 2, 14]
        let verdict = RiseDetector(weekCount: 12, design: nil).verdict(counts)
        #expect(verdict.method == .shortHistory && verdict.p < 0.01)
        #expect(RiseDetector(weekCount: 5, design: nil).verdict([1, 2, 1, 2, 90]).method == .tooShort)
        // Twice as many of this, and twice as many of everything else.
        let others = [300, 290, 310, 300, 290, 300, 310, 300, 290, 300, 300, 1_400]
        #expect(RiseDetector(weekCount: 12, design: nil).verdict(counts, others: others).p > 0.05)
    }

    @Test func `a burst has a beginning and an end`() {
        var hits = [Int](repeating: 2, count: 30)
        for week in 12..<16 { hits[week] = 20 }
        let runs = Burst.runs(hits: hits, totals: [Int](repeating: 400, count: 30))
        #expect(runs == [12..<16])
        #expect(Burst.runs(hits: [Int](repeating: 2, count: 30), totals: [Int](repeating: 400, count: 30)).isEmpty)
    }

    @Test func `Spring Festival and made-up days are where they were`() throws {
        // 2024-02-10; Sunday 2024-02-04 was worked, Monday 2024-02-12 was not.
        let festival = try #require(CalendarDesignDays.day(2024, 2, 10))
        #expect(CalendarDesignDays.springFestival(2024) == festival)
        #expect(WorkingDays.isWorkingDay(festival - 6))
        #expect(!WorkingDays.isWorkingDay(festival + 2))
        let design = CalendarDesign.design(weekCount: 1, endingOn: festival + 5)
        // The columns of Spring Festival: before, in, after, second after.
        #expect(abs(design.row(0)[7] - 1) < 1e-9)
    }

    @Test func `a scan points at the area, and at none where there is none`() {
        let calm = (0..<12).map { area in
            (counts: (0..<20).map { 10 + ($0 * 7 + area * 3) % 5 }, within: ["33", "330\(area)"])
        }
        #expect(SpaceTimeScan.clusters(calm).isEmpty)
        var loud = calm
        for week in 17..<20 { loud[4].counts[week] += 25 }
        let clusters = SpaceTimeScan.clusters(loud)
        #expect(clusters.first?.area == "3304")
        #expect(clusters.first?.periods == 3)
        #expect((clusters.first?.p ?? 1) < 0.001)
    }
}
