// `juanzong lexicon` and `juanzong synonyms`: the body's own words, and what the archive suggests.

import ArgumentParser
import Engine
import Records

struct WordList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lexicon",
        abstract: say("本机构的词语：建议、加入、列出、去掉。", "The body's own words: suggest, add, list, remove."),
        discussion: say(
            """
            词语只影响排序，不影响能否查到，改了随时可用。查询中的新词从下一次检索起生效；
            已入库的记录按新词切分要重建索引（reindex），期间照常检索。

            例：juanzong lexicon suggest
                juanzong lexicon add 地锁 充电飞线
                juanzong lexicon suggest --limit 200 --json
            """,
            """
            Words change the order of results only, never what is found, so they may be changed at any time. A new word in a
            query counts from the next search on; records already there are cut by it after a reindex, during which
            searches go on.

            Example: juanzong lexicon suggest
                     juanzong lexicon add 地锁 充电飞线
                     juanzong lexicon suggest --limit 200 --json
            """),
        subcommands: [SuggestWords.self, AddWords.self, ListWords.self, RemoveWords.self])
}

/// For verbs that read the whole archive before they answer.
struct SuggestionOptions: ParsableArguments {
    @OptionGroup var archive: ArchiveOptions

    @Option(help: help("最多几条", "How many at most", value: "n"))
    var limit = 30

    @Option(help: help("至少在多少件里出现", "In at least so many records", value: "n"))
    var minRecords = 5

    @Flag(help: help("每条输出一个 JSON", "Print one JSON object each"))
    var json = false

    func validate() throws {
        try HitLimit.check(limit)
        guard (2...1_000_000).contains(minRecords) else {
            throw ValidationError(say("--min-records 取 2 至 1000000", "--min-records takes 2 to 1000000"))
        }
    }

    func tell(_ note: SampleNote) {
        guard note.looked < note.total else { return }
        Notices.print(say(
            "提示：库中共 \(Figures.count(note.total)) 件，均匀抽看了 \(Figures.count(note.looked)) 件",
            "note: looked at \(Figures.count(note.looked)) of \(Figures.count(note.total)) records, chosen evenly"))
    }
}

struct SuggestWords: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suggest",
        abstract: say("从库中找出词典没有的词。", "Words of the archive that the dictionary lacks."),
        discussion: say(
            "按出现件数、凝固度和左右用字的丰富程度挑选，由人决定是否加入。\n\n例：juanzong lexicon suggest --min-records 20",
            "Chosen by how many records hold them, how firmly their parts stand together and how varied their neighbours are. A person decides.\n\nExample: juanzong lexicon suggest --min-records 20"))

    @OptionGroup var options: SuggestionOptions

    func run() throws {
        let bar = ProgressBar()
        defer { bar.clear() }
        let (words, note) = try options.archive.open().lexiconSuggestions(
            limit: options.limit, recordCountMin: options.minRecords) { bar.report($0) }
        bar.clear()
        var output = Output()
        if options.json {
            for word in words {
                output.line([
                    "word": .string(word.word), "records": .integer(word.recordCount), "cohesion": .decimal(word.cohesion, places: 2),
                    "entropy": .decimal(word.neighbourEntropy, places: 2), "now": .string(word.cutNow), "example": .string(word.example),
                ] as JSONObject)
            }
        } else if !words.isEmpty {
            let titles = [say("词", "word"), say("件数", "records"), say("凝固度", "cohesion"), say("邻字", "entropy"), say("现在切成", "cut now"), say("例", "example")]
            let rows = words.map { word in
                [
                    word.word, Figures.count(word.recordCount), Figures.tenths(word.cohesion), Figures.tenths(word.neighbourEntropy),
                    Terminal.line(word.cutNow), Terminal.line(word.example),
                ]
            }
            TextTable.print([titles] + rows, to: &output)
        }
        try output.flush()
        options.tell(note)
        if words.isEmpty {
            if !options.json { Notices.print(say("没有可建议的词", "no word to suggest")) }
            throw ExitCode(Exit.nothingFound)
        }
        if !options.json { Notices.print(say("\n加入：juanzong lexicon add 词 词 …", "\nto take some: juanzong lexicon add WORD WORD …")) }
    }
}

struct AddWords: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: say("加入词语。", "Add words."),
        discussion: say("例：juanzong lexicon add 地锁 充电飞线\n    juanzong lexicon add 地锁 --reindex", "Example: juanzong lexicon add 地锁 充电飞线\n         juanzong lexicon add 地锁 --reindex"))

    @OptionGroup var writing: WritingOptions

    @Argument(help: help("词；- 从标准输入读，每行一个", "Words; - reads them from standard input, one a line", value: "word"))
    var words: [String]

    @Flag(help: help("随即重建索引，让已有记录也按新词切分", "Build the index anew at once, so that the records there are cut by them too"))
    var reindex = false

    func run() throws {
        let words = try self.words == ["-"]
            ? Input.text().split(whereSeparator: \.isNewline).map(String.init) : self.words
        let engine = try writing.open()
        let added = try engine.addToLexicon(words)
        var output = Output()
        output.line(say(
            "加入 \(added.count) 个词" + (added.isEmpty ? "" : "：" + added.map(Terminal.line).joined(separator: "、")),
            "\(added.count) words added" + (added.isEmpty ? "" : ": " + added.map(Terminal.line).joined(separator: ", "))))
        try output.flush()
        if added.count < words.count {
            Notices.print(say("其余 \(words.count - added.count) 个已在词库中", "the other \(words.count - added.count) were there already"))
        }
        try WordChange.tell(engine, writing, reindex: reindex)
    }
}

struct RemoveWords: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: say("去掉词语。", "Take words away."),
        discussion: say("例：juanzong lexicon remove 地锁", "Example: juanzong lexicon remove 地锁"))

    @OptionGroup var writing: WritingOptions

    @Argument(help: help("词", "Words", value: "word"))
    var words: [String]

    @Flag(help: help("随即重建索引", "Build the index anew at once"))
    var reindex = false

    func run() throws {
        let engine = try writing.open()
        let removed = try engine.removeFromLexicon(words)
        guard !removed.isEmpty else {
            Notices.print(say("词库里没有这些词", "none of these words is in the lexicon"))
            throw ExitCode(Exit.nothingFound)
        }
        var output = Output()
        output.line(say("去掉 \(removed.count) 个词", "\(removed.count) words removed"))
        try output.flush()
        try WordChange.tell(engine, writing, reindex: reindex)
    }
}

struct ListWords: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("列出本机构加入的词。", "List the body's own words."),
        discussion: say("例：juanzong lexicon list", "Example: juanzong lexicon list"))

    @OptionGroup var archive: ArchiveOptions

    func run() throws {
        let engine = try archive.open()
        let words = try engine.lexiconWords()
        var output = Output()
        for word in words { output.line(Terminal.line(word)) }
        try output.flush()
        WordChange.tellWaiting(try engine.recordsCutByFormerWords())
        if words.isEmpty {
            Notices.print(say("还没有加入词", "no words yet"))
            throw ExitCode(Exit.nothingFound)
        }
    }
}

/// What a change of words means for the records there are.
enum WordChange {
    static func tell(_ engine: Engine, _ writing: WritingOptions, reindex: Bool) throws {
        guard let waiting = try engine.recordsCutByFormerWords() else { return }
        guard reindex else { return tellWaiting(waiting) }
        try LongWork.run(
            open: writing.open, json: false, done: say("索引已重建，全部记录已按新词切分", "index built; all records are cut by the new words"),
            interrupted: say("已中断。原来的索引照常使用；再运行 juanzong reindex 会接着做", "Interrupted. The index in use is untouched; juanzong reindex continues")
        ) { try $0.reindex(waitingSeconds: writing.wait, report: $1) }
    }

    static func tellWaiting(_ count: Int?) {
        guard let count else { return }
        Notices.print(say(
            "查到的内容不变，新记录和查询立即用上新词；已有的 \(Figures.count(count)) 件要在 juanzong reindex 之后才按新词排序（期间照常检索；运行着的服务半分钟后自行重建）",
            "what is found stays the same; queries and new records use the words at once; the \(Figures.count(count)) records there are ordered by them after juanzong reindex (searches go on meanwhile; a running service does it by itself after half a minute)"
        ))
    }
}

// MARK: Synonyms

struct Synonyms: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synonyms",
        abstract: say("同义词：建议、加入、列出、去掉。", "Equivalents: suggest, add, list, remove."),
        discussion: say(
            """
            同义词放宽不带引号的查询，加入后下一次检索起生效，不必重建索引。

            例：juanzong synonyms suggest
                juanzong synonyms add 网购 网上购物
            """,
            """
            Equivalents widen unquoted parts of queries from the next search on; no reindex is needed.

            Example: juanzong synonyms suggest
                     juanzong synonyms add 网购 网上购物
            """),
        subcommands: [SuggestSynonyms.self, AddSynonyms.self, ListSynonyms.self, RemoveSynonym.self])
}

struct SuggestSynonyms: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suggest",
        abstract: say("从库中学习哪些词说的是一回事。", "Learn from the archive which words mean the same."),
        discussion: say(
            "依据：前后用词相近；标题与正文、已关联的两件各用其一；简称。由人决定是否加入。\n\n例：juanzong synonyms suggest --limit 50",
            "By neighbours alike, by titles and bodies or linked records that use one each, by abbreviations. A person decides.\n\nExample: juanzong synonyms suggest --limit 50"))

    @OptionGroup var options: SuggestionOptions

    func run() throws {
        let bar = ProgressBar()
        defer { bar.clear() }
        let (pairs, note) = try options.archive.open().synonymSuggestions(
            limit: options.limit, recordCountMin: options.minRecords) { bar.report($0) }
        bar.clear()
        var output = Output()
        if options.json {
            for pair in pairs {
                output.line([
                    "words": .array(pair.words.map { .string($0) }), "records": .array(pair.recordCounts.map { .integer($0) }),
                    "score": .decimal(pair.score, places: 3), "reasons": .array(pair.reasons.map { .string($0.text(in: .ofUser)) }),
                ] as JSONObject)
            }
        } else if !pairs.isEmpty {
            let titles = [say("词", "words"), say("件数", "records"), say("依据", "why")]
            let rows = pairs.map { pair in
                [
                    pair.words.joined(separator: " = "), pair.recordCounts.map { Figures.count($0) }.joined(separator: " / "),
                    pair.reasons.map { $0.text(in: .ofUser) }.joined(separator: say("；", "; ")),
                ]
            }
            TextTable.print([titles] + rows, to: &output)
        }
        try output.flush()
        options.tell(note)
        if pairs.isEmpty {
            if !options.json { Notices.print(say("没有可建议的同义词", "no equivalents to suggest")) }
            throw ExitCode(Exit.nothingFound)
        }
        if !options.json { Notices.print(say("\n加入：juanzong synonyms add 词 词 …", "\nto take some: juanzong synonyms add WORD WORD …")) }
    }
}

struct AddSynonyms: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: say("把几个词当作同义词。", "Take words for one another."),
        discussion: say("例：juanzong synonyms add 网购 网上购物", "Example: juanzong synonyms add 网购 网上购物"))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("两个或更多的词，也可写成 词=词", "Two words or more, also as word=word", value: "word"))
    var words: [String]

    func validate() throws {
        if split.count < 2 { throw ValidationError(say("请给出至少两个词", "give at least two words")) }
    }

    private var split: [String] { words.flatMap { $0.split { "=＝ ".contains($0) }.map(String.init) } }

    func run() throws {
        let group = try archive.open().addSynonyms(split)
        var output = Output()
        output.line(say("同义词：", "equivalents: ") + group.map(Terminal.line).joined(separator: " = "))
        try output.flush()
    }
}

struct ListSynonyms: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("列出同义词。", "List the equivalents."),
        discussion: say("例：juanzong synonyms list", "Example: juanzong synonyms list"))

    @OptionGroup var archive: ArchiveOptions

    func run() throws {
        let groups = try archive.open().synonymGroups()
        var output = Output()
        for group in groups { output.line(group.map(Terminal.line).joined(separator: " = ")) }
        try output.flush()
        if groups.isEmpty {
            Notices.print(say("还没有同义词", "no equivalents yet"))
            throw ExitCode(Exit.nothingFound)
        }
    }
}

struct RemoveSynonym: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: say("从同义词中去掉一个词。", "Take a word out of its equivalents."),
        discussion: say("例：juanzong synonyms remove 网上购物", "Example: juanzong synonyms remove 网上购物"))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("词", "The word", value: "word"))
    var word: String

    func run() throws {
        guard try archive.open().removeSynonym(word) else {
            Notices.print(say("同义词里没有这个词", "the word has no equivalents"))
            throw ExitCode(Exit.nothingFound)
        }
        var output = Output()
        output.line(say("已去掉 \(Terminal.line(word))", "removed \(Terminal.line(word))"))
        try output.flush()
    }
}
