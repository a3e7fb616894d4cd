// The two sides of a complaint: who complains, which is identity and is stored apart, and who is complained about.

/// 投诉举报人、代理人、委托人. Everything here is identity, unknown members included.
package struct Party: RecordPart {
    /// 姓名
    package var name: String?
    /// 性别
    package var sex: String?
    /// 身份证号 or the number of another document
    package var idNo: String?
    /// 电话; several may stand in one text
    package var phone: String?
    /// 住址
    package var address: String?
    /// 工作单位
    package var unit: String?
    package var extra = JSONObject()

    package init() {}

    package static let bareMember: String? = "name"

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.line("name", &name)
        try visitor.line("sex", &sex)
        try visitor.line("idNo", &idNo)
        try visitor.line("phone", &phone)
        try visitor.line("address", &address)
        try visitor.line("unit", &unit)
        try visitor.rest(&extra)
    }
}

/// 被投诉人: a unit, and inside it perhaps a person, a post or a window.
package struct Respondent: RecordPart {
    /// 名称
    package var name: String?
    /// 单位
    package var unit: String?
    /// 人员
    package var person: String?
    /// 岗位
    package var post: String?
    /// 窗口
    package var window: String?
    /// 统一社会信用代码
    package var creditCode: String?
    /// 别名
    package var aliases: [String] = []
    /// 地址
    package var address: String?
    /// 行政区划
    package var region: String?
    package var extra = JSONObject()

    package init() {}

    package static let bareMember: String? = "name"

    package mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
        try visitor.line("name", &name)
        try visitor.line("unit", &unit)
        try visitor.line("person", &person)
        try visitor.line("post", &post)
        try visitor.line("window", &window)
        try visitor.key("creditCode", &creditCode)
        try visitor.lines("aliases", &aliases)
        try visitor.line("address", &address)
        try visitor.key("region", &region)
        try visitor.rest(&extra)
    }
}
