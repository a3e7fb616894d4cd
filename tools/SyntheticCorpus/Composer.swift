// Puts a complaint together: opening, what happened, details, what was tried before, feelings, demand, closing.
// The text is kept in pieces, so that a copy can be told in another order or cut short.

/// The texts of one record, before anything is done to their looks.
struct Draft {
    var title: [UInt8] = []
    var content: [UInt8] = []
    /// Where each piece of `content` ends; the first `openingPieces` and the last `closingPieces` keep their place.
    var pieceEnds: [Int] = []
    var openingPieces = 0
    var closingPieces = 0
    var demand: [UInt8] = []
    var looks = Looks()
    var firstAmount: Int?

    mutating func reset() {
        title.removeAll(keepingCapacity: true)
        content.removeAll(keepingCapacity: true)
        pieceEnds.removeAll(keepingCapacity: true)
        demand.removeAll(keepingCapacity: true)
        openingPieces = 0
        closingPieces = 0
        looks = Looks()
        firstAmount = nil
    }
}

/// How the text looks: what a normaliser repairs.
struct Looks: Equatable {
    var traditional = false
    var fullWidth = false
    var halfWidthPunctuation = false
    var scanned = false
}

/// What kind of record is told.
package enum Kind: String, Sendable, CaseIterable {
    case complaint = "投诉"
    case report = "举报"
    case inquiry = "咨询"
    case appeal = "申诉"
    case suggestion = "建议"
}

final class Composer {
    let book: ThemeBook
    let narrator: Narrator
    private let rules: Rules
    private var used: [Int] = []

    struct Rules {
        let opening, closing, neighbour, witness, estateRemark, outsideRemark, dealRemark, effort, feeling, demandStart, inquiry, suggestion, appealOpening, appealDemand,
            again, selfIntroduction, titleEnd, inquiryTitle, boilerplate, termSentence: Int32
        init(_ book: ThemeBook) {
            opening = book.rule("开"); closing = book.rule("收"); neighbour = book.rule("旁地")
            witness = book.rule("旁人"); estateRemark = book.rule("杂地")
            outsideRemark = book.rule("杂外"); dealRemark = book.rule("杂人"); effort = book.rule("前")
            feeling = book.rule("情"); demandStart = book.rule("求起"); inquiry = book.rule("咨询求")
            suggestion = book.rule("建议求"); appealOpening = book.rule("申诉开"); appealDemand = book.rule("申诉求")
            again = book.rule("再开"); selfIntroduction = book.rule("自介"); titleEnd = book.rule("题尾"); inquiryTitle = book.rule("询标")
            boilerplate = book.rule("附言"); termSentence = book.rule("热词句")
        }
    }

    private static let comma = Array("，".utf8), stop = Array("。".utf8), semicolon = Array("；".utf8)
    private static let bang = Array("！".utf8), and = Array("，".utf8)

    init(_ book: ThemeBook) {
        self.book = book
        narrator = Narrator(book)
        rules = Rules(book)
    }

    func compose(_ telling: Telling, kind: Kind, again: Bool, plan: Plan, into draft: inout Draft) {
        draft.reset()
        let problem = book.problems[telling.problem]
        let theme = book.themes[problem.theme]
        narrator.begin(telling, anchor: problem.anchor)
        let register = telling.register
        let bystander = theme.setting == .deal ? rules.witness : rules.neighbour

        if kind == .inquiry, narrator.chance(500) { narrator.write(rules.inquiryTitle, into: &draft.title) }
        narrator.write(problem.title, into: &draft.title)
        if kind != .inquiry { narrator.write(rules.titleEnd, into: &draft.title) }

        if kind == .appeal { narrator.write(rules.appealOpening, into: &draft.content) }
        else { narrator.write(rules.opening, into: &draft.content) }
        endPiece(&draft)
        if again {
            narrator.write(rules.again, into: &draft.content)
            endPiece(&draft)
        }
        if register == .letter || register == .elderly || register == .online, narrator.chance(450) {
            piece(&draft, rules.selfIntroduction, end: Self.stop)
        }
        draft.openingPieces = draft.pieceEnds.count

        piece(&draft, problem.core, end: Self.stop)
        // Letters are twice as long as tickets.
        let roomy = register == .letter || register == .elderly ? 30 : register == .online ? 12 : 0
        let length = (narrator.below(100) + roomy) * plan.wordiness / 100
        let (details, extras) =
            switch length {
            case ..<14: (narrator.below(2), narrator.below(2))
            case ..<42: (1 + narrator.below(2), 1 + narrator.below(3))
            case ..<76: (2 + narrator.below(3), 3 + narrator.below(4))
            case ..<104: (4 + narrator.below(3), 6 + narrator.below(5))
            default: (5 + narrator.below(4), 11 + narrator.below(9))
            }
        if telling.term != nil { piece(&draft, rules.termSentence, end: Self.stop) }
        tell(problem.details, times: details, telling: telling, into: &draft)
        var counts = (bystander: 0, effort: 0, effect: 0, remark: 0)
        for _ in 0..<extras {
            switch narrator.below(7) {
            case 0, 1, 2: counts.bystander += 1
            case 3: counts.effort += 1
            case 4: counts.effect += 1
            default: counts.remark += 1
            }
        }
        tell(bystander, times: counts.bystander, telling: telling, into: &draft)
        let remark =
            switch theme.setting {
            case .estate: rules.estateRemark
            case .outside: rules.outsideRemark
            case .deal: rules.dealRemark
            }
        tell(remark, times: counts.remark, telling: telling, into: &draft)
        tell(rules.effort, times: counts.effort, telling: telling, into: &draft)
        tell(theme.effects, times: counts.effect, telling: telling, into: &draft)
        if narrator.chance(register == .hotline ? 250 : 450) {
            piece(&draft, rules.feeling, end: register == .online ? Self.bang : Self.stop)
        }
        let fixed = draft.pieceEnds.count

        let demandApart = narrator.chance(register == .form ? 800 : 350)
        if !demandApart {
            if kind != .inquiry && kind != .suggestion && kind != .appeal { narrator.write(rules.demandStart, into: &draft.content) }
            writeDemand(problem, kind: kind, into: &draft.content)
            draft.content.append(contentsOf: kind == .inquiry ? Array("？".utf8) : register == .online && narrator.chance(500) ? Self.bang : Self.stop)
            endPiece(&draft)
        } else {
            writeDemand(problem, kind: kind, into: &draft.demand)
        }
        narrator.write(rules.closing, into: &draft.content)
        endPiece(&draft)
        draft.closingPieces = draft.pieceEnds.count - fixed
        draft.firstAmount = narrator.firstAmount

        // Looks and slips of the pen belong to the wording, so that a copy has them too.
        if narrator.chance(plan.typingErrors) { TextNoise.mistype(&draft, narrator: narrator) }
        draft.looks.halfWidthPunctuation = narrator.chance(plan.halfWidthPunctuation)
        draft.looks.fullWidth = narrator.chance(plan.fullWidthDigits)
        draft.looks.traditional = narrator.chance(plan.traditionalScript)
        draft.looks.scanned = narrator.chance(plan.scanNoise)
    }

    /// The unit of a respondent, as its records name it.
    func writeUnit(anchor: Int, rank: Int, into out: inout [UInt8]) {
        begin(anchor: anchor, rank: rank, term: nil)
        narrator.write(book.anchors[anchor].unitRule, into: &out)
    }

    /// What the text calls a respondent.
    func writeName(anchor: Int, rank: Int, into out: inout [UInt8]) {
        begin(anchor: anchor, rank: rank, term: nil)
        narrator.write(book.anchors[anchor].nameRule, into: &out)
    }

    /// The title of a matter in other words.
    func writeTitle(_ telling: Telling, wording: UInt64, into out: inout [UInt8]) {
        let problem = book.problems[telling.problem]
        narrator.begin(telling.reworded(wording), anchor: problem.anchor)
        narrator.write(problem.title, into: &out)
    }

    /// A detail of a matter in other words.
    func writeDetail(_ telling: Telling, wording: UInt64, into out: inout [UInt8]) {
        let problem = book.problems[telling.problem]
        narrator.begin(telling.reworded(wording), anchor: problem.anchor)
        narrator.write(problem.details, alternative: narrator.below(narrator.alternativeCount(problem.details)), into: &out)
    }

    func writeTerm(_ term: UInt64, into out: inout [UInt8]) {
        begin(anchor: 0, rank: 0, term: term)
        narrator.writeTerm(into: &out)
    }

    private func begin(anchor: Int, rank: Int, term: UInt64?) {
        let day = Day(number: 0)
        narrator.begin(
            Telling(
                problem: 0, rank: rank, matterSeed: 0, occasionSeed: 0, personSeed: 0, wordingSeed: 0,
                register: .hotline, firstDay: day, today: day, term: term), anchor: anchor)
    }

    /// One or two sentences that say nothing of the matter, in front or behind.
    func addBoilerplate(to draft: inout Draft, random: inout RandomStream) {
        var text: [UInt8] = []
        let first = random.below(narrator.alternativeCount(rules.boilerplate))
        narrator.write(rules.boilerplate, alternative: first, into: &text)
        if random.chance(500) {
            draft.content.insert(contentsOf: text, at: 0)
        } else {
            draft.content.append(contentsOf: text)
        }
        draft.pieceEnds = [draft.content.count]
    }

    /// Further sentences at the end.
    func extend(_ draft: inout Draft, telling: Telling) {
        let theme = book.themes[book.problems[telling.problem].theme]
        let bystander = theme.setting == .deal ? rules.witness : rules.neighbour
        let closing = draft.closingPieces
        draft.closingPieces = 0
        tell(rules.effort, times: 2, telling: telling, into: &draft)
        tell(bystander, times: 2, telling: telling, into: &draft)
        draft.closingPieces = closing
    }

    private func writeDemand(_ problem: Problem, kind: Kind, into out: inout [UInt8]) {
        switch kind {
        case .inquiry: narrator.write(rules.inquiry, into: &out)
        case .suggestion: narrator.write(rules.suggestion, into: &out)
        case .appeal: narrator.write(rules.appealDemand, into: &out)
        default:
            let count = narrator.alternativeCount(problem.demand)
            let first = narrator.below(count)
            narrator.write(problem.demand, alternative: first, into: &out)
            if narrator.chance(400), count > 1 {
                out.append(contentsOf: Self.and)
                narrator.write(problem.demand, alternative: (first + 1 + narrator.below(count - 1)) % count, into: &out)
            }
        }
    }

    private func endPiece(_ draft: inout Draft) {
        if draft.content.count > (draft.pieceEnds.last ?? 0) { draft.pieceEnds.append(draft.content.count) }
    }

    private func piece(_ draft: inout Draft, _ rule: Int32, end: [UInt8]) {
        let start = draft.content.count
        narrator.write(rule, into: &draft.content)
        if draft.content.count > start {
            draft.content.append(contentsOf: end)
            draft.pieceEnds.append(draft.content.count)
        }
    }

    /// `times` different alternatives of a rule, each a piece.
    private func tell(_ rule: Int32, times: Int, telling: Telling, into draft: inout Draft) {
        let rule = narrator.variantRule(rule)
        let count = narrator.alternativeCount(rule)
        used.removeAll(keepingCapacity: true)
        for _ in 0..<min(times, count) {
            var drawn = narrator.below(count)
            while used.contains(drawn) { drawn = (drawn + 1) % count }
            used.append(drawn)
            let start = draft.content.count
            narrator.write(rule, alternative: drawn, into: &draft.content)
            guard draft.content.count > start else { continue }
            let end =
                switch narrator.below(20) {
                case 0...8: Self.comma
                case 9...10: Self.semicolon
                default: telling.register == .online && narrator.chance(250) ? Self.bang : Self.stop
                }
            draft.content.append(contentsOf: end)
            draft.pieceEnds.append(draft.content.count)
        }
        // A sentence that ran on with commas ends here.
        if draft.content.count >= 3, draft.content.suffix(3).elementsEqual(Self.comma) {
            draft.content.replaceSubrange(draft.content.count - 3..<draft.content.count, with: Self.stop)
        }
    }
}
