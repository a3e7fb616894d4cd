// What a query must find, by looking through every text from start to end. Shares nothing with the index but the
// constants of the rules.

import Glibc
import Index
import Records
import TestSupport

@testable import Search

final class ScanOracle {
    let records: [SearchCorpus.Record]
    private var weights: [[UInt16]: Int] = [:]

    init(records: [SearchCorpus.Record]) { self.records = records }

    /// Sequences of the records that match, ascending.
    func matches(_ node: QueryNode) -> [UInt64] {
        records.filter { holds(node, $0) }.map(\.sequence.rawValue).sorted()
    }

    func holds(_ node: QueryNode, _ record: SearchCorpus.Record) -> Bool {
        switch node {
        case .all: true
        case .literal(let part): texts(record, nil).contains { Self.contains($0, part.units) }
        case .understood(let part), .pasted(let part): isUnderstood(part.units, in: record, nil)
        case .and(let children): children.allSatisfy { holds($0, record) }
        case .or(let children): children.contains { holds($0, record) }
        case .not(let child): !holds(child, record)
        case .near(let a, let b, let distance): isNear(a, b, distance, record)
        case .exists(let field): exists(field, record)
        case .field(let field, let condition): holds(field, condition, record)
        }
    }

    private func texts(_ record: SearchCorpus.Record, _ zone: TextZone?) -> [[UInt16]] {
        record.zones.filter { zone == nil || $0.zone == zone }.map(\.units)
    }

    static func contains(_ text: [UInt16], _ piece: [UInt16]) -> Bool { !places(of: piece, in: text).isEmpty }

    private static func places(of piece: [UInt16], in text: [UInt16]) -> [Int] {
        var found: [Int] = []
        var from = 0
        while from + piece.count <= text.count {
            var same = 0
            while same < piece.count, text[from + same] == piece[same] { same += 1 }
            if same == piece.count { found.append(from) }
            from += 1
        }
        return found
    }

    // MARK: Understood parts

    private func isUnderstood(_ units: [UInt16], in record: SearchCorpus.Record, _ zone: TextZone?) -> Bool {
        if texts(record, zone).contains(where: { Self.contains($0, units) }) { return true }
        guard String(decoding: units, as: UTF16.self).unicodeScalars.count > 3 else { return false }
        var pairs = Array(Set(zip(units, units.dropFirst()).map { [$0, $1] }))
        let total = pairs.reduce(0) { $0 + weight($1) }
        if pairs.count >= Understanding.longPairCount {
            // The most frequent are left out as far as they weigh a fifth together.
            let order = pairs.sorted { (weight($0), $1[0], $1[1]) < (weight($1), $0[0], $0[1]) }
            var left = Int(Double(total) * Understanding.commonShare)
            let common = order.prefix { pair in
                left -= weight(pair)
                return left >= 0
            }
            pairs.removeAll { common.contains($0) }
        }
        func sum(_ texts: [[UInt16]]) -> Int {
            pairs.reduce(0) { sum, pair in sum + (texts.contains { Self.contains($0, pair) } ? weight(pair) : 0) }
        }
        // Bound to a zone, the pairs must stand in it; else anywhere in the record.
        let best = zone == nil ? sum(texts(record, nil)) : texts(record, zone).map { sum([$0]) }.max() ?? 0
        return best >= max(1, Int((Double(total) * Understanding.share).rounded(.up)))
    }

    /// `ln(1 + (N − df + ½) / (df + ½))` in 256ths.
    private func weight(_ pair: [UInt16]) -> Int {
        if let known = weights[pair] { return known }
        let df = Float(records.count { record in texts(record, nil).contains { Self.contains($0, pair) } })
        weights[pair] = max(1, Int((logf(1 + (Float(records.count) - df + 0.5) / (df + 0.5)) * 256).rounded()))
        return weights[pair]!
    }

    // MARK: Nearness

    private func isNear(_ a: QueryNode, _ b: QueryNode, _ distance: Int, _ record: SearchCorpus.Record) -> Bool {
        let ((left, leftZone), (right, rightZone)) = (Self.piece(a), Self.piece(b))
        return record.zones.contains { zone, text in
            guard leftZone == nil || zone == leftZone, rightZone == nil || zone == rightZone else { return false }
            return Self.places(of: left, in: text).contains { from in
                Self.places(of: right, in: text).contains { other in
                    let between = from < other ? (from + left.count, other) : (other + right.count, from)
                    guard between.0 < between.1 else { return true }
                    return text[between.0..<between.1].count { $0 & 0xFC00 != 0xDC00 } <= distance
                }
            }
        }
    }

    private static func piece(_ node: QueryNode) -> ([UInt16], TextZone?) {
        switch node {
        case .literal(let part): (part.units, nil)
        case .field(let field, .literal(let part)): (part.units, field.zone)
        default: fatalError("not a piece of text")
        }
    }

    // MARK: Fields

    private func values(_ field: Field, _ record: SearchCorpus.Record) -> [String] {
        record.document.facets.filter { $0.field == field }.map(\.value)
    }

    private func numbers(_ field: Field, _ record: SearchCorpus.Record) -> [Int64] {
        if field == .date {
            // The day at +08:00, counted one by one.
            let day = (19_000...20_000).first { record.document.receivedAtSeconds < ($0 + 1) * 86_400 - 28_800 }!
            return [Int64(day)]
        }
        return record.document.quantities.filter { $0.field == field }.map(\.value)
    }

    private func holds(_ field: Field, _ condition: FieldCondition, _ record: SearchCorpus.Record) -> Bool {
        switch condition {
        case .equals(let value):
            if field.kind == .key { return record.key == value }
            return values(field, record).contains { Self.levels($0, field).contains(value) }
        case .prefix(let value):
            if field.kind == .key { return record.key.hasPrefix(value) }
            return values(field, record).contains { $0.hasPrefix(value) }
        case .dateRange(let from, let to), .numberRange(let from, let to):
            return numbers(field, record).contains { (from ?? .min) <= $0 && $0 <= (to ?? .max) }
        case .literal(let part):
            return texts(record, field.zone).contains { Self.contains($0, part.units) } || isValue(part, field, record)
        case .understood(let part):
            return isUnderstood(part.units, in: record, field.zone) || isValue(part, field, record)
        }
    }

    /// A value has no blanks around it, whoever types some.
    private func isValue(_ part: QueryPart, _ field: Field, _ record: SearchCorpus.Record) -> Bool {
        var text = part.text[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return values(field, record).contains(String(text))
    }

    /// A path's value and all above it.
    static func levels(_ value: String, _ field: Field) -> Set<String> {
        guard field.kind == .path else { return [value] }
        let parts = value.split(separator: "/")
        return Set(parts.indices.map { parts[...$0].joined(separator: "/") })
    }

    private func exists(_ field: Field, _ record: SearchCorpus.Record) -> Bool {
        switch field.kind {
        case .text(let zone): record.zones.contains { $0.zone == zone }
        case .facet, .path, .region: !values(field, record).isEmpty
        case .date, .number: !numbers(field, record).isEmpty
        case .key, .identity: true
        }
    }

    // MARK: Facets

    /// How many matches count under each value.
    func facets(_ node: QueryNode, by field: Field) -> [String: Int] {
        var counts: [String: Int] = [:]
        for record in records where holds(node, record) {
            for level in Set(values(field, record).flatMap({ Self.levels($0, field) })) { counts[level, default: 0] += 1 }
        }
        return counts
    }
}
