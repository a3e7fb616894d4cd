// Until when an answer may be worked on. Whoever serves many sets it; long loops look at it from time to time, so that
// one question cannot keep a thread from all the others.

/// The answer takes longer than it may.
package struct OutOfTime: Error { package init() {} }

package enum TimeLimit {
    /// Nil is as long as it takes.
    @TaskLocal package static var end: ContinuousClock.Instant?

    /// Costs a look at the clock, some 50 ns: for every some hundred steps of a loop.
    ///
    /// - Throws: `OutOfTime`.
    package static func check() throws(OutOfTime) {
        if let end, ContinuousClock.now >= end { throw OutOfTime() }
    }

    /// - Precondition: not inside `body` of another limit that is to count as well: the inner one counts.
    package static func until<Result>(_ end: ContinuousClock.Instant?, _ body: () throws -> Result) rethrows -> Result {
        try $end.withValue(end, operation: body)
    }
}
