// Time and what is made of many times.

import Glibc

package struct Stopwatch {
    private let start = ContinuousClock().now

    package init() {}

    package var seconds: Double { Self.seconds(ContinuousClock().now - start) }
    package var microseconds: Double { seconds * 1e6 }

    package static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
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
