// Amounts as people type them: `￥1,234.50元`, `3.5万`, full-width digits. The digits are kept as they are; nothing
// passes through a floating-point number.

enum NumberReading {
    /// The JSON spelling of the number in `text`; nil when there is none, or anything else beside it.
    static func json(_ text: String) -> String? {
        var digits: [UInt8] = []
        var pointAt: Int?
        var isNegative = false
        var shift = 0
        var isOver = false
        for scalar in text.unicodeScalars {
            let folded = (0xFF01...0xFF5E).contains(scalar.value) ? scalar.value - 0xFEE0 : scalar.value
            switch folded {
            case 0x30...0x39:
                guard !isOver, digits.count < 40 else { return nil }
                digits.append(UInt8(folded))
            case 0x2E:
                guard !isOver, pointAt == nil else { return nil }
                pointAt = digits.count
            case 0x2C:  // thousands
                guard !isOver, pointAt == nil, !digits.isEmpty else { return nil }
            case 0x2D, 0x2212:
                guard digits.isEmpty, !isNegative else { return nil }
                isNegative = true
            case 0x2B, 0x20, 0x09, 0x3000, 0xA0: continue
            case 0xA5, 0xFFE5, 0x24: guard digits.isEmpty else { return nil }  // ¥ ￥ $
            case 0x4E07: shift += 4; isOver = true  // 万
            case 0x4EBF: shift += 8; isOver = true  // 亿
            case 0x5143, 0x5706, 0x4EBA, 0x540D, 0x4EF6, 0x4E2A, 0x6574: isOver = true  // 元 圆 人 名 件 个 整
            default: return nil
            }
        }
        guard !digits.isEmpty, shift <= 12 else { return nil }
        var point = (pointAt ?? digits.count) + shift
        while digits.count < point { digits.append(0x30) }
        while point > 1, digits.first == 0x30 {
            digits.removeFirst()
            point -= 1
        }
        if point == 0 {
            digits.insert(0x30, at: 0)
            point = 1
        }
        var spelled = String(decoding: digits[..<point], as: UTF8.self)
        if point < digits.count { spelled += "." + String(decoding: digits[point...], as: UTF8.self) }
        return (isNegative ? "-" : "") + spelled
    }
}
