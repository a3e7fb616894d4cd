// Codes such as kind, channel and status: the common ones are known by name, any other text is kept as the body wrote it.

/// The words of one code, each with its Chinese and English name and further spellings.
package protocol Vocabulary: CaseIterable, Hashable, Sendable {
    static var table: CodeTable<Self> { get }
    /// The word meant by true or false, where a yes or no makes sense.
    static func word(for flag: Bool) -> Self?
}

extension Vocabulary {
    package static func word(for flag: Bool) -> Self? { nil }

    package var chinese: String { Self.table.names(of: self).chinese }
    package var english: String { Self.table.names(of: self).english }
    package func name(in language: Language) -> String { language == .chinese ? chinese : english }
}

/// A word of a vocabulary, or any other text. Two spellings of one word are different values here (the original is
/// kept as written) and the same in `canonicalText`, by which facets count.
package struct Code<Words: Vocabulary>: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }
    package init(_ word: Words) { text = word.chinese }

    /// `nil` when the body uses a word of its own.
    package var known: Words? { Words.table.word(named: text) }

    /// The Chinese name of a known word, else the text itself.
    package var canonicalText: String { Words.table.isChineseName(text) ? text : known?.chinese ?? text }

    package func name(in language: Language) -> String { known?.name(in: language) ?? text }
}

/// The names of all words of a vocabulary, and the way back.
package struct CodeTable<Words: Vocabulary>: Sendable {
    private let names: [Words: (chinese: String, english: String)]
    private let words: [String: Words]
    private let chineseNames: [String]

    /// - Precondition: every case once, no name for two cases.
    init(_ rows: [(Words, chinese: String, english: String, others: [String])]) {
        var names: [Words: (chinese: String, english: String)] = [:]
        var words: [String: Words] = [:]
        for (word, chinese, english, others) in rows {
            names[word] = (chinese, english)
            for name in [chinese, english] + others {
                let earlier = words.updateValue(word, forKey: foldedName(name))
                precondition(earlier == nil || earlier == word, "two codes share a name")
            }
        }
        precondition(names.count == Words.allCases.count, "a code has no name")
        self.names = names
        self.words = words
        chineseNames = rows.map { $0.chinese }
    }

    /// Most records write a code as we do: then nothing need be folded to know it.
    func isChineseName(_ text: String) -> Bool { chineseNames.contains { $0.hasSameBytes(as: text) } }

    func names(of word: Words) -> (chinese: String, english: String) { names[word]! }

    /// A text that is a name as it is folded need not be folded: most codes are written by their Chinese names.
    func word(named text: String) -> Words? { words[text] ?? words[foldedName(text)] }
}

/// The form in which names of fields and codes are compared: half-width, lower case, without blanks, `_` and `-`.
func foldedName(_ name: String) -> String {
    var folded = String()
    folded.reserveCapacity(name.utf8.count)
    for scalar in name.unicodeScalars {
        let narrow = scalar.halfWidth
        switch narrow {
        case "_", "-": continue
        case "A"..."Z": folded.unicodeScalars.append(Unicode.Scalar(narrow.value + 32) ?? narrow)
        default: if !narrow.isBlank { folded.unicodeScalars.append(narrow) }
        }
    }
    return folded
}
