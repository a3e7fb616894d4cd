// One record as it is now or was: for the person who reads it.

import Archive
import Records
import Search
import TextAnalysis

extension Engine {
    /// By id or by any number of the record; several when a number is shared, none when nothing has it.
    func unloggedShow(_ id: String, version wanted: Int?) throws -> [RecordView] {
        let numbers = try recordNumbers(named: id)
        let views = try numbers.compactMap { try view(of: $0, version: wanted) }
        return views
    }

    private func view(of number: RecordNumber, version wanted: Int?) throws -> RecordView? {
        let history = try records.history(of: number)
        let chosen = wanted.flatMap { wanted in history.first { Int($0.header.versionNumber) == wanted } }
        guard let version = wanted == nil ? history.last : chosen else { return nil }
        let complaint = try Self.complaint(version)
        let sight = try sight()
        return RecordView(
            id: complaint.archiveID, versionNumber: Int(version.header.versionNumber), sequence: try sight.rank(of: version.sequence),
            stored: version.sequence,
            recordedAt: Self.moment(version.header.recordedAtMilliseconds),
            isWithdrawn: version.header.isWithdrawn, caseFile: try caseFile(ofRecord: complaint.archiveID), record: PersonalNumbers.masked(complaint.json),
            versions: try history.map {
                (Int($0.header.versionNumber), try sight.rank(of: $0.sequence), Self.moment($0.header.recordedAtMilliseconds))
            })
    }

    /// The id of the file that a record lies in, of those that the viewer may see: the record itself names its file only when that is
    /// filed, and until then nobody who reads it would know.
    private func caseFile(ofRecord id: String) throws -> String? {
        guard shardView == nil, SmallFile.size(folder.casesPath) != nil, let name = try cases().fileID(ofRecord: id), let file = try cases().file(name), file.state != .destroyed
        else { return nil }
        return try viewer().isUnrestricted || complaints(file.records).count == file.records.count ? file.id : nil
    }

    /// Every text of a record, with all the places where the query is found; the texts in which it is found first.
    ///
    /// - Throws: `QueryError` for a query that cannot be read.
    func unloggedMarked(_ view: RecordView, query: String) throws -> (texts: [MarkedText], notices: [Notice]) {
        let parsed = try read(query)
        openNote?.entry.query = try auditText(query, parsed.root)
        try checkIdentityQuestion(parsed.root)
        let maker = snippetMaker(parsed.root, try self.view())
        guard let version = try records.version(at: view.stored) else { return ([], []) }
        let texts = ColumnReader(try Self.complaint(version)).zones.compactMap { zone -> MarkedText? in
            guard let field = Field.of(zone.zone) else { return nil }
            return MarkedText(
                field: field, text: PersonalNumbers.masked(zone.text), matches: maker.matches(in: zone.text, zone: zone.zone))
        }
        return (texts, parsed.notices)
    }

    static func moment(_ milliseconds: Int64) -> String {
        Timestamp(seconds: milliseconds / 1_000)?.text ?? ""
    }
}
