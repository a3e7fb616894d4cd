// Records for a search cluster that the office owns already. Nothing is sent from here: the folder is loaded by whoever runs it.

import Archive
import Records

extension Engine {
    /// Writes the matches (all records without a query) in order of arrival into a new folder.
    ///
    /// - Throws: `AccessError.recipientIsRespondent`, `ArchiveError.folderNotEmpty`, `ClusterExportError`.
    func unloggedExportCluster(_ request: SearchRequest?, _ export: ClusterExport, report: ProgressReport) throws -> ClusterExportSummary {
        try require(\.mayExport, "export")
        _ = try request.map { try root(of: $0) }
        let note = openNote
        let stamp = Self.now.text.filter { $0.isASCII && $0.isNumber }.prefix(14) + "-" + hexText([UInt8.random(in: 0...255), UInt8.random(in: 0...255)])
        let folder = try ClusterFolder(export, stamp: String(stamp)) { if let note { try self.settle(note, durable: true) } }
        try audit(.export, durable: true) {
            $0.detail = "\(export.cluster.rawValue) → \(export.folder)" + (export.recipient.map { " → \($0)" } ?? "")
        }
        try forEachMatch(request) { version, total in
            let complaint = try Self.complaint(version)
            try refuseRespondent(export.recipient, records: [complaint], verb: "export")
            note?.give([complaint.archiveID])
            try folder.add(ClusterDocument(complaint))
            if folder.summary.records % 1_000 == 0 { report(Progress(.exporting, done: folder.summary.records, total: total)) }
        }
        try folder.finish()
        return folder.summary
    }
}
