// Times a piece of work, and counts what it asks of the heap.

import CAllocationCount
import Measuring

enum Repetition {
    /// Runs the work until it has been timed often and long enough, then once more with allocations counted.
    ///
    /// - Parameters:
    ///   - operations: what one call of `work` does, such as texts or postings.
    ///   - clock: of the processor, where nothing is waited for: who else runs on the machine then matters little.
    ///   - bytes: that one call of `work` goes through; 0 where bytes say nothing.
    static func measure(
        _ name: String, per operation: String, operations: Int, bytes: Int = 0, clock: Stopwatch.Kind = .processor, runsMin: Int = 7,
        secondsMin: Double = 1,
        _ work: () throws -> Void
    ) rethrows {
        try work()
        var seconds: [Double] = []
        let whole = Stopwatch()
        while seconds.count < runsMin || whole.seconds < secondsMin {
            let watch = Stopwatch(clock)
            try work()
            seconds.append(watch.seconds)
        }
        let (calls, asked) = (allocation_count(), allocation_bytes())
        allocation_count_set(true)
        defer { allocation_count_set(false) }
        try work()
        let operationsMade = Double(max(operations, 1))
        var line = ResultLine("micro")
        line.set("name", name)
        line.set("per", operation)
        line.set("clock", clock.rawValue)
        line.set("operations", operations)
        line.set("runs", seconds.count)
        line.set("nanosecondsMin", seconds.min()! * 1e9 / operationsMade)
        line.set("nanosecondsMedian", seconds.median * 1e9 / operationsMade)
        if bytes > 0 { line.set("megabytesPerSecond", Double(bytes) / seconds.median / 1e6) }
        line.set("allocations", Double(allocation_count() - calls) / operationsMade)
        line.set("allocatedBytes", Double(allocation_bytes() - asked) / operationsMade)
        line.print()
    }
}

/// Keeps the optimiser from leaving out work whose result nobody uses.
@inline(never) @_optimize(none) func use<Value>(_ value: Value) {}
