// Conditions that the index cannot answer: numbers of records, and who complained.

import Records

/// Answers what only the archive can: records by number or by identity.
package protocol RecordResolver {
    /// The newest versions of the records whose field has this value.
    ///
    /// - Parameter field: of kind `.key` or `.identity`.
    func sequences(_ field: Field, _ condition: FieldCondition) throws -> [RecordSequence]

    /// Whether nobody signed the record. Asked only where records rank alike: those that somebody signed come first.
    func isAnonymous(_ sequence: RecordSequence) throws -> Bool
}

extension RecordResolver {
    package func isAnonymous(_ sequence: RecordSequence) throws -> Bool { false }
}

/// Passes each question on once, so that every segment of a search, and its counts, see the same answer.
final class RememberingResolver: RecordResolver {
    private let resolver: any RecordResolver
    private var answers: [QueryNode: [RecordSequence]] = [:]

    init(_ resolver: any RecordResolver) { self.resolver = resolver }

    func sequences(_ field: Field, _ condition: FieldCondition) throws -> [RecordSequence] {
        let question = QueryNode.field(field, condition)
        if let answer = answers[question] { return answer }
        let answer = try resolver.sequences(field, condition)
        answers[question] = answer
        return answer
    }

    func isAnonymous(_ sequence: RecordSequence) throws -> Bool { try resolver.isAnonymous(sequence) }
}
