// Why a hit stands where it does, in words that a person at a desk follows.

import Index
import Records

/// What speaks for one hit, and what the query asked for beyond it.
package struct Explanation: Hashable, Sendable {
    package struct Word: Hashable, Sendable {
        package let text: String
        /// Records of the archive that hold it.
        package let docCount: Int
        /// Its part of all that the query weighs, in hundredths.
        package let percent: Int
        package let isInTitle: Bool
    }

    /// Every part of the query stands in the record as written.
    package let isLiteral: Bool
    /// Ordered by how well it fits; else by date, and nothing below counts.
    package let isScored: Bool
    /// Words of the query that the record holds, heaviest first.
    package let held: [Word]
    package let missing: [String]
    /// Synonyms and other spellings that the record holds and nobody wrote in the query.
    package let variants: [String]
    /// Pairs of neighbouring characters of the query: how many, and how many the record holds.
    package let pairCount: Int
    package let heldPairCount: Int
    /// What the held pairs weigh of all, in hundredths, and what is needed at least.
    package let pairPercent: Int
    package let neededPercent: Int
    package let docTotal: Int
    package let score: Float
}

extension Explanation {
    private static let wordsMax = 6

    /// One sentence a reason, the weightiest first.
    package func lines(in language: Language) -> [String] {
        let zh = language == .chinese
        guard isScored else {
            return [zh ? "按日期排序，不计相符程度" : "ordered by date; how well it fits does not count"]
        }
        var lines: [String] = []
        if !variants.isEmpty {
            let list = variants.prefix(Self.wordsMax).joined(separator: zh ? "、" : ", ")
            lines.append((zh ? "按同义词或别的写法找到：" : "found by a synonym or another spelling: ") + list)
        } else if isLiteral {
            lines.append(
                zh
                    ? "查询的每一部分都原样出现，排在只有部分相符的记录之前"
                    : "every part of the query stands here as written; such records come before those that fit in part")
        } else {
            lines.append(
                zh
                    ? "没有原样出现，按部分相符列出：查询的 \(pairCount) 组相邻两字中有 \(heldPairCount) 组在这条记录里，占分量的 \(pairPercent)%（至少要 \(neededPercent)%）"
                    : "not as written, but in part: \(heldPairCount) of the query's \(pairCount) pairs of neighbouring characters stand here, \(pairPercent) % of their weight (\(neededPercent) % are needed)"
            )
        }
        if !held.isEmpty {
            let words = held.prefix(Self.wordsMax).map { word in
                zh
                    ? "\(word.text)（全库 \(word.docCount) 件有，占 \(word.percent)%）"
                    : "\(word.text) (in \(word.docCount) of \(docTotal) records, \(word.percent) %)"
            }
            let list = words.joined(separator: zh ? "、" : ", ") + (held.count > Self.wordsMax ? "…" : "")
            lines.append((zh ? "相符的词，越少见越重：" : "words that fit, the rarer the heavier: ") + list)
        }
        let titled = held.filter(\.isInTitle).map(\.text)
        if !titled.isEmpty {
            let list = titled.prefix(Self.wordsMax).joined(separator: zh ? "、" : ", ")
            lines.append(zh ? "标题里就有：\(list)（标题和开头的字更重）" : "in the title: \(list) (title and opening weigh more)")
        }
        if !missing.isEmpty {
            let list = missing.prefix(Self.wordsMax).joined(separator: zh ? "、" : ", ")
            lines.append((zh ? "没有出现：" : "not here: ") + list + (missing.count > Self.wordsMax ? "…" : ""))
        }
        let tenths = Int((score * 10).rounded())
        let number = "\(tenths / 10).\(abs(tenths % 10))"
        lines.append(zh ? "得分 \(number)，只在本次结果之间比较" : "score \(number), comparable within this answer only")
        return lines
    }
}

/// Explains the hits of one query: what all of them share is worked out once.
package final class Explainer {
    private struct Weighed {
        var units: [UInt16]
        var docCount: Int
        var weight: Float
    }

    private let searcher: Searcher
    private let statistics: IndexStatistics
    private let isScored: Bool
    /// Parts that were added to the query.
    private let variants: [[UInt16]]
    private let pairs: [Weighed]
    private let words: [Weighed]

    /// Of a long text only the rarest words are counted exactly and named; the rest would not be read.
    private static let wordsMax = 40

    fileprivate init(_ searcher: Searcher, _ node: QueryNode, _ sort: SortOrder) throws {
        self.searcher = searcher
        let statistics = IndexStatistics(searcher.facts)
        self.statistics = statistics
        let positive = node.positiveParts.map(\.part)
        let parts = positive.filter { $0.variant == nil }.map(\.units)
        isScored = sort == .relevance && !parts.isEmpty
        variants = positive.filter { part in part.variant != nil && !parts.contains(part.units) }.map(\.units)
        guard isScored else {
            (pairs, words) = ([], [])
            return
        }
        let rarity = searcher.rarity()
        pairs = try Self.pieces(parts) { units in units.indices.dropLast().map { $0..<$0 + 2 } }.map { units in
            let count = try statistics.docFrequency(of: .bigram(units[0], units[1]))
            return Weighed(units: units, docCount: count, weight: statistics.inverse(count))
        }
        var chosen = Self.pieces(parts) { units in searcher.words(of: units).filter { $0.count >= 2 } }
        if chosen.isEmpty { chosen = pairs.map(\.units) }
        if chosen.isEmpty { chosen = Self.pieces(parts) { units in units.indices.map { $0..<$0 + 1 } } }
        if chosen.count > Self.wordsMax {
            let weights = chosen.map(rarity)
            let best = chosen.indices.sorted { (weights[$0], $1) > (weights[$1], $0) }.prefix(Self.wordsMax)
            chosen = best.map { chosen[$0] }
        }
        words = try chosen.map { units in
            let part = QueryPart(text: String(decoding: units, as: UTF16.self), units: units, range: 0..<0)
            let count = try searcher.count(.literal(part))
            return Weighed(units: units, docCount: count, weight: statistics.inverse(count))
        }.sorted { $0.weight > $1.weight }
    }

    private static func sum(_ pieces: [Weighed]) -> Float { max(pieces.reduce(0) { $0 + $1.weight }, .leastNonzeroMagnitude) }

    /// Different pieces of the parts, in the order of the query.
    private static func pieces(_ parts: [[UInt16]], _ ranges: ([UInt16]) -> [Range<Int>]) -> [[UInt16]] {
        var seen: Set<[UInt16]> = []
        return parts.flatMap { units in ranges(units).map { Array(units[$0]) }.filter { seen.insert($0).inserted } }
    }

    /// What speaks for a hit.
    package func explanation(of hit: SearchHit) throws -> Explanation {
        let docTotal = statistics.snapshot.liveDocCount
        guard isScored, let place = try statistics.snapshot.place(of: hit.sequence) else {
            return Explanation(
                isLiteral: hit.isLiteral, isScored: false, held: [], missing: [], variants: [], pairCount: 0, heldPairCount: 0,
                pairPercent: 0, neededPercent: 0, docTotal: docTotal, score: hit.score)
        }
        let text = try statistics.snapshot.segments[place.segment].text(of: place.doc)
        let title = DocumentZones(text).first { $0.zone == .title }?.text
        func isHeld(_ piece: Weighed) -> Bool { piece.docCount > 0 && text.contains(TextPiece(piece.units)) }
        let heldWords = words.filter(isHeld)
        let heldPairs = pairs.filter(isHeld)
        let whole = Self.sum(words)
        return Explanation(
            isLiteral: hit.isLiteral, isScored: true,
            held: heldWords.map { word in
                Explanation.Word(
                    text: String(decoding: word.units, as: UTF16.self), docCount: word.docCount,
                    percent: Int((word.weight / whole * 100).rounded()),
                    isInTitle: title?.contains(TextPiece(word.units)) ?? false)
            },
            missing: words.filter { word in !heldWords.contains { $0.units == word.units } }
                .map { String(decoding: $0.units, as: UTF16.self) },
            variants: variants.filter { text.contains(TextPiece($0)) }.map { String(decoding: $0, as: UTF16.self) },
            pairCount: pairs.count, heldPairCount: heldPairs.count,
            pairPercent: Int((Self.sum(heldPairs) / Self.sum(pairs) * 100).rounded()),
            neededPercent: Int(Understanding.share * 100), docTotal: docTotal, score: hit.score)
    }
}

extension Searcher {
    /// For the hits of this query in this order.
    package func explainer(_ node: QueryNode, sort: SortOrder) throws -> Explainer { try Explainer(self, node, sort) }

    /// How much a piece of text says about a record that holds it: the inverse document frequency of its rarest pair.
    package func rarity() -> (_ units: [UInt16]) -> Double {
        let statistics = IndexStatistics(facts)
        return { units in
            guard units.count >= 2 else {
                return units.first.map { Double((try? statistics.inverseDocFrequency(of: .unigram($0))) ?? 0) } ?? 0
            }
            return units.indices.dropFirst().reduce(0) { most, i in
                max(most, Double((try? statistics.inverseDocFrequency(of: .bigram(units[i - 1], units[i]))) ?? 0))
            }
        }
    }

    /// The matches that were recorded after `sequence`, in order of arrival.
    package func arrivals(_ node: QueryNode, after sequence: RecordSequence) throws -> [SearchHit] {
        let statistics = IndexStatistics(facts)
        var hits: [SearchHit] = []
        for (number, segment) in snapshot.segments.enumerated() where segment.lastSequence > sequence {
            for doc in try match(node, statistics, segment: number).resolved(in: segment).array {
                let arrived = try segment.sequence(of: doc)
                guard arrived > sequence else { continue }
                hits.append(
                    SearchHit(
                        sequence: arrived, recordNumber: try segment.recordNumber(of: doc),
                        receivedAtSeconds: try segment.receivedAt(of: doc), score: 0, isLiteral: false))
            }
        }
        return hits.sorted { $0.sequence < $1.sequence }
    }
}
