// How much each kind of evidence counts for the order of the best records.

/// What the close look sees of a record. Each is a sum over the query's pairs of characters, words or characters, of
/// times in the query × inverse document frequency × what the name says.
package enum CloseFeature: Int, CaseIterable, Sendable {
    /// 1 for each pair that stands in the record.
    case heldPairs
    /// BM25 of a pair's two characters standing in order with one to three others between them; early ones count more.
    case gappedPairs
    /// BM25 of words; early ones count more.
    case words
    /// BM25 of single characters.
    case characters
    /// BM25 of pairs in the title, their frequency that among titles.
    case titlePairs
    /// The same of characters.
    case titleCharacters
    /// 1 for each pair in the best passage of some 80 characters.
    case passagePairs
    /// 1 for each word in it.
    case passageWords
}

/// One setting for every archive.
///
/// Chosen by `tools/tune` on three judged sets together: letters found by their titles, standard questions found by
/// customers' questions, encyclopaedic passages found by questions. `TUNING.md` has the figures and what each weight
/// is worth.
package struct RankingWeights: Hashable, Sendable {
    package var close: SIMD8<Float>

    package static let standard = RankingWeights(close: [1, 0.6, 2.4, 0.7, 1.7, 1.7, 1, 0.5])

    package init(close: SIMD8<Float>) { self.close = close }

    package subscript(feature: CloseFeature) -> Float {
        get { close[feature.rawValue] }
        set { close[feature.rawValue] = newValue }
    }
}
