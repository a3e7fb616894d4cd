// The papers of a file as print-ready HTML: cover (GB/T 9705), 卷内文件目录, 备考表, and the 销毁清册. Black on white, A4, no
// script, nothing fetched.

import Records

package enum CasePrint {
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }

    private static func page(_ title: String, _ body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="zh-CN"><head><meta charset="utf-8"><title>\(escaped(title))</title><style>
        @page { size: A4; margin: 25mm 20mm 20mm 25mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt; } }
        body { font-family: "Noto Serif CJK SC", "Source Han Serif SC", "SimSun", serif; font-size: 11pt; color: #000; }
        h1 { text-align: center; font-size: 20pt; letter-spacing: 0.3em; margin: 0 0 8mm; font-weight: bold; }
        table { border-collapse: collapse; width: 100%; table-layout: fixed; }
        th, td { border: 0.5pt solid #000; padding: 1.6mm 1.5mm; vertical-align: middle; overflow-wrap: anywhere; }
        th { font-weight: normal; text-align: center; }
        thead { display: table-header-group; } tr { break-inside: avoid; }
        .cover { break-after: page; } .cover h2 { text-align: center; font-size: 26pt; margin: 18mm 0 22mm; letter-spacing: 0.4em; }
        .cover .fonds { text-align: center; font-size: 18pt; margin-top: 10mm; } .cover .name { font-size: 16pt; line-height: 1.8; text-align: center; min-height: 50mm; padding: 0 8mm; }
        .cover td { height: 9mm; } .cover th { width: 22%; } .section { break-before: page; } .c { text-align: center; } .sign td { border: none; padding-top: 8mm; }
        .remarks { min-height: 120mm; } .small { font-size: 9pt; }
        </style></head><body>
        \(body)
        </body></html>

        """
    }

    /// Day as eight digits, such as `20240506`; unknown parts are 00.
    private static func digits(_ date: String?) -> String {
        let digits = (date ?? "").filter { $0.isASCII && $0.isNumber }.prefix(8)
        return digits + String(repeating: "0", count: 8 - digits.count)
    }

    /// - Parameter isInner: the 副卷, with its own list; the 正卷 otherwise.
    package static func file(_ file: CaseFile, profile: Profile, isInner: Bool) -> String {
        let documents = file.documents.filter { $0.isInner == isInner }
        let dates = documents.compactMap(\.date).map { digits($0) }.filter { $0.hasPrefix("0") == false }.sorted()
        let span = [dates.first, dates.last].compactMap { $0 }.joined(separator: " — ")
        let pages = documents.reduce(0) { $0 + $1.pages }
        let period = file.retention.flatMap { RetentionPeriod($0) }?.chinese ?? ""
        let part = isInner ? "副卷" : "正卷"
        func row(_ pairs: [(String, String)]) -> String { "<tr>" + pairs.map { "<th>\($0.0)</th><td class=c>\(escaped($0.1))</td>" }.joined() + "</tr>" }
        let cover = """
            <div class="cover"><div class="fonds">\(escaped(profile.referenceCode.fondsName))</div>
            <h2>案 卷（\(part)）</h2><div class="name">\(escaped(file.title))</div>
            <table>\(row([("类目名称", profile.referenceCode.className), ("起止日期", span)]))\(row([("保管期限", period), ("件数", "\(documents.count) 件")]))\
            \(row([("页数", "\(pages) 页"), ("归档号", file.closingNumber ?? "")]))<tr><th>档号</th><td colspan=3 class=c>\(escaped(file.referenceCode ?? "（未归档）"))</td></tr></table></div>
            """
        var first = 1
        let rows = documents.enumerated().map { place, document -> String in
            let last = first + max(1, document.pages) - 1
            defer { first = last + 1 }
            return "<tr><td class=c>\(place + 1)</td><td>\(escaped(document.no ?? ""))</td><td>\(escaped(document.author ?? ""))</td><td>\(escaped(document.title))</td><td class=c>\(digits(document.date))</td><td class=c>\(first == last ? "\(first)" : "\(first)-\(last)")</td><td class=small></td></tr>"
        }
        let list = """
            <h1>卷内文件目录</h1><p>档号：\(escaped(file.referenceCode ?? "（未归档）"))</p>
            <table><colgroup><col style="width:11%"><col style="width:15%"><col style="width:15%"><col style="width:27%"><col style="width:13%"><col style="width:10%"><col style="width:9%"></colgroup>
            <thead><tr><th>顺序号</th><th>文号</th><th>责任者</th><th>题名</th><th>日期</th><th>页号</th><th>备注</th></tr></thead><tbody>\(rows.joined())</tbody></table>
            """
        let notes = file.notes.map { "<p>\(escaped($0.at.prefix(10) + "　" + $0.kind + "：" + $0.text))（\(escaped($0.by))）</p>" }.joined()
        let remarks = """
            <div class="section"><h1>卷内备考表</h1><table><tr><td class="remarks" style="vertical-align: top"><p>本卷情况说明</p>
            <p>本卷（\(part)）共有文件材料 \(documents.count) 件，\(pages) 页。</p>\(isInner ? "" : notes)</td></tr></table>
            <table class="sign"><tr><td>立卷人：\(escaped(file.openedBy))</td><td>检查人：\(escaped(file.checkedBy ?? ""))</td><td>立卷时间：\(escaped(file.filedAt ?? ""))</td></tr></table></div>
            """
        return page(file.title, cover + list + remarks)
    }

    /// 移交清单: what goes over, with the hash that stands for all of it, and room for both hands.
    package static func transferList(_ files: [CaseFile], header: JSONObject, profile: Profile) -> String {
        func text(_ key: String) -> String { escaped(header[key]?.string ?? header[key]?.number ?? "") }
        let rows = files.enumerated().map { place, file in
            let days = file.documents.compactMap(\.date).map { digits($0) }.filter { !$0.hasPrefix("0") }.sorted()
            return "<tr><td class=c>\(place + 1)</td><td>\(escaped(file.referenceCode ?? ""))</td><td>\(escaped(file.title))</td><td class=c>\(escaped(String((file.filedAt ?? "").prefix(4))))</td><td class=c>\(escaped(file.retention.flatMap { RetentionPeriod($0) }?.chinese ?? ""))</td><td class=c>\(file.documents.count)</td><td class=c>\(file.pageCount)</td><td class=c>\([days.first, days.last].compactMap { $0 }.joined(separator: "—"))</td><td></td></tr>"
        }
        return page(
            "档案移交清单",
            """
            <h1>档案移交清单</h1>
            <table><tr><th>移交单位</th><td>\(escaped(profile.referenceCode.fonds)) \(escaped(profile.referenceCode.fondsName))</td><th>接收单位</th><td>\(text("receiver"))</td></tr>
            <tr><th>包编号</th><td>\(text("id"))</td><th>移交日期</th><td>\(escaped(String((header["createdAt"]?.string ?? "").prefix(10))))</td></tr>
            <tr><th>数量</th><td colspan=3>\(text("files")) 卷，\(text("documents")) 件，\(text("pages")) 页，登记记录 \(text("records")) 条</td></tr></table>
            <p></p>
            <table><colgroup><col style="width:6%"><col style="width:21%"><col style="width:27%"><col style="width:7%"><col style="width:8%"><col style="width:6%"><col style="width:6%"><col style="width:12%"><col style="width:7%"></colgroup>
            <thead><tr><th>序号</th><th>档号</th><th>案卷题名</th><th>年度</th><th>保管期限</th><th>件数</th><th>页数</th><th>起止日期</th><th>备注</th></tr></thead><tbody>\(rows.joined())</tbody></table>
            <p class="small">全包校验值写在移交接收登记表上，由 manifest-sha256.txt 与 manifest-sm3.txt 的校验值给出。</p>
            <table class="sign"><tr><td>移交人（签字）：</td><td>接收人（签字）：</td><td>日期：</td></tr></table>
            """)
    }

    /// 移交接收回执.
    package static func receipt(_ receipt: JSONObject) -> String {
        func text(_ key: String) -> String { escaped(receipt[key]?.string ?? receipt[key]?.number ?? "") }
        return page(
            "移交接收回执",
            """
            <h1>移交接收回执</h1><table>
            <tr><th>包编号</th><td>\(text("package"))</td></tr><tr><th>移交单位</th><td>\(text("from"))</td></tr><tr><th>接收单位</th><td>\(text("to"))</td></tr>
            <tr><th>数量</th><td>\(text("files")) 卷，\(text("documents")) 件，登记记录 \(text("records")) 条</td></tr>
            <tr><th>SHA-256</th><td class=small>\(text("sha256"))</td></tr><tr><th>SM3</th><td class=small>\(text("sm3"))</td></tr>
            <tr><th>检验结果</th><td>逐件核对：文件齐全，校验值相符，无包外文件</td></tr><tr><th>接收时间</th><td>\(text("receivedAt"))</td></tr><tr><th>经办人</th><td>\(text("receivedBy"))</td></tr></table>
            <table class="sign"><tr><td>移交单位（盖章）：</td><td>接收单位（盖章）：</td></tr></table>
            """)
    }

    /// 销毁清册 with its cover.
    package static func register(_ lines: [JSONObject], profile: Profile) -> String {
        let first = lines.first ?? JSONObject()
        let witnesses = (first["witnesses"]?.array ?? []).compactMap(\.string)
        let pages = lines.reduce(0) { $0 + ($1["pages"]?.int ?? 0) }
        let rows = lines.enumerated().map { place, line in
            func text(_ key: String) -> String { escaped(line[key]?.string ?? line[key]?.number ?? "") }
            return "<tr><td class=c>\(place + 1)</td><td>\(text("title"))</td><td class=c>\(text("year"))</td><td>\(text("referenceCode"))</td><td class=c>\(text("retention"))</td><td class=c>\(text("dueSince"))</td><td class=c>\(text("pages"))</td><td></td></tr>"
        }
        return page(
            "销毁清册",
            """
            <div class="cover"><h2>档案销毁清册</h2><table><tr><th>全宗</th><td>\(escaped(profile.referenceCode.fonds)) \(escaped(profile.referenceCode.fondsName))</td></tr>
            <tr><th>数量</th><td>\(lines.count) 卷 \(pages) 页</td></tr><tr><th>批准人</th><td>\(escaped(first["approver"]?.string ?? ""))</td></tr>
            <tr><th>监销人</th><td>\(escaped(witnesses.joined(separator: "、")))</td></tr><tr><th>销毁日期</th><td>\(escaped(first["date"]?.string ?? ""))</td></tr></table>
            <table class="sign"><tr><td>批准人（签字）：</td><td>监销人（签字）：</td><td>监销人（签字）：</td></tr></table></div>
            <h1>销毁清册</h1><table><colgroup><col style="width:7%"><col style="width:29%"><col style="width:8%"><col style="width:22%"><col style="width:8%"><col style="width:13%"><col style="width:6%"><col style="width:7%"></colgroup>
            <thead><tr><th>序号</th><th>案卷题名</th><th>年度</th><th>档号</th><th>期限</th><th>期满</th><th>页数</th><th>备注</th></tr></thead><tbody>\(rows.joined())</tbody></table>
            """)
    }
}
