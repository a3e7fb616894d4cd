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
            _ = try? auditLog().append(entry, durable: true)
            throw error
        }
        openViewer = viewer
        return viewer
    }

    private func unlessBroken(_ read: () throws -> Profile) throws(AccessError) -> Profile {
        // A profile that cannot be read lets nobody in; what is wrong with it is told by `profile check`.
        do { return try read() } catch { throw .notAllowed(verb: "profile.yaml", user: options.user) }
    }

    /// Throws, and notes the refusal, unless the viewer has this right.
    func require(_ right: KeyPath<Viewer, Bool>, _ verb: String) throws {
        let viewer = try viewer()
        guard !viewer[keyPath: right] else { return }
        try audit(.refuse, durable: true) { $0.detail = verb }
        throw AccessError.notAllowed(verb: verb, user: viewer.user)
    }

    /// Work on the archive as a whole: for administrators where roles are bound. `CLI` asks before `verify` and the like.
    package func requireAdministrator(_ verb: String) throws {
        try require(\.mayAdminister, verb)
        try audit(.administer) { $0.detail = verb }
    }

    /// For verbs that read all records and cannot leave some out.
    package func requireFullSight(_ verb: String) throws {
        let viewer = try viewer()
        guard !viewer.isUnrestricted, try !hidden().isEmpty || !viewer.seesUnmarkedRecords else { return }
        try audit(.refuse, durable: true) { $0.detail = verb }
        throw AccessError.notAllowed(verb: verb, user: viewer.user)
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

    /// Notes an access before its answer is given.
    func audit(_ action: AuditEntry.Action, durable: Bool = false, _ fill: (inout AuditEntry) throws -> Void) throws {
        let viewer = try viewer()
        var entry = AuditEntry(action, user: viewer.user, roles: viewer.roleNames)
        entry.purpose = options.purpose
        try fill(&entry)
        entry.recordSequence = try records.lastSequence.rawValue
        if !durable, gatheredAudit != nil {
            gatheredAudit?.append(entry)
            return
        }
        do { _ = try auditLog().append(entry, durable: durable) } catch {
            // One person's archive on a medium that cannot be written may still be read; one with roles may not.
            let isReadOnly = unsafe access(folder.path, W_OK) != 0
            guard viewer.isUnrestricted, !durable || isReadOnly else { throw AccessError.cannotAudit(path: folder.auditPath) }
        }
    }

    /// The query as the log keeps it: telephone and id numbers hidden, what stands for a person hashed.
    func auditText(_ query: String, _ root: QueryNode) throws -> String {
        var text = query
        root.forEachIdentity { field, value in
            var mark = "#"
            if let key = try? identity().requireKey() {
                mark += key.mark(of: value)
            }
            text = text.replacing(value, with: mark)
        }
        // A name typed as plain text stands for a person too, where roles are bound and the name is that of one.
        if try !viewer().isUnrestricted, let store = try? identity(), let key = try? store.requireKey() {
            for word in text.split(whereSeparator: { $0.isWhitespace || "\"“”()（）:：".contains($0) }) where (2...4).contains(word.count) {
                let terms = IdentityTerm.name(String(word), role: .complainant)
                guard try terms.contains(where: { try !store.matches($0, upTo: records.lastSequence).isEmpty }) else { continue }
                text = text.replacing(String(word), with: "#" + key.mark(of: String(word)))
            }
        }
        return PersonalNumbers.masked(text)
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
            try audit(viewer.isPossibleRespondent ? .alert : .refuse, durable: true) { $0.detail = "identity search" }
            throw AccessError.notAllowed(verb: "phone: idNo: complainant:", user: viewer.user)
        }
        _ = try requirePurpose()
    }

    package struct AuditLine: Sendable {
        package var number: UInt64
        package var json: JSONObject
        package var hash: String
    }

    /// Entries, newest first; with `whoSaw`, those that showed a record.
    package func auditEntries(whoSaw id: String?, limit: Int) throws -> [AuditLine] {
        try require(\.mayAudit, "audit")
        var names: Set<String> = []
        if let id {
            names.insert(id)
            for number in try records.read({ try $0.recordNumber(id: id).map { [$0] } ?? $0.recordNumbers(alias: AliasName.folded(id), includingFormer: true) }) {
                if let version = try records.latest(of: number) { names.insert(try Self.complaint(version).archiveID) }
            }
        }
        var found: [AuditLine] = []
        try auditLog().forEach(reverse: true) { entry in
            let shown = (entry.json["records"]?.array ?? []).compactMap(\.string)
            if id == nil || shown.contains(where: names.contains) { found.append(AuditLine(number: entry.number, json: entry.json, hash: entry.hash)) }
            return found.count < limit
        }
        return found
    }

    /// - Parameter expected: a head noted on paper, as `NUMBER:HASH`.
    package func verifyAudit(expected: String?) throws -> (problems: [Notice], head: String) {
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
            else { throw EngineError.cursorUnreadable }
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
    package func unmask(_ id: String, purpose: String) throws -> [Unmasked] {
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

    // MARK: Sight

    /// Records the viewer may not see, by number: their newest version.
    func hidden() throws -> [RecordNumber: RecordSequence] {
        let viewer = try viewer()
        guard !viewer.isUnrestricted else { return [:] }
        var hidden: [RecordNumber: RecordSequence] = [:]
        try ledger().forEachRestricted { number, sequence, restriction in
            if !viewer.maySee(restriction) { hidden[number] = sequence }
        }
        return hidden
    }

    func isVisible(_ number: RecordNumber) throws -> Bool {
        let viewer = try viewer()
        if viewer.isUnrestricted { return true }
        var restriction = Ledger.Restriction()
        try ledger().forEachRestricted { if $0 == number { restriction = $2 } }
        return viewer.maySee(restriction)
    }

    /// The snapshot as the viewer may see it.
    ///
    /// - Returns: also whether that is all of it.
    func visible(_ snapshot: IndexSnapshot) throws -> (IndexSnapshot, isWhole: Bool) {
        let viewer = try viewer()
        guard !viewer.isUnrestricted else { return (snapshot, true) }
        if viewer.seesUnmarkedRecords { return (try snapshot.hiding(hidden().values), false) }
        var shown: Set<RecordSequence> = []
        try ledger().forEachRestricted { _, sequence, restriction in
            if viewer.maySee(restriction) { shown.insert(sequence) }
        }
        return (try snapshot.showing(only: shown), false)
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
