// What rises as JSON: the one shape that the command line prints and the service sends.

import Engine
import Records

extension TrendAlarm {
    package func object(snapshot: String) -> JSONObject {
        var object: JSONObject = [
            "key": .string(key), "by": .string(by), "observed": .integer(observed),
            "expected": .decimal(expected, places: 3), "bound": .integer(bound),
            "p": .number(Self.number(p)), "q": .number(Self.number(q)), "start": .string(start.text), "end": end.map { .string($0.text) } ?? .null,
            "earlier": .array(earlier.map { .array([.string($0.lowerBound.text), .string($0.upperBound.text)]) }),
            "records": .array(records.map { .string($0) }), "from": .string(from.text),
            "to": .string(to.text), "shape": .string(shape.rawValue), "method": .string(method.rawValue),
            "withRepeats": .integer(raw), "people": people.map { .integer($0) } ?? .null,
            "topShare": topShare.map { .decimal($0, places: 3) } ?? .null,
            "resembles": .array(resembles.map { .string($0) }), "parents": .array(parents.map { .string($0) }),
            "also": .array(also.map { .string($0) }), "counts": .array(counts.map { .integer($0) }),
            "query": .string(query), "new": .bool(isNew), "snapshot": .string(snapshot),
        ]
        object.set("name", to: name.map { .string($0) })
        return object
    }

    private static func number(_ p: Double) -> String { p >= 1e-4 ? "\(p)" : small(p) }

    /// 0.012, 3e-7
    package static func small(_ p: Double) -> String {
        if p >= 0.001 { return "\((p * 1000).rounded() / 1000)" }
        guard p > 0 else { return "0" }
        var exponent = 0
        var rest = p
        while rest < 1 {
            rest *= 10
            exponent += 1
        }
        return "\(Int(rest))e-\(exponent)"
    }
}

extension TrendAnswer {
    /// The whole answer: alarms with their course, all filings per period, the areas, what concentrates where.
    package func object(in language: Language) -> JSONObject {
        var object: JSONObject = [
            "items": .array(alarms.map { alarm in
                var object = alarm.object(snapshot: snapshot)
                object.set("titles", to: .array(alarm.titles.map { .string($0) }))
                object.set("resembledTitles", to: .array(alarm.resembledTitles.map { .string($0) }))
                object.set("course", to: .array(alarm.course.map { point in
                    point.map { .array([.decimal($0.expected, places: 3), .integer($0.bound)]) } ?? .null
                }))
                return .object(object)
            }),
            "tested": .integer(tested), "snapshot": .string(snapshot), "method": .string(method.rawValue), "total": .array(total.map { .integer($0) }),
            "grid": .object([
                "first": grid.count > 0 ? .string(grid.date(startOf: 0).text) : .null, "days": .integer(grid.daysEach), "count": .integer(grid.count),
            ]),
            "areas": .array(areas.map { .object(["key": .string($0.key), "counts": .array($0.counts.map { .integer($0) })]) }),
            "clusters": .array(clusters.map { cluster in
                .object([
                    "area": .string(cluster.area), "periods": .integer(cluster.periods), "observed": .integer(cluster.observed),
                    "expected": .decimal(cluster.expected, places: 2), "p": .number(TrendAlarm.small(cluster.p)),
                ])
            }),
            "records": .integer(records), "repeats": .integer(repeats),
            "notices": .array(notices.map { .object(["text": .string($0.text(in: language))]) }),
        ]
        if !regionNames.isEmpty { object.set("names", to: .object(JSONObject(regionNames.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))) }
        return object
    }
}
