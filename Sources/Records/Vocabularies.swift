// The known words of each code. A body may write any other; these are the ones the program itself speaks of.

/// 类型
package enum ComplaintKind: Vocabulary {
    case complaint, report, inquiry, appeal, suggestion, help, praise, petition
    package static let table = CodeTable<Self>([
        (.complaint, "投诉", "complaint", []), (.report, "举报", "report", ["检举"]), (.inquiry, "咨询", "inquiry", ["consultation"]),
        (.appeal, "申诉", "appeal", []), (.suggestion, "建议", "suggestion", ["意见建议"]), (.help, "求助", "help", ["求决"]),
        (.praise, "表扬", "praise", ["感谢"]), (.petition, "信访", "petition", []),
    ])
}

/// 渠道
package enum Channel: Vocabulary {
    case phone, web, letter, visit, email, fax, message, app, wechat, transfer, patrol
    package static let table = CodeTable<Self>([
        (.phone, "电话", "phone", ["来电", "telephone", "call"]), (.web, "网络", "web", ["网站", "互联网", "网上", "online"]),
        (.letter, "来信", "letter", ["信函", "信件", "书信"]), (.visit, "来访", "visit", ["走访", "现场", "当面"]),
        (.email, "电子邮件", "email", ["邮件", "邮箱"]), (.fax, "传真", "fax", []), (.message, "短信", "sms", ["message"]),
        (.app, "手机应用", "app", ["手机客户端", "客户端"]), (.wechat, "微信", "wechat", ["微信公众号"]),
        (.transfer, "转办", "transfer", ["上级转办", "交办"]), (.patrol, "巡查", "patrol", ["检查发现"]),
    ])
}

/// 来源
package enum Origin: Vocabulary {
    case direct, superior, otherBody, media, ownFinding
    package static let table = CodeTable<Self>([
        (.direct, "直接受理", "direct", ["群众", "群众反映"]), (.superior, "上级交办", "superior", ["上级转办"]),
        (.otherBody, "其他部门移送", "otherBody", ["移送", "部门移送"]), (.media, "媒体", "media", ["媒体曝光", "舆情"]),
        (.ownFinding, "自行发现", "ownFinding", ["检查发现"]),
    ])
}

/// 状态
package enum CaseStatus: Vocabulary {
    case registered, accepted, refused, referred, processing, suspended, replied, closed, reopened, archived, withdrawn
    package static let table = CodeTable<Self>([
        (.registered, "已登记", "registered", ["登记", "待受理", "new", "open"]), (.accepted, "已受理", "accepted", ["受理"]),
        (.refused, "不予受理", "refused", ["不受理", "rejected"]), (.referred, "已转办", "referred", ["转办", "已转送", "已派单"]),
        (.processing, "办理中", "processing", ["处理中", "在办", "inprogress", "pending"]), (.suspended, "中止", "suspended", ["暂停", "已中止"]),
        (.replied, "已答复", "replied", ["答复", "已回复"]), (.closed, "已办结", "closed", ["办结", "已结案", "结案", "已完成", "done", "已结"]),
        (.reopened, "重新办理", "reopened", ["重办"]), (.archived, "已归档", "archived", ["归档"]),
        (.withdrawn, "已撤回", "withdrawn", ["撤回", "撤诉", "已撤诉"]),
    ])
}

/// 实名状态
package enum NamedState: Vocabulary {
    case named, anonymous, falselySigned
    package static let table = CodeTable<Self>([
        (.named, "实名", "named", ["署名"]), (.anonymous, "匿名", "anonymous", []), (.falselySigned, "署名不实", "falselySigned", ["冒名"]),
    ])
    package static func word(for flag: Bool) -> Self? { flag ? .named : .anonymous }
}

/// 是否查实
package enum Verification: Vocabulary {
    case verified, partly, unfounded, undetermined
    package static let table = CodeTable<Self>([
        (.verified, "属实", "verified", ["查实", "是", "true"]), (.partly, "部分属实", "partly", ["基本属实", "partlyVerified"]),
        (.unfounded, "不属实", "unfounded", ["未查实", "失实", "否", "false"]), (.undetermined, "无法查实", "undetermined", ["无法核实"]),
    ])
    package static func word(for flag: Bool) -> Self? { flag ? .verified : .unfounded }
}

/// 受理决定
package enum AcceptanceDecision: Vocabulary {
    case accepted, refused, referred, supplement
    package static let table = CodeTable<Self>([
        (.accepted, "受理", "accepted", ["予以受理", "已受理"]), (.refused, "不予受理", "refused", ["不受理", "rejected"]),
        (.referred, "移送", "referred", ["转送", "告知向其他机关提出"]), (.supplement, "补正", "supplement", ["补充材料", "待补正"]),
    ])
    package static func word(for flag: Bool) -> Self? { flag ? .accepted : .refused }
}

/// 满意度
package enum Satisfaction: Vocabulary {
    case verySatisfied, satisfied, basicallySatisfied, dissatisfied, veryDissatisfied, unrated
    package static let table = CodeTable<Self>([
        (.verySatisfied, "非常满意", "verySatisfied", ["很满意"]), (.satisfied, "满意", "satisfied", []),
        (.basicallySatisfied, "基本满意", "basicallySatisfied", ["一般", "neutral"]),
        (.dissatisfied, "不满意", "dissatisfied", []), (.veryDissatisfied, "非常不满意", "veryDissatisfied", ["很不满意"]),
        (.unrated, "未评价", "unrated", ["未测评"]),
    ])
}

/// 紧急程度
package enum Urgency: Vocabulary {
    case normal, urgent, critical
    package static let table = CodeTable<Self>([
        (.normal, "一般", "normal", ["普通", "平件"]), (.urgent, "紧急", "urgent", ["急件", "加急"]),
        (.critical, "特急", "critical", ["特别紧急", "特急件"]),
    ])
}

/// 严重程度
package enum Severity: Vocabulary {
    case minor, moderate, serious, grave
    package static let table = CodeTable<Self>([
        (.minor, "轻微", "minor", []), (.moderate, "一般", "moderate", []), (.serious, "严重", "serious", ["较重"]),
        (.grave, "特别严重", "grave", ["重大"]),
    ])
}

/// 标记
package enum CaseFlag: Vocabulary {
    case major, sudden, group, typical, sensitive, repeated
    package static let table = CodeTable<Self>([
        (.major, "重大", "major", []), (.sudden, "突发", "sudden", []), (.group, "群体", "group", ["群体性", "集体"]),
        (.typical, "典型", "typical", []), (.sensitive, "敏感", "sensitive", []), (.repeated, "重复", "repeated", []),
    ])
}

/// 公示同意
package enum Consent: Vocabulary {
    case given, refused, notAsked
    package static let table = CodeTable<Self>([
        (.given, "同意", "given", ["是", "true"]), (.refused, "不同意", "refused", ["否", "false"]), (.notAsked, "未征求", "notAsked", []),
    ])
    package static func word(for flag: Bool) -> Self? { flag ? .given : .refused }
}

/// 公示状态
package enum PublishState: Vocabulary {
    case unpublished, pending, published, withdrawn
    package static let table = CodeTable<Self>([
        (.unpublished, "未公示", "unpublished", ["不公示"]), (.pending, "待公示", "pending", []),
        (.published, "已公示", "published", ["公示", "公开"]), (.withdrawn, "已撤下", "withdrawn", ["撤销公示"]),
    ])
}

/// 密级
package enum SecurityLevel: Vocabulary {
    case open, restricted, personal, confidential, secret, topSecret
    package static let table = CodeTable<Self>([
        (.open, "公开", "open", ["非密"]), (.restricted, "内部", "internal", ["工作秘密"]), (.personal, "个人信息", "personal", []),
        (.confidential, "秘密", "confidential", []), (.secret, "机密", "secret", []), (.topSecret, "绝密", "topSecret", []),
    ])
    /// As they are written, the least first.
    package static let ascending = ["公开", "内部", "个人信息", "秘密", "机密", "绝密"]
}

/// 流转事件
package enum EventType: Vocabulary {
    case registered, assigned, referred, signedFor, approved, reminded, supervised, extended, suspended, resumed, returned
    case accepted, investigated, mediated, replied, feedback, followUp, closed, reopened, archived
    package static let table = CodeTable<Self>([
        (.registered, "登记", "registered", []), (.assigned, "分流", "assigned", ["派单", "分办"]),
        (.referred, "转办", "referred", ["转送", "交办"]), (.signedFor, "签收", "signedFor", []), (.approved, "审批", "approved", ["审核"]),
        (.reminded, "催办", "reminded", []), (.supervised, "督办", "supervised", []), (.extended, "延期", "extended", []),
        (.suspended, "中止", "suspended", ["暂停"]), (.resumed, "恢复", "resumed", []), (.returned, "退回", "returned", ["退单"]),
        (.accepted, "受理", "accepted", []), (.investigated, "调查", "investigated", ["核查"]), (.mediated, "调解", "mediated", []),
        (.replied, "答复", "replied", []), (.feedback, "反馈", "feedback", []), (.followUp, "回访", "followUp", []),
        (.closed, "办结", "closed", ["结案"]), (.reopened, "重新办理", "reopened", ["重办"]), (.archived, "归档", "archived", ["立卷"]),
    ])
}

/// 调解状态
package enum MediationState: Vocabulary {
    case none, ongoing, agreed, failed, ended
    package static let table = CodeTable<Self>([
        (.none, "未调解", "none", []), (.ongoing, "调解中", "ongoing", []), (.agreed, "达成协议", "agreed", ["调解成功"]),
        (.failed, "未达成协议", "failed", ["调解失败", "调解不成"]), (.ended, "终止调解", "ended", ["终止"]),
    ])
}

/// 复议、诉讼、仲裁
package enum ProceedingKind: Vocabulary {
    case review, lawsuit, arbitration
    package static let table = CodeTable<Self>([
        (.review, "行政复议", "review", ["复议"]), (.lawsuit, "诉讼", "lawsuit", ["行政诉讼", "民事诉讼", "起诉"]),
        (.arbitration, "仲裁", "arbitration", ["劳动仲裁"]),
    ])
}

/// 关联类型: the ladder of verdicts, never one flag "duplicate".
package enum LinkType: Vocabulary {
    /// The same bytes, or the same number of a higher body.
    case sameFiling
    case sameText
    /// The same person and the same matter: 重复.
    case repeatComplaint
    /// Other persons, the same respondent and matter: 关联, a candidate for 集体.
    case sameMatter
    case sameRespondent
    /// Appeal or review of an earlier matter, not counted as a repeat.
    case appeal
    package static let table = CodeTable<Self>([
        (.sameFiling, "同件", "sameFiling", ["D0"]), (.sameText, "同文", "sameText", ["D1"]),
        (.repeatComplaint, "重复", "repeat", ["D2"]), (.sameMatter, "同事", "sameMatter", ["D3", "关联"]),
        (.sameRespondent, "同一被投诉人", "sameRespondent", ["D4"]), (.appeal, "申诉复查", "appeal", ["D5", "申诉/复查"]),
    ])
}

/// 版本由来
package enum VersionCause: Vocabulary {
    case imported, edited, event, merged, restored, redacted, withdrawn, filed
    package static let table = CodeTable<Self>([
        (.imported, "导入", "import", ["imported"]), (.edited, "修改", "edit", ["edited"]), (.event, "流转", "event", []),
        (.merged, "合并", "merge", ["merged"]), (.restored, "恢复", "restore", ["restored"]), (.redacted, "脱敏", "redact", ["redacted"]),
        (.withdrawn, "撤回", "withdraw", ["withdrawn"]), (.filed, "立卷归档", "file", ["filed"]),
    ])
}
