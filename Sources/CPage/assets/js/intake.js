// The intake desk: while the caller is on the line, what is known is compared with the archive, and the verdict stands beside
// the form. What is filled in stays while one looks at other pages; it is never kept by the browser.

import { ask, send, get } from "./api.js";
import { h, button, replace, ref, titled } from "./dom.js";
import { go, link } from "./route.js";
import { control, problemBox, toast, heading, verdictBadge } from "./parts.js";
import { words } from "./record-actions.js";
import { candidateList, tally } from "./candidates.js";
import { verdictOrder } from "./words.js";

const pauseMilliseconds = 250;
const lettersMin = 4;
/** What is filled in, by name of the control; lives as long as the page. */
let draft = {};

addEventListener("beforeunload", (event) => {
  if (Object.entries(draft).some(([name, value]) => ["title", "content", "name", "phone"].includes(name) && value)) event.preventDefault();
});

/** The record that the form makes; no number, the service gives it. */
function recordOf(values) {
  const record = {};
  const put = (name, value) => { if (value) record[name] = value; };
  put("title", values.title);
  put("content", values.content);
  put("demand", values.demand);
  put("kind", values.kind);
  put("channel", values.channel);
  put("urgency", values.urgency);
  put("incidentPlace", values.incidentPlace);
  put("region", values.region);
  if (values.incidentAt) record.incidentAt = values.incidentAt;
  if (values.category) record.category = [values.category];
  if (values.respondent || values.person) record.respondents = [{ ...(values.respondent && { unit: values.respondent }), ...(values.person && { person: values.person }) }];
  if (values.received) record.receivedAt = `${values.received}:00+08:00`;
  put("appealOf", values.appealOf);
  if (values.anonymous) record.namedState = "匿名";
  else {
    const party = {};
    for (const name of ["name", "phone", "idNo", "address"]) if (values[name]) party[name] = values[name];
    if (Object.keys(party).length) { record.complainants = [party]; record.namedState = "实名"; }
  }
  return record;
}

export async function intake(route) {
  titled("登记");
  const known = await words();
  const aside = h("div.verdict", { "aria-live": "polite" });
  const problem = h("div", { role: "alert" });
  /** The verdict in short, beside the button: on a narrow screen the list is far below. */
  const brief = h("span.brief");
  const pending = new Map();
  const opened = new Set();
  let asking = null;
  let timer = 0;

  const identity = h("div.fields.two", { id: "identity" },
    control({ name: "name", title: "姓名", value: draft.name }), control({ name: "phone", title: "电话", value: draft.phone, inputmode: "tel" }),
    control({ name: "idNo", title: "证件号", value: draft.idNo }), control({ name: "address", title: "住址", value: draft.address }));
  const anonymous = h("input", { type: "checkbox", name: "anonymous", id: "anonymous", checked: Boolean(draft.anonymous) });

  const body = h("form.intake", { on: { submit: register, input: onInput, change: onInput, keydown: onKey } },
    h("div.fields",
      control({ name: "content", title: "反映的内容", type: "area", rows: 7, value: draft.content, "data-text": "", wide: true, placeholder: "来电人怎么说的，照记；或粘贴来信" }),
      control({ name: "title", title: "题名", value: draft.title, wide: true, placeholder: "不写则取内容的第一句", maxlength: "200" })),
    h("div.fields.two",
      control({ name: "respondent", title: "被投诉单位", value: draft.respondent }), control({ name: "person", title: "其中的人员、窗口", value: draft.person }),
      control({ name: "category", title: "类别", value: draft.category, placeholder: "城乡建设/物业管理/停车收费" }), control({ name: "incidentPlace", title: "发生地点", value: draft.incidentPlace })),
    h("div.fields.three",
      control({ name: "kind", title: "类型", type: "select", values: known.kind, value: draft.kind ?? "投诉" }),
      control({ name: "channel", title: "渠道", type: "select", values: known.channel, value: draft.channel ?? "电话" }),
      control({ name: "incidentAt", title: "发生日期", type: "date", value: draft.incidentAt })),
    h("fieldset", h("legend", "投诉人"),
      h("p.field.check", h("label", { for: "anonymous" }, anonymous, " 匿名（不留身份，也不作任何身份推断）")), identity,
      h("p.soft.small", "身份另行加密保存，不进检索库；填了电话或姓名，才能认出同一人的重复反映。")),
    h("details.fold", { open: Boolean(draft.demand || draft.appealOf || draft.received) }, h("summary", "诉求、申诉和补录时间"),
      h("div.fields.two",
        control({ name: "demand", title: "诉求", value: draft.demand, wide: true }), control({ name: "appealOf", title: "对哪一件申诉、复查（编号）", value: draft.appealOf }),
        control({ name: "received", title: "接收时间", type: "datetime-local", value: draft.received, note: "不写即现在" }), control({ name: "urgency", title: "紧急程度", type: "select", values: ["", ...known.urgency], value: draft.urgency }))),
    problem,
    h("p.actions.sticky", route.may("write") ? [h("button.primary", { type: "submit" }, "登记"), h("kbd.hint", "Ctrl Enter")] : h("span.soft", "所任角色不得登记，可以查重。"), brief, h("span.spring"),
      button(".quiet", clear, "清空")));

  function values() {
    const filled = {};
    for (const element of body.elements) {
      if (!element.name) continue;
      const value = element.type === "checkbox" ? element.checked : element.value.trim();
      if (value) filled[element.name] = value;
    }
    return filled;
  }

  function onInput(event) {
    draft = values();
    identity.hidden = Boolean(draft.anonymous);
    if (event?.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(check, pauseMilliseconds);
  }

  function onKey(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); body.requestSubmit(); }
  }

  async function check() {
    asking?.abort();
    const record = recordOf(draft);
    const text = record.content || record.title || record.demand || "";
    if (Array.from(text).length < lettersMin && !record.complainants && !record.respondents) { showWaiting(); return; }
    asking = new AbortController();
    try {
      const started = performance.now();
      // A record needs some text; with a caller's number alone, the number is what is compared.
      const answer = await ask("/api/check?limit=10", record.content || record.title ? record : { ...record, title: record.demand || "—" }, { signal: asking.signal, quiet: true });
      replace(brief, verdictOrder.filter((one) => tally(answer)[one]).slice(0, 3).map((one) => [button(".quiet", () => aside.scrollIntoView({ block: "start" }), verdictBadge(one, tally(answer)[one]))]));
      replace(aside, h("h2", "是否反映过"), candidateList(answer, { text, pending, opened, mayWrite: route.may("write") }),
        h("p.soft.small.took", `${Math.round(answer.milliseconds ?? performance.now() - started)} 毫秒`));
    } catch (error) {
      if (error.name !== "AbortError") replace(aside, h("h2", "是否反映过"), problemBox(error, check));
    }
  }

  function showWaiting() {
    replace(brief);
    replace(aside, h("h2", "是否反映过"), h("div.empty",
      h("p.empty-title", "边填边查"),
      h("p.soft", "写下几个字、被投诉单位或来电号码，这里就列出档案中有关的记录："),
      h("dl.ladder", [["D0", "同件", "red"], ["D1", "同文", "red"], ["D2", "重复：同一人同一事项", "amber"], ["D3", "关联：不同的人同一事项", "blue"], ["D4", "同一被投诉人的另一事项", "plain"], ["D5", "申诉复查，不计重复", "violet"]]
        .map(([key, text, tone]) => [h("dt", h(`span.badge.${tone}`, key)), h("dd", text)]))));
  }

  function clear() {
    if (Object.keys(draft).length > 2 && !confirm("清空已填写的内容？")) return;
    draft = {};
    body.reset();
    for (const element of body.elements) if (["text", "date", "datetime-local", "textarea"].includes(element.type)) element.value = "";
    anonymous.checked = false;
    identity.hidden = false;
    pending.clear();
    showWaiting();
    body.querySelector("[data-text]").focus();
  }

  async function register(event) {
    event.preventDefault();
    if (!route.may("write")) return;
    draft = values();
    const record = recordOf(draft);
    replace(problem);
    if (!record.content && !record.title) {
      replace(problem, h("div.problem", h("p.problem-title", "还没有写内容"), h("p.soft", "写下反映的内容或题名，再登记。")));
      body.querySelector("[data-text]").focus();
      return;
    }
    if (!record.title) record.title = Array.from(record.content.split(/[。！？\n]/)[0]).slice(0, 40).join("");
    const button = body.querySelector("[type=submit]");
    button.disabled = true;
    try {
      const answer = await send("POST", "/api/records", record);
      const id = answer.items[0].id;
      const failed = [];
      for (const [other, verdict] of pending) {
        try {
          if (verdict) await send("POST", "/api/links", { a: id, b: other, verdict, reason: "登记时对照确认" });
          else await send("POST", "/api/links/remove", { a: id, b: other, reason: "登记时对照否定" });
        } catch (error) { failed.push(other); }
      }
      draft = {};
      toast(`已登记 ${id}`, "green", ref("", link("intake"), "再登记一件"));
      if (failed.length) toast(`这些关联没有记下：${failed.join("、")}，请在记录页再作`, "red");
      go(link("record", id));
    } catch (error) {
      replace(problem, problemBox(error));
    } finally { button.disabled = false; }
  }

  offerValues(body, "respondent", "respondent");
  offerValues(body, "category", "category");
  identity.hidden = Boolean(draft.anonymous);
  if (Object.keys(draft).length) { replace(aside, h("h2", "是否反映过"), h("p.soft", "正在比对…")); check(); } else showWaiting();
  const view = h("section.page.intake-page", heading("登记一件", !route.may("write") ? null : ref(".button", link("import"), "导入文件…")), h("div.intake-body", body, aside));
  view.whenShown = () => { if (matchMedia("(min-width: 56em)").matches) body.querySelector("[data-text]").focus(); };
  return view;
}

/** Values that are in the archive already are offered for a field, by a list of the browser's own. */
function offerValues(body, name, field) {
  const input = body.elements[name];
  const list = h("datalist", { id: `${input.id}-values` });
  input.after(list);
  input.setAttribute("list", list.id);
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const beginning = input.value.trim();
    if (!beginning) return;
    timer = setTimeout(() => get("/api/complete", { field, beginning }, { quiet: true })
      .then((answer) => replace(list, answer.items.map((one) => h("option", { value: one.value }))), () => {}), 150);
  });
}
