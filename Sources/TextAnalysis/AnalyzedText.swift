// What analysis makes of one record (its text zones) or of one query.

/// One word of the folded text. Words only help to order results; what is found never depends on them.
package struct Word: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case other = 0, number, latin, kana, han
        /// A word of the lexicon, whatever its script.
        case lexicon
    }

    /// Position of the first unit in `AnalyzedText.units`.
    package let start: Int32
    /// In units.
    package let length: UInt16
    package let kind: Kind

    package var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
}

/// A number that means something by its form: a telephone, an identity number, an order, a date, a sum.
package struct RecognizedNumber: Hashable, Sendable {
    package enum Kind: UInt8, CaseIterable, Sendable {
        case mobilePhone = 1, landline, tollFree, hotline, identityNumber, creditCode, orderNumber, documentNumber
        case date, amount, licencePlate

        /// Names one person: masked in analysed records, found through keyed hashes only.
        package var isPersonal: Bool { self == .mobilePhone || self == .landline || self == .identityNumber }

        /// As written in JSON.
        package var name: String { "\(self)" }
    }

    /// Position of the first unit and number of units, in the folded text.
    package let start: Int32
    package let length: Int32
    package let kind: Kind
    /// One spelling for all ways to write it: phones as digits without country code ("13800138000"), codes in capital
    /// letters, dates as "2024-01-05" or "2024-01" or "2024", sums in yuan ("35000"), "〔2024〕12号".
    package let canonical: String

    package var isPersonal: Bool { kind.isPersonal }
    package var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
}

/// Folded text with its words and numbers.
///
/// - Units: UTF-16 code units; positions count them.
/// - Invariant: words and numbers are in order, do not overlap (each kind among itself) and stay within a zone.
package struct AnalyzedText: Sendable {
    /// Stands between zones; no folded text holds it.
    package static let zoneSeparator: UInt16 = 0xFFFF
    /// Stands for each digit and letter of a personal number: █.
    package static let mask: UInt16 = 0x2588

    /// The folded zones, one after the other, U+FFFF between them.
    package var units: [UInt16] = []
    /// Where each zone starts in `units`, in the order they were given.
    package var zoneStarts: [Int32] = []
    package var words: [Word] = []
    package var numbers: [RecognizedNumber] = []

    package init() {}

    /// The units of one zone.
    package func zoneRange(_ zone: Int) -> Range<Int> {
        let end = zone + 1 < zoneStarts.count ? Int(zoneStarts[zone + 1]) - 1 : units.count
        return Int(zoneStarts[zone])..<end
    }

    /// Empties it and keeps its memory.
    package mutating func removeAll() {
        units.removeAll(keepingCapacity: true)
        zoneStarts.removeAll(keepingCapacity: true)
        words.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
    }
}
