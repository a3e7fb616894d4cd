// The body's own words: which it has, which the archive suggests, and what has become of a change.
//
// A change of words never needs a rebuild to be safe: what is found does not depend on them. The words in the query count
// from the next search on; how records already in the index are cut into words, and so the fine order of long lists,
// follows with a reindex, during which searches go on.

import Archive
import Index
import Records
import Search
import TextAnalysis

package struct LexiconSuggestion: Sendable {
    package let word: String
    /// Records looked at that hold it.
    package let recordCount: Int
    /// Binary logarithm of how much oftener its parts stand together than by chance.
    package let cohesion: Double
    /// Bits.
    package let neighbourEntropy: Double
    /// How it is cut now.
    package let cutNow: String
    /// Where it stands, personal numbers masked.
    package let example: String
}

package struct SynonymSuggestion: Sendable {
    package let words: [String]
    package let recordCounts: [Int]
    package let score: Double
    package let reasons: [Notice]
}

/// Of how many records suggestions were made.
package struct SampleNote: Sendable {
    package let looked: Int
    package let total: Int
}

extension Engine {
    private var lexiconFile: OwnFile { OwnFile(folder.lexiconPath) }
    private var synonymFile: OwnFile { OwnFile(folder.synonymsPath) }

    // MARK: Words of the body

    package func lexiconWords() throws -> [String] { Self.words(in: try lexiconFile.lines()) }

    private static func words(in lines: [String]) -> [String] {
        lines.map { String($0.prefix { $0 != "#" }).trimmingBlanks }.filter { !$0.isEmpty }
    }

    /// - Returns: the words that were not there yet.
    func unloggedAddToLexicon(_ words: [String]) throws -> [String] {
        for word in words where !Self.isWord(word) { throw EngineError.wordUnfit(word: word) }
        return try lexiconFile.change { lines in
            var known = Set(Self.words(in: lines).map { Normalizer.shared.fold($0) })
            let shipped = Lexicon.domain
            let new = words.filter { word in
                let folded = Normalizer.shared.fold(word)
                return !shipped.contains(folded) && known.insert(folded).inserted
            }
            lines += new
            return new
        }
    }

    /// - Returns: the words that were there.
    func unloggedRemoveFromLexicon(_ words: [String]) throws -> [String] {
        let unwanted = Set(words.map { Normalizer.shared.fold($0) })
        return try lexiconFile.change { lines in
            var removed: [String] = []
            lines.removeAll { line in
                guard let word = Self.words(in: [line]).first, unwanted.contains(Normalizer.shared.fold(word)) else { return false }
                removed.append(word)
                return true
            }
            return removed
        }
    }

    private static func isWord(_ word: String) -> Bool {
        let count = Normalizer.shared.fold(word).count
        return count >= 2 && count <= Lexicon.wordLengthMax && !word.contains { $0.isNewline || $0 == "#" || $0 == "=" }
    }

    /// Records that came in since the words last changed are cut by them; the others wait for a reindex. Nil: none waits.
    package func recordsCutByFormerWords() throws -> Int? {
        guard indexFolder.wordsStamp != (try lexiconStamp()) else { return nil }
        let count = try index().snapshot().liveDocCount
        return count > 0 ? count : nil
    }

    /// What the words are that records already there are not cut by; nil when none waits for a reindex.
    package func waitingWords() throws -> String? {
        try shardView == nil && recordsCutByFormerWords() != nil ? lexiconStamp() : nil
    }

    func lexiconStamp() throws -> String {
        var hash: UInt64 = 0
        // Comments, order and spelling do not matter.
        for word in Set(try lexiconWords().map { Normalizer.shared.fold($0) }) {
            hash ^= SearchCursor.hash(String(decoding: word, as: UTF16.self))
        }
        return String(hash, radix: 16)
    }

    // MARK: Suggestions

    /// Pieces of the archive's texts that look like words and are cut up now, most records first.
    func unloggedLexiconSuggestions(
        limit: Int, recordCountMin: Int, report: ProgressReport
    ) throws -> (words: [LexiconSuggestion], note: SampleNote) {
        var discovery = WordDiscovery()
        let note = try forEachSampledText(unitsMax: WordDiscovery.unitsMax, report: report) { discovery.add($0) }
        var limits = WordDiscovery.Limits()
        limits.textCountMin = max(2, recordCountMin)
        let candidates = discovery.candidates(limits).filter { !Self.isEdgedByParticles($0.units) }
        var kept: [(candidate: WordDiscovery.Candidate, cutNow: String)] = []
        try withAnalyzer { analyzer in
            for candidate in candidates.prefix(8_000) {
                if let cut = Self.cut(candidate, discovery, &analyzer) { kept.append((candidate, cut)) }
            }
        }
        let whole = Self.withoutParts(kept).sorted { Self.worth($0) > Self.worth($1) }
        let words = whole.prefix(limit).map { candidate, cut in
            LexiconSuggestion(
                word: String(decoding: candidate.units, as: UTF16.self), recordCount: candidate.textCount,
                cohesion: candidate.cohesion, neighbourEntropy: candidate.neighbourEntropy, cutNow: cut,
                example: Self.example(of: candidate, discovery))
        }
        return (words, note)
    }

    /// How the piece is cut in its texts; nil when it is a word already, or does not begin and end where words do.
    private static func cut(
        _ candidate: WordDiscovery.Candidate, _ discovery: WordDiscovery, _ analyzer: inout DocumentAnalyzer
    ) -> String? {
        var cuts: [String: Int] = [:]
        var fitting = 0
        for sample in candidate.samples {
            let text = discovery.text(sample.text)
            let start = text.startIndex + sample.start
            let end = start + candidate.units.count
            // Not beyond the zone: its mark is no text.
            let lower = text[..<start].suffix(16).lastIndex { Self.isMark($0) }.map { $0 + 1 } ?? max(text.startIndex, start - 16)
            let window = lower..<(text[end...].prefix(16).firstIndex { Self.isMark($0) } ?? min(text.endIndex, end + 16))
            let ranges = analyzer.words(of: Array(text[window]))
            let piece = (start - window.lowerBound)..<(start - window.lowerBound + candidate.units.count)
            let inside = ranges.filter { $0.overlaps(piece) }
            guard let first = inside.first, let last = inside.last, first.lowerBound == piece.lowerBound,
                last.upperBound == piece.upperBound
            else { continue }
            if inside.count == 1 { return nil }
            fitting += 1
            let pieces = inside.map { range in
                String(
                    decoding: text[(window.lowerBound + range.lowerBound)..<(window.lowerBound + range.upperBound)], as: UTF16.self)
            }
            cuts[pieces.joined(separator: "/"), default: 0] += 1
        }
        guard fitting * 2 > candidate.samples.count else { return nil }
        return cuts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// Widely used, among many neighbours, of few pieces: a word rather than a phrase.
    private static func worth(_ entry: (candidate: WordDiscovery.Candidate, cutNow: String)) -> Double {
        let pieces = Double(entry.cutNow.utf8.count { $0 == UInt8(ascii: "/") } + 1)
        return WordDiscovery.bits(entry.candidate.textCount) * min(entry.candidate.neighbourEntropy, 4) / (pieces * pieces)
    }

    /// The mark of a zone or its number.
    private static func isMark(_ unit: UInt16) -> Bool { unit == DocumentText.zoneMark || unit < 0x20 }

    /// A piece that stands nearly always inside a longer one is none of its own, and a long one whose part is a word by
    /// itself adds nothing where the part was proposed and stands mostly alone.
    private static func withoutParts(
        _ kept: [(candidate: WordDiscovery.Candidate, cutNow: String)]
    ) -> [(candidate: WordDiscovery.Candidate, cutNow: String)] {
        var longer: [[UInt16]: Int] = [:]
        for (candidate, _) in kept {
            let units = candidate.units
            for length in stride(from: 2, to: units.count, by: 1) {
                for start in 0...(units.count - length) {
                    let part = Array(units[start..<start + length])
                    longer[part] = max(longer[part] ?? 0, candidate.textCount)
                }
            }
        }
        return kept.filter { Double(longer[$0.candidate.units] ?? 0) < 0.7 * Double($0.candidate.textCount) }
    }

    /// Words that only join others: a piece that begins or ends with one is a phrase.
    private static let particles = Set(
        "的了在是和与及我你他她它其这那有也就都被把对向从为于以之所吗呢吧啊将已未没很还又并而或但若如因每某各请让给叫使由至到等即则且不个说称内外后前中时该本过着起现要再没到找打拉位经"
            .utf16)

    private static func isEdgedByParticles(_ units: [UInt16]) -> Bool {
        particles.contains(units.first!) || particles.contains(units.last!)
    }

    private static func example(of candidate: WordDiscovery.Candidate, _ discovery: WordDiscovery) -> String {
        guard let sample = candidate.samples.first else { return "" }
        let text = discovery.text(sample.text)
        let start = text.startIndex + sample.start
        let lower = text[..<start].suffix(10).lastIndex { !WordDiscovery.isText($0) }.map { $0 + 1 } ?? max(text.startIndex, start - 10)
        let end = start + candidate.units.count
        let upper = text[end...].prefix(10).firstIndex { !WordDiscovery.isText($0) } ?? min(text.endIndex, end + 10)
        return PersonalNumbers.masked(String(decoding: text[lower..<upper], as: UTF16.self))
    }

    /// The texts of evenly chosen records, at most so many units in all.
    private func forEachSampledText(
        unitsMax: Int, report: ProgressReport, _ body: ([UInt16]) throws -> Void
    ) throws -> SampleNote {
        let snapshot = try visibleSnapshot()
        let units = Int(clamping: try snapshot.liveTextUnits())
        let step = max(1, (units + unitsMax - 1) / unitsMax)
        var looked = 0
        var passed = 0
        for segment in snapshot.segments {
            for doc in 0..<UInt32(segment.docCount) where !segment.dead.contains(doc) {
                defer { passed += 1 }
                guard passed % step == 0 else { continue }
                try body(try segment.text(of: doc).units)
                looked += 1
                if looked % 1_000 == 0 { report(Progress(.reading, done: passed, total: snapshot.liveDocCount)) }
            }
        }
        return SampleNote(looked: looked, total: snapshot.liveDocCount)
    }

    // MARK: Synonyms

    package func synonymGroups() throws -> [[String]] {
        try synonymFile.lines().map(SynonymFile.words).filter { $0.count > 1 }
    }

    /// - Returns: the group that the words are in now.
    func unloggedAddSynonyms(_ words: [String]) throws -> [String] {
        for word in words where !Self.isWord(word) || word.contains(where: { $0.isWhitespace || $0 == "＝" }) {
            throw EngineError.wordUnfit(word: word)
        }
        return try synonymFile.change { lines in
            let group = SynonymFile.add(words, to: &lines)
            guard group.count <= Synonyms.wordsInGroupMax else {
                throw EngineError.synonymGroupFull(word: words[0], max: Synonyms.wordsInGroupMax)
            }
            return group
        }
    }

    /// - Returns: whether the word was in a group.
    func unloggedRemoveSynonym(_ word: String) throws -> Bool {
        try synonymFile.change { SynonymFile.remove(word, from: &$0) }
    }

    /// Pairs of words that the archive uses for one another, the surest first.
    func unloggedSynonymSuggestions(
        limit: Int, recordCountMin: Int, report: ProgressReport
    ) throws -> (pairs: [SynonymSuggestion], note: SampleNote) {
        var association = WordAssociation()
        let note = try gather(into: &association, report: report)
        var limits = WordAssociation.Limits()
        limits.textCountMin = max(2, recordCountMin)
        var known: [[UInt16]: Int] = [:]
        for (number, group) in try synonymGroups().enumerated() {
            for word in group { known[Normalizer.shared.fold(word)] = number }
        }
        let proposals = association.proposals(limits).filter { proposal in
            guard let group = known[proposal.left] else { return true }
            return known[proposal.right] != group
        }
        return (proposals.prefix(limit).map(SynonymSuggestion.init), note)
    }

    private func gather(into association: inout WordAssociation, report: ProgressReport) throws -> SampleNote {
        let snapshot = try visibleSnapshot()
        var links: [(RecordSequence, [String])] = []
        var words: [RecordSequence: [Int32]] = [:]
        var looked = 0
        var passed = 0
        // Some two words in five units.
        let step = max(1, Int(clamping: try snapshot.liveTextUnits()) * 2 / 5 / WordAssociation.rowMax + 1)
        for segment in snapshot.segments {
            for doc in 0..<UInt32(segment.docCount) where !segment.dead.contains(doc) {
                defer { passed += 1 }
                guard passed % step == 0, !association.isFull else { continue }
                let sequence = try segment.sequence(of: doc)
                var record: [Int32] = []
                var title: [Int32] = []
                var body: [Int32] = []
                for (zone, text) in DocumentZones(try segment.text(of: doc)) {
                    let found = association.add(try row(text.units))
                    record += found
                    if zone == .title { title = found } else { body += found }
                }
                association.count(record)
                if !title.isEmpty, !body.isEmpty { association.pair(title, body) }
                words[sequence] = record
                if let version = try records.version(at: sequence) {
                    let targets = try Self.complaint(version).links.compactMap(\.target)
                    if !targets.isEmpty { links.append((sequence, targets)) }
                }
                looked += 1
                if looked % 500 == 0 { report(Progress(.reading, done: passed, total: snapshot.liveDocCount)) }
            }
        }
        for (sequence, targets) in links {
            for target in targets {
                guard let number = try recordNumbers(named: target).first, let latest = try records.latest(of: number),
                    let left = words[sequence], let right = words[latest.sequence]
                else { continue }
                association.pair(left, right)
            }
        }
        return SampleNote(looked: looked, total: snapshot.liveDocCount)
    }

    /// The words of folded text in order; an empty one where a sign parts them.
    private func row(_ units: [UInt16]) throws -> [[UInt16]] {
        try withAnalyzer { analyzer in
            var row: [[UInt16]] = []
            var end = 0
            for range in analyzer.words(of: units) {
                if range.lowerBound > end { row.append([]) }
                row.append(Array(units[range]))
                end = range.upperBound
            }
            return row
        }
    }
}

extension SynonymSuggestion {
    fileprivate init(_ proposal: WordAssociation.Proposal) {
        let left = String(decoding: proposal.left, as: UTF16.self)
        let right = String(decoding: proposal.right, as: UTF16.self)
        var reasons: [Notice] = []
        if proposal.isAbbreviation {
            reasons.append(Notice(chinese: "像是简称", english: "looks like an abbreviation"))
        }
        if proposal.likeness >= 0.05 {
            let percent = Int((proposal.likeness * 100).rounded())
            reasons.append(Notice(chinese: "前后用词相近 \(percent)%", english: "used alike, \(percent) %"))
        }
        if proposal.exchangeCount >= 3, Double(proposal.exchangeCount) > proposal.exchangeExpected {
            let tenths = Int((proposal.exchangeExpected * 10).rounded())
            let expected = "\(tenths / 10).\(tenths % 10)"
            reasons.append(Notice(
                chinese: "同一件事一处写“\(left)”、另一处写“\(right)”的有 \(proposal.exchangeCount) 次（偶然应为 \(expected) 次）",
                english: "one matter has '\(left)' in one text and '\(right)' in the other \(proposal.exchangeCount) times (by chance \(expected))"))
        }
        self.init(
            words: [left, right], recordCounts: [proposal.leftTextCount, proposal.rightTextCount], score: proposal.score,
            reasons: reasons)
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
