// The other ways to write the numbers of a query: 三千五百元 for 3500元, 2024-03-05 for 二〇二四年三月五日, (2024)12号 for
// 〔2024〕第0012号, 138xxxx8000 for 138****8000. A record keeps the spelling it came with; a query asks for all of them.

package enum NumberSpellings {
    /// A number of a text, and how else it is written; folded, the spelling at hand left out.
    package struct Number: Hashable, Sendable {
        package let range: Range<Int>
        package let spellings: [[UInt16]]
    }

    /// - Parameter units: folded text.
    package static func numbers(in units: [UInt16]) -> [Number] {
        var recognized: [RecognizedNumber] = []
        NumberRecognizer.appendNumbers(in: units, zone: 0..<units.count, to: &recognized)
        var found: [Number] = []
        for number in recognized {
            let spellings: [String]
            switch number.kind {
            case .date: spellings = dates(number.canonical)
            case .amount: spellings = amounts(number.canonical)
            case .documentNumber: spellings = documentNumbers(number.canonical)
            default: continue
            }
            found.append(make(number.range, spellings, in: units))
        }
        let taken = recognized.map(\.range)
        for other in maskedNumbers(in: units) + quantities(in: units)
        where !taken.contains(where: { $0.overlaps(other.range) }) && !found.contains(where: { $0.range.overlaps(other.range) }) {
            found.append(other)
        }
        return found.filter { !$0.spellings.isEmpty }.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    private static func make(_ range: Range<Int>, _ spellings: [String], in units: [UInt16]) -> Number {
        let own = Array(units[range])
        var kept: [[UInt16]] = []
        for spelling in spellings {
            let folded = Normalizer.shared.fold(spelling)
            if folded != own, !kept.contains(folded) { kept.append(folded) }
        }
        return Number(range: range, spellings: kept)
    }

    // MARK: Dates

    /// `2024-03-05`, `2024-03`, `2024`.
    private static func dates(_ canonical: String) -> [String] {
        let parts = canonical.split(separator: "-").compactMap { Int($0) }
        let years = digitByDigit(parts[0])
        func padded(_ part: Int) -> String { part < 10 ? "0\(part)" : "\(part)" }
        switch parts.count {
        case 1: return ["\(parts[0])年"] + years.map { $0 + "年" }
        case 2:
            let (year, month) = (parts[0], parts[1])
            return ["\(year)年\(month)月", "\(year)年\(padded(month))月"] + years.map { "\($0)年\(ChineseNumeral.written(month))月" }
                + ["-", "/", "."].flatMap { ["\(year)\($0)\(padded(month))", "\(year)\($0)\(month)"] }
        case 3:
            let (year, month, day) = (parts[0], parts[1], parts[2])
            let (chineseMonth, chineseDay) = (ChineseNumeral.written(month), ChineseNumeral.written(day))
            return ["日", "号"].flatMap { ["\(year)年\(month)月\(day)\($0)", "\(year)年\(padded(month))月\(padded(day))\($0)"] }
                + years.map { "\($0)年\(chineseMonth)月\(chineseDay)日" }
                + ["-", "/", "."].flatMap {
                    ["\(year)\($0)\(padded(month))\($0)\(padded(day))", "\(year)\($0)\(month)\($0)\(day)"]
                } + ["\(year)\(padded(month))\(padded(day))"]
        default: return []
        }
    }

    /// 二〇二四, 二零二四.
    private static func digitByDigit(_ number: Int) -> [String] {
        let digits = String(number).utf8.map { Int($0) - 0x30 }
        return ["〇", "零"].map { zero in digits.map { $0 == 0 ? zero : ChineseNumeral.written($0) }.joined() }
    }

    // MARK: Sums

    /// Yuan: `3500`, `3500.5`.
    private static func amounts(_ canonical: String) -> [String] {
        let parts = canonical.split(separator: ".")
        guard let whole = Int(parts[0]), whole > 0, whole < 1_0000_0000_0000 else { return [] }
        let plain = parts.count == 1
        let fraction = plain ? "" : "." + parts[1]
        let grouped = grouped(whole)
        var numbers = ["\(whole)\(fraction)"]
        if whole >= 1_000 { numbers.append(grouped + fraction) }
        if plain { numbers += ["\(whole).00"] + (whole >= 1_000 ? [grouped + ".00"] : []) }
        if plain, whole >= 1_0000, whole % 100 == 0 { numbers.append(decimal(whole, by: 1_0000) + "万") }
        if plain, whole >= 1_0000_0000, whole % 1_0000_00 == 0 { numbers.append(decimal(whole, by: 1_0000_0000) + "亿") }
        if plain { numbers += ChineseNumeral.spellings(whole) }
        return numbers.flatMap { number in ["元", "块钱"].map { number + $0 } }
            + ["¥\(whole)\(fraction)", "¥\(grouped)\(fraction)"] + (plain ? ["\(whole)块"] : [])
    }

    private static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    private static func decimal(_ number: Int, by unit: Int) -> String {
        var rest = String(unit + number % unit).dropFirst()
        while rest.last == "0" { rest.removeLast() }
        return "\(number / unit)" + (rest.isEmpty ? "" : "." + rest)
    }

    // MARK: Numbers of documents

    /// `〔2024〕12号`.
    private static func documentNumbers(_ canonical: String) -> [String] {
        let parts = canonical.split { !("0"..."9").contains($0) }
        guard parts.count == 2 else { return [] }
        let (year, number) = (parts[0], parts[1])
        var numbers = [String(number)]
        for width in [3, 4] where number.count < width {
            numbers.append(String(repeating: "0", count: width - number.count) + number)
        }
        return [("〔", "〕"), ("[", "]"), ("(", ")"), ("【", "】")].flatMap { open, close in
            numbers.flatMap { ["\(open)\(year)\(close)\($0)号", "\(open)\(year)\(close)第\($0)号"] }
        }
    }

    // MARK: Masked numbers

    private static let maskSigns = Array("*x×•●■█#?_".utf16)

    /// 138****8000, with any sign for what is hidden: at least two digits on both sides of two signs or more.
    private static func maskedNumbers(in units: [UInt16]) -> [Number] {
        var found: [Number] = []
        var place = 0
        while place < units.count {
            let start = place
            while place < units.count, NumberRecognizer.isDigit(units[place]) { place += 1 }
            let maskStart = place
            guard maskStart - start >= 2, place < units.count, maskSigns.contains(units[place]) else {
                place = max(place, start + 1)
                continue
            }
            let sign = units[place]
            while place < units.count, units[place] == sign { place += 1 }
            let maskEnd = place
            while place < units.count, NumberRecognizer.isDigit(units[place]) { place += 1 }
            guard maskEnd - maskStart >= 2, maskEnd - maskStart <= 14, place - maskEnd >= 2 else { continue }
            let spellings = maskSigns.filter { $0 != sign }.map { other in
                units[start..<maskStart] + [UInt16](repeating: other, count: maskEnd - maskStart) + units[maskEnd..<place]
            }
            found.append(Number(range: start..<place, spellings: spellings.map(Array.init)))
        }
        return found
    }

    // MARK: Other quantities

    /// What follows a number that counts something.
    private static let measures = Set("个名人户次天日号月年岁周小时分层楼栋幢座米公平吨斤度倍折条款项批辆台件套张份期级路区单室点位家间箱瓶袋盒只本册页排门车元万".utf16)

    /// 三个月 and 3个月, 十二号楼 and 12号楼, 第五条 and 第5条.
    private static func quantities(in units: [UInt16]) -> [Number] {
        var found: [Number] = []
        var place = 0
        while place < units.count {
            let start = place
            if NumberRecognizer.isDigit(units[place]) {
                while place < units.count, NumberRecognizer.isDigit(units[place]) { place += 1 }
                guard place - start <= 6, isMeasured(units, start, place), units[start] != 0x30,
                    let value = Int(String(decoding: units[start..<place], as: UTF16.self))
                else { continue }
                found.append(make(start..<place, ChineseNumeral.spellings(value), in: units))
            } else if ChineseNumeral.isNumeral(units[place]) {
                while place < units.count, ChineseNumeral.isNumeral(units[place]) { place += 1 }
                let numeral = Array(units[start..<place])
                guard isMeasured(units, start, place), let value = ChineseNumeral.value(numeral), value > 0,
                    ChineseNumeral.spellings(value).contains(String(decoding: numeral, as: UTF16.self))
                else { continue }
                found.append(make(start..<place, ["\(value)"] + ChineseNumeral.spellings(value), in: units))
            } else {
                place += 1
            }
        }
        return found
    }

    private static func isMeasured(_ units: [UInt16], _ start: Int, _ end: Int) -> Bool {
        guard end < units.count, measures.contains(units[end]) else { return false }
        guard start > 0 else { return true }
        let before = units[start - 1]
        return !NumberRecognizer.isLetterOrDigit(before) && before != 0x2E && before != 0x2C && before != 0x2D
    }
}

extension ChineseNumeral {
    private static let digits = Array("零一二三四五六七八九")
    private static let powers = ["", "十", "百", "千"]

    /// 三千五百, 十二, 一百零五. Below 10¹².
    static func written(_ number: Int) -> String {
        if number == 0 { return "零" }
        var text = ""
        var needsZero = false
        for (unit, name) in [(1_0000_0000, "亿"), (1_0000, "万"), (1, "")] {
            let section = number / unit % 1_0000
            if section == 0 {
                needsZero = needsZero || !text.isEmpty
                continue
            }
            if !text.isEmpty, needsZero || section < 1_000 { text += "零" }
            text += writtenSection(section) + name
            needsZero = false
        }
        // 一十二 is written 十二.
        return text.hasPrefix("一十") ? String(text.dropFirst()) : text
    }

    private static func writtenSection(_ section: Int) -> String {
        var text = ""
        var needsZero = false
        for power in [3, 2, 1, 0] {
            let digit = section / [1, 10, 100, 1_000][power] % 10
            if digit == 0 {
                needsZero = !text.isEmpty
                continue
            }
            if needsZero { text += "零" }
            needsZero = false
            text += String(digits[digit]) + powers[power]
        }
        return text
    }

    /// The usual ways to write a number in numerals: also 两千 for 二千, 三千五 for 三千五百 is left out as ambiguous.
    static func spellings(_ number: Int) -> [String] {
        let text = written(number)
        var found = [text]
        if number == 2 { found.append("两") }
        for unit in ["百", "千", "万", "亿"] where text.hasPrefix("二" + unit) { found.append("两" + text.dropFirst()) }
        return found
    }
}
