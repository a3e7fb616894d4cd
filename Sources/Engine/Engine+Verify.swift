// Is everything there and right? Records by their checksums and chains, the index by its checksums, and both
// against each other.

import Archive
import Index
import Records
import Search
import TextAnalysis

extension Engine {
    /// Reads everything. Never changes anything.
    func unloggedVerify(report: ProgressReport) throws -> VerifyAnswer {
        try requireAdministrator("verify")
        var problems: [Notice] = []
        let total = Int(try records.lastSequence.rawValue)
        let last = try records.lastSequence
        var found = try records.verify { report(Progress(.verifying, done: Int($0 * Double(total)), total: total)) }
        // Damaged pages could stop the process that looks a record up in them.
        if !found.contains(where: { $0.kind == .damagedPages }) {
            found += try identity().verify(upTo: last, recordNumberOf: { sequence in
                try records.read { try $0.header(at: sequence)?.recordNumber }
            })
        }
        for problem in found {
            problems.append(
                Notice(
                    chinese: problem.line(in: .chinese) + "；处理：从备份恢复该文件",
                    english: problem.line(in: .english) + "; remedy: restore the file from a backup"))
        }
        let (documents, indexProblems) = try verifyIndex(report: report)
        problems += indexProblems
        return VerifyAnswer(problems: problems, recordsChecked: total, documentsChecked: documents)
    }

    private static func reindexRemedy(_ chinese: String, _ english: String) -> Notice {
        Notice(
            chinese: chinese + "；处理：运行 juanzong reindex 重建索引",
            english: english + "; remedy: run juanzong reindex")
    }

    private func verifyIndex(report: ProgressReport) throws -> (documents: Int, problems: [Notice]) {
        var problems: [Notice] = []
        var checked = 0
        do {
            let index = try index()
            for damage in try index.damagedChunks() {
                problems.append(Self.reindexRemedy("索引损坏：\(damage)", "index damaged: \(damage)"))
            }
            guard problems.isEmpty else { return (0, problems) }
            let snapshot = try index.snapshot()
            let stored = try records.snapshot()
            guard try snapshot.watermark == stored.lastSequence else {
                problems.append(
                    Notice(
                        chinese: "索引落后于档案；处理：运行一次检索或导入即可补上",
                        english: "the index is behind the records; remedy: any search or import brings it level"))
                return (0, problems)
            }
            if UInt64(snapshot.liveDocCount) != (try stored.liveCount) {
                problems.append(
                    Self.reindexRemedy(
                        "索引有 \(snapshot.liveDocCount) 件，档案有 \(try stored.liveCount) 件",
                        "the index holds \(snapshot.liveDocCount) records, the archive \(try stored.liveCount)"))
            }
            var analyzer = DocumentAnalyzer(lexicon: try lexicon())
            for segment in snapshot.segments {
                for doc in 0..<UInt32(segment.docCount) where !segment.dead.contains(doc) {
                    if let problem = try verify(doc, of: segment, stored, &analyzer) { problems.append(problem) }
                    checked += 1
                    if checked % 1_000 == 0 {
                        report(Progress(.verifying, done: checked, total: snapshot.liveDocCount))
                    }
                    if problems.count >= 100 { return (checked, problems) }
                }
            }
        } catch let error as any NoticeError where error is IndexError || error is EngineError {
            let (chinese, english) = (error.notice(in: .chinese), error.notice(in: .english))
            problems.append(Notice(chinese: chinese, english: english))
        }
        return (checked, problems)
    }

    /// Does the index hold this record's newest version, with the text that analysis makes of it today?
    private func verify(
        _ doc: UInt32, of segment: SegmentReader, _ stored: borrowing RecordSnapshot,
        _ analyzer: inout DocumentAnalyzer
    ) throws -> Notice? {
        let sequence = try segment.sequence(of: doc)
        guard let version = try? stored.version(at: sequence) else { return nil }  // named among the records' problems
        guard try stored.isHead(sequence) else {
            return Self.reindexRemedy(
                "索引中的版本 \(sequence.rawValue) 已被替换", "the index holds version \(sequence.rawValue), which was replaced")
        }
        let document = analyzer.document(
            try Self.complaint(version).indexed(sequence: sequence, recordNumber: version.recordNumber))
        guard document.units == (try segment.text(of: doc)).units,
            document.receivedAtSeconds == (try segment.receivedAt(of: doc)),
            version.recordNumber == (try segment.recordNumber(of: doc))
        else {
            return Self.reindexRemedy(
                "索引与版本 \(sequence.rawValue) 的内容不符",
                "the index differs from the content of version \(sequence.rawValue)")
        }
        return nil
    }
}
