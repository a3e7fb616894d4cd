// The words by which exports name their columns, field by field. Folded: no blanks, half-width, lower case.

enum ColumnWords {
    /// In the order in which fields are filled and written. The first word that a column has wins.
    static let table: [(target: String, words: [String])] = [
        ("id", ["id", "recordid", "记录id", "主键"]),
        (
            "registerNo",
            [
                "registerno", "工单编号", "登记编号", "登记号", "投诉编号", "受理编号", "信访编号", "举报编号", "统一编号", "案件编号", "诉求编号",
                "工单号", "受理号", "留言编号", "编号", "序号", "caseid", "case_id", "ticketid", "ticket_id", "complaintid", "complaint_id",
                "caseno", "ticketno", "orderno", "no",
            ]
        ),
        ("aliasNos[上级编号]", ["上级编号", "上级工单号", "交办编号", "原编号", "省平台编号"]),
        ("aliasNos[立案号]", ["立案号", "立案编号"]),
        ("kind", ["kind", "诉求类型", "投诉类型", "工单类型", "业务类型", "信件类型", "来件类型", "事项类型", "type"]),
        (
            "channel",
            ["channel", "来源渠道", "诉求渠道", "受理渠道", "投诉渠道", "投诉方式", "受理方式", "来件方式", "渠道", "submittedvia"]
        ),
        ("origin", ["origin", "来源", "工单来源", "诉求来源", "案件来源"]),
        (
            "receivedAt",
            [
                "receivedat", "received_at", "来电时间", "受理时间", "投诉时间", "接收时间", "诉求时间", "举报时间", "来信时间", "来访时间", "留言时间",
                "提交时间", "受理日期", "投诉日期", "来电日期", "收件日期", "来件时间", "创建时间", "创建日期", "datereceived", "date_received",
                "createdat", "created_at", "createtime", "create_time", "日期", "时间", "date", "time",
            ]
        ),
        ("registeredAt", ["registeredat", "登记时间", "登记日期", "录入时间"]),
        (
            "complainants[0].name",
            [
                "投诉人", "来电人", "投诉人姓名", "来电人姓名", "举报人", "举报人姓名", "诉求人", "诉求人姓名", "反映人", "反映人姓名", "信访人", "申诉人",
                "联系人", "联系人姓名", "市民姓名", "姓名", "留言用户", "complainant", "complainantname", "caller", "callername", "user", "username",
            ]
        ),
        (
            "complainants[0].phone",
            [
                "联系电话", "来电号码", "投诉人电话", "手机号码", "手机号", "手机", "电话号码", "电话", "联系方式", "联系号码", "主叫号码", "phone", "mobile",
                "telephone", "tel", "callerphone",
            ]
        ),
        ("complainants[0].idNo", ["身份证号", "身份证号码", "身份证", "证件号码", "证件号", "idno", "idnumber", "idcard"]),
        ("complainants[0].address", ["投诉人地址", "联系地址", "家庭住址", "住址", "通讯地址", "homeaddress"]),
        ("complainants[0].sex", ["性别", "投诉人性别", "sex", "gender"]),
        ("representedCount", ["representedcount", "涉及人数", "代表人数", "投诉人数"]),
        (
            "respondents",
            [
                "respondents", "respondent", "被投诉人", "被投诉单位", "被投诉企业", "被投诉对象", "被投诉方", "被举报人", "被举报单位", "被反映人",
                "被反映单位", "被诉单位", "投诉对象", "投诉商家", "企业名称", "单位名称", "公司名称", "商家名称", "商家", "经营者", "用人单位", "company",
                "companyname", "merchant",
            ]
        ),
        (
            "region",
            [
                "region", "所属区域", "所属区县", "区县", "行政区划", "行政区", "所属地区", "发生区域", "事发区域", "所在区", "属地", "区域", "地区",
                "district", "county",
            ]
        ),
        (
            "incidentPlace",
            ["incidentplace", "事发地址", "事发地点", "发生地点", "发生地址", "诉求地址", "地点", "详细地址", "位置", "incidentaddress"]
        ),
        ("incidentAt.from", ["发生时间", "事发时间", "incidentat", "incidenttime"]),
        (
            "category",
            [
                "category", "categorypath", "一级分类", "二级分类", "三级分类", "四级分类", "五级分类", "一级类别", "二级类别", "三级类别", "四级类别",
                "分类1", "分类2", "分类3", "分类4", "category1", "category2", "category3", "category4", "一级标签", "二级标签", "三级标签",
                "大类", "中类", "小类", "细类", "诉求分类", "投诉类别", "投诉分类", "问题类别", "问题分类", "内容分类", "事项分类", "分类", "类别",
                "complainttype",
            ]
        ),
        ("cause", ["cause", "案由", "诉求原因", "投诉原因"]),
        ("severity", ["severity", "严重程度"]),
        ("urgency", ["urgency", "紧急程度", "缓急"]),
        ("grade", ["grade", "等级", "级别"]),
        ("goods[0].name", ["商品名称", "商品", "产品名称", "服务名称", "涉诉商品", "product"]),
        ("goods[0].brand", ["品牌", "商标", "brand"]),
        ("amountClaimed", ["amountclaimed", "涉案金额", "争议金额", "涉诉金额", "索赔金额", "金额"]),
        ("amountRecovered", ["amountrecovered", "挽回金额", "挽回经济损失", "挽回损失"]),
        (
            "title",
            [
                "title", "标题", "题名", "主题", "工单标题", "诉求标题", "投诉标题", "信件标题", "留言主题", "留言标题", "事项名称", "subject",
                "headline",
            ]
        ),
        (
            "content",
            [
                "content", "投诉内容", "诉求内容", "反映内容", "举报内容", "问题描述", "工单内容", "来电内容", "信件内容", "留言详情", "留言内容", "事项内容",
                "诉求描述", "投诉描述", "主要内容", "具体内容", "详细内容", "内容描述", "描述", "内容", "正文", "text", "body", "description", "narrative",
            ]
        ),
        ("demand", ["demand", "诉求", "投诉请求", "投诉要求", "诉求目的", "请求事项", "appeal"]),
        (
            "reply",
            [
                "reply", "答复内容", "回复内容", "处理结果", "办理结果", "处理意见", "答复意见", "办理情况", "处理情况", "回复意见", "答复", "回复",
                "response", "resolution",
            ]
        ),
        ("outcome", ["outcome", "处置结果", "最终结果"]),
        ("leadUnit", ["leadunit", "承办单位", "主办单位", "牵头单位", "责任单位", "办理单位", "处理单位", "承办部门", "责任部门", "处理部门", "department", "dept", "agency"]),
        ("coUnits", ["counits", "协办单位", "协办部门", "会办单位"]),
        ("handler", ["handler", "承办人", "经办人", "处理人", "办理人", "办案人员"]),
        ("enteredBy", ["enteredby", "登记人", "录入人", "受理人", "受理员", "接线员", "话务员"]),
        ("verified", ["verified", "是否属实", "是否查实", "查实情况", "核查结论"]),
        ("satisfaction", ["satisfaction", "满意度", "满意度评价", "是否满意", "评价结果"]),
        ("status", ["status", "状态", "工单状态", "办理状态", "处理状态", "案件状态", "当前状态", "state"]),
        ("closedAt", ["closedat", "办结时间", "结案时间", "办结日期", "结案日期", "完成时间", "closed_at", "dateclosed", "closeddate"]),
        ("keywords", ["keywords", "关键词", "关键字", "主题词", "标签", "tags"]),
        ("summary", ["summary", "摘要", "概要"]),
        ("referenceCode", ["referencecode", "档号"]),
        ("securityLevel", ["securitylevel", "密级"]),
    ]

    /// Fields that several columns may feed together.
    static let severalColumns: Set<String> = ["category"]
    static let dateTargets: Set<String> = ["receivedAt", "registeredAt", "closedAt", "incidentAt.from"]
    /// Fields whose words are too common to be looked for inside longer names.
    static let wholeNamesOnly: Set<String> = ["id", "origin", "grade", "keywords", "demand", "goods[0].name", "handler", "cause"]
    static let otherSide = ["被投诉", "被举报", "被反映", "被诉", "企业", "单位", "商家", "承办", "经办", "部门"]
    /// A column that tells something about a field is not that field.
    static let notAField = ["长度", "个数", "次数", "备注", "代码", "id"]
}
