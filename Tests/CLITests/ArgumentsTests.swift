import Records
import Testing

@testable import CLI

@Suite struct ArgumentsTests {
    @Test func `options before the verb move behind it`() {
        #expect(Arguments.arranged(["--archive", "a", "--key=k", "search", "x"]) == ["search", "--archive", "a", "--key=k", "x"])
        #expect(Arguments.arranged(["search", "x", "--archive", "a"]) == ["search", "x", "--archive", "a"])
        #expect(Arguments.arranged(["--archive"]) == ["--archive"])
        #expect(Arguments.arranged([]) == [])
    }

    @Test(arguments: ["-停车", "-\"a\"", "-(a b)", "-category:x", "-2023", "－停车"])
    func `a dash before a part of a query is the NOT of the query`(part: String) throws {
        let arranged = Arguments.arranged(["search", "x", part])
        let command = try Juanzong.parseAsRoot(arranged)
        let search = try #require(command as? Search)
        #expect(search.query.joined(separator: " ").split(separator: " ") == "x \(part)".split(separator: " "))
        #expect(Arguments.mistake(in: arranged) == nil)
    }

    @Test func `behind the two dashes everything is query`() throws {
        let command = try Juanzong.parseAsRoot(Arguments.arranged(["search", "--count", "--", "-停车", "--limit", "-a"]))
        let search = try #require(command as? Search)
        #expect(search.count)
        #expect(search.query == ["-停车", "--limit", "-a"])
    }

    @Test func `a letter behind one dash is neither guessed to be an option nor a part`() {
        #expect(Arguments.mistake(in: ["search", "x", "-a"])?.notice(in: .english).contains("-- -a") == true)
        #expect(Arguments.mistake(in: ["search", "-h"]) == nil)
        #expect(Arguments.mistake(in: ["search", "-"]) == nil)
        #expect(Arguments.mistake(in: ["search", "--", "-a"]) == nil)
    }

    @Test(arguments: [("serch", "search"), ("sear", "search"), ("exprot", "export"), ("stats", "stat"), ("imprt", "import")])
    func `a mistyped verb is answered with the nearest`(typed: String, meant: String) {
        for language in [Language.english, .chinese] {
            #expect(Arguments.mistake(in: [typed])?.notice(in: language).contains("juanzong \(meant)") == true)
        }
    }

    @Test func `a word far from every verb gets no suggestion`() {
        #expect(Arguments.mistake(in: ["物业"])?.notice(in: .english).contains("--help") == true)
        for verb in Juanzong.verbs { #expect(Arguments.mistake(in: [verb]) == nil) }
        #expect(Juanzong.verbs.count >= 12)
    }

    @Test(arguments: [("a", "a", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("停车", "停", 1)])
    func `the distance counts letters inserted dropped or changed`(a: String, b: String, distance: Int) {
        #expect(Arguments.distance(a, b) == distance)
    }

    @Test(arguments: [("zh_CN.UTF-8", Language.chinese), ("zh", .chinese), ("ZH_TW", .chinese), ("en_US", .english), ("C", .english), ("", .english), ("z", .english)])
    func `the language follows the locale`(locale: String, language: Language) {
        #expect(Language.of(locale: locale) == language)
    }

    @Test func `mistakes that the verbs themselves see are refused before anything is opened`() {
        for arguments in [
            ["search"], ["search", ""], ["search", " ", "　"], ["export", "", "--to", "-"], ["search", "x", "--limit", "0"], ["search", "x", "--limit", "100001"], ["search", "a", "-"],
            ["search", "x", "--count", "--facet", "region"], ["similar"], ["similar", "x", "--text", "y"], ["import"],
            ["import", "a", "--guess", "b"], ["import", "a", "b", "--rejects", "r"], ["import", "-", "-"],
            ["import", "a", "--memory", "1"], ["export", "--to", "a.csv", "--with-identity"], ["export", "--to", "a.jsonl", "--columns", "id"], ["edit", "A1"], ["withdraw", "A1"], ["search", "x", "--watch", "--count"],
            ["export"], ["show"], ["show", "a", "--version", "0"],
            ["analyze", "--lexicon", "some"],
        ] {
            #expect(throws: (any Error).self, "\(arguments)") { try Juanzong.parseAsRoot(arguments) }
        }
    }
}
