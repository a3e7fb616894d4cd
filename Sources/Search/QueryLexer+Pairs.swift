// Finds which quotes and brackets of a query belong together, before anything else is read: a sign without
// its pair is text. One pass each, whatever the query holds.

/// The pairs of one query.
///
/// - Units: every index is a position in code points.
/// - Complexity: O(n) to make; pasted megabytes come through here.
struct QueryPairs {
    /// The other quote or bracket of the pair; -1 for everything else.
    private(set) var partner: [Int32]
    /// Blanks, `|` and quoted pieces before each position: equal counts mean none between.
    private var breakCount: [Int32]
    /// An opening bracket whose pair runs on into text, as in （2024）京01民初1号.
    private(set) var runsIntoText: [Bool]
    /// 。！？ or a line break outside quotes.
    private(set) var hasSentenceOutsideQuotes = false
    /// 。！？ or a line break anywhere.
    private(set) var hasSentence = false
    private(set) var hasQuotes = false

    init(_ scalars: [Unicode.Scalar], in bounds: Range<Int>) {
        partner = Array(repeating: -1, count: scalars.count)
        breakCount = Array(repeating: 0, count: scalars.count + 1)
        runsIntoText = Array(repeating: false, count: scalars.count)
        pairQuotes(scalars, bounds)
        pairBrackets(scalars, bounds)
        findRunsIntoText(scalars, bounds)
    }

    func isPaired(_ index: Int) -> Bool { partner[index] >= 0 }

    /// A pair of brackets that holds one run of text: no blank, `|` or quoted piece.
    func holdsOneRun(_ open: Int) -> Bool { breakCount[Int(partner[open])] == breakCount[open] }

    private mutating func pairQuotes(_ scalars: [Unicode.Scalar], _ bounds: Range<Int>) {
        var last: [Unicode.Scalar: Int] = [:]
        for index in bounds where scalars[index].isQuote { last[scalars[index]] = index }
        // `"5""管"`: a doubled quote stands for one. Switched off once it has cost a quote its pair.
        var doublingCounts = true
        var index = bounds.lowerBound
        while index < bounds.upperBound {
            let scalar = scalars[index]
            if scalar.isLineBreak || scalar.isSentenceEnd { hasSentenceOutsideQuotes = true }
            guard scalar.isQuote else {
                index += 1
                continue
            }
            // A typing program may give “ “ or ” ” for a pair.
            var closing = scalar
            if scalar.isCurlyQuote {
                closing = last["\u{201D}", default: -1] > index ? "\u{201D}" : "\u{201C}"
            }
            guard last[closing, default: -1] > index else {
                index += 1
                continue
            }
            var end = Self.closingQuote(closing, scalars, from: index + 1, bounds, doublingCounts)
            if end == nil {
                doublingCounts = false
                end = Self.closingQuote(closing, scalars, from: index + 1, bounds, false)
            }
            guard let end else {
                index += 1
                continue
            }
            partner[index] = Int32(end)
            partner[end] = Int32(index)
            hasQuotes = true
            index = end + 1
        }
        hasSentence = scalars[bounds].contains { $0.isLineBreak || $0.isSentenceEnd }
    }

    private static func closingQuote(
        _ closing: Unicode.Scalar, _ scalars: [Unicode.Scalar], from start: Int, _ bounds: Range<Int>, _ doubling: Bool
    ) -> Int? {
        var index = start
        while index < bounds.upperBound {
            if scalars[index] == closing {
                let isDoubled =
                    doubling && !closing.isCurlyQuote && index + 1 < bounds.upperBound && scalars[index + 1] == closing
                guard isDoubled else { return index }
                index += 2
            } else {
                index += 1
            }
        }
        return nil
    }

    private mutating func pairBrackets(_ scalars: [Unicode.Scalar], _ bounds: Range<Int>) {
        var open: [Int] = []
        var count: Int32 = 0
        var index = bounds.lowerBound
        while index < bounds.upperBound {
            breakCount[index] = count
            if isPaired(index) {
                // Nothing inside quotes is a bracket.
                count += 1
                let end = Int(partner[index])
                for inside in index + 1...end { breakCount[inside] = count }
                index = end + 1
                continue
            }
            switch scalars[index].halfWidth {
            case "(": open.append(index)
            case ")":
                if let start = open.popLast() {
                    partner[start] = Int32(index)
                    partner[index] = Int32(start)
                }
            case "|": count += 1
            default: if scalars[index].isBlank { count += 1 }
            }
            index += 1
        }
        breakCount[bounds.upperBound] = count
    }

    private mutating func findRunsIntoText(_ scalars: [Unicode.Scalar], _ bounds: Range<Int>) {
        for index in bounds.reversed() where isPaired(index) && scalars[index].halfWidth == "(" && holdsOneRun(index) {
            let next = Int(partner[index]) + 1
            guard next < bounds.upperBound else { continue }
            let scalar = scalars[next]
            switch scalar.halfWidth {
            case "(" where isPaired(next): runsIntoText[index] = runsIntoText[next]
            case ")" where isPaired(next): break
            case "|": break
            default: runsIntoText[index] = !scalar.isBlank && !isPaired(next)
            }
        }
    }
}
