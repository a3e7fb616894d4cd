// Tells by its name or its shape whether a member that the schema does not know holds somebody's identity.
//
// It errs towards yes: a member taken for identity by mistake is kept apart and comes back for whoever may see it,
// one that is missed would stand in the open record.

package enum IdentityNames {
    /// Whether a member of that name says who somebody is.
    package static func holdsIdentity(_ name: String) -> Bool {
        var folded = foldedName(name)
        if whole.contains(folded) { return true }
        // 被投诉人 alone is the other side; 被投诉人电话 is still somebody's number.
        if folded.unicodeScalars.contains("被") {
            for side in otherSide { folded = removing(side, from: folded) }
        }
        if inside.isFound(in: folded) { return true }
        return words(of: name).contains { wordsOfIdentity.contains($0) }
    }

    /// Whether a text is, as a whole, a mobile number or a resident identity number.
    package static func isIdentity(_ text: String) -> Bool {
        guard (11...80).contains(text.utf8.count) else { return false }
        // Nearly every text ends here: the last byte of a full-width digit is counted as one, too many do no harm.
        var digitCount = 0
        for byte in text.utf8 where byte &- 0x30 <= 9 || byte &- 0x90 <= 9 { digitCount += 1 }
        if digitCount < 11 { return false }
        return IdentityKey.isResidentIdNumber(text) || IdentityKey.isMobilePhone(text)
    }

    /// Whether a value holds identity by its shape: the text itself, or one in a list.
    package static func isIdentity(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text), .number(let text): isIdentity(text)
        case .array(let values): values.contains { isIdentity($0) }
        case .null, .bool, .object: false
        }
    }

    private static let otherSide = [
        "被投诉举报人", "被投诉人", "被举报人", "被申诉人", "被申请人", "被信访人", "被反映人",
    ]

    /// Folded names that mean identity only when they are the whole name.
    private static let whole: Set<String> = [
        "name", "fullname", "realname", "username", "nickname", "contact", "contacts", "contactperson", "contactinfo", "contactway",
        "sex", "gender", "age", "birthday", "birthdate", "idno", "idnum", "idnumber", "certno", "cardno", "qq", "性别", "年龄", "出生日期",
        "生日", "市民", "当事人", "姓氏", "称呼", "联系", "agent", "principal",
    ]

    /// Pieces of folded names.
    private static let inside = PieceSet([
        "phone", "mobile", "idcard", "complainant", "informant", "whistleblower", "petitioner", "reporter", "caller", "appellant",
        "wechat", "email", "homeaddress", "contactaddress", "postaladdress", "passport", "bankaccount", "bankcard",
        "电话", "手机", "联系方式", "联系号码", "联系人", "联系地址", "姓名", "投诉人", "举报人", "投诉举报人", "信访人", "反映人", "来电人", "来信人",
        "来访人", "诉求人", "申诉人", "申请人", "求助人", "报案人", "报警人", "咨询人", "检举人", "控告人", "消费者", "代理人", "委托人", "身份证", "证件号",
        "护照", "住址", "户籍", "居住地", "通讯地址", "通信地址", "邮箱", "微信", "主叫", "来电号码", "来电显示", "银行卡", "银行账号", "车牌",
    ])

    private static let wordsOfIdentity: Set<String> = ["tel", "telno", "cell", "cellno", "mobileno", "idcard", "fax"]

    /// Parts of `contactTel`, `contact_tel`, `CONTACT-TEL`, lower case. `hotel` is one word.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = String()
        var previousIsLower = false
        for scalar in name.unicodeScalars.lazy.map(\.halfWidth) {
            let isUpper = ("A"..."Z").contains(scalar), isLower = ("a"..."z").contains(scalar)
            if !(isUpper || isLower) || isUpper && previousIsLower {
                if !word.isEmpty { words.append(word) }
                word = ""
            }
            if isUpper || isLower { word.unicodeScalars.append(isUpper ? Unicode.Scalar(scalar.value + 32)! : scalar) }
            previousIsLower = isLower
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    private static func removing(_ piece: String, from text: String) -> String {
        var bytes = Array(text.utf8)
        let wanted = Array(piece.utf8)
        var start = 0
        while start + wanted.count <= bytes.count {
            if bytes[start..<start + wanted.count].elementsEqual(wanted) {
                bytes.removeSubrange(start..<start + wanted.count)
            } else {
                start += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Finds whether any of some short texts stands inside another. Asked for every unknown member of every record, so
/// three bytes decide at most places.
private struct PieceSet: Sendable {
    private let pieces: [[UInt8]]
    /// One bit for every hash of the first three bytes of a piece.
    private var starts = [Bool](repeating: false, count: 4096)

    /// - Precondition: every piece has at least three bytes.
    init(_ texts: [String]) {
        pieces = texts.map { Array($0.utf8) }
        for piece in pieces { starts[Self.slot(piece[0], piece[1], piece[2])] = true }
    }

    func isFound(in text: String) -> Bool {
        let bytes = text.utf8.span
        var start = 0
        while start + 2 < bytes.count {
            if starts[Self.slot(bytes[start], bytes[start + 1], bytes[start + 2])] {
                for piece in pieces where start + piece.count <= bytes.count {
                    if piece.indices.allSatisfy({ bytes[start + $0] == piece[$0] }) { return true }
                }
            }
            start += 1
        }
        return false
    }

    private static func slot(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> Int {
        (Int(a) &* 7 ^ Int(b) &* 61 ^ Int(c) &* 509) & 4095
    }
}
