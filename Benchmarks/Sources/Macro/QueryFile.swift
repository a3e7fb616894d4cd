// The queries of one run: a JSON line each, read by every runner.

import Measuring
import Records
import Search
import TextAnalysis

/// The kinds of queries that people ask, in the order of the tables.
enum QueryClass: String, CaseIterable {
    case character, pair, word, piece, and2, or2, filtered, newest, pasted

    /// Whether a scan can say how many records match.
    var isCounted: Bool { self != .newest && self != .pasted }
}

struct AskedQuery {
    var kind: QueryClass
    var parts: [String]
    /// Days since 1970-01-01, both included; for `filtered`.
    var days: ClosedRange<Int>?
    var category: String?

    var json: JSONValue {
        var object = JSONObject([
            ("class", .string(kind.rawValue)), ("parts", .array(parts.map { .string($0) })),
        ])
        if let days, let category {
            object.set("from", to: .number("\(days.lowerBound)"))
            object.set("to", to: .number("\(days.upperBound)"))
            object.set("category", to: .string(category))
        }
        return .object(object)
    }

    init(_ kind: QueryClass, _ parts: [String], days: ClosedRange<Int>? = nil, category: String? = nil) {
        (self.kind, self.parts, self.days, self.category) = (kind, parts, days, category)
    }

    init?(_ json: JSONValue) {
        guard let kind = json["class"]?.string.flatMap(QueryClass.init(rawValue:)), let parts = json["parts"]?.array else {
            return nil
        }
        self.init(kind, parts.compactMap(\.string))
        if let from = json["from"]?.int, let to = json["to"]?.int {
            days = from...to
            category = json["category"]?.string
        }
    }

    static func all(in path: String) throws -> [AskedQuery] {
        let file = try MappedFile(path)
        let starts = file.lineStarts()
        return try (0..<(starts.count - 1)).compactMap { line in
            AskedQuery(try JSONValue.parse(file.bytes(starts[line]..<(starts[line + 1] - 1))))
        }
    }

    /// The query as our parser would hand it to the search.
    var node: QueryNode {
        func part(_ text: String) -> QueryPart {
            QueryPart(text: text, units: Normalizer.shared.fold(text), range: 0..<text.unicodeScalars.count)
        }
        switch kind {
        case .pasted: return .pasted(part(parts[0]))
        case .or2: return .disjunction(parts.map { .literal(part($0)) })
        default:
            var nodes = parts.map { QueryNode.literal(part($0)) }
            if let days, let category {
                nodes.append(.field(.category, .equals(category)))
                nodes.append(.field(.date, .dateRange(from: Int64(days.lowerBound), to: Int64(days.upperBound))))
            }
            return .conjunction(nodes)
        }
    }
}
