// One text's way through the analysis as a person reads it: the original, what was changed, what came out.

import Engine
import Records

enum AnalysisPrinter {
    static func print(_ object: JSONObject, of original: String, to output: inout Output) {
        var rows: [(label: String, text: String)] = [(say("原文", "original"), Terminal.line(original))]
        let steps = (object["steps"]?.array ?? []).map { step in
            let name = step["step"]?.string ?? ""
            return say(chineseSteps[name] ?? spaced(name), spaced(name)) + " ×" + (step["count"]?.number ?? "0")
        }
        rows.append((say("处理", "steps"), steps.isEmpty ? say("无需改动", "nothing to change") : steps.joined(separator: say("，", ", "))))
        rows.append((say("规范化", "normalised"), Terminal.line(object["normalised"]?.string ?? "")))
        let words = (object["words"]?.array ?? []).compactMap(\.string)
        rows.append((say("词", "words"), Terminal.line(words.joined(separator: " / "))))
        for (place, number) in (object["numbers"]?.array ?? []).enumerated() {
            rows.append((place == 0 ? say("数字", "numbers") : "", describe(number)))
        }
        let width = rows.map { EastAsianWidth.columns(of: $0.label) }.max() ?? 0
        for row in rows { output.line(EastAsianWidth.padded(row.label, to: width) + "  " + row.text) }
        output.line("")
    }

    private static func describe(_ number: JSONValue) -> String {
        let kind = number["kind"]?.string ?? ""
        let start = (number["start"]?.int ?? 0) + 1
        let length = number["length"]?.int ?? 0
        let value = number["value"]?.string.map { say("：", ": ") + Terminal.line($0) } ?? say("：已遮盖", ": masked")
        return say(
            "\(chineseKinds[kind] ?? spaced(kind))（第 \(start)–\(start + length - 1) 字）", "\(spaced(kind)) (characters \(start)–\(start + length - 1))")
            + value
    }

    /// personalCharactersMasked → personal characters masked
    private static func spaced(_ name: String) -> String {
        name.reduce(into: "") { text, letter in text += letter.isUppercase ? " " + letter.lowercased() : String(letter) }
    }

    private static let chineseSteps: [String: String] = [
        "controlCharacters": "控制字符", "ignorablesRemoved": "去掉不显示的字符", "radicals": "部首换成汉字",
        "variants": "繁体、异体转换", "fullWidth": "全角转半角", "capitals": "大写转小写", "compatibility": "兼容字符转换",
        "watermarkCharacters": "去掉水印字符", "lineEndsJoined": "接上断行", "blanksRemoved": "去掉汉字间的空格",
        "paragraphBreaks": "分段", "personalCharactersMasked": "遮盖电话和证件号", "wordsOfLexicon": "用到词库的词",
        "numbersRecognized": "识别的数字",
    ]

    private static let chineseKinds: [String: String] = [
        "mobilePhone": "手机号", "landline": "固定电话", "tollFree": "免费电话", "hotline": "热线", "identityNumber": "身份证号",
        "creditCode": "统一社会信用代码", "orderNumber": "单号", "documentNumber": "文号", "date": "日期",
        "amount": "金额或数量", "licencePlate": "车牌",
    ]
}
