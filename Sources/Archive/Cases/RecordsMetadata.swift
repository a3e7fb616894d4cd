// Metadata of a file and its documents in the names of DA/T 46-2009, as XML and as JSON: what an archive of the state reads.
// What that standard has no element for stands under 扩展.

import Records

/// A named value, or named parts, in the order of the standard.
package indirect enum MetadataElement: Sendable {
    case value(String, String)
    case group(String, [MetadataElement])

    /// Nothing for what is not known: an empty element says less than none.
    static func text(_ name: String, _ text: String?) -> [MetadataElement] { (text ?? "").isEmpty ? [] : [.value(name, text!)] }
    static func number(_ name: String, _ number: Int) -> [MetadataElement] { [.value(name, String(number))] }

    package var name: String {
        switch self {
        case .value(let name, _), .group(let name, _): name
        }
    }

    func write(into text: inout String, indent: Int) {
        let margin = String(repeating: "  ", count: indent)
        switch self {
        case .value(let name, let value): text += "\(margin)<\(name)>\(Self.escaped(value))</\(name)>\n"
        case .group(let name, let parts):
            text += "\(margin)<\(name)>\n"
            for part in parts { part.write(into: &text, indent: indent + 1) }
            text += "\(margin)</\(name)>\n"
        }
    }

    /// XML has no way to write most control characters.
    package static func escaped(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "\r": escaped.append(contentsOf: "&#13;".unicodeScalars)
            case "\t", "\n": escaped.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: escaped.append("\u{FFFD}")
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    /// Parts of one name are a list.
    static func json(_ parts: [MetadataElement]) -> JSONObject {
        var object = JSONObject()
        for part in parts {
            let value: JSONValue =
                switch part {
                case .value(_, let text): .string(text)
                case .group(_, let inner): .object(json(inner))
                }
            switch object[part.name] {
            case nil: object.set(part.name, to: value)
            case .array(let others)?: object.set(part.name, to: .array(others + [value]))
            case let other?: object.set(part.name, to: .array([other, value]))
            }
        }
        return object
    }
}

package struct RecordsMetadata: Sendable {
    package let elements: [MetadataElement]

    package init(_ file: CaseFile, documents: [CaseFile.Document], records: [Complaint], profile: Profile) {
        let code = file.referenceCode.flatMap { profile.referenceCode.parse($0) }
        let source = MetadataElement.group(
            "来源",
            MetadataElement.text("全宗名称", profile.referenceCode.fondsName) + MetadataElement.text("立档单位名称", profile.referenceCode.fondsName))
        func reference(_ extra: [MetadataElement]) -> MetadataElement {
            .group(
                "档号",
                MetadataElement.text("全宗号", code?.fonds ?? profile.referenceCode.fonds) + MetadataElement.text("年度", code.map { String($0.year) })
                    + MetadataElement.text("保管期限", file.retention.flatMap { RetentionPeriod($0) }?.chinese)
                    + MetadataElement.text("类别号", code?.classCode ?? profile.referenceCode.classCode)
                    + MetadataElement.text("室编案卷号", code.map { String($0.file) }) + extra)
        }
        let level = records.compactMap { $0.securityLevel?.canonicalText }.first
        let days = documents.compactMap(\.date).sorted()
        let pages = documents.reduce(0) { $0 + $1.pages }
        var whole: [MetadataElement] = [
            .value("聚合层次", "案卷"), source, .value("电子文件号", file.id), reference([]),
            .group(
                "内容描述",
                MetadataElement.text("题名", file.title)
                    + MetadataElement.text("主题词", Set(records.flatMap(\.keywords)).sorted().joined(separator: ";"))
                    + MetadataElement.text("分类号", Set(records.flatMap(\.category)).sorted().joined(separator: ";"))
                    + MetadataElement.text("文件编号", records.flatMap(\.allNumbers).filter { $0 != file.id && $0 != file.referenceCode }.joined(separator: ";"))
                    + MetadataElement.text("责任者", profile.referenceCode.fondsName)
                    + MetadataElement.text("日期", [days.first, days.last].compactMap { $0 }.joined(separator: "/"))
                    + MetadataElement.text("密级", level)),
            .group(
                "形式特征",
                [.value("文件组合类型", "组合文件")] + MetadataElement.number("件数", documents.count) + MetadataElement.number("页数", pages) + [.value("语种", "汉语")]),
        ]
        whole += Self.actions(of: file)
        var first = 1
        for document in documents {
            let last = first + max(1, document.pages) - 1
            defer { first = last + 1 }
            let name = Self.packagedName(document)
            whole.append(
                .group(
                    "文件",
                    [.value("聚合层次", "文件"), .value("电子文件号", file.id + "-" + NumberPattern.padded(document.number, 4)),
                     reference(
                        [.value("室编件号", String(document.number)), .value("页号", first == last ? "\(first)" : "\(first)-\(last)")]),
                     .group(
                        "内容描述",
                        MetadataElement.text("题名", document.title) + MetadataElement.text("文件编号", document.no)
                            + MetadataElement.text("责任者", document.author) + MetadataElement.text("日期", document.date)
                            + MetadataElement.text("文种", document.type) + MetadataElement.text("密级", document.isInner ? "秘密" : level)),
                     .group("形式特征", [.value("文件组合类型", "单件")] + MetadataElement.number("页数", document.pages) + [.value("语种", "汉语")]),
                     .group(
                        "电子属性",
                        MetadataElement.text("格式信息", document.fileName.contains(".") ? document.fileName.split(separator: ".").last.map { $0.lowercased() } : nil)
                            + [.value("计算机文件名", name), .value("计算机文件大小", String(document.byteCount))]),
                     .group("扩展", [.value("原文件名", document.fileName), .value("SHA-256", document.sha256), .value("SM3", document.sm3)])]))
        }
        elements = whole
    }

    /// What was done with the file, by whom and when (业务实体).
    private static func actions(of file: CaseFile) -> [MetadataElement] {
        func action(_ what: String, _ at: String?, _ by: String?, _ text: String = "") -> [MetadataElement] {
            guard let at else { return [] }
            return [.group(
                "业务实体",
                [.value("业务行为", what), .value("行为时间", at)] + MetadataElement.text("行为描述", text) + MetadataElement.text("机构人员名称", by))]
        }
        return action("立卷", file.openedAt, file.openedBy) + action("结卷", file.closedAt, nil) + action("归档", file.filedAt, file.checkedBy)
            + file.notes.flatMap { action($0.kind, $0.at, $0.by, $0.text) }
            + file.holds.flatMap { action("保全", $0.at, $0.by, $0.basis) + action("解除保全", $0.releasedAt, $0.releasedBy, $0.basis) }
    }

    /// What a document is called in a package: its place, and the ending of its own name.
    package static func packagedName(_ document: CaseFile.Document) -> String {
        let ending = document.fileName.split(separator: ".").last.map(String.init) ?? ""
        let isPlain = document.fileName.contains(".") && (1...8).contains(ending.count) && ending.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return NumberPattern.padded(document.number, 4) + (isPlain ? "." + ending.lowercased() : "")
    }

    package var xml: String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<电子文件元数据 标准=\"DA/T 46-2009\">\n"
        for element in elements { element.write(into: &text, indent: 1) }
        return text + "</电子文件元数据>\n"
    }

    package var json: JSONObject { MetadataElement.json(elements) }
}
