// One evaluation of everything: all series of the fields asked for, tested at one moment, with the false alarms of that
// moment held down together.

import Dispatch
import Glibc
import Index
import Records
import Synchronization

/// A series that stands out, with what a person needs to believe it.
package struct Rise: Sendable {
    package var series: Series
    package var verdict: RiseVerdict
    package var q: Double
    /// Larger ones of the same tree that rise as well, the largest first.
    package var parents: [String]
}

package struct TrendRun: Sendable {
    package var grid: PeriodGrid
    package var method: RiseVerdict.Method
    package var tested: Int
    package var families: Int
    package var rises: [Rise]
    package var total: Series
}

package enum Trends {
    /// Share of false alarms among all alarms that is put up with.
    package static let rate = 0.05

    /// - Parameters:
    ///   - groups: series by kind: those of one field, or of the words.
    ///   - isCollapsed: a place whose rise its child explains is left to the child.
    package static func run(
        _ source: ComplaintSeries, groups: [[Series]], rate: Double = Trends.rate
    ) -> TrendRun {
        let grid = source.grid
        let hasYears = grid.daysEach == 7 && grid.count >= RiseDetector.weeksOfYears
        let design = hasYears ? CalendarDesign.design(weekCount: grid.count, endingOn: grid.end) : nil
        let detector = RiseDetector(weekCount: grid.count, design: design)
        var families: [[Series]] = []
        for group in groups { families += Self.families(group) }
        let flat = families.flatMap { $0 }
        let spread = hasYears ? 1.3 : commonSpread(flat, source.all, detector)
        let screen = design.map { CalmScreen(totals: source.all.distinct, design: $0) }
        let verdicts = judge(flat, source.all, detector, spread, screen)
        var p: [[Double]] = []
        var next = 0
        for family in families {
            p.append(verdicts[next..<(next + family.count)].map(\.p))
            next += family.count
        }
        let q = FalseDiscovery.adjusted(families: p, rate: rate)
        var rises: [Rise] = []
        next = 0
        for (number, family) in families.enumerated() {
            for place in family.indices {
                let verdict = verdicts[next]
                next += 1
                guard q[number][place] <= rate, verdict.method != .tooShort else { continue }
                rises.append(
                    Rise(series: family[place], verdict: verdict, q: q[number][place], parents: []))
            }
        }
        return TrendRun(
            grid: grid, method: detectorMethod(grid, hasYears), tested: flat.count, families: families.count,
            rises: collapsed(rises), total: source.all)
    }

    private static func detectorMethod(_ grid: PeriodGrid, _ hasYears: Bool) -> RiseVerdict.Method {
        hasYears ? .regression : grid.count >= RiseDetector.shortBaselineMin + 3 ? .shortHistory : .tooShort
    }

    /// A tree's branches by their first level; a flat field or the words are one family.
    static func families(_ group: [Series]) -> [[Series]] {
        guard let field = group.first?.field, field.kind == .path || field.kind == .region else {
            return group.isEmpty ? [] : [group]
        }
        var order: [String] = []
        var branches: [String: [Series]] = [:]
        for one in group {
            let root = RegionTree.ancestors(of: one.key).first ?? one.key
            if branches[root] == nil { order.append(root) }
            branches[root, default: []].append(one)
        }
        return order.map { branches[$0]! }
    }

    private static func judge(
        _ series: [Series], _ all: Series, _ detector: RiseDetector, _ spread: Double, _ screen: CalmScreen?
    ) -> [RiseVerdict] {
        let piece = 64
        let pieces = (series.count + piece - 1) / piece
        let results = Mutex([[RiseVerdict]](repeating: [], count: pieces))
        DispatchQueue.concurrentPerform(iterations: pieces) { number in
            let part = series[(number * piece)..<min(series.count, (number + 1) * piece)]
            let verdicts = part.map { one in
                screen?.isCalm(one.distinct) ?? isPlainlyCalm(one) ? .calm : verdict(one, all, detector, spread)
            }
            results.withLock { $0[number] = verdicts }
        }
        return results.withLock { $0 }.flatMap { $0 }
    }

    /// A word whose newest weeks are below nine tenths of its own average is tested like all others, but not worked out: at
    /// a million records there are tens of thousands of words.
    private static func isPlainlyCalm(_ series: Series) -> Bool {
        guard series.field == .content, series.distinct.count >= 12 else { return false }
        let before = series.distinct.dropLast(3).suffix(52)
        let mean = Double(before.reduce(0, +)) / Double(before.count)
        let newest = series.distinct.suffix(3)
        return Double(newest.reduce(0, +)) <= 2.7 * mean && Double(newest.last ?? 0) <= 0.9 * mean
    }

    package static func verdict(
        _ series: Series, _ all: Series, _ detector: RiseDetector, _ spread: Double, withCourse: Bool = false
    ) -> RiseVerdict {
        let others = zip(all.distinct, series.distinct).map { max(0, $0 - $1) }
        // What is all of the archive has no others to be compared with.
        let isAll = zip(all.distinct, others).allSatisfy { $1 * 2 < $0 || $0 == 0 }
        return detector.verdict(
            series.distinct, others: isAll ? nil : others, spread: spread, withCourse: withCourse)
    }

    /// The middle dispersion of the larger series: what a short series' own weeks are too few to tell.
    package static func commonSpread(_ series: [Series], _ all: Series, _ detector: RiseDetector) -> Double {
        let largest = series.sorted { ($1.distinct.reduce(0, +), $0.key) < ($0.distinct.reduce(0, +), $1.key) }.prefix(60)
        let spreads = largest.map { verdict($0, all, detector, 1.3).dispersion }.sorted()
        return spreads.isEmpty ? 1.3 : max(1.2, spreads[spreads.count / 2])
    }

    /// The burst that reaches into the weeks that stand out (these weeks alone where there is none), and those before it.
    package static func bursts(_ series: Series, _ all: Series, _ verdict: RiseVerdict) -> (now: Range<Int>, earlier: [Range<Int>]) {
        let count = series.distinct.count
        let first = count - verdict.weeks
        let runs = Burst.runs(hits: series.distinct, totals: all.distinct)
        guard let last = runs.last, last.upperBound >= first else { return (first..<count, runs) }
        // What ended just before the weeks that stand out is one story with them.
        let end = last.upperBound > first ? last.upperBound : count
        return (min(last.lowerBound, first)..<end, Array(runs.dropLast()))
    }

    /// Parents before children; a parent whose rise is that of one child alone is named with the child.
    static func collapsed(_ rises: [Rise]) -> [Rise] {
        var kept: [Rise] = []
        let keys = Dictionary(grouping: rises.indices) { rises[$0].series.field }
        for (place, rise) in rises.enumerated() {
            var rise = rise
            let field = rise.series.field
            let isTree = field.kind == .path || field.kind == .region
            if isTree {
                let excess = Double(rise.verdict.observed) - rise.verdict.expected
                let isExplained = keys[field]!.contains { other in
                    guard other != place, RegionTree.ancestors(of: rises[other].series.key).contains(rise.series.key)
                    else { return false }
                    let weeks = rise.verdict.weeks
                    let child = rises[other]
                    let observed = child.series.distinct.suffix(weeks).reduce(0, +)
                    let expected = child.verdict.expected * Double(weeks) / Double(child.verdict.weeks)
                    return Double(observed) - expected >= 0.7 * excess
                }
                if isExplained { continue }
                let risen = Set(keys[field]!.map { rises[$0].series.key })
                rise.parents = RegionTree.ancestors(of: rise.series.key).filter { risen.contains($0) }
            }
            kept.append(rise)
        }
        return kept.sorted { ($0.q, $0.verdict.p, $0.series.key) < ($1.q, $1.verdict.p, $1.series.key) }
    }
}
