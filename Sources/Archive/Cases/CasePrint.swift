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
        .small { font-size: 9pt; } @page bare { @bottom-center { content: none; } }
        .front { page: bare; break-after: page; border: 1.2pt solid #000; height: 244mm; padding: 0 12mm; } .front .body { text-align: center; font-size: 22pt; letter-spacing: 0.15em; padding: 22mm 0 6mm; min-height: 12mm; border-bottom: 0.5pt solid #000; }
        .front .class { text-align: center; font-size: 16pt; padding: 6mm 0; } .front .title { font-size: 18pt; line-height: 1.9; text-align: center; height: 82mm; padding: 14mm 4mm 0; } .front .part { font-size: 14pt; text-align: right; padding-top: 8mm; }
        .front table { margin-top: 3mm; } .front td, .front th { height: 10mm; font-size: 12pt; } .front th { width: 17%; } .front .span { white-space: nowrap; font-size: 11pt; width: 50%; }
        .sheet .facts { height: 150mm; } .sheet td { vertical-align: top; padding: 6mm; line-height: 2; } .hands { text-align: right; padding-right: 18mm; line-height: 2.2; } .hands span { display: inline-block; width: 55mm; text-align: left; }
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

    /// `2024年3月1日`; parts that are not known are left out.
    private static func written(_ date: String?) -> String {
        let digits = digits(date)
        let parts = [digits.prefix(4), digits.dropFirst(4).prefix(2), digits.suffix(2)].map { Int($0) ?? 0 }
        guard parts[0] > 0 else { return "" }
        return "\(parts[0])年" + (parts[1] > 0 ? "\(parts[1])月" + (parts[2] > 0 ? "\(parts[2])日" : "") : "")
    }

    /// Cover (GB/T 9705-2008), 卷内文件目录 and 备考表.
    ///
    /// - Parameter isInner: the 副卷, with its own list; the 正卷 otherwise.
    package static func file(_ file: CaseFile, profile: Profile, isInner: Bool) -> String {
        let documents = file.documents.filter { $0.isInner == isInner }
        let days = documents.compactMap(\.date).map { digits($0) }.filter { !$0.hasPrefix("0") }.sorted()
        let span = days.isEmpty ? "" : "自 \(written(days.first)) 至 \(written(days.last))"
        let pages = documents.reduce(0) { $0 + $1.pages }
        let period = file.retention.flatMap { RetentionPeriod($0) }?.chinese ?? ""
        let part = isInner ? "副卷" : "正卷"
        let code = escaped(file.referenceCode ?? "（未归档）")
        let parts = file.referenceCode.flatMap { profile.referenceCode.parse($0) }
        let cover = """
            <div class="front"><div class="part">\(part)</div><div class="body">\(escaped(profile.referenceCode.fondsName))</div>
            <div class="class">\(escaped(profile.referenceCode.className))</div><div class="title">\(escaped(file.title))</div>
            <table><tr><td colspan=2 class="c span">\(span)</td><th>保管期限</th><td class=c>\(period)</td></tr>
            <tr><td colspan=2 class=c>本卷共 \(documents.count) 件 \(pages) 页</td><th>归档号</th><td class=c>\(escaped(file.closingNumber ?? ""))</td></tr>
            <tr><th>全宗号</th><td class=c>\(escaped(parts?.fonds ?? profile.referenceCode.fonds))</td><th>案卷号</th><td class=c>\(parts.map { String($0.file) } ?? "")</td></tr>
            <tr><th>档号</th><td colspan=3 class=c>\(code)</td></tr></table></div>
            """
        var first = 1
        let rows = documents.enumerated().map { place, document -> String in
            let last = first + max(1, document.pages) - 1
            defer { first = last + 1 }
            // The page on which it begins; of the last one also that on which it ends.
            let page = place == documents.count - 1 && last > first ? "\(first)-\(last)" : "\(first)"
            return "<tr><td class=c>\(place + 1)</td><td>\(escaped(document.no ?? ""))</td><td>\(escaped(document.author ?? ""))</td><td>\(escaped(document.title))</td><td class=c>\(digits(document.date))</td><td class=c>\(page)</td><td class=small>\(escaped(document.notice))</td></tr>"
        }
        let list = """
            <h1>卷内文件目录</h1><p>档号：\(code)　\(part)</p>
            <table><colgroup><col style="width:11%"><col style="width:16%"><col style="width:12%"><col style="width:26%"><col style="width:13%"><col style="width:8%"><col style="width:14%"></colgroup>
            <thead><tr><th>顺序号</th><th>文号</th><th>责任者</th><th>题名</th><th>日期</th><th>页号</th><th>备注</th></tr></thead><tbody>\(rows.joined())</tbody></table>
            """
        let notes = file.notes.map { "<div>\(escaped(written(String($0.at.prefix(10))) + "　" + $0.kind + "：" + $0.text))（\(escaped($0.by))）</div>" }.joined()
        let remarks = """
            <div class="section"><h1>卷内备考表</h1><p>档号：\(code)　\(part)</p>
            <table class="sheet"><tr><td class="facts"><div>本卷情况说明：</div><div>本卷（\(part)）共有文件材料 \(documents.count) 件，\(pages) 页。</div>\(isInner ? "" : notes)</td></tr>
            <tr style="height:42mm"><td class="hands" style="vertical-align: bottom"><span>立卷人：\(escaped(file.filedBy ?? file.openedBy))</span><br><span>检查人：\(escaped(file.checkedBy ?? ""))</span><br><span>立卷时间：\(written(file.filedAt))</span></td></tr></table></div>
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
        let appraisers = lines.compactMap { $0["appraisedBy"]?.string }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let rows = lines.enumerated().map { place, line in
            func text(_ key: String) -> String { escaped(line[key]?.string ?? line[key]?.number ?? "") }
            return "<tr><td class=c>\(place + 1)</td><td>\(text("title"))</td><td class=c>\(text("year"))</td><td>\(text("referenceCode"))</td><td class=c>\(escaped(line["retention"]?.string.flatMap { RetentionPeriod($0) }?.chinese ?? text("retention")))</td><td class='c small'>\(text("dueSince"))</td><td class=c>\(text("yearsKept"))</td><td class=c>\(text("pages"))</td><td></td></tr>"
        }
        return page(
            "销毁清册",
            """
            <div class="cover"><h2>档案销毁清册</h2><table><tr><th>全宗</th><td>\(escaped(profile.referenceCode.fonds)) \(escaped(profile.referenceCode.fondsName))</td></tr>
            <tr><th>数量</th><td>\(lines.count) 卷 \(pages) 页</td></tr><tr><th>鉴定负责人</th><td>\(escaped(appraisers.joined(separator: "、")))</td></tr><tr><th>批准人</th><td>\(escaped(first["approver"]?.string ?? ""))</td></tr>
            <tr><th>监销人</th><td>\(escaped(witnesses.joined(separator: "、")))</td></tr><tr><th>销毁日期</th><td>\(escaped(first["date"]?.string ?? ""))</td></tr></table>
            <table class="sign"><tr><td>鉴定负责人（签字）：</td><td>批准人（签字）：</td></tr><tr><td>监销人（签字）：</td><td>监销人（签字）：</td></tr></table></div>
            <h1>销毁清册</h1><table><colgroup><col style="width:7%"><col style="width:24%"><col style="width:8%"><col style="width:20%"><col style="width:8%"><col style="width:13%"><col style="width:8%"><col style="width:6%"><col style="width:6%"></colgroup>
            <thead><tr><th>序号</th><th>案卷题名</th><th>年度</th><th>档号</th><th>期限</th><th>期满</th><th>已保管年数</th><th>页数</th><th>备注</th></tr></thead><tbody>\(rows.joined())</tbody></table>
            """)
    }
}
