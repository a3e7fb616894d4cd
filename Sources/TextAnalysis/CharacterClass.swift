// What folding must know of a character besides its folded form, in one byte.
//
// The bytes stand in the committed folding table, so a change of these numbers needs a new table
// (tools/make-fold-table) and a new `Normalizer.version`.

/// Kind of the *folded* character, and how the *original* one joins with its neighbours in normalisation.
package struct CharacterClass: Equatable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package enum Kind {
        package static let other: UInt8 = 0
        /// Script Han, with 々 and 〇.
        package static let han: UInt8 = 1
        /// ASCII 0–9.
        package static let digit: UInt8 = 2
        package static let punctuation: UInt8 = 3
        /// A letter of a script that does not stand inside Chinese text: Ethiopic, Cherokee, Devanagari …
        package static let foreign: UInt8 = 4
        package static let space: UInt8 = 5
        package static let lineEnd: UInt8 = 6
        package static let paragraph: UInt8 = 7
        /// Default ignorable: has no folded form.
        package static let removed: UInt8 = 8
        /// Folds to several characters, looked up apart.
        package static let expansion: UInt8 = 9
        package static let kana: UInt8 = 10
        /// Start or end of a text; stands in no table.
        package static let border: UInt8 = 15
    }

    package static let kindMask: UInt8 = 0x0F
    /// May combine with what stands before it (marks, jamo): normalised together with that.
    package static let joinsBackward: UInt8 = 0x40
    /// May combine with what follows it.
    package static let joinsForward: UInt8 = 0x80

    package var kind: UInt8 { rawValue & CharacterClass.kindMask }
    package var joinsBackward: Bool { rawValue & CharacterClass.joinsBackward != 0 }
    package var joinsForward: Bool { rawValue & CharacterClass.joinsForward != 0 }
}
