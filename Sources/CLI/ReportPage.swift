// A report as a page to print or to send.

import Engine
import Records

struct ReportPage {
    let report: Report
    init(_ report: Report) { self.report = report }

    var html: String {
        var body = "<h1>\(Page.escaped(report.title))</h1>"
        body += "<p class=\"soft\">\(say("快照", "Snapshot")) \(Page.escaped(report.snapshot)) · \(say("凭此编号可重新得到同样的数字（--as-of）", "gives the same figures again (--as-of)"))</p>\n"
        for table in report.tables where !table.rows.isEmpty { body += Page.table(table) }
        return Page.html(title: report.title, body: body)
    }
}
