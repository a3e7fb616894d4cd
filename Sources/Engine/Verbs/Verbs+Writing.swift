// Verbs that change records: each passes through `answering`, which notes it.

import Archive
import Records

extension Engine {
    package func importRecords(_ request: ImportRequest, report: ProgressReport) throws -> ImportSummary {
        try answering("importRecords", .write) { note in
            let summary = try unloggedImportRecords(request, report: report)
            note.entry.count = summary.imported + summary.updated
            return summary
        }
    }

    /// What an import would do; nothing is written.
    package func lookAtImport(_ request: ImportRequest, report: ProgressReport) throws -> ImportLook {
        try answering("lookAtImport", .view) { note in
            let look = try unloggedLookAtImport(request, report: report)
            note.entry.count = look.added + look.changed + look.unchanged
            return look
        }
    }

    /// Adds records, or new versions of those that are there. All become durable together, or none.
    package func add(_ objects: [JSONObject]) throws -> [RecordChange] {
        try answering("add", .write) { note in given(try unloggedAdd(objects), note) }
    }

    /// Changes the newest version of a record.
    package func edit(
        _ id: String, version: Int? = nil, cause: VersionCause = .edited, note: ChangeNote, _ change: (inout JSONObject) throws -> Void
    ) throws -> RecordChange {
        let reason = note
        return try answering("edit", .write) { note in
            let changed = try unloggedEdit(id, version: version, cause: cause, note: reason, change)
            return given([changed], note)[0]
        }
    }

    /// Takes records back: their versions stay, but no search finds them any more.
    package func withdraw(_ ids: [String], note: ChangeNote? = nil) throws -> [RecordChange] {
        let reason = note
        return try answering("withdraw", .write) { note in given(try unloggedWithdraw(ids, note: reason), note) }
    }

    /// Makes withdrawn records findable again, as they were before, with who complained.
    package func reinstate(_ ids: [String], note: ChangeNote) throws -> [RecordChange] {
        let reason = note
        return try answering("reinstate", .write) { note in given(try unloggedReinstate(ids, note: reason), note) }
    }

    private func given(_ changes: [RecordChange], _ note: OpenNote) -> [RecordChange] {
        note.give(changes.map(\.id))
        note.entry.count = changes.count
        return changes
    }

    /// Says that two records belong together.
    package func link(_ a: String, _ b: String, type: LinkType?, by: String, reason: String) throws -> LinkView {
        try answering("link", .write) { note in
            let made = try unloggedLink(a, b, type: type, by: by, reason: reason)
            note.give([made.id, made.other])
            return made
        }
    }

    /// Says that two records do not belong together.
    package func unlink(_ a: String, _ b: String, by: String, reason: String) throws -> LinkView {
        try answering("unlink", .write) { note in
            let made = try unloggedUnlink(a, b, by: by, reason: reason)
            note.give([made.id, made.other])
            return made
        }
    }

    // MARK: Words and queries of the body

    /// - Returns: the words that were not there yet.
    package func addToLexicon(_ words: [String]) throws -> [String] {
        try answering("addToLexicon", .write) { _ in try unloggedAddToLexicon(words) }
    }

    /// - Returns: the words that were there.
    package func removeFromLexicon(_ words: [String]) throws -> [String] {
        try answering("removeFromLexicon", .write) { _ in try unloggedRemoveFromLexicon(words) }
    }

    /// - Returns: the group that the words are in now.
    package func addSynonyms(_ words: [String]) throws -> [String] {
        try answering("addSynonyms", .write) { _ in try unloggedAddSynonyms(words) }
    }

    /// - Returns: whether the word was in a group.
    package func removeSynonym(_ word: String) throws -> Bool {
        try answering("removeSynonym", .write) { _ in try unloggedRemoveSynonym(word) }
    }

    /// Keeps a query; one of the same name is replaced.
    ///
    /// - Returns: whether there was one.
    package func save(_ query: SavedQuery) throws -> Bool {
        try answering("save", .write) { _ in try unloggedSave(query) }
    }

    package func removeSavedQuery(_ name: String) throws {
        try answering("removeSavedQuery", .write) { _ in try unloggedRemoveSavedQuery(name) }
    }

    /// Pieces of the archive's texts that look like words and are cut up now, most records first.
    package func lexiconSuggestions(
        limit: Int, recordCountMin: Int, report: ProgressReport
    ) throws -> (words: [LexiconSuggestion], note: SampleNote) {
        try answering("lexiconSuggestions", .search) { _ in
            try unloggedLexiconSuggestions(limit: limit, recordCountMin: recordCountMin, report: report)
        }
    }

    /// Pairs of words that the archive uses for one another, the surest first.
    package func synonymSuggestions(
        limit: Int, recordCountMin: Int, report: ProgressReport
    ) throws -> (pairs: [SynonymSuggestion], note: SampleNote) {
        try answering("synonymSuggestions", .search) { _ in
            try unloggedSynonymSuggestions(limit: limit, recordCountMin: recordCountMin, report: report)
        }
    }
}
