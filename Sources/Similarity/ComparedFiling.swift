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

    /// The members of a record that it is made of; the texts come from the index.
    package static let members: Set<String> = [
        "id", "registerNo", "aliasNos", "kind", "receivedAt", "namedState", "complainantCount", "respondents", "region",
        "regionIncident", "incidentPlace", "category", "cause", "title", "events", "appealOf", "fileId", "referenceCode",
    ]

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
        text = textRange.map { units[$0] }
        title = titleRange.map { units[$0] }
        var (letters, latin) = (0, 0)
        for unit in text where Shingles.isLetter(unit) {
            letters += 1
            if unit < 0x0250 { latin += 1 }
        }
        isLatin = latin * 2 > letters
    }

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

    package static func folded(_ number: String) -> String {
        // Nearly every number is of digits and a few capitals already.
        if number.utf8.allSatisfy({ 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 }) { return number }
        return String(decoding: Normalizer.shared.fold(number).filter { $0 != 0x20 }, as: UTF16.self)
    }
}
