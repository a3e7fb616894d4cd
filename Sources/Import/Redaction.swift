// What of a refused row may be written down: no column that tells a person, no number that could be a telephone or an
// identity card. In a shifted row any column may hold either, so numbers are masked wherever they stand; and so is
// what the row itself says of the person, where its running text repeats it.

import Records

package struct Redaction: Sendable {
    /// Folded names of the columns a map feeds to identity fields.
    private let identityColumns: Set<String>

    package init() { self.init(identityColumns: []) }

    init(identityColumns: Set<String>) { self.identityColumns = identityColumns }

    package func redacted(_ row: JSONObject) -> JSONObject {
        var kept = JSONObject()
        var personal: Set<String> = []
        for (key, value) in row.entries {
            if identityColumns.contains(ColumnName(key).folded) || RecordSchema.identityFields.contains(key)
                || IdentityNames.holdsIdentity(key)
            {
                Self.collect(value, into: &personal)
            } else {
                kept.set(key, to: redacted(value))
            }
        }
        guard !personal.isEmpty else { return kept }
        // The longest first: an address before the street in it.
        return Self.hiding(personal.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }, in: kept)
    }

    /// Names, addresses and the like of two characters and more; one character is a surname that half the text has.
    private static func collect(_ value: JSONValue, into found: inout Set<String>) {
        switch value {
        case .string(let text): if text.unicodeScalars.count >= 2 { found.insert(text) }
        case .array(let values): for value in values { collect(value, into: &found) }
        case .object(let object): for entry in object.entries { collect(entry.value, into: &found) }
        default: break
        }
    }

    private static func hiding(_ personal: [String], in object: JSONObject) -> JSONObject {
        var hidden = JSONObject()
        for (key, value) in object.entries { hidden.set(key, to: hiding(personal, in: value)) }
        return hidden
    }

    private static func hiding(_ personal: [String], in value: JSONValue) -> JSONValue {
        switch value {
        case .string(var text):
            for words in personal { text = text.replacing(words, with: "***") }
            return .string(text)
        case .array(let values): return .array(values.map { hiding(personal, in: $0) })
        case .object(let object): return .object(hiding(personal, in: object))
        default: return value
        }
    }

    private func redacted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(Self.masked(text))
        case .number(let digits): Self.masked(digits) == digits ? value : .string(Self.masked(digits))
        case .array(let values): .array(values.map(redacted))
        case .object(let object): .object(redacted(object))
        default: value
        }
    }

    /// Digits of mobile numbers (11), land lines (7, 8, or 10–12 with area code) and identity cards (15, 18) become `*`.
    /// Blanks and hyphens between the digits count as part of the number, full-width digits as digits.
    static func masked(_ text: String) -> String {
        func digit(_ unicode: Unicode.Scalar) -> UInt32? {
            switch unicode.value {
            case 0x30...0x39: unicode.value - 0x30
            case 0xFF10...0xFF19: unicode.value - 0xFF10
            default: nil
            }
        }
        let scalars = Array(text.unicodeScalars)
        guard scalars.count >= 7 else { return text }
        var masked = scalars
        var hasMask = false
        var place = 0
        while place < scalars.count {
            guard digit(scalars[place]) != nil else {
                place += 1
                continue
            }
            var digits: [(place: Int, value: UInt32)] = []
            var end = place
            var gap = 0
            while end < scalars.count, gap <= 1 {
                if let value = digit(scalars[end]) {
                    digits.append((end, value))
                    gap = 0
                } else if scalars[end] == " " || scalars[end] == "-" || scalars[end] == "－" {
                    gap += 1
                } else if digits.count == 17, scalars[end] == "X" || scalars[end] == "x" || scalars[end] == "Ｘ" {
                    digits.append((end, 10))
                    gap = 0
                } else {
                    break
                }
                end += 1
            }
            if isPersonal(digits.map(\.value)) {
                hasMask = true
                for digit in digits { masked[digit.place] = "*" }
            }
            place = max(end, place + 1)
        }
        return hasMask ? String(String.UnicodeScalarView(masked)) : text
    }

    private static func isPersonal(_ digits: [UInt32]) -> Bool {
        switch digits.count {
        case 7, 8: digits[0] >= 2 && !(digits.count == 8 && digits[0] == 2 && digits[1] == 0)  // 20240105 is a date
        case 10, 12: digits[0] == 0
        case 11: digits[0] == 0 || digits[0] == 1 && digits[1] >= 3
        case 13: digits[0] == 8 && digits[1] == 6 && digits[2] == 1
        case 15, 18: true
        default: digits.count > 18
        }
    }
}
