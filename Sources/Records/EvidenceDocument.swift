// Papers of a record: 文书 that the body wrote and 证据 that it received.

/// 文书或证据
package struct EvidenceDocument: RecordPart {
    /// 文种
    package var type: String?
    /// 文号
    package var no: String?
    /// 题名
    package var title: String?
    /// 责任者
    package var author: String?
    package var date: CalendarDate?
    /// 页数
    package var pages: Int?
    /// 密级
    package var level: Code<SecurityLevel>?
    package var sha256: String?
    /// 文本
    package var text: String?
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.line("type", &type)
        try visitor.key("no", &no)
        try visitor.line("title", &title)
        try visitor.line("author", &author)
        try visitor.date("date", &date)
        try visitor.count("pages", &pages)
        try visitor.code("level", &level)
        try visitor.key("sha256", &sha256)
        try visitor.text("text", &text)
        try visitor.rest(&extra)
    }
}
