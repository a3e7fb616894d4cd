// Keeps the share of false alarms among all alarms of a week low, over everything that was tested.
//
// Families first (parents before children): a family (a category with all below it, all respondents, all terms) is
// opened when Simes' p of its members passes Benjamini and Hochberg's step over the families; within an opened one the
// same step is taken at the level q · opened / families. Source: Benjamini & Bogomolov, "Selective inference on multiple
// families of hypotheses", JRSS B 2014.

package enum FalseDiscovery {
    /// q of each p: the least rate at which it would be named. Source: Benjamini & Hochberg 1995.
    package static func adjusted(_ p: [Double]) -> [Double] {
        let order = p.indices.sorted { p[$0] < p[$1] }
        var q = [Double](repeating: 1, count: p.count)
        var least = 1.0
        for rank in order.indices.reversed() {
            least = min(least, p[order[rank]] * Double(p.count) / Double(rank + 1))
            q[order[rank]] = least
        }
        return q
    }

    /// q of every member of every family; a member is an alarm when its q is at most `rate`.
    package static func adjusted(families: [[Double]], rate: Double) -> [[Double]] {
        let tested = families.indices.filter { !families[$0].isEmpty }
        // Simes' p of a family is the least q of its members.
        let within = families.map { adjusted($0) }
        let simes = tested.map { within[$0].min()! }
        let opened = adjusted(simes)
        let openedCount = opened.filter { $0 <= rate }.count
        var result = within
        for (place, family) in tested.enumerated() {
            // q as it counts beside the other families; one that stays shut is never an alarm.
            let factor = Double(tested.count) / Double(max(openedCount, 1))
            let isOpen = opened[place] <= rate
            result[family] = within[family].map { q in
                let level = min(1, q * factor)
                return isOpen ? level : max(level, opened[place])
            }
        }
        return result
    }
}
