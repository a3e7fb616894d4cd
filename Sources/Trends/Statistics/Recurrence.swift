// What comes every year at this time: gas in the first cold weeks, wages owed in the weeks before Spring Festival. A few
// waves of the year do not follow such edges and peaks, and a fit that leaves outbreaks out leaves them out as well.
//
// Where every former year stood above its own expectation at the same time, the newest weeks are held to the least of
// those excesses. The same time is the same week of the year, one sooner or later, or as many weeks from Spring Festival.
// One former year tells nothing: it may have been an outbreak.

import Glibc

enum Recurrence {
    private static let yearsMin = 2

    /// By how much the expectation of each of the newest weeks is to be raised, the newest first; 1 is not at all.
    static func factors(
        _ counts: [Int], _ fit: CountRegression, _ design: Design, newest: Int
    ) -> [Double] {
        (0..<newest).map { back in
            guard back < design.sameTimes.count, design.sameTimes[back].count >= yearsMin else { return 1 }
            return max(1, design.sameTimes[back].reduce(Double.infinity) { least, weeks in
                min(least, weeks.reduce(0) { max($0, excess(around: $1, counts, fit, design)) })
            })
        }
    }

    /// Observed over expected of three weeks, a standard deviation below what was seen.
    private static func excess(around week: Int, _ counts: [Int], _ fit: CountRegression, _ design: Design) -> Double {
        let weeks = max(0, week - 1)...min(counts.count - 1, week + 1)
        let observed = Double(counts[weeks].reduce(0, +))
        let expected = weeks.reduce(0.0) { $0 + fit.mean($1, design, nil) }
        return (observed - sqrt(fit.dispersion * max(observed, 1))) / max(expected, 1e-9)
    }
}
