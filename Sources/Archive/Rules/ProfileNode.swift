// YAML of profiles with the file each word came from, and the rule by which a profile builds on shared pieces.
//
// A profile names the pieces it extends. Mappings are joined key by key, everything else is replaced by what the profile
// says; `key+` adds to an inherited list and an empty value takes an inherited key away.

import Records
import YAML

package struct ProfileNode: Sendable {
    package indirect enum Kind: Sendable {
        case scalar(String, isPlain: Bool)
        case list([ProfileNode])
        case map([Entry])
    }

    package struct Entry: Sendable {
        package var key: String
        package var value: ProfileNode
    }

    package var kind: Kind
    package let file: String
    package let line: Int
    package let column: Int

    package static func parse(_ text: String, file: String) throws(ProfileError) -> ProfileNode {
        do throws(YAMLError) { return ProfileNode(try YAMLNode.parse(text), file: file) } catch {
            throw ProfileError(.yaml(error), file: file, line: error.line, column: error.column)
        }
    }

    private init(_ node: YAMLNode, file: String) {
        self.file = file
        line = node.line
        column = node.column
        switch node.kind {
        case .scalar(let text, let isPlain): kind = .scalar(text, isPlain: isPlain)
        case .sequence(let elements): kind = .list(elements.map { ProfileNode($0, file: file) })
        case .mapping(let entries):
            kind = .map(entries.map { Entry(key: $0.key.text ?? "", value: ProfileNode($0.value, file: file)) })
        }
    }

    package var text: String? {
        if case .scalar(let text, let isPlain) = kind { return isPlain && ["", "~", "null"].contains(text) ? nil : text }
        return nil
    }

    package var isNull: Bool { if case .scalar = kind { text == nil } else { false } }
    package var entries: [Entry]? { if case .map(let entries) = kind { entries } else { nil } }
    package var elements: [ProfileNode]? { if case .list(let elements) = kind { elements } else { nil } }

    package subscript(key: String) -> ProfileNode? {
        entries?.last { $0.key == key }.flatMap { $0.value.isNull ? nil : $0.value }
    }

    package func merged(under over: ProfileNode) -> ProfileNode {
        guard case .map(var entries) = kind, case .map(let others) = over.kind else { return over }
        for other in others {
            if other.key.hasSuffix("+") {
                let key = String(other.key.dropLast())
                let place = entries.firstIndex { $0.key == key }
                var joined = other.value
                if let place, let inherited = entries[place].value.elements {
                    joined.kind = .list(inherited + (other.value.elements ?? [other.value]))
                }
                if let place { entries[place].value = joined } else { entries.append(Entry(key: key, value: joined)) }
                continue
            }
            if let place = entries.firstIndex(where: { $0.key == other.key }) {
                if other.value.isNull {
                    entries.remove(at: place)
                } else {
                    entries[place].value = entries[place].value.merged(under: other.value)
                }
            } else {
                entries.append(other)
            }
        }
        var result = over
        result.kind = .map(entries)
        return result
    }

    /// - Throws: at the first key that is none of these.
    package func allow(_ keys: [String]) throws(ProfileError) {
        guard let entries else { throw ProfileError(.wrong(text ?? "[…]", keys.joined(separator: ", ")), at: self) }
        for entry in entries where !keys.contains(entry.key) && !keys.contains("*") {
            throw ProfileError(.unknownKey(entry.key, nearest: Self.nearest(to: entry.key, in: keys)), at: entry.value)
        }
    }

    package static func nearest(to word: String, in words: [String]) -> String? {
        let near = words.map { ($0, distance(Array($0.lowercased()), Array(word.lowercased()))) }.min { $0.1 < $1.1 }
        return near.flatMap { $0.1 <= max(1, $0.0.count / 3) ? $0.0 : nil }
    }

    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let changed = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }

    // MARK: Values

    package func string(_ key: String) throws(ProfileError) -> String? {
        guard let node = self[key] else { return nil }
        guard let text = node.text else { throw ProfileError(.wrong(key, "文字 / a text"), at: node) }
        return text
    }

    package func strings(_ key: String) throws(ProfileError) -> [String] {
        guard let node = self[key] else { return [] }
        if let text = node.text { return [text] }
        guard let elements = node.elements else { throw ProfileError(.wrong(key, "[A, B]"), at: node) }
        var texts: [String] = []
        for element in elements {
            guard let text = element.text else { throw ProfileError(.wrong(key, "[A, B]"), at: element) }
            texts.append(text)
        }
        return texts
    }

    package func integer(_ key: String, in range: ClosedRange<Int>) throws(ProfileError) -> Int? {
        guard let node = self[key] else { return nil }
        guard let text = node.text, let number = Int(text), range.contains(number) else {
            throw ProfileError(.wrong(node.text ?? key, "\(range.lowerBound) … \(range.upperBound)"), at: node)
        }
        return number
    }

    package func flag(_ key: String) throws(ProfileError) -> Bool? {
        guard let node = self[key] else { return nil }
        switch node.text {
        case "true": return true
        case "false": return false
        default: throw ProfileError(.wrong(node.text ?? key, "true | false"), at: node)
        }
    }

    package func word<Word: RawRepresentable & CaseIterable>(
        _ key: String, as type: Word.Type = Word.self
    ) throws(ProfileError) -> Word? where Word.RawValue == String {
        guard let node = self[key] else { return nil }
        guard let text = node.text, let word = Word(rawValue: text) else {
            throw ProfileError(.wrong(node.text ?? key, Word.allCases.map(\.rawValue).joined(separator: " | ")), at: node)
        }
        return word
    }

    /// YAML that reads back as the same values: what `init` writes for the body to change.
    package func yaml(indent: Int = 0) -> String {
        let margin = String(repeating: "  ", count: indent)
        switch kind {
        case .scalar(let text, let isPlain): return isPlain ? text : YAMLText.scalar(text)
        case .list(let elements):
            if elements.allSatisfy({ $0.elements == nil && $0.entries == nil }) {
                return "[" + elements.map { $0.yaml() }.joined(separator: ", ") + "]"
            }
            return "\n" + elements.map { element in
                let lines = element.yaml(indent: indent + 1)
                return margin + "- " + lines.drop { $0 == "\n" || $0 == " " }
            }.joined(separator: "\n")
        case .map(let entries):
            if entries.isEmpty { return "{}" }
            return (indent > 0 ? "\n" : "") + entries.map { entry in
                let value = entry.value.yaml(indent: indent + 1)
                return margin + YAMLText.scalar(entry.key) + ":" + (value.hasPrefix("\n") ? value : " " + value)
            }.joined(separator: "\n")
        }
    }
}
