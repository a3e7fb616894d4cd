// Who asks, and what the body's rules let him see. Decides; the search is given a plain set of documents.

import Records

package struct Viewer: Sendable {
    package let user: String
    package let roles: [Role]
    /// Nobody is bound to a role in this archive: it is one person's, who sees everything, as the folder's permissions say.
    package let isUnrestricted: Bool
    private let names: [String]

    /// - Throws: `AccessError.userUnknown` when roles are bound and this user has none.
    package init(user: String, profile: Profile) throws(AccessError) {
        self.user = user
        isUnrestricted = profile.users.isEmpty
        guard !isUnrestricted else {
            roles = []
            names = []
            return
        }
        guard let binding = profile.users.first(where: { $0.name == user }) else { throw .userUnknown(user: user) }
        roles = profile.roles.filter { binding.roles.contains($0.id) }
        names = binding.alsoKnownAs
    }

    package var roleNames: String { roles.map(\.id).joined(separator: ",") }

    package var maySeeIdentity: Bool { isUnrestricted || roles.contains(where: \.maySeeIdentity) }
    package var mayExport: Bool { isUnrestricted || roles.contains(where: \.mayExport) }
    package var mayDestroy: Bool { isUnrestricted || roles.contains(where: \.mayDestroy) }
    package var mayAdminister: Bool { isUnrestricted || roles.contains(where: \.mayAdminister) }
    package var mayWrite: Bool { isUnrestricted || roles.contains(where: \.mayWrite) }
    package var mayAudit: Bool { isUnrestricted || roles.contains { $0.mayAdminister || $0.id == "supervisor" } }
    /// Complaints may be about this user (R104).
    package var isPossibleRespondent: Bool { !names.isEmpty }

    private static let standardLevel = Code<SecurityLevel>("内部").canonicalText

    package func maySee(_ restriction: Ledger.Restriction) -> Bool {
        if isUnrestricted { return true }
        if restriction.about.contains(user) { return false }
        let level = restriction.level ?? Self.standardLevel
        guard roles.contains(where: { role in role.levels.contains { Code<SecurityLevel>($0).canonicalText == level } }) else { return false }
        if !restriction.roles.isEmpty {
            let mine = roles.flatMap { [$0.id, $0.title] } + [user]
            guard restriction.roles.contains(where: mine.contains) else { return false }
        }
        let open = Set(roles.flatMap(\.restricted))
        return open.contains("*") || restriction.labels.allSatisfy(open.contains)
    }

    /// Names what he may see: a record may name users as well as roles.
    package var sightName: String { ([user] + roles.map(\.id)).joined(separator: "|") }

    /// Whether records without any restriction are visible.
    package var seesUnmarkedRecords: Bool { maySee(Ledger.Restriction()) }
}

extension Profile {
    /// Its own level, or that of the stage it is in where that is higher; nil is 内部.
    private func level(of record: Complaint) -> String? {
        func rank(_ level: String?) -> Int { level.flatMap { SecurityLevel.ascending.firstIndex(of: $0) } ?? 1 }
        let own = record.securityLevel?.canonicalText
        // A word that the rules do not know is as high as it gets: nobody's role has it.
        if let own, !SecurityLevel.ascending.contains(own) { return own }
        let staged = secrecy.filter { $0.holds(for: record) }.map(\.level).max { rank($0) < rank($1) }
        guard let staged, rank(staged) > rank(own) else { return own }
        return staged
    }

    /// What a record says of who may see it.
    package func restriction(of record: Complaint) -> Ledger.Restriction {
        var restriction = Ledger.Restriction()
        restriction.level = level(of: record)
        restriction.roles = record.securityRoles
        let labels = [record.formType, record.sourceRef?.register].compactMap { $0 } + record.category
        let closed = Set(roles.flatMap(\.restricted)).subtracting(["*"])
        restriction.labels = closed.filter { label in labels.contains { $0 == label || $0.hasPrefix(label + "/") } }.sorted()
        for user in users where !user.alsoKnownAs.isEmpty {
            let respondents = Set(record.respondents.flatMap(\.names).map(Recipient.folded))
            if user.alsoKnownAs.contains(where: { respondents.contains(Recipient.folded($0)) }) { restriction.about.append(user.name) }
        }
        return restriction
    }
}

/// Whether something may be given to someone: never to whom the complaint is about (R96).
package enum Recipient {
    /// Without blanks, brackets, and the endings of company names, half-width.
    package static func folded(_ name: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\u{FF01}"..."\u{FF5E}": text.append(Unicode.Scalar(scalar.value - 0xFEE0)!)
            case " ", "\u{3000}", "\t": continue
            default: text.append(scalar)
            }
        }
        var folded = String(text).lowercased()
        for ending in ["有限责任公司", "股份有限公司", "有限公司", "公司", "集团"] where folded.hasSuffix(ending) && folded.count > ending.count + 1 {
            folded = String(folded.dropLast(ending.count))
            break
        }
        return folded
    }

    /// The respondent that `recipient` is, by name, person, alias, credit code, or as the unit above or below it.
    package static func match(_ recipient: String, in record: Complaint) -> Respondent? {
        let wanted = folded(recipient)
        guard !wanted.isEmpty else { return nil }
        return record.respondents.first { respondent in
            let names = (respondent.names + [respondent.creditCode].compactMap { $0 } + (respondent.extra["parentUnit"]?.string.map { [$0] } ?? []))
                .map(folded).filter { $0.count >= 2 }
            // 某市城管局 and 某市城管局执法大队 are one body to the complainant.
            // 城管局 is above 城管局执法大队, and both are one to who complained.
            return names.contains { name in
                let shorter = min(name.count, wanted.count)
                return name == wanted || (shorter >= 3 && (name.hasPrefix(wanted) || wanted.hasPrefix(name)))
                    || (shorter >= 4 && (name.contains(wanted) || wanted.contains(name)))
            }
        }
    }
}

package enum AccessError: Error, Hashable, Sendable {
    case userUnknown(user: String)
    case notAllowed(verb: String, user: String)
    case purposeMissing
    case recipientIsRespondent(recipient: String)
    case cannotAudit(path: String)
    /// The rules say who may what: while they cannot be read nobody may anything.
    case rulesUnreadable(path: String)

    package func notice(in language: Language) -> String {
        let (what, place, remedy): (String, String, String) =
            switch (self, language) {
            case (.userUnknown(let user), .chinese): ("该用户在本档案库没有角色", "用户 \(user)", "请系统管理员在 profile.yaml 的 users 中为其指定角色")
            case (.userUnknown(let user), .english): ("this user has no role in this archive", "user \(user)", "ask the administrator for a role under users in profile.yaml")
            case (.notAllowed(let verb, let user), .chinese): ("所任角色不得进行此操作", "\(verb)，用户 \(user)", "请有权限的同事办理，或由系统管理员调整角色；本次拒绝已记入审计日志")
            case (.notAllowed(let verb, let user), .english): ("your role does not allow this", "\(verb), user \(user)", "ask someone who may, or the administrator for the role; this refusal is in the audit log")
            case (.rulesUnreadable(let path), .chinese): ("profile.yaml 读不了，在改好之前谁也不能使用", path, "请系统管理员用 juanzong profile check 找出错处，改正后再试")
            case (.rulesUnreadable(let path), .english): ("profile.yaml cannot be read; until it is mended nobody may do anything", path, "ask the administrator to find the mistake with juanzong profile check, and try again")
            case (.purposeMissing, .chinese): ("查阅身份信息须说明用途", "--purpose", "例如 --purpose 回访；用途将记入审计日志")
            case (.purposeMissing, .english): ("identity is shown for a stated purpose only", "--purpose", "such as --purpose 'call back'; it is written into the audit log")
            case (.recipientIsRespondent(let name), .chinese): ("不得将投诉举报材料交给被投诉举报人", "接收方 \(name)", "改用 juanzong case summary 编号，生成不含来源的事实摘要，经审定后提供")
            case (.recipientIsRespondent(let name), .english): ("material must not go to whom the complaint is about", "recipient \(name)", "use juanzong case summary ID: facts without their source, to be approved by a person")
            case (.cannotAudit(let path), .chinese): ("查阅无法记入审计日志，因此不予显示", path, "检查该文件及文件夹的写权限和磁盘空间")
            case (.cannotAudit(let path), .english): ("the access cannot be logged, so nothing is shown", path, "check that the file and its folder can be written, and the free space")
            }
        return ArchiveError.notice(language, what, place, remedy)
    }
}
