// Telephone numbers: mobile, landline with area code, 400/800, service hotlines.

extension NumberRecognizer {
    /// Digits from one position on, with single blanks or dashes between groups.
    private struct Groups {
        var digits: [UInt8] = []
        /// For each digit, the place after it, and whether a group ends there.
        var ends: [(place: Int, closesGroup: Bool)] = []

        /// The digits `skip ..< skip + count`, if a group ends after them and none of theirs is shorter than three.
        func whole(skip: Int, count: Int) -> ArraySlice<UInt8>? {
            guard digits.count >= skip + count, ends[skip + count - 1].closesGroup else { return nil }
            var length = 0
            for place in skip..<skip + count {
                length += 1
                if ends[place].closesGroup {
                    if length < 3 { return nil }
                    length = 0
                }
            }
            return digits[skip..<skip + count]
        }
    }

    /// The longest number looked for is 0086 and 11 digits; a few more show that a run goes on.
    private func groups(from start: Int, atMost count: Int = 24) -> Groups {
        var groups = Groups()
        var place = start
        while groups.digits.count < count {
            groups.digits.append(UInt8(self[place]))
            place += 1
            if isDigit(place) {
                groups.ends.append((place, false))
                continue
            }
            groups.ends.append((place, true))
            let joined = (self[place] == 0x20 || self[place] == 0x2D) && isDigit(place + 1)
            guard joined else { break }
            place += 1
        }
        return groups
    }

    /// Eleven digits with single blanks or dashes between: before they are gathered, which few runs are worth.
    private func hasElevenDigits(from start: Int) -> Bool {
        var place = start
        for _ in 0..<11 {
            if (self[place] == 0x20 || self[place] == 0x2D) && place > start { place += 1 }
            guard isDigit(place) else { return false }
            place += 1
        }
        return true
    }

    func mobilePhone(at start: Int) -> Found? {
        guard !continuesDecimal(start) else { return nil }
        // Most runs of digits are short counts: decide those without gathering groups.
        let first = self[start]
        guard first == 0x31 || first == 0x30 || first == 0x38 else { return nil }
        guard hasElevenDigits(from: start) else { return nil }
        let groups = groups(from: start)
        guard groups.digits.count >= 11 else { return nil }
        for (prefix, skip) in [("", 0), ("86", 2), ("0086", 4), ("0", 1)] {
            guard groups.digits.starts(with: prefix.utf8), let digits = groups.whole(skip: skip, count: 11) else { continue }
            let digit = digits[skip + 1]
            guard digits[skip] == 0x31, digit >= 0x33 else { continue }
            let end = groups.ends[skip + 10].place
            guard !isLetterOrDigit(end), !(self[end] == 0x2E && isDigit(end + 1)), !continuesIdentifier(end) else { return nil }
            let begin = skip > 0 && self[start - 1] == 0x2B ? start - 1 : start
            return (begin..<end, .mobilePhone, Array(digits))
        }
        return nil
    }

    /// tel13800138000: letters that announce a telephone.
    func labelledPhone(at start: Int) -> Found? {
        var digitStart = start
        while isLetterOrDigit(digitStart) && !isDigit(digitStart) { digitStart += 1 }
        guard isDigit(digitStart), digitStart - start <= 6 else { return nil }
        let label = String(decoding: ascii(start, digitStart), as: UTF8.self)
        guard ["tel", "phone", "mobile", "mob", "t", "m", "v", "vx", "wx", "weixin", "wechat"].contains(label) else { return nil }
        return mobilePhone(at: digitStart) ?? landline(at: digitStart)
    }

    /// After a telephone: a dash and a run that makes both one identifier, such as 13800138000-20240315.
    private func continuesIdentifier(_ end: Int) -> Bool {
        guard self[end] == 0x2D || self[end] == 0x5F, isLetterOrDigit(end + 1) else { return false }
        let tailEnd = endOfLettersAndDigits(from: end + 1)
        let tail = ascii(end + 1, tailEnd)
        let isPhone = tail.count == 11 && tail[0] == 0x31 && tail[1] >= 0x33
        return tail.count > 4 && !isPhone
    }

    func landline(at start: Int) -> Found? {
        guard !continuesDecimal(start) else { return nil }
        let runEnd = endOfDigits(from: start)
        if self[start] == 0x30 {
            let areaCount = self[start + 1] < 0x33 ? 3 : 4
            guard areaCount == 4 || self[start + 1] == 0x32 || matches(start, "010") else { return nil }
            return landline(from: start, area: start, areaCount: areaCount, runEnd: runEnd, canonicalPrefix: [])
        }
        // +86 10 1234 5678: the area code without its zero.
        guard matches(start, "86"), runEnd == start + 2, self[start - 1] == 0x2B else { return nil }
        guard self[runEnd] == 0x20 || self[runEnd] == 0x2D else { return nil }
        let area = self[runEnd + 1] == 0x28 ? runEnd + 2 : runEnd + 1
        let areaEnd = endOfDigits(from: area)
        let areaCount = self[area] < 0x33 ? 2 : 3
        guard self[area] != 0x30, areaEnd == area + areaCount else { return nil }
        return landline(from: start - 1, area: area, areaCount: areaCount, runEnd: areaEnd, canonicalPrefix: [0x30])
    }

    private func landline(
        from start: Int, area: Int, areaCount: Int, runEnd: Int, canonicalPrefix: [UInt8]
    ) -> Found? {
        let areaEnd = area + areaCount
        let isShortArea = areaCount + canonicalPrefix.count == 3
        guard isDigit(areaEnd - 1) else { return nil }
        var begin = start
        var local = areaEnd
        if runEnd == areaEnd {
            if self[local] == 0x29 {
                if self[area - 1] == 0x28 && begin == area { begin = area - 1 }
                local += 1
                if self[local] == 0x20 || self[local] == 0x2D { local += 1 }
            } else {
                guard self[local] == 0x20 || self[local] == 0x2D else { return nil }
                local += 1
                if self[local] == 0x2D { local += 1 }  // a Chinese dash —— is two
            }
        }
        guard isDigit(local), self[local] >= 0x32 else { return nil }
        // The local number has 7 or 8 digits, perhaps in two groups.
        let groups = groups(from: local, atMost: 16)
        let counts = isShortArea ? [8] : [8, 7]
        guard let count = counts.first(where: { groups.whole(skip: 0, count: $0) != nil }) else { return nil }
        var end = groups.ends[count - 1].place
        guard !isLetterOrDigit(end), !(self[end] == 0x2E && isDigit(end + 1)) else { return nil }
        let canonical = canonicalPrefix + ascii(area, end)
        if self[end] == 0x2D, isDigit(end + 1) {
            let extensionEnd = endOfDigits(from: end + 1)
            guard !isLetterOrDigit(extensionEnd) else { return nil }
            if extensionEnd - end <= 7 { end = extensionEnd }
        }
        return (begin..<end, .landline, canonical)
    }

    func tollFree(at start: Int) -> Found? {
        guard matches(start, "400") || matches(start, "800"), !continuesDecimal(start) else { return nil }
        let groups = groups(from: start, atMost: 16)
        guard let digits = groups.whole(skip: 0, count: 10) else { return nil }
        let end = groups.ends[9].place
        guard !isLetterOrDigit(end), !continuesIdentifier(end) else { return nil }
        return (start..<end, .tollFree, Array(digits))
    }

    /// 12345, 12315, 95588, 10086 … when they are not a count of something.
    func hotline(at start: Int) -> Found? {
        let end = endOfDigits(from: start)
        guard !isLetterOrDigit(end), !continuesDecimal(start), !(self[end] == 0x2E && isDigit(end + 1)) else { return nil }
        guard let value = value(start, end) else { return nil }
        switch (end - start, value) {
        case (5, 12300...12399), (5, 95000...96999), (5, 10000), (5, 10010), (5, 10086), (5, 10099): break
        case (6, 960000...969999): break
        default: return nil
        }
        guard !NumberRecognizer.measures.contains(self[end]) else { return nil }
        if (self[end] == 0x2D || self[end] == 0x7E) && isDigit(end + 1) { return nil }  // 10000-15000
        return (start..<end, .hotline, ascii(start, end))
    }

    private static let measures = Array("个人户元米公平年月日号次件份吨块万%".utf16)
}
