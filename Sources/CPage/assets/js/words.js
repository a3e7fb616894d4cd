// What the page calls things: names of fields, the usual words of each, and how dates and figures are written.

const fieldNames = {
  id: "编号", registerNo: "登记编号", aliasNos: "其他编号", kind: "类型", channel: "渠道", origin: "来源", upstreamBody: "上级机构",
  formType: "表单", sourceRef: "原始簿册", receivedAt: "接收时间", registeredAt: "登记时间", enteredBy: "录入人", firstResponder: "首问责任人",
  namedState: "实名", complainantCount: "投诉人数", representedCount: "代表人数", groupId: "集体编号", respondents: "被投诉人", respondent: "被投诉人",
  region: "区划", regionName: "区划名称", regionRegistered: "注册地", incidentAt: "发生时间", incidentPlace: "发生地点", category: "类别", cause: "案由",
  severity: "严重程度", urgency: "紧急程度", grade: "等级", flags: "标记", flag: "标记", goods: "商品服务", amountClaimed: "涉案金额",
  amountRecovered: "挽回金额", title: "题名", content: "内容", contentRedacted: "脱敏文本", demand: "诉求", keywords: "主题词", keyword: "主题词",
  summary: "摘要", acceptance: "受理决定", handler: "承办人", leadUnit: "承办单位", coUnits: "协办单位", events: "流转", event: "流转",
  evidenceDocs: "文书证据", document: "文书证据", investigationReport: "调查报告", reply: "答复", verified: "是否查实", outcome: "处理结果",
  sanctions: "处罚处分", mediation: "调解", proceedings: "复议诉讼", feedback: "反馈", satisfaction: "满意度", consentPublish: "公示同意",
  publishState: "公示状态", matterId: "事项", appealOf: "申诉自", caseOf: "转案自", status: "状态", closedAt: "办结时间", archivedAt: "归档时间",
  fileId: "案卷", referenceCode: "档号", retentionCode: "保管期限", retentionUntil: "保管至", securityLevel: "密级", securityRoles: "知悉范围",
  term: "词语", date: "日期",
};

export const label = (field) => fieldNames[field] ?? field;

export const verdicts = {
  D0: { name: "同件", tone: "red", says: "同一件再次送达，不必另立" },
  D1: { name: "同文", tone: "red", says: "同样的文字已经反映过" },
  D2: { name: "重复", tone: "amber", says: "同一人就同一事项再次反映" },
  D3: { name: "关联", tone: "blue", says: "不同的人反映同一被投诉人同一事项" },
  D4: { name: "同一被投诉人", tone: "plain", says: "同一被投诉人的另一事项" },
  D5: { name: "申诉复查", tone: "violet", says: "对先前事项的申诉或复查，不计重复" },
};
/** From what decides most to what decides least. */
export const verdictOrder = ["D0", "D1", "D2", "D5", "D3", "D4"];

const statusTones = {
  已办结: "green", 已归档: "green", 已答复: "green", 办理中: "blue", 已受理: "blue", 已转办: "blue", 重新办理: "amber",
  不予受理: "plain", 已撤回: "plain", 中止: "amber", 已登记: "plain",
};
export const toneOfStatus = (status) => statusTones[status] ?? (status?.startsWith("待") ? "amber" : "plain");

export const linkNames = { sameFiling: "同件", sameText: "同文", repeat: "重复", repeatComplaint: "重复", sameMatter: "关联", sameRespondent: "同一被投诉人", appeal: "申诉复查" };
export const caseStates = { open: "在办", closed: "已结卷", filed: "已归档", destroyed: "已销毁" };

const grouped = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 1 });
export const count = (number) => grouped.format(number);
export const percent = (share) => (share === null || share === undefined ? "" : `${(share * 100).toFixed(1)}%`);

/** `2022-10-29T13:38:50+08:00` as it is read here: the archive's own clock, not the reader's. */
export const day = (moment) => (moment ?? "").slice(0, 10);
export const minute = (moment) => (moment?.length > 10 ? `${moment.slice(0, 10)} ${moment.slice(11, 16)}` : moment ?? "");

/** Days from one date to another, both `YYYY-MM-DD…`. */
export function daysBetween(from, to) {
  return Math.round((Date.parse(day(to)) - Date.parse(day(from))) / 86_400_000);
}

export function shifted(date, days) {
  const moment = new Date(Date.parse(date) + days * 86_400_000);
  return Number.isNaN(moment.getTime()) ? "" : moment.toISOString().slice(0, 10);
}

/** Figures as people say them: 0.458 → 0.5, 6e-18 → 6e-18. */
export function small(number) {
  if (number === null || number === undefined) return "";
  if (number === 0) return "0";
  if (Math.abs(number) < 0.001) return number.toExponential(0);
  if (Math.abs(number) < 0.1) return String(Number(number.toPrecision(2)));
  return grouped.format(number);
}

/** The words of a query that are looked for as they stand; enough to mark them in a title. */
export function plainWords(query) {
  const pieces = (query ?? "").normalize("NFKC").match(/"[^"]*"|“[^”]*”|[^\s()|]+/g) ?? [];
  return pieces
    .filter((piece) => !/^[-~@]|^(OR|AND|NOT|NEAR(\/\d+)?)$|[:：]/.test(piece))
    .map((piece) => piece.replace(/^["“]|["”]$/g, ""))
    .filter(Boolean);
}
