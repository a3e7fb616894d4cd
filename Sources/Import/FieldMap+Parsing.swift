// Reads a field map from YAML. Every refusal points at the word, since maps are written by people, often by copying.

import Records
import YAML

extension FieldMap {
    package static func parse(_ text: String) throws(MapError) -> FieldMap {
        let root: YAMLNode
        do throws(YAMLError) {
            root = try YAMLNode.parse(text)
        } catch {
            throw MapError(.yaml(error), line: error.line, column: error.column)
        }
        return try FieldMap(root)
    }

    package init(_ root: YAMLNode) throws(MapError) {
        self.init()
        let keys = ["source", "timeZone", "keepUnmapped", "drop", "fields"]
        try Self.check(root, allows: keys)
        if let node = root["source"], !node.isNull { try readSource(node) }
        if let node = root["timeZone"] { zoneMinutes = try Self.zone(node) }
        if let node = root["keepUnmapped"] {
            guard let keeps = node.bool else { throw .wrong("keepUnmapped", "true | false", at: node) }
            keepsUnmapped = keeps
        }
        if let node = root["drop"] { dropped = Set(try Self.columns(node, of: "drop").map { ColumnName($0.name).folded }) }
        guard let fields = root["fields"], let entries = fields.entries else {
            throw .wrong("fields", "title: 标题 …", at: root["fields"] ?? root)
        }
        var seen: Set<String> = []
        for entry in entries {
            let rule = try rule(for: entry)
            if rule.target.aliasKind == nil, !seen.insert(rule.target.description).inserted {
                throw MapError(.targetRepeated(rule.target.description), at: entry.key)
            }
            rules.append(rule)
        }
        func feeds(_ names: String...) -> Bool { rules.contains { names.contains($0.target.description) } }
        if !feeds("id", "registerNo") { throw MapError(.requiredFieldMissing("id | registerNo"), at: fields) }
        if !feeds("receivedAt") { throw MapError(.requiredFieldMissing("receivedAt"), at: fields) }
        if !feeds("title", "content") { throw MapError(.requiredFieldMissing("title | content"), at: fields) }
    }

    // MARK: About the file

    private mutating func readSource(_ node: YAMLNode) throws(MapError) {
        try Self.check(node, allows: ["format", "encoding", "delimiter", "sheet", "header"])
        if let value = node["format"] {
            guard let format = value.text.flatMap(InputFormat.init(rawValue:)) else {
                throw .wrong("format", "jsonl | csv | xlsx", at: value)
            }
            source.format = format
        }
        if let value = node["encoding"] {
            guard let encoding = value.text.flatMap(TextEncoding.init(named:)) else {
                throw .wrong("encoding", "UTF-8 | GB18030 | UTF-16LE | UTF-16BE | Big5", at: value)
            }
            source.encoding = encoding
        }
        if let value = node["delimiter"] {
            let text = value.text == "tab" ? "\t" : value.text ?? ""
            guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80, byte != 0x22, byte != 0x0A, byte != 0x0D else {
                throw .wrong("delimiter", "\",\" | \";\" | tab | \"|\"", at: value)
            }
            source.delimiter = byte
        }
        if let value = node["sheet"] {
            guard let text = value.text else { throw .wrong("sheet", "name | 1 | all", at: value) }
            source.sheet = text
        }
        if let value = node["header"] {
            guard let row = value.int, (1...1000).contains(row) else { throw .wrong("header", "1 … 1000", at: value) }
            source.headerRow = row
        }
    }

    private static func zone(_ node: YAMLNode) throws(MapError) -> Int {
        let bytes = Array((node.text ?? "").utf8)
        let isShaped = bytes.count == 6 && (bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"))
        let digits = isShaped ? [bytes[1], bytes[2], bytes[4], bytes[5]].map { Int($0) - 48 } : []
        guard isShaped, bytes[3] == UInt8(ascii: ":"), digits.allSatisfy({ (0...9).contains($0) }),
            digits[0] * 10 + digits[1] <= 14, digits[2] < 6
        else { throw .wrong("timeZone", "\"+08:00\"", at: node) }
        let minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
        return bytes[0] == UInt8(ascii: "-") ? -minutes : minutes
    }

    // MARK: One rule

    private static let ruleKeys = [
        "from", "join", "first", "path", "constant", "hash", "prefix", "split", "dates", "number", "values", "otherwise",
        "default", "required", "optional", "note",
    ]

    private func rule(for entry: YAMLNode.Entry) throws(MapError) -> Rule {
        let name = entry.key.text ?? ""
        guard let target = TargetPath(name) else { throw MapError(.targetUnreadable(name), at: entry.key) }
        let kind = RecordSchema.kind(of: target)
        switch kind {
        case nil: throw MapError(.targetUnknown(name, nearest: RecordSchema.nearest(to: name)), at: entry.key)
        case .object(mayBeText: false, let isList)?:
            throw MapError(.targetNeedsMember(name, isList: isList && !name.hasSuffix("]")), at: entry.key)
        default: break
        }
        let node = entry.value
        var rule = Rule(target: target, feed: .constant(.null))
        if kind == .date { rule.dates = DateRule(readings: [.auto], zoneMinutes: zoneMinutes) }
        rule.isNumber = kind == .number
        if node.entries == nil {
            rule.feed = .joined(try Self.columns(node, of: name), separator: " ")
            return rule
        }

        try Self.check(node, allows: Self.ruleKeys)
        rule.feed = try Self.feed(node, of: entry)
        if let value = node["prefix"] {
            guard let text = value.text else { throw .wrong("prefix", "text", at: value) }
            rule.prefix = text
        }
        if let value = node["split"] { rule.separators = try Self.texts(value, of: "split") }
        if let value = node["dates"] { rule.dates = try dates(value) }
        if let value = node["number"] {
            guard let isNumber = value.bool else { throw .wrong("number", "true | false", at: value) }
            rule.isNumber = isNumber
        }
        if let value = node["values"] {
            guard let table = value.entries else { throw .wrong("values", "{已办结: closed}", at: value) }
            rule.values = [:]
            for pair in table { rule.values?[pair.key.text ?? ""] = pair.value.json }
            rule.dates = node["dates"] == nil ? nil : rule.dates
        }
        if let value = node["otherwise"] {
            guard rule.values != nil else { throw MapError(.rulesContradict("otherwise", "values: —"), at: value) }
            switch (value.text, value.kind) {
            case ("reject", _): rule.otherwise = .reject
            case ("keep", _): rule.otherwise = .keep
            case ("drop", _): rule.otherwise = .drop
            default: rule.otherwise = .value(value.json)
            }
        }
        if let value = node["default"], !value.isNull { rule.fallback = try fallback(value, of: rule) }
        if let value = node["required"] {
            guard let flag = value.bool else { throw .wrong("required", "true | false", at: value) }
            rule.isRequired = flag
        }
        if let value = node["optional"] {
            guard let flag = value.bool else { throw .wrong("optional", "true | false", at: value) }
            rule.isOptional = flag
        }
        if rule.isNumber, node["dates"] != nil, let value = node["number"] {
            throw MapError(.rulesContradict("number", "dates"), at: value)
        }
        return rule
    }

    private static func feed(_ node: YAMLNode, of entry: YAMLNode.Entry) throws(MapError) -> Feed {
        let sources = ["from", "first", "path", "constant", "hash"]
        let given = (node.entries ?? []).filter { sources.contains($0.key.text ?? "") }
        if given.count > 1 {
            throw MapError(.rulesContradict(given[0].key.text ?? "", given[1].key.text ?? ""), at: given[1].key)
        }
        guard let source = given.first, let key = source.key.text else {
            // A rule of nothing but a default is a constant.
            if let value = node["default"], !value.isNull { return .joined([], separator: "") }
            throw MapError(.ruleWithoutSource(entry.key.text ?? ""), at: entry.key)
        }
        if let join = node["join"], key != "from" { throw MapError(.rulesContradict("join", key), at: join) }
        switch key {
        case "from":
            var separator = " "
            if let value = node["join"] {
                guard case .scalar(let text, _) = value.kind else { throw .wrong("join", "text", at: value) }
                separator = text
            }
            return .joined(try columns(source.value, of: key), separator: separator)
        case "first": return .first(try columns(source.value, of: key))
        case "path": return .path(try columns(source.value, of: key))
        case "constant":
            guard !source.value.isNull else { throw .wrong("constant", "12345热线", at: source.value) }
            return .constant(source.value.json)
        default:
            if source.value.bool == true { return .hash([]) }
            return .hash(try columns(source.value, of: key))
        }
    }

    private func dates(_ node: YAMLNode) throws(MapError) -> DateRule? {
        if node.bool == false { return nil }
        var readings: [DateRule.Reading] = []
        for element in node.elements ?? [node] {
            switch element.text {
            case "auto": readings.append(.auto)
            case "excel": readings.append(.excel)
            case "unix": readings.append(.unix)
            case let text?:
                guard let pattern = DatePattern(text) else { throw MapError(.datePatternUnreadable(text), at: element) }
                readings.append(.pattern(pattern))
            case nil: throw .wrong("dates", "auto | excel | unix | yyyy-MM-dd", at: element)
            }
        }
        guard !readings.isEmpty else { throw .wrong("dates", "auto | excel | unix | yyyy-MM-dd", at: node) }
        return DateRule(readings: readings, zoneMinutes: zoneMinutes)
    }

    /// A default is written as the record wants it; a date that does not exist is found here and not row by row.
    private func fallback(_ node: YAMLNode, of rule: Rule) throws(MapError) -> JSONValue {
        guard rule.dates != nil else { return node.json }
        guard let text = node.text, case .success(let iso) = DateRule(readings: [.auto], zoneMinutes: zoneMinutes).iso(text)
        else { throw .wrong("default", "2020-01-01", at: node) }
        return .string(iso)
    }

    // MARK: Pieces

    private static func check(_ node: YAMLNode, allows keys: [String]) throws(MapError) {
        guard let entries = node.entries else { throw MapError(.notAMapping, at: node) }
        for entry in entries where !keys.contains(entry.key.text ?? "") {
            throw MapError(.keyUnknown(entry.key.text ?? "", known: keys), at: entry.key)
        }
    }

    private static func columns(_ node: YAMLNode, of key: String) throws(MapError) -> [Column] {
        var columns: [Column] = []
        for element in node.elements ?? [node] {
            guard let name = element.text, !name.isEmpty else { throw .wrong(key, "列名 | [列名, 列名]", at: element) }
            columns.append(Column(name: name, line: element.line, column: element.column))
        }
        guard !columns.isEmpty else { throw .wrong(key, "列名 | [列名, 列名]", at: node) }
        return columns
    }

    private static func texts(_ node: YAMLNode, of key: String) throws(MapError) -> [String] {
        var texts: [String] = []
        for element in node.elements ?? [node] {
            guard case .scalar(let text, _) = element.kind, !text.isEmpty else { throw .wrong(key, "\"、\"", at: element) }
            texts.append(text)
        }
        return texts
    }
}

extension MapError {
    fileprivate static func wrong(_ key: String, _ expected: String, at node: YAMLNode) -> MapError {
        MapError(.valueWrong(key: key, expected: expected), at: node)
    }
}
