// Who asks, what he may see, and the note that he asked. Archive decides; here the decision becomes a set of documents.

import Archive
import Glibc
import Index
import Records
import Search
import Store

extension Engine {
    /// The body's rules, read once.
    func profile() throws -> Profile {
        if let openProfile { return openProfile }
        let profile = try Profile.ofArchive(folder)
        openProfile = profile
        return profile
    }

    func mapText(ofForm id: String) throws -> String {
        let forms = try profile().forms
        guard let form = forms.first(where: { $0.id == id }) else {
            throw ProfileError(.wrong(id, forms.map(\.id).joined(separator: " | ")), file: "--form")
        }
        return form.mapText
    }

    func viewer() throws -> Viewer {
        if let openViewer { return openViewer }
        let viewer: Viewer
        do throws(AccessError) { viewer = try Viewer(user: options.user, profile: try unlessBroken { try self.profile() }) } catch {
            var entry = AuditEntry(.refuse, user: options.user, roles: "")
            entry.detail = "no role"
            entry.recordSequence = (try? records.lastSequence.rawValue) ?? 0
            _ = try? auditLog().append(entry, durable: true)
            throw error
        }
        openViewer = viewer
        return viewer
    }

    private func unlessBroken(_ read: () throws -> Profile) throws(AccessError) -> Profile {
        // A profile that cannot be read lets nobody in; what is wrong with it is told by `profile check`.
        do { return try read() } catch { throw .rulesUnreadable(path: folder.path + "/profile.yaml") }
    }

    /// Throws unless the viewer has this right; `answering` notes the refusal.
    func require(_ right: KeyPath<Viewer, Bool>, _ verb: String) throws {
        let viewer = try viewer()
        guard !viewer[keyPath: right] else { return }
        try audit(.refuse, durable: openNote == nil) { $0.detail = verb }
        throw AccessError.notAllowed(verb: verb, user: viewer.user)
    }

    /// Work on the archive as a whole: for administrators where roles are bound. Notes itself where no verb is under way.
    package func requireAdministrator(_ verb: String) throws {
        try require(\.mayAdminister, verb)
        try audit(.administer) { $0.detail = verb }
    }

    func requirePurpose() throws -> String {
        let purpose = options.purpose ?? ""
        if purpose.allSatisfy(\.isWhitespace) {
            guard try viewer().isUnrestricted else { throw AccessError.purposeMissing }
        }
        return purpose
    }

    // MARK: Audit

    func auditLog() throws -> AuditLog {
        if let openAudit { return openAudit }
        let log = try AuditLog(in: folder, archiveID: records.archiveID)
        openAudit = log
        return log
    }

    /// The query as the log keeps it, with the conditions beside it: telephone and id numbers hidden, what stands for a person
    /// hashed.
    func auditText(_ request: SearchRequest, _ root: QueryNode) throws -> String {
        var parts = request.query.isEmpty ? [] : [request.query]
        parts += request.filters
        if request.from != nil || request.to != nil { parts.append("\(request.from ?? "")..\(request.to ?? "")") }
        return try auditText(parts.joined(separator: " "), root)
    }

    func auditText(_ query: String, _ root: QueryNode) throws -> String {
        var text = query
        let key = try? identity().requireKey()
        root.forEachIdentity { _, value in
            let mark = "#" + (key?.mark(of: value) ?? "")
            // Written otherwise than it was read, as with full-width digits: then nothing of it is kept.
            text = text.contains(value) ? text.replacing(value, with: mark) : mark
        }
        // A name typed as plain text stands for a person too, where roles are bound and the name is that of one.
        let viewer = try viewer()
        if !viewer.isUnrestricted, let key {
            let kept = try withoutNames(text, key)
            // Nothing is refused: the text may mean something else. Who supervises is told (R104).
            if kept != text, viewer.isPossibleRespondent {
                try audit(.alert, durable: true) {
                    $0.detail = "a complainant's name in a query"
                    $0.query = PersonalNumbers.masked(kept)
                }
            }
            text = kept
        }
        return PersonalNumbers.masked(text)
    }

    /// Runs of two to four Han characters that are a complainant's name, hashed.
    private func withoutNames(_ text: String, _ key: SealingKey) throws -> String {
        let (store, last) = (try identity(), try records.lastSequence)
        let characters = Array(text).prefix(400)
        var kept = ""
        var place = 0
        while place < characters.count {
            let length = try (2...4).reversed().first { length in
                guard place + length <= characters.count else { return false }
                let piece = characters[place..<(place + length)]
                guard piece.allSatisfy({ $0.unicodeScalars.first.map { (0x3400...0x9FFF).contains($0.value) || $0 == "·" } ?? false }) else { return false }
                return try IdentityTerm.name(String(piece), role: .complainant).contains { try !store.matches($0, upTo: last).isEmpty }
            }
            guard let length else {
                kept.append(characters[place])
                place += 1
                continue
            }
            kept += "#" + key.mark(of: String(characters[place..<(place + length)]))
            place += length
        }
        return kept
    }

    /// Who complained may be asked only by those who may see it, and for a purpose; a possible respondent's question is an
    /// alert (R104).
    func checkIdentityQuestion(_ root: QueryNode) throws {
        var asks = false
        root.forEachIdentity { _, _ in asks = true }
        guard asks else { return }
        let viewer = try viewer()
        if viewer.isUnrestricted { return }
        if viewer.isPossibleRespondent || !viewer.maySeeIdentity {
            if viewer.isPossibleRespondent {
                try audit(.alert, durable: true) {
                    $0.detail = "identity search"
                    $0.query = self.openNote?.entry.query
                }
            }
            try audit(.refuse) { $0.detail = "identity search" }
            throw AccessError.notAllowed(verb: "phone: idNo: complainant:", user: viewer.user)
        }
        _ = try requirePurpose()
    }

    package struct AuditLine: Sendable {
        package var number: UInt64
        package var json: JSONObject
        package var hash: String
    }

    /// Entries, newest first; with `whoSaw`, all those that showed a record, under any of the numbers it has or had.
    ///
    /// - Parameter limit: nil is all.
    func unloggedAuditEntries(whoSaw id: String?, limit: Int?) throws -> [AuditLine] {
        try require(\.mayAudit, "audit")
        var names: Set<String> = []
        if let id {
            names.insert(id)
            for number in try records.read({ try $0.recordNumber(id: id).map { [$0] } ?? $0.recordNumbers(alias: AliasName.folded(id), includingFormer: true) }) {
                if let version = try records.latest(of: number) { names.insert(try Self.complaint(version).archiveID) }
            }
        }
        // As they stand in the entries' bytes.
        let texts = names.map { name in
            var bytes: [UInt8] = []
            JSONValue.string(name).write(into: &bytes)
            return bytes
        }
        var found: [AuditLine] = []
        try auditLog().forEach(holding: texts, reverse: true) { entry in
            let shown = (entry.json["records"]?.array ?? []).compactMap(\.string)
            if id == nil || shown.contains(where: names.contains) { found.append(AuditLine(number: entry.number, json: entry.json, hash: entry.hash)) }
            return found.count < limit ?? .max
        }
        return found
    }

    /// - Parameter expected: a head noted on paper, as `NUMBER:HASH`.
    func unloggedVerifyAudit(expected: String?) throws -> (problems: [Notice], head: String) {
        try require(\.mayAudit, "audit --verify")
        var anchors = [try records.auditHead].compactMap { $0 }
        if let expected {
            let parts = expected.split(separator: ":")
            var bytes: [UInt8] = []
            if parts.count == 2 {
                var digits = Substring(parts[1])
                while let byte = UInt8(digits.prefix(2), radix: 16), digits.count >= 2 {
                    bytes.append(byte)
                    digits = digits.dropFirst(2)
                }
            }
            guard parts.count == 2, let number = UInt64(parts[0]), bytes.count == 32,
                let head = AuditLog.Head(decoding: [UInt8](bigEndian: number) + bytes)
            else { throw EngineError.auditHeadUnreadable }
            anchors.append(head)
        }
        let log = try auditLog()
        return (try log.verify(anchors: anchors).map { Notice(chinese: $0.chinese, english: $0.english) }, try log.head.text)
    }

    // MARK: Identity

    package struct Unmasked: Sendable {
        package var id: String
        package var identity: JSONObject
    }

    /// Who complained: for a role that may see it, and a purpose; noted on disk before it is shown.
    func unloggedUnmask(_ id: String, purpose: String) throws -> [Unmasked] {
        guard !purpose.allSatisfy(\.isWhitespace) else { throw AccessError.purposeMissing }
        try require(\.maySeeIdentity, "unmask")
        let numbers = try recordNumbers(named: id)
        let snapshot = try records.snapshot()
        let versions = try numbers.compactMap { try snapshot.latest(of: $0) }
        let names = try versions.map { try Self.complaint($0).archiveID }
        try audit(.unmask, durable: true) {
            $0.records = names
            $0.purpose = purpose
        }
        let store = try identity()
        _ = try store.requireKey()
        return try zip(versions, names).map { version, name in
            guard let json = try store.identity(of: version.sequence), case .object(let object) = try JSONValue.parse(json.span) else {
                return Unmasked(id: name, identity: [:])
            }
            return Unmasked(id: name, identity: object)
        }
    }
}

extension QueryNode {
    /// Every condition on who complained.
    func forEachIdentity(_ body: (Field, String) -> Void) {
        switch self {
        case .field(let field, let condition) where field.kind == .identity:
            switch condition {
            case .equals(let value), .prefix(let value): body(field, value)
            default: body(field, "")
            }
        case .and(let children), .or(let children): for child in children { child.forEachIdentity(body) }
        case .not(let child): child.forEachIdentity(body)
        case .near(let a, let b, _):
            a.forEachIdentity(body)
            b.forEachIdentity(body)
        default: break
        }
    }

    /// The same query with some conditions replaced.
    func replacing(_ change: (Field, FieldCondition) throws -> QueryNode?) rethrows -> QueryNode {
        switch self {
        case .field(let field, let condition): try change(field, condition) ?? self
        case .and(let children): .and(try children.map { try $0.replacing(change) })
        case .or(let children): .or(try children.map { try $0.replacing(change) })
        case .not(let child): .not(try child.replacing(change))
        default: self
        }
    }
}
