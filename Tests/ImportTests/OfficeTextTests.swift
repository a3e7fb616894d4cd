import Import
import TestSupport
import Testing

@Suite struct OfficeTextTests {
    private func text(_ parts: [(name: String, text: String)], _ kind: OfficeText.Kind) throws -> String {
        let folder = TemporaryFolder()
        FileBytes.write(StoredZip.bytes(parts), to: folder.file("paper"))
        return try OfficeText.text(path: folder.file("paper"), kind)
    }

    @Test func `a letter reads as it is seen: runs joined, cells apart, no deleted word, nothing twice`() throws {
        let body = """
            <w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>调查</w:t></w:r><w:r><w:t>笔录</w:t></w:r></w:p>
            <w:p><w:r><w:t>第一行</w:t><w:br/><w:t>第二行</w:t></w:r><w:del><w:r><w:delText>删去的话</w:delText></w:r></w:del></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>姓名</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>张试</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
            <mc:AlternateContent><mc:Choice><w:p><w:r><w:t>印章</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>印章</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>
            <w:p><w:r><w:instrText>PAGE</w:instrText><w:t>A &amp; B</w:t></w:r></w:p>
            """
        let found = try text([("word/document.xml", "<w:document xmlns:w=\"w\" xmlns:mc=\"m\"><w:body>\(body)</w:body></w:document>"), ("word/footnotes.xml", "<w:footnotes xmlns:w=\"w\"><w:p><w:r><w:t>脚注</w:t></w:r></w:p></w:footnotes>")], .docx)
        #expect(found == "调查笔录\n第一行\n第二行\n姓名\n\t张试\n\t印章\nA & B\n脚注\n")
    }

    @Test func `a workbook's words and numbers, a slide's and a layout document's lines in the order of the pages`() throws {
        let sheet = "<worksheet><sheetData><row><c t=\"s\"><v>0</v></c><c><v>3500</v></c><c t=\"inlineStr\"><is><t>行内</t></is></c></row></sheetData></worksheet>"
        let workbook = try text([("xl/workbook.xml", "<workbook/>"), ("xl/sharedStrings.xml", "<sst><si><t>物业费</t><rPh><t>wuye</t></rPh></si></sst>"), ("xl/worksheets/sheet1.xml", sheet)], .xlsx)
        #expect(workbook == "物业费\n\t3500\t行内\t\n")
        let slides = try text([("ppt/presentation.xml", "<p/>"), ("ppt/slides/slide10.xml", "<a:p xmlns:a=\"a\"><a:t>十</a:t></a:p>"), ("ppt/slides/slide2.xml", "<a:p xmlns:a=\"a\"><a:t>二</a:t></a:p>")], .pptx)
        #expect(slides == "二\n十\n")
        func page(_ words: String) -> String { "<ofd:Page xmlns:ofd=\"o\"><ofd:Content><ofd:TextObject><ofd:TextCode X=\"1\">\(words)</ofd:TextCode></ofd:TextObject></ofd:Content></ofd:Page>" }
        let layout = try text([("OFD.xml", "<ofd/>"), ("Doc_0/Pages/Page_10/Content.xml", page("第十一页")), ("Doc_0/Pages/Page_2/Content.xml", page("第三页"))], .ofd)
        #expect(layout == "第三页\n第十一页\n")
    }

    @Test(arguments: Seed.sample(8)) func `damaged bytes are refused or read, never a crash`(seed: Seed) throws {
        var seed = seed
        let whole = StoredZip.docx((0..<20).map { "第\($0)段，停车费问题。" })
        for _ in 0..<60 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &seed) { bytes[Int.random(in: 0..<bytes.count, using: &seed)] = UInt8.random(in: 0...255, using: &seed) }
            if Bool.random(using: &seed) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &seed)) }
            let folder = TemporaryFolder()
            FileBytes.write(bytes, to: folder.file("paper"))
            _ = try? OfficeText.text(path: folder.file("paper"), .docx)
        }
        #expect(throws: ImportError.self) { try text([("word/other.xml", "<x/>")], .docx) }
        #expect(throws: ImportError.self) { try text([("word/document.xml", "<!DOCTYPE x [<!ENTITY a \"b\">]><w:t>&a;</w:t>")], .docx) }
    }

    @Test func `plain text is read in the encodings of Chinese offices, and bytes that are none are refused`() {
        #expect(PlainText.decoded(Array("询问笔录".utf8)) == "询问笔录")
        #expect(PlainText.decoded([0xD1, 0xAF, 0xCE, 0xCA, 0xB1, 0xCA, 0xC2, 0xBC, 0x0D, 0x0A]) == "询问笔录\r\n")  // GB18030
        #expect(PlainText.decoded([0xFF, 0xFE, 0xE2, 0x8B, 0xEE, 0x95]) == "询问")  // UTF-16 with its mark
        #expect(PlainText.decoded([]) == "")
        #expect(PlainText.decoded([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D]) == nil)
    }
}
