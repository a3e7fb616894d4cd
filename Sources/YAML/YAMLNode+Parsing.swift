// Reads YAML by the events of the system's libyaml, which is in every Debian and reads what people write.
//
// Limits stand here because a profile or a map may come from anywhere: size, depth, and the count of nodes after
// aliases are expanded (ten lines of nested aliases can stand for a billion nodes).

import CYAML
import Records

extension YAMLNode {
    package static let sizeLimitBytes = 4 << 20
    package static let depthLimit = 64
    package static let nodeLimit = 200_000

    /// The single document of `text`.
    package static func parse(_ text: String) throws(YAMLError) -> YAMLNode {
        try parse(Array(text.utf8))
    }

    package static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
        guard bytes.count <= sizeLimitBytes else {
            throw YAMLError(.tooLarge(limitBytes: sizeLimitBytes), line: 0, column: 0)
        }
        // libyaml also reads UTF-16; ours are UTF-8 only, so that line and column are what an editor shows.
        guard String(validating: bytes, as: UTF8.self) != nil else { throw YAMLError(.notUTF8, line: 0, column: 0) }
        // Holds: the parser reads from `bytes`, which outlives it because the closure returns first.
        let result = unsafe bytes.withUnsafeBufferPointer { buffer -> Result<YAMLNode, YAMLError> in
            var reader = unsafe EventReader(buffer)
            defer { reader.close() }
            do throws(YAMLError) {
                return .success(try reader.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// One pass over the events of one text.
@safe private struct EventReader {
    private struct Event {
        var kind: yaml_event_type_t
        var line: Int
        var column: Int
        var text = ""
        var anchor: String?
        var tag: String?
        var isPlain = false
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var anchors: [String: (node: YAMLNode, nodes: Int)] = [:]
    private var openAnchors: Set<String> = []
    private var nodes = 0
    private var depth = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe yaml_parser_initialize(parser)
        unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    func close() {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
    }

    mutating func document() throws(YAMLError) -> YAMLNode {
        _ = try next()  // stream start
        let first = try next()
        guard first.kind == YAML_DOCUMENT_START_EVENT else { throw YAMLError(.empty, line: 0, column: 0) }
        let root = try node(try next())
        _ = try next()  // document end
        let after = try next()
        guard after.kind == YAML_STREAM_END_EVENT else {
            throw YAMLError(.severalDocuments, line: after.line, column: after.column)
        }
        return root
    }

    private mutating func node(_ event: Event) throws(YAMLError) -> YAMLNode {
        func fail(_ cause: YAMLError.Cause) -> YAMLError { YAMLError(cause, line: event.line, column: event.column) }
        nodes += 1
        guard nodes <= YAMLNode.nodeLimit else { throw fail(.tooManyNodes(limit: YAMLNode.nodeLimit)) }
        if event.kind == YAML_ALIAS_EVENT {
            let name = event.anchor ?? ""
            if openAnchors.contains(name) { throw fail(.aliasInsideItself) }
            guard let target = anchors[name] else { throw fail(.aliasUnknown) }
            nodes += target.nodes
            guard nodes <= YAMLNode.nodeLimit else { throw fail(.tooManyNodes(limit: YAMLNode.nodeLimit)) }
            return target.node
        }

        depth += 1
        defer { depth -= 1 }
        guard depth <= YAMLNode.depthLimit else { throw fail(.tooDeep(limit: YAMLNode.depthLimit)) }
        let before = nodes
        if let anchor = event.anchor { openAnchors.insert(anchor) }
        let built: YAMLNode
        switch event.kind {
        case YAML_SCALAR_EVENT:
            var isPlain = event.isPlain
            switch event.tag {
            case nil: break
            case "tag:yaml.org,2002:str", "!": isPlain = false
            case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
                isPlain = true
            default: throw fail(.tagUnknown)
            }
            built = YAMLNode(.scalar(event.text, isPlain: isPlain), line: event.line, column: event.column)
        case YAML_SEQUENCE_START_EVENT:
            guard event.tag == nil || event.tag == "tag:yaml.org,2002:seq" else { throw fail(.tagUnknown) }
            var elements: [YAMLNode] = []
            while true {
                let inner = try next()
                if inner.kind == YAML_SEQUENCE_END_EVENT { break }
                elements.append(try node(inner))
            }
            built = YAMLNode(.sequence(elements), line: event.line, column: event.column)
        case YAML_MAPPING_START_EVENT:
            guard event.tag == nil || event.tag == "tag:yaml.org,2002:map" else { throw fail(.tagUnknown) }
            var entries: [YAMLNode.Entry] = []
            var seen: Set<String> = []
            while true {
                let inner = try next()
                if inner.kind == YAML_MAPPING_END_EVENT { break }
                let key = try node(inner)
                guard case .scalar(let text, _) = key.kind else {
                    throw YAMLError(.keyNotText, line: inner.line, column: inner.column)
                }
                guard seen.insert(text).inserted else {
                    throw YAMLError(.keyRepeated, line: inner.line, column: inner.column)
                }
                entries.append(YAMLNode.Entry(key: key, value: try node(try next())))
            }
            built = YAMLNode(.mapping(entries), line: event.line, column: event.column)
        default:
            throw fail(.syntax("unexpected event"))
        }
        if let anchor = event.anchor {
            openAnchors.remove(anchor)
            anchors[anchor] = (built, nodes - before + 1)
        }
        return built
    }

    /// The next event with its texts copied out, so that libyaml's own memory is given back at once.
    private func next() throws(YAMLError) -> Event {
        var raw = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &raw) != 0 else {
            let mark = unsafe parser.pointee.problem_mark
            let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "unreadable"
            throw YAMLError(.syntax(problem), line: Int(mark.line) + 1, column: Int(mark.column) + 1)
        }
        defer { unsafe yaml_event_delete(&raw) }
        let mark = unsafe raw.start_mark
        var event = unsafe Event(kind: raw.type, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
        switch event.kind {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe raw.data.scalar
            // Holds: libyaml owns `length` bytes at `value` until `yaml_event_delete`.
            event.text = unsafe String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            event.anchor = unsafe Self.copy(scalar.anchor)
            event.tag = unsafe Self.copy(scalar.tag)
            event.isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
        case YAML_SEQUENCE_START_EVENT:
            event.anchor = unsafe Self.copy(raw.data.sequence_start.anchor)
            event.tag = unsafe Self.copy(raw.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT:
            event.anchor = unsafe Self.copy(raw.data.mapping_start.anchor)
            event.tag = unsafe Self.copy(raw.data.mapping_start.tag)
        case YAML_ALIAS_EVENT:
            event.anchor = unsafe Self.copy(raw.data.alias.anchor)
        default: break
        }
        return event
    }

    private static func copy(_ text: UnsafeMutablePointer<UInt8>?) -> String? {
        guard let text = unsafe text else { return nil }
        return unsafe String(cString: text)
    }
}
