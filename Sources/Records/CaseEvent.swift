// What happened to a record after it arrived: the line of events that 催办, 督办 and 交接 are read from.

/// 流转事件
package struct CaseEvent: RecordPart {
    package var type: Code<EventType>?
    package var at: Timestamp?
    /// 经办人
    package var actor: String?
    /// 经办单位
    package var unit: String?
    /// 接收单位
    package var receiver: String?
    /// 单号
    package var slipNo: String?
    /// 限办时间
    package var due: Timestamp?
    /// 意见
    package var opinion: String?
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.code("type", &type)
        try visitor.moment("at", &at)
        try visitor.line("actor", &actor)
        try visitor.line("unit", &unit)
        try visitor.line("receiver", &receiver)
        try visitor.key("slipNo", &slipNo)
        try visitor.moment("due", &due)
        try visitor.text("opinion", &opinion)
        try visitor.rest(&extra)
    }
}

/// 类型变更: a complaint that became a report, and who decided so.
package struct KindChange: RecordPart {
    package var kind: Code<ComplaintKind>?
    package var at: Timestamp?
    package var by: String?
    package var reason: String?
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.code("kind", &kind)
        try visitor.moment("at", &at)
        try visitor.line("by", &by)
        try visitor.text("reason", &reason)
        try visitor.rest(&extra)
    }
}
