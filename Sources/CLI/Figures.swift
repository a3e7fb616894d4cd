// Numbers as a person reads them: grouped digits, short durations, sizes.

import Records

enum Figures {
    /// 1234567 → 1,234,567
    static func count(_ number: some BinaryInteger) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// One decimal place: 3.2, 0.4, 1,234.5
    static func tenths(_ number: Double) -> String {
        guard number.isFinite, number.magnitude < 1e15 else { return "–" }
        let tenths = Int((number * 10).rounded())
        return (tenths < 0 ? "-" : "") + count(tenths.magnitude / 10) + "." + String(tenths.magnitude % 10)
    }

    /// 3.2 ms, 1.5 s, 2 min 5 s, 3 h 20 min
    static func duration(_ seconds: Double, in language: Language = .ofUser) -> String {
        let zh = language == .chinese
        if seconds < 0.9995 { return tenths(seconds * 1000) + (zh ? " 毫秒" : " ms") }
        if seconds < 59.95 { return tenths(seconds) + (zh ? " 秒" : " s") }
        guard seconds.isFinite, seconds < 1e12 else { return "–" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60)" + (zh ? " 分 " : " min ") + "\(whole % 60)" + (zh ? " 秒" : " s") }
        return count(whole / 3600) + (zh ? " 小时 " : " h ") + "\(whole % 3600 / 60)" + (zh ? " 分" : " min")
    }

    /// 512 B, 1.5 KiB, 2.0 GiB
    static func bytes(_ count: some BinaryInteger) -> String {
        if count < 1024 { return "\(count) B" }
        var size = Double(count) / 1024
        var unit = 0
        let units = ["KiB", "MiB", "GiB", "TiB"]
        while size >= 1023.95, unit + 1 < units.count {
            size /= 1024
            unit += 1
        }
        return "\(tenths(size)) \(units[unit])"
    }

    /// Per second; nought where no time went by.
    static func rate(_ amount: Int, seconds: Double) -> Double {
        seconds > 0 ? Double(amount) / seconds : 0
    }
}

extension Duration {
    var inSeconds: Double {
        let parts = components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }
}
