// Verbs of 移交 and of the lists that go with registering: each passes through `answering`, which notes it.

import Archive
import Records

extension Engine {
    /// Writes a package of filed files into a new folder, which appears whole or not at all, and notes the hand-over in each file.
    ///
    /// - Throws: `AccessError.recipientIsRespondent`, `CaseError.wrongState` for a file that is not filed.
    package func exportTransfer(_ request: TransferRequest, to path: String, report: ProgressReport = { _ in }) throws -> TransferSummary {
        try answering("exportTransfer", .export, durable: true) { _ in try unloggedExportTransfer(request, to: path, report: report) }
    }

    /// Notes in the files of a package that it has arrived.
    ///
    /// - Returns: how many files.
    /// - Throws: `CaseError.receiptForeign` when no package of this archive has its id and hash.
    package func confirmTransfer(receipt path: String) throws -> Int {
        try answering("confirmTransfer", .file) { _ in try unloggedConfirmTransfer(receipt: path) }
    }

    /// What of one record a clerk should look at.
    package func intakeFindings(of id: String) throws -> [IntakeFinding] {
        try answering("intakeFindings", .view) { note in
            note.give([id])
            return try unloggedIntakeFindings(of: id)
        }
    }

    /// Records received in a period that do not go with the rules, and why.
    package func intakeReport(_ period: ClosedRange<CalendarDate>?) throws -> [IntakeLine] {
        try answering("intakeReport", .search) { note in
            let lines = try unloggedIntakeReport(period)
            note.give(lines.map(\.id))
            return lines
        }
    }

    /// Series of register numbers and of 档号: what is missing, what is there twice; papers whose numbers disagree.
    package func numberReport() throws -> NumberReport {
        try answering("numberReport", .search) { note in
            let report = try unloggedNumberReport()
            note.give(report.mismatches.map(\.id))
            return report
        }
    }
}
