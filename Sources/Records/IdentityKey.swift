// The canonical forms by which two records are known to come from one person: telephone, identity number, name and address.
//
// Pure functions of one text. What is stored and compared is a keyed hash of these, never the form itself.

package enum IdentityKey {
    /// The digits of one telephone number: without +86, blanks, dashes, brackets and the extension.
    ///
    /// `nil` below 7 or above 20 digits: 12345 and the like name no person.
    package static func phone(_ text: String) -> String? {
        var digits: [UInt8] = []
        var isInternational = false
        scan: for scalar in text.unicodeScalars {
            let scalar = scalar.halfWidth
            switch scalar {
            case "0"..."9": digits.append(UInt8(scalar.value))
            case "+" where digits.isEmpty: isInternational = true
            case "转", "轉", "#", "x", "X", "e", "E", "分": if !digits.isEmpty { break scan }
            default: break
            }
        }
        if digits.starts(with: "0086".utf8) {
            digits.removeFirst(4)
            isInternational = true
        } else if digits.starts(with: "86".utf8), isInternational || isMobile(digits.dropFirst(2)) {
            digits.removeFirst(2)
            isInternational = true
        } else {
            isInternational = false
        }
        if digits.first == UInt8(ascii: "0"), isMobile(digits.dropFirst()) { digits.removeFirst() }
        // Abroad, an area code is dialled without its zero.
        if isInternational, !isMobile(digits[...]), digits.first != UInt8(ascii: "0"), (9...11).contains(digits.count) {
            digits.insert(UInt8(ascii: "0"), at: 0)
        }
        return (7...20).contains(digits.count) ? String(decoding: digits, as: UTF8.self) : nil
    }

    /// Every number in a text that holds several: `13800138000/0571-12345678、…`.
    package static func phones(_ text: String) -> [String] {
        var found: [String] = []
        var piece = String()
        func close() {
            if let number = phone(piece), !found.contains(number) { found.append(number) }
            piece = ""
        }
        for scalar in text.unicodeScalars {
            switch scalar.halfWidth {
            case "/", "、", ",", ";", "|", "或", "和", "\n", "\r", "\t", "\\": close()
            // A blank parts numbers only when a whole one stands before it: 138 0013 8000 is one.
            case " " where piece.unicodeScalars.count(where: { $0.halfWidth.isDigit }) >= 11: close()
            default: piece.unicodeScalars.append(scalar)
            }
        }
        close()
        return found
    }

    /// Whether the text is one mobile number of the mainland.
    package static func isMobilePhone(_ text: String) -> Bool {
        phone(text).map { isMobile(Array($0.utf8)[...]) } ?? false
    }

    private static func isMobile(_ digits: ArraySlice<UInt8>) -> Bool {
        guard digits.count == 11, digits.first == UInt8(ascii: "1") else { return false }
        return (UInt8(ascii: "3")...UInt8(ascii: "9")).contains(digits[digits.startIndex + 1])
    }

    /// The number of an identity document: half-width, upper case, without blanks and dashes. A resident number of the
    /// old 15 digits becomes the one of 18 that replaced it (GB 11643—1999). `nil` below 5 characters.
    package static func idNumber(_ text: String) -> String? {
        let characters = idCharacters(text)
        guard (5...40).contains(characters.count) else { return nil }
        if characters.count == 15, characters.allSatisfy({ (0x30...0x39).contains($0) }) {
            var longer = characters[..<6] + Array("19".utf8) + characters[6...]
            if hasBirthDate(longer[...]) {
                longer.append(checkCharacter(of: longer[...]))
                return String(decoding: longer, as: UTF8.self)
            }
        }
        return String(decoding: characters, as: UTF8.self)
    }

    /// Whether the text is an 18-digit resident identity number: a day of birth that exists and the right check character.
    package static func isResidentIdNumber(_ text: String) -> Bool {
        let characters = idCharacters(text)
        guard characters.count == 18, characters[..<17].allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        return hasBirthDate(characters[...]) && checkCharacter(of: characters[..<17]) == characters[17]
    }

    private static func idCharacters(_ text: String) -> [UInt8] {
        var characters: [UInt8] = []
        for scalar in text.unicodeScalars {
            let scalar = scalar.halfWidth
            switch scalar {
            case "0"..."9", "A"..."Z": characters.append(UInt8(scalar.value))
            case "a"..."z": characters.append(UInt8(scalar.value - 32))
            case "-": continue
            default:
                if scalar.isBlank { continue }
                characters.append(contentsOf: String(scalar).utf8)
            }
            if characters.count > 64 { break }
        }
        return characters
    }

    private static func hasBirthDate(_ digits: ArraySlice<UInt8>) -> Bool {
        func number(_ range: Range<Int>) -> Int { range.reduce(0) { $0 * 10 + Int(digits[$1] - 0x30) } }
        return CalendarDate(year: number(6..<10), month: number(10..<12), day: number(12..<14)) != nil
    }

    /// ISO 7064 MOD 11-2 over the first 17 digits.
    private static func checkCharacter(of digits: ArraySlice<UInt8>) -> UInt8 {
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(digits, weights).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
        return Array("10X98765432".utf8)[sum % 11]
    }

    /// A name without blanks, dots and titles. `nil` when a title stands for the given name (张先生) or nothing is left:
    /// many people answer to that.
    package static func name(_ text: String) -> String? {
        let folded = compact(text)
        // Compared by bytes: comparing by Unicode's equivalence costs more than all else here.
        for title in titles where folded.utf8.count >= title.count && folded.utf8.suffix(title.count).elementsEqual(title) {
            return nil
        }
        if ["匿名", "不详", "未知", "无"].contains(where: folded.hasSameBytes) { return nil }
        return folded.unicodeScalars.count >= 2 ? folded : nil
    }

    private static let titles = ["先生", "女士", "小姐", "同志", "某"].map { Array($0.utf8) }

    /// Pairs of neighbouring characters of an address, sorted, each once; with the name they make the key of somebody
    /// who gave neither telephone nor number.
    package static func addressBigrams(_ text: String) -> [String] {
        let scalars = Array(compact(text).unicodeScalars)
        var pieces: Set<String> = []
        for (first, second) in zip(scalars, scalars.dropFirst()) {
            var piece = String(first)
            piece.unicodeScalars.append(second)
            pieces.insert(piece)
        }
        return pieces.sorted()
    }

    /// Name and address as one text, `nil` unless both are there and the address has at least 4 characters.
    package static func nameAndAddress(name text: String, address: String) -> String? {
        guard let name = name(text) else { return nil }
        let place = compact(address)
        return place.unicodeScalars.count >= 4 ? "\(name)\n\(place)" : nil
    }

    /// Half-width, lower case, letters and digits only.
    private static func compact(_ text: String) -> String {
        if text.isPlainHan { return text }
        var folded = String()
        for scalar in text.unicodeScalars {
            let scalar = scalar.halfWidth
            if ("A"..."Z").contains(scalar) {
                folded.unicodeScalars.append(Unicode.Scalar(scalar.value + 32)!)
            } else if scalar.properties.isAlphabetic || scalar.isDigit {
                folded.unicodeScalars.append(scalar)
            }
        }
        return folded
    }
}
