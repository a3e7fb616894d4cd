// One record as it is compared with others: a plain value made of its open part. Persons are compared elsewhere, by
// whoever holds the key; here only the outcome of that comes in.

import Records
import TextAnalysis

package struct ComparedFiling: Sendable {
    package var id: String
    package var receivedAtSeconds: Int64
    /// The compared text, folded, personal numbers masked (`ComparedText`).
    package var text: [UInt16]
    package var title: [UInt16]
    /// Most letters of the text are Latin: pairs and threes of these stand in every text of such a language.
    package private(set) var isLatin = false
    /// Named, anonymous or unknown; an anonymous record has no person, whatever else is known of it.
    package var isAnonymous: Bool
    /// An appeal, a review or a complaint about the answer.
    package var isAppeal: Bool
    /// Numbers of the records it says it appeals against or follows.
    package var appealOf: [String]
    /// Its own numbers, folded; those given by others (上级编号 …) among them.
    package var numbers: [String]
    /// Numbers given by others alone: two records that share one are one filing.
    package var upstreamNumbers: [String]
    package var respondents: RespondentNames
    package var region: String?
    package var place: String?
    /// The deepest path of each category.
    package var categories: [String]
    package var cause: String?
    /// Numbers in the text that name a thing: orders, documents, plates, codes.
    package var textNumbers: Set<String>

    /// - Parameter complaint: `Complaint.comparedMembers` of it are enough; the texts come from the index.
    /// - Parameter units: of the document, as the index has them.
    /// - Parameter numbers: recognised in the text.
    package init(_ complaint: Complaint, units: [UInt16], numbers textNumbers: [RecognizedNumber]) {
        id = complaint.id ?? complaint.registerNo ?? ""
        receivedAtSeconds = complaint.receivedAt.seconds
        (text, title) = ([], [])
        isAnonymous = complaint.namedState?.known == .anonymous
        isAppeal = complaint.appealOf != nil || (complaint.kind.map { $0.known == .appeal || Self.namesReview($0.text) } ?? false)
        appealOf = [complaint.appealOf].compactMap { $0.map(Self.folded) }
        numbers = complaint.allNumbers.map(Self.folded)
        upstreamNumbers = complaint.aliasNos.compactMap { $0.no.map(Self.folded) }.filter { $0.utf8.count >= 4 }
        respondents = RespondentNames(complaint.respondents)
        region = complaint.region
        place = complaint.incidentPlace
        categories = complaint.category.filter { !$0.isEmpty }
        cause = complaint.cause?.code ?? complaint.cause?.text
        self.textNumbers = Set(
            textNumbers.compactMap { number in
                switch number.kind {
                case .orderNumber, .documentNumber, .licencePlate, .creditCode: number.canonical
                default: nil
                }
            })
        take(textsOf: units.span)
    }

    /// - Parameter units: of the document.
    package mutating func take(textsOf units: Span<UInt16>) {
        let (textRange, titleRange) = (ComparedText.range(in: units), ComparedText.range(of: .title, in: units))
        text = Self.copy(units.extracting(textRange))
        title = Self.copy(units.extracting(titleRange))
        // Letters below 0250; most texts have none, and the others need not be counted.
        let latin = text.reduce(0) { $0 &+ ($1 &- 0x61 < 26 || $1 &- 0xC0 < 0x190 ? 1 : 0) }
        isLatin = latin > 0 && latin * 2 > text.reduce(0) { $0 &+ (Shingles.isLetter($1) ? 1 : 0) }
    }

    private static func copy(_ units: Span<UInt16>) -> [UInt16] { unsafe units.withUnsafeBufferPointer { unsafe Array($0) } }

    /// What the index does not have.
    package var withoutTexts: ComparedFiling {
        var filing = self
        (filing.text, filing.title) = ([], [])
        return filing
    }

    private static func namesReview(_ kind: String) -> Bool {
        // Most kinds are words of two letters.
        kind.utf8.count <= 6 ? kind == "复查" || kind == "复核" : kind.contains("复查") || kind.contains("复核")
    }

    package static func folded(_ number: String) -> String { FoldedNumber.of(number) }
}
