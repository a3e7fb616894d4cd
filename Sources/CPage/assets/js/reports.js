// The figures of the rules: monthly and annual reports, any two fields against each other, ladders, repeats, what is overdue.
// Every figure names its snapshot and opens to its records.

import { get, address, Problem } from "./api.js";
import { h, button, ref, titled } from "./dom.js";
import { link, toSearch } from "./route.js";
import { badge, empty, heading, notices, table, download, problemBox, lookAgain } from "./parts.js";
import { filterForm } from "./filter-form.js";
import { heatMap, spark } from "./charts.js";
import { count, day, label, minute } from "./words.js";

const kinds = [
  ["monthly", "月报", "按月统计汇总，与上月、去年同月并列"], ["annual", "年报", "与上年并列，逐月，附更正清单"], ["pivot", "交叉统计", "任意两个字段、或字段与时间"],
  ["compare", "两期对比", "什么多了，什么少了"], ["ladder", "一年阶梯", "一年内查实事项的次数与处理阶梯"], ["repeats", "重复率", "重复件记在首次承办单位名下"],
  ["overdue", "超期", "按单位和催督办程度"], ["loops", "未了", "办结未反馈、转办无回音、久未归档"], ["transfers", "反复转办", "三次以上转办、退回"], ["handover", "交接班", "本班接收、待办、下一期限"],
  ["alerts", "重大事项", "重大、突发、群体事项，办结以前一直列出"], ["followups", "待回访", "到期应回访的，以及不满意而未回访的"],
];
const pivotFields = [["category:1", "类别（一级）"], ["category:2", "类别（二级）"], ["category", "类别"], ["region", "区划"], ["region:4", "区划（市）"], ["leadUnit", "承办单位"], ["handler", "承办人"],
  ["kind", "类型"], ["channel", "渠道"], ["status", "状态"], ["verified", "是否查实"], ["satisfaction", "满意度"], ["respondent", "被投诉人"]];
const times = [["month", "按月"], ["quarter", "按季"], ["year", "按年"], ["week", "按周"]];

/** The day of the newest record: a report of a month without any is no good beginning. */
async function newestDay(route) {
  route.session.newest ??= (await get("/api/search", { sort: "newest", limit: 1 }, { signal: route.signal, quiet: true }).catch(() => ({}))).items?.[0]?.date;
  return day(route.session.newest || route.session.today || new Date().toISOString());
}

function conditions(kind, newest) {
  const [year, month] = [newest.slice(0, 4), newest.slice(0, 7)];
  const before = new Date(Date.UTC(year, month.slice(5) - 1, 0)).toISOString().slice(0, 7);
  const open = { name: "public", title: "公示版（小于 5 的数隐去）", type: "check" };
  const asOf = { name: "asOf", title: "以这一刻为准", type: "date" };
  return {
    monthly: [{ name: "month", title: "月份", type: "month", value: month, required: true }, open],
    annual: [{ name: "year", title: "年份", type: "number", value: year, min: "1990", max: "2100", required: true }, { name: "since", title: "列出此快照之后的更正", placeholder: "旧报表上的快照编号" }, open],
    pivot: [{ name: "rows", title: "行", type: "select", values: pivotFields, value: "category:1" }, { name: "columns", title: "列", type: "select", values: [...times, ...pivotFields], value: "month" },
      { name: "period", title: "时段", value: year, placeholder: "2024、2024-03、2024-01..2024-06", required: true }, open],
    compare: [{ name: "first", title: "前一期", value: before, required: true }, { name: "second", title: "后一期", value: month, required: true }, { name: "by", title: "按什么比", type: "select", values: pivotFields, value: "category:1" }, open],
    ladder: [{ name: "by", title: "按", type: "select", values: [["person", "人员"], ["window", "窗口"], ["unit", "单位"]], value: "person" }, { name: "until", title: "截止日", type: "date", value: newest }, { name: "months", title: "往前几个月", type: "number", value: "12", min: "1" }, { name: "min", title: "至少几个事项", type: "number", value: "1", min: "1" }],
    repeats: [{ name: "by", title: "按", type: "select", values: [["unit", "承办单位"], ["handler", "承办人"]], value: "unit" }, { name: "from", title: "从", type: "date" }, { name: "until", title: "到", type: "date" }],
    overdue: [asOf], loops: [asOf], alerts: [asOf], followups: [asOf], transfers: [asOf, { name: "min", title: "至少几次", type: "number", value: "3", min: "2" }],
    handover: [{ name: "since", title: "本班开始", type: "datetime-local", note: "不写即 12 小时前" }, asOf],
  }[kind];
}

export async function reports(route) {
  const kind = kinds.some(([name]) => name === route.id) ? route.id : "monthly";
  const [, title, says] = kinds.find(([name]) => name === kind);
  titled(`${title} · 报表`);
  // Who says which time needs no other.
  const fields = conditions(kind, /(month|year|period|first|until)=./.test(location.hash) ? "" : await newestDay(route));
  const values = {};
  for (const field of fields) values[field.name] = field.type === "check" ? (route.parameters.has(field.name) ? "1" : null) : route.parameters.get(field.name) ?? field.value ?? null;
  if (!/mon|ann/.test(kind)) values.limit = 500;
  if (values.since && kind === "handover") values.since = `${values.since}:00+08:00`;
  let content;
  let answer = null;
  try {
    answer = await get(`/api/reports/${kind}`, values, { signal: route.signal, mayBeKept: route.isReturn });
    content = shown(kind, answer, route.isReturn);
    if (answer.making) lookAgain(route);
  } catch (error) {
    if (!(error instanceof Problem) || error.status === 401) throw error;
    content = problemBox(error);
  }
  const may = route.may("export");
  return h("section.page", heading("报表", answer?.items?.length && may ? [
    download(address(`/api/reports/${kind}`, { ...values, limit: null, format: "csv" }), "CSV"),
    ["monthly", "annual", "pivot", "compare"].includes(kind) ? download(address(`/api/reports/${kind}`, { ...values, limit: null, format: "xlsx" }), "Excel") : null,
    button("", () => print(), "打印")] : null),
  h("nav.segmented.wrap", { "aria-label": "报表" }, kinds.map(([name, text, note]) => ref("", link("reports", name), { "aria-current": name === kind ? "true" : null, title: note, focus: `kind-${name}` }, text))),
  h("p.soft", says, "。"),
  filterForm("reports", route.parameters, fields, kind),
  notices(answer?.notices), content);
}

function shown(kind, { items, making }, isReturn) {
  if (making) return h("progress", { max: making.total || 1, value: making.total ? making.done : null, "aria-label": "进度" });
  if (!items.length) {
    const advice = { ladder: "这段时间里没有查实的事项；“是否查实”写在记录上", overdue: "没有超期的；期限规则来自本机构的 profile.yaml", transfers: "没有反复转办的" };
    return empty("没有内容", advice[kind] ?? "换一段时间再看");
  }
  if (items[0].values) return figures(kind, items, isReturn);
  if (kind === "ladder") return ladder(items);
  if (kind === "repeats") return repeats(items);
  return supervision(items);
}

// MARK: Figures in tables

const isShare = (name) => /率|占比|增幅/.test(name);
const figure = (name, value) => (value === null || value === undefined ? h("span.soft", "—") : typeof value === "number" ? (isShare(name) ? `${(value * 100).toFixed(1)}%` : count(value)) : value);
function figures(kind, items, isReturn) {
  const tables = new Map();
  for (const item of items) {
    const key = `${item.table} ${Object.keys(item.values)[0]}`;
    if (!tables.has(key)) tables.set(key, []);
    tables.get(key).push(item);
  }
  const snapshot = items.find((item) => item.snapshot)?.snapshot;
  return [
    kind === "pivot" ? pivotMap(items) : null,
    inTurn([...[...tables.values()].map((rows) => () => {
      const names = Object.keys(rows[0].values);
      const [first, ...others] = names;
      const isPivot = kind === "pivot";
      const periods = others.filter((name) => /^\d{4}(-\d\d|-Q\d|-W\d\d)?$/.test(name));
      const columns = [
        { title: first, cell: (row) => (row.query ? ref("", toSearch({ q: row.query }), { title: "打开这些记录" }, String(row.values[first])) : String(row.values[first])) },
        ...(isPivot && periods.length > 3 ? [{ title: "走势", cell: (row) => spark(periods.map((name) => row.values[name] ?? 0)) }] : []),
        ...others.map((name) => ({ title: name, number: rows.some((row) => typeof row.values[name] === "number"), cell: (row) => figure(name, row.values[name]) })),
      ];
      const isTotal = (row) => row.total && rows[0].table !== "overall";
      return h("section.report-table", h("h2", rows[0].title, first.includes(rows[0].title.replace(/^按/, "")) && first !== rows[0].title.replace(/^按/, "") ? `（${first}）` : ""), table(`${rows[0].title} ${first}`, columns, rows.filter((row) => !isTotal(row)), { footRows: rows.filter(isTotal) }));
    }), () => snapshot ? h("p.soft.small", `快照 ${snapshot}：日后凭此编号可得同一数字。件：记录；事项：重复件并为一；批：集体并为一；人次：投诉人合计。`) : ""], isReturn),
  ];
}

/** The first at once and the others when that is on the screen; all at once for who comes back to a place further down. */
function inTurn(all, isReturn) {
  const rest = h("div");
  const next = () => { if (all.length) { rest.before(all.shift()()); setTimeout(next, 10); } else rest.remove(); };
  setTimeout(next, 30);
  return [all.splice(0, isReturn ? all.length : 1).map((one) => one()), rest];
}

function pivotMap(items) {
  const rows = items.filter((item) => !item.total).slice(0, 20);
  if (rows.length < 2) return null;
  const [first, ...others] = Object.keys(rows[0].values);
  const columns = others.filter((name) => name !== "合计");
  if (columns.length < 3 || columns.length > 31) return null;
  return h("section.report-table", h("h2", "分布"), heatMap("分布", columns.map((name) => name.replace(/^\d{4}-(?=\d\d$)/, "")), rows.map((row) => ({
    name: row.values[first],
    cells: columns.map((name) => ({ value: row.values[name] ?? 0, href: row.query && /^\d{4}-\d\d$/.test(name) ? toSearch({ q: row.query.replace(/date:\S+/, `date:${name}`) }) : null })),
  }))));
}

function ladder(items) {
  return table("一年阶梯", [
    { title: "对象", cell: (row) => h("b", row.subject) }, { title: "所在单位", cell: (row) => row.unit },
    { title: "查实事项", number: true, cell: (row) => count(row.matters) }, { title: "件", number: true, cell: (row) => count(row.records) },
    { title: "阶梯", cell: (row) => badge(["", "诫勉", "通报批评", "处分"][row.step] ?? "处分", row.step > 2 ? "red" : "amber") },
    { title: "依据", cell: (row) => h("ul.plain", (row.evidence ?? []).slice(0, 6).map((matter) => h("li", `${matter.date}　`, ref("", link("record", matter.ids[0]), matter.title || matter.ids[0]), h("span.soft", `　${matter.verified}`))), row.matters > 6 ? h("li.soft", `另有 ${count(row.matters - 6)} 件，见 CSV`) : null) },
  ], items, { stacks: true });
}

function repeats(items) {
  return table("重复率", [
    { title: "首次承办", cell: (row) => row.subject }, { title: "件", number: true, cell: (row) => count(row.records) }, { title: "其中重复", number: true, cell: (row) => count(row.repeats) },
    { title: "重复率", number: true, cell: (row) => `${(row.rate * 100).toFixed(1)}%` },
    { title: "重复（原件）", cell: (row) => (row.pairs ?? []).slice(0, 6).map((pair, place) => [place ? "、" : "", ref("", link("record", pair.id), pair.id), h("span.soft", "（", ref("", link("record", pair.of), pair.of), "）")]) },
  ], items, { stacks: true });
}

function supervision(items) {
  const late = items.some((item) => item.daysLate !== undefined);
  return [
    items.length < 500 ? h("p.soft", `共 ${count(items.length)} 条。`) : null,
    table("清单", [
      { title: "编号", cell: (row) => ref("", link("record", row.id), { "data-row": "", focus: `row-${row.id}-${row.reason}` }, row.id) },
      { title: "单位", cell: (row) => (row.unit ? ref(".plain-link", toSearch({ filter: `leadUnit=${row.unit}` }), row.unit) : null) }, { title: "承办人", cell: (row) => row.handler },
      { title: "事由", cell: (row) => row.reason },
      ...(late ? [{ title: "期限", cell: (row) => minute(row.due).replace(" 23:59", "") }, { title: "超期", number: true, cell: (row) => (row.daysLate === undefined ? "" : `${count(row.daysLate)} 天`) }] : []),
      ...(items.some((item) => item.level) ? [{ title: "催督办", cell: (row) => row.level }] : []),
    ], items, { stacks: true }),
  ];
}
