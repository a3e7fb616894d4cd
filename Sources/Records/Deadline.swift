// The time limits of a record, with what moved them.

/// 期限
package struct Deadline: RecordPart {
    /// 阶段
    package var stage: String?
    package var startedAt: Timestamp?
    package var due: Timestamp?
    /// 依据
    package var basis: String?
    /// 完成时间
    package var metAt: Timestamp?
    /// 延期
    package var extensions: [DeadlineExtension] = []
    /// 中止
    package var pauses: [DeadlinePause] = []
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.line("stage", &stage)
        try visitor.moment("startedAt", &startedAt)
        try visitor.moment("due", &due)
        try visitor.line("basis", &basis)
        try visitor.moment("metAt", &metAt)
        try visitor.parts("extensions", &extensions)
        try visitor.parts("pauses", &pauses)
        try visitor.rest(&extra)
    }
}

/// 一次延期
package struct DeadlineExtension: RecordPart {
    package var to: Timestamp?
    package var at: Timestamp?
    /// 批准人
    package var by: String?
    package var reason: String?
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.moment("to", &to)
        try visitor.moment("at", &at)
        try visitor.line("by", &by)
        try visitor.text("reason", &reason)
        try visitor.rest(&extra)
    }
}

/// 一段不计入期限的时间
package struct DeadlinePause: RecordPart {
    package var from: Timestamp?
    package var to: Timestamp?
    package var reason: String?
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.moment("from", &from)
        try visitor.moment("to", &to)
        try visitor.text("reason", &reason)
        try visitor.rest(&extra)
    }
}
