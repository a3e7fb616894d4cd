// Identity numbers, credit codes, order numbers, document numbers, licence plates.

extension NumberRecognizer {
    /// 居民身份证: 18 characters with check character (GB 11643), also in groups; or the 15 digits of before 1999.
    func identityNumber(at start: Int) -> Found? {
        guard !continuesDecimal(start) else { return nil }
        // Most runs are too short: count before anything is gathered.
        var count = 0
        var place = start
        var groupLength = 0
        while count < 18 {
            let unit = self[place]
            if NumberRecognizer.isDigit(unit) || (unit == 0x78 && count == 17) {
                count += 1
                groupLength += 1
                place += 1
            } else if (unit == 0x20 || unit == 0x2D) && groupLength >= 3 && isLetterOrDigit(place + 1) {
                groupLength = 0
                place += 1
            } else {
                break
            }
        }
        guard !isLetterOrDigit(place) else { return nil }
        if count == 18 {
            var text = ascii(start, place)
            if IdentityNumber.isValid(text) {
                if text[17] == 0x78 { text[17] = 0x58 }
                return (start..<place, .identityNumber, text)
            }
        }
        let end = endOfDigits(from: start)
        guard end == start + 15, !isLetterOrDigit(end) else { return nil }
        let short = ascii(start, end)
        return IdentityNumber.isValid(short) ? (start..<end, .identityNumber, short) : nil
    }

    /// 统一社会信用代码: 18 characters with check character (GB 32100).
    func creditCode(at start: Int) -> Found? {
        let end = start + 18
        guard isLetterOrDigit(end - 1), !isLetterOrDigit(end), endOfLettersAndDigits(from: start) == end else { return nil }
        let text = NumberRecognizer.capitals(ascii(start, end))
        return CreditCode.isValid(text) ? (start..<end, .creditCode, text) : nil
    }

    /// JD20240315-0099881: letters and digits with single - / _ between; at least six characters, three of them
    /// digits; without letters at least ten digits.
    func orderNumber(at start: Int) -> Found? {
        guard !continuesDecimal(start) else { return nil }
        var end = endOfLettersAndDigits(from: start)
        while (self[end] == 0x2D || self[end] == 0x2F || self[end] == 0x5F) && isLetterOrDigit(end + 1) {
            end = endOfLettersAndDigits(from: end + 1)
        }
        guard end - start >= 6, end - start <= 64 else { return nil }
        var digits = 0
        var hasLetter = false
        var hasSlash = false
        for place in start..<end {
            let unit = self[place]
            if NumberRecognizer.isDigit(unit) { digits += 1 }
            if unit >= 0x61 { hasLetter = true }
            if unit == 0x2F { hasSlash = true }
        }
        guard hasLetter ? digits >= 3 : digits >= 10 && !hasSlash else { return nil }
        // 10000-15000元 is a range of sums.
        if !hasLetter && (currencyEnd(end) != nil || ChineseNumeral.power(self[end]) != nil) { return nil }
        return (start..<end, .orderNumber, NumberRecognizer.capitals((start..<end).map { UInt8(self[$0]) }))
    }

    /// 〔2024〕第0012号 with any bracket around the year. `start` is the year; the issuer's letters before it vary too
    /// much to be part of the number.
    func documentNumber(at start: Int) -> Found? {
        let closing: UInt16
        switch self[start - 1] {
        case 0x3014: closing = 0x3015  // 〔〕
        case 0x3010: closing = 0x3011  // 【】
        case 0x5B: closing = 0x5D
        case 0x28: closing = 0x29
        default: return nil
        }
        let yearEnd = endOfDigits(from: start)
        guard yearEnd == start + 4, let year = value(start, yearEnd), (1949...2100).contains(year), self[yearEnd] == closing
        else { return nil }
        var place = yearEnd + 1
        var marks = 0
        if self[place] == 0x20 { place += 1 }
        for mark: UInt16 in [0x5B57, 0x7B2C] where self[place] == mark {  // 字 第
            place += 1
            marks += 1
        }
        if self[place] == 0x20 { place += 1 }
        var end = endOfDigits(from: place)
        guard end > place, end - place <= 7, let number = value(place, end) else { return nil }
        if self[end] == 0x53F7 {  // 号
            end += 1
            marks += 1
        }
        // (2024) 3 may be anything; 〔2024〕3 is a document.
        guard marks > 0 || closing == 0x3015 || closing == 0x3011, !isLetterOrDigit(end) else { return nil }
        return (start - 1..<end, .documentNumber, Array("〔\(year)〕\(number)号".utf8))
    }

    /// 京A12345, 京A·12345, 粤BD12345, 川A1234警.
    func licencePlate(at start: Int) -> Found? {
        guard self[start - 1] >= 0x4E00, NumberRecognizer.provinces.contains(self[start - 1]) else { return nil }
        var place = start + 1
        if !isLetterOrDigit(place) {
            guard self[place] == 0xB7 || self[place] == 0x2D || self[place] == 0x20 else { return nil }
            place += 1
        }
        var end = endOfLettersAndDigits(from: place)
        let serial = ascii(place, end)
        let hasLastHan = serial.count == 4 && NumberRecognizer.plateEndings.contains(self[end])
        guard serial.count == 5 || serial.count == 6 || hasLastHan else { return nil }
        guard serial.count(where: { $0 < 0x40 }) >= 2, !serial.contains(0x69), !serial.contains(0x6F) else { return nil }
        if hasLastHan { end += 1 }
        var canonical = Array(String(utf16CodeUnits: [self[start - 1]]).utf8) + NumberRecognizer.capitals(ascii(start, end))
        if hasLastHan { canonical += Array(String(utf16CodeUnits: [self[end - 1]]).utf8) }
        return (start - 1..<end, .licencePlate, canonical)
    }

    private static let provinces = Array("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼".utf16)
    private static let plateEndings = Array("学警港澳挂".utf16)

    static func capitals(_ text: [UInt8]) -> [UInt8] { text.map { $0 &- 0x61 < 26 ? $0 - 0x20 : $0 } }
}

extension String {
    fileprivate init(utf16CodeUnits units: [UInt16]) { self = String(decoding: units, as: UTF16.self) }
}

/// Check rules of GB 11643.
package enum IdentityNumber {
    /// 18 characters (last a digit or x/X) or 15 digits, in ASCII.
    package static func isValid(_ text: [UInt8]) -> Bool {
        guard text.count == 18 || text.count == 15 else { return false }
        let digits = text.map { Int($0) - 0x30 }
        guard digits.prefix(text.count == 18 ? 17 : 15).allSatisfy({ (0...9).contains($0) }) else { return false }
        // Provinces and the like (GB/T 2260): 11–15, 21–23, 31–37, 41–46, 50–54, 61–65, 71, 81–83.
        switch digits[0] * 10 + digits[1] {
        case 11...15, 21...23, 31...37, 41...46, 50...54, 61...65, 71, 81...83: break
        default: return false
        }
        let long = text.count == 18
        let year = long ? digits[6...9].reduce(0) { $0 * 10 + $1 } : 1900 + digits[6] * 10 + digits[7]
        let month = long ? digits[10] * 10 + digits[11] : digits[8] * 10 + digits[9]
        let day = long ? digits[12] * 10 + digits[13] : digits[10] * 10 + digits[11]
        guard (1850...2100).contains(year), Calendar.isValid(year: year, month: month, day: day) else { return false }
        guard long else { return true }
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(weights, digits).reduce(0) { $0 + $1.0 * $1.1 }
        let check = Array("10x98765432".utf8)[sum % 11]
        return text[17] == check || (check == 0x78 && text[17] == 0x58)
    }
}

/// Check rules of GB 32100.
package enum CreditCode {
    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)

    /// 18 characters in ASCII capitals.
    package static func isValid(_ text: [UInt8]) -> Bool {
        guard text.count == 18 else { return false }
        var sum = 0
        var weight = 1
        for character in text.prefix(17) {
            guard let value = alphabet.firstIndex(of: character) else { return false }
            sum += value * weight
            weight = weight * 3 % 31
        }
        return text[17] == alphabet[(31 - sum % 31) % 31]
    }
}

enum Calendar {
    static func isValid(year: Int, month: Int, day: Int) -> Bool {
        guard (1...12).contains(month), day >= 1 else { return false }
        let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return day <= lengths[month - 1]
    }
}
