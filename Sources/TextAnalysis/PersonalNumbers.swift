// Hides telephones and identity numbers in text that is shown.

extension Normalizer {
    /// `text` with each digit of a mobile phone, landline or identity number (and its final X) as `*`. Separators and
    /// everything else stay byte for byte.
    ///
    /// Mask the whole text, then cut a passage from it: half a telephone is not recognised.
    package func maskPersonalNumbers(in text: String) -> String {
        let numbers = personalNumberRanges(in: text)
        if numbers.isEmpty { return text }
        var result: [UInt8] = []
        var place = 0
        let utf8 = Array(text.utf8)
        for range in numbers {
            result += utf8[place..<range.lowerBound]
            result.append(UInt8(ascii: "*"))
            place = range.upperBound
        }
        result += utf8[place...]
        return String(decoding: result, as: UTF8.self)
    }

    /// The UTF-8 ranges of the single digits (and final X) of personal numbers, in order.
    package func personalNumberRanges(in text: String) -> [Range<Int>] {
        Self.mayHoldPersonalNumber(text.utf8.span) ? recognizedRanges(in: text) : []
    }

    /// Fewer digits make no telephone and no identity number.
    private static let digitsMin = 5

    /// False where there are too few digits: most texts need not be folded to see that they hold no number. ASCII, full-width
    /// (EF BC 90 to 99) and mathematical digits (F0 …) are meant as digits, others are hidden.
    static func mayHoldPersonalNumber(_ utf8: Span<UInt8>) -> Bool {
        var digits = 0
        for place in utf8.indices {
            let byte = utf8[place]
            if byte &- 0x30 < 10 || byte == 0xF0 {
                digits += 1
            } else if byte == 0xEF, place + 2 < utf8.count, utf8[place + 1] == 0xBC, utf8[place + 2] &- 0x90 < 10 {
                digits += 1
            }
        }
        return digits >= digitsMin
    }

    /// `personalNumberRanges` of any text.
    func recognizedRanges(in text: String) -> [Range<Int>] {
        var units: [UInt16] = []
        var offsets: [UInt32] = []
        let utf8 = text.utf8.span
        fold(utf8, into: &units, offsets: &offsets)
        NumberRecognizer.hideUnreal(digits: &units, offsets: offsets, source: utf8)
        var numbers: [RecognizedNumber] = []
        NumberRecognizer.appendNumbers(in: units, zone: 0..<units.count, to: &numbers)
        var ranges: [Range<Int>] = []
        for number in numbers where number.isPersonal {
            for place in number.range where NumberRecognizer.isLetterOrDigit(units[place]) {
                let start = Int(offsets[place])
                ranges.append(start..<start + SourceRange.characterLength(utf8, at: start))
            }
        }
        return ranges
    }
}
