// 案卷: the list and the register of what was destroyed; one file with its catalogue, checks, holds, notes and custody; how it
// goes from open to filed, out and back, and what the appraisal says. Destroying itself needs two people at the command line.

import { get, send, caseFile } from "./api.js";
import { h, button, ref, titled } from "./dom.js";
import { link } from "./route.js";
import { badge, empty, form, heading, table, toast, notices, card } from "./parts.js";
import { caseStates, count, day, minute } from "./words.js";

const tones = { open: "blue", closed: "amber", filed: "green", destroyed: "plain" };
const decisions = [["destroy", "销毁"], ["extend", "延长保管"], ["transfer", "移交"]];
const decided = (word) => decisions.find(([key]) => key === word)?.[1] ?? word;
const holder = (file) => { const last = (file.custody ?? []).at(-1); return last?.event === "out" ? last : null; };
const isHeld = (file) => (file.holds ?? []).some((hold) => !hold.releasedAt);

export async function cases(route) {
  const { parameters, signal } = route;
  titled("案卷");
  const state = parameters.get("state") ?? "";
  const isDue = state === "due";
  if (state === "register") return register(route);
  const after = parameters.get("after");
  const answer = await get(isDue ? "/api/cases/due" : "/api/cases", isDue ? {} : { state, after, limit: 100, counts: 1 }, { signal, mayBeKept: route.isReturn });
  const counts = isDue ? {} : answer.items.find((one) => one.counts)?.counts ?? {};
  const shown = answer.items.filter((one) => one.id);
  const numberOf = (value) => (value ? counts[value] ?? 0 : Object.values(counts).reduce((sum, one) => sum + one, 0));
  const tab = (value, text) => ref("", link("cases", "", { state: value }), { "aria-current": state === value ? "true" : null, focus: `state-${value}` }, text,
    value !== "due" && !isDue ? h("span.count", count(numberOf(value))) : null);
  const may = route.may("write");
  return h("section.page", heading("案卷", may ? button(".primary", open, "立卷…") : null),
    h("nav.segmented.wrap", { "aria-label": "状态" }, tab("", "全部"), tab("open", "在办"), tab("closed", "已结卷"), tab("filed", "已归档"), tab("due", "保管期满"), mayDestroy(route) ? tab("register", "销毁清册") : null),
    isDue ? notices(answer.notices) : null,
    shown.length ? [table("案卷", [
      { title: "案卷", cell: (file) => ref("", link("case", file.id), { "data-row": "", focus: `case-${file.id}` }, file.referenceCode ?? file.id) },
      { title: "题名", cell: (file) => [file.title, isHeld(file) ? [" ", badge("保全中", "red")] : null, holder(file) ? [" ", badge(`原件在 ${holder(file).holder}`, "amber")] : null] },
      { title: "状态", cell: (file) => badge(caseStates[file.state] ?? file.state, tones[file.state]) },
      { title: "件数", number: true, cell: (file) => count((file.documents ?? []).length) },
      { title: "立卷", cell: (file) => day(file.openedAt) },
      { title: "保管期限", cell: (file) => [file.retention, file.keepUntil ? h("span.soft", ` 至 ${file.keepUntil}`) : null] },
    ], shown, { stacks: true }), numberOf(state) > shown.length && !isDue ? h("nav.paging", { "aria-label": "翻页" }, after ? ref(".button", link("cases", "", { state }), "回到最新") : null,
      shown.length === 100 ? ref(".button", link("cases", "", { state, after: shown.at(-1).id }), { rel: "next", "data-next": "" }, "更早的案卷") : null) : null]
      : isDue ? empty("没有保管期满的案卷", "期满且未保全的案卷会列在这里，先鉴定，再决定销毁、延长或移交")
        : empty(state ? `没有${caseStates[state] ?? ""}的案卷` : "还没有案卷", "打开一条记录，点“立卷”；或点上面的“立卷…”，写记录编号"));
}

const mayDestroy = (route) => route.may("destroy");

async function register({ parameters, signal, isReturn }) {
  const answer = await get("/api/cases/register", {}, { signal, mayBeKept: isReturn });
  const rows = answer.items;
  return h("section.page", heading("销毁清册", ref(".button", link("cases"), "← 全部案卷"), rows.length ? button(".no-print", () => print(), "打印") : null),
    notices(answer.notices),
    rows.length ? table("销毁清册", [
      { title: "序号", number: true, cell: (one) => String(one.serial ?? "") }, { title: "档号", cell: (one) => one.referenceCode || one.file }, { title: "题名", cell: (one) => one.title },
      { title: "年度", cell: (one) => one.year }, { title: "保管期限", cell: (one) => [one.retention, h("span.soft", ` 至 ${one.dueSince ?? ""}`)] }, { title: "件数 页数", number: true, cell: (one) => `${one.documents ?? 0} 件 ${one.pages ?? 0} 页` },
      { title: "批准人", cell: (one) => one.approver }, { title: "监销人", cell: (one) => (one.witnesses ?? []).join("、") }, { title: "销毁日期", cell: (one) => one.date },
    ], rows, { stacks: true }) : empty("清册上还没有案卷", "期满的案卷经鉴定后，由两名监销人在场，用 juanzong case destroy 销毁；清册永久保存"));
}

const numbers = { name: "records", title: "记录编号", required: true, note: "多个用空格隔开；一案一卷，重复件并入原卷" };
const numbersIn = (text) => text.split(/[\s,，、]+/).filter(Boolean);

function open() {
  form("立卷", [
    numbers,
    { name: "title", title: "案卷题名", note: "不写则由被投诉人和事由组成；题名中不得有投诉人姓名" },
  ], "立卷", async ({ records, title }) => {
    const answer = await send("POST", "/api/cases", { records: numbersIn(records), title });
    location.hash = link("case", answer.items[0].id);
  });
}

export async function caseView(route) {
  const { id, signal } = route;
  const [answer, checked] = await Promise.all([
    get(caseFile(id), {}, { signal, mayBeKept: route.isReturn }),
    get(caseFile(id, "/check"), {}, { signal, quiet: true }).catch((error) => { if (error.name === "AbortError") throw error; return null; }),
  ]);
  const file = answer.items[0];
  const check = checked?.items[0];
  titled(`${file.referenceCode ?? file.id} · 案卷`);
  const documents = file.documents ?? [];
  const pages = documents.reduce((sum, one) => sum + (one.pages ?? 0), 0);
  let page = 1;
  const places = documents.map((one) => { const first = page; page += one.pages ?? 0; return one.pages > 1 ? `${first}–${page - 1}` : String(first); });
  return h("article.page.case",
    h("nav.record-bar", { "aria-label": "列表" }, ref(".button", link("cases"), { "data-back": "" }, "← 全部案卷"), h("span.spring"),
      ref(".button", caseFile(id, "/print"), { target: "_blank", rel: "noopener" }, "封面、目录、备考表（打印）")),
    h("header.record-head", h("h1", file.title),
      h("p.facts", badge(caseStates[file.state] ?? file.state, tones[file.state]), isHeld(file) ? badge("保全中", "red") : null, h("span.id", file.id), file.referenceCode ? ["档号 ", h("b", file.referenceCode)] : null),
      actions(route, file)),
    h("div.record-body",
      h("div.texts",
        h("section.text", h("h2", "卷内文件目录"), documents.length ? table("卷内文件目录", [
          { title: "顺序号", number: true, cell: ([one]) => String(one.number) }, { title: "文号", cell: ([one]) => one.no }, { title: "责任者", cell: ([one]) => one.author },
          { title: "题名", cell: ([one]) => [ref("", caseFile(file.id, `/documents/${one.number}`), { download: "" }, one.title || one.fileName), one.inner ? [" ", badge("副卷", "amber")] : null, h("span.soft.small", `　${one.type}`)] },
          { title: "日期", cell: ([one]) => one.date }, { title: "页号", number: true, cell: ([, place]) => place }, { title: "校验值", cell: ([one]) => h("code.hash", { title: one.sha256 }, (one.sha256 ?? "").slice(0, 8)) },
        ], documents.map((one, place) => [one, places[place]]), { stacks: true }) : h("p.soft", "卷内还没有文件。用 juanzong case add ", file.id, " 文件 --type 调查笔录 归入。")),
        h("section.text", h("h2", "记录"), h("ul.plain", file.recordTitles.map((one) => h("li", ref("", link("record", one.id), { "data-row": "" }, one.title || one.id), h("span.soft.small", ["", one.id, one.date].join("　")))))),
        h("section.text", h("h2", "备考、保管、说明"), (file.notes ?? []).length ? h("ol.course", file.notes.map((note) => h("li", h("div.when", minute(note.at)), h("div.what", h("b", note.kind), "　", note.text, h("span.soft", `　${note.by}`))))) : h("p.soft", "没有。只增不改。"))),
      h("aside.facts-side", { "aria-label": "案卷要素" },
        card("要素", h("dl.facts-list", [["件数", `${count(documents.length)} 件 ${count(pages)} 页`], ["立卷", `${file.openedBy ?? ""}　${day(file.openedAt)}`], ["结卷", day(file.closedAt)], ["归档", day(file.filedAt)],
          ["检查人", file.checkedBy], ["归档号", file.closingNumber], ["保管期限", file.retention], ["保管至", file.keepUntil], ["鉴定", decided(file.appraisal)]].filter(([, value]) => value && value.trim()).map(([name, value]) => [h("dt", name), h("dd", value)]))),
        check ? h("section.card", h("h2", "归档前检查　", check.ok ? badge("通过", "green") : badge(`缺 ${check.checks.filter((one) => !one.ok).length} 项`, "amber")),
          h("ul.checks", check.checks.map((one) => h("li", { "data-ok": String(one.ok) }, h("span", { "aria-label": one.ok ? "有" : "缺" }, one.ok ? "✓" : "✗"), " ", one.name, one.detail ? h("span.soft.small", `　${one.detail}`) : null, one.ok || !one.remedy ? null : h("p.soft.small", `处理：${one.remedy}`))))) : null,
        (file.custody ?? []).length ? card("原件去向", h("ol.plain", file.custody.map((one) => h("li", one.event === "out" ? `交 ${one.holder}` : `${one.holder} 交回`, h("span.soft.small", `　${one.by ?? ""}　${day(one.at)}${one.due ? `　应于 ${one.due} 前交回` : ""}${one.note ? `　${one.note}` : ""}`))))) : null,
        (file.holds ?? []).length ? card("保全", h("ul.plain", file.holds.map((hold) => h("li", hold.releasedAt ? badge("已解除") : badge("保全中", "red"), " ", hold.basis, h("span.soft.small", `　${hold.by ?? ""}　${day(hold.at)}${hold.review ? `　复核 ${hold.review}` : ""}`))))) : null)));
}

function actions(route, file) {
  if (!route.may("write")) return null;
  const again = (text) => { toast(text, "green"); dispatchEvent(new HashChangeEvent("hashchange")); };
  const post = (rest, body = {}) => send("POST", caseFile(file.id, rest), body);
  const action = (text, title, fields, action, rest, said, options) => button("", () => form(title, fields, action, async (values) => { await post(rest, values); again(said); }, options), text);
  const isFrozen = file.state === "filed" || file.state === "destroyed";
  return h("p.actions.no-print",
    file.state === "open" ? [
      button("", () => form("并入记录", [numbers], "并入", async ({ records }) => { await post("/join", { records: numbersIn(records) }); again("已并入"); }), "并入记录"),
      action("按规则排列", "排列卷内文件", [], "排列", "/order", "已排列", { note: "按本机构规则的卷内顺序排列。" }),
      action("结卷", "结卷", [], "结卷", "/close", "已结卷", { note: "结卷后不再归入文件。" })] : null,
    file.state === "closed" ? action("归档", "归档", [{ name: "checkedBy", title: "检查人", value: "" }], "归档", "/file", "已归档，档号已给出", { note: "给出档号，此后内容不得更改。检查未通过时不能归档。" }) : null,
    action("加备考", "追加", [{ name: "kind", title: "种类", type: "select", values: ["备考", "保管", "超期说明"], value: "备考" }, { name: "text", title: "内容", type: "area", required: true }], "追加", "/note", "已追加", { note: "只增不改。" }),
    file.state === "destroyed" ? null : isHeld(file) ? action("解除保全", "解除保全", [], "解除", "/release", "已解除保全")
      : action("保全", "保全", [{ name: "basis", title: "依据", required: true, placeholder: "行政复议、诉讼、仲裁……" }, { name: "review", title: "复核日期", type: "date" }], "保全", "/hold", "已保全", { note: "保全期间不得销毁。" }),
    file.state === "destroyed" ? null : holder(file) ? action("登记交回", "原件交回", [{ name: "note", title: "备注" }], "登记", "/take-back", "已登记交回")
      : action("交出原件", "交出原件", [{ name: "to", title: "交给", required: true, note: "部门和姓名；不得交给被投诉人" }, { name: "due", title: "应交回日期", type: "date", min: route.session.today }, { name: "note", title: "事由" }], "登记", "/hand-out", "已登记交出"),
    file.state === "filed" && mayDestroy(route) && !isHeld(file) && file.keepUntil && file.keepUntil < (route.session.today ?? "") ? action("鉴定", "鉴定", [{ name: "decision", title: "决定", type: "select", values: decisions, value: "extend" },
      { name: "until", title: "延长至", type: "date", note: "只在延长保管时填写" }, { name: "by", title: "鉴定人", required: true, note: "鉴定小组成员" }], "记入", "/appraise", "鉴定已记入",
    { note: "销毁须另由两名监销人在场，用 juanzong case destroy 执行。" }) : null,
    isFrozen ? h("span.soft.small", "内容已冻结，只能追加备考。") : null);
}
