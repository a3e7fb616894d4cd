// How names are typed by their sounds: wuye or wy for 物业, shantianfang or stf for 单田芳.
//
// Readings come from ICU's table (tools/make-pinyin-table): the usual one of each character and the one at the head of a
// name. ICU gives one reading each; characters that names of units read in two ways are listed here besides.

import CICU

package enum Pinyin {
    /// Letters of a query from which names are looked for by their sound.
    package static let lengthMin = 2
    package static let lengthMax = 64

    /// Small letters of a query typed by sound: blanks, apostrophes and hyphens between syllables taken out. Nil when it
    /// is none.
    package static func typed(_ text: String) -> [UInt8]? {
        var letters: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x61...0x7A: letters.append(byte)
            case 0x41...0x5A: letters.append(byte + 0x20)
            case 0x20, 0x27, 0x2D: continue
            default: return nil
            }
        }
        return (lengthMin...lengthMax).contains(letters.count) ? letters : nil
    }

    /// Characters of which ICU tells one reading and names of units and places use another.
    private static let otherReadings: [UInt16: [String]] = {
        let listed = [
            "行": "hang", "长": "zhang", "厦": "sha", "都": "dou", "朝": "chao", "车": "ju", "乐": "le", "重": "zhong", "调": "tiao",
            "藏": "zang", "大": "dai", "会": "kuai", "参": "shen", "传": "zhuan", "校": "jiao", "率": "shuai", "石": "dan", "六": "lu",
            "阿": "e", "蚌": "bang", "堡": "pu", "泊": "bo", "埔": "bu", "圈": "juan", "强": "jiang", "说": "yue", "洞": "tong", "女": "nv",
            "吕": "lv", "绿": "lv", "旅": "lv", "律": "lv", "驴": "lv", "铝": "lv", "略": "lve",
        ]
        return Dictionary(uniqueKeysWithValues: listed.map { ($0.key.utf16.first!, [$0.value]) })
    }()

    private static let syllables: [[UInt8]] = (0..<cicu_syllableCount()).map { number in
        // Holds: the table has a string, ended by a zero, for each number below its count.
        Array(unsafe String(cString: cicu_syllable(number)).utf8)
    }

    private static let nameReadings: [UInt16: [UInt8]] = {
        var readings: [UInt16: [UInt8]] = [:]
        for place in 0..<cicu_nameReadingCount() {
            readings[cicu_nameReadingUnit(place)] = syllables[Int(cicu_nameReading(place))]
        }
        return readings
    }()

    /// Every way to read a character; none for what is no Han character of the table.
    static func readings(_ unit: UInt16) -> [[UInt8]] {
        let usual = Int(cicu_usualReading(unit))
        guard usual > 0 else { return [] }
        var readings = [syllables[usual]]
        if let name = nameReadings[unit] { readings.append(name) }
        for other in otherReadings[unit] ?? [] { readings.append(Array(other.utf8)) }
        return readings
    }

    /// Whether two characters are read alike, tones and the sounds that many do not tell apart (zh z, ang an) left aside.
    package static func soundAlike(_ a: UInt16, _ b: UInt16) -> Bool {
        for place in sounds.places(of: a) where sounds.places(of: b).contains(where: { sounds.ids[$0] == sounds.ids[place] }) { return true }
        return false
    }

    /// The sounds of the Han characters from U+4E00 on, as numbers: a slip compares thousands of characters.
    private struct Sounds {
        private var starts: [Int] = []
        private(set) var ids: [UInt16] = []

        init() {
            var numbers: [[UInt8]: UInt16] = [:]
            for unit in 0x4E00...0x9FFF as ClosedRange<UInt16> {
                starts.append(ids.count)
                for reading in Pinyin.readings(unit) {
                    let sound = Pinyin.plain(reading)
                    let number = numbers[sound] ?? UInt16(numbers.count)
                    numbers[sound] = number
                    ids.append(number)
                }
            }
            starts.append(ids.count)
        }

        func places(of unit: UInt16) -> Range<Int> {
            guard (0x4E00...0x9FFF).contains(unit) else { return 0..<0 }
            let place = Int(unit) - 0x4E00
            return starts[place]..<starts[place + 1]
        }
    }

    private static let sounds = Sounds()

    private static func plain(_ reading: [UInt8]) -> [UInt8] {
        var reading = reading
        if reading.count > 2, reading[1] == 0x68 { reading.remove(at: 1) }
        if reading.count > 2, reading.suffix(2) == [0x6E, 0x67], reading[reading.count - 3] != 0x6F { reading.removeLast() }
        return reading
    }

    /// Bit n: a character may be read beginning with the n-th letter. From U+4E00 on.
    private static let initials: [UInt32] = (0x4E00...0x9FFF as ClosedRange<UInt16>).map { unit in
        readings(unit).reduce(0) { $0 | 1 << UInt32($1[0] - 0x61) }
    }

    private static func mayBegin(_ unit: UInt16, with letter: UInt8) -> Bool {
        if unit < 0x4E00 || unit > 0x9FFF { return unit == UInt16(letter) }
        return initials[Int(unit) - 0x4E00] & 1 << UInt32(letter - 0x61) != 0
    }

    /// How well letters fit a name.
    package enum Fit: Int, Comparable, Sendable {
        /// They are the beginning of its sound, or of its initials.
        case beginning
        /// They stand within it, from the beginning of a character on.
        case within
        /// Its whole sound, or all its initials.
        case whole

        private var rank: Int { self == .whole ? 2 : self == .beginning ? 1 : 0 }
        package static func < (a: Fit, b: Fit) -> Bool { a.rank < b.rank }
    }

    /// Whether a name may be typed as `letters`: each character by its whole sound or its initial, the last one cut
    /// anywhere. Letters and digits of the name stand for themselves; brackets and the like are passed over.
    ///
    /// - Parameter name: folded.
    package static func fit(_ letters: [UInt8], _ name: [UInt16]) -> Fit? {
        let name = name.filter { isRead($0) }
        guard letters.count >= lengthMin, name.contains(where: { cicu_usualReading($0) != 0 }) else { return nil }
        var best: Fit?
        for start in name.indices where mayBegin(name[start], with: letters[0]) {
            guard let isWhole = reaches(letters, name, from: start) else { continue }
            let fit: Fit = start > 0 ? .within : isWhole ? .whole : .beginning
            if best == nil || fit > best! { best = fit }
            if best == .whole { break }
        }
        return best
    }

    private static func isRead(_ unit: UInt16) -> Bool {
        cicu_usualReading(unit) != 0 || (0x30...0x39).contains(unit) || (0x61...0x7A).contains(unit)
    }

    /// Nil: the letters do not fit from `start` on; else whether they take up the name to its end.
    private static func reaches(_ letters: [UInt8], _ name: [UInt16], from start: Int) -> Bool? {
        // Places in the letters that may be reached, character by character.
        var places: Set<Int> = [0]
        var fits = false
        for index in start..<name.count {
            var next: Set<Int> = []
            let readings = cicu_usualReading(name[index]) == 0 ? [[UInt8(truncatingIfNeeded: name[index])]] : readings(name[index])
            for place in places {
                for reading in readings {
                    let rest = letters[place...]
                    if rest.starts(with: reading) { next.insert(place + reading.count) }
                    if rest.first == reading[0] { next.insert(place + 1) }
                    // zh, ch, sh are initials too.
                    if reading.count > 2, reading[1] == 0x68, rest.starts(with: reading[..<2]) { next.insert(place + 2) }
                    if rest.count < reading.count, rest.elementsEqual(reading[..<rest.count]) { fits = true }
                }
            }
            if next.contains(letters.count) { return index == name.count - 1 }
            if next.isEmpty { break }
            places = next
        }
        return fits ? false : nil
    }
}
