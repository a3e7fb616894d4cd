// How a record is dealt with and ends: accepted or not, mediated, decided, sanctioned, told back.

/// 受理决定
package struct Acceptance: RecordPart {
    package var decision: Code<AcceptanceDecision>?
    package var at: Timestamp?
    package var reasonCode: String?
    /// 理由
    package var reason: String?
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.code("decision", &decision)
        try visitor.moment("at", &at)
        try visitor.key("reasonCode", &reasonCode)
        try visitor.text("reason", &reason)
        try visitor.rest(&extra)
    }
}

/// 处理结果
package struct Outcome: RecordPart {
    package var codes: [String] = []
    package var text: String?
    package var extra = JSONObject()

    package init() {}

    package static let bareMember: String? = "text"
    package static let isWrittenBare = true

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.lines("codes", &codes)
        try visitor.text("text", &text)
        try visitor.rest(&extra)
    }
}

/// 处罚或处分
package struct Sanction: RecordPart {
    package var kind: String?
    /// 对象
    package var target: String?
    /// 金额
    package var amount: DecimalAmount?
    /// 决定书文号
    package var documentNo: String?
    package var at: Timestamp?
    package var text: String?
    package var extra = JSONObject()

    package init() {}

    package static let bareMember: String? = "text"
    package static let isWrittenBare = true

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.line("kind", &kind)
        try visitor.line("target", &target)
        try visitor.amount("amount", &amount)
        try visitor.key("documentNo", &documentNo)
        try visitor.moment("at", &at)
        try visitor.text("text", &text)
        try visitor.rest(&extra)
    }
}

/// 调解
package struct Mediation: RecordPart {
    package var state: Code<MediationState>?
    /// 协议书编号
    package var agreementNo: String?
    package var at: Timestamp?
    /// 调解人
    package var by: String?
    package var text: String?
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.code("state", &state)
        try visitor.key("agreementNo", &agreementNo)
        try visitor.moment("at", &at)
        try visitor.line("by", &by)
        try visitor.text("text", &text)
        try visitor.rest(&extra)
    }
}

/// 复议、诉讼或仲裁
package struct Proceeding: RecordPart {
    package var kind: Code<ProceedingKind>?
    /// 案号
    package var no: String?
    /// 机关
    package var body: String?
    package var at: Timestamp?
    package var state: String?
    package var result: String?
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.code("kind", &kind)
        try visitor.key("no", &no)
        try visitor.line("body", &body)
        try visitor.moment("at", &at)
        try visitor.line("state", &state)
        try visitor.text("result", &result)
        try visitor.rest(&extra)
    }
}

/// 反馈: whom it was told to, and how.
package struct Feedback: RecordPart {
    /// 对象
    package var to: String?
    /// 方式
    package var mode: String?
    package var at: Timestamp?
    /// 反馈人
    package var by: String?
    package var content: String?
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.identityLine("to", &to)
        try visitor.line("mode", &mode)
        try visitor.moment("at", &at)
        try visitor.line("by", &by)
        try visitor.text("content", &content)
        try visitor.rest(&extra)
    }
}

/// One section of a report or reply.
package struct TextSection: RecordPart {
    package var heading: String?
    package var text: String?
    package var extra = JSONObject()

    package init() {}

    package static let bareMember: String? = "text"
    package static let isWrittenBare = true

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.line("heading", &heading)
        try visitor.text("text", &text)
        try visitor.rest(&extra)
    }
}
