// The documents of a file: added and sealed, found with their record without the names of who complained, put in order.

import Archive
import Records
import TextAnalysis

package struct NewDocument: Sendable {
    package var path: String
    package var type: String
    package var title: String?
    package var no: String?
    package var author: String?
    package var date: String?
    package var pages: Int = 1
    /// 签名, 盖章, 拒签 or 未签.
    package var signature: String?
    package var copies: Int?
    package var keepers: String?
    package var remark: String?
    /// Nil: as the profile's order says for the type.
    package var isInner: Bool?
    package init(path: String, type: String) {
        self.path = path
        self.type = type
    }
}

extension Engine {
    /// Adds a document: its bytes sealed, its text findable with the record, without the names of who complained.
    func unloggedAddDocument(_ name: String, _ new: NewDocument) throws -> CaseFile {
        try require(\.mayWrite, "case add")
        let current = try caseFile(name)
        guard !current.isFrozen else { throw CaseError.frozen(id: name) }
        let size = SmallFile.size(new.path)
        guard let size else { throw CaseError.unreadable(path: new.path) }
        guard size <= CaseStore.documentBytesMax else { throw CaseError.fileTooLarge(path: new.path, bytesMax: CaseStore.documentBytesMax) }
        let bytes = try SmallFile.read(new.path, bytesMax: CaseStore.documentBytesMax)
        guard !PaperText.isExecutable(bytes) else { throw CaseError.executable(path: new.path) }
        let profile = try profile()
        // What is printed on the list of contents names nobody who complained.
        for text in [new.title, new.remark, new.keepers].compactMap({ $0 }) { try refuseNames(in: text, ofRecords: current.records) }
        let inner = new.isInner ?? profile.order.contains { $0.isInner && $0.types.contains(new.type) }
        let key = try identity().requireKey()
        let blob = try cases().store(bytes, key: key)
        let fileName = new.path.split(separator: "/").last.map(String.init) ?? new.path
        let changed = try cases().change(current.id) { file in
            guard !file.isFrozen else { throw CaseError.frozen(id: file.id) }
            var document = CaseFile.Document(
                number: file.documents.count + 1, type: new.type, title: new.title ?? "[\(new.type)]", pages: new.pages, isInner: inner,
                fileName: fileName, byteCount: bytes.count, sha256: Fixity.sha256(bytes), sm3: Fixity.sm3(bytes), blob: blob,
                addedAt: Self.now.text, addedBy: self.options.user)
            document.no = new.no
            document.author = new.author
            document.date = new.date
            (document.signature, document.copies) = (new.signature, new.copies)
            (document.keepers, document.remark) = (new.keepers, new.remark)
            file.documents.append(document)
        }
        // 副卷 never reaches the general index; a record that was taken back stays out of it too.
        if !inner, let text = PaperText.text(of: bytes, name: new.path), let record = try current.records.first(where: isLive) {
            try indexDocument(new, text, sha256: Fixity.sha256(bytes), ofRecord: record, in: current.records)
        }
        try noted(.file, changed, "case add \(new.type)")
        return changed
    }

    private func isLive(_ id: String) throws -> Bool {
        let snapshot = try records.snapshot()
        guard let number = try snapshot.recordNumber(id: id), let version = try snapshot.latest(of: number) else { return false }
        return !version.header.isWithdrawn
    }

    private func indexDocument(_ new: NewDocument, _ text: String, sha256: String, ofRecord id: String, in all: [String]) throws {
        guard let number = try recordNumbers(named: id).first, let version = try records.latest(of: number) else { return }
        var record = try Self.complaint(version)
        var text = text
        for value in try identityTexts(ofRecords: all) { text = text.replacing(value, with: String(repeating: "×", count: value.count)) }
        if let json = try identity().identity(of: version.sequence), case .object(let object) = try JSONValue.parse(json.span) {
            record.rejoin(try IdentityPart(json: object))
        }
        var document = EvidenceDocument()
        document.type = new.type
        document.no = new.no
        document.title = new.title
        document.pages = new.pages
        document.sha256 = sha256
        document.text = String(text.prefix(200_000))
        record.evidenceDocs.append(document)
        record.versions.append(ChangeNote(by: options.user).version(Int(version.header.versionNumber) + 1, .filed, ["evidenceDocs"]))
        _ = try unloggedAdd([record.json], isOwn: true)
    }

    /// Puts the documents in the order of the profile (卷内排列), or the one given.
    func unloggedOrderCase(_ name: String, as given: [Int]?) throws -> CaseFile {
        try require(\.mayWrite, "case order")
        let groups = try profile().order
        let changed = try cases().change(try caseFile(name).id) { file in
            guard !file.isFrozen else { throw CaseError.frozen(id: file.id) }
            if let given, Set(given) == Set(file.documents.map(\.number)), given.count == file.documents.count {
                let byNumber = Dictionary(uniqueKeysWithValues: file.documents.map { ($0.number, $0) })
                file.documents = given.compactMap { byNumber[$0] }
            } else {
                func place(_ document: CaseFile.Document) -> (Int, Int, String, Int) {
                    for (number, group) in groups.enumerated() where group.isInner == document.isInner {
                        if let within = group.types.firstIndex(of: document.type) { return (number, within, document.date ?? "9", document.number) }
                    }
                    let other = groups.firstIndex { $0.types.isEmpty && !document.isInner } ?? groups.count
                    return (document.isInner ? groups.count : other, 0, document.date ?? "9", document.number)
                }
                file.documents.sort { place($0) < place($1) }
            }
            for number in file.documents.indices { file.documents[number].number = number + 1 }
        }
        try noted(.file, changed, "case order")
        return changed
    }

    func unloggedDocumentBytes(_ name: String, number: Int) throws -> (fileName: String, bytes: [UInt8]) {
        let file = try caseFile(name)
        guard let document = file.documents.first(where: { $0.number == number }) else { throw CaseError.unknown(id: "\(name) #\(number)") }
        if document.isInner { try require(\.maySeeIdentity, "副卷") }
        guard let bytes = try cases().bytes(document.blob, key: identity().requireKey()) else { throw CaseError.unknown(id: "\(name) #\(number)") }
        try noted(.view, file, "document \(number)")
        return (document.fileName, bytes)
    }

    // MARK: Names

    /// A title never says who complained: not the names, numbers and addresses of any record of the file.
    func refuseNames(in title: String, ofRecords ids: [String]) throws {
        guard try identity().hasKey else { return }
        for id in ids where try identityTexts(ofRecords: [id], addressMin: 8).contains(where: { title.contains($0) }) { throw CaseError.nameInTitle(id: id) }
    }

    /// What says who complained of any of these records, the longest first: an address may hold a name.
    ///
    /// - Parameter addressMin: shorter addresses are left out: a street or a district names nobody.
    func identityTexts(ofRecords ids: [String], addressMin: Int = 2) throws -> [String] {
        let snapshot = try records.snapshot()
        var texts: Set<String> = []
        for id in ids {
            guard let number = try snapshot.recordNumber(id: id) else { continue }
            // A former version may name somebody whom the newest does not.
            for version in try snapshot.history(of: number) {
                guard let json = try identity().identity(of: version.sequence), case .object(let object) = try JSONValue.parse(json.span)
                else { continue }
                let part = try IdentityPart(json: object)
                for party in part.complainants + [part.agent, part.principal].compactMap({ $0 }) {
                    texts.formUnion([party.name, party.phone, party.idNo].compactMap { $0 }.filter { $0.count >= 2 })
                    if let address = party.address, address.count >= addressMin { texts.insert(address) }
                }
            }
        }
        return texts.sorted { ($1.count, $0) < ($0.count, $1) }
    }
}
