// The table of all fields. Names of later fields are added at the end of their group; codes are written into indexes.

extension Field {
    static let registry = Registry(
        textRows + facetRows + dateRows + numberRows + keyRows + identityRows)

    /// Text zones: the code is the zone's.
    private static let textRows: [Row] = [
        Row(code: 1, name: "title", otherNames: ["题名", "标题", "主题"], kind: .text(.title)),
        Row(code: 2, name: "content", otherNames: ["内容", "原文", "正文", "投诉内容"], kind: .text(.content)),
        Row(code: 3, name: "demand", otherNames: ["诉求", "要求", "诉求内容"], kind: .text(.demand)),
        Row(code: 4, name: "cause", otherNames: ["案由"], kind: .facet, zone: .cause),
        Row(
            code: 5, name: "respondent",
            otherNames: ["被投诉人", "被举报人", "被投诉单位", "被投诉举报人", "被举报单位", "被反映单位", "被诉人", "被诉单位", "respondents"],
            kind: .facet, zone: .respondents),
        Row(
            code: 6, name: "incidentPlace",
            otherNames: ["发生地点", "事发地点", "地点", "place"],
            kind: .text(.incidentPlace)),
        Row(code: 7, name: "goods", otherNames: ["商品", "商品服务", "服务"], kind: .text(.goods)),
        Row(code: 8, name: "reply", otherNames: ["答复", "书面答复", "回复", "答复内容"], kind: .text(.reply)),
        Row(
            code: 9, name: "investigationReport",
            otherNames: ["调查报告", "report"],
            kind: .text(.investigationReport)),
        Row(
            code: 10, name: "acceptance",
            otherNames: ["受理决定", "受理"],
            kind: .facet, zone: .acceptance, canonical: { Code<AcceptanceDecision>($0.trimmed).canonicalText }),
        Row(code: 11, name: "outcome", otherNames: ["处理结果", "结果", "办理结果"], kind: .facet, zone: .outcome),
        Row(
            code: 12, name: "document",
            otherNames: ["文书", "证据", "材料", "documents", "evidenceDocs"],
            kind: .text(.documents)),
        Row(code: 13, name: "feedback", otherNames: ["反馈", "反馈内容"], kind: .text(.feedback)),
        Row(code: 14, name: "event", otherNames: ["流转", "流转意见", "意见", "events"], kind: .text(.events)),
        Row(code: 15, name: "keyword", otherNames: ["主题词", "关键词", "keywords"], kind: .text(.keywords)),
        Row(code: 16, name: "summary", otherNames: ["摘要", "概要"], kind: .text(.summary)),
        Row(code: 17, name: "contentRedacted", otherNames: ["脱敏文本"], kind: .text(.contentRedacted)),
    ]

    private static let facetRows: [Row] = [
        Row(code: 32, name: "category", otherNames: ["类别", "分类", "问题分类", "categories"], kind: .path),
        Row(
            code: 33, name: "region",
            otherNames: ["区划", "地区", "发生地", "所属区域", "regionIncident"],
            kind: .region),
        Row(code: 34, name: "regionRegistered", otherNames: ["注册地"], kind: .region),
        Row(
            code: 35, name: "kind",
            otherNames: ["类型", "投诉类型", "type"],
            kind: .facet, canonical: { Code<ComplaintKind>($0.trimmed).canonicalText }),
        Row(
            code: 36, name: "channel",
            otherNames: ["渠道", "受理渠道", "投诉渠道"],
            kind: .facet, canonical: { Code<Channel>($0.trimmed).canonicalText }),
        Row(
            code: 37, name: "origin",
            otherNames: ["来源"],
            kind: .facet, canonical: { Code<Origin>($0.trimmed).canonicalText }),
        Row(code: 38, name: "upstreamBody", otherNames: ["上级机构", "来文单位", "交办单位"], kind: .facet),
        Row(
            code: 39, name: "status",
            otherNames: ["状态", "办理状态"],
            kind: .facet, canonical: { Code<CaseStatus>($0.trimmed).canonicalText }),
        Row(code: 40, name: "handler", otherNames: ["承办人", "经办人"], kind: .facet),
        Row(
            code: 41, name: "leadUnit",
            otherNames: ["承办单位", "主办单位", "牵头单位", "办理单位", "unit"],
            kind: .facet),
        Row(code: 42, name: "coUnit", otherNames: ["协办单位", "coUnits"], kind: .facet),
        Row(code: 43, name: "enteredBy", otherNames: ["录入人", "录入单位", "登记人"], kind: .facet),
        Row(code: 44, name: "firstResponder", otherNames: ["首问责任人"], kind: .facet),
        Row(code: 45, name: "body", otherNames: ["受理机构", "bodyId", "受理单位"], kind: .facet),
        Row(code: 46, name: "profile", otherNames: ["规则", "profileId"], kind: .facet),
        Row(code: 47, name: "formType", otherNames: ["表单", "表单类型", "form"], kind: .facet),
        Row(
            code: 48, name: "severity",
            otherNames: ["严重程度", "严重"],
            kind: .facet, canonical: { Code<Severity>($0.trimmed).canonicalText }),
        Row(
            code: 49, name: "urgency",
            otherNames: ["紧急程度", "紧急"],
            kind: .facet, canonical: { Code<Urgency>($0.trimmed).canonicalText }),
        Row(code: 50, name: "grade", otherNames: ["等级", "级别"], kind: .facet),
        Row(
            code: 51, name: "flag",
            otherNames: ["标记", "标签", "flags"],
            kind: .facet, canonical: { Code<CaseFlag>($0.trimmed).canonicalText }),
        Row(
            code: 52, name: "verified",
            otherNames: ["是否查实", "查实", "是否属实", "属实"],
            kind: .facet, canonical: { Code<Verification>($0.trimmed).canonicalText }),
        Row(
            code: 53, name: "satisfaction",
            otherNames: ["满意度"],
            kind: .facet, canonical: { Code<Satisfaction>($0.trimmed).canonicalText }),
        Row(
            code: 54, name: "mediation",
            otherNames: ["调解", "调解状态"],
            kind: .facet, canonical: { Code<MediationState>($0.trimmed).canonicalText }),
        Row(
            code: 55, name: "proceeding",
            otherNames: ["复议诉讼", "后续程序", "proceedings"],
            kind: .facet, canonical: { Code<ProceedingKind>($0.trimmed).canonicalText }),
        Row(code: 56, name: "sanction", otherNames: ["处罚", "处分", "sanctions"], kind: .facet),
        Row(
            code: 57, name: "consentPublish",
            otherNames: ["公示同意", "同意公示"],
            kind: .facet, canonical: { Code<Consent>($0.trimmed).canonicalText }),
        Row(
            code: 58, name: "publishState",
            otherNames: ["公示状态", "公示"],
            kind: .facet, canonical: { Code<PublishState>($0.trimmed).canonicalText }),
        Row(code: 59, name: "matter", otherNames: ["事项", "matterId"], kind: .facet),
        Row(code: 60, name: "group", otherNames: ["集体编号", "集体", "groupId"], kind: .facet),
        Row(code: 61, name: "hold", otherNames: ["保全", "冻结", "holds"], kind: .facet),
        Row(code: 62, name: "retention", otherNames: ["保管期限", "retentionCode"], kind: .facet),
        Row(
            code: 63, name: "securityLevel",
            otherNames: ["密级"],
            kind: .facet, canonical: { Code<SecurityLevel>($0.trimmed).canonicalText }),
        Row(code: 64, name: "source", otherNames: ["簿册", "原始簿册", "sourceRef"], kind: .facet),
        Row(code: 65, name: "creditCode", otherNames: ["统一社会信用代码", "信用代码"], kind: .facet),
        Row(code: 66, name: "respondentRegion", otherNames: ["被投诉人区划", "被投诉人地区"], kind: .region),
        Row(
            code: 67, name: "eventType",
            otherNames: ["流转事件", "事件"],
            kind: .facet, canonical: { Code<EventType>($0.trimmed).canonicalText }),
        Row(code: 68, name: "documentType", otherNames: ["文种", "文书类型"], kind: .facet),
        Row(
            code: 69, name: "link",
            otherNames: ["关联", "links"],
            kind: .facet, canonical: { Code<LinkType>($0.trimmed).canonicalText }),
        Row(code: 70, name: "year", otherNames: ["年份", "年度"], kind: .facet),
        Row(code: 71, name: "appealOf", otherNames: ["申诉自", "复查自"], kind: .facet),
        Row(code: 72, name: "caseOf", otherNames: ["转案自", "诉转案"], kind: .facet),
    ]

    private static let dateRows: [Row] = [
        Row(
            code: 96, name: "date",
            otherNames: ["日期", "受理日期", "接收时间", "接收日期", "投诉日期", "投诉时间", "受理时间", "receivedAt"],
            kind: .date),
        Row(code: 97, name: "registeredAt", otherNames: ["登记时间", "登记日期"], kind: .date),
        Row(code: 98, name: "incidentAt", otherNames: ["发生时间", "发生日期", "事发时间"], kind: .date),
        Row(code: 99, name: "acceptedAt", otherNames: ["受理决定时间"], kind: .date),
        Row(code: 100, name: "due", otherNames: ["期限", "限办时间", "办理期限", "截止日期", "deadline"], kind: .date),
        Row(code: 101, name: "closedAt", otherNames: ["办结时间", "办结日期", "结案时间", "结案日期"], kind: .date),
        Row(code: 102, name: "archivedAt", otherNames: ["归档时间", "归档日期"], kind: .date),
        Row(code: 103, name: "retentionUntil", otherNames: ["保管到期", "保管至"], kind: .date),
    ]

    private static let numberRows: [Row] = [
        Row(code: 128, name: "amount", otherNames: ["金额", "涉案金额", "amountClaimed"], kind: .number),
        Row(code: 129, name: "amountRecovered", otherNames: ["挽回金额"], kind: .number),
        Row(code: 130, name: "people", otherNames: ["人数", "representedCount"], kind: .number),
    ]

    private static let keyRows: [Row] = [
        Row(
            code: 160, name: "no",
            otherNames: ["编号", "工单号", "登记编号", "工单编号", "单号", "id", "number", "registerNo", "aliasNo", "aliasNos"],
            kind: .key),
        Row(code: 161, name: "referenceCode", otherNames: ["档号"], kind: .key),
        Row(code: 162, name: "file", otherNames: ["案卷", "案卷号", "fileId"], kind: .key),
        // Reckoned from the body's rules when asked, not kept in the index.
        Row(code: 163, name: "overdue", otherNames: ["超期", "逾期"], kind: .key),
        Row(code: 164, name: "dueReckoned", otherNames: [], kind: .key),
    ]

    private static let identityRows: [Row] = [
        Row(
            code: 192, name: "phone",
            otherNames: ["电话", "手机", "联系电话", "手机号", "电话号码", "联系方式", "mobile", "tel"],
            kind: .identity),
        Row(
            code: 193, name: "idNo",
            otherNames: ["身份证", "身份证号", "证件号", "证件号码", "idCard"],
            kind: .identity),
        Row(
            code: 194, name: "complainant",
            otherNames: ["投诉人", "举报人", "投诉举报人", "信访人", "反映人", "申诉人", "姓名", "complainants", "person"],
            kind: .identity),
        Row(code: 195, name: "address", otherNames: ["住址", "家庭住址", "联系地址"], kind: .identity),
    ]

    // MARK: by name

    package static let title = Field(code: 1)
    package static let content = Field(code: 2)
    package static let demand = Field(code: 3)
    package static let cause = Field(code: 4)
    package static let respondent = Field(code: 5)
    package static let incidentPlace = Field(code: 6)
    package static let goods = Field(code: 7)
    package static let reply = Field(code: 8)
    package static let investigationReport = Field(code: 9)
    package static let acceptance = Field(code: 10)
    package static let outcome = Field(code: 11)
    package static let document = Field(code: 12)
    package static let feedback = Field(code: 13)
    package static let event = Field(code: 14)
    package static let keyword = Field(code: 15)
    package static let summary = Field(code: 16)
    package static let contentRedacted = Field(code: 17)
    package static let category = Field(code: 32)
    package static let region = Field(code: 33)
    package static let regionRegistered = Field(code: 34)
    package static let kind = Field(code: 35)
    package static let channel = Field(code: 36)
    package static let origin = Field(code: 37)
    package static let upstreamBody = Field(code: 38)
    package static let status = Field(code: 39)
    package static let handler = Field(code: 40)
    package static let leadUnit = Field(code: 41)
    package static let coUnit = Field(code: 42)
    package static let enteredBy = Field(code: 43)
    package static let firstResponder = Field(code: 44)
    package static let body = Field(code: 45)
    package static let profile = Field(code: 46)
    package static let formType = Field(code: 47)
    package static let severity = Field(code: 48)
    package static let urgency = Field(code: 49)
    package static let grade = Field(code: 50)
    package static let flag = Field(code: 51)
    package static let verified = Field(code: 52)
    package static let satisfaction = Field(code: 53)
    package static let mediation = Field(code: 54)
    package static let proceeding = Field(code: 55)
    package static let sanction = Field(code: 56)
    package static let consentPublish = Field(code: 57)
    package static let publishState = Field(code: 58)
    package static let matter = Field(code: 59)
    package static let group = Field(code: 60)
    package static let hold = Field(code: 61)
    package static let retention = Field(code: 62)
    package static let securityLevel = Field(code: 63)
    package static let source = Field(code: 64)
    package static let creditCode = Field(code: 65)
    package static let respondentRegion = Field(code: 66)
    package static let eventType = Field(code: 67)
    package static let documentType = Field(code: 68)
    package static let link = Field(code: 69)
    package static let year = Field(code: 70)
    package static let appealOf = Field(code: 71)
    package static let caseOf = Field(code: 72)
    package static let date = Field(code: 96)
    package static let registeredAt = Field(code: 97)
    package static let incidentAt = Field(code: 98)
    package static let acceptedAt = Field(code: 99)
    package static let due = Field(code: 100)
    package static let closedAt = Field(code: 101)
    package static let archivedAt = Field(code: 102)
    package static let retentionUntil = Field(code: 103)
    package static let amount = Field(code: 128)
    package static let amountRecovered = Field(code: 129)
    package static let people = Field(code: 130)
    package static let no = Field(code: 160)
    package static let referenceCode = Field(code: 161)
    package static let file = Field(code: 162)
    package static let overdue = Field(code: 163)
    package static let dueReckoned = Field(code: 164)
    package static let phone = Field(code: 192)
    package static let idNo = Field(code: 193)
    package static let complainant = Field(code: 194)
    package static let address = Field(code: 195)
}
