// Searching: a query as a person writes it to hits as a person reads them.

import Archive
import Index
import Records
import Search
import TextAnalysis

extension Engine {
    /// Hits on one page at most; more come page by page or by export.
    package static let pageMax = 10_000

    static let parser = QueryParser(fold: { Normalizer.shared.fold($0) }, fieldNamed: { Field.named($0) })

    /// A query read and joined with the filters beside it.
    private func parse(_ request: SearchRequest) throws -> (root: QueryNode, notices: [Notice]) {
        let (root, notices) = try read(request.query)
        let whole = QueryNode.conjunction([root] + (try conditions(of: request)))
        openNote?.entry.query = try auditText(request, whole)
        try checkIdentityQuestion(whole)
        return (try reckoned(whole), notices)
    }

    /// The filters and the period beside the query.
    func conditions(of request: SearchRequest) throws -> [QueryNode] {
        try request.filters.map { try Self.parser.filter($0) }
            + [try Self.parser.period(from: request.from, to: request.to, field: .date)]
    }

    func root(of request: SearchRequest) throws -> QueryNode { try parse(request).root }

    /// One consistent view and everything a search needs of it.
    struct View {
        let searcher: Searcher
        let words: WordFinder
        let state: UInt64
        let notice: Notice?
        /// Nil where answers are not to be remembered: somebody who may not see everything, an index behind.
        let memory: AnswerMemory.State?
    }

    func view() throws -> View {
        let (index, notice) = try currentIndex()
        let snapshot = try visible(index.snapshot())
        let isWhole = try viewer().isUnrestricted
        let finder = try WordFinderBox(lexicon: lexicon())
        let state = try (isWhole ? snapshot.watermark.rawValue : newestState(snapshot)) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(snapshot.liveDocCount)
        let words: WordFinder = { finder.words(of: $0) }
        return View(
            searcher: Searcher(
                try facts(of: snapshot), resolver: self, titles: isWhole ? titles : TitleSampleKeeper(), words: words),
            words: words, state: state, notice: isWhole ? notice : nil, memory: isWhole && notice == nil && options.answerBytes > 0
                ? snapshot.transaction.map { AnswerMemory.State(generation: ObjectIdentifier(index), transaction: $0) } : nil)
    }

    /// What was found out about a snapshot that is held serves the next search as well.
    private func facts(of snapshot: IndexSnapshot) throws -> IndexFacts {
        if let openFacts, openFacts.snapshot === snapshot { return openFacts }
        let facts = try IndexFacts(snapshot, earlier: openFrequencies)
        if options.keepsSnapshot {
            openFacts = facts
            // What somebody may not see must not show in what others are told.
            if snapshot.transaction != nil { openFrequencies = facts.frequencies }
        }
        return facts
    }

    /// What the newest record that may be seen is: what may not be seen must not show in a cursor either.
    private func newestState(_ snapshot: IndexSnapshot) throws -> UInt64 {
        guard let version = try records.version(at: snapshot.newestLiveSequence()) else { return 0 }
        return SearchCursor.hash("\(try Self.complaint(version).archiveID)|\(version.header.versionNumber)")
    }

    func unloggedCount(_ request: SearchRequest) throws -> (count: Int, notices: [Notice]) {
        let parsed = try parse(request)
        let view = try view()
        let count = try view.searcher.count(parsed.root)
        return (count, parsed.notices + [view.notice].compactMap { $0 })
    }

    func unloggedSearch(_ request: SearchRequest) throws -> SearchAnswer {
        guard request.limit <= Self.pageMax else { throw EngineError.limitTooLarge(max: Self.pageMax) }
        let fields = try request.facets.map(Self.facetField)
        let parsed = try parse(request)
        return try answer(parsed.root, request, fields: fields, notices: parsed.notices)
    }

    private static func facetField(_ name: String) throws -> Field {
        guard let field = Field.named(name) else { throw EngineError.fieldUnknown(name: name) }
        switch field.kind {
        case .facet, .path, .region: return field
        default: throw EngineError.fieldHasNoFacets(name: name)
        }
    }

    private func answer(
        _ root: QueryNode, _ request: SearchRequest, fields: [Field], notices: [Notice]
    ) throws -> SearchAnswer {
        let view = try view()
        guard let state = view.memory, let question = AnswerMemory.Question(root, request) else {
            return try answer(root, request, fields: fields, view: view, notices: notices + [view.notice].compactMap { $0 })
        }
        var found = answerMemory.answer(to: question, in: state)
        if found == nil {
            found = try answer(root, request, fields: fields, view: view, notices: [])
            answerMemory.remember(found!, to: question, in: state, bytesMax: options.answerBytes)
        }
        found!.notices = notices + found!.notices
        return found!
    }

    private func answer(
        _ root: QueryNode, _ request: SearchRequest, fields: [Field], view: View, notices: [Notice]
    ) throws -> SearchAnswer {
        var notices = notices
        let hash = SearchCursor.hash("\(root)|\(request.sort.rawValue)")
        var offset = 0
        if let after = request.after {
            guard let cursor = SearchCursor(after), cursor.queryHash == hash else { throw EngineError.cursorUnreadable }
            offset = cursor.shown
            if cursor.state != view.state {
                notices.append(
                    Notice(
                        chinese: "提示：翻页期间档案有变动，结果可能重复或遗漏；重新检索可得到准确的顺序",
                        english: "note: the archive changed between pages; hits may repeat or be missed, search anew for the exact order"))
            }
        }
        let page = try view.searcher.search(
            root, sort: request.sort, offset: offset, limit: request.limit)
        let maker = snippetMaker(root, view)
        let explainer = request.explains ? try view.searcher.explainer(root, sort: request.sort) : nil
        var hits: [SearchAnswer.Hit] = []
        for hit in page.hits {
            try TimeLimit.check()
            var shown = try self.hit(hit, maker, columns: request.columns)
            if let explainer {
                let explanation = try explainer.explanation(of: hit)
                shown.explanation = zip(explanation.lines(in: .chinese), explanation.lines(in: .english)).map {
                    Notice(chinese: $0, english: $1)
                }
            }
            hits.append(shown)
        }
        let total = page.total ?? 0
        // Where no hits were asked for, only what finds nothing at all may be a slip.
        if offset == 0, page.hits.first?.isLiteral != true, request.limit > 0 || total == 0, !request.query.isEmpty {
            notices += try slips(root, view.searcher)
        }
        let facets = try fields.map { try view.searcher.facets(root, by: $0) }
        let shown = offset + page.hits.count
        let hasMore = shown < total
        return SearchAnswer(
            hits: hits, total: total, facets: facets, regionNames: try regionNames(of: facets, view),
            cursor: hasMore ? SearchCursor(shown: shown, queryHash: hash, state: view.state).text : nil,
            notices: notices)
    }

    func snippetMaker(_ root: QueryNode, _ view: View) -> SnippetMaker {
        SnippetMaker(root, words: view.words, rarity: view.searcher.rarity(), mask: PersonalNumbers.masked)
    }

    func hit(_ hit: SearchHit, _ maker: SnippetMaker, columns: [RecordColumn]) throws -> SearchAnswer.Hit {
        guard let version = try records.version(at: hit.sequence) else {
            throw ArchiveError.recordUnreadable(path: folder.recordsPath, sequence: hit.sequence.rawValue)
        }
        let reader = ColumnReader(try Self.complaint(version))
        let complaint = reader.complaint
        let snippet = maker.snippet(of: reader.zones)
        return SearchAnswer.Hit(
            id: complaint.archiveID, score: hit.score, date: complaint.receivedAt.date.text,
            title: PersonalNumbers.title(of: complaint), snippet: snippet, isLiteral: hit.isLiteral,
            versionNumber: Int(version.header.versionNumber),
            cells: columns.map { reader.cell($0, snippet: snippet.text, score: hit.score) })
    }

    /// Newest versions of all matches, in order of arrival.
    func allSequences(_ root: QueryNode) throws -> [RecordSequence] { try view().searcher.allSequences(root) }

    // MARK: Numbers

    /// Records by id, or by any of their other numbers.
    func recordNumbers(named name: String) throws -> [RecordNumber] {
        let snapshot = try records.snapshot()
        // One that is hidden is looked up further, as one that is nowhere: another record's number that reads the same is found.
        let sight = try sight()
        let number = try snapshot.recordNumber(id: name)
        if let number, sight.sees(number) { return [number] }
        let others = try snapshot.recordNumbers(alias: AliasName.folded(name))
        let seen = others.filter { sight.sees($0) }
        if seen.isEmpty { try lookUpOpposite(of: name, isThere: number != nil || !others.isEmpty, snapshot, sight) }
        return seen
    }

    /// What is found takes longer to look up than what is nowhere: its bytes are checked. So that the clock does not tell a hidden record
    /// from none (R102), an answer that shows nothing has looked up one of each.
    private func lookUpOpposite(of name: String, isThere: Bool, _ snapshot: borrowing RecordSnapshot, _ sight: Sight) throws {
        guard !sight.isWhole, let known = try sight.knownID() else { return }
        let ids = [known, name.dropLast() + "#"]
        // Plain ones are folded faster: both are, whichever is looked up.
        let aliases = ids.map(AliasName.folded)
        let opposite = isThere ? 1 : 0
        let number = try snapshot.recordNumber(id: ids[opposite])
        if let number, sight.sees(number) { return }
        _ = try snapshot.recordNumbers(alias: aliases[opposite]).filter { sight.sees($0) }
    }
}

extension Engine: RecordResolver {
    package func sequences(_ field: Field, _ condition: FieldCondition) throws -> [RecordSequence] {
        let numbers: [RecordNumber]
        switch condition {
        case .equals(let value) where field == .overdue || field == .dueReckoned:
            return try sequences(field, reckoned: value)
        case .equals(let value) where field == .referenceCode:
            numbers = try recordNumbers(named: profile().referenceCode.standardForm(value) ?? value)
        case .equals(let value):
            numbers = field.kind == .identity ? try identityMatches(field, value) : try recordNumbers(named: value)
        case .prefix(let value) where field == .no:
            numbers = try records.read { try $0.recordNumbers(aliasPrefix: AliasName.folded(value)) }
        default: throw EngineError.fieldOnlyWhole(name: field.name)
        }
        let snapshot = try records.snapshot()
        return try numbers.compactMap { try snapshot.head(of: $0)?.latest }
    }

    package func isAnonymous(_ sequence: RecordSequence) throws -> Bool {
        guard let version = try records.version(at: sequence) else { return false }
        return try Self.complaint(version).namedState.map { $0.known == .anonymous || $0.known == .falselySigned } ?? false
    }

    private func identityMatches(_ field: Field, _ value: String) throws -> [RecordNumber] {
        if shardView != nil { throw ShardError.holdsNoIdentity(path: folder.path) }
        return try identity().recordNumbers(matching: field, value, upTo: records.lastSequence)
    }
}

/// How a number is written in the alias table and looked up there: folded like text, without blanks.
enum AliasName {
    static func folded(_ name: String) -> String {
        if let plain = foldedPlain(name) { return plain }
        let units = Normalizer.shared.fold(name).filter { $0 != 0x20 }
        return String(decoding: units, as: UTF16.self)
    }

    /// Of a number of letters, digits and dashes alone, as most are: folding makes its letters small. Nil of others.
    private static func foldedPlain(_ name: String) -> String? {
        let bytes = name.utf8.span
        var hasCapital = false
        for place in bytes.indices {
            switch bytes[place] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"): continue
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): hasCapital = true
            default: return nil
            }
        }
        if !hasCapital { return name }
        return String(decoding: name.utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

/// Lends one word breaker to a search, opened when the first word is asked for.
private final class WordFinderBox {
    private let lexicon: Lexicon
    private var analyzer: DocumentAnalyzer?

    init(lexicon: Lexicon) { self.lexicon = lexicon }

    func words(of units: [UInt16]) -> [Range<Int>] {
        if analyzer == nil { analyzer = DocumentAnalyzer(lexicon: lexicon) }
        return analyzer!.words(of: units)
    }
}

extension Notice {
    init(_ notice: QueryNotice) {
        self.init(chinese: notice.notice(in: .chinese), english: notice.notice(in: .english))
    }
}
