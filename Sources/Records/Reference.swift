// Where a record came from and what it hangs together with: other numbers, register books, links, holds.

/// 其他编号: 上级编号, 通知单号, 立案号, 工单号.
package struct AliasNumber: RecordPart {
    package var kind: String?
    package var no: String?
    package var extra = JSONObject()

    package init() {}

    package static let bareMember: String? = "no"
    package static let isWrittenBare = true

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.line("kind", &kind)
        try visitor.key("no", &no)
        try visitor.rest(&extra)
    }
}

/// 原始簿册
package struct SourceReference: RecordPart {
    /// 簿册
    package var register: String?
    /// 页
    package var page: String?
    /// 行
    package var line: String?
    /// 扫描件
    package var scan: String?
    package var extra = JSONObject()

    package init() {}

    package static let bareMember: String? = "register"
    package static let isWrittenBare = true

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.line("register", &register)
        try visitor.line("page", &page)
        try visitor.line("line", &line)
        try visitor.line("scan", &scan)
        try visitor.rest(&extra)
    }
}

/// 关联: a verdict on two records, with what it rests on.
package struct Link: RecordPart {
    package var type: Code<LinkType>?
    /// 编号 of the other record
    package var target: String?
    package var score: DecimalAmount?
    package var spans: [EvidenceSpan] = []
    package var decidedBy: String?
    package var decidedAt: Timestamp?
    package var reason: String?
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.code("type", &type)
        try visitor.key("target", &target)
        try visitor.amount("score", &score)
        try visitor.parts("spans", &spans)
        try visitor.line("decidedBy", &decidedBy)
        try visitor.moment("decidedAt", &decidedAt)
        try visitor.text("reason", &reason)
        try visitor.rest(&extra)
    }
}

/// A passage that two records share, in characters of their contents.
package struct EvidenceSpan: RecordPart {
    package var start: Int?
    package var length: Int?
    package var targetStart: Int?
    package var targetLength: Int?
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.count("start", &start)
        try visitor.count("length", &length)
        try visitor.count("targetStart", &targetStart)
        try visitor.count("targetLength", &targetLength)
        try visitor.rest(&extra)
    }
}

/// 保全或冻结: nothing held may be destroyed.
package struct Hold: RecordPart {
    package var kind: String?
    package var by: String?
    package var reason: String?
    package var at: Timestamp?
    package var until: Timestamp?
    package var releasedAt: Timestamp?
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.line("kind", &kind)
        try visitor.line("by", &by)
        try visitor.text("reason", &reason)
        try visitor.moment("at", &at)
        try visitor.moment("until", &until)
        try visitor.moment("releasedAt", &releasedAt)
        try visitor.rest(&extra)
    }
}

/// One line of the log of versions, as an exported record shows it.
package struct VersionNote: RecordPart {
    package var number: Int?
    package var at: Timestamp?
    package var by: String?
    package var cause: Code<VersionCause>?
    /// names of the fields that changed
    package var fields: [String] = []
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.count("number", &number)
        try visitor.moment("at", &at)
        try visitor.line("by", &by)
        try visitor.code("cause", &cause)
        try visitor.lines("fields", &fields)
        try visitor.rest(&extra)
    }
}
