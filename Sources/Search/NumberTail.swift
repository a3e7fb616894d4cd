// 尾号8000: the end of a longer number, whatever stands before it and however much of that is hidden.

import Index

struct NumberTail {
    /// Ends that are asked for have so many digits.
    private static let digitCounts = 3...8
    /// Numbers that have ends to be asked for, telephones and orders, have so many digits and signs at least.
    private static let lengthMin = 7
    private static let names = ["尾号", "尾数", "末尾", "后四位", "末四位", "后4位", "末4位", "最后四位", "最后4位", "尾号后四位"].map { Array($0.utf16) }
    private static let links = ["为", "是", ":", "", "号", "号码为", "号码是", "为:", "是:"].map { Array($0.utf16) }
    private static let hiding = Set("*x×●#?•■".utf16)

    private let digits: [UInt16]
    private let piece: TextPiece

    init(_ digits: [UInt16]) {
        self.digits = digits
        piece = TextPiece(digits)
    }

    /// The digits of a part that names the end of a number, as 尾号8000 does; nil for every other part.
    static func digits(of part: [UInt16]) -> [UInt16]? {
        for name in names where part.starts(with: name) {
            for link in links where part[name.count...].starts(with: link) {
                let digits = Array(part[(name.count + link.count)...])
                if digitCounts.contains(digits.count), digits.allSatisfy(isDigit) { return digits }
            }
        }
        return nil
    }

    func stands(in text: StoredText) -> Bool {
        guard text.contains(piece) else { return false }
        let text = text.units
        guard text.count >= digits.count else { return false }
        for start in 0...(text.count - digits.count) where text[start] == digits[0] && text[start...].starts(with: digits) {
            let end = start + digits.count
            if end < text.count, Self.isDigit(text[end]) || Self.hiding.contains(text[end]) { continue }
            var first = start
            while first > 0, Self.isDigit(text[first - 1]) || Self.hiding.contains(text[first - 1]) { first -= 1 }
            if end - first >= Self.lengthMin { return true }
        }
        return false
    }

    private static func isDigit(_ unit: UInt16) -> Bool { (0x30...0x39).contains(unit) }
}
