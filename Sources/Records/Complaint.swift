// The whole record of one complaint: every field of the schema as a plain value.
//
// The names are the identifiers of record JSON. Codes are open: a body may write any word of its own (`Code`).

/// One complaint as one body recorded it.
///
/// - Invariant of `init(json:)`: `id` or `registerNo`, `receivedAt`, and `title` or `content` are there.
/// - Identity: `complainants`, `agent`, `principal`, `feedback[].to` and what looks like it among the unknown members;
///   `separated()` takes it out.
package struct Complaint: RecordPart {
    // MARK: Numbers and origin 登记

    /// The body's own name for the record.
    package var id: String?
    /// 登记编号
    package var registerNo: String?
    /// 其他编号
    package var aliasNos: [AliasNumber] = []
    /// 受理机构
    package var bodyId: String?
    /// 规则
    package var profileId: String?
    /// 类型
    package var kind: Code<ComplaintKind>?
    package var kindHistory: [KindChange] = []
    /// 渠道
    package var channel: Code<Channel>?
    /// 来源
    package var origin: Code<Origin>?
    /// 上级机构
    package var upstreamBody: String?
    /// 表单
    package var formType: String?
    /// Fields of the form that the schema has no name for.
    package var formFields: JSONObject = [:]
    /// 原始簿册
    package var sourceRef: SourceReference?
    /// 接收时间
    package var receivedAt: Timestamp
    /// 登记时间
    package var registeredAt: Timestamp?
    /// 录入人
    package var enteredBy: String?
    /// 首问责任人
    package var firstResponder: String?

    // MARK: Parties 当事人

    /// 实名、匿名、署名不实
    package var namedState: Code<NamedState>?
    /// 投诉人: identity
    package var complainants: [Party] = []
    /// 代理人: identity
    package var agent: Party?
    /// 委托人: identity
    package var principal: Party?
    /// How many complainants were named; all that stays here of `complainants` when identity is apart.
    package var complainantCount: Int?
    /// 人数
    package var representedCount: Int?
    /// 集体编号
    package var groupId: String?
    /// 被投诉人
    package var respondents: [Respondent] = []

    // MARK: Matter 事项

    /// 发生地 (region_incident), a code of 行政区划 or a name
    package var region: String?
    /// 注册地
    package var regionRegistered: String?
    /// 发生时间
    package var incidentAt: Incident?
    /// 发生地点
    package var incidentPlace: String?
    /// 分类: paths `A/B/C`, the first one leads.
    package var category: [String] = []
    package var categoryVersion: String?
    /// 案由
    package var cause: Cause?
    /// 严重程度
    package var severity: Code<Severity>?
    /// 紧急程度
    package var urgency: Code<Urgency>?
    /// 等级
    package var grade: String?
    /// 重大、突发、群体、典型
    package var flags: [Code<CaseFlag>] = []
    /// 商品服务
    package var goods: [Goods] = []
    /// 涉案金额
    package var amountClaimed: DecimalAmount?
    /// 挽回金额
    package var amountRecovered: DecimalAmount?

    // MARK: Text 内容

    /// 题名
    package var title: String?
    /// 原文
    package var content: String?
    package var contentSha256: String?
    /// 脱敏文本
    package var contentRedacted: String?
    /// 诉求
    package var demand: String?
    /// 主题词
    package var keywords: [String] = []
    /// 摘要
    package var summary: String?

    // MARK: Handling 办理

    /// 受理决定
    package var acceptance: Acceptance?
    /// 承办人
    package var handler: String?
    /// 承办单位
    package var leadUnit: String?
    /// 协办单位
    package var coUnits: [String] = []
    /// 流转事件
    package var events: [CaseEvent] = []
    /// 期限
    package var deadlines: [Deadline] = []
    /// 文书与证据
    package var evidenceDocs: [EvidenceDocument] = []
    /// 调查报告
    package var investigationReport: [TextSection] = []
    /// 书面答复
    package var reply: [TextSection] = []

    // MARK: Result 结果

    /// 是否查实
    package var verified: Code<Verification>?
    /// 处理结果
    package var outcome: Outcome?
    /// 处罚处分
    package var sanctions: [Sanction] = []
    /// 调解
    package var mediation: Mediation?
    /// 复议、诉讼、仲裁
    package var proceedings: [Proceeding] = []
    /// 反馈
    package var feedback: [Feedback] = []
    /// 满意度
    package var satisfaction: Code<Satisfaction>?
    /// 公示同意
    package var consentPublish: Code<Consent>?
    /// 公示状态
    package var publishState: Code<PublishState>?

    // MARK: Links and archive 关联与归档

    /// 关联
    package var links: [Link] = []
    /// 事项
    package var matterId: String?
    /// 申诉自
    package var appealOf: String?
    /// 转案自
    package var caseOf: String?
    /// 状态
    package var status: Code<CaseStatus>?
    /// 办结时间
    package var closedAt: Timestamp?
    /// 归档时间
    package var archivedAt: Timestamp?
    /// 案卷
    package var fileId: String?
    /// 档号
    package var referenceCode: String?
    /// 保管期限
    package var retentionCode: String?
    package var retentionUntil: CalendarDate?
    /// 保全、冻结
    package var holds: [Hold] = []
    /// 密级
    package var securityLevel: Code<SecurityLevel>?
    /// 知悉范围
    package var securityRoles: [String] = []
    package var createdVersion: Int?
    /// 版本
    package var versions: [VersionNote] = []

    /// Members the schema does not know.
    package var extra = JSONObject()

    package init(receivedAt: Timestamp) { self.receivedAt = receivedAt }

    /// An empty record, received at the first moment that a record can have.
    package init() { self.init(receivedAt: Timestamp(CalendarDate.first)) }

    /// What people call the record by: its number in the register, else its id.
    package var displayNo: String { registerNo ?? id ?? "" }

    /// Every number that leads to this record, each once.
    package var allNumbers: [String] {
        var numbers: [String] = []
        // 转办单号 and the like lead to their record too (R49).
        func add(_ number: String?) {
            if let number, !numbers.contains(number) { numbers.append(number) }
        }
        add(id)
        add(registerNo)
        for alias in aliasNos { add(alias.no) }
        for event in events { add(event.slipNo) }
        add(referenceCode)
        add(fileId)
        return numbers
    }
}
