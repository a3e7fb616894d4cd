// From a profile file and the pieces it extends to a `Profile`. Every refusal names file, line and column.

import Records

extension Profile {
    private static let keys = [
        "id", "title", "source", "note", "extends", "forms", "required", "categories", "kinds", "channels", "numbering", "status", "anonymous",
        "groupSize", "ladder", "limitationYears", "deadlines", "pauses", "restDays", "assumeWeekends", "reply", "feedback", "retention",
        "referenceCode", "order", "checks", "roles", "users", "secrecy", "sections",
    ]

    /// - Parameter load: the text of a piece by its name.
    package static func read(
        _ text: String, file: String, load: (String) -> String? = ShippedData.text(named:)
    ) throws(ProfileError) -> Profile {
        try Profile(try joined(text, file: file, load: load))
    }

    /// The profile with everything it extends, as one tree.
    package static func joined(
        _ text: String, file: String, load: (String) -> String? = ShippedData.text(named:), within open: [String] = []
    ) throws(ProfileError) -> ProfileNode {
        let own = try ProfileNode.parse(text, file: file)
        try own.allow(keys + keys.map { $0 + "+" })
        guard let extends = own["extends"] else { return own }
        var base: ProfileNode?
        for name in try own.strings("extends") {
            guard !open.contains(name) else { throw ProfileError(.pieceInsideItself(name), at: extends) }
            guard let piece = load(name) else { throw ProfileError(.unknownPiece(name), at: extends) }
            let joined = try joined(piece, file: name + ".yaml", load: load, within: open + [name])
            base = base.map { $0.merged(under: joined) } ?? joined
        }
        return base?.merged(under: own) ?? own
    }

    /// A shipped profile.
    package static func shipped(_ id: String) throws(ProfileError) -> Profile {
        guard let name = shippedName(id), let text = ShippedData.text(named: name) else {
            throw ProfileError(.unknownProfile(id, nearest: ProfileNode.nearest(to: id, in: shippedIDs)), file: "--profile \(id)")
        }
        return try read(text, file: name + ".yaml")
    }

    private static func shippedName(_ id: String) -> String? { shippedIDs.first { $0.lowercased() == id.lowercased() } }

    /// Names of whole profiles; pieces begin with `_`.
    package static let shippedIDs: [String] = ShippedData.names.filter { !$0.hasPrefix("_") && $0 != "calendar" }

    /// What `init` writes into the archive: every rule in one file, so that a later program changes none of them.
    package static func wholeText(_ id: String) throws(ProfileError) -> String {
        _ = try shipped(id)
        let name = shippedName(id) ?? id
        let joined = try joined(ShippedData.text(named: name) ?? "", file: name + ".yaml")
        var flat = joined
        flat.kind = .map((joined.entries ?? []).filter { $0.key != "extends" && !$0.value.isNull })
        return flat.yaml() + "\n"
    }

    package init(_ root: ProfileNode) throws(ProfileError) {
        try root.allow(Self.keys)
        guard let id = try root.string("id") else { throw ProfileError(.missing("id"), at: root) }
        guard let title = try root.string("title") else { throw ProfileError(.missing("title"), at: root) }
        self.init(id: id, title: title)
        source = try root.string("source")
        note = try root.string("note")
        kinds = try root.strings("kinds")
        channels = try root.strings("channels")
        anonymous = try root.word("anonymous") ?? .accept
        groupSizeMin = try root.integer("groupSize", in: 2...10_000)
        limitationYears = try root.integer("limitationYears", in: 1...50)
        assumesWeekends = try root.flag("assumeWeekends") ?? false
        enum RestDays: String, CaseIterable { case next, stay }
        movesOffRestDays = try root.word("restDays", as: RestDays.self) == .next
        checks = try root.strings("checks")
        required = try root.strings("required")
        for field in required where !Self.requirable.contains(field) {
            throw ProfileError(.wrong(field, Self.requirable.joined(separator: ", ")), at: root["required"]!)
        }
        try readForms(root)
        try readCategories(root)
        try readNumbering(root)
        try readFlow(root)
        try readDeadlines(root)
        try readResult(root)
        try readArchive(root)
        try readAccess(root)
    }

    private mutating func readForms(_ root: ProfileNode) throws(ProfileError) {
        for entry in root["forms"]?.entries ?? [] {
            var columns: [(String, String)] = []
            for column in entry.value.entries ?? [] {
                guard let field = column.value.text else { throw ProfileError(.wrong(column.key, "title, content, complainants[0].name …"), at: column.value) }
                columns.append((column.key, field))
            }
            guard !columns.isEmpty else { throw ProfileError(.wrong(entry.key, "{列名: field, …}"), at: entry.value) }
            var form = Form(id: entry.key, columns: columns)
            form.places = (entry.value.entries ?? []).map(\.value)
            forms.append(form)
        }
    }

    private mutating func readCategories(_ root: ProfileNode) throws(ProfileError) {
        guard let node = root["categories"] else { return }
        try node.allow(["version", "list", "former"])
        categoryVersion = try node.string("version")
        categories = try node.strings("list")
        for version in node["former"]?.entries ?? [] {
            for old in version.value.entries ?? [] {
                guard let new = old.value.text, categories.contains(new) else {
                    throw ProfileError(.wrong(old.value.text ?? old.key, categories.prefix(4).joined(separator: ", ")), at: old.value)
                }
                formerCategories[version.key, default: [:]][old.key] = new
            }
        }
    }

    private mutating func readNumbering(_ root: ProfileNode) throws(ProfileError) {
        for entry in root["numbering"]?.entries ?? [] {
            if let text = entry.value.text {
                guard let pattern = NumberPattern(text) else { throw ProfileError(.wrong(text, "TJ{year}-{serial:5}"), at: entry.value) }
                numbering.append(NumberSeries(id: entry.key, title: entry.key, pattern: pattern))
                continue
            }
            try entry.value.allow(["pattern", "title", "sameOn"])
            guard let text = try entry.value.string("pattern"), let pattern = NumberPattern(text) else {
                throw ProfileError(.wrong(entry.value["pattern"]?.text ?? "pattern", "TJ{year}-{serial:5}"), at: entry.value["pattern"] ?? entry.value)
            }
            numbering.append(
                NumberSeries(
                    id: entry.key, title: try entry.value.string("title") ?? entry.key, pattern: pattern,
                    sameOn: try entry.value.strings("sameOn")))
        }
    }

    private mutating func readFlow(_ root: ProfileNode) throws(ProfileError) {
        guard let node = root["status"] else { return }
        for entry in node.entries ?? [] { flow[entry.key] = try node.strings(entry.key) }
        for entry in node.entries ?? [] {
            for next in flow[entry.key] ?? [] where flow[next] == nil {
                throw ProfileError(.wrong(next, flow.keys.sorted().joined(separator: ", ")), at: entry.value)
            }
        }
    }

    static func condition(_ node: ProfileNode?) throws(ProfileError) -> RecordCondition {
        var condition = RecordCondition()
        guard let node else { return condition }
        try node.allow(["kind", "grade", "channel", "origin", "flag", "category", "outcome", "level", "status"])
        condition.kinds = try node.strings("kind")
        condition.grades = try node.strings("grade")
        condition.channels = try node.strings("channel")
        condition.origins = try node.strings("origin")
        condition.flags = try node.strings("flag")
        condition.categories = try node.strings("category")
        condition.outcomes = try node.strings("outcome")
        condition.levels = try node.strings("level")
        condition.statuses = try node.strings("status")
        return condition
    }

    private mutating func readDeadlines(_ root: ProfileNode) throws(ProfileError) {
        for entry in root["pauses"]?.entries ?? [] { pauses[entry.key] = try root["pauses"]!.strings(entry.key) }
        for entry in root["deadlines"]?.entries ?? [] {
            let node = entry.value
            try node.allow(["title", "from", "until", "amount", "unit", "when", "extension", "pausedBy", "promise", "each", "basis"])
            guard let from = try node.string("from") else { throw ProfileError(.missing("from"), at: node) }
            let until = try node.strings("until")
            guard !until.isEmpty else { throw ProfileError(.missing("until"), at: node) }
            guard let amount = try node.integer("amount", in: 0...3_650) else { throw ProfileError(.missing("amount"), at: node) }
            guard let unit: DeadlineUnit = try node.word("unit") else { throw ProfileError(.missing("unit"), at: node) }
            var rule = DeadlineRule(id: entry.key, title: try node.string("title") ?? entry.key, from: from, until: until, amount: amount, unit: unit)
            rule.condition = try Self.condition(node["when"])
            rule.pausedBy = try node.strings("pausedBy")
            for type in rule.pausedBy where pauses[type] == nil {
                throw ProfileError(.wrong(type, pauses.keys.sorted().joined(separator: ", ")), at: node["pausedBy"]!)
            }
            rule.mayBePromised = try node.flag("promise") ?? false
            rule.isForEach = try node.flag("each") ?? false
            rule.basis = try node.string("basis")
            if let more = node["extension"] {
                try more.allow(["amount", "unit", "times", "approver", "told"])
                guard let amount = try more.integer("amount", in: 1...3_650) else { throw ProfileError(.missing("amount"), at: more) }
                rule.prolongation = DeadlineRule.Extension(
                    amount: amount, unit: try more.word("unit") ?? unit, times: try more.integer("times", in: 1...10) ?? 1,
                    approver: try more.string("approver"), isTold: try more.flag("told") ?? false)
            }
            deadlines.append(rule)
        }
    }

    private mutating func readResult(_ root: ProfileNode) throws(ProfileError) {
        if let node = root["reply"] {
            for entry in node.entries ?? [] { replyModes[entry.key] = try node.strings(entry.key) }
        }
        feedbackParties = try root.strings("feedback")
        if let node = root["sections"] {
            try node.allow(["report", "reply"])
            (reportSections, replySections) = (try node.strings("report"), try node.strings("reply"))
        }
        if let node = root["ladder"] {
            try node.allow(["months", "steps"])
            let steps = try node.strings("steps")
            guard !steps.isEmpty else { throw ProfileError(.missing("steps"), at: node) }
            ladder = Ladder(months: try node.integer("months", in: 1...120) ?? 12, steps: steps)
        }
    }

    private mutating func readArchive(_ root: ProfileNode) throws(ProfileError) {
        if let node = root["retention"] {
            try node.allow(["default", "floorYears", "start", "rules", "coolingDays"])
            if let code = try node.string("default") {
                guard let period = RetentionPeriod(code) else { throw ProfileError(.wrong(code, "Y | D30 | D10 | D5 | D3"), at: node["default"]!) }
                retention.standard = period
            }
            retention.floorYears = try node.integer("floorYears", in: 1...100) ?? 3
            retention.coolingDays = try node.integer("coolingDays", in: 0...3_650) ?? 0
            enum Start: String, CaseIterable { case nextYear, filing }
            retention.startsNextYear = try node.word("start", as: Start.self) != .filing
            for rule in node["rules"]?.elements ?? [] {
                try rule.allow(["when", "period", "basis"])
                guard let code = try rule.string("period"), let period = RetentionPeriod(code) else {
                    throw ProfileError(.wrong(rule["period"]?.text ?? "period", "Y | D30 | D10 | D5 | D3"), at: rule["period"] ?? rule)
                }
                retention.rules.append(.init(condition: try Self.condition(rule["when"]), period: period, basis: try rule.string("basis")))
            }
        }
        if let node = root["referenceCode"] {
            try node.allow(["pattern", "fonds", "fondsName", "class", "className", "pagesMax", "closingNumber"])
            if let text = try node.string("pattern") {
                guard ReferencePattern.pieces(of: text) != nil else {
                    throw ProfileError(.wrong(text, "{fonds}-{class}·{year}-{retention}-{file:4}"), at: node["pattern"]!)
                }
                referenceCode.text = text
            }
            referenceCode.fonds = try node.string("fonds") ?? referenceCode.fonds
            referenceCode.fondsName = try node.string("fondsName") ?? ""
            referenceCode.classCode = try node.string("class") ?? referenceCode.classCode
            referenceCode.className = try node.string("className") ?? ""
            referenceCode.pagesMax = try node.integer("pagesMax", in: 1...10_000) ?? 200
            referenceCode.hasClosingNumber = try node.flag("closingNumber") ?? false
        }
        for group in root["order"]?.elements ?? [] {
            try group.allow(["title", "types", "inner"])
            guard let title = try group.string("title") else { throw ProfileError(.missing("title"), at: group) }
            order.append(DocumentGroup(title: title, types: try group.strings("types"), isInner: try group.flag("inner") ?? false))
        }
    }

    private mutating func readAccess(_ root: ProfileNode) throws(ProfileError) {
        for rule in root["secrecy"]?.elements ?? [] {
            try rule.allow(["when", "until", "level", "basis"])
            guard let level = try rule.string("level"), Code<SecurityLevel>(level).known != nil else {
                throw ProfileError(.wrong(rule["level"]?.text ?? "level", "公开 | 内部 | 个人信息 | 秘密 | 机密 | 绝密"), at: rule["level"] ?? rule)
            }
            var secrecy = SecrecyRule(level: Code<SecurityLevel>(level).canonicalText)
            secrecy.condition = try Self.condition(rule["when"])
            secrecy.until = try rule.strings("until")
            secrecy.basis = try rule.string("basis")
            self.secrecy.append(secrecy)
        }
        for entry in root["roles"]?.entries ?? [] {
            let node = entry.value
            try node.allow(["title", "levels", "restricted", "identity", "export", "destroy", "administer", "write"])
            var role = Role(id: entry.key, title: try node.string("title") ?? entry.key, levels: try node.strings("levels"))
            for level in role.levels where Code<SecurityLevel>(level).known == nil {
                throw ProfileError(.wrong(level, "公开 | 内部 | 个人信息 | 秘密 | 机密 | 绝密"), at: node["levels"]!)
            }
            role.restricted = try node.strings("restricted")
            role.maySeeIdentity = try node.flag("identity") ?? false
            role.mayExport = try node.flag("export") ?? false
            role.mayDestroy = try node.flag("destroy") ?? false
            role.mayAdminister = try node.flag("administer") ?? false
            role.mayWrite = try node.flag("write") ?? false
            roles.append(role)
        }
        for entry in root["users"]?.entries ?? [] {
            var binding = UserBinding(name: entry.key, roles: [])
            if entry.value.entries != nil {
                try entry.value.allow(["roles", "names"])
                binding.roles = try entry.value.strings("roles")
                binding.alsoKnownAs = try entry.value.strings("names")
            } else {
                binding.roles = try root["users"]!.strings(entry.key)
            }
            for role in binding.roles where !roles.contains(where: { $0.id == role }) {
                throw ProfileError(.wrong(role, roles.map(\.id).joined(separator: " | ")), at: entry.value)
            }
            users.append(binding)
        }
    }
}

extension Profile {
    package static let generalID = "general"

    /// The rules of an archive: its own file, or the general rules where that holds comments alone.
    package static func ofArchive(_ folder: ArchiveFolder) throws -> Profile {
        guard let text = Files.text(folder.profilePath) else { return try shipped(generalID) }
        do { return try read(text, file: folder.profilePath) } catch {
            if case .yaml(let error) = error.cause, error.cause == .empty { return try shipped(generalID) }
            throw error
        }
    }
}
