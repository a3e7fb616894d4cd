// Answers that are asked for again while nothing was written: an archive of former years, a replica, an office in the
// evening; the page that goes back; a list that is polled. What is remembered holds no snapshot.

import Index
import Records
import Search

/// Answers of one state of the index, to viewers who may see everything.
struct AnswerMemory {
    /// All that an answer depends on beside the state of the archive.
    struct Question: Hashable {
        let root: QueryNode
        let sort: SortOrder
        let after: String?
        let limit: Int
        let facets: [String]
        let columns: [RecordColumn]
        let explains: Bool
        let hasWords: Bool

        /// Nil where the answer depends on more than the index.
        init?(_ root: QueryNode, _ request: SearchRequest) {
            guard root.restsOnIndexAlone else { return nil }
            self.root = root
            (sort, after, limit) = (request.sort, request.after, request.limit)
            (facets, columns, explains) = (request.facets, request.columns, request.explains)
            hasWords = !request.query.isEmpty
        }
    }

    /// What an answer was true of.
    struct State: Hashable {
        let generation: ObjectIdentifier
        let transaction: UInt64
    }

    private var answers: [Question: SearchAnswer] = [:]
    private var state: State?
    private var bytes = 0

    mutating func answer(to question: Question, in state: State) -> SearchAnswer? {
        self.state == state ? answers[question] : nil
    }

    /// - Parameter bytesMax: about; when it is reached all is forgotten, and what is still asked for comes again.
    mutating func remember(_ answer: SearchAnswer, to question: Question, in state: State, bytesMax: Int) {
        let size = Self.bytes(of: answer)
        if self.state != state || bytes + size > bytesMax { (answers, bytes) = ([:], 0) }
        guard size <= bytesMax else { return }
        self.state = state
        answers[question] = answer
        bytes += size
    }

    private static func bytes(of answer: SearchAnswer) -> Int {
        var bytes = 1_024
        for hit in answer.hits {
            bytes += 256 + hit.title.utf8.count + hit.snippet.text.utf8.count + 16 * hit.snippet.matches.count + 64 * hit.cells.count
            for cell in hit.cells { if case .text(let text) = cell { bytes += text.utf8.count } }
            for line in hit.explanation { bytes += line.chinese.utf8.count + line.english.utf8.count }
        }
        for facet in answer.facets { for (value, _) in facet.counts { bytes += 32 + value.utf8.count } }
        return bytes
    }
}

extension QueryNode {
    /// Whether no other file decides what matches: not who complained, not which numbers records have, not a deadline reckoned.
    fileprivate var restsOnIndexAlone: Bool {
        switch self {
        case .all, .literal, .understood, .pasted: true
        case .field(let field, _), .exists(let field):
            field.kind != .key && field.kind != .identity && field != .overdue && field != .dueReckoned
        case .and(let children), .or(let children): children.allSatisfy(\.restsOnIndexAlone)
        case .not(let child): child.restsOnIndexAlone
        case .near(let a, let b, _): a.restsOnIndexAlone && b.restsOnIndexAlone
        }
    }
}
