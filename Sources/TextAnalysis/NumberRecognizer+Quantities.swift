// Dates and sums of money, in digits and in Chinese numerals.

extension NumberRecognizer {
    /// 2024年1月5日, 2024年1月, 2024年, 2024-01-05, 2024.1.5, 2024/1/5.
    func date(at start: Int) -> Found? {
        let yearEnd = endOfDigits(from: start)
        guard yearEnd == start + 4, let year = value(start, yearEnd), (1900...2100).contains(year) else { return nil }
        let separator = self[yearEnd]
        if separator == 0x5E74 {  // 年
            var end = yearEnd + 1
            var parts = [year]
            for mark: (UInt16, UInt16) in [(0x6708, 0x6708), (0x65E5, 0x53F7)] {  // 月, then 日 or 号
                let place = self[end] == 0x20 ? end + 1 : end
                let partEnd = endOfDigits(from: place)
                guard partEnd - place <= 2, let part = value(place, partEnd),
                    self[partEnd] == mark.0 || self[partEnd] == mark.1
                else { break }
                parts.append(part)
                end = partEnd + 1
            }
            return NumberRecognizer.date(parts).map { (start..<end, .date, $0) }
        }
        guard separator == 0x2D || separator == 0x2E || separator == 0x2F else { return nil }
        let monthEnd = endOfDigits(from: yearEnd + 1)
        guard self[monthEnd] == separator, let month = value(yearEnd + 1, monthEnd) else { return nil }
        let dayEnd = endOfDigits(from: monthEnd + 1)
        guard dayEnd - monthEnd <= 3, let day = value(monthEnd + 1, dayEnd), !isLetterOrDigit(dayEnd) else { return nil }
        guard self[dayEnd] != separator || !isLetterOrDigit(dayEnd + 1) else { return nil }
        return NumberRecognizer.date([year, month, day]).map { (start..<dayEnd, .date, $0) }
    }

    /// 二〇二四年一月五日, 二零二四年一月, 二〇二四年.
    func chineseDate(at start: Int) -> Found? {
        guard self[start + 4] == 0x5E74 else { return nil }
        // The letter o and the digit 0 are written for 〇.
        let digits = (start..<start + 4).compactMap { self[$0] == 0x6F || self[$0] == 0x30 ? 0 : ChineseNumeral.digit(self[$0]) }
        guard digits.count == 4 else { return nil }
        let year = digits.reduce(0) { $0 * 10 + $1 }
        guard (1900...2100).contains(year) else { return nil }
        var end = start + 5
        var parts = [year]
        for mark: [UInt16] in [[0x6708], [0x65E5, 0x53F7]] {
            var partEnd = end
            while ChineseNumeral.isNumeral(self[partEnd]) && partEnd - end < 4 { partEnd += 1 }
            guard let part = chineseValue(end, partEnd), mark.contains(self[partEnd]) else { break }
            parts.append(part)
            end = partEnd + 1
        }
        return NumberRecognizer.date(parts).map { (start..<end, .date, $0) }
    }

    private static func date(_ parts: [Int]) -> [UInt8]? {
        guard Calendar.isValid(year: parts[0], month: parts.count > 1 ? parts[1] : 1, day: parts.count > 2 ? parts[2] : 1)
        else { return nil }
        func padded(_ part: Int) -> String { part < 10 ? "0\(part)" : "\(part)" }
        return Array(parts.map(padded).joined(separator: "-").utf8)
    }

    /// 3500元, 3,500.00元, 3.5万元, 3000多元, 20块钱, ¥3500.
    func amount(at start: Int) -> Found? {
        guard !continuesDecimal(start) else { return nil }
        // Most numbers are no sums: nothing is gathered before a currency is found.
        var end = endOfDigits(from: start)
        var wholeCount = end - start
        while wholeCount <= 12, self[end] == 0x2C, endOfDigits(from: end + 1) == end + 4 {
            wholeCount += 3
            end += 4
        }
        let wholeEnd = end
        // Longer than nine digits it is an account or a telephone, whatever follows.
        guard wholeCount <= 9 else { return nil }
        var fraction = end..<end
        if self[end] == 0x2E, isDigit(end + 1) {
            fraction = end + 1..<endOfDigits(from: end + 1)
            end = fraction.upperBound
        }
        let numberEnd = end
        var shift = 0
        if self[end] == 0x20 { end += 1 }
        while let power = ChineseNumeral.power(self[end]) {
            shift += power
            end += 1
        }
        if self[end] == 0x4F59 || self[end] == 0x591A { end += 1 }  // 余 多
        if let unitEnd = currencyEnd(end) {
            end = unitEnd
        } else if self[start - 1] == 0xA5 {
            if shift == 0 { end = numberEnd }
            guard !isLetterOrDigit(end) else { return nil }
        } else {
            return nil
        }
        guard shift <= 12 else { return nil }
        let begin = self[start - 1] == 0xA5 ? start - 1 : start
        let whole = ascii(start, wholeEnd)
        let digits = NumberRecognizer.decimal(whole, ascii(fraction.lowerBound, fraction.upperBound), shift: shift)
        return (begin..<end, .amount, digits)
    }

    /// 三千五百元, 两万元. A single numeral (一元化, 二元) is left to the word breaker.
    func chineseAmount(at start: Int) -> Found? {
        var end = start
        while ChineseNumeral.isNumeral(self[end]) { end += 1 }
        guard end - start >= 2, end - start <= 20, let unitEnd = currencyEnd(end), let value = chineseValue(start, end)
        else { return nil }
        return (start..<unitEnd, .amount, Array("\(value)".utf8))
    }

    /// End of 元, 圆 or 块钱 at `place`, when it is money: not 元旦, 元宵, 元月.
    func currencyEnd(_ place: Int) -> Int? {
        switch self[place] {
        case 0x5143, 0x5706:
            let next = self[place + 1]
            return next == 0x65E6 || next == 0x5BB5 || next == 0x6708 || next == 0x7D20 ? nil : place + 1
        case 0x5757 where self[place + 1] == 0x94B1: return place + 2
        default: return nil
        }
    }

    private static func decimal(_ whole: [UInt8], _ fraction: [UInt8], shift: Int) -> [UInt8] {
        var fraction = fraction
        while fraction.count < shift { fraction.append(0x30) }
        var integer = Array((whole + fraction[..<shift]).drop { $0 == 0x30 })
        if integer.isEmpty { integer = [0x30] }
        var rest = Array(fraction[shift...])
        while rest.last == 0x30 { rest.removeLast() }
        return rest.isEmpty ? integer : integer + [0x2E] + rest
    }

    private func chineseValue(_ start: Int, _ end: Int) -> Int? {
        ChineseNumeral.value((start..<end).map { self[$0] })
    }
}

/// 三千五百, 两万零三十, 二〇二四; also the banker's 叁仟伍佰.
enum ChineseNumeral {
    static func digit(_ unit: UInt16) -> Int? {
        switch unit {
        case 0x96F6, 0x3007: 0  // 零 〇
        case 0x4E00, 0x58F9: 1
        case 0x4E8C, 0x8D30, 0x4E24: 2  // 二 贰 两
        case 0x4E09, 0x53C1: 3
        case 0x56DB, 0x8086: 4
        case 0x4E94, 0x4F0D: 5
        case 0x516D, 0x9646: 6
        case 0x4E03, 0x67D2: 7
        case 0x516B, 0x634C: 8
        case 0x4E5D, 0x7396: 9
        default: nil
        }
    }

    /// Power of ten of 十 百 千 万 亿 and their banker's forms.
    static func power(_ unit: UInt16) -> Int? {
        switch unit {
        case 0x5341, 0x62FE: 1
        case 0x767E, 0x4F70: 2
        case 0x5343, 0x4EDF: 3
        case 0x4E07: 4
        case 0x4EBF: 8
        default: nil
        }
    }

    static func isNumeral(_ unit: UInt16) -> Bool {
        unit >= 0x3007 && (digit(unit) != nil || power(unit) != nil)
    }

    /// 万亿 times 万.
    private static let valueMax = 1_0000_0000_0000_0000

    /// Nil when the numerals are no number, as 万 alone or 三三两两.
    static func value(_ units: [UInt16]) -> Int? {
        guard let first = units.first, digit(first) != nil || power(first) == 1 else { return nil }
        var total = 0
        var section = 0
        var pending: Int?
        var lastPower = 99
        for (place, unit) in units.enumerated() {
            if let digit = digit(unit) {
                if pending != nil && pending != 0 { return nil }
                pending = digit
            } else if let power = power(unit) {
                if power >= 4 {
                    section += pending ?? 0
                    guard section > 0 else { return nil }
                    // Numerals may be of any length: what no sum ever is is no number.
                    let (counted, factor) = power == 8 ? (total + section, 1_0000_0000) : (section, 1_0000)
                    let (product, isOver) = counted.multipliedReportingOverflow(by: factor)
                    guard !isOver, product <= valueMax, total <= valueMax else { return nil }
                    total = power == 8 ? product : total + product
                    section = 0
                    lastPower = 99
                } else {
                    guard power < lastPower, pending ?? 0 > 0 || place == 0 else { return nil }
                    section += (pending ?? 1) * (power == 1 ? 10 : power == 2 ? 100 : 1000)
                    lastPower = power
                }
                pending = nil
            }
        }
        return total + section + (pending ?? 0)
    }
}
