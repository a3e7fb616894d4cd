// When two records mean the same respondent: by name, by the name of a part or parent of it, by credit code.

import Records
import TextAnalysis

/// The names of a record's respondents in the form in which they are compared.
package struct RespondentNames: Hashable, Sendable {
    /// Folded, without blanks, brackets and the legal form; each once.
    package var names: [String] = []
    package var creditCodes: [String] = []
    /// As the record writes the first of them, for people.
    package var shown: String?

    package var isEmpty: Bool { names.isEmpty && creditCodes.isEmpty }

    package init() {}

    package init(_ respondents: [Respondent]) {
        for respondent in respondents {
            for name in [respondent.name, respondent.unit, respondent.window] + respondent.aliases.map(Optional.some) {
                guard let name, !name.isEmpty else { continue }
                if shown == nil { shown = name }
                let form = Self.form(name)
                if form.unicodeScalars.count >= 2, !names.contains(form) { names.append(form) }
            }
            if let code = respondent.creditCode, !code.isEmpty, !creditCodes.contains(code) { creditCodes.append(code) }
        }
        // A person alone is a respondent too; beside a unit the unit decides.
        if names.isEmpty {
            for case let person? in respondents.map(\.person) where !person.isEmpty {
                if shown == nil { shown = person }
                let form = Self.form(person)
                if !form.isEmpty { names.append(form) }
            }
        }
    }

    /// Endings that say what kind of company it is, not which, longest first.
    private static let legalForms = [
        "股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "责任公司", "股份公司", "集团公司", "总公司", "公司", "集团",
    ].map { Array($0.utf16) }

    package static func form(_ name: String) -> String {
        var units = Normalizer.shared.fold(name)
        units.removeAll { !Shingles.isLetter($0) && !(0x30...0x39).contains($0) }
        for ending in legalForms where units.count >= ending.count + 2 && units.suffix(ending.count).elementsEqual(ending) {
            units.removeLast(ending.count)
            break
        }
        return String(folded: units)
    }

    /// How each name begins and ends: what another record's names must hold to be one of these. Nil where numbers could make them
    /// one, or there are none.
    package var ends: [ArraySlice<UInt16>]? {
        guard creditCodes.isEmpty, !names.isEmpty, !names.contains("") else { return nil }
        return names.flatMap { name in
            let units = Array(name.utf16)
            let length = min(4, units.count)
            return [units.prefix(length), units.suffix(length)]
        }
    }

    /// Whether none of a record's respondents can be one of those with these `ends`, told by the names as the index has them: no
    /// name of these stands there, begins or ends with what stands there.
    ///
    /// - Parameter zone: folded, all names one after the other.
    package static func differ(_ ends: [ArraySlice<UInt16>]?, fromNamesIn zone: Span<UInt16>) -> Bool {
        guard let ends, !zone.isEmpty else { return false }
        var letters: [UInt16] = []
        letters.reserveCapacity(zone.count)
        for place in zone.indices where Shingles.isLetter(zone[place]) || (0x30...0x39).contains(zone[place]) { letters.append(zone[place]) }
        return letters.count >= 2 && !ends.contains { Self.holds(letters, $0) }
    }

    private static func holds(_ text: [UInt16], _ piece: ArraySlice<UInt16>) -> Bool {
        guard piece.count <= text.count else { return false }
        for start in 0...(text.count - piece.count) where text[start] == piece.first! && text[start..<(start + piece.count)] == piece {
            return true
        }
        return false
    }

    /// How two respondents were found to be one.
    package enum Match: String, Sendable {
        case creditCode, name
        /// The name of one begins or holds the other's: a branch, a window, a parent unit.
        case parent
        /// One record names it, the text of the other holds the name.
        case inText
    }

    /// Nil if they are different, or if either is not known.
    package func match(_ other: RespondentNames) -> Match? {
        if creditCodes.contains(where: other.creditCodes.contains) { return .creditCode }
        if names.contains(where: other.names.contains) { return .name }
        for name in names {
            for another in other.names {
                let (short, long) = name.count <= another.count ? (name, another) : (another, name)
                if short.count >= 4, long.hasPrefix(short) || long.hasSuffix(short) { return .parent }
            }
        }
        return nil
    }
}
