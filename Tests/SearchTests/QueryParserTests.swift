import Records
import Testing

@testable import Search

@Suite struct QueryParserTests {
    func read(_ query: String) throws -> QueryNode { try QuerySupport.read(query) }
    func understood(_ text: String) -> QueryNode { .understood(QuerySupport.part(text)) }
    func literal(_ text: String) -> QueryNode { .literal(QuerySupport.part(text)) }

    // MARK: Parts and operators

    @Test func `a blank query asks for every record`() throws {
        for blank in ["", " ", "\u{3000}\t", "\n\r\n"] { #expect(try read(blank) == .all) }
    }

    @Test func `a part points at its place in code points`() throws {
        let node = try read("物业  -“停车” title:收费")
        #expect(node.allParts.map(\.range) == [0..<2, 5..<9, 16..<18])
        #expect(node.allParts[1].text == "停车")
    }

    @Test func `units are folded, text stays as written`() throws {
        guard case .literal(let part) = try read("＂ＶＩＰ卡＂") else { return #expect(Bool(false)) }
        #expect(part.text == "ＶＩＰ卡")
        #expect(part.units == Array("vip卡".utf16))
    }

    @Test func `precedence is NOT, NEAR, AND, OR`() throws {
        let expected = QueryNode.or([
            .and([understood("a"), .near(literal("b"), literal("c"), distance: 3)]),
            .and([.not(understood("d")), understood("e")]),
        ])
        #expect(try read("a b NEAR/3 c OR -d e") == expected)
        #expect(try read("(a AND (b NEAR/3 c)) | ((NOT d) e)") == expected)
    }

    @Test func `nested brackets of one kind are flat`() throws {
        #expect(try read("(a (b c))") == .and([understood("a"), understood("b"), understood("c")]))
        #expect(try read("a OR (b OR (c))") == .or([understood("a"), understood("b"), understood("c")]))
    }

    @Test func `a minus sign inside a word is text`() throws {
        #expect(try read("12-30") == understood("12-30"))
        #expect(try read("a-b -c-d") == .and([understood("a-b"), .not(understood("c-d"))]))
    }

    @Test func `signs that could be operators but hold no word are text with a notice`() throws {
        let parsed = try QuerySupport.parser.parse("a -> b")
        #expect(parsed.root == .and([understood("a"), literal("->"), understood("b")]))
        #expect(parsed.notices.map(\.kind) == [.dashReadAsText])
    }

    @Test(arguments: ["-", "--", "->", "?", "()", "(-)", "|", "\"", "\"\"", "“", "…", "*", ":", "，。", "？！", "- -", "~", "~\""])
    func `punctuation alone is looked for as it stands`(sign: String) throws {
        #expect(try read(sign) == literal(sign))
        #expect(try read(" " + sign + "\n") == literal(sign))
    }

    @Test func `quoted punctuation is the punctuation alone`() throws {
        #expect(try read("\"。\"") == literal("。"))
        #expect(try read("\"-\" \"|\"") == .and([literal("-"), literal("|")]))
        #expect(try read("-\"（\"") == .not(literal("（")))
    }

    @Test func `backslashes are text`() throws {
        #expect(try read("\"a\\b\\\"") == literal("a\\b\\"))
    }

    @Test func `quotes of one kind hold quotes of another`() throws {
        #expect(try read("“他说\"停车\"了”") == literal("他说\"停车\"了"))
        #expect(try read("\"他说“停车”了\"") == literal("他说“停车”了"))
        #expect(try read("”停车“") == literal("停车"))
        #expect(try read("“停车“") == literal("停车"))
        #expect(try read("\"\"\"停车\"\"\"") == literal("\"停车\""))
    }

    @Test func `a quote or bracket without its pair is text and a notice says so`() throws {
        let quote = try QuerySupport.parser.parse("停车\" 收费")
        #expect(quote.root == .and([understood("停车\""), understood("收费")]))
        #expect(quote.notices.map(\.kind) == [.quotesReadAsText])
        #expect(quote.notices[0].position == 2)
        let bracket = try QuerySupport.parser.parse("(停车 收费")
        #expect(bracket.root == .and([understood("(停车"), understood("收费")]))
        #expect(bracket.notices.map(\.kind) == [.bracketsReadAsText])
    }

    @Test func `brackets in names of companies and numbers of documents are text`() throws {
        for name in [
            "某某（集团）有限公司", "（北京）某某公司", "（集团）（北京）公司", "某（甲（乙）丙）公司", "函数()", "(2024)京01民初1号",
        ] {
            #expect(try read(name) == understood(name), "\(name)")
            #expect(try read("-" + name) == .not(understood(name)), "\(name)")
            #expect(try read("(" + name + " 停车)") == .and([understood(name), understood("停车")]), "\(name)")
        }
        #expect(try read("(a)(b)") == .and([understood("a"), understood("b")]))
        #expect(try read("停车（物业 OR 小区）") == .and([understood("停车"), .or([understood("物业"), understood("小区")])]))
    }

    @Test func `NEAR takes parts of one zone and nothing else`() throws {
        let title = QuerySupport.field("title")
        #expect(
            try read("title:(a NEAR/2 \"b\")")
                == .near(
                    .field(title, .literal(QuerySupport.part("a"))), .field(title, .literal(QuerySupport.part("b"))),
                    distance: 2))
        #expect(try read("ａ ＮＥＡＲ ｂ") == .near(literal("ａ"), literal("ｂ"), distance: 10))
        for wrong in ["a NEAR (b c)", "-a NEAR b", "a NEAR b NEAR c", "title:a NEAR b", "a NEAR date:2024"] {
            #expect(QuerySupport.error(wrong)?.reason == .nearTakesParts, "\(wrong)")
        }
        #expect(QuerySupport.error("a NEAR/0 b")?.mended == "a NEAR/1 b")
        #expect(try read("NEAR/x") == understood("NEAR/x"))
    }

    // MARK: Pasted text

    @Test func `forty characters are typed, forty-one are pasted`() throws {
        let forty = String(repeating: "停车", count: 20)
        #expect(try read(forty) == understood(forty))
        #expect(try read(forty + "费") == .pasted(QuerySupport.part(forty + "费")))
        #expect(try read(" " + forty + "\n") == understood(forty))
    }

    @Test func `blank-separated words of over forty characters are pasted`() throws {
        let words = Array(repeating: "停车收费", count: 9).joined(separator: " ")
        #expect(try read(words) == .pasted(QuerySupport.part(words)))
    }

    @Test(arguments: ["停车。收费", "停车\n收费", "怎么收费？", "停车！-收费", "title:停车\r\n收费", "(停车。"])
    func `a line break or a full stop makes text pasted`(text: String) throws {
        #expect(try read(text) == .pasted(QuerySupport.part(text)))
    }

    @Test func `prose with quotes in it is pasted`() throws {
        let prose = "投诉人反映小区内“僵尸车”长期占用车位，物业公司“只收费、不管理”，多次反映无果，要求处理"
        #expect(try read(prose) == .pasted(QuerySupport.part(prose)))
    }

    @Test func `a long query written with operators keeps them`() throws {
        let words = (0..<40).map { "停车费\($0)" }
        let any = try read(words.joined(separator: " OR "))
        #expect(any == .or(words.map(understood)))
        let pieces = words.map { "\"\($0)。了\"" }
        #expect(try read(pieces.joined(separator: " ")) == .and(words.map { literal($0 + "。了") }))
        let fielded = try read("respondent:某某物业公司 date:2024-01..2024-03 (停车费 OR 物业费) -投诉 category:消费/停车")
        #expect(fielded.leafCount == 6)
    }

    @Test func `signs that did nothing in pasted text are told`() throws {
        let parsed = try QuerySupport.parser.parse("停车费太贵。 -小区")
        #expect(parsed.notices.map(\.kind) == [.pastedWithoutOperators])
        #expect(parsed.notices[0].position == 7)
        #expect(try QuerySupport.parser.parse("停车费太贵。小区").notices.isEmpty)
    }

    @Test func `a tilde puts pasted text beside conditions`() throws {
        let text = "停车费太贵。\n要求\"退款\""
        let node = try read("unit:某局 ~\"停车费太贵。\n要求\"\"退款\"\"\"")
        #expect(node == .and([.field(QuerySupport.field("unit"), .equals("某局")), .pasted(QuerySupport.part(text))]))
    }

    // MARK: Fields

    func condition(_ query: String) throws -> FieldCondition? {
        if case .field(_, let condition) = try read(query) { condition } else { nil }
    }

    @Test func `an unknown name before a colon is text and a notice says so`() throws {
        let parsed = try QuerySupport.parser.parse("foo:停车")
        #expect(parsed.root == understood("foo:停车"))
        #expect(parsed.notices.map(\.kind) == [.unknownField("foo")])
        for silent in ["12:30", "http://a.b/c"] {
            let parsed = try QuerySupport.parser.parse(silent)
            #expect(parsed.root == understood(silent))
            #expect(parsed.notices.isEmpty)
        }
    }

    @Test func `names of fields are found in capitals and full width`() throws {
        #expect(try read("TITLE:a") == read("title:a"))
        #expect(try read("ｔｉｔｌｅ：a") == read("title:a"))
    }

    @Test func `a date stands for all its days`() throws {
        let january = FieldCondition.dateRange(from: 19723, to: 19753)
        for written in ["2024-01", "2024-1", "2024/01", "2024.1", "2024年1月", "\"2024-01\"", "２０２４－０１", "=2024-01"] {
            #expect(try condition("date:" + written) == january, "\(written)")
        }
        #expect(try condition("date:20240131") == .dateRange(from: 19753, to: 19753))
        #expect(try condition("date:2024") == .dateRange(from: 19723, to: 20088))
        #expect(try condition("date:1970-01-01") == .dateRange(from: 0, to: 0))
    }

    @Test func `ranges of dates include both ends and may be open`() throws {
        for written in ["2024-01..2024-03", "2024-01…2024-03", "2024-01～2024-03", "2024年1月至2024年3月", "2024-01..2024-03-31"] {
            #expect(try condition("date:" + written) == .dateRange(from: 19723, to: 19813), "\(written)")
        }
        #expect(try condition("date:..2024-01") == .dateRange(from: nil, to: 19753))
        #expect(try condition("date:2024..") == .dateRange(from: 19723, to: nil))
        #expect(try condition("date:>=2024-01") == .dateRange(from: 19723, to: nil))
        #expect(try condition("date:>2024-01") == .dateRange(from: 19754, to: nil))
        #expect(try condition("date:≤2024-01") == .dateRange(from: nil, to: 19753))
        #expect(try condition("date:＜2024-01") == .dateRange(from: nil, to: 19722))
    }

    @Test func `numbers are read in thousandths`() throws {
        #expect(try condition("amount:12.5") == .numberRange(from: 12_500, to: 12_500))
        #expect(try condition("amount:-5..1,000") == .numberRange(from: -5_000, to: 1_000_000))
        #expect(try condition("amount:>=1.2万") == .numberRange(from: 12_000_000, to: nil))
        #expect(try condition("amount:>100") == .numberRange(from: 100_001, to: nil))
        #expect(try condition("amount:<0.001") == .numberRange(from: nil, to: 0))
        #expect(try condition("amount:1.23456万") == .numberRange(from: 12_345_600, to: 12_345_600))
        for wrong in ["abc", "1.2345", "..", "1..2..3", ">", "1-2", "99999999999999999999", "1亿亿", ".", "1,", "*1*"] {
            #expect(QuerySupport.error("amount:" + wrong)?.reason == .numberUnreadable("amount"), "\(wrong)")
        }
    }

    @Test func `facets are equal, begin with, or exist`() throws {
        #expect(try condition("channel:电话") == .equals(QuerySupport.field("channel").canonicalValue("电话")))
        #expect(try condition("unit:某局") == .equals("某局"))
        #expect(try condition("unit:\"某局*\"") == .equals("某局*"))
        #expect(try condition("category:\"甲 / 乙/\"") == .equals("甲/乙"))
        #expect(try condition("channel:电*") == .prefix("电"))
        #expect(try condition("channel:\"电 话\"*") == .prefix("电 话"))
        #expect(try read("channel:*") == .exists(QuerySupport.field("channel")))
        #expect(try read("reply:＊") == .exists(QuerySupport.field("reply")))
        #expect(try read("有：答复") == .exists(QuerySupport.field("reply")))
        #expect(try read("有：隐患") == understood("有：隐患"))
        #expect(QuerySupport.error("exists:repyl")?.reason == .fieldUnknown("repyl"))
    }

    @Test func `a facet that is text too is read as text, with an equals sign as the facet`() throws {
        let respondent = QuerySupport.field("respondent")
        #expect(try condition("被投诉人:某公司") == .understood(QuerySupport.part("某公司")))
        #expect(try condition("被投诉人:“某公司”") == .literal(QuerySupport.part("某公司")))
        #expect(try condition("被投诉人:=某公司") == .equals("某公司"))
        #expect(try condition("被投诉人:＝\"某 公司\"") == .equals("某 公司"))
        #expect(try condition("被投诉人:某*") == .prefix("某"))
        #expect(try read("被投诉人:*") == .exists(respondent))
        #expect(try QuerySupport.parser.filter("respondent=某公司") == .field(respondent, .equals("某公司")))
        #expect(QuerySupport.error("channel:\" \"")?.reason == .nothingToFind)
    }

    @Test func `region codes stand for the area and all within it`() throws {
        #expect(try condition("region:330106") == .prefix("330106"))
        #expect(try condition("region:330100") == .prefix("3301"))
        #expect(try condition("region:330000") == .prefix("33"))
        #expect(try condition("region:\"330000\"") == .equals("330000"))
        #expect(try condition("region:杭州") == .equals("杭州"))
        #expect(try condition("region:330106000000") == .prefix("330106000000"))
    }

    @Test func `identity fields take the value as written`() throws {
        #expect(try condition("电话:0000") == .equals("0000"))
    }

    @Test func `a field's brackets bind it to all inside`() throws {
        let title = QuerySupport.field("title")
        func inTitle(_ text: String) -> QueryNode { .field(title, .understood(QuerySupport.part(text))) }
        #expect(
            try read("标题：（停车 -（收费 ｜ 乱收））")
                == .and([inTitle("停车"), .not(.or([inTitle("收费"), inTitle("乱收")]))]))
        #expect(QuerySupport.error("title:(a channel:b)")?.mended == "title:(a b)")
    }

    // MARK: Errors

    @Test(arguments: [
        ("停车 OR", QueryError.Reason.nothingBehind("OR"), 3, 2, "停车"),
        ("OR 停车", .nothingBefore("OR"), 0, 2, "停车"),
        ("停车 OR OR 收费", .nothingBefore("OR"), 6, 2, "停车 OR 收费"),
        ("停车 | | 收费", .nothingBefore("|"), 5, 1, "停车 | 收费"),
        ("OR", .nothingBefore("OR"), 0, 2, "\"OR\""),
        ("停车 NOT", .nothingBehind("NOT"), 3, 3, "停车"),
        ("停车 AND", .nothingBehind("AND"), 3, 3, "停车"),
        ("停车 - 收费", .loneDash, 3, 1, "停车 -收费"),
        ("停车 -", .loneDash, 3, 1, "停车"),
        ("停车 \"\"", .emptyQuotes, 3, 2, "停车"),
        ("停车 ( )", .emptyBrackets, 3, 3, "停车"),
        ("date: 2024", .fieldWithoutValue("date"), 0, 5, "date:2024"),
        ("停车 date:", .fieldWithoutValue("date"), 3, 5, "停车"),
        ("date:", .fieldWithoutValue("date"), 0, 5, "\"date:\""),
        ("date:去年", .dateUnreadable("date"), 5, 2, "\"date:去年\""),
        ("date:2023-02-30", .dateImpossible, 5, 10, "date:2023-02-28"),
        ("date:..2023-13-01", .dateImpossible, 5, 12, "date:..2023-12-01"),
        ("date:2024..2023", .rangeReversed, 5, 10, "date:2023..2024"),
        ("channel:~\"a b\"", .valueNotText("channel"), 8, 6, "channel:\"a b\""),
        ("amount:(1 OR x)", .numberUnreadable("amount"), 13, 1, "amount:(1)"),
        ("amount:(|x)", .nothingBefore("|"), 8, 1, "\"amount:\""),
        ("phone:154*", .noBeginnings("phone"), 6, 4, "phone:154"),
        ("a \u{200B} b", .nothingToFind, 2, 1, "a b"),
        ("(a OR) - b OR", .loneDash, 7, 1, "(a) -b"),
    ]) func `an error points at the place and shows the mend`(
        query: String, reason: QueryError.Reason, position: Int, length: Int, mended: String
    ) throws {
        let error = try #require(QuerySupport.error(query))
        #expect(error.reason == reason)
        #expect(error.position == position)
        #expect(error.length == length)
        #expect(error.mended == mended)
        #expect(QuerySupport.error(mended) == nil)
    }

    @Test func `carets stand below the place, Han characters being two columns wide`() throws {
        let error = try #require(QuerySupport.error("停车 OR"))
        #expect(
            error.notice(in: .english) == """
                Error: nothing behind OR
                Where: character 4
                    停车 OR
                         ^^
                Remedy: write 停车 ; to look for it as it stands, put it in quotes
                """)
        #expect(error.notice(in: .chinese).contains("第 4 个字符"))
    }

    @Test func `a long query is shown in a window of one line`() throws {
        let query = String(repeating: "\"停\t车\" OR ", count: 300)
        let error = try #require(QuerySupport.error(query))
        #expect(error.pointer.line.unicodeScalars.count < 100)
        #expect(error.pointer.line.hasPrefix("…"))
        #expect(!error.pointer.line.contains("\t"))
    }

    @Test func `limits are kept and told`() throws {
        let deep = String(repeating: "( ", count: 65) + "a" + String(repeating: " )", count: 65)
        #expect(QuerySupport.error(deep)?.reason == .tooDeep(depthMax: 64))
        #expect(try read("(a " + String(deep.dropFirst(4).dropLast(4)) + ")").leafCount == 2)
        #expect(QuerySupport.error(String(repeating: "NOT ", count: 65) + "a")?.reason == .tooDeep(depthMax: 64))
        let many = Array(repeating: "\"a\"", count: 1001).joined(separator: " ")
        #expect(try read(many).leafCount == 1001)
        #expect(QuerySupport.error(many + " OR b")?.reason == .tooManyOperators(countMax: 1000))
        #expect(QuerySupport.error(String(repeating: "停", count: 349_526))?.reason == .tooLong(byteCountMax: 1 << 20))
    }

    // MARK: Filters

    @Test func `filters beside the query are read by the same rules`() throws {
        let parser = QuerySupport.parser
        #expect(try parser.filter("category=A/B") == read("category:A/B"))
        #expect(try parser.filter("类别 ＝ \"A B\"") == read("category:\"A B\""))
        #expect(try parser.filter("category=A B") == read("category:\"A B\""))
        #expect(try parser.filter("date=2024-01..2024-03") == read("date:2024-01..2024-03"))
        #expect(try parser.filter("amount=>=100") == read("amount:>=100"))
        #expect(try parser.filter("title=停车 收费") == read("title:~\"停车 收费\""))
        #expect(try parser.filter("reply=*") == read("exists:reply"))
    }

    @Test func `a filter that cannot be read points into its argument`() throws {
        let parser = QuerySupport.parser
        func error(_ argument: String) -> QueryError? {
            do {
                _ = try parser.filter(argument)
                return nil
            } catch {
                return error
            }
        }
        #expect(error("category")?.reason == .filterWithoutEquals)
        #expect(error("foo=1")?.reason == .fieldUnknown("foo"))
        #expect(error("channel=")?.reason == .fieldWithoutValue("channel"))
        #expect(error("date=2023-02-30")?.mended == "date=2023-02-28")
        #expect(error("date=2023-02-30")?.position == 5)
        #expect(error("")?.reason == .filterWithoutEquals)
    }

    @Test func `a period includes both its ends`() throws {
        let parser = QuerySupport.parser
        let date = QuerySupport.field("date")
        #expect(try parser.period(from: "2024-01", to: "2024-03", field: date) == read("date:2024-01..2024-03"))
        #expect(try parser.period(from: nil, to: "2024", field: date) == read("date:..2024"))
        #expect(try parser.period(from: nil, to: nil, field: date) == .all)
        #expect(throws: QueryError.self) { try parser.period(from: "2024", to: "2023", field: date) }
        #expect(throws: QueryError.self) { try parser.period(from: "soon", to: nil, field: date) }
    }

    @Test func `positive parts leave out what is excluded`() throws {
        let parts = try read("a -b (\"c\" OR title:d) -(-e)").positiveParts
        #expect(parts.map(\.part.text) == ["a", "c", "d"])
        #expect(parts.map(\.isLiteral) == [false, true, false])
        #expect(parts[2].field == QuerySupport.field("title"))
    }
}
