// Weekly series with and without an outbreak, made from a seed: the grid on which the alarm of `trends` is measured.
//
// Counts are negative binomial with variance φ·μ around μ(t) = exp(level + trend + waves), with a dip at Spring Festival
// where asked for, as in Noufaily et al. 2013. An outbreak adds k standard deviations of its weeks in each of the last
// three. Before them come ten weeks with nothing, on which false alarms are counted.

import Glibc
import TextAnalysis

struct Scenario: Hashable, Sendable {
    var mean: Double
    var dispersion: Double
    var hasTrend: Bool
    var waves: Int
    var hasFestival: Bool
    var hasPastOutbreaks: Bool

    static let grid: [Scenario] = {
        var grid: [Scenario] = []
        for mean in [0.1, 0.5, 1, 2, 5, 10, 30, 100] {
            for dispersion in [1, 1.5, 2, 4, 6] as [Double] {
                for hasTrend in [false, true] {
                    for waves in 0...2 {
                        for hasFestival in [false, true] {
                            for hasPastOutbreaks in [false, true] {
                                grid.append(
                                    Scenario(
                                        mean: mean, dispersion: dispersion, hasTrend: hasTrend, waves: waves,
                                        hasFestival: hasFestival, hasPastOutbreaks: hasPastOutbreaks))
                            }
                        }
                    }
                }
            }
        }
        return grid
    }()
}

/// Xoshiro would do as well: SplitMix64, the same everywhere.
struct SeriesRandom {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// In 0 ..< 1, never 0.
    mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) / 9_007_199_254_740_992 }

    mutating func normal() -> Double { sqrt(-2 * log(uniform())) * cos(2 * Double.pi * uniform()) }

    /// Marsaglia & Tsang 2000.
    mutating func gamma(_ shape: Double) -> Double {
        if shape < 1 { return gamma(shape + 1) * pow(uniform(), 1 / shape) }
        let d = shape - 1 / 3
        let c = 1 / sqrt(9 * d)
        while true {
            let x = normal()
            let v = pow(1 + c * x, 3)
            if v > 0, log(uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
        }
    }

    mutating func poisson(_ mean: Double) -> Int {
        if mean > 30 { return poisson(mean / 2) + poisson(mean / 2) }
        var (count, product) = (0, uniform())
        let least = exp(-mean)
        while product > least {
            count += 1
            product *= uniform()
        }
        return count
    }

    mutating func negativeBinomial(mean: Double, dispersion: Double) -> Int {
        guard dispersion > 1 else { return poisson(mean) }
        return poisson(gamma(mean / (dispersion - 1)) * (dispersion - 1))
    }
}

struct SimulatedSeries: Sendable {
    static let quietWeeks = 10
    static let outbreakWeeks = 3

    /// Without the outbreak.
    var counts: [Int]
    /// The expectation of each week, which no detector sees.
    var means: [Double]
    /// What the outbreak adds to each of the last weeks.
    var added: [Int]

    var withOutbreak: [Int] {
        var counts = counts
        for (place, more) in added.enumerated() { counts[counts.count - added.count + place] += more }
        return counts
    }

    /// - Parameter end: the last day of the last week, days since 1970-01-01.
    init(_ scenario: Scenario, deviations k: Double, weeks: Int, endingOn end: Int, seed: UInt64) {
        var random = SeriesRandom(seed: seed)
        for _ in 0..<3 { _ = random.next() }
        let amplitudes = [0.35, 0.2].prefix(scenario.waves).map { $0 * (0.5 + random.uniform()) }
        let phases = (0..<2).map { _ in 2 * Double.pi * random.uniform() }
        let slope = scenario.hasTrend ? (random.uniform() < 0.5 ? -0.12 : 0.12) : 0
        var means: [Double] = []
        for week in 0..<weeks {
            let day = end - 7 * (weeks - 1 - week)
            let years = Double(week - weeks / 2) * 7 / 365.25
            var level = log(scenario.mean) + slope * years
            for (wave, amplitude) in amplitudes.enumerated() {
                level += amplitude * cos(2 * Double.pi * Double(wave + 1) * Double(day) / 365.25 + phases[wave])
            }
            if scenario.hasFestival {
                // Half as many in the week of Spring Festival, a fifth more in the one after.
                for year in [1970 + day / 365, 1971 + day / 365] {
                    guard let start = ChineseYear.springFestival(year) else { continue }
                    let days = (day - 6...day).filter { (-1..<6).contains($0 - start) }.count
                    let after = (day - 6...day).filter { (6..<13).contains($0 - start) }.count
                    level += Double(days) / 7 * log(0.5) + Double(after) / 7 * log(1.2)
                }
            }
            means.append(exp(level))
        }
        self.means = means
        counts = means.map { random.negativeBinomial(mean: $0, dispersion: scenario.dispersion) }
        if scenario.hasPastOutbreaks {
            for _ in 0..<2 {
                let start = Int(random.uniform() * Double(weeks - 40))
                for week in start..<(start + 4) {
                    counts[week] += random.poisson(4 * sqrt(means[week] * scenario.dispersion))
                }
            }
        }
        added = (weeks - Self.outbreakWeeks..<weeks).map { week in
            let more = k * sqrt(means[week] * scenario.dispersion)
            return Int(more) + (random.uniform() < more - Double(Int(more)) ? 1 : 0)
        }
    }
}
