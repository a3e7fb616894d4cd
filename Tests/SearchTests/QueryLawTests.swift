// Laws of the query language on random trees and random text: what is written is read back, nothing crashes,
// nothing is lost, nothing takes long.

import Records
import TestSupport
import Testing

@testable import Search

@Suite(.serialized) struct QueryLawTests {
    static let pieces: [String] = [
        "停车", "物业费", "a", "OR", "AND", "NOT", "NEAR", "NEAR/5", "-", "－", "|", "｜", "(", ")", "（", "）", "\"", "＂", "“", "”", " ",
        "\u{3000}", "title:", "date:", "日期：", "channel:", "amount:", "foo:", "exists:", "reply", "2024", "..", ">=", "*", "~", "。",
        "\n", "？", "12:30", "http://x", "，", "\u{200B}", "\u{0}", "é", "👩‍👩‍👧", "𠮷", ":", "：", "有：", "至", "万", "某（集团）公司", "  ",
    ]

    static func randomQuery(_ seed: inout Seed, pieceCount: Int) -> String {
        (0..<pieceCount).map { _ in pieces.randomElement(using: &seed)! }.joined()
    }

    /// A tree that the parser could have made.
    static func randomNode(_ seed: inout Seed, depth: Int) -> QueryNode {
        func part(_ seed: inout Seed, pasted: Bool) -> QueryPart {
            while true {
                let text = randomQuery(&seed, pieceCount: pasted ? 8 : Int.random(in: 1...3, using: &seed))
                if text.isPunctuationOnly || text.isPastedLength != pasted { continue }
                return QuerySupport.part(text)
            }
        }
        func leaf(_ seed: inout Seed) -> QueryNode {
            let field = QuerySupport.fields.randomElement(using: &seed)!
            switch Int.random(in: 0..<6, using: &seed) {
            case 0: return .literal(part(&seed, pasted: Bool.random(using: &seed)))
            case 1: return .understood(part(&seed, pasted: false))
            case 2: return .pasted(part(&seed, pasted: true))
            case 3: return .exists(field)
            default: break
            }
            switch field.kind {
            case .text:
                let inner = part(&seed, pasted: Bool.random(using: &seed))
                return .field(field, Bool.random(using: &seed) ? .literal(inner) : .understood(inner))
            case .facet where field.zone != nil && Bool.random(using: &seed):
                return .field(field, .understood(part(&seed, pasted: true)))
            case .date, .number:
                let isDate = field.kind == .date
                let range: ClosedRange<Int64> =
                    isDate ? Int64(CalendarDate.first.days)...Int64(CalendarDate.last.days) : -999_999_999_999_999...999_999_999_999_999
                var ends = [Int64.random(in: range, using: &seed), Int64.random(in: range, using: &seed)].map(Optional.some)
                ends.sort { $0! < $1! }
                if Bool.random(using: &seed) { ends[Int.random(in: 0...1, using: &seed)] = nil }
                return .field(
                    field, isDate ? .dateRange(from: ends[0], to: ends[1]) : .numberRange(from: ends[0], to: ends[1]))
            default:
                let value = part(&seed, pasted: false).text
                if field.kind != .identity, Bool.random(using: &seed) { return .field(field, .prefix(value)) }
                let isFacet = field.kind != .key && field.kind != .identity
                return .field(field, .equals(isFacet ? field.canonicalValue(value) : value))
            }
        }
        guard depth > 0 else { return leaf(&seed) }
        let childCount = Int.random(in: 2...4, using: &seed)
        switch Int.random(in: 0..<5, using: &seed) {
        case 0: return .conjunction((0..<childCount).map { _ in randomNode(&seed, depth: depth - 1) })
        case 1: return .disjunction((0..<childCount).map { _ in randomNode(&seed, depth: depth - 1) })
        case 2: return .not(randomNode(&seed, depth: depth - 1))
        case 3:
            let distance = Int.random(in: 1...1000, using: &seed)
            let left = QueryNode.literal(part(&seed, pasted: false))
            return .near(left, .literal(part(&seed, pasted: true)), distance: distance)
        default: return leaf(&seed)
        }
    }

    @Test(arguments: Seed.sample(64)) func `a tree written and read again is the same tree`(seed: Seed) throws {
        var seed = seed
        for _ in 0..<20 {
            let node = Self.randomNode(&seed, depth: Int.random(in: 0...4, using: &seed))
            let written = node.description
            let parsed = try QuerySupport.parser.parse(written)
            #expect(parsed.root == node, "\(written)")
            #expect(parsed.root.description == written)
        }
    }

    @Test(arguments: Seed.sample(64)) func `any query is answered or refused with a place and a mend that can be read`(
        seed: Seed
    ) throws {
        var seed = seed
        for _ in 0..<60 {
            let query = Self.randomQuery(&seed, pieceCount: Int.random(in: 1...16, using: &seed))
            let scalarCount = query.unicodeScalars.count
            do {
                let parsed = try QuerySupport.parser.parse(query)
                #expect(try QuerySupport.read(parsed.root.description) == parsed.root, "\(query)")
                for part in parsed.root.allParts {
                    #expect(!part.units.isEmpty)
                    #expect(part.range.upperBound <= scalarCount)
                }
                for notice in parsed.notices { #expect(!notice.notice(in: .chinese).isEmpty) }
            } catch let error as QueryError {
                #expect(error.position + error.length <= scalarCount, "\(query)")
                #expect(error.length > 0, "\(query)")
                #expect(error.notice(in: .english).split(separator: "\n").count == 5, "\(query)")
                if let mended = error.mended { #expect(QuerySupport.error(mended) == nil, "\(query) → \(mended)") }
                // Invisible characters and stray quotes can leave nothing to offer.
                else { #expect(query.unicodeScalars.contains { $0 == "\u{200B}" || $0.isQuote }, "no mend: \(query)") }
            }
        }
    }

    @Test(arguments: Seed.sample(64)) func `every character is in a token, and every token of text in the tree`(
        seed: Seed
    ) throws {
        var seed = seed
        for _ in 0..<60 {
            let query = Self.randomQuery(&seed, pieceCount: Int.random(in: 1...16, using: &seed))
            guard let root = try? QuerySupport.read(query), root != .all else { continue }
            let scalars = Array(query.unicodeScalars)
            let bounds = scalars.firstIndex { !$0.isBlank }!..<scalars.lastIndex { !$0.isBlank }! + 1
            if case .pasted(let part) = root, part.range == bounds { continue }
            if case .literal(let part) = root, part.range == bounds { continue }
            let lexer = QueryLexer(scalars, in: bounds) { Field.named($0) }
            var covered = [Int](repeating: 0, count: scalars.count)
            for token in lexer.tokens { for index in token.range { covered[index] += 1 } }
            for index in bounds where !scalars[index].isBlank { #expect(covered[index] == 1, "\(query) at \(index)") }
            let leafTokens = lexer.tokens.filter { token in
                if case .exists = token.kind { return true }
                return token.kind.isText
            }
            #expect(root.leafCount == leafTokens.count, "\(query)")
        }
    }

    @Test(arguments: Seed.sample(16)) func `random bytes never crash the parser`(seed: Seed) {
        var seed = seed
        for length in [1, 3, 10, 100, 2_000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &seed) }
            _ = QuerySupport.error(String(decoding: bytes, as: UTF8.self))
            let scalars = (0..<length).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &seed)) }
            _ = QuerySupport.error(String(scalars: scalars))
        }
    }

    @Test(arguments: [
        "\"", "“", "”", "“”", "\"\"", "\"a\"\"b", "(", ")", "()", "(a)", "((a)b", "(a b)", "-", "-a ", "- ", "--", "|", "a|", "a OR ", "OR ",
        "NOT ", "title:", "title:a ", "title:a|", "title:(", "foo:", "foo:a ", "exists:x ", "~\"", "~\"a\" ", "\"a\" ", "a ", "停", "。", "\n",
        "*", ":", "（集团）", "a\"b\" ", "date:2024 ", "\u{200B} ", "\u{0}", "-#",
    ]) func `a hundred thousand of anything are answered or refused in time`(unit: String) {
        let repeats = 100_000 / unit.unicodeScalars.count
        expectBounded(String(repeating: unit, count: repeats))
        expectBounded(String(repeating: unit, count: repeats - 1) + "a")
    }

    @Test(arguments: ["(a b)", "-a ", "\"", "停"]) func `a megabyte is answered or refused in time`(unit: String) {
        expectBounded(String(repeating: unit, count: QueryParser.byteCountMax / unit.utf8.count))
    }

    /// Far above what it takes (microseconds a character in a debug build), far below quadratic time.
    func expectBounded(_ query: String) {
        let spent = ContinuousClock().measure { _ = QuerySupport.error(query) }
        #expect(spent < .seconds(60), "\(query.prefix(20))")
    }

    @Test(arguments: Seed.sample(4)) func `many random operators are answered or refused in time`(seed: Seed) {
        var seed = seed
        let query = Self.randomQuery(&seed, pieceCount: 30_000)
        expectBounded(query)
        expectBounded(String(scalars: query.unicodeScalars.filter { !$0.isLineBreak && !$0.isSentenceEnd }))
    }
}
