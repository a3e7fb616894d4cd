// Who has the paper of a file, and since when (R76): each hand-out and return is a line that stays.

import Archive
import Records

extension Engine {
    /// Notes that the paper goes to somebody. Never to whom the complaint is about (R96).
    func unloggedHandOut(_ name: String, to holder: String, due: String?, note: String?) throws -> CaseFile {
        try require(\.mayWrite, "case hand-out")
        let known = try caseFile(name)
        try refuseRespondent(holder, records: complaints(known.records), verb: "case hand-out")
        let day = try due.map { try moment($0).date }
        if let day, day < Self.now.date { throw CaseError.dueBeforeToday(id: name, due: day.text) }
        return try moved(known, "hand-out → \(holder)") { file in
            if let out = file.handedOut { throw CaseError.handedOut(id: name, holder: out.holder, since: out.at) }
            file.custody.append(.init(isOut: true, holder: holder, by: self.options.user, at: Self.now.text, due: day?.text, note: note))
        }
    }

    /// Notes that the paper is back.
    func unloggedTakeBack(_ name: String, note: String?) throws -> CaseFile {
        try require(\.mayWrite, "case take-back")
        return try moved(try caseFile(name), "take-back") { file in
            guard let out = file.handedOut else { throw CaseError.notHandedOut(id: name) }
            file.custody.append(.init(isOut: false, holder: out.holder, by: self.options.user, at: Self.now.text, note: note))
        }
    }

    private func moved(_ known: CaseFile, _ detail: String, _ body: (inout CaseFile) throws -> Void) throws -> CaseFile {
        let changed = try cases().change(known.id, body)
        try audit(.file, durable: true) {
            $0.records = changed.records
            $0.detail = "\(detail) \(changed.referenceCode ?? changed.id)"
        }
        return changed
    }
}
