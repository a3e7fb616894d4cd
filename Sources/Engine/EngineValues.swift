// What the use cases take and give: plain values that the command line and the service print in their own ways.

import Index
import Records
import Search
import Tables

package struct EngineOptions: Sendable {
    package var archivePath: String
    /// Nil is the default place, beside the archive folder.
    package var keyPath: String?
    /// Longest time a command waits for another writer to finish.
    package var writerWaitSeconds = 2
    /// Anonymous memory that bulk work may take. Below some 150 MiB it cannot be kept: that much goes into cutting,
    /// decoding and analysing a batch.
    package var memoryBytes = 512 << 20
    /// Whether the process does other things beside, as the service does: what they take is not of the bulk work.
    package var sharesProcess = false
    /// Who asks: a user of the system; roles are bound to him in the profile.
    package var user = "-"
    /// What for; written into the audit log.
    package var purpose: String?

    /// Of an archive made of shards: those whose labels fit, such as `2023*,*-3301`. Nil is all.
    package var shards: String?
    /// Whether a search leaves its snapshot to the next one, until `Engine.rest`: for whoever asks again and again.
    package var keepsSnapshot = false
    /// So many versions that are not indexed yet a search indexes itself; more it leaves to whoever keeps the index.
    package var versionsOfSearch = Int.max
    /// For answers that are asked for again while nothing was written; 0 remembers none.
    package var answerBytes = 0
    /// Of a caller who takes an answer that was made before.
    package var survey: Survey?
    /// Who complained is cut out of what is imported and kept nowhere.
    var leavesIdentityOut = false

    /// What of it is left for gathering documents before a segment is written.
    var gatheringBytes: Int { max(8 << 20, memoryBytes - max(120 << 20, memoryBytes * 3 / 8)) }
    /// Rows made durable together: enough for a disk flush to cost little a row. A prepared row takes some 4 KiB.
    var rowsStored: Int { max(1_024, min(8_192, memoryBytes >> 16)) }
    /// What prepared rows may take that wait to be stored.
    var waitingBytes: Int { memoryBytes / 12 }
    /// Bytes of the file that are prepared at once: enough to cost nothing a row, and little enough for the tables of each thread.
    var cutBytes: Int { max(64 << 10, min(1 << 20, memoryBytes >> 9)) }
    /// What batches under way may take.
    var preparingBytes: Int { memoryBytes / 10 }

    package init(archivePath: String, keyPath: String? = nil) {
        self.archivePath = archivePath
        self.keyPath = keyPath
    }
}

/// How far a long piece of work is.
package struct Progress: Sendable {
    package enum Phase: Sendable { case reading, indexing, merging, verifying, copying, exporting, comparing }

    package var phase: Phase
    /// Records done.
    package var done: Int
    /// Records in all, where that is known beforehand.
    package var total: Int?
    package var bytesDone: Int
    /// Bytes in all, where that is known (not for standard input).
    package var bytesTotal: Int?
    package var rejected: Int

    package init(
        _ phase: Phase, done: Int = 0, total: Int? = nil, bytesDone: Int = 0, bytesTotal: Int? = nil, rejected: Int = 0
    ) {
        self.phase = phase
        self.done = done
        self.total = total
        self.bytesDone = bytesDone
        self.bytesTotal = bytesTotal
        self.rejected = rejected
    }
}

package typealias ProgressReport = (Progress) -> Void

// MARK: Import

package struct ImportRequest: Sendable {
    /// A path, or `-` for standard input.
    package var path: String
    package var mapPath: String?
    /// The map itself, instead of a path.
    package var mapText: String?
    /// A form of the archive's profile, instead of a map.
    package var form: String?
    /// `jsonl`, `csv`, `xlsx`; nil finds out.
    package var format: String?
    /// Such as `gb18030`; nil finds out.
    package var encoding: String?
    /// Where rejected rows go; nil is `<path>.rejects.jsonl` (for standard input `stdin.rejects.jsonl`).
    package var rejectsPath: String?
    /// Of the reasons in the list of rejects.
    package var language: Language = .chinese
    /// What people call the file, where that is not its path.
    package var name: String?
    /// Asked before every batch: true ends the import with `ImportStopped`; what was read until then is in, and findable.
    package var isStopped: (@Sendable () -> Bool)?
    /// Asked between two steps: the program is to end, and what is not stored by then comes in with the same file again.
    package var isBrokenOff: (@Sendable () -> Bool)?

    package init(path: String) { self.path = path }
}

package struct ImportSummary: Sendable {
    package var imported = 0
    package var updated = 0
    package var unchanged = 0
    package var rejected = 0
    package var seconds: Double = 0
    package var bytes = 0
    /// Nil when nothing was rejected.
    package var rejectsPath: String?
    /// Rows that an earlier, interrupted run of the same file had already stored and this one skipped.
    package var resumedRows = 0
    /// Records that this run itself handled; the counts above include those of an interrupted run before it.
    package var recordsThisRun = 0
    /// How the file was read, such as `csv, gb18030, ";"`.
    package var reading = ""
    /// Of this run.
    package var rejects = RejectTally()

    package init() {}
}

/// Somebody did not want an import to go on.
package struct ImportStopped: Error {}

// MARK: Search

package struct SearchRequest: Sendable {
    package var query: String
    /// `field=value`, as given with `--filter`.
    package var filters: [String] = []
    package var from: String?
    package var to: String?
    package var sort: SortOrder = .relevance
    package var limit = 10
    /// As a former answer gave it.
    package var after: String?
    package var facets: [String] = []
    package var explains = false
    /// Of each hit, beside title and snippet.
    package var columns: [RecordColumn] = []

    package init(query: String) { self.query = query }
}

package struct SearchAnswer: Sendable {
    package struct Hit: Sendable {
        /// The body's own name of the record: `id`, else `registerNo`.
        package var id: String
        package var score: Float
        /// `yyyy-MM-dd`
        package var date: String
        package var title: String
        package var snippet: Snippet
        package var isLiteral: Bool
        /// Of the record; above 1 it was changed since it came in.
        package var versionNumber = 1
        /// Of precedents: how it ended; empty while it has not.
        package var outcome = ""
        /// With `columns`: one each.
        package var cells: [TableCell] = []
        /// With `explains`: one sentence a reason.
        package var explanation: [Notice] = []
    }

    package var hits: [Hit]
    /// All matches, exact.
    package var total: Int
    package var facets: [FacetCounts]
    /// Of a facet of areas: what their codes are called, as far as records say it.
    package var regionNames: [String: String] = [:]
    /// Continues behind the last hit; nil at the end.
    package var cursor: String?
    /// What a person should know: a colon read as text, an archive that changed between pages, an index behind.
    package var notices: [Notice]
}

/// A remark in both languages.
package struct Notice: Hashable, Sendable {
    package var chinese: String
    package var english: String

    package init(chinese: String, english: String) {
        self.chinese = chinese
        self.english = english
    }

    package func text(in language: Language) -> String { language == .chinese ? chinese : english }
}

/// An error that a person can act on: three lines, what happened, where, what to do.
package protocol NoticeError: Error {
    func notice(in language: Language) -> String
}

// MARK: One record

package struct RecordView: Sendable {
    package var id: String
    package var versionNumber: Int
    /// Counted among the versions that the viewer may see.
    package var sequence: RecordSequence
    /// The version itself.
    var stored: RecordSequence
    package var recordedAt: String
    package var isWithdrawn: Bool
    /// The file it lies in, filed or not; nil also when the viewer may not see the file.
    package var caseFile: String?
    /// Record JSON without identity; telephone and id numbers in running text are masked.
    package var record: JSONObject
    package var versions: [(number: Int, sequence: RecordSequence, recordedAt: String)]
}

/// One text of a record with every place where a query is found in it.
package struct MarkedText: Sendable {
    package var field: Field
    /// Telephone and id numbers masked.
    package var text: String
    /// Ranges of Unicode characters (code points) of `text`, ascending and apart from each other.
    package var matches: [Range<Int>]
}

// MARK: State

package struct ArchiveStatistics: Sendable {
    package var records = 0
    package var versions = 0
    package var lastSequence: UInt64 = 0
    package var indexed = 0
    package var indexWatermark: UInt64 = 0
    package var segments = 0
    package var terms: UInt64 = 0
    package var textUnits: UInt64 = 0
    /// Original text of all live records, UTF-8 bytes of the indexed zones.
    package var generation = ""
    package var files: [(name: String, bytes: UInt64, freeBytes: UInt64)] = []
    package var keyIsThere = false

    package init() {}
}

package struct VerifyAnswer: Sendable {
    /// Each a sentence that names a place and a remedy.
    package var problems: [Notice]
    package var recordsChecked: Int
    package var documentsChecked: Int
    package var isWhole: Bool { problems.isEmpty }
}
