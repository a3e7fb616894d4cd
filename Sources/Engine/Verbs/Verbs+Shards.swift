// Verbs of archives made of shards: each passes through `answering`, which notes it. What they print names records.

import Archive
import Records

extension Engine {
    /// Every band of every text's sketch, for finding pairs of one text elsewhere.
    ///
    /// - Returns: how many records have one.
    package func duplicateBands(_ body: (_ key: String, _ order: UInt64, _ id: String) throws -> Void) throws -> Int {
        try answering("duplicateBands", .export, durable: true) { note in
            try audit(.export, durable: true) { $0.detail = "bands → stdout" }
            let count = try unloggedDuplicateBands(body)
            note.entry.count = count
            return count
        }
    }

    /// Of the pairs given, those of one text.
    package func duplicateEdges(_ pairs: [(String, String)]) throws -> [(String, String)] {
        try answering("duplicateEdges", .search) { note in
            let edges = try unloggedDuplicateEdges(pairs)
            note.entry.count = edges.count
            note.give(Set(edges.flatMap { [$0.0, $0.1] }).sorted())
            return edges
        }
    }

    /// Live records by month of receipt and value of each field.
    package func monthlyCounts(
        by names: [String], _ body: (_ month: String, _ field: String, _ value: String, _ count: Int) throws -> Void
    ) throws {
        try answering("monthlyCounts", .search) { note in
            note.entry.detail = names.joined(separator: ",")
            try unloggedMonthlyCounts(by: names, body)
        }
    }
}
