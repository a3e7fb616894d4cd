// Cuts a query into tokens: parts, operators, brackets and field names. Decides what is a sign and what is text.
//
// The rules are those of QUERY.md; every character that is no blank lies in exactly one token. A mistake is
// noted, not thrown, since the query may turn out to be pasted text, in which no sign can be wrong.

import Records

struct QueryToken: Hashable {
    enum Kind: Hashable {
        case word
        /// `"…"`; as a field's value possibly with `=` before it or `*` behind it.
        case quoted(isStarred: Bool, isExact: Bool)
        /// `~"…"`.
        case about
        case or, and, not
        case near(Int)
        case open, close
        /// `name:`, as an index into `QueryLexer.fields`; its value follows.
        case field(Int)
        /// The `|` in `field:a|b`.
        case alternative
        /// `exists:name`, as above.
        case exists(Int)

        var isText: Bool {
            switch self {
            case .word, .quoted, .about: true
            default: false
            }
        }
    }

    let kind: Kind
    let range: Range<Int>
}

struct QueryLexer {
    let scalars: [Unicode.Scalar]
    let bounds: Range<Int>
    let pairs: QueryPairs
    private let fieldNamed: (String) -> Field?

    private(set) var tokens: [QueryToken] = []
    private(set) var fields: [Field] = []
    private(set) var notices: [QueryNotice] = []
    /// The first mistake that only operators can make.
    private(set) var error: QueryError?

    /// Opening brackets that group.
    private var groups: Set<Int> = []
    /// Where the present run of plain words began, and whether any run was too long for typed words.
    private var stretchStart = 0
    private var hasLongStretch = false
    /// Text touches a quoted piece, as in prose.
    private var hasGluedQuotes = false
    private var isLastValue = false

    /// Characters after which pasted text is no longer searched for operators to warn of.
    private static let pastedScanMax = 20_000
    private static let noticeCountMax = 8
    private static let fieldNameLengthMax = 32

    init(_ scalars: [Unicode.Scalar], in bounds: Range<Int>, fieldNamed: @escaping (String) -> Field?) {
        self.scalars = scalars
        self.bounds = bounds
        self.fieldNamed = fieldNamed
        pairs = QueryPairs(scalars, in: bounds)
        read()
    }

    /// Over 40 characters, a line break or 。！？, and not written as a query is: see QUERY.md, "Pasted text".
    var isPasted: Bool {
        if pairs.hasSentenceOutsideQuotes || hasLongStretch { return true }
        return hasGluedQuotes && (bounds.count >= QueryParser.pastedLengthMin || pairs.hasSentence)
    }

    /// The first token that would have done something, had the query not been pasted text.
    var firstOperator: QueryToken? {
        tokens.first { $0.kind != .word }
    }

    /// What a text token says: quotes taken off, doubled quotes made single.
    func text(of token: QueryToken) -> String {
        var range = token.range
        switch token.kind {
        case .quoted(let isStarred, let isExact):
            range = range.lowerBound + (isExact ? 2 : 1)..<range.upperBound - (isStarred ? 2 : 1)
        case .about: range = range.lowerBound + 2..<range.upperBound - 1
        default: return String(scalars: scalars[range])
        }
        let quote = scalars[range.lowerBound - 1]
        guard !quote.isCurlyQuote else { return String(scalars: scalars[range]) }
        var view = String.UnicodeScalarView()
        var isSecond = false
        for scalar in scalars[range] {
            if scalar == quote, isSecond {
                isSecond = false
            } else {
                view.append(scalar)
                isSecond = scalar == quote
            }
        }
        return String(view)
    }

    /// `OR`, `AND`, `NOT`, `NEAR`, `NEAR/10`, in capitals of either width; nil for every other word.
    static func operatorWord(_ text: some StringProtocol) -> QueryToken.Kind? {
        let word = String(String.UnicodeScalarView(text.unicodeScalars.prefix(16).map(\.halfWidth)))
        switch word {
        case "OR": return .or
        case "AND": return .and
        case "NOT": return .not
        case "NEAR": return .near(QueryParser.nearDistanceDefault)
        default:
            guard word.hasPrefix("NEAR/"), case let digits = word.dropFirst(5), (1...6).contains(digits.count),
                digits.allSatisfy({ ("0"..."9").contains($0) }), let distance = Int(digits)
            else { return nil }
            return .near(distance)
        }
    }

    // MARK: Reading

    private mutating func read() {
        var index = bounds.lowerBound
        while index < bounds.upperBound {
            if index - bounds.lowerBound > Self.pastedScanMax, isPasted { return }
            let scalar = scalars[index]
            if scalar.isBlank {
                index += 1
                continue
            }
            if opensQuote(index) {
                index = readQuoted(at: index, isValue: false)
                continue
            }
            switch scalar.halfWidth {
            case "~" where opensQuote(index + 1): index = readAbout(at: index, isValue: false)
            case "(" where opensGroup(index): index = readOpen(at: index)
            case ")" where closesGroup(index):
                add(.close, index..<index + 1)
                index += 1
            case "|":
                var end = index + 1
                while end < bounds.upperBound, scalars[end].halfWidth == "|" { end += 1 }
                add(.or, index..<end)
                index = end
            case "-": index = readDash(at: index)
            default: index = readField(at: index) ?? readWord(at: index, isValue: false)
            }
        }
    }

    private mutating func add(_ kind: QueryToken.Kind, _ range: Range<Int>, isValue: Bool = false) {
        if kind.isText, !isValue, let last = tokens.last, last.kind.isText, last.range.upperBound == range.lowerBound {
            hasGluedQuotes = true
        }
        if kind == .word, !isValue {
            if tokens.last?.kind != .word || isLastValue { stretchStart = range.lowerBound }
            if range.upperBound - stretchStart >= QueryParser.pastedLengthMin { hasLongStretch = true }
        }
        isLastValue = isValue
        tokens.append(QueryToken(kind: kind, range: range))
    }

    private mutating func note(_ kind: QueryNotice.Kind, _ range: Range<Int>) {
        let isKnown = notices.contains { notice in
            switch (notice.kind, kind) {
            case (.bracketsReadAsText, .bracketsReadAsText), (.quotesReadAsText, .quotesReadAsText): true
            default: false
            }
        }
        guard !isKnown, notices.count < Self.noticeCountMax else { return }
        notices.append(QueryNotice(kind, in: scalars, at: range))
    }

    private mutating func fail(_ reason: QueryError.Reason, _ range: Range<Int>, replacing: Range<Int>, by text: String) {
        guard error == nil else { return }
        error = QueryError(reason, in: scalars, at: range, edit: QueryEdit(range: replacing, replacement: text))
    }

    private func opensQuote(_ index: Int) -> Bool {
        index < bounds.upperBound && scalars[index].isQuote && pairs.isPaired(index)
            && pairs.partner[index] > index
    }

    /// An opening bracket with its pair, which does not stand in the name of a company or in a document number.
    private func opensGroup(_ index: Int) -> Bool {
        scalars[index].halfWidth == "(" && pairs.isPaired(index) && !pairs.runsIntoText[index]
    }

    private func closesGroup(_ index: Int) -> Bool {
        pairs.isPaired(index) && groups.contains(Int(pairs.partner[index]))
    }

    private mutating func readOpen(at index: Int) -> Int {
        groups.insert(index)
        add(.open, index..<index + 1)
        return index + 1
    }

    private mutating func readQuoted(at index: Int, isValue: Bool, isExact: Bool = false) -> Int {
        let start = isExact ? index - 1 : index
        var end = Int(pairs.partner[index]) + 1
        let isEmpty = end - index == 2
        let isStarred = isValue && end < bounds.upperBound && scalars[end].halfWidth == "*"
        if isStarred { end += 1 }
        if isEmpty { fail(.emptyQuotes, start..<end, replacing: start..<end, by: "") }
        add(.quoted(isStarred: isStarred, isExact: isExact), start..<end, isValue: isValue)
        return end
    }

    private mutating func readAbout(at index: Int, isValue: Bool) -> Int {
        let end = Int(pairs.partner[index + 1]) + 1
        if end - index == 3 { fail(.emptyQuotes, index..<end, replacing: index..<end, by: "") }
        add(.about, index..<end, isValue: isValue)
        return end
    }

    private mutating func readDash(at index: Int) -> Int {
        let next = index + 1
        let isEnd = next >= bounds.upperBound || scalars[next].isBlank || scalars[next].halfWidth == "|"
        if isEnd || closesGroup(next) {
            let operand = scalars[next..<bounds.upperBound].firstIndex { !$0.isBlank }
            if let operand, isEnd, scalars[operand].halfWidth != "|", !closesGroup(operand) {
                fail(.loneDash, index..<next, replacing: index..<operand, by: "-")
            } else {
                fail(.loneDash, index..<next, replacing: index..<next, by: "")
            }
            add(.not, index..<next)
            return next
        }
        var isOperator = opensQuote(next) || opensGroup(next) || (scalars[next].halfWidth == "~" && opensQuote(next + 1))
        if !isOperator, scalars[next].halfWidth != "-" {
            var probe = next
            while probe < bounds.upperBound, !scalars[probe].isBlank, !isOperator {
                isOperator = scalars[probe].isLetterOrNumber
                probe += 1
            }
        }
        guard isOperator else {
            let end = readWord(at: index, isValue: false)
            note(.dashReadAsText, index..<end)
            return end
        }
        add(.not, index..<next)
        return next
    }

    /// Reads on to the next blank, `|`, quoted piece or bracket that groups.
    private mutating func readWord(at start: Int, isValue: Bool) -> Int {
        var index = start
        scan: while index < bounds.upperBound {
            let scalar = scalars[index]
            if scalar.isBlank { break }
            if scalar.isQuote {
                if pairs.isPaired(index) { break }
                note(.quotesReadAsText, index..<index + 1)
            }
            switch scalar.halfWidth {
            case "|": break scan
            case "~" where index > start && opensQuote(index + 1): break scan
            case "(":
                guard pairs.isPaired(index) else {
                    note(.bracketsReadAsText, index..<index + 1)
                    break
                }
                guard pairs.holdsOneRun(index), index > start || pairs.runsIntoText[index] else { break scan }
                let end = Int(pairs.partner[index]) + 1
                note(.bracketsReadAsText, index..<end)
                for inside in index..<end where scalars[inside].isQuote {
                    note(.quotesReadAsText, inside..<inside + 1)
                }
                index = end
                continue scan
            case ")":
                if closesGroup(index) { break scan }
                note(.bracketsReadAsText, index..<index + 1)
            default: break
            }
            index += 1
        }
        // Whatever stands here, reading goes on behind it.
        index = max(index, start + 1)
        let range = start..<index
        if !isValue, range.count <= 11, let kind = Self.operatorWord(String(scalars: scalars[range])) {
            add(kind, range)
            if case .near(let distance) = kind, !(1...QueryParser.nearDistanceMax).contains(distance) {
                let nearest = distance == 0 ? 1 : QueryParser.nearDistanceMax
                fail(
                    .nearDistance(max: QueryParser.nearDistanceMax), range, replacing: range, by: "NEAR/\(nearest)")
            }
        } else {
            add(.word, range, isValue: isValue)
        }
        return index
    }

    // MARK: Fields

    /// `name:value` where `name` is known; nil when the text at `start` is no field.
    private mutating func readField(at start: Int) -> Int? {
        var colon = start
        while colon < bounds.upperBound, colon - start <= Self.fieldNameLengthMax,
            scalars[colon].isLetterOrNumber || scalars[colon].halfWidth == "_" || scalars[colon].halfWidth == "-"
        {
            colon += 1
        }
        guard colon > start, colon < bounds.upperBound, scalars[colon].halfWidth == ":" else { return nil }
        let name = String(scalars: scalars[start..<colon])
        let valueStart = colon + 1
        if let isSure = Self.existsNames[name.lowercased()] {
            var end = valueStart
            while end < bounds.upperBound, scalars[end].isLetterOrNumber { end += 1 }
            let target = String(scalars: scalars[valueStart..<end])
            if let field = fieldNamed(target) {
                add(.exists(remember(field)), start..<end)
                return end
            }
            if isSure {
                end = startsValue(valueStart) && !opensGroup(valueStart) ? readValue(at: valueStart) : valueStart
                // Only the first mistake is told: looking through the query for each would be quadratic.
                if error == nil {
                    let quoted = QueryEdit.quoted(scalars[start..<end], within: scalars)
                    fail(.fieldUnknown(String(target.prefix(40))), start..<end, replacing: start..<end, by: quoted)
                }
                return end
            }
        }
        guard let field = fieldNamed(name) else {
            let isAddress = valueStart < bounds.upperBound && scalars[valueStart].halfWidth == "/"
            if !isAddress, !("0"..."9").contains(scalars[start].halfWidth) {
                note(.unknownField(name), start..<valueStart)
            }
            return nil
        }
        add(.field(remember(field)), start..<valueStart)
        guard startsValue(valueStart) else {
            let operand = scalars[valueStart..<bounds.upperBound].firstIndex { !$0.isBlank }
            if let operand, operand > valueStart, startsValue(operand) {
                fail(.fieldWithoutValue(name), start..<valueStart, replacing: valueStart..<operand, by: "")
            } else {
                fail(.fieldWithoutValue(name), start..<valueStart, replacing: start..<valueStart, by: "")
            }
            return valueStart
        }
        if opensGroup(valueStart) { return readOpen(at: valueStart) }
        var index = readValue(at: valueStart)
        while index < bounds.upperBound, scalars[index].halfWidth == "|", startsValue(index + 1),
            !opensGroup(index + 1)
        {
            add(.alternative, index..<index + 1)
            index = readValue(at: index + 1)
        }
        return index
    }

    /// `exists:` must name a field; the Chinese words are common in prose, and only do when one follows.
    private static let existsNames = ["exists": true, "存在": false, "有": false]

    private mutating func remember(_ field: Field) -> Int {
        if let index = fields.firstIndex(of: field) { return index }
        fields.append(field)
        return fields.count - 1
    }

    private func startsValue(_ index: Int) -> Bool {
        index < bounds.upperBound && !scalars[index].isBlank && scalars[index].halfWidth != "|" && !closesGroup(index)
    }

    private mutating func readValue(at index: Int) -> Int {
        if opensQuote(index) { return readQuoted(at: index, isValue: true) }
        if scalars[index].halfWidth == "=", opensQuote(index + 1) {
            return readQuoted(at: index + 1, isValue: true, isExact: true)
        }
        if scalars[index].halfWidth == "~", opensQuote(index + 1) { return readAbout(at: index, isValue: true) }
        return readWord(at: index, isValue: true)
    }
}
