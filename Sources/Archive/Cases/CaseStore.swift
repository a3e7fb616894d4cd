// `cases.lmdb`: files, their documents' sealed bytes, serials of 档号, the register of what was destroyed. FORMAT.md.

import Crypto
import Records
import Store

package final class CaseStore: Sendable {
    static let format: UInt32 = 1
    package static let documentBytesMax = 256 << 20

    package let path: String
    let archiveID: [UInt8]
    private let environment: Environment
    private let meta, files, blobs, serials, references, members, register: Table

    package init(in folder: ArchiveFolder, archiveID: [UInt8]) throws {
        path = folder.casesPath
        self.archiveID = archiveID
        environment = try Environment(at: path)
        meta = try environment.table("meta")
        files = try environment.table("files")
        blobs = try environment.table("blobs")
        serials = try environment.table("serials")
        references = try environment.table("references")
        members = try environment.table("members")
        register = try environment.table("register")
        let key = Array("archiveID".utf8)
        let known = try environment.read { [meta] in try $0.checkedValue(in: meta, for: key) { $0.bytesCopied } }
        if let known {
            guard known == archiveID else { throw ArchiveError.foreignFile(path: path) }
        } else {
            try environment.write { [meta] transaction in
                try transaction.checkedPut(in: meta, key: Array("format".utf8), payload: [UInt8](bigEndian: Self.format))
                try transaction.checkedPut(in: meta, key: key, payload: archiveID)
            }
        }
    }

    package func close() { environment.close() }
    package func compactCopy(to path: String) throws { try environment.compactCopy(to: path) }

    // MARK: Files

    private static func key(_ text: String) -> [UInt8] { LongKey.key(of: Array(text.utf8)) }

    private func json(_ transaction: borrowing some Transaction & ~Copyable, _ table: Table, _ key: [UInt8]) throws -> JSONValue? {
        try transaction.checkedValue(in: table, for: key) { payload in
            guard let json = try? JSONValue.parse(payload) else { throw transaction.damagedError(in: table, key: key.span) }
            return json
        }
    }

    private static func bytes(_ object: JSONObject) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONValue.object(object).write(into: &bytes)
        return bytes
    }

    /// By id or by 档号.
    package func file(_ name: String) throws -> CaseFile? {
        try environment.read { transaction in
            if let json = try json(transaction, files, Self.key(name)) { return CaseFile(json: json) }
            let id = try transaction.checkedValue(in: references, for: Self.key(name)) { String(decoding: $0.bytesCopied, as: UTF8.self) }
            guard let id, let json = try json(transaction, files, Self.key(id)) else { return nil }
            return CaseFile(json: json)
        }
    }

    package func all() throws -> [CaseFile] {
        var found: [CaseFile] = []
        try environment.read { transaction in
            try transaction.forEachChecked(in: files) { key, payload in
                guard let json = try? JSONValue.parse(payload), let file = CaseFile(json: json) else { throw transaction.damagedError(in: files, key: key) }
                found.append(file)
                return true
            }
        }
        return found
    }

    /// Files from the newest one back, those older than `after` where it is given, and how many of each state there are in all.
    ///
    /// - Parameter isWanted: of files that are read; nil counts all of `state`, and reads no more than are asked for.
    package func page(after: String?, limit: Int, state: CaseFile.State?, where isWanted: ((CaseFile) throws -> Bool)?) throws -> (files: [CaseFile], counts: [CaseFile.State: Int]) {
        var page: [CaseFile] = []
        var counts: [CaseFile.State: Int] = [:]
        let end = after.map(Self.key)
        try environment.read { transaction in
            try transaction.forEachChecked(in: files, reverse: true) { key, payload in
                // Whoever sees all files has their states told without reading them.
                let told = isWanted == nil ? Self.state(payload) : nil
                let isBehind = end.map { key.bytesCopied.lexicographicallyPrecedes($0) } ?? true
                if let told, page.count >= limit || !isBehind || state ?? told != told {
                    counts[told, default: 0] += 1
                    return true
                }
                guard let json = try? JSONValue.parse(payload), let file = CaseFile(json: json) else { throw transaction.damagedError(in: files, key: key) }
                if let isWanted, try !isWanted(file) { return true }
                counts[file.state, default: 0] += 1
                if page.count < limit, isBehind, state ?? file.state == file.state { page.append(file) }
                return true
            }
        }
        return (page, counts)
    }

    /// The state in a file's JSON, the first member of that name: before it stand an id and a title alone, and a quote inside of a text has a
    /// backslash before it, so that no text looks like this.
    private static func state(_ payload: Span<UInt8>) -> CaseFile.State? {
        guard let place = payload.place(of: stateMark) else { return nil }
        var word: [UInt8] = []
        var next = place + stateMark.count
        while next < payload.count, payload[next] != UInt8(ascii: "\""), word.count < 16 {
            word.append(payload[next])
            next += 1
        }
        return CaseFile.State(rawValue: String(decoding: word, as: UTF8.self))
    }

    private static let stateMark = Array(#","state":""#.utf8)

    /// The file a record lies in.
    package func fileID(ofRecord id: String) throws -> String? {
        try environment.read { [members] in try $0.checkedValue(in: members, for: Self.key(id)) { String(decoding: $0.bytesCopied, as: UTF8.self) } }
    }

    /// A new file; its id is `AJ` and a serial that is never used again.
    package func open(title: String, records: [String], at: String, by: String) throws -> CaseFile {
        try environment.write { transaction in
            let serial = try nextSerial("file", transaction)
            let file = CaseFile(id: "AJ" + NumberPattern.padded(serial, 6), title: title, records: records, openedAt: at, openedBy: by)
            for record in records {
                let known = try transaction.checkedValue(in: members, for: Self.key(record)) { String(decoding: $0.bytesCopied, as: UTF8.self) }
                if let known { throw CaseError.recordFiledElsewhere(record: record, file: known) }
                try transaction.checkedPut(in: members, key: Self.key(record), payload: Array(file.id.utf8))
            }
            try transaction.checkedPut(in: files, key: Self.key(file.id), payload: Self.bytes(file.json))
            return file
        }
    }

    private func nextSerial(_ series: String, _ transaction: borrowing WriteTransaction) throws -> Int {
        let last = try transaction.checkedValue(in: serials, for: Self.key(series)) { $0.number(bigEndianAt: 0, as: UInt64.self) }
        let next = ((last ?? nil) ?? 0) + 1
        try transaction.checkedPut(in: serials, key: Self.key(series), payload: [UInt8](bigEndian: next))
        return Int(next)
    }

    /// Changes one file in one transaction, so that two who change it at once both count.
    @discardableResult
    package func change(_ name: String, _ body: (inout CaseFile) throws -> Void) throws -> CaseFile {
        try environment.write { transaction in
            var id = name
            if try json(transaction, files, Self.key(id)) == nil {
                id = try transaction.checkedValue(in: references, for: Self.key(name)) { String(decoding: $0.bytesCopied, as: UTF8.self) } ?? name
            }
            guard let json = try json(transaction, files, Self.key(id)), var file = CaseFile(json: json) else { throw CaseError.unknown(id: name) }
            // Its destruction has begun and is not stopped half-way, by a hold or anything else.
            guard file.state != .destroyed else { throw CaseError.destroyed(id: name) }
            let before = Set(file.records)
            try body(&file)
            for record in file.records where !before.contains(record) {
                let known = try transaction.checkedValue(in: members, for: Self.key(record)) { String(decoding: $0.bytesCopied, as: UTF8.self) }
                if let known, known != file.id { throw CaseError.recordFiledElsewhere(record: record, file: known) }
                try transaction.checkedPut(in: members, key: Self.key(record), payload: Array(file.id.utf8))
            }
            try transaction.checkedPut(in: files, key: Self.key(file.id), payload: Self.bytes(file.json))
            return file
        }
    }

    /// Gives the 档号 and freezes the file, in one transaction: serials have no gap, and none is used twice.
    package func assignReference(_ id: String, _ pattern: ReferencePattern, parts: ReferencePattern.Parts, _ body: (inout CaseFile) throws -> Void) throws -> CaseFile {
        try environment.write { transaction in
            guard let json = try json(transaction, files, Self.key(id)), var file = CaseFile(json: json) else { throw CaseError.unknown(id: id) }
            guard file.referenceCode == nil else { throw CaseError.frozen(id: id) }
            var parts = parts
            parts.file = try nextSerial("档号|" + parts.series, transaction)
            let code = pattern.format(parts)
            file.referenceCode = code
            if pattern.hasClosingNumber {
                let serial = try nextSerial("归档号|\(parts.year)", transaction)
                file.closingNumber = "\(parts.year)" + NumberPattern.padded(serial, 4)
            }
            try body(&file)
            try transaction.checkedPut(in: references, key: Self.key(code), payload: Array(id.utf8))
            try transaction.checkedPut(in: files, key: Self.key(id), payload: Self.bytes(file.json))
            return file
        }
    }

    /// Series of 档号 with their last serial: for the check that none is missing.
    package func serialsGiven() throws -> [(series: String, last: Int)] {
        var found: [(String, Int)] = []
        try environment.read { transaction in
            try transaction.forEachChecked(in: serials) { key, payload in
                let text = String(decoding: key.bytesCopied.dropLast(), as: UTF8.self)
                if text.hasPrefix("档号|"), let last: UInt64 = payload.number(bigEndianAt: 0) { found.append((String(text.dropFirst(3)), Int(last))) }
                return true
            }
        }
        return found
    }

    // MARK: Documents

    /// Seals and stores bytes; the number they are found by.
    package func store(_ bytes: [UInt8], key: SealingKey) throws -> UInt64 {
        try environment.write { transaction in
            let number = UInt64(try nextSerial("blob", transaction))
            let box = try AES.GCM.seal(bytes, using: key.sealing, authenticating: archiveID + [UInt8](bigEndian: number))
            try transaction.checkedPut(in: blobs, key: [UInt8](bigEndian: number), payload: Array(box.combined!))
            return number
        }
    }

    package func bytes(_ number: UInt64, key: SealingKey) throws -> [UInt8]? {
        try environment.read { transaction in
            try transaction.checkedValue(in: blobs, for: [UInt8](bigEndian: number)) { payload in
                guard let box = try? AES.GCM.SealedBox(combined: payload.bytesCopied),
                    let plain = try? AES.GCM.open(box, using: key.sealing, authenticating: archiveID + [UInt8](bigEndian: number))
                else { throw transaction.damagedError(in: blobs, key: [UInt8](bigEndian: number).span) }
                return Array(plain)
            }
        }
    }

    /// A document as it lies in the file.
    package func sealedBytes(_ number: UInt64) throws -> [UInt8]? {
        try environment.read { [blobs] in try $0.checkedValue(in: blobs, for: [UInt8](bigEndian: number)) { $0.bytesCopied } }
    }

    // MARK: Files from a transfer package

    /// The archive whose packages were taken in here, if any: its id.
    package func packageSource() throws -> [UInt8]? {
        try environment.read { [meta] in try $0.checkedValue(in: meta, for: Array("packageSource".utf8)) { $0.bytesCopied } }
    }

    package func setPackageSource(_ archiveID: [UInt8]) throws {
        try environment.write { [meta] in try $0.checkedPut(in: meta, key: Array("packageSource".utf8), payload: archiveID) }
    }

    /// Whether a file of a package can lie here: not there yet, or there with the same contents.
    ///
    /// - Throws: `CaseError.packageConflict`, `.recordFiledElsewhere` or `.destroyed` where it cannot.
    package func mayReceive(_ file: CaseFile, place: String) throws -> Bool {
        try environment.read { try mayReceive(file, place, $0) }
    }

    private func mayReceive(_ file: CaseFile, _ place: String, _ transaction: borrowing some Transaction & ~Copyable) throws -> Bool {
        if let json = try json(transaction, files, Self.key(file.id)), let known = CaseFile(json: json) {
            guard known.state != .destroyed else { throw CaseError.destroyed(id: file.id) }
            guard known.hasContents(of: file) else { throw CaseError.packageConflict(place: place, id: file.id) }
            return false
        }
        if let code = file.referenceCode, try transaction.checkedValue(in: references, for: Self.key(code), { $0.count }) != nil {
            throw CaseError.packageConflict(place: place, id: code)
        }
        for record in file.records {
            let known = try transaction.checkedValue(in: members, for: Self.key(record)) { String(decoding: $0.bytesCopied, as: UTF8.self) }
            if let known { throw CaseError.recordFiledElsewhere(record: record, file: known) }
        }
        return true
    }

    /// Takes a file in as it was elsewhere, with its id and 档号; documents are sealed with this archive's key. One transaction.
    ///
    /// - Parameter serials: of the series its 档号 belongs to: none of it is given here again.
    package func receive(_ file: CaseFile, documents: [Int: [UInt8]], serials given: [(series: String, last: Int)], key: SealingKey, place: String) throws {
        try environment.write { transaction in
            guard try mayReceive(file, place, transaction) else { return }
            var file = file
            for number in file.documents.indices {
                let bytes = documents[file.documents[number].number] ?? []
                let blob = UInt64(try nextSerial("blob", transaction))
                let box = try AES.GCM.seal(bytes, using: key.sealing, authenticating: archiveID + [UInt8](bigEndian: blob))
                try transaction.checkedPut(in: blobs, key: [UInt8](bigEndian: blob), payload: Array(box.combined!))
                file.documents[number].blob = blob
            }
            for record in file.records { try transaction.checkedPut(in: members, key: Self.key(record), payload: Array(file.id.utf8)) }
            if let code = file.referenceCode { try transaction.checkedPut(in: references, key: Self.key(code), payload: Array(file.id.utf8)) }
            try transaction.checkedPut(in: files, key: Self.key(file.id), payload: Self.bytes(file.json))
            for (series, last) in given {
                let here = try transaction.checkedValue(in: serials, for: Self.key(series)) { $0.number(bigEndianAt: 0, as: UInt64.self) }
                if ((here ?? nil) ?? 0) < UInt64(last) { try transaction.checkedPut(in: serials, key: Self.key(series), payload: [UInt8](bigEndian: UInt64(last))) }
            }
        }
    }

    // MARK: The register of destroyed files

    /// One line of the register: kept for good, and applied again after any restore.
    package struct Tombstone: Sendable {
        package var number: UInt64
        package var json: JSONObject
        package var records: [String] { (json["records"]?.array ?? []).compactMap(\.string) }
    }

    package func tombstones() throws -> [Tombstone] {
        var found: [Tombstone] = []
        try environment.read { transaction in
            try transaction.forEachChecked(in: register) { key, payload in
                guard let number: UInt64 = key.number(bigEndianAt: 0), let json = try? JSONValue.parse(payload).objectValue else { throw transaction.damagedError(in: register, key: key) }
                found.append(Tombstone(number: number, json: json))
                return true
            }
        }
        return found
    }

    /// The step from which a destruction is gone through with: files leave every list and the register names them, all of
    /// them or, where `refusal` throws for one, none.
    ///
    /// One transaction, as a hold is: who came first is never in doubt.
    /// - Parameter refusal: not asked about files that the register names already.
    package func beginDestruction(_ lines: [JSONObject], refusal: (CaseFile) throws -> Void) throws {
        try environment.write { transaction in
            var known: Set<String> = []
            try transaction.forEachChecked(in: register) { _, payload in
                if let id = try JSONValue.parse(payload)["file"]?.string { known.insert(id) }
                return true
            }
            for line in lines {
                guard let id = line["file"]?.string, known.insert(id).inserted else { continue }
                if let json = try json(transaction, files, Self.key(id)), var file = CaseFile(json: json), file.state != .destroyed {
                    try refusal(file)
                    file.state = .destroyed
                    try transaction.checkedPut(in: files, key: Self.key(id), payload: Self.bytes(file.json))
                }
                let number = UInt64(try nextSerial("register", transaction))
                try transaction.checkedPut(in: register, key: [UInt8](bigEndian: number), payload: Self.bytes(line))
            }
        }
    }

    /// Last serials of every series, for an archive that goes back to a backup: what was given since is not given again.
    package func allSerials() throws -> [(series: [UInt8], last: UInt64)] {
        var found: [([UInt8], UInt64)] = []
        try environment.read { transaction in
            try transaction.forEachChecked(in: serials) { key, payload in
                if let last: UInt64 = payload.number(bigEndianAt: 0) { found.append((key.bytesCopied, last)) }
                return true
            }
        }
        return found
    }

    /// Lets no series fall below these serials. The register keeps its own, which have no gap.
    package func raiseSerials(_ given: [(series: [UInt8], last: UInt64)]) throws {
        try environment.write { transaction in
            for (series, last) in given where series != Self.key("register") {
                let here = try transaction.checkedValue(in: serials, for: series) { $0.number(bigEndianAt: 0, as: UInt64.self) }
                if ((here ?? nil) ?? 0) < last { try transaction.checkedPut(in: serials, key: series, payload: [UInt8](bigEndian: last)) }
            }
        }
    }

    /// Writes lines of a register that was kept elsewhere.
    package func enter(_ lines: [JSONObject]) throws {
        try environment.write { transaction in
            for line in lines {
                let number = UInt64(try nextSerial("register", transaction))
                try transaction.checkedPut(in: register, key: [UInt8](bigEndian: number), payload: Self.bytes(line))
            }
        }
    }

    /// Takes a file's contents away; its 档号 stays taken and leads to what is left.
    package func purge(_ id: String) throws {
        try environment.write { transaction in
            guard let json = try json(transaction, files, Self.key(id)), var file = CaseFile(json: json) else { return }
            for document in file.documents { try transaction.delete(in: blobs, key: [UInt8](bigEndian: document.blob)) }
            file.documents = []
            (file.notes, file.custody, file.holds) = ([], [], [])
            file.title = "（已销毁）"
            file.state = .destroyed
            try transaction.checkedPut(in: files, key: Self.key(id), payload: Self.bytes(file.json))
        }
    }
}

package enum Fixity {
    package static func sha256(_ bytes: [UInt8]) -> String { hexText(Array(SHA256.hash(data: bytes))) }
    package static func sm3(_ bytes: [UInt8]) -> String { hexText(SM3.hash(bytes)) }
}
