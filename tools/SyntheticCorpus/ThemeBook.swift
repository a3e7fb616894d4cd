// The themes as tables: what people complain of, about whom, how often, when, and in which words.

package struct Anchor: Sendable {
    package let name: String
    /// There are 2^bits respondents of this kind.
    package let bits: Int
    let nameRule: Int32
    let unitRule: Int32
}

package struct Theme: Sendable {
    package let name: String
    package let categories: [String]
    let leadUnit: Int32
    /// In percent, by `Register`. Where the old have none, nobody old complains: of wages, of school.
    let registers: [Int]
    /// Matters of a place have neighbours and shops nearby; matters of a deal have friends and clerks.
    enum Setting { case estate, outside, deal }
    let setting: Setting
    var effects: Int32
    var answers: Int32
}

package struct Problem: Sendable {
    package let name: String
    package let theme: Int
    package let anchor: Int
    package let weight: Int
    package let season: Season
    /// Whether many people may complain of one respondent for one cause.
    package let concernsMany: Bool
    let title: Int32
    let core: Int32
    let details: Int32
    let demand: Int32
}

package struct ThemeBook: Sendable {
    package private(set) var grammar = Grammar(pools: CharacterPools.all)
    package private(set) var anchors: [Anchor] = []
    package private(set) var themes: [Theme] = []
    package private(set) var problems: [Problem] = []

    package static let shared = ThemeBook()

    private init() {
        var lastRule: Int32?
        var anchorNumbers: [String: Int] = [:]
        for text in [
            CommonText.grammar, Names.grammar, RemarkText.grammar, HousingText.grammar, ConsumerText.grammar,
            SocietyText.grammar,
        ] {
            for line in text.split(separator: "\n") {
                let line = line.drop { $0 == " " }
                guard let space = line.firstIndex(of: " ") else { continue }
                let keyword = line[..<space]
                let rest = line[line.index(after: space)...]
                switch keyword {
                case "锚":
                    let parts = rest.split(separator: "|")
                    let name = String(parts[0])
                    anchorNumbers[name] = anchors.count
                    anchors.append(
                        Anchor(
                            name: name, bits: Int(String(parts[1]))!,
                            nameRule: grammar.define("@锚名\(name) = \(parts[2])"),
                            unitRule: grammar.define("@锚被\(name) = \(parts[3])")))
                case "主题":
                    let parts = rest.split(separator: "|")
                    let weights = parts[4].split(separator: " ").map { Int(String($0.dropFirst()))! }
                    themes.append(
                        Theme(
                            name: String(parts[0]), categories: [String(parts[1]), String(parts[2])],
                            leadUnit: grammar.define("@牵头\(themes.count) = \(parts[3])"), registers: weights,
                            setting: parts.count < 6 ? .deal : parts[5] == "外" ? .outside : .estate,
                            effects: grammar.rule("果\(themes.count)"), answers: grammar.rule("答\(themes.count)")))
                case "问题":
                    let parts = rest.split(separator: "|", omittingEmptySubsequences: false)
                    guard let anchor = anchorNumbers[String(parts[1])] else { preconditionFailure("no 锚 \(parts[1])") }
                    let n = problems.count
                    problems.append(
                        Problem(
                            name: String(parts[0]), theme: themes.count - 1, anchor: anchor,
                            weight: Int(String(parts[2]))!, season: Season(rawValue: String(parts[3]))!,
                            concernsMany: parts.count > 4 && parts[4] == "群", title: grammar.rule("题\(n)"),
                            core: grammar.rule("核\(n)"), details: grammar.rule("细\(n)"),
                            demand: grammar.rule("求\(n)")))
                case "果", "答": grammar.add(rest, to: grammar.rule("\(keyword)\(themes.count - 1)"))
                case "题", "核", "细", "求": grammar.add(rest, to: grammar.rule("\(keyword)\(problems.count - 1)"))
                case "+": grammar.add(rest, to: lastRule!)
                default: lastRule = grammar.define(line)
                }
            }
        }
        let missing = grammar.undefinedRules
        precondition(missing.isEmpty, "rules named but not defined: \(missing)")
    }

    func rule(_ name: String) -> Int32 { grammar.existingRule(name)! }

    /// The path of level names, such as 城乡建设/物业管理/停车收费.
    package func categoryPath(of problem: Int) -> [String] {
        themes[problems[problem].theme].categories + [problems[problem].name]
    }
}
