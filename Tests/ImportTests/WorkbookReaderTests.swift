import Records
import Testing
import TestSupport

@testable import Import

@Suite struct WorkbookReaderTests {
    private static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
    private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    private static let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    struct Sheet {
        var name: String
        var data: String
        var state = "visible"
        var tail = ""
    }

    /// A workbook as Excel lays it out. Styles: 0 general, 1 date (id 14), 2 custom date and time, 3 time (id 21), 4 duration, 5 amount.
    static func workbook(_ sheets: [Sheet], strings: String? = nil, epoch1904: Bool = false) -> [UInt8] {
        var parts: [(String, String)] = []
        parts.append(("[Content_Types].xml", "\(head)<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"))
        parts.append(
            (
                "_rels/.rels",
                "\(head)<Relationships><Relationship Id=\"rId1\" Type=\"\(relation)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ))
        var book = "\(head)<workbook xmlns=\"\(main)\" xmlns:r=\"\(relation)\"><workbookPr\(epoch1904 ? " date1904=\"1\"" : "")/><sheets>"
        var relations = "\(head)<Relationships>"
        for (index, sheet) in sheets.enumerated() {
            book += "<sheet name=\"\(sheet.name)\" sheetId=\"\(index + 1)\" state=\"\(sheet.state)\" r:id=\"rId\(index + 1)\"/>"
            relations += "<Relationship Id=\"rId\(index + 1)\" Type=\"\(relation)/worksheet\" Target=\"worksheets/sheet\(index + 1).xml\"/>"
            parts.append(
                (
                    "xl/worksheets/sheet\(index + 1).xml",
                    "\(head)<worksheet xmlns=\"\(main)\"><sheetData>\(sheet.data)</sheetData>\(sheet.tail)</worksheet>"
                ))
        }
        relations += "<Relationship Id=\"s\" Type=\"\(relation)/styles\" Target=\"/xl/styles.xml\"/>"
        if let strings {
            relations += "<Relationship Id=\"t\" Type=\"\(relation)/sharedStrings\" Target=\"sharedStrings.xml\"/>"
            parts.append(("xl/sharedStrings.xml", "\(head)<sst xmlns=\"\(main)\">\(strings)</sst>"))
        }
        parts.append(("xl/workbook.xml", book + "</sheets></workbook>"))
        parts.append(("xl/_rels/workbook.xml.rels", relations + "</Relationships>"))
        parts.append(
            (
                "xl/styles.xml",
                """
                \(head)<styleSheet xmlns="\(main)"><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\\ h:mm;@"/>
                <numFmt numFmtId="165" formatCode="[h]:mm"/><numFmt numFmtId="166" formatCode="#,##0.00\\元&quot;days&quot;"/></numFmts>
                <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
                <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="21"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>
                """
            ))
        return zip(parts)
    }

    static func inline(_ reference: String, _ text: String) -> String {
        "<c r=\"\(reference)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">\(text)</t></is></c>"
    }

    private func rows(_ bytes: [UInt8], map: String? = nil) throws -> [[String]] {
        let file = TemporaryFile(bytes, ".xlsx")
        return try cut(file).rows.map { $0.problem.map { ["!" + $0] } ?? $0.cells }
    }

    private let header = "<row r=\"1\">\(inline("A1", "编号"))\(inline("B1", "日期"))\(inline("C1", "内容"))</row>"

    @Test func `shared texts, rich runs, phonetic guides and escapes`() throws {
        let strings = """
            <si><t>一</t></si><si><r><rPr><b/></rPr><t>粗</t></r><r><t xml:space="preserve"> 体</t></r><rPh sb="0" eb="1"><t>cu</t></rPh></si>\
            <si><t>行_x000D_\n二_x005F_x</t></si>
            """
        let data = header + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" t=\"s\"><v>1</v></c><c r=\"C2\" t=\"s\"><v>2</v></c></row>"
        #expect(try rows(Self.workbook([Sheet(name: "a", data: data)], strings: strings)) == [["一", "粗 体", "行\n二_x"]])
    }

    @Test func `numbers, dates by their format, booleans, errors and formulas`() throws {
        let cells = [
            "<c r=\"A2\"><v>13800138000</v></c>", "<c r=\"B2\" s=\"1\"><v>45296</v></c>", "<c r=\"C2\" s=\"2\"><v>45296.354166666664</v></c>",
            "<c r=\"D2\" s=\"3\"><v>0.5</v></c>", "<c r=\"E2\" s=\"4\"><v>1.5</v></c>", "<c r=\"F2\" s=\"5\"><v>0.30000000000000004</v></c>",
            "<c r=\"G2\" t=\"b\"><v>1</v></c>", "<c r=\"H2\" t=\"e\"><v>#N/A</v></c>", "<c r=\"I2\" t=\"str\"><f>A1&amp;\"x\"</f><v>x&lt;y</v></c>",
            "<c r=\"J2\"><v>4.4010619900101E+17</v></c>", "<c r=\"K2\" t=\"d\"><v>2024-01-05T08:30:00</v></c>", "<c r=\"L2\" s=\"1\"><v>60</v></c>",
        ]
        let names = "ABCDEFGHIJKL".map { Self.inline("\($0)1", "c\($0)") }.joined()
        let bytes = Self.workbook([Sheet(name: "a", data: "<row r=\"1\">\(names)</row><row r=\"2\">\(cells.joined())</row>")])
        #expect(
            try rows(bytes) == [
                [
                    "13800138000", "2024-01-05", "2024-01-05T08:30:00", "12:00:00", "1.5", "0.3", "true", "", "x<y", "440106199001010000",
                    "2024-01-05T08:30:00", "1900-02-28",
                ]
            ])
    }

    @Test func `dates from 1904`() throws {
        let data = header + "<row r=\"2\">\(Self.inline("A2", "1"))<c r=\"B2\" s=\"1\"><v>43834</v></c></row>"
        #expect(try rows(Self.workbook([Sheet(name: "a", data: data)], epoch1904: true)) == [["1", "2024-01-05"]])
    }

    @Test func `missing cells and rows stay missing`() throws {
        let data = header + "<row r=\"5\">\(Self.inline("C5", "只有内容"))</row><row r=\"7\"/><row><c t=\"inlineStr\"><is><t>无引用</t></is></c></row>"
        let file = TemporaryFile(Self.workbook([Sheet(name: "a", data: data)]), ".xlsx")
        #expect(try cut(file).rows == [CutRow(line: 5, cells: ["", "", "只有内容"]), CutRow(line: 8, cells: ["无引用"])])
    }

    @Test func `a cell merged over rows counts for each of them`() throws {
        let data = header
            + "<row r=\"2\">\(Self.inline("A2", "1"))\(Self.inline("B2", "甲"))\(Self.inline("C2", "x"))</row>"
            + "<row r=\"3\">\(Self.inline("A3", "2"))\(Self.inline("C3", "y"))</row><row r=\"4\">\(Self.inline("A4", "3"))</row>"
        let sheet = Sheet(name: "a", data: data, tail: "<mergeCells count=\"2\"><mergeCell ref=\"B2:B3\"/><mergeCell ref=\"A1:C1\"/></mergeCells>")
        #expect(try rows(Self.workbook([sheet])) == [["1", "甲", "x"], ["2", "甲", "y"], ["3"]])
    }

    @Test func `sheets with the same header are read on, others named`() throws {
        func sheet(_ name: String, _ id: String, state: String = "visible") -> Sheet {
            Sheet(name: name, data: header + "<row r=\"2\">\(Self.inline("A2", id))\(Self.inline("C2", "c"))</row>", state: state)
        }
        let notes = Sheet(name: "说明", data: "<row r=\"1\">\(Self.inline("A1", "本表"))\(Self.inline("B1", "仅供参考"))</row>")
        let file = TemporaryFile(
            Self.workbook([sheet("一月", "1"), notes, sheet("二月", "2"), sheet("隐藏", "3", state: "hidden"), Sheet(name: "空", data: "")]), ".xlsx")
        var reader = try opened(file)
        var found: [String] = []
        while let batch = try reader.nextRawBatch() { found += batch.rows.compactMap { batch.texts(of: $0)?.first } }
        #expect(found == ["1", "2"])
        #expect(reader.detected.skippedSheets == ["说明", "空"])

        for (choice, expected) in [("二月", "2"), ("1", "1"), ("隐藏", "3")] {
            var options = options(file)
            options.map = try FieldMap.parse("source: {sheet: \(choice)}\nfields: {id: 编号, receivedAt: {default: 2020-01-01}, content: 内容}")
            var reader = try opened(options, file, decodes: true)
            let rows = try reader.next()
            #expect(try rows.map { try $0.result.get()["id"] } == [.string(expected)])
        }
        var options = options(file)
        options.map = try FieldMap.parse("source: {sheet: 三月}\nfields: {id: 编号, receivedAt: {default: 2020-01-01}, content: 内容}")
        #expect(throws: ImportError.self) { _ = try opened(options, file, decodes: true) }
    }

    @Test func `reading resumes at any row of any sheet`() throws {
        func sheet(_ name: String, _ count: Int) -> Sheet {
            Sheet(name: name, data: header + (0..<count).map { "<row r=\"\($0 + 2)\">\(Self.inline("A\($0 + 2)", "\(name)\($0)"))\(Self.inline("B\($0 + 2)", "x"))</row>" }.joined())
        }
        let file = TemporaryFile(Self.workbook([sheet("a", 5), sheet("b", 0), sheet("c", 4)]), ".xlsx")
        let whole = try cut(file, rowsAtOnce: 1)
        #expect(whole.rows.count == 9)
        for (index, point) in whole.points.enumerated() {
            #expect(try cut(file, rowsAtOnce: 2, from: point).rows == Array(whole.rows[(index + 1)...]), "\(index)")
        }
    }

    @Test func `a million shared texts and rows of one sheet in batches`() throws {
        let count = 20_000
        let strings = (0..<count).map { "<si><t>文字\($0)</t></si>" }.joined()
        let data = header + (0..<count).map { "<row r=\"\($0 + 2)\"><c r=\"A\($0 + 2)\" t=\"s\"><v>\($0)</v></c></row>" }.joined()
        let file = TemporaryFile(Self.workbook([Sheet(name: "a", data: data)], strings: strings), ".xlsx")
        let rows = try cut(file, rowsAtOnce: 777).rows
        #expect(rows.count == count && rows.last?.cells == ["文字\(count - 1)"])
    }

    // MARK: What must be refused

    private func failure(_ bytes: [UInt8], _ ending: String = ".xlsx") -> String {
        do { _ = try cut(TemporaryFile(bytes, ending)) } catch { return "\(error)".split(separator: "(").first.map(String.init) ?? "" }
        return "none"
    }

    @Test func `no workbook, cut workbook, old workbook, web page`() {
        let good = Self.workbook([Sheet(name: "a", data: header)])
        #expect(failure(Array(good[..<(good.count / 2)])).hasSuffix("workbookDamaged"))
        #expect(failure(Array("id,a\n1,2\n".utf8)).hasSuffix("workbookDamaged"))
        #expect(failure([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], ".xls").hasSuffix("formatNotRead"))
        #expect(failure(Array("<html><table>".utf8), ".xls").hasSuffix("formatNotRead"))
        #expect(failure(zip([("a.txt", "x")])).hasSuffix("formatNotRead"))
    }

    @Test func `a workbook named csv is still a workbook`() throws {
        let data = header + "<row r=\"2\">\(Self.inline("A2", "1"))\(Self.inline("C2", "c"))</row>"
        let file = TemporaryFile(Self.workbook([Sheet(name: "a", data: data)]), ".csv")
        #expect(try cut(file).rows.map(\.cells) == [["1", "", "c"]])
    }

    @Test func `a document type is refused before its entities grow`() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>"
        let bytes = zip([
            ("xl/workbook.xml", "<?xml version=\"1.0\"?>\(bomb)<workbook><sheets><sheet name=\"&b;\"/></sheets></workbook>")
        ])
        #expect(failure(bytes).hasSuffix("workbookDamaged"))
    }

    @Test func `a part that unpacks to a thousand times its size is refused`() {
        let blanks = String(repeating: " ", count: 40 << 20)
        let bytes = Self.workbook([Sheet(name: "a", data: header + blanks)])
        #expect(bytes.count < 1 << 20)
        #expect(failure(bytes).hasSuffix("workbookTooLarge"))
    }

    @Test func `impossible references and texts reject their row`() throws {
        let data = header + "<row r=\"2\"><c r=\"ZZZZ2\"><v>1</v></c></row><row r=\"3\"><c r=\"A3\" t=\"s\"><v>99</v></c></row><row r=\"4\">\(Self.inline("A4", "1"))\(Self.inline("B4", "1"))</row>"
        #expect(try rows(Self.workbook([Sheet(name: "a", data: data)])) == [["!cellUnreadable"], ["!cellUnreadable"], ["1", "1"]])
    }

    @Test(arguments: Seed.sample(40)) func `damaged bytes are refused or read, never a crash`(seed: Seed) {
        var seed = seed
        let data = header + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c>\(Self.inline("B2", "b"))</row>"
        var bytes = Self.workbook([Sheet(name: "a", data: data, tail: "<mergeCells><mergeCell ref=\"A1:A3\"/></mergeCells>")], strings: "<si><t>x</t></si>")
        for _ in 0..<Int.random(in: 1...12, using: &seed) {
            bytes[Int.random(in: 4..<bytes.count, using: &seed)] = UInt8.random(in: 0...255, using: &seed)
        }
        _ = failure(bytes)
    }

    @Test func `number formats that show a date`() {
        for code in ["yyyy-mm-dd", "m/d/yy h:mm", "[$-804]yyyy\"年\"m\"月\"", "h:mm AM/PM", "mm:ss", "[Red]d-mmm"] {
            #expect(NumberFormat.showsDate(code), "\(code)")
        }
        for code in ["General", "0.00", "#,##0\"days\"", "[h]:mm", "@", "\"年\"0", "0.00E+00", "_-* #,##0.00_-;\\-* #,##0"] {
            #expect(!NumberFormat.showsDate(code), "\(code)")
        }
    }

    @Test(arguments: [(0.1, "0.1"), (123456789012345, "123456789012345"), (-2.5, "-2.5"), (1e20, "100000000000000000000"), (0.000001234, "0.000001234"), (999999999999999.9, "1000000000000000")])
    func `numbers show as Excel shows them`(number: Double, text: String) {
        #expect(SheetRows.plain(number) == text)
    }
}
