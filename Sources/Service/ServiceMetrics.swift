// Requests counted by route and status, with how long they took: Prometheus text (exposition format 0.0.4).

import Engine
import Glibc
import Synchronization

final class ServiceMetrics: Sendable {
    private struct Series {
        var statuses: [Int: Int] = [:]
        var buckets = [Int](repeating: 0, count: ServiceMetrics.bounds.count + 1)
        var seconds = 0.0
    }

    /// Upper bounds, in seconds.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

    private let series = Mutex<[String: Series]>([:])

    /// - Parameter route: a template such as `GET /api/records/{id}`, never a path with a number in it.
    func count(_ route: String, status: Int, seconds: Double) {
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        series.withLock { series in
            series[route, default: Series()].statuses[status, default: 0] += 1
            series[route]?.buckets[bucket] += 1
            series[route]?.seconds += seconds
        }
    }

    func text(gauges: [(name: String, help: String, value: Int)]) -> String {
        let series = series.withLock { $0 }.sorted { $0.key < $1.key }
        var text = "# HELP juanzong_requests_total Requests answered.\n# TYPE juanzong_requests_total counter\n"
        for (route, figures) in series {
            for (status, count) in figures.statuses.sorted(by: { $0.key < $1.key }) {
                text += "juanzong_requests_total{route=\"\(route)\",status=\"\(status)\"} \(count)\n"
            }
        }
        text += "# HELP juanzong_request_seconds Time from the request's head to its answer.\n# TYPE juanzong_request_seconds histogram\n"
        for (route, figures) in series {
            var sum = 0
            for (bound, count) in zip(Self.bounds, figures.buckets) {
                sum += count
                text += "juanzong_request_seconds_bucket{route=\"\(route)\",le=\"\(bound)\"} \(sum)\n"
            }
            sum += figures.buckets.last ?? 0
            text += "juanzong_request_seconds_bucket{route=\"\(route)\",le=\"+Inf\"} \(sum)\n"
            text += "juanzong_request_seconds_sum{route=\"\(route)\"} \(figures.seconds)\njuanzong_request_seconds_count{route=\"\(route)\"} \(sum)\n"
        }
        for gauge in gauges {
            text += "# HELP \(gauge.name) \(gauge.help)\n# TYPE \(gauge.name) gauge\n\(gauge.name) \(gauge.value)\n"
        }
        return text
    }

    /// Of this process, from /proc.
    static var residentBytes: Int {
        guard let bytes = try? Engine.fileBytes("/proc/self/statm") else { return 0 }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
    }
}
