// Verbs that read records: each passes through `answering`, which notes it. The work is in the files of the same names.

import Archive
import Records
import Search
import Tables

extension Engine {
    // MARK: Searching

    package func search(_ request: SearchRequest) throws -> SearchAnswer {
        try answering("search", .search) { note in
            let answer = try unloggedSearch(request)
            note.entry.count = answer.total
            note.give(answer.hits.map(\.id))
            return answer
        }
    }

    package func count(_ request: SearchRequest) throws -> (count: Int, notices: [Notice]) {
        try answering("count", .search) { note in
            let answer = try unloggedCount(request)
            note.entry.count = answer.count
            return answer
        }
    }

    /// - Throws: `EngineError.recordUnknown`, `.recordAmbiguous`.
    package func precedents(_ request: PrecedentRequest) throws -> SearchAnswer {
        try answering("precedents", .search) { note in
            let answer = try unloggedPrecedents(request)
            note.entry.count = answer.total
            note.give(answer.hits.map(\.id))
            return answer
        }
    }

    /// Values of a facet that begin with the text, most frequent first.
    package func facetValues(of name: String, beginning: String) throws -> [String] {
        try answering("facetValues", .search) { note in
            note.entry.detail = name
            return try unloggedFacetValues(of: name, beginning: beginning)
        }
    }

    /// Records that match and were added or changed after `sequence`, in order of arrival, and up to where was looked. A look
    /// that finds nothing new is not noted.
    package func arrivals(
        _ request: SearchRequest, after sequence: RecordSequence
    ) throws -> (hits: [SearchAnswer.Hit], upTo: RecordSequence) {
        try answering("arrivals", .search) { note in
            let answer = try unloggedArrivals(request, after: sequence)
            note.isNothing = answer.hits.isEmpty
            note.give(answer.hits.map(\.id))
            return answer
        }
    }

    // MARK: One record

    /// By id or by any number of the record; several when a number is shared, none when nothing has it.
    package func show(_ id: String, version wanted: Int?) throws -> [RecordView] {
        try answering("show", .view) { note in
            let views = try unloggedShow(id, version: wanted)
            note.give(views.map(\.id))
            note.entry.count = views.count
            return views
        }
    }

    /// Every text of a record, with all the places where the query is found.
    package func marked(_ view: RecordView, query: String) throws -> (texts: [MarkedText], notices: [Notice]) {
        try answering("marked", .view) { note in
            note.give([view.id])
            return try unloggedMarked(view, query: query)
        }
    }

    /// Each record's time limits, step by step.
    package func deadlines(of id: String, asOf: String?) throws -> [(id: String, deadlines: [DeadlineView])] {
        try answering("deadlines", .view) { note in
            let found = try unloggedDeadlines(of: id, asOf: asOf)
            note.give(found.map(\.id))
            return found
        }
    }

    /// What a complainant may learn by his number.
    package func publicStatus(no: String) throws -> [PublicStatus] {
        try answering("publicStatus", .view) { note in
            let found = try unloggedPublicStatus(no: no)
            note.entry.count = found.count
            return found
        }
    }

    /// A record as the public may read it (R101).
    package func publicView(_ id: String) throws -> [JSONObject] {
        try answering("publicView", .view) { note in
            let found = try unloggedPublicView(id)
            note.entry.count = found.count
            return found
        }
    }

    /// Facts without their source, for a recipient who must not have the material (R96).
    package func safeSummary(_ id: String, recipient: String?) throws -> [JSONObject] {
        try answering("safeSummary", .print, durable: true) { _ in try unloggedSafeSummary(id, recipient: recipient) }
    }

    /// Who complained: for a role that may see it, and a purpose; noted on disk before it is shown.
    package func unmask(_ id: String, purpose: String) throws -> [Unmasked] {
        try answering("unmask", .unmask, durable: true) { note in
            let found = try unloggedUnmask(id, purpose: purpose)
            note.entry.count = found.count
            return found
        }
    }

    // MARK: Writing out

    /// Writes the matches (all records without a query) in order of arrival as record JSON, one a line.
    ///
    /// - Returns: how many records were written.
    package func export(
        _ request: SearchRequest?, to path: String, withIdentity: Bool, recipient: String? = nil, report: ProgressReport
    ) throws -> Int {
        try answering("export", .export, durable: true) { note in
            let written = try unloggedExport(request, to: path, withIdentity: withIdentity, recipient: recipient, report: report)
            note.entry.count = written
            return written
        }
    }

    /// Writes the matches as a table, in order of arrival.
    package func exportTable(
        _ request: SearchRequest?, to path: String, _ format: TableFormat, columns: [RecordColumn], in language: Language,
        recipient: String? = nil, report: ProgressReport
    ) throws -> (records: Int, cutCells: Int) {
        try answering("exportTable", .export, durable: true) { note in
            let written = try unloggedExportTable(request, to: path, format, columns: columns, in: language, recipient: recipient, report: report)
            note.entry.count = written.records
            return written
        }
    }

    /// Writes the matches into a new folder that a search cluster of somebody else's loads.
    ///
    /// - Throws: `AccessError.recipientIsRespondent`, `ArchiveError.folderNotEmpty`, `ClusterExportError`.
    package func exportCluster(_ request: SearchRequest?, _ export: ClusterExport, report: ProgressReport) throws -> ClusterExportSummary {
        try answering("exportCluster", .export, durable: true) { note in
            let summary = try unloggedExportCluster(request, export, report: report)
            note.entry.count = summary.records
            return summary
        }
    }

    /// Writes the hits of one search as a table, in their order.
    ///
    /// - Returns: how many cells had to be cut.
    package func writeTable(
        _ answer: SearchAnswer, columns: [RecordColumn], to path: String, _ format: TableFormat, in language: Language
    ) throws -> Int {
        try answering("writeTable", .export, durable: true) { _ in
            try unloggedWriteTable(answer, columns: columns, to: path, format, in: language)
        }
    }

    // MARK: Was this filed before?

    /// Compares a record that is not filed yet.
    package func check(_ object: JSONObject, number: Int, _ request: CheckRequest) throws -> CheckAnswer {
        try answering("check", .search) { note in
            let answer = try unloggedCheck(object, number: number, request)
            note.entry.count = answer.candidates.count
            note.give(answer.candidates.map(\.id))
            return answer
        }
    }

    /// Compares a record of the archive with all others.
    package func check(record id: String, _ request: CheckRequest) throws -> CheckAnswer {
        try answering("check", .search) { note in
            let answer = try unloggedCheck(record: id, request)
            note.entry.count = answer.candidates.count
            note.give([answer.query] + answer.candidates.map(\.id))
            return answer
        }
    }

    /// Compares records of a file with the archive, or (`objects` nil) all records of the archive with those before them.
    ///
    /// - Returns: how many records were compared.
    package func checkBatch(
        _ objects: [(JSONObject, Int)]?, _ request: CheckRequest, report: ProgressReport,
        _ body: (CheckAnswer) throws -> Void
    ) throws -> Int {
        try answering("checkBatch", .search) { note in
            // Noted in lots, each before it is given.
            var waiting: [CheckAnswer] = []
            func hand() throws {
                note.give(waiting.flatMap { (objects == nil ? [$0.query] : []) + $0.candidates.map(\.id) })
                try settle(note, durable: false)
                for answer in waiting { try body(answer) }
                waiting.removeAll(keepingCapacity: true)
            }
            let compared = try unloggedCheckBatch(objects, request, report: report) { answer in
                waiting.append(answer)
                if waiting.count == 256 { try hand() }
            }
            try hand()
            return compared
        }
    }

    /// Groups of records about one matter.
    package func matters(_ request: MattersRequest, report: ProgressReport) throws -> MattersAnswer {
        try answering("matters", .search) { note in
            let answer: MattersAnswer = try surveyed("matters \(request)", movesWithClock: false, note, rows: { 1 + $0.matters.reduce(0) { $0 + 4 + $1.members.count } }, isWhole: { $0.behind == 0 }) {
                try unloggedMatters(request, report: report)
            }
            note.entry.count = answer.total
            note.give(answer.matters.flatMap { $0.members.map(\.id) })
            return answer
        }
    }

    /// The decisions on a record, oldest first.
    package func links(of id: String) throws -> [LinkView] {
        try answering("links", .view) { note in
            let found = try unloggedLinks(of: id)
            note.give(Set(found.flatMap { [$0.id, $0.other] }).sorted())
            return found
        }
    }
}
