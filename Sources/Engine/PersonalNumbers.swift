// Telephone and identity numbers in running text, hidden from whoever reads a result.
//
// Of a number that a cut goes through, the half that is left is no number any more and would show. So everything here
// masks first and cuts then; nobody else should cut what is shown of a record.

import Records
import TextAnalysis

enum PersonalNumbers {
    static func masked(_ text: String) -> String { Normalizer.shared.maskPersonalNumbers(in: text) }

    /// Characters looked at behind a cut: more than any personal number has, its separators included.
    private static let margin = 64

    /// The first `count` characters of a text, masked.
    static func opening(of text: String, _ count: Int) -> String {
        String(masked(String(text.opening(count + margin))).opening(count))
    }

    /// A value of a facet, which was cut where it was long: the beginning of a number that the cut went through is taken off.
    static func maskedValue(_ value: String) -> String {
        let text = masked(value)
        guard value.utf8.count > Field.facetBytesMax - 4, let end = text.lastIndex(where: { !mayBeOfNumber($0) }) else { return text }
        return String(text[...end])
    }

    private static func mayBeOfNumber(_ character: Character) -> Bool {
        character.isNumber || character.isWhitespace || character.isPunctuation || "Xx+".contains(character)
    }

    /// What stands for a record in a list, masked: its title, or the opening of its content where it has none.
    static func title(of complaint: Complaint, openingMax count: Int = 24) -> String {
        if let title = complaint.title, !title.isEmpty { return masked(title) }
        return opening(of: complaint.content ?? "", count)
    }

    /// A passage of a text, in Unicode scalars of it, masked.
    static func passages(of text: String) -> (Range<Int>) -> String {
        // Masking keeps every character's place: one scalar for one.
        let scalars = Array(masked(text).unicodeScalars)
        return { range in String(String.UnicodeScalarView(scalars[range.clamped(to: scalars.indices)])) }
    }

    /// Every string of a record, keys excepted; the record's own numbers are no text.
    static func masked(_ object: JSONObject) -> JSONObject {
        var masked = JSONObject()
        for (key, value) in object.entries {
            masked[key] = keptWhole.contains(key) ? value : self.masked(value)
        }
        return masked
    }

    private static let keptWhole: Set<String> = ["id", "registerNo", "aliasNos", "receivedAt", "referenceCode"]

    private static func masked(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(masked(text))
        case .array(let values): .array(values.map { masked($0) })
        case .object(let object): .object(masked(object))
        default: value
        }
    }
}

extension String {
    /// `prefix`. Where every character is one of those that never join with others, ASCII and Chinese, none is looked up.
    func opening(_ count: Int) -> Substring {
        let bytes = utf8.span
        var (place, characters) = (0, 0)
        while place < bytes.count {
            let width: Int
            switch bytes[place] {
            case 0x20...0x7E: width = 1
            // U+4000 to U+9FFF.
            case 0xE4...0xE9: width = 3
            // U+3001 to U+3011, and U+FF00 to U+FF3F: their signs and letters.
            case 0xE3 where bytes[place + 1] == 0x80 && 0x81...0x91 ~= bytes[place + 2]: width = 3
            case 0xEF where bytes[place + 1] == 0xBC: width = 3
            default: return prefix(count)
            }
            // The next one was looked at too: it does not join with the last.
            if characters == count { return self[..<utf8.index(utf8.startIndex, offsetBy: place)] }
            characters += 1
            place += width
        }
        return self[...]
    }
}
