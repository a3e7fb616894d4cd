// What a complaint is about: 案由, 商品服务, when it happened.

/// 案由
package struct Cause: RecordPart {
    package var code: String?
    package var text: String?
    package var extra = JSONObject()

    package init() {}

    package static let bareMember: String? = "text"
    package static let isWrittenBare = true

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.key("code", &code)
        try visitor.line("text", &text)
        try visitor.rest(&extra)
    }
}

/// 商品或服务
package struct Goods: RecordPart {
    package var name: String?
    /// 商标
    package var brand: String?
    /// 厂名
    package var maker: String?
    /// 规格型号
    package var model: String?
    /// 数量, with its unit
    package var quantity: String?
    package var price: DecimalAmount?
    package var extra = JSONObject()

    package init() {}

    package static let bareMember: String? = "name"

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.line("name", &name)
        try visitor.line("brand", &brand)
        try visitor.line("maker", &maker)
        try visitor.line("model", &model)
        try visitor.line("quantity", &quantity)
        try visitor.amount("price", &price)
        try visitor.rest(&extra)
    }
}

/// 发生时间: a moment, or from one to another.
package struct Incident: RecordPart {
    package var from: Timestamp?
    package var to: Timestamp?
    package var extra = JSONObject()

    package init() {}

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.moment("from", &from)
        try visitor.moment("to", &to)
        try visitor.rest(&extra)
    }
}
