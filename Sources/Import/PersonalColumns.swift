// Which column names say that a column holds a person's name, number or address. A map names such columns by its targets;
// these words catch the ones it forgot, so that no reject shows them. (What is stored is kept apart by the record itself.)

enum PersonalColumns {
    static func mayTellAPerson(_ name: String) -> Bool {
        let folded = ColumnName(name).folded
        return personal.contains { folded.holds($0) } || !words(of: name).isDisjoint(with: personalWords)
    }

    private static let personal = [
        "姓名", "投诉人", "举报人", "来电人", "来信人", "来访人", "反映人", "申诉人", "诉求人", "联系人", "报告人", "消费者",
        "电话", "手机", "号码", "联系方式", "身份证", "证件", "住址", "家庭地址", "联系地址", "通讯地址", "通信地址", "邮箱",
        "邮件", "微信", "qq", "昵称", "用户名", "网名",
    ]
    private static let personalWords: Set<String> = [
        "phone", "mobile", "tel", "telephone", "cellphone", "name", "surname", "firstname", "lastname", "fullname", "user",
        "username", "nickname", "idno", "idcard", "passport", "address", "addr", "email", "mail", "wechat", "qq",
        "complainant", "complainants", "caller", "contact", "contacts", "principal", "agent",
    ]
    /// `callerPhone`, `caller_phone`, `Caller Phone` → caller, phone.
    private static func words(of name: String) -> Set<String> {
        var words: Set<String> = []
        var word = ""
        var previousWasLower = false
        for unicode in name.unicodeScalars {
            let isUpper = ("A"..."Z").contains(unicode)
            let isLetter = isUpper || ("a"..."z").contains(unicode)
            if !isLetter || isUpper && previousWasLower {
                if !word.isEmpty { words.insert(word.lowercased()) }
                word = ""
            }
            if isLetter { word.unicodeScalars.append(unicode) }
            previousWasLower = isLetter && !isUpper
        }
        if !word.isEmpty { words.insert(word.lowercased()) }
        return words
    }
}

/// A column's name as people mean it: blanks, line ends, width and case do not count.
struct ColumnName: Hashable, Sendable {
    let folded: String

    init(_ name: String) {
        // Asked for every unmapped key of every JSON line: nearly all names are folded already.
        if name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x41 || $0 > 0x5A && $0 < 0x80 || $0 >= 0xE4 && $0 < 0xEF || $0 & 0xC0 == 0x80 }) {
            folded = name
            return
        }
        var folded = ""
        for unicode in name.unicodeScalars {
            switch unicode.value {
            case 0x00...0x20, 0x3000, 0xA0, 0xFEFF, 0x200B: continue
            case 0xFF01...0xFF5E: folded.unicodeScalars.append(Unicode.Scalar(unicode.value - 0xFEE0) ?? unicode)
            default: folded.unicodeScalars.append(unicode)
            }
        }
        self.folded = folded.lowercased()
    }
}
