// Finds numbers that mean something by their form, ahead of the word breaker, which would cut them up.
//
// Works on folded text, so full-width digits, all dashes and joined lines are one case. A number counts only whole:
// eleven digits inside a longer run are no telephone. When forms compete the order in `number(at:)` decides.

/// Reads the folded units of one zone. The forms themselves are in the extensions beside this file.
struct NumberRecognizer {
    /// A number found: its units, kind, and one spelling.
    typealias Found = (range: Range<Int>, kind: RecognizedNumber.Kind, canonical: [UInt8])

    private let units: [UInt16]
    private let zone: Range<Int>

    init(_ units: [UInt16], zone: Range<Int>) {
        self.units = units
        self.zone = zone
    }

    /// Appends what stands in `units[zone]`, in order, positions moved by `shift`.
    static func appendNumbers(
        in units: [UInt16], zone: Range<Int>, shift: Int = 0, to numbers: inout [RecognizedNumber]
    ) {
        let recognizer = NumberRecognizer(units, zone: zone)
        var place = zone.lowerBound
        while true {
            place = nextStart(in: units, from: place, to: zone.upperBound)
            if place >= zone.upperBound { break }
            guard let found = recognizer.number(at: place) else {
                place = recognizer.endOfSameKind(from: place)
                continue
            }
            numbers.append(
                RecognizedNumber(
                    start: Int32(found.range.lowerBound + shift), length: Int32(found.range.count), kind: found.kind,
                    canonical: String(decoding: found.canonical, as: UTF8.self)))
            place = found.range.upperBound
        }
    }

    /// Bit n of the whole: unit n is a letter, a digit or a Chinese numeral.
    private static let starts: [UInt64] = {
        var starts = [UInt64](repeating: 0, count: 1_024)
        for unit in UInt16.min...UInt16.max where isLetterOrDigit(unit) || ChineseNumeral.isNumeral(unit) {
            starts[Int(unit >> 6)] |= 1 << UInt64(unit & 63)
        }
        return starts
    }()

    /// The first letter, digit or numeral from `start` on; `end` when there is none.
    private static func nextStart(in units: [UInt16], from start: Int, to end: Int) -> Int {
        // Holds: `end` is within `units`, and a unit shifted by six is below 1,024.
        unsafe starts.withUnsafeBufferPointer { starts in
            unsafe units.withUnsafeBufferPointer { units in
                var place = start
                while place < end {
                    let unit = unsafe units[place]
                    if unsafe starts[Int(unit >> 6)] >> UInt64(unit & 63) & 1 != 0 { break }
                    place &+= 1
                }
                return place
            }
        }
    }

    /// - Precondition: a letter, digit or Chinese numeral stands at `place`, and no letter, digit … before it.
    private func number(at place: Int) -> Found? {
        if !NumberRecognizer.isLetterOrDigit(self[place]) { return chineseDate(at: place) ?? chineseAmount(at: place) }
        if NumberRecognizer.isDigit(self[place]) {
            return documentNumber(at: place) ?? date(at: place) ?? amount(at: place) ?? identityNumber(at: place)
                ?? creditCode(at: place) ?? mobilePhone(at: place) ?? landline(at: place) ?? tollFree(at: place)
                ?? orderNumber(at: place) ?? hotline(at: place)
        }
        return licencePlate(at: place) ?? creditCode(at: place) ?? labelledPhone(at: place) ?? orderNumber(at: place)
    }

    // MARK: Reading

    /// The unit at `place`, 0 (which no folded text holds) outside the zone.
    subscript(place: Int) -> UInt16 { zone.contains(place) ? units[place] : 0 }

    func isDigit(_ place: Int) -> Bool { NumberRecognizer.isDigit(self[place]) }
    func isLetterOrDigit(_ place: Int) -> Bool { NumberRecognizer.isLetterOrDigit(self[place]) }

    static func isDigit(_ unit: UInt16) -> Bool { unit &- 0x30 < 10 }

    @inline(__always)
    static func isLetterOrDigit(_ unit: UInt16) -> Bool { unit &- 0x30 < 10 || unit &- 0x61 < 26 }

    /// End of the digits that start at `place`.
    func endOfDigits(from place: Int) -> Int {
        var end = place
        while isDigit(end) { end += 1 }
        return end
    }

    func endOfLettersAndDigits(from place: Int) -> Int {
        var end = place
        while isLetterOrDigit(end) { end += 1 }
        return end
    }

    private func endOfSameKind(from place: Int) -> Int {
        if isLetterOrDigit(place) { return endOfLettersAndDigits(from: place) }
        var end = place
        while ChineseNumeral.isNumeral(self[end]) { end += 1 }
        return end
    }

    /// The digits from `place` to `end` as ASCII, separators left out.
    func ascii(_ place: Int, _ end: Int) -> [UInt8] {
        (place..<end).compactMap { isLetterOrDigit($0) ? UInt8(self[$0]) : nil }
    }

    /// Value of the digits from `place` to `end`; nil when there are none or more than nine.
    func value(_ place: Int, _ end: Int) -> Int? {
        guard place < end && end - place <= 9 else { return nil }
        return (place..<end).reduce(0) { $0 * 10 + Int(self[$1]) - 0x30 }
    }

    func matches(_ place: Int, _ text: StaticString) -> Bool {
        // Holds: only ASCII is asked for, which is its own UTF-8.
        text.withUTF8Buffer { text in
            for offset in text.indices where unsafe self[place + offset] != UInt16(text[offset]) { return false }
            return true
        }
    }

    /// True when the digits at `place` go on a decimal fraction or an address such as 1.2.3.4.
    func continuesDecimal(_ place: Int) -> Bool { self[place - 1] == 0x2E && isDigit(place - 2) }

    // MARK: Circled digits

    /// True when the text may hold ① ⑴ ⒈ ² ㋀ and the like, whose digits are not part of a number beside them.
    static func needsOffsets(_ utf8: Span<UInt8>) -> Bool {
        unsafe utf8.withUnsafeBufferPointer { utf8 in
            // Only three bytes may begin such a character, and none of them goes on another: eight are looked at together.
            let (ones, tops): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
            func hasByte(_ byte: UInt64, _ word: UInt64) -> UInt64 {
                let difference = word ^ (ones &* byte)
                return (difference &- ones) & ~difference & tops
            }
            func begins(_ place: Int) -> Bool {
                switch unsafe (utf8[place], utf8[place + 1]) {
                case (0xE2, 0x81...0x82), (0xE2, 0x91...0x93), (0xE2, 0x9D...0x9E), (0xE3, 0x88...0x8F), (0xC2, 0xB2...0xBE): true
                default: false
                }
            }
            var place = 0
            while place + 9 <= utf8.count {
                // Holds: eight bytes and one more are there. A byte above a found one may be marked too, which costs a look.
                let word = unsafe UInt64(littleEndian: UnsafeRawPointer(utf8.baseAddress!).loadUnaligned(fromByteOffset: place, as: UInt64.self))
                var found = hasByte(0xE2, word) | hasByte(0xE3, word) | hasByte(0xC2, word)
                while found != 0 {
                    if begins(place + found.trailingZeroBitCount / 8) { return true }
                    found &= found &- 1
                }
                place += 8
            }
            while place + 1 < utf8.count {
                if begins(place) { return true }
                place += 1
            }
            return false
        }
    }

    /// Replaces digits that came from such characters by U+0001, which no folded text holds.
    static func hideUnreal(digits units: inout [UInt16], offsets: [UInt32], source: Span<UInt8>) {
        for place in units.indices where isDigit(units[place]) {
            let byte = source[Int(offsets[place])]
            // ASCII, full-width (EF BC) and mathematical digits (F0 9D) are meant as digits.
            if byte >= 0x80 && byte != 0xEF && byte != 0xF0 { units[place] = 1 }
        }
    }
}
