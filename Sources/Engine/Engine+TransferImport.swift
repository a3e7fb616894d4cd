// 接收: a transfer package into an archive: checked whole, compared with what is there, then records, then files. Run again
// after a kill it goes on; run twice it changes nothing.

import Archive
import Glibc
import Records
import Store

package struct TransferReceipt: Sendable {
    package var json: JSONObject
    /// Where it was written.
    package var path: String
    /// Made for this package, with its rules and words.
    package var isNewArchive = false
    package var notices: [Notice] = []
}

extension Engine {
    /// Takes a package in; an archive that is not there yet is made with the package's rules and words.
    ///
    /// - Parameters:
    ///   - expected: the package's SHA-256 as the sender wrote it down.
    ///   - receiptPath: where the receipt goes; beside the package when nil. A printable one lies beside it.
    /// - Throws: `CaseError.packageDamaged` with the place, `.packageForeign`, `.packageConflict`; then nothing is written.
    package static func importTransfer(
        _ options: EngineOptions, from path: String, expecting expected: String? = nil, receiptPath: String? = nil, report: ProgressReport = { _ in }
    ) throws -> TransferReceipt {
        let package = try TransferPackage(path, expecting: expected)
        if let problem = package.problems.first { throw problem.error }
        let isNew = SmallFile.size(options.archivePath + "/records.lmdb") == nil
        if isNew { _ = try create(options, try package.context()) }
        let engine = try Engine(opening: options)
        var receipt = try engine.take(package, receiptPath: receiptPath, report: report)
        receipt.isNewArchive = isNew
        if !isNew, try engine.wordsDiffer(from: package) {
            receipt.notices.append(Notice(chinese: "提示：本库的词表与包内 context 不同，检索排序可能不同；查到的内容相同", english: "note: this archive's words differ from those in the package's context: the order of results may differ, what is found does not"))
        }
        return receipt
    }

    private func wordsDiffer(from package: TransferPackage) throws -> Bool {
        try ["lexicon.txt", "synonyms.txt"].contains { name in
            func text(_ path: String) throws -> [UInt8] { SmallFile.size(path) == nil ? [] : try SmallFile.read(path) }
            return try text(folder.path + "/" + name) != text(package.path + "/context/" + name)
        }
    }

    private func take(_ package: TransferPackage, receiptPath: String?, report: ProgressReport) throws -> TransferReceipt {
        try require(\.mayWrite, "transfer import")
        let key = try identity().requireKey()
        let store = try cases()
        let own = hexText(records.archiveID)
        let source = try store.packageSource().map { hexText($0) }
        let isEmpty = try records.lastSequence.rawValue == 0
        guard package.archive == source ?? (isEmpty ? package.archive : own) || package.archive == own else {
            throw CaseError.packageForeign(package: package.path, archive: folder.path)
        }
        var missing: [CaseFile] = []
        for file in package.filedFiles where try store.mayReceive(file, place: "files.jsonl (\(file.id))") { missing.append(file) }
        try refuseConflicts(package)
        if package.archive != own { try store.setPackageSource(package.archiveBytes) }

        try takeRecords(package, report: report)
        let profile = try (try? Profile.read(String(decoding: SmallFile.read(package.path + "/context/profile.yaml"), as: UTF8.self), file: "context/profile.yaml")) ?? self.profile()
        for (place, file) in missing.enumerated() {
            var documents: [Int: [UInt8]] = [:]
            for document in file.documents {
                let name = "files/\(file.id)/documents/\(RecordsMetadata.packagedName(document))"
                let bytes = try SmallFile.read(package.path + "/" + name, bytesMax: CaseStore.documentBytesMax)
                guard Fixity.sha256(bytes) == document.sha256 else { throw PackageProblem(name, "原件在接收时被改动", "the original was changed while it was taken in").error }
                documents[document.number] = bytes
            }
            var serials: [(String, Int)] = []
            if let number = Int(file.id.drop { !$0.isNumber }) { serials.append(("file", number)) }
            if let parts = file.referenceCode.flatMap({ profile.referenceCode.parse($0) }) { serials.append(("档号|" + parts.series, parts.file)) }
            if let closing = file.closingNumber, let serial = Int(closing.dropFirst(4)) { serials.append(("归档号|\(closing.prefix(4))", serial)) }
            var taken = file
            taken.notes.append(.init(kind: "移交接收", text: "移交包 \(package.id)，校验值 \(package.digest?.sha256 ?? "")", by: options.user, at: Self.now.text))
            try store.receive(taken, documents: documents, serials: serials, key: key, place: "files.jsonl (\(file.id))")
            report(Progress(.copying, done: place + 1, total: missing.count))
        }
        try audit(.file, durable: true) {
            $0.records = package.filedFiles.flatMap(\.records)
            $0.detail = "transfer import \(package.id)"
        }
        return try receipt(package, at: receiptPath)
    }

    /// A record that is here already must be the same.
    private func refuseConflicts(_ package: TransferPackage) throws {
        let snapshot = try records.snapshot()
        let destroyed = Set(try cases().tombstones().flatMap(\.records))
        for name in ["records.jsonl", "withdrawn.jsonl"] {
            for (number, line) in package.lines(name).enumerated() {
                guard case .object(let object) = try JSONValue.parse(line.span) else { continue }
                let record = try ReadRecord(object)
                if destroyed.contains(record.id) { throw CaseError.destroyed(id: record.id) }
                guard let known = try snapshot.recordNumber(id: record.id), let version = try snapshot.latest(of: known) else { continue }
                if version.json != record.json { throw CaseError.packageConflict(place: "\(name):\(number + 1)", id: record.id) }
            }
        }
    }

    private func takeRecords(_ package: TransferPackage, report: ProgressReport) throws {
        let rejects = folder.path + "/transfer.rejects.jsonl"
        for name in ["records.jsonl", "withdrawn.jsonl"] where (SmallFile.size(package.path + "/" + name) ?? 0) > 0 {
            if name == "withdrawn.jsonl" {
                // Not added anew where they are withdrawn here too.
                let snapshot = try records.snapshot()
                var objects: [JSONObject] = []
                for line in package.lines(name) {
                    guard let object = try JSONValue.parse(line.span).objectValue else { continue }
                    let id = try Complaint(json: object).archiveID
                    let isThere = try snapshot.recordNumber(id: id).flatMap { try snapshot.latest(of: $0) }?.header.isWithdrawn == true
                    if !isThere { objects.append(object) }
                }
                _ = try withdraw(try add(objects).map(\.id))
                continue
            }
            var request = ImportRequest(path: package.path + "/" + name)
            request.format = "jsonl"
            request.rejectsPath = rejects
            let summary = try importRecords(request, report: report)
            FileSystem.remove(rejects)
            if summary.rejected > 0 { throw PackageProblem(name, "\(summary.rejected) 条记录无法入库", "\(summary.rejected) records cannot be stored").error }
        }
    }

    private func receipt(_ package: TransferPackage, at path: String?) throws -> TransferReceipt {
        var receipt = JSONObject()
        receipt.set("format", to: .number(String(TransferPackage.format)))
        receipt.set("package", to: .string(package.id))
        receipt.set("sha256", to: .string(package.digest?.sha256 ?? ""))
        receipt.set("sm3", to: .string(package.digest?.sm3 ?? ""))
        for (key, from) in [("files", "files"), ("documents", "documents"), ("records", "records")] { receipt.set(key, to: package.header[from] ?? .null) }
        receipt.set("from", to: .string([package.header["fonds"]?.string, package.header["fondsName"]?.string].compactMap { $0 }.joined(separator: " ")))
        receipt.set("to", to: .string(try package.header["receiver"]?.string ?? profile().referenceCode.fondsName))
        receipt.set("receivedAt", to: .string(Self.now.text))
        receipt.set("receivedBy", to: .string(options.user))
        let path = path ?? package.path + ".回执.json"
        try SmallFile.replace(path, with: Array((JSONValue.object(receipt).text + "\n").utf8))
        try SmallFile.replace((path.hasSuffix(".json") ? String(path.dropLast(5)) : path) + ".html", with: Array(CasePrint.receipt(receipt).utf8))
        return TransferReceipt(json: receipt, path: path)
    }
}

extension TransferPackage {
    var filedFiles: [CaseFile] { files }
    var archiveBytes: [UInt8] {
        let digits = Array(archive.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16) }
    }

    /// Rules and words of the body, for a new archive.
    func context() throws -> ArchiveFolder.Contents {
        var contents = ArchiveFolder.Contents()
        func text(_ name: String) -> String? { (try? SmallFile.read(path + "/context/" + name)).flatMap { String(validating: $0, as: UTF8.self) } }
        if let profile = text("profile.yaml") {
            _ = try Profile.read(profile, file: path + "/context/profile.yaml")
            contents.profile = profile
        }
        if let lexicon = text("lexicon.txt") { contents.lexicon = lexicon }
        if let synonyms = text("synonyms.txt") { contents.synonyms = synonyms }
        return contents
    }
}
