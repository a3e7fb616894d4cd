// 移交: filed files with their records, originals and metadata in one folder that proves itself, for another archive or for
// this one's future. The folder is specified in Sources/Archive/FORMAT.md, "Transfer package".

import Archive
import Glibc
import Records
import Tables

package struct TransferRequest: Sendable {
    /// Files by id or 档号; empty takes all filed ones.
    package var names: [String] = []
    /// Of all filed files, those filed in this year.
    package var year: Int?
    /// Records that lie in no file too.
    package var includesUnfiled = false
    /// 副卷, and who complained.
    package var includesInner = false
    package var receiver: String?
    package init() {}
}

package struct TransferSummary: Sendable {
    package var header: JSONObject
    package var digest: TransferManifest.Hashes
}

extension Engine {
    /// Writes a package into a new folder, which appears whole or not at all, and notes the hand-over in each file.
    ///
    /// - Throws: `AccessError.recipientIsRespondent`, `CaseError.wrongState` for a file that is not filed.
    func unloggedExportTransfer(_ request: TransferRequest, to path: String, report: ProgressReport) throws -> TransferSummary {
        try require(\.mayExport, "transfer export")
        if request.includesInner {
            try require(\.maySeeIdentity, "transfer export --inner")
            _ = try requirePurpose()
        }
        let files = try transferredFiles(request)
        try refuseRespondent(request.receiver, records: files.flatMap { try complaints($0.records) }, verb: "transfer export")
        guard SmallFile.names(in: path).isEmpty else { throw ArchiveError.folderNotEmpty(path: path) }
        let building = path + ".part"
        Self.removeTree(building)
        for folder in [building, building + "/files", building + "/context"] {
            guard unsafe mkdir(folder, 0o700) == 0 else { throw EngineError.system(path: folder, code: errno) }
        }
        do {
            let summary = try write(files, request, into: building, report: report)
            try audit(.export, durable: true) {
                $0.records = files.flatMap(\.records)
                $0.detail = "transfer \(summary.header["id"]?.string ?? "")" + (request.receiver.map { " → \($0)" } ?? "")
            }
            guard unsafe rename(building, path) == 0 else { throw EngineError.system(path: path, code: errno) }
            SmallFile.syncFolder(of: path)
            let id = summary.header["id"]?.string ?? ""
            for file in files {
                try cases().change(file.id) {
                    $0.notes.append(.init(kind: "移交", text: "移交包 \(id) 校验值 \(summary.digest.sha256)" + (request.receiver.map { "，交 \($0)" } ?? ""), by: self.options.user, at: Self.now.text))
                }
            }
            return summary
        } catch {
            Self.removeTree(building)
            throw error
        }
    }

    private func transferredFiles(_ request: TransferRequest) throws -> [CaseFile] {
        var files: [CaseFile] = []
        if request.names.isEmpty {
            files = try allCases().filter { $0.state == .filed && (request.year == nil || $0.filedAt?.hasPrefix("\(request.year!)-") == true) }
        } else {
            for name in request.names {
                let file = try caseFile(name)
                guard file.state == .filed else { throw CaseError.wrongState(id: name, state: file.state.rawValue, wanted: "filed") }
                if !files.contains(where: { $0.id == file.id }) { files.append(file) }
            }
        }
        guard !files.isEmpty || request.includesUnfiled else { throw CaseError.nothingFiled(year: request.year) }
        return files.sorted { $0.id < $1.id }.map { file in
            var file = file
            if !request.includesInner { file.documents.removeAll(where: \.isInner) }
            return file
        }
    }

    private func write(_ files: [CaseFile], _ request: TransferRequest, into folder: String, report: ProgressReport) throws -> TransferSummary {
        let profile = try profile()
        let key = try identity().requireKey()
        func put(_ name: String, _ text: String) throws { try SmallFile.replace(folder + "/" + name, with: Array(text.utf8)) }
        for name in ["profile.yaml", "lexicon.txt", "synonyms.txt"] where SmallFile.size(self.folder.path + "/" + name) != nil {
            try SmallFile.replace(folder + "/context/" + name, with: try SmallFile.read(self.folder.path + "/" + name))
        }
        let recordCount = try writeRecords(files, request, into: folder)
        let lines = try LineWriter(folder + "/files.jsonl")
        for (place, file) in files.enumerated() {
            try lines.write(.object(file.json))
            let inner = folder + "/files/" + file.id
            for path in [inner, inner + "/documents"] { guard unsafe mkdir(path, 0o700) == 0 else { throw EngineError.system(path: path, code: errno) } }
            for document in file.documents {
                guard let bytes = try cases().bytes(document.blob, key: key), Fixity.sha256(bytes) == document.sha256 else {
                    throw PackageProblem("\(file.id) #\(document.number)", "原件与其校验值不符", "the original does not have its hash").error
                }
                try SmallFile.replace(inner + "/documents/" + RecordsMetadata.packagedName(document), with: bytes)
            }
            let metadata = RecordsMetadata(file, documents: file.documents, records: try complaints(file.records), profile: profile)
            try put("files/\(file.id)/metadata.xml", metadata.xml)
            try put("files/\(file.id)/metadata.json", JSONValue.object(metadata.json).text + "\n")
            try Self.writeContents(of: file, to: inner + "/卷内文件目录.csv")
            try put("files/\(file.id)/print.html", CasePrint.file(file, profile: profile, isInner: false))
            if request.includesInner, file.documents.contains(where: \.isInner) { try put("files/\(file.id)/print-副卷.html", CasePrint.file(file, profile: profile, isInner: true)) }
            report(Progress(.copying, done: place + 1, total: files.count))
        }
        try lines.finish()
        let header = header(files, recordCount, request, profile)
        try put("package.json", JSONValue.object(header).text + "\n")
        try Self.writeList(files, to: folder + "/移交清单.csv")
        try put("移交清单.html", CasePrint.transferList(files, header: header, profile: profile))
        try put("说明.txt", Self.explanation)
        return TransferSummary(header: header, digest: try TransferManifest.write(in: folder))
    }

    private func header(_ files: [CaseFile], _ recordCount: Int, _ request: TransferRequest, _ profile: Profile) -> JSONObject {
        let archive = hexText(records.archiveID)
        var header = JSONObject()
        header.set("format", to: .number(String(TransferPackage.format)))
        header.set("id", to: .string("\(archive.prefix(8))-\(Self.now.text.filter { $0.isASCII && $0.isNumber }.prefix(14))-\(hexText([UInt8.random(in: 0...255), UInt8.random(in: 0...255)]))"))
        header.set("archive", to: .string(archive))
        header.set("fonds", to: .string(profile.referenceCode.fonds))
        header.set("fondsName", to: .string(profile.referenceCode.fondsName))
        header.set("profile", to: .string(profile.id))
        if let receiver = request.receiver { header.set("receiver", to: .string(receiver)) }
        header.set("createdAt", to: .string(Self.now.text))
        header.set("createdBy", to: .string(options.user))
        header.set("program", to: .string("juanzong " + Self.programVersion))
        header.set("inner", to: .bool(request.includesInner))
        header.set("files", to: .number(String(files.count)))
        header.set("records", to: .number(String(recordCount)))
        header.set("documents", to: .number(String(files.reduce(0) { $0 + $1.documents.count })))
        header.set("pages", to: .number(String(files.reduce(0) { $0 + $1.pageCount })))
        return header
    }

    /// The newest version of each record, in the order in which they came: what is found equally well keeps its order.
    private func writeRecords(_ files: [CaseFile], _ request: TransferRequest, into folder: String) throws -> Int {
        let snapshot = try records.snapshot()
        let identity = try identity()
        let live = try LineWriter(folder + "/records.jsonl")
        let withdrawn = try LineWriter(folder + "/withdrawn.jsonl")
        var count = 0
        func take(_ version: StoredVersion) throws {
            var record = try Self.complaint(version)
            if request.includesInner, let json = try identity.identity(of: version.sequence), case .object(let object) = try JSONValue.parse(json.span) {
                record.rejoin(try IdentityPart(json: object))
            }
            try (version.header.isWithdrawn ? withdrawn : live).write(.object(record.json))
            count += 1
        }
        if request.includesUnfiled {
            try snapshot.forEachVersion { version in
                if try snapshot.isHead(version.sequence), try isVisible(version.recordNumber) { try take(version) }
                return true
            }
        } else {
            let numbers = try files.flatMap(\.records).compactMap { try snapshot.recordNumber(id: $0) }
            for version in try numbers.compactMap({ try snapshot.latest(of: $0) }).sorted(by: { $0.sequence < $1.sequence }) { try take(version) }
        }
        try live.finish()
        try withdrawn.finish()
        return count
    }

    private static func writeList(_ files: [CaseFile], to path: String) throws {
        let table = try TableFile(path, .csv, sheet: "移交清单", columns: ["序号", "档号", "案卷题名", "年度", "保管期限", "件数", "页数", "起止日期", "备注"].map { TableColumn($0) })
        for (place, file) in files.enumerated() {
            let days = file.documents.compactMap(\.date).sorted()
            try table.append([
                .text("\(place + 1)"), .text(file.referenceCode ?? ""), .text(file.title), .text(String((file.filedAt ?? "").prefix(4))),
                .text(file.retention ?? ""), .text("\(file.documents.count)"), .text("\(file.pageCount)"),
                .text([days.first, days.last].compactMap { $0 }.joined(separator: "—")), .text(""),
            ])
        }
        try table.finish()
    }

    private static func writeContents(of file: CaseFile, to path: String) throws {
        let titles = ["顺序号", "文号", "责任者", "题名", "日期", "页号", "备注", "文种", "密级", "文件", "字节", "SHA-256", "SM3"]
        let table = try TableFile(path, .csv, sheet: "卷内文件目录", columns: titles.map { TableColumn($0) })
        var first = 1
        for document in file.documents {
            let last = first + max(1, document.pages) - 1
            try table.append(
                ["\(document.number)", document.no ?? "", document.author ?? "", document.title, document.date ?? "", first == last ? "\(first)" : "\(first)-\(last)", "",
                 document.type, document.isInner ? "副卷" : "正卷", "documents/" + RecordsMetadata.packagedName(document), "\(document.byteCount)", document.sha256, document.sm3]
                    .map { .text($0) })
            first = last + 1
        }
        try table.finish()
    }

    private static let explanation = """
        档案移交包（juanzong，格式 1）

        移交清单.html / .csv      移交的案卷
        files/案卷号/             每卷：原件（documents）、元数据（metadata.xml、metadata.json，DA/T 46-2009 的名称）、卷内文件目录、可打印的封面目录备考表
        records.jsonl            登记记录，每行一条
        files.jsonl              案卷
        context/                 本机构的规则与词表
        manifest-sha256.txt      全部文件的 SHA-256；可用 sha256sum -c manifest-sha256.txt 核对
        manifest-sm3.txt         全部文件的 SM3（GB/T 32905）

        核对：juanzong transfer check 本文件夹
        接收：juanzong transfer import 本文件夹 --archive 档案库

        内含个人信息，按规定保管，不得交给被投诉举报人。

        """

    static func removeTree(_ path: String) {
        for name in SmallFile.names(in: path) {
            let inner = path + "/" + name
            if unsafe Glibc.unlink(inner) != 0 { removeTree(inner) }
        }
        unsafe rmdir(path)
    }

    // MARK: The receipt

    /// Notes in the files of a package that it has arrived.
    ///
    /// - Returns: how many files.
    /// - Throws: `CaseError.receiptForeign` when no package of this archive has its id and hash.
    func unloggedConfirmTransfer(receipt path: String) throws -> Int {
        try require(\.mayWrite, "transfer confirm")
        let bytes = try SmallFile.read(path)
        guard let receipt = try? JSONValue.parse(bytes.span), let id = receipt["package"]?.string, let sha256 = receipt["sha256"]?.string,
            let count = receipt["files"]?.int
        else { throw CaseError.receiptForeign(path: path) }
        let mark = "移交包 \(id) 校验值 \(sha256)"
        let files = try allCases().filter { file in file.notes.contains { $0.kind == "移交" && $0.text.hasPrefix(mark) } }
        guard files.count == count, count > 0 else { throw CaseError.receiptForeign(path: path) }
        let text = "移交包 \(id) 已由 \(receipt["to"]?.string ?? "接收单位") 接收，\(receipt["receivedAt"]?.string ?? "")"
        for file in files where !file.notes.contains(where: { $0.kind == "移交接收" && $0.text == text }) {
            try cases().change(file.id) { $0.notes.append(.init(kind: "移交接收", text: text, by: self.options.user, at: Self.now.text)) }
        }
        try audit(.file, durable: true) {
            $0.records = files.flatMap(\.records)
            $0.detail = "transfer confirm \(id)"
        }
        return files.count
    }
}
