// Complaint texts come from a grammar of clause templates. This file reads its notation into flat tables that
// `Narrator` walks without making a String.
//
//   name = a|b|c        a rule: one alternative is drawn, earlier ones more often; `+ d|e` on the next line adds
//   name:热 = …         the rule as the register 热 says it; other registers fall back to `name`
//   @name $name %name ^name   facts: drawn once a record from the seed of the respondent, the matter, the
//                       occasion (amounts, dates, rooms) or the person, so that they agree wherever they are said
//   ~name               drawn from the seed of the matter anew wherever it stands: bystanders, other shops
//   {a|b|}              inline choice, evenly      [name] another rule
//   <2~9> <2~9中>       a number in digits, in Chinese numerals     <元100~5000> an amount in one of several forms
//   <日3~40>            a date that many days before the matter was first filed, in one of several forms
//   <#6> <A2> <X5>      digits, capital letters, both               <字名> a character of the pool 名
//   <池名 11>           the rule 名 with one of 2^11 long-tailed variants; <区池名 11> the same, apart in each district
//   <性甲 乙>           by the person's sex    <岁> age    [区] [市] place    [名] [被] respondent in text and on record

package struct Grammar: Sendable {
    package enum Source: UInt8, Sendable { case wording, entity, matter, occasion, person, matterEach }

    enum Op: Sendable {
        case literal(start: Int32, end: Int32)
        case rule(Int32)
        case number(low: Int32, high: Int32, chinese: Bool)
        case money(low: Int32, high: Int32)
        case date(low: Int32, high: Int32)
        case digits(Int32)
        case letters(Int32)
        case mixed(Int32)
        case character(pool: Int32)
        case pooled(rule: Int32, bits: Int32, local: Bool)
        case bySex(male: Int32, female: Int32)
        case age
        case district
        case city
        /// What the text calls the respondent, and the unit on the record: rules of the record's anchor.
        case anchorName
        case anchorUnit
        /// The term of an outbreak.
        case term
    }

    struct Rule: Sendable {
        var name: String
        var source: Source
        /// Sums of the weights of the alternatives.
        var cumulative: [UInt32] = []
        var alternatives: [Range<Int>] = []
        /// Rules to use instead, by register; −1 where there is none.
        var variants: [Int32] = Array(repeating: -1, count: Register.count)
        var hasVariants = false
    }

    private(set) var rules: [Rule] = []
    private(set) var ops: [Op] = []
    private(set) var literals: [UInt8] = []
    private(set) var pools: [[[UInt8]]] = []
    private var ruleNumbers: [String: Int32] = [:]
    private var poolNumbers: [String: Int32] = [:]

    package init(pools: [String: String]) {
        for (name, characters) in pools.sorted(by: { $0.key < $1.key }) {
            poolNumbers[name] = Int32(self.pools.count)
            self.pools.append(characters.unicodeScalars.map { Array(String($0).utf8) })
        }
    }

    /// The number of the rule `name`; made empty when it is not yet defined, so that order does not matter.
    mutating func rule(_ name: String) -> Int32 {
        if let number = ruleNumbers[name] { return number }
        let number = Int32(rules.count)
        ruleNumbers[name] = number
        rules.append(Rule(name: name, source: .wording))
        return number
    }

    func existingRule(_ name: String) -> Int32? { ruleNumbers[name] }

    /// Rules that were named but never given an alternative: mistakes in the grammar's text.
    package var undefinedRules: [String] { rules.filter { $0.alternatives.isEmpty && !$0.hasVariants }.map(\.name) }

    /// One rule line, such as `@name = a|b`.
    mutating func define(_ line: Substring) -> Int32 {
        guard let equals = line.firstIndex(of: "=") else { preconditionFailure("no '=' in rule: \(line)") }
        var name = String(line[..<equals].filter { $0 != " " })
        let sources: [Character: Source] = ["@": .entity, "$": .matter, "%": .occasion, "^": .person, "~": .matterEach]
        let source = name.first.flatMap { sources[$0] }
        if source != nil { name.removeFirst() }
        let number = rule(name)
        rules[Int(number)].source = source ?? .wording
        if let colon = name.firstIndex(of: ":"), let register = Register(mark: name[name.index(after: colon)]) {
            let base = Int(rule(String(name[..<colon])))
            rules[base].variants[register.rawValue] = number
            rules[base].hasVariants = true
        }
        add(line[line.index(after: equals)...], to: number)
        return number
    }

    /// Adds alternatives to a rule. The weight of the k-th falls like 1 / (k + 3).
    mutating func add(_ text: Substring, to rule: Int32) {
        for alternative in Self.split(Self.trim(text)) { addAlternative(alternative, to: rule) }
    }

    mutating func addAlternative(_ text: Substring, to rule: Int32) {
        let body = compile(Self.trim(text))
        let start = ops.count
        ops += body
        let weight = UInt32(3_000_000 / (rules[Int(rule)].alternatives.count + 3))
        rules[Int(rule)].cumulative.append((rules[Int(rule)].cumulative.last ?? 0) + weight)
        rules[Int(rule)].alternatives.append(start..<ops.count)
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }

    /// Splits at `|` outside brackets.
    private static func split(_ text: Substring) -> [Substring] {
        var parts: [Substring] = []
        var depth = 0
        var start = text.startIndex
        for index in text.indices {
            switch text[index] {
            case "{", "[", "<": depth += 1
            case "}", "]", ">": depth -= 1
            case "|" where depth == 0:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        parts.append(text[start...])
        return parts
    }

    private mutating func compile(_ text: Substring) -> [Op] {
        var result: [Op] = []
        var index = text.startIndex
        func close(_ open: Character, _ shut: Character) -> Substring.Index {
            var depth = 0
            var at = index
            while at < text.endIndex {
                if text[at] == open { depth += 1 }
                if text[at] == shut { depth -= 1; if depth == 0 { return at } }
                at = text.index(after: at)
            }
            preconditionFailure("\(open) not closed: \(text)")
        }
        while index < text.endIndex {
            switch text[index] {
            case "[":
                let end = close("[", "]")
                let name = String(text[text.index(after: index)..<end])
                result.append(Self.reserved[name] ?? .rule(rule(name)))
                index = text.index(after: end)
            case "{":
                let end = close("{", "}")
                let inner = text[text.index(after: index)..<end]
                let number = rule("#\(rules.count)")
                for part in Self.split(inner) {
                    addAlternative(part, to: number)
                    let count = rules[Int(number)].alternatives.count
                    rules[Int(number)].cumulative = (1...count).map { UInt32($0 * 1_000_000) }
                }
                result.append(.rule(number))
                index = text.index(after: end)
            case "<":
                let end = close("<", ">")
                result.append(builtin(text[text.index(after: index)..<end]))
                index = text.index(after: end)
            default:
                let start = literals.count
                while index < text.endIndex, !"[{<".contains(text[index]) {
                    literals += String(text[index]).utf8
                    index = text.index(after: index)
                }
                result.append(.literal(start: Int32(start), end: Int32(literals.count)))
            }
        }
        return result
    }

    private static let reserved: [String: Op] = [
        "区": .district, "市": .city, "名": .anchorName, "被": .anchorUnit, "热词": .term,
    ]

    private mutating func builtin(_ text: Substring) -> Op {
        func range(_ text: Substring) -> (Int32, Int32) {
            let ends = text.split(separator: "~").compactMap { Int32(String($0)) }
            precondition(ends.count == 2, "range expected: \(text)")
            return (ends[0], ends[1])
        }
        func words(_ text: Substring) -> [Substring] { text.split(separator: " ") }
        switch text.first {
        case "#": return .digits(Int32(String(text.dropFirst()))!)
        case "A": return .letters(Int32(String(text.dropFirst()))!)
        case "X": return .mixed(Int32(String(text.dropFirst()))!)
        case "元":
            let (low, high) = range(text.dropFirst())
            return .money(low: low, high: high)
        case "日":
            let (low, high) = range(text.dropFirst())
            return .date(low: low, high: high)
        case "字":
            guard let pool = poolNumbers[String(text.dropFirst())] else { preconditionFailure("no pool \(text)") }
            return .character(pool: pool)
        case "池", "区":
            let local = text.first == "区"
            let parts = words(text.dropFirst(local ? 2 : 1))
            return .pooled(rule: rule(String(parts[0])), bits: Int32(String(parts[1]))!, local: local)
        case "性":
            let parts = words(text.dropFirst())
            return .bySex(male: rule(String(parts[0])), female: rule(String(parts[1])))
        case "岁": return .age
        default:
            let chinese = text.last == "中"
            let (low, high) = range(chinese ? text.dropLast() : text)
            return .number(low: low, high: high, chinese: chinese)
        }
    }
}

/// Who speaks, and how: an operator's ticket, a formal letter, an angry message, an old person, a filled-in form.
package enum Register: Int, CaseIterable, Sendable {
    case hotline, letter, online, elderly, form
    package static let count = 5

    init?(mark: Character) {
        switch mark {
        case "热": self = .hotline
        case "信": self = .letter
        case "网": self = .online
        case "老": self = .elderly
        case "表": self = .form
        default: return nil
        }
    }
}
