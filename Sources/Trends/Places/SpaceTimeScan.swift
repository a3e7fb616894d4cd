// Where and since when a rise is concentrated: every area of the region tree and every stretch of one to eight newest
// periods, the most unlikely of all, with the p of the most unlikely of chance tables.
//
// Source: Kulldorff et al., "A space-time permutation scan statistic", PLoS Medicine 2005: an area's expectation in a
// period is its share of all records times the period's, so that neither a busy week nor a large town stands out by itself.
// p by permuting periods among records, with the Gumbel tail of Abrams, Kleinman & Kulldorff 2010 below 1 in 1,000.

import Glibc

package struct AreaCluster: Sendable {
    package var area: String
    /// How many of the newest periods.
    package var periods: Int
    package var observed: Int
    package var expected: Double
    package var p: Double
}

package enum SpaceTimeScan {
    package static let periodsMax = 8
    private static let replicates = 199
    /// Larger archives: the newest periods of so many count.
    private static let baselineMax = 52

    /// - Parameter areas: of each smallest area, its counts per period (the newest last) and all areas it lies in,
    ///   itself included.
    package static func clusters(
        _ areas: [(counts: [Int], within: [String])], seed: UInt64 = 1, limit: Int = 5
    ) -> [AreaCluster] {
        guard let length = areas.first?.counts.count, length >= 4, areas.count >= 2 else { return [] }
        let periods = min(length, baselineMax)
        let leaves = areas.map { Array($0.counts.suffix(periods)) }
        let names = Array(Set(areas.flatMap(\.within))).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        let within = areas.map { $0.within.map { numbers[$0]! } }
        let totals = (0..<periods).map { period in leaves.reduce(0) { $0 + $1[period] } }
        let all = totals.reduce(0, +)
        guard all >= 20 else { return [] }

        /// The best ratio of every area.
        func scan(_ recent: [[Int]], _ areaTotals: [Int]) -> [(ratio: Double, periods: Int, observed: Int, expected: Double)] {
            var sums = [[Int]](repeating: [Int](repeating: 0, count: periodsMax), count: names.count)
            for (leaf, counts) in recent.enumerated() {
                for area in within[leaf] { for i in counts.indices { sums[area][i] += counts[i] } }
            }
            return names.indices.map { area in
                var best = (ratio: 0.0, periods: 1, observed: 0, expected: 0.0)
                var (observed, periodTotal) = (0, 0)
                for back in 0..<min(periodsMax, periods / 2) {
                    observed += sums[area][back]
                    periodTotal += totals[periods - 1 - back]
                    let expected = Double(areaTotals[area]) * Double(periodTotal) / Double(all)
                    let ratio = Self.ratio(observed, expected, all)
                    if ratio > best.ratio { best = (ratio, back + 1, observed, expected) }
                }
                return best
            }
        }
        var areaTotals = [Int](repeating: 0, count: names.count)
        for (leaf, counts) in leaves.enumerated() {
            for area in within[leaf] { areaTotals[area] += counts.reduce(0, +) }
        }
        func newest(_ counts: [Int]) -> [Int] { Array(counts.suffix(periodsMax).reversed()) + [Int](repeating: 0, count: max(0, periodsMax - counts.count)) }
        let found = scan(leaves.map(newest), areaTotals)

        // Chance tables: the newest periods deal their records out to areas by the areas' shares, none twice.
        var state = seed
        func random(below bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int(UInt64(bound).multipliedFullWidth(by: z ^ (z >> 31)).high)
        }
        var owners: [Int32] = []
        for (leaf, counts) in leaves.enumerated() {
            owners.append(contentsOf: repeatElement(Int32(leaf), count: counts.reduce(0, +)))
        }
        var highest: [Double] = []
        for _ in 0..<replicates {
            var recent = [[Int]](repeating: [Int](repeating: 0, count: periodsMax), count: leaves.count)
            var drawn = 0
            for back in 0..<min(periodsMax, periods) {
                for _ in 0..<totals[periods - 1 - back] {
                    owners.swapAt(drawn, drawn + random(below: owners.count - drawn))
                    recent[Int(owners[drawn])][back] += 1
                    drawn += 1
                }
            }
            highest.append(scan(recent, areaTotals).map(\.ratio).max() ?? 0)
        }
        let mean = highest.reduce(0, +) / Double(highest.count)
        let deviation = sqrt(highest.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(highest.count - 1))
        let scale = max(deviation * sqrt(6) / Double.pi, 1e-9)
        let place = mean - 0.5772156649 * scale
        var clusters = found.enumerated().filter { $1.ratio > 0 && $1.observed >= 3 }.map { area, best in
            AreaCluster(
                area: names[area], periods: best.periods, observed: best.observed, expected: best.expected,
                p: -expm1(-exp(-(best.ratio - place) / scale)))
        }
        clusters.sort { ($0.p, $0.area) < ($1.p, $1.area) }
        return Array(clusters.filter { $0.p <= 0.05 }.prefix(limit))
    }

    /// Logarithm of the likelihood ratio of Poisson counts inside and outside; 0 where inside is no higher.
    static func ratio(_ observed: Int, _ expected: Double, _ all: Int) -> Double {
        let (c, total) = (Double(observed), Double(all))
        guard c > expected, expected > 0 else { return 0 }
        let outside = c < total ? (total - c) * log((total - c) / (total - expected)) : 0
        return c * log(c / expected) + outside
    }
}
