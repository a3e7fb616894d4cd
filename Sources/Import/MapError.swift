// What is wrong with a field map, pointing at the word.

import Records
import YAML

package struct MapError: Error, Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        case yaml(YAMLError)
        case notAMapping
        case keyUnknown(String, known: [String])
        case valueWrong(key: String, expected: String)
        case targetUnreadable(String)
        /// A target that is no field of the record schema, and the nearest name that is.
        case targetUnknown(String, nearest: String?)
        /// An object, where the map must say which of its members.
        case targetNeedsMember(String, isList: Bool)
        case targetRepeated(String)
        case ruleWithoutSource(String)
        case rulesContradict(String, String)
        case datePatternUnreadable(String)
        case requiredFieldMissing(String)
        case columnMissing(String)
    }

    package let cause: Cause
    /// Both start at 1; 0 when the whole map is meant.
    package let line: Int
    package let column: Int

    package init(_ cause: Cause, line: Int, column: Int) {
        self.cause = cause
        self.line = line
        self.column = column
    }

    init(_ cause: Cause, at node: YAMLNode) { self.init(cause, line: node.line, column: node.column) }

    package func notice(in language: Language, path: String) -> String {
        if case .yaml(let error) = cause { return error.notice(in: language, path: path) }
        let place = line > 0 ? "\(path):\(line):\(column)" : path
        switch language {
        case .chinese: return "错误：映射文件有误：\(chinese.what)\n位置：\(place)\n处理：\(chinese.remedy)"
        case .english: return "Error: the field map is wrong: \(english.what)\nWhere: \(place)\nRemedy: \(english.remedy)"
        }
    }

    private var chinese: (what: String, remedy: String) {
        switch cause {
        case .yaml: ("", "")
        case .notAMapping: ("此处应为“键: 值”", "参照 juanzong import --guess 给出的写法")
        case .keyUnknown(let key, let known): ("不认识的键 \(key)", "可用：\(known.joined(separator: "、"))")
        case .valueWrong(let key, let expected): ("\(key) 的值不对", "应写：\(expected)")
        case .targetUnreadable(let target): ("目标字段写法有误：\(target)", "写成 title、complainants[0].name 或 aliasNos[工单号]")
        case .targetUnknown(let target, let nearest):
            ("没有这个字段：\(target)", nearest.map { "是不是 \($0)？" } ?? "改用记录字段名；其余列会自动按原列名保留")
        case .targetNeedsMember(let target, let isList):
            ("\(target) 是一组值，不能直接填文字", "写明其中一项，如 \(target)\(isList ? "[0]" : "").\(Self.member(of: target))")
        case .targetRepeated(let target): ("字段出现两次：\(target)", "合并成一条规则，用 from: [列一, 列二]")
        case .ruleWithoutSource(let target): ("\(target) 没有来源", "写明 from、first、path、constant 或 hash")
        case .rulesContradict(let one, let other): ("\(one) 与 \(other) 不能同时使用", "只留一个")
        case .datePatternUnreadable(let pattern):
            ("日期格式看不懂：\(pattern)", "用 yyyy MM dd HH mm ss 等，例如 yyyy-MM-dd HH:mm；或写 auto、excel、unix")
        case .requiredFieldMissing(let field): ("缺少必需字段 \(field)", "为它写一条规则，或给 default")
        case .columnMissing(let name): ("文件中没有列“\(name)”", "改成文件里的列名；此列可有可无时加 optional: true")
        }
    }

    private var english: (what: String, remedy: String) {
        switch cause {
        case .yaml: ("", "")
        case .notAMapping: ("`key: value` is expected here", "write it as juanzong import --guess does")
        case .keyUnknown(let key, let known): ("unknown key \(key)", "known: \(known.joined(separator: ", "))")
        case .valueWrong(let key, let expected): ("the value of \(key) does not fit", "write \(expected)")
        case .targetUnreadable(let target):
            ("a target that cannot be read: \(target)", "write title, complainants[0].name or aliasNos[kind]")
        case .targetUnknown(let target, let nearest):
            ("no such field: \(target)", nearest.map { "perhaps \($0)?" } ?? "use a field of the record; other columns are kept by themselves")
        case .targetNeedsMember(let target, let isList):
            ("\(target) is an object and takes no text", "name a member, as in \(target)\(isList ? "[0]" : "").\(Self.member(of: target))")
        case .targetRepeated(let target): ("the field stands twice: \(target)", "make one rule with from: [one, two]")
        case .ruleWithoutSource(let target): ("nothing feeds \(target)", "say from, first, path, constant or hash")
        case .rulesContradict(let one, let other): ("\(one) and \(other) exclude each other", "keep one")
        case .datePatternUnreadable(let pattern):
            ("a date pattern that cannot be read: \(pattern)", "use yyyy MM dd HH mm ss, as in yyyy-MM-dd HH:mm; or auto, excel, unix")
        case .requiredFieldMissing(let field): ("the required field \(field) is missing", "write a rule for it, or a default")
        case .columnMissing(let name):
            ("the file has no column \(name)", "use the file's own name; add optional: true when it may be absent")
        }
    }

    private static func member(of target: String) -> String {
        let plain = String(target.prefix { $0 != "[" })
        return RecordSchema.kinds.keys.filter { $0.hasPrefix(plain + ".") }.sorted().first.map { String($0.dropFirst(plain.count + 1)) }
            ?? "text"
    }
}
