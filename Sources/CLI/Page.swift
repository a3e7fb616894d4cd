// The frame of a page that is one file: its style, nothing from outside, no script. It reads on a telephone as on a wall.

import Records
import Trends

enum Page {
    static func html(title: String, body: String) -> String {
        """
        <!doctype html>
        <html lang="\(say("zh-CN", "en"))"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>\(escaped(title))</title>
        <style>\(style)</style></head>
        <body><main>
        \(body)
        </main></body></html>

        """
    }

    static func escaped(_ text: String) -> String {
        var out = ""
        for character in Terminal.line(text) {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.append(character)
            }
        }
        return out
    }

    /// 12.5, without a sign of zero: a place in a drawing.
    static func place(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    static func table(_ table: FigureTable) -> String {
        var out = "<section><h2>\(escaped(table.title))</h2><div class=\"scroll\"><table><thead><tr>"
        for column in table.columns { out += "<th>\(escaped(column))</th>" }
        out += "</tr></thead><tbody>"
        let counts = table.rows.filter { !$0.isTotal }.compactMap { row -> Int? in
            if row.cells.count > 1, case .integer(let count) = row.cells[1] { return count }
            return nil
        }
        let most = max(counts.max() ?? 0, 1)
        for row in table.rows {
            out += row.isTotal ? "<tr class=\"total\">" : "<tr>"
            for (column, cell) in row.cells.enumerated() {
                let text = escaped(FigurePrinter.text(cell))
                if column == 0 {
                    let query = row.query.map { " title=\"juanzong search &#39;\(escaped($0))&#39;\"" } ?? ""
                    out += "<th scope=\"row\"\(query)>\(text)</th>"
                } else if column == 1, !row.isTotal, case .integer(let count) = cell, count >= 0 {
                    out += "<td class=\"bar\" style=\"--w:\(count * 100 / most)%\">\(text)</td>"
                } else {
                    out += "<td>\(text)</td>"
                }
            }
            out += "</tr>"
        }
        return out + "</tbody></table></div></section>\n"
    }

    private static let style = """
        :root{color-scheme:light dark;--ink:#1d2733;--soft:#5f6b7a;--line:#d9dee5;--paper:#fff;--card:#f6f8fa;--rise:#c0392b;--band:#e8d9b5;--calm:#3b6ea5}
        @media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#9aa5b3;--line:#3a434f;--paper:#14181d;--card:#1c2229;--rise:#ff7b6b;--band:#4d4327;--calm:#7fb0e6}}
        *{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 "Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
        main{max-width:1120px;margin:0 auto;padding:24px 16px 48px}h1{font-size:1.6rem;line-height:1.3;margin:0 0 4px}h2{font-size:1.15rem;margin:0 0 8px;overflow-wrap:anywhere}
        p{margin:4px 0}.soft{color:var(--soft);font-size:.875rem}.rise{color:var(--rise);font-weight:600}
        section{margin-top:24px}.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr));gap:16px;margin-top:20px}
        article{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px;min-width:0}article ul{margin:6px 0 0;padding-left:1.1em;font-size:.875rem;overflow-wrap:anywhere}
        svg{display:block;width:100%;height:auto}svg text{fill:var(--soft);font-size:12px}.narrow{display:none}@media(max-width:700px){.wide{display:none}.narrow{display:block}}.scroll{overflow-x:auto}
        table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;min-width:100%}th,td{padding:4px 8px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
        th:first-child{text-align:left;max-width:22em;overflow:hidden;text-overflow:ellipsis;font-weight:400;position:sticky;left:0;background:var(--paper)}thead th{color:var(--soft);font-weight:400}.total th,.total td{font-weight:600;background:var(--card)}
        .bar{background:linear-gradient(to left,var(--band) var(--w),transparent 0)}code{font-size:.8125rem;overflow-wrap:anywhere}
        @media print{article{break-inside:avoid}}
        """
}
