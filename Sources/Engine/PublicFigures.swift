// What of a report the public may see: neither party, nobody who works on it, no value of a handful of records.
//
// Values of fewer than five records are put together as one row, within their branch of a tree, so that their names (which
// an office may have typed freely) are not shown and no level of a tree gives away what another hides. What has no value
// counts among them.

import Records
import Trends

enum PublicFigures {
    /// What the public may see figures by. A new field is not among them until somebody has thought about it.
    static let fields: Set<Field> = [
        .kind, .channel, .origin, .upstreamBody, .category, .region, .regionRegistered, .respondentRegion, .status, .body,
        .profile, .formType, .leadUnit, .coUnit, .severity, .urgency, .grade, .flag, .verified, .satisfaction, .mediation,
        .acceptance, .outcome, .cause, .proceeding, .sanction, .consentPublish, .publishState, .eventType, .documentType, .year,
    ]

    /// - Throws: `EngineError.fieldNotPublic`, also for a filter: figures on one respondent name him.
    static func check(_ asked: [Field], filters: [FigureCondition]) throws {
        for field in asked + filters.map(\.field) where !fields.contains(field) {
            throw EngineError.fieldNotPublic(name: field.name)
        }
    }

    /// Columns of `Engine.measures`: what adds up, and what gives it away.
    static let counts = [1, 2, 3, 4, 6, 8]
    static let followers = [6: [7, 9, 10]]
}

/// Keys of records with the small ones put together.
struct PublicLabels {
    private let bucket: ReportBucket
    private let rest: String
    /// Of each level, what is put together with the rest of its branch.
    private var merged: [Set<String>] = []

    init(_ sets: [FigureSet], _ bucket: ReportBucket, rest: String) {
        self.bucket = bucket
        self.rest = rest
        guard bucket.field != nil else { return }
        for level in 0..<levels {
            merged.append([])
            var counts: [String: Int] = [:]
            for set in sets {
                let labels = keys(set.rows, levels: level + 1)
                for (label, count) in zip(labels.names, labels.counts) { counts[label, default: 0] += count }
            }
            for branch in Dictionary(grouping: counts.keys, by: { Self.parent(of: $0) }).values {
                merged[level].formUnion(small(of: branch, counts))
            }
        }
    }

    /// The labels under which the rows count; of a field each under one at least.
    func keys(_ rows: FigureRows) -> FigureKeys { bucket.field == nil ? bucket.keys(rows) : keys(rows, levels: levels) }

    private func keys(_ rows: FigureRows, levels: Int) -> FigureKeys {
        guard let slot = bucket.field.flatMap({ rows.layout.slot(of: $0) }) else { return bucket.keys(rows) }
        return FigureKeys(rows.columns[slot]) { labels($0, levels: levels) }
    }

    /// Whether nothing but the rest is left: such a table says nothing.
    func isRest(_ label: String) -> Bool { label == rest }

    private var levels: Int {
        if case .field(let field, let depth?) = bucket, field.kind == .path { return depth }
        return 1
    }

    private var isTree: Bool {
        if case .field(let field, .some) = bucket { return field.kind == .path }
        return false
    }

    private static func parent(of label: String) -> Substring {
        label.lastIndex(of: "/").map { label[..<$0] } ?? ""
    }

    private func small(of branch: [String], _ counts: [String: Int]) -> Set<String> {
        let order = branch.sorted { (counts[$0]!, $0) < (counts[$1]!, $1) }
        var members = order.filter { counts[$0]! < FigureTable.publicMin }
        guard !members.isEmpty else { return [] }
        // What is called the rest already is of the party.
        members += order.filter { isRestOfBranch($0) && !members.contains($0) }
        var sum = members.reduce(0) { $0 + counts[$1]! }
        for label in order where sum < FigureTable.publicMin && !members.contains(label) {
            members.append(label)
            sum += counts[label]!
        }
        return Set(members)
    }

    private func isRestOfBranch(_ label: String) -> Bool { label == rest || label.hasSuffix("/" + rest) }

    private func labels(_ values: [String], levels: Int) -> [String] {
        var labels: [String] = []
        if isTree {
            for value in values where !values.contains(where: { $0.hasPrefix(value + "/") }) {
                let label = label(value.split(separator: "/", omittingEmptySubsequences: false).map(String.init), levels)
                if !labels.contains(label) { labels.append(label) }
            }
        } else {
            for key in bucket.keys(ofValues: values) {
                let label = merged.first?.contains(key) == true ? rest : key
                if !labels.contains(label) { labels.append(label) }
            }
        }
        return labels.isEmpty ? [rest] : labels
    }

    private func label(_ names: [String], _ levels: Int) -> String {
        var path = ""
        for level in 0..<levels {
            let branch = path.isEmpty ? "" : path + "/"
            guard level < names.count else { return branch + rest }
            let own = branch + names[level]
            if level < merged.count, merged[level].contains(own) { return branch + rest }
            path = own
        }
        return path
    }
}
