// From the line that a person types to the tree that is searched: read, joined with the filters beside it, and widened
// by what its parts may also be written as.

import Records
import Search
import TextAnalysis

extension Engine {
    /// A query, widened; what the person should know of that.
    func read(_ query: String) throws -> (root: QueryNode, notices: [Notice]) {
        let parsed = try Self.parser.parse(query)
        let synonyms = try synonyms()
        let expander = QueryExpander(
            synonyms: synonyms,
            numbers: { units in NumberSpellings.numbers(in: units).map { ($0.range, $0.spellings) } },
            words: { [self] units in (try? withAnalyzer { $0.words(of: units) }) ?? [] })
        let expanded = expander.expanded(parsed.root)
        var notices = parsed.notices.map(Notice.init)
        if !expanded.synonyms.isEmpty { notices.append(Self.notice(of: expanded.synonyms)) }
        // Told when synonyms are in use, not with every search.
        if !expanded.synonyms.isEmpty, let mistake = synonyms.mistakes.first {
            notices.append(Self.notice(of: mistake, count: synonyms.mistakes.count, path: folder.synonymsPath))
        }
        var partsLeft = Self.soundPartsMax
        let root = try named(expanded.root, &partsLeft, &notices)
        if partsLeft < 0 {
            notices.append(
                Notice(
                    chinese: "提示：拼音写法较多，只有前 \(Self.soundPartsMax) 处按读音查名称",
                    english: "note: only the first \(Self.soundPartsMax) parts in Latin letters are also looked for as the sound of names"))
        }
        return (root, notices)
    }

    // MARK: Names by their sound

    /// Fields that hold names of units, persons and places.
    private static let nameFields = [
        Field.respondent, .leadUnit, .coUnit, .handler, .firstResponder, .enteredBy, .upstreamBody, .region, .respondentRegion,
    ]
    /// Letters from which an unquoted part is taken for a name's sound in any of these fields; shorter ones are
    /// abbreviations of their own (vip, app) too often.
    private static let soundLengthMin = 4
    private static let namesMax = 50
    /// Each part is held against every name of the archive.
    private static let soundPartsMax = 4

    /// Widens parts of Latin letters by the names that sound like them.
    private func named(_ node: QueryNode, _ partsLeft: inout Int, _ notices: inout [Notice]) throws -> QueryNode {
        switch node {
        case .and(let children): return .conjunction(try children.map { try named($0, &partsLeft, &notices) })
        case .or(let children): return .disjunction(try children.map { try named($0, &partsLeft, &notices) })
        case .understood(let part):
            guard let letters = Pinyin.typed(part.text), letters.count >= Self.soundLengthMin else { return node }
            guard Self.takes(&partsLeft) else { return node }
            return .disjunction([node] + (try names(letters, part.text, in: Self.nameFields, &notices)))
        case .field(let field, .understood(let part)) where Self.nameFields.contains(field):
            guard let letters = Pinyin.typed(part.text) else { return node }
            guard Self.takes(&partsLeft) else { return node }
            return .disjunction([node] + (try names(letters, part.text, in: [field], &notices)))
        case .field(let field, .equals(let value)) where Self.nameFields.contains(field):
            guard let letters = Pinyin.typed(value), try !view().searcher.hasValue(value, in: field) else { return node }
            guard Self.takes(&partsLeft) else { return node }
            return .disjunction([node] + (try names(letters, value, in: [field], &notices)))
        case .all, .literal, .pasted, .field, .not, .near, .exists: return node
        }
    }

    private static func takes(_ partsLeft: inout Int) -> Bool {
        partsLeft -= 1
        return partsLeft >= 0
    }

    private func names(
        _ letters: [UInt8], _ written: String, in fields: [Field], _ notices: inout [Notice]
    ) throws -> [QueryNode] {
        let searcher = try view().searcher
        var found: [(fit: Pinyin.Fit, field: Field, value: String)] = []
        for field in fields {
            var seen: Set<String> = []
            try searcher.forEachValue(of: field) { value in
                guard let fit = Pinyin.fit(letters, Normalizer.shared.fold(value)), seen.insert(value).inserted else { return }
                found.append((fit, field, value))
            }
        }
        guard !found.isEmpty else { return [] }
        found.sort { ($1.fit, $0.value, $0.field.code) < ($0.fit, $1.value, $1.field.code) }
        let taken = found.prefix(Self.namesMax)
        var shown: [String] = []
        for name in taken where !shown.contains(name.value) && shown.count < 5 { shown.append(name.value) }
        let more = found.count > shown.count
        notices.append(
            Notice(
                chinese: "提示：\(written) 也按拼音查名称：\(shown.joined(separator: "、"))\(more ? " 等" : "")",
                english: "note: \(written) is also looked for as the sound of names: \(shown.joined(separator: ", "))\(more ? " and others" : "")"))
        if found.count > Self.namesMax {
            notices.append(
                Notice(
                    chinese: "提示：读音相符的名称有 \(found.count) 个，只查最相符的 \(Self.namesMax) 个；多写几个字母可缩小范围",
                    english: "note: \(found.count) names sound like it and the best \(Self.namesMax) are looked for; write more letters to narrow it down"))
        }
        return taken.map { .field($0.field, .equals($0.value)) }
    }

    // MARK: Slips

    /// What a part that no record holds may have been meant as; only for the first page, where nothing came as written.
    func slips(_ root: QueryNode, _ searcher: Searcher) throws -> [Notice] {
        try searcher.suggestions(for: root, soundsAlike: Pinyin.soundAlike).map { slip in
            Notice(
                chinese: "提示：没有记录写有“\(slip.part)”。是否要查 \(slip.mended)（\(slip.count) 件）",
                english: "note: no record holds \(slip.part) as written. Did you mean \(slip.mended) (\(slip.count) found)")
        }
    }

    private static func notice(of synonyms: [(part: String, others: [String])]) -> Notice {
        let shown = synonyms.prefix(4).map { "\($0.part) = \($0.others.prefix(6).joined(separator: " "))" }.joined(separator: "; ")
        return Notice(
            chinese: "提示：也查同义词：\(shown)。只查原文时加引号",
            english: "note: synonyms are looked for too: \(shown). To find the words alone, put them in quotes")
    }

    private static func notice(of mistake: Synonyms.Mistake, count: Int, path: String) -> Notice {
        let (chinese, english) =
            switch mistake.reason {
            case .oneWord: ("只有一个词", "it has one word only")
            case .tooManyWords: ("词太多（上限 \(Synonyms.wordsInGroupMax) 个）", "it has more than \(Synonyms.wordsInGroupMax) words")
            case .wordLength:
                ("词应为 2 至 \(Synonyms.wordLengthMax) 个字", "a word has 2 to \(Synonyms.wordLengthMax) characters")
            case .tooManyGroups:
                ("超过 \(Synonyms.groupCountMax) 组", "there are more than \(Synonyms.groupCountMax) groups")
            }
        return Notice(
            chinese: "提示：同义词表有 \(count) 行没有使用，第一处：\(path):\(mistake.line)，\(chinese)",
            english: "note: \(count) lines of the synonyms are not used, the first: \(path):\(mistake.line), \(english)")
    }
}
