// When a burst began and ended: the cheapest way to explain a series of counts by two levels, an ordinary one and a
// raised one, where going up costs something.
//
// Source: Kleinberg, "Bursty and hierarchical structure in streams", KDD 2002, the automaton of two states over batches.

import Glibc

package enum Burst {
    /// Runs of raised periods, ascending.
    ///
    /// - Parameters:
    ///   - hits: counts of each period; `totals`: all records of each period.
    ///   - raise: how many times the ordinary rate the raised one is.
    package static func runs(hits: [Int], totals: [Int], raise: Double = 2.5, cost: Double = 1) -> [Range<Int>] {
        let all = totals.reduce(0, +)
        let found = hits.reduce(0, +)
        guard all > 0, found > 0, hits.count == totals.count else { return [] }
        let base = min(max(Double(found) / Double(all), 1e-9), 0.4)
        let rates = [base, min(base * raise, 0.95)]
        let up = cost * log(Double(hits.count))
        var best = [0.0, up]
        var from: [[Int]] = []
        for period in hits.indices {
            let (k, n) = (Double(min(hits[period], totals[period])), Double(totals[period]))
            let costs = rates.map { -(k * log($0) + (n - k) * log(1 - $0)) }
            // Down is free, up is paid.
            let stays = [best[0] <= best[1] ? 0 : 1, best[0] + up < best[1] ? 0 : 1]
            best = [min(best[0], best[1]) + costs[0], min(best[0] + up, best[1]) + costs[1]]
            from.append(stays)
        }
        var state = best[0] <= best[1] ? 0 : 1
        var states = [Int](repeating: 0, count: hits.count)
        for period in hits.indices.reversed() {
            states[period] = state
            state = from[period][state]
        }
        var runs: [Range<Int>] = []
        for period in states.indices where states[period] == 1 {
            if let last = runs.last, last.upperBound == period {
                runs[runs.count - 1] = last.lowerBound..<(period + 1)
            } else {
                runs.append(period..<(period + 1))
            }
        }
        return runs
    }
}
