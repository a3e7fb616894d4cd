// Time and what is made of many times.

import Glibc

package struct Stopwatch {
    package enum Kind: String {
        case wall
        /// Of all threads of this process: what the work costs, whoever else runs on the machine.
        case processor
    }

    private let clock: clockid_t
    private let start: Double

    package init(_ kind: Kind = .wall) {
        clock = kind == .wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID
        start = Self.seconds(of: clock)
    }

    package var seconds: Double { Self.seconds(of: clock) - start }
    package var microseconds: Double { seconds * 1e6 }

    private static func seconds(of clock: clockid_t) -> Double {
        var now = timespec()
        unsafe clock_gettime(clock, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
    }
}

extension Array where Element == Double {
    /// Of an ascending array: the value below which this share of all lies.
    package func percentile(_ share: Double) -> Double { self[Swift.min(count - 1, Int(share * Double(count)))] }
    package var median: Double { sorted().percentile(0.5) }
    package var mean: Double { reduce(0, +) / Double(count) }
}

/// Seconds of processor time that this process has taken.
package func processorSeconds() -> Double {
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
