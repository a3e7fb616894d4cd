// Records like one in the archive or like a text: what was decided before, and why each is thought to be alike.
//
// The text finds and orders; what the records say of themselves (who is complained about, of what kind, where, how it
// ended) moves what is as alike by its words, and is named as a reason.

import Archive
import Index
import Records
import Search
import TextAnalysis

package struct PrecedentRequest: Sendable {
    package enum Over: String, Sendable, CaseIterable {
        /// Every text of a record.
        case all
        /// What was complained about and demanded.
        case complaints
        /// How it was dealt with: results, replies, reports, reasons.
        case outcomes
    }

    /// A record by id or number; nil where `text` is given.
    package var id: String?
    package var text: String?
    package var over = Over.all
    /// Only records that say how they ended.
    package var decidedOnly = false
    package var filters: [String] = []
    package var limit = 10

    package init() {}
}

extension Engine {
    /// The records most like a record or a text, with the reason for each in `explanation` and how it ended in `outcome`.
    ///
    /// - Throws: `EngineError.recordUnknown`, `.recordAmbiguous`.
    func unloggedPrecedents(_ request: PrecedentRequest) throws -> SearchAnswer {
        openNote?.entry.detail = "similar" + (request.text == nil ? "" : " text")
        guard request.limit <= Self.pageMax else { throw EngineError.limitTooLarge(max: Self.pageMax) }
        var model: (number: RecordNumber, complaint: Complaint)?
        if let id = request.id { model = try record(id) }
        if let model { openNote?.give([model.complaint.archiveID]) }
        let text = request.text ?? model.map { Self.text(of: $0.complaint, request.over) } ?? ""
        let units = Normalizer.shared.fold(text)
        guard !units.isEmpty else { return SearchAnswer(hits: [], total: 0, facets: [], cursor: nil, notices: []) }
        let part = QueryPart(text: text, units: units, range: 0..<text.unicodeScalars.count)
        var conditions = try request.filters.map { try Self.parser.filter($0) }
        // A filter may ask for a person as well as a query can.
        openNote?.entry.query = request.filters.isEmpty ? nil : try auditText(request.filters.joined(separator: " "), .conjunction(conditions))
        try checkIdentityQuestion(.conjunction(conditions))
        conditions = try conditions.map { try reckoned($0) }
        if request.decidedOnly { conditions.append(.disjunction(Self.decisionFields.map { .exists($0) })) }
        let root = QueryNode.conjunction([Self.node(part, request.over)] + conditions)

        let view = try view()
        // Deep enough that a record of the same respondent and kind is not missed for a few words less.
        let depth = min(Self.pageMax, max(request.limit * 4, 60)) + 1
        let page = try view.searcher.search(root, sort: .relevance, limit: depth)
        let top = page.hits.first { $0.recordNumber != model?.number }?.score ?? 1
        var found: [(hit: SearchHit, likeness: Double, traits: [Trait])] = []
        for hit in page.hits where hit.recordNumber != model?.number {
            guard let version = try records.version(at: hit.sequence) else { continue }
            let traits = Trait.shared(try Self.complaint(version), model?.complaint)
            let likeness = Double(hit.score / max(top, .leastNonzeroMagnitude)) + traits.reduce(0) { $0 + $1.worth }
            found.append((hit, likeness, traits))
        }
        found.sort { ($0.likeness, $1.hit.sequence) > ($1.likeness, $0.hit.sequence) }
        let maker = snippetMaker(root, view)
        let explainer = try view.searcher.explainer(root, sort: .relevance)
        let hits = try found.prefix(request.limit).map { entry in
            var hit = try hit(entry.hit, maker, columns: [])
            hit.explanation = Self.reasons(try explainer.explanation(of: entry.hit), entry.traits)
            if let version = try records.version(at: entry.hit.sequence) {
                hit.outcome = Self.outcome(of: try Self.complaint(version))
            }
            return hit
        }
        let total = (page.total ?? 0) - (page.hits.contains { $0.recordNumber == model?.number } ? 1 : 0)
        return SearchAnswer(hits: hits, total: total, facets: [], cursor: nil, notices: [view.notice].compactMap { $0 })
    }

    private func record(_ id: String) throws -> (number: RecordNumber, complaint: Complaint) {
        let numbers = try recordNumbers(named: id)
        guard numbers.count <= 1 else { throw EngineError.recordAmbiguous(id: id, count: numbers.count) }
        guard let number = numbers.first, let version = try records.latest(of: number) else {
            throw EngineError.recordUnknown(id: id)
        }
        return (number, try Self.complaint(version))
    }

    // MARK: What is compared

    private static let complaintFields: [Field] = [.title, .content, .demand, .cause]
    private static let outcomeFields: [Field] = [.outcome, .reply, .investigationReport, .acceptance, .feedback, .summary]
    /// A record that has one of these says how it ended.
    private static let decisionFields: [Field] = [.outcome, .reply, .verified, .sanction, .mediation]

    /// Understood parts have an upper length; a whole letter is read as pasted.
    private static func node(_ part: QueryPart, _ over: PrecedentRequest.Over) -> QueryNode {
        switch over {
        case .all: .pasted(part)
        case .complaints: .disjunction(complaintFields.map { .field($0, .understood(part)) })
        case .outcomes: .disjunction(outcomeFields.map { .field($0, .understood(part)) })
        }
    }

    /// What of a record stands for the whole of it.
    private static func text(of complaint: Complaint, _ over: PrecedentRequest.Over) -> String {
        let ended = [complaint.outcome?.text] + complaint.reply.map(\.text)
        let asked = [complaint.title, complaint.content, complaint.demand, complaint.cause?.text]
        let outcomes = ended.compactMap { $0 }.filter { !$0.isEmpty }
        if over == .outcomes, !outcomes.isEmpty { return outcomes.joined(separator: "\n") }
        return asked.compactMap { $0 }.joined(separator: "\n")
    }

    // MARK: What is told

    private static func reasons(_ explanation: Explanation, _ traits: [Trait]) -> [Notice] {
        var reasons = traits.map(\.notice)
        if explanation.pairPercent >= 90 {
            reasons.insert(
                Notice(chinese: "几乎同文：用字 \(explanation.pairPercent)% 相同", english: "nearly the same text: \(explanation.pairPercent) % of it"),
                at: 0)
        }
        let words = explanation.held.prefix(6)
        if !words.isEmpty {
            reasons.append(
                Notice(
                    chinese: "共同的说法：" + words.map { "\($0.text)（\($0.docCount) 件有）" }.joined(separator: "、"),
                    english: "in common: " + words.map { "\($0.text) (in \($0.docCount))" }.joined(separator: ", ")))
        }
        return reasons
    }

    /// How a record ended, in a line; empty while it has not.
    private static func outcome(of complaint: Complaint) -> String {
        var parts: [String] = []
        if let status = complaint.status { parts.append(status.canonicalText) }
        if let verified = complaint.verified { parts.append(verified.canonicalText) }
        parts += complaint.outcome?.codes ?? []
        parts += complaint.sanctions.compactMap { $0.kind ?? $0.text }
        if let state = complaint.mediation?.state { parts.append(state.canonicalText) }
        if let amount = complaint.amountRecovered { parts.append("挽回 \(amount.text) 元") }
        var line = parts.joined(separator: "，")
        let said = complaint.outcome?.text ?? complaint.reply.compactMap(\.text).first ?? ""
        line = PersonalNumbers.masked(line)
        if !said.isEmpty { line += (line.isEmpty ? "" : "：") + PersonalNumbers.opening(of: said, 80) + (said.count > 80 ? "…" : "") }
        return line
    }
}

/// What two records share besides words.
private enum Trait {
    case respondent(String)
    case category(String, isWhole: Bool)
    case region(String)
    case typical

    /// As a part of the best text score.
    var worth: Double {
        switch self {
        case .respondent: 0.15
        case .category(_, let isWhole): isWhole ? 0.12 : 0.05
        case .region: 0.03
        case .typical: 0.1
        }
    }

    var notice: Notice {
        switch self {
        case .respondent(let name): Notice(chinese: "同一被投诉人：\(name)", english: "the same respondent: \(name)")
        case .category(let path, true): Notice(chinese: "同类：\(path)", english: "the same category: \(path)")
        case .category(let path, false): Notice(chinese: "同属：\(path)", english: "the same branch: \(path)")
        case .region(let name): Notice(chinese: "同一地区：\(name)", english: "the same region: \(name)")
        case .typical: Notice(chinese: "典型案例", english: "a typical case")
        }
    }

    static func shared(_ complaint: Complaint, _ model: Complaint?) -> [Trait] {
        var traits: [Trait] = []
        if complaint.flags.contains(where: { $0.known == .typical }) { traits.append(.typical) }
        guard let model else { return traits }
        let names = Set(model.respondents.flatMap(\.names).map { Normalizer.shared.fold($0) })
        if let name = complaint.respondents.flatMap(\.names).first(where: { names.contains(Normalizer.shared.fold($0)) }) {
            traits.append(.respondent(name))
        }
        if let category = commonCategory(complaint.category, model.category) { traits.append(category) }
        if let region = complaint.region, region == model.region { traits.append(.region(region)) }
        return traits
    }

    /// The whole path, else all but its last level where there are two or more.
    private static func commonCategory(_ left: [String], _ right: [String]) -> Trait? {
        let left = left.map { Field.category.canonicalValue($0) }
        let right = right.map { Field.category.canonicalValue($0) }
        if let whole = left.first(where: right.contains) { return .category(whole, isWhole: true) }
        func branch(_ path: String) -> String? { path.lastIndex(of: "/").map { String(path[..<$0]) } }
        let branches = Set(right.compactMap(branch))
        return left.compactMap(branch).first(where: branches.contains).map { .category($0, isWhole: false) }
    }
}
