// A record as a person reads it: one member a line, lists and objects set in.

import Records

struct RecordPrinter {
    let terminal: Terminal
    private static let indentColumns = 4

    func print(_ object: JSONObject, indent: Int = 0, to output: inout Output) {
        for (key, value) in object.entries { member(key, value, indent: indent, to: &output) }
    }

    private func member(_ key: String, _ value: JSONValue, indent: Int, to output: inout Output) {
        let margin = String(repeating: " ", count: indent)
        let label = margin + terminal.dim(Terminal.line(indent == 0 ? Self.name(of: key) : Self.innerName(of: key)) + say("：", ": "))
        switch value {
        case .object(let object):
            output.line(label)
            print(object, indent: indent + Self.indentColumns, to: &output)
        case .array(let values) where values.contains { $0.objectValue != nil || $0.array != nil }:
            output.line(label)
            for value in values { item(value, indent: indent + Self.indentColumns, to: &output) }
        case .array(let values):
            output.line(label + values.map(Self.text).joined(separator: say("；", "; ")))
        default:
            let lines = Self.text(value).split(separator: "\n", omittingEmptySubsequences: false)
            if lines.count <= 1 { return output.line(label + (lines.first.map(String.init) ?? "")) }
            output.line(label)
            let inner = String(repeating: " ", count: indent + Self.indentColumns)
            for line in lines { output.line(inner + line) }
        }
    }

    /// A member of a list; a dash shows where the next one begins.
    private func item(_ value: JSONValue, indent: Int, to output: inout Output) {
        let margin = String(repeating: " ", count: indent)
        guard let object = value.objectValue else { return output.line(margin + "- " + Self.text(value)) }
        output.line(margin + "-")
        print(object, indent: indent + 2, to: &output)
    }

    private static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { return Terminal.lines(text.replacing("\r\n", with: "\n")) }
        return Terminal.lines(value.text)
    }

    /// Members of events, documents, parties and the like, for a Chinese reader.
    private static func innerName(of key: String) -> String {
        guard Language.ofUser == .chinese, let name = innerNames[key] else { return key }
        return "\(name)（\(key)）"
    }

    private static let innerNames: [String: String] = [
        "type": "类型", "at": "时间", "actor": "经办人", "unit": "单位", "receiver": "接收单位", "slipNo": "单号", "due": "限办",
        "opinion": "意见", "name": "名称", "person": "人员", "post": "岗位", "window": "窗口", "aliases": "别名", "address": "地址",
        "region": "区划", "kind": "种类", "no": "编号", "number": "版次", "by": "经办人", "cause": "缘由", "fields": "改动字段",
        "reason": "理由", "decision": "决定", "text": "内容", "heading": "标题", "title": "题名", "date": "日期", "author": "责任者",
        "pages": "页数", "codes": "代码", "mode": "方式", "content": "内容", "stage": "阶段", "basis": "依据", "metAt": "完成时间",
        "target": "对象", "amount": "金额", "state": "状态", "result": "结果", "from": "起", "to": "止", "brand": "品牌", "price": "价格",
        "phone": "电话", "idNo": "证件号", "sex": "性别", "sha256": "校验值", "level": "密级", "creditCode": "统一社会信用代码",
    ]

    /// Members of a record that are no fields of the query language.
    private static let otherNames: [String: String] = [
        "complainants": "投诉人", "agent": "代理人", "principal": "委托人", "complainantCount": "投诉人数", "representedCount": "人数", "versions": "版本", "archivedAt": "归档时间",
        "fileId": "案卷", "retentionUntil": "保管至", "kindHistory": "类型变更", "contentRedacted": "脱敏文本", "approval": "审定", "facts": "事实", "incident": "发生月份",
    ]

    /// The key as record JSON has it; for a Chinese reader with the field's name in front.
    private static func name(of key: String) -> String {
        guard Language.ofUser == .chinese, let name = Field.named(key)?.name(in: .chinese) ?? otherNames[key] else { return key }
        return name == key ? key : "\(name)（\(key)）"
    }
}
