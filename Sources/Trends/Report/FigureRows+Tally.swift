// The measures of a report over many rows at once, by whatever they are counted by.

import Records

/// What rows are counted by: the keys of each number, and the number of each row.
package struct FigureKeys: Sendable {
    package let names: [String]
    /// By number, places among the names: under none, one or several of them a row counts.
    private let keys: [[Int32]]
    private let numbers: [UInt32]

    /// - Parameter names: under which values count.
    package init(_ column: FigureRows.Column, names: ([String]) -> [String]) {
        self.init(column.numbers, count: column.values.count) { names(column.values[$0]) }
    }

    /// - Parameter names: under which a day counts.
    package init(days: [Int32], names: (Int) -> [String]) {
        let first = days.min() ?? 0
        self.init(days.map { UInt32($0 - first) }, count: Int((days.max() ?? first) - first) + 1) { names(Int(first) + $0) }
    }

    private init(_ numbers: [UInt32], count: Int, _ namesOf: (Int) -> [String]) {
        var seen = [Bool](repeating: false, count: count)
        for number in numbers { seen[Int(number)] = true }
        var keys: [[Int32]] = []
        var names: [String] = []
        var places: [String: Int32] = [:]
        for number in seen.indices {
            var own: [Int32] = []
            for name in seen[number] ? namesOf(number) : [] {
                let place = places[name] ?? Int32(names.count)
                if place == names.count {
                    names.append(name)
                    places[name] = place
                }
                own.append(place)
            }
            keys.append(own)
        }
        (self.names, self.keys, self.numbers) = (names, keys, numbers)
    }

    /// How many rows count under each key.
    package var counts: [Int] {
        var byNumber = [Int](repeating: 0, count: keys.count)
        for number in numbers { byNumber[Int(number)] += 1 }
        var counts = [Int](repeating: 0, count: names.count)
        for (number, count) in byNumber.enumerated() where count > 0 { for key in keys[number] { counts[Int(key)] += count } }
        return counts
    }

    /// How many rows count under each pair of keys, one of each; all of one's keys stand together.
    package func crossed(with other: FigureKeys) -> [Int] {
        precondition(numbers.count == other.numbers.count)
        var pairs: [UInt64: Int] = [:]
        var last: (pair: UInt64, count: Int) = (0, 0)
        for row in numbers.indices {
            let pair = UInt64(numbers[row]) << 32 | UInt64(other.numbers[row])
            if pair == last.pair { last.count += 1 } else {
                if last.count > 0 { pairs[last.pair, default: 0] += last.count }
                last = (pair, 1)
            }
        }
        if last.count > 0 { pairs[last.pair, default: 0] += last.count }
        var counts = [Int](repeating: 0, count: names.count * other.names.count)
        for (pair, count) in pairs {
            for key in keys[Int(pair >> 32)] {
                for otherKey in other.keys[Int(pair & 0xFFFF_FFFF)] { counts[Int(key) * other.names.count + Int(otherKey)] += count }
            }
        }
        return counts
    }

    /// The rows of each key, and where each key's begin among them.
    fileprivate func rowsByKey() -> (rows: [Int32], starts: [Int]) {
        var starts = [0]
        for count in counts { starts.append(starts.last! + count) }
        var next = starts
        var rows = [Int32](repeating: 0, count: starts.last!)
        for row in numbers.indices {
            for key in keys[Int(numbers[row])] {
                rows[next[Int(key)]] = Int32(row)
                next[Int(key)] += 1
            }
        }
        return (rows, starts)
    }
}

/// What the measures need of each row, in a few bytes.
package struct FigureMeasures: Sendable {
    private struct Flags: OptionSet {
        var rawValue: UInt8
        static let overdue = Flags(rawValue: 1), rated = Flags(rawValue: 2), satisfied = Flags(rawValue: 4)
        static let decided = Flags(rawValue: 8), founded = Flags(rawValue: 16)
    }

    private let count: Int
    private var people: [Int32]
    /// Days from receipt to close; -1 is open.
    private var daysToClose: [Int32]
    private var flags: [UInt8]
    /// 0 is none.
    private let matters: [UInt32]
    private let groups: [UInt32]
    private let matterCount: Int
    private let groupCount: Int

    package init(_ rows: FigureRows) {
        count = rows.count
        people = rows.quantities[2].map { $0 == FigureRows.none ? 1 : Int32(truncatingIfNeeded: $0 / 1_000) }
        daysToClose = zip(rows.quantities[0], rows.days).map { $0 == FigureRows.none ? -1 : Int32(truncatingIfNeeded: max(0, $0 - Int64($1))) }
        (matters, matterCount) = Self.first(of: rows.columns[0])
        (groups, groupCount) = Self.first(of: rows.columns[1])
        let ratings = rows.columns[2].values.map { values -> UInt8 in
            guard let rating = values.first, let word = Code<Satisfaction>(rating).known, word != .unrated else { return 0 }
            let isSatisfied = word != .dissatisfied && word != .veryDissatisfied
            return Flags.rated.rawValue | (isSatisfied ? Flags.satisfied.rawValue : 0)
        }
        let decisions = rows.columns[3].values.map { values -> UInt8 in
            guard let verified = values.first else { return 0 }
            // 属实 and 部分属实.
            return Flags.decided.rawValue | (verified == "属实" || verified == "部分属实" ? Flags.founded.rawValue : 0)
        }
        flags = rows.isOverdue.map { $0 ? Flags.overdue.rawValue : 0 }
        for row in 0..<count { flags[row] |= ratings[Int(rows.columns[2].numbers[row])] | decisions[Int(rows.columns[3].numbers[row])] }
    }

    /// Rows by their first value, numbered from 1.
    private static func first(of column: FigureRows.Column) -> (numbers: [UInt32], count: Int) {
        var known: [String: UInt32] = [:]
        let byNumber = column.values.map { values -> UInt32 in
            guard let first = values.first else { return 0 }
            let number = known[first] ?? UInt32(known.count + 1)
            known[first] = number
            return number
        }
        return (column.numbers.map { byNumber[Int($0)] }, known.count)
    }

    /// The measures of all rows.
    package var whole: FigureTally {
        var counting = Counting(self)
        return counting.tally(Int32(0)..<Int32(count))
    }

    /// The measures of each key, by its place among the names.
    package func tallies(by keys: FigureKeys) -> [FigureTally] {
        let (rows, starts) = keys.rowsByKey()
        var counting = Counting(self)
        return keys.names.indices.map { counting.tally(rows[starts[$0]..<starts[$0 + 1]]) }
    }

    /// One key after the other.
    private struct Counting {
        private let all: FigureMeasures
        /// The key that has seen each matter and group last.
        private var matterSeen: [UInt32]
        private var groupSeen: [UInt32]
        private var key: UInt32 = 0
        private var days: [Int32] = []

        init(_ all: FigureMeasures) {
            self.all = all
            matterSeen = [UInt32](repeating: 0, count: all.matterCount + 1)
            groupSeen = [UInt32](repeating: 0, count: all.groupCount + 1)
        }

        mutating func tally(_ rows: some Collection<Int32>) -> FigureTally {
            var tally = FigureTally()
            key += 1
            days.removeAll(keepingCapacity: true)
            tally.records = rows.count
            for row in rows {
                let row = Int(row)
                tally.people += Int(all.people[row])
                let matter = Int(all.matters[row])
                if matter == 0 || matterSeen[matter] != key { tally.matterCount += 1 }
                matterSeen[matter] = key
                let group = Int(all.groups[row])
                if group == 0 || groupSeen[group] != key { tally.groupCount += 1 }
                groupSeen[group] = key
                if all.daysToClose[row] >= 0 { days.append(all.daysToClose[row]) }
                let flags = Flags(rawValue: all.flags[row])
                if flags.rawValue == 0 { continue }
                if flags.contains(.overdue) { tally.overdue += 1 }
                if flags.contains(.rated) { tally.rated += 1 }
                if flags.contains(.satisfied) { tally.satisfied += 1 }
                if flags.contains(.decided) { tally.decided += 1 }
                if flags.contains(.founded) { tally.founded += 1 }
            }
            tally.closed = days.count
            (tally.daysMedian, tally.daysNinety) = (day(atPercent: 50), day(atPercent: 90))
            return tally
        }

        /// The day that so many in a hundred did not exceed; nil where nothing is closed.
        private mutating func day(atPercent percent: Int) -> Int? {
            guard let most = days.max() else { return nil }
            let place = min(days.count - 1, (days.count * percent + 99) / 100 - 1)
            // Of many rows it is counted, of few they are put in order.
            guard days.count > 64, Int(most) < 16 * days.count else {
                days.sort()
                return Int(days[place])
            }
            var counts = [Int32](repeating: 0, count: Int(most) + 1)
            for day in days { counts[Int(day)] += 1 }
            var before = 0
            for (day, count) in counts.enumerated() {
                before += Int(count)
                if before > place { return day }
            }
            return Int(most)
        }
    }
}
