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
        return (expanded.root, notices)
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
