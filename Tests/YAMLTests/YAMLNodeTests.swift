import Records
import Testing
import TestSupport
import YAML

@Suite struct YAMLNodeTests {
    @Test func `plain scalars follow the core schema and quoted ones stay strings`() throws {
        let node = try YAMLNode.parse(
            """
            a: 12
            b: "12"
            c: 00123
            d: yes
            e: true
            f: ~
            g:
            h: 2020-01-01
            i: 0x1F
            j: -1.50
            k: +7
            l: .5
            m: 1e3
            n: !!str 5
            o: '~'
            p: .inf
            """)
        #expect(
            node.json.text
                == #"{"a":12,"b":"12","c":"00123","d":"yes","e":true,"f":null,"g":null,"h":"2020-01-01","i":31,"j":-1.50,"k":7,"l":0.5,"m":1e3,"n":"5","o":"~","p":".inf"}"#
        )
    }

    @Test func `every node knows its line and column`() throws {
        let node = try YAMLNode.parse("甲:\n  - 乙\n  - {丙: 丁}\n")
        let list = try #require(node["甲"]?.elements)
        #expect(list[0].line == 2 && list[0].column == 5)
        let inner = try #require(list[1].entries?.first)
        #expect(inner.key.line == 3 && inner.key.column == 6 && inner.value.column == 9)
    }

    @Test func `anchors and aliases give the same value`() throws {
        let node = try YAMLNode.parse("base: &b {x: 1}\nother: *b\n")
        #expect(node["other"]?.json == node["base"]?.json)
    }

    @Test func `ten lines of nested aliases are refused and not expanded`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let before = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: before, count: 10).joined(separator: ", "))]\n"
        }
        #expect { try YAMLNode.parse(text) } throws: { error in
            (error as? YAMLError)?.cause == .tooManyNodes(limit: YAMLNode.nodeLimit)
        }
    }

    @Test(arguments: [
        ("a: [1, 2", 2, 1), ("a: b: c", 1, 5), ("a: 1\na: 2", 2, 1), ("a: *nobody", 1, 4), ("a: !own 3", 1, 4), ("? [x]\n: y", 1, 3),
        ("a: &a [*a]", 1, 8), ("a: 1\n--- \nb: 2", 2, 1), ("\ta: 1", 1, 1),
    ])
    func `what is wrong is pointed at`(text: String, line: Int, column: Int) {
        #expect { try YAMLNode.parse(text) } throws: { error in
            guard let error = error as? YAMLError else { return false }
            return error.line == line && error.column == column
        }
    }

    @Test func `empty, too deep, too large and foreign bytes are refused`() {
        func cause(_ bytes: [UInt8]) -> YAMLError.Cause? {
            do throws(YAMLError) { _ = try YAMLNode.parse(bytes) } catch { return error.cause }
            return nil
        }
        #expect(cause([]) == .empty)
        #expect(cause(Array("# only words\n".utf8)) == .empty)
        #expect(cause(Array(String(repeating: "[", count: 100).utf8) + Array(String(repeating: "]", count: 100).utf8)) == .tooDeep(limit: 64))
        #expect(cause(Array(repeating: 0x20, count: YAMLNode.sizeLimitBytes + 1)) == .tooLarge(limitBytes: YAMLNode.sizeLimitBytes))
        #expect(cause([0x61, 0x3A, 0x20, 0xFF]) == .notUTF8)
    }

    @Test(arguments: Seed.sample(64)) func `damaged text is refused or read, never a crash`(seed: Seed) {
        var seed = seed
        var bytes = Array("a: &x [1, {b: \"c\\n\", d: 'e'}]\nf: *x\ng: |\n  text\n  more\n".utf8)
        for _ in 0..<4 { bytes[Int.random(in: bytes.indices, using: &seed)] = UInt8.random(in: 0...127, using: &seed) }
        _ = try? YAMLNode.parse(bytes).json
    }
}

@Suite struct YAMLTextTests {
    @Test(arguments: [
        "标题", "a b", "", "12", "true", "null", "~", "- x", "a: b", "#c", "\"q\"", "line\nbreak", "\t", "yes", "[x]", "{y}", "来电时间(秒)", "é", "@x",
        "100%", "a,b", "\u{FEFF}", "\\", "'", "0012", "&a", "*a", "!x", "|", ">", "？", "列 名", "=",
    ])
    func `any text written as a scalar, key or list element is read back`(text: String) throws {
        var yaml = YAMLText()
        yaml.comment("first\nsecond")
        yaml.entry(text.isEmpty ? "k" : text, text, note: "note")
        yaml.mapping("inner") { $0.entry("list", [text, text]) }
        let node = try YAMLNode.parse(yaml.text)
        #expect(node.json[text.isEmpty ? "k" : text] == .string(text))
        #expect(node.json["inner"]?["list"] == .array([.string(text), .string(text)]))
    }
}
