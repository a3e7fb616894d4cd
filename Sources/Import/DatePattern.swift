// A date pattern of a map, such as `yyyy年M月d日 HH:mm`: letters stand for numbers, everything else for itself.
//
// yyyy, yy · M, MM · d, dd · H, HH, h, hh · m, mm · s, ss · S (fraction, dropped) · a (上午, 下午, AM, PM) ·
// Z (Z, +08:00, +0800). A doubled letter wants two digits, a single one takes one or two. A blank matches any number
// of blanks; `[` and `]` hold what may be missing.

struct DatePattern: Hashable, Sendable {
    private indirect enum Piece: Hashable, Sendable {
        case number(Unicode.Scalar, ClosedRange<Int>)
        case half
        case zone
        case blanks
        case literal(Unicode.Scalar)
        case optional([Piece])
    }

    private let pieces: [Piece]

    /// Nil when the pattern lacks a year, a month or a day, or its brackets do not fit.
    init?(_ pattern: String) {
        var scalars = Array(pattern.unicodeScalars)[...]
        guard let pieces = Self.pieces(&scalars, isInner: false), scalars.isEmpty else { return nil }
        let text = pattern.unicodeScalars
        guard text.contains("y"), text.contains("M"), text.contains("d") else { return nil }
        self.pieces = pieces
    }

    private static func pieces(_ rest: inout ArraySlice<Unicode.Scalar>, isInner: Bool) -> [Piece]? {
        var pieces: [Piece] = []
        while let first = rest.first {
            switch first {
            case "[":
                rest.removeFirst()
                guard let inner = Self.pieces(&rest, isInner: true) else { return nil }
                pieces.append(.optional(inner))
            case "]":
                guard isInner else { return nil }
                rest.removeFirst()
                return pieces
            case "y", "M", "d", "H", "h", "m", "s", "S", "a", "Z":
                let count = rest.prefix { $0 == first }.count
                rest.removeFirst(count)
                switch (first, count) {
                case ("a", _): pieces.append(.half)
                case ("Z", _): pieces.append(.zone)
                case ("y", 4), ("y", 2): pieces.append(.number(first, count...count))
                case ("y", _): return nil
                case ("S", _): pieces.append(.number(first, 1...9))
                case (_, 1): pieces.append(.number(first, 1...2))
                case (_, 2): pieces.append(.number(first, 2...2))
                default: return nil
                }
            case " ":
                rest = rest.drop { $0 == " " }
                pieces.append(.blanks)
            default:
                rest.removeFirst()
                pieces.append(.literal(first))
            }
        }
        return isInner ? nil : pieces
    }

    /// Nil when the text is not written this way.
    func read(_ letters: DateLetters) -> Moment? {
        var reading = Reading()
        guard let end = Self.match(pieces[...], letters.scalars[...], &reading), end.isEmpty else { return nil }
        return reading.moment
    }

    private struct Reading {
        var moment = Moment()
        var hour: Int?
        var minute = 0
        var second = 0
        var isAfternoon: Bool?

        mutating func settle() {
            guard var hour else { return }
            if let isAfternoon {
                if isAfternoon, hour < 12 { hour += 12 }
                if !isAfternoon, hour == 12 { hour = 0 }
            }
            // 24:00 is the end of the day; anything else past 23:59:59 does not exist.
            let exists = hour < 24 && minute < 60 && second < 60 || hour == 24 && minute == 0 && second == 0
            moment.secondOfDay = exists ? hour * 3600 + minute * 60 + second : -1
        }
    }

    private static func match(
        _ pieces: ArraySlice<Piece>, _ text: ArraySlice<Unicode.Scalar>, _ reading: inout Reading
    ) -> ArraySlice<Unicode.Scalar>? {
        var rest = text
        for index in pieces.indices {
            switch pieces[index] {
            case .literal(let wanted):
                guard rest.first == wanted else { return nil }
                rest = rest.dropFirst()
            case .blanks:
                guard rest.first == " " else { return nil }
                rest = rest.drop { $0 == " " }
            case .number(let letter, let digits):
                let run = rest.prefix(digits.upperBound).prefix { ("0"..."9").contains($0) }
                guard run.count >= digits.lowerBound else { return nil }
                let value = run.reduce(0) { $0 * 10 + Int($1.value - 48) }
                switch letter {
                case "y": reading.moment.year = digits.upperBound == 2 ? (value < 70 ? 2000 : 1900) + value : value
                case "M": reading.moment.month = value
                case "d": reading.moment.day = value
                case "H", "h": reading.hour = value
                case "m": reading.minute = value
                case "s": reading.second = value
                default: break
                }
                rest = rest.dropFirst(run.count)
            case .half:
                let word = String(String.UnicodeScalarView(rest.prefix(2))).uppercased()
                guard ["上午", "下午", "AM", "PM"].contains(word) else { return nil }
                reading.isAfternoon = word == "下午" || word == "PM"
                rest = rest.dropFirst(2)
            case .zone:
                if rest.first == "Z" || rest.first == "z" {
                    reading.moment.zoneMinutes = 0
                    rest = rest.dropFirst()
                } else {
                    guard let sign = rest.first, sign == "+" || sign == "-" else { return nil }
                    var digits = rest.dropFirst().prefix(6).filter { ("0"..."9").contains($0) || $0 == ":" }
                    let used = digits.count + 1
                    digits.removeAll { $0 == ":" }
                    guard digits.count == 4 || digits.count == 2 else { return nil }
                    let numbers = digits.map { Int($0.value - 48) } + [0, 0]
                    let minutes = (numbers[0] * 10 + numbers[1]) * 60 + numbers[2] * 10 + numbers[3]
                    guard minutes <= 14 * 60 else { return nil }
                    reading.moment.zoneMinutes = sign == "-" ? -minutes : minutes
                    rest = rest.dropFirst(used)
                }
            case .optional(let inner):
                // With it first; without it when the rest then does not fit.
                var attempt = reading
                if let end = match(inner + pieces[(index + 1)...], rest, &attempt), end.isEmpty {
                    reading = attempt
                    return end
                }
            }
        }
        reading.settle()
        return rest
    }

    /// What `auto` reads.
    static let common: [DatePattern] = {
        let time = "[[ ][T][a][ ]H:mm[:ss[.S][,S]][ ][Z]]"
        let chineseTime = "[[ ][a][ ]H时[m分[s秒]]]"
        return [
            "yyyy-M-d" + time, "yyyy/M/d" + time, "yyyy.M.d" + time, "yyyy年M月d日" + time, "yyyy年M月d日" + chineseTime,
            "yyyy年M月d日[ ][a][ ]H点[m分]", "yyyyMMdd[[ ][T]HHmm[ss]][Z]", "yyyyMMdd H:mm[:ss]", "yyyy年M月d号" + time,
        ].map { DatePattern($0)! }
    }()
}
