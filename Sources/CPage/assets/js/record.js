// One record: its texts with what was found marked, its course in time, its deadlines explained, what it is linked with, where
// the papers are. Who complained stays hidden until somebody who may asks for it and says why.

import { get, ask, record as at, caseFile, Problem } from "./api.js";
import { h, button, marked, markedWords, replace, ref, titled } from "./dom.js";
import { link, toSearch } from "./route.js";
import { badge, statusBadge, problemBox, notices, form, heading, card } from "./parts.js";
import { count, day, minute, label, linkNames, plainWords } from "./words.js";
import { lastList } from "./search.js";
import { editActions } from "./record-actions.js";
import { timeline } from "./timeline.js";
import { candidateList } from "./candidates.js";

/** Texts in the order they are read, and what is shown beside them. */
const textFields = ["content", "demand", "cause", "incidentPlace", "goods", "summary", "investigationReport", "reply", "outcome", "feedback", "evidenceDocs"];
const sideFields = [
  "registerNo", "aliasNos", "kind", "channel", "origin", "upstreamBody", "formType", "category", "region", "regionName", "incidentAt", "severity", "urgency",
  "grade", "flags", "amountClaimed", "amountRecovered", "leadUnit", "handler", "coUnits", "firstResponder", "enteredBy", "acceptance", "verified", "sanctions",
  "mediation", "proceedings", "satisfaction", "keywords", "appealOf", "caseOf", "matterId", "consentPublish", "publishState", "sourceRef",
];
const filingFields = ["fileId", "referenceCode", "retentionCode", "retentionUntil", "holds", "securityLevel", "securityRoles", "archivedAt"];
const shownElsewhere = new Set(["id", "title", "archive", "events", "respondents", "receivedAt", "registeredAt", "closedAt", "status", "complainantCount", "namedState", "representedCount", "groupId", "deadlines", "links", "formFields", "contentSha256", "contentRedacted", "versions", "kindHistory", "categoryVersion", "bodyId", "profileId"]);

export async function recordView(route) {
  const { id, parameters, signal } = route;
  const query = parameters.get("q") ?? "";
  const version = parameters.get("version");
  const options = { signal, mayBeKept: route.isReturn };
  // All at once, so that the view is whole when it is shown; what may not be seen or is not there is left out.
  const beside = (rest) => get(at(id, rest), {}, options).catch((error) => { if (error.name === "AbortError") throw error; return {}; });
  const [answer, due, decided] = await Promise.all([get(at(id), { matches: query, version }, options), beside("/deadlines"), beside("/links")]);
  if (Array.isArray(answer)) return several(id, answer, query);
  const values = answer;
  const archive = answer.archive;
  const texts = archive.matches ?? [];
  const marks = new Map(texts.map((text) => [text.field, text]));
  const words = [...new Set([...plainWords(query), ...texts.flatMap((text) => text.matches.map(([start, length]) => Array.from(text.text).slice(start, start + length).join("")))])];
  const title = values.title || "（无题名）";
  titled(title);
  const again = () => dispatchEvent(new HashChangeEvent("hashchange"));
  const found = texts.reduce((sum, text) => sum + text.matches.length, 0);

  return h("article.record", { "data-record": id },
    bar(route, id, query),
    h("header.record-head",
      h("h1", marks.has("title") ? marked(marks.get("title").text, marks.get("title").matches) : markedWords(title, words)),
      h("p.facts", statusBadge(values.status), archive.withdrawn ? badge("已撤回", "red") : null, (values.flags ?? []).map((flag) => badge(flag, "amber")),
        h("span.id", archive.id ?? id), h("span", minute(values.receivedAt)), values.category?.length ? h("span", [values.category].flat()[0]) : null,
        found ? h("span", `命中 ${count(found)} 处`) : null),
      archive.versions?.length > 1 && version && Number(version) !== archive.versions.at(-1).version
        ? h("p.note.amber", `这是第 ${version} 版，不是最新。`, ref("", link("record", id, { q: query }), "看最新一版")) : null,
      editActions(route, id, values, archive, again)),
    h("div.record-body",
      h("div.texts",
        textFields.map((field) => textSection(field, values, marks, words)),
        formFields(values.formFields, words),
        timeline(values, words),
        lazy("相似的记录与先例", () => similar(id, query, signal)),
        lazy("查重：是否反映过", () => duplicates(id, values, route, again))),
      h("aside.facts-side", { "aria-label": "要素" },
        parties(values, words, route, id),
        facts("要素", sideFields, values, words),
        deadlines(due.items),
        links(decided.items),
        filing(values, archive.caseFile, signal),
        rest(values, words),
        versions(id, archive, values.versions ?? [], version, query),
        route.may("audit") ? lazy("谁看过", () => whoSaw(id, signal)) : null)));
}

/** A number that several records have. */
function several(id, items, query) {
  return h("section.page", heading(`编号 ${id}：${items.length} 件`), h("ol.hits", items.map((one) => h("li.hit",
    h("h2", ref("", link("record", one.archive.id, { q: query }), { "data-row": "" }, one.title || "（无题名）"), statusBadge(one.status)), h("p.facts", h("span", day(one.receivedAt)), h("span.id", one.archive.id))))));
}

// MARK: Where we are

function bar(route, id, query) {
  const place = lastList.ids.indexOf(id);
  const near = (by) => lastList.ids[place + by];
  const step = (by, text, mark) => (place >= 0 && near(by) ? ref(".button", link("record", near(by), { q: query }), { [mark]: "" }, text) : null);
  return h("nav.record-bar", { "aria-label": "列表" },
    ref(".button", lastList.hash || toSearch({ q: query }), { "data-back": "" }, "← 回到列表"),
    place >= 0 ? h("span.soft", `本页第 ${place + 1} 件，共 ${lastList.ids.length} 件`) : null,
    h("span.spring"),
    step(-1, "上一条", "data-previous-record"), step(1, "下一条", "data-next-record"),
    button("", () => print(), "打印"));
}

// MARK: Texts

/** Structured values as lines a person reads. */
export function lines(value) {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(lines);
  if (typeof value === "object") {
    const { heading, text, title, content, name, decision, reason, ...others } = value;
    const first = [heading, title, name, decision, text, content, reason].filter((one) => typeof one === "string" && one);
    const more = Object.entries(others).filter(([, one]) => one !== null && typeof one !== "object")
      .map(([key, one]) => `${label(key) === key ? memberNames[key] ?? key : label(key)}：${/At$|^at$/.test(key) ? minute(String(one)) : key === "sha256" ? one.slice(0, 8) : one}`);
    const deep = Object.values(others).filter((one) => one && typeof one === "object").flatMap(lines);
    return [[...first, ...more].join("　"), ...deep].filter(Boolean);
  }
  return [String(value)];
}
const memberNames = {
  at: "时间", by: "经办", to: "对象", mode: "方式", no: "号", type: "种类", author: "责任者", pages: "页数", level: "密级", sha256: "校验值", brand: "品牌", maker: "厂家",
  model: "型号", quantity: "数量", price: "价格", state: "状态", agreementNo: "协议号", body: "机构", result: "结果", target: "对象", amount: "金额", documentNo: "文号",
  kind: "种类", basis: "依据", from: "起", until: "止", register: "簿册", page: "页", line: "行", place: "地点", scope: "范围", code: "代码", codes: "代码", reasonCode: "理由代码",
};

function textSection(field, values, marks, words) {
  const own = { evidenceDocs: "document", keywords: "keyword" }[field] ?? field;
  const found = marks.get(own);
  const text = lines(values[field]);
  if (!text.length) return null;
  const isPlain = typeof values[field] === "string";
  return h("section.text", h("h2", label(field)),
    isPlain && found ? paragraphs(found) : text.flatMap((line) => line.split("\n")).map((line) => h("p", markedWords(line, words))));
}

/** A text cut at its line ends, the marks kept in place. */
function paragraphs({ text, matches }) {
  let start = 0;
  return text.split("\n").map((line) => {
    const length = Array.from(line).length;
    const inside = matches.filter(([at, size]) => at + size > start && at < start + length).map(([at, size]) => {
      const from = Math.max(0, at - start);
      return [from, Math.min(length, at + size - start) - from];
    });
    start += length + 1;
    return h("p", marked(line, inside));
  });
}

function formFields(fields, words) {
  const rows = Object.entries(fields ?? {});
  if (!rows.length) return null;
  return h("section.text", h("h2", "表单其他栏目"), h("dl.facts-list", rows.map(([name, value]) => [h("dt", name), h("dd", lines(value).map((line) => h("div", markedWords(line, words))))])));
}

// MARK: Beside the texts

function facts(title, fields, values, words) {
  const rows = fields.map((field) => [field, lines(values[field])]).filter(([, text]) => text.length);
  if (!rows.length) return null;
  const searchable = new Set(["category", "kind", "channel", "leadUnit", "handler", "region", "verified", "satisfaction"]);
  return h("section.card", h("h2", title), h("dl.facts-list", rows.map(([field, text]) => [h("dt", label(field)), h("dd", text.map((line) => h("div",
    searchable.has(field) ? ref(".plain-link", toSearch({ filter: `${field}=${line}` }), { title: "找同样的" }, markedWords(line, words)) : markedWords(line, words))))])));
}

function rest(values, words) {
  const known = new Set([...textFields, ...sideFields, ...filingFields, ...shownElsewhere]);
  const names = Object.keys(values).filter((name) => !known.has(name) && lines(values[name]).length);
  return names.length ? facts("其他栏目", names, values, words) : null;
}

function parties(values, words, route, id) {
  const number = values.complainantCount ?? 0;
  const named = values.namedState ?? (number ? "" : "匿名");
  const hidden = h("div.identity");
  const isAnonymous = named === "匿名" && !number;
  const mask = () => replace(hidden, h("p", named ? badge(named, named === "匿名" ? "plain" : "blue") : null, number ? `　${number} 人　` : "　", number ? h("span.masked", { title: "身份另存，默认遮盖" }, "●●●　●●●●●●●●") : null),
    !route.may("identity") ? h("p.soft.small", "所任角色不得查看投诉人身份。")
      : isAnonymous ? null : button("", () => unmask(id, hidden, mask), { focus: "unmask" }, "查看身份…"));
  mask();
  const respondents = [values.respondents ?? []].flat();
  return card("当事人",
    h("dl.facts-list",
      h("dt", "被投诉人"), h("dd", respondents.length ? respondents.map((one) => {
        const name = one.unit ?? one.name ?? (typeof one === "string" ? one : "");
        const more = [one.person, one.post, one.window, one.address, one.creditCode].filter(Boolean);
        return h("div", name ? ref(".plain-link", toSearch({ q: `被投诉人:"${name.replaceAll('"', '""')}"` }), { title: "这个被投诉人的全部记录" }, markedWords(name, words)) : null,
          more.length ? h("div.soft", markedWords(more.join("　"), words)) : null);
      }) : h("span.soft", "未写明")),
      h("dt", "投诉人"), h("dd", hidden),
      values.representedCount ? [h("dt", "代表人数"), h("dd", `${values.representedCount} 人`)] : null,
      values.groupId ? [h("dt", "集体编号"), h("dd", values.groupId)] : null));
}

function unmask(id, place, mask) {
  form("查看投诉人身份", [
    { name: "purpose", title: "用途", required: true, values: ["电话回访", "核实情况", "送达文书", "督办"], placeholder: "例如：电话回访", note: "先记入审计日志，再显示；一分钟后自动遮盖。" },
  ], "查看", async ({ purpose }) => {
    const answer = await ask(at(id, "/unmask"), { purpose });
    const identity = answer.items?.[0]?.identity ?? answer.items?.[0] ?? answer;
    const people = [["complainants", "投诉人"], ["agent", "代理人"], ["principal", "委托人"]].flatMap(([key, role]) => [identity[key] ?? []].flat().map((one) => [role, one]));
    const names = { name: "姓名", sex: "性别", phone: "电话", idNo: "证件号", address: "住址", unit: "单位" };
    let left = 60;
    const clock = h("span.soft", { role: "timer" }, `${left} 秒后遮盖`);
    const timer = setInterval(() => {
      left -= 1;
      clock.textContent = `${left} 秒后遮盖`;
      if (left <= 0 || !place.isConnected) { clearInterval(timer); mask(); }
    }, 1000);
    replace(place, people.length ? people.map(([role, one]) => h("dl.facts-list.person", h("dt", "身份"), h("dd", role),
      Object.entries(names).filter(([key]) => one[key]).map(([key, title]) => [h("dt", title), h("dd.copyable", String(one[key]))]))) : h("p.soft", "没有留下身份信息。"),
    h("p", clock, "　", button("", () => { clearInterval(timer); mask(); }, "立即遮盖")));
  });
}

const stateNames = { running: ["办理中", "blue"], met: ["按时", "green"], late: ["逾期完成", "amber"], overdue: ["超期", "red"], paused: ["中止", "plain"], beyondCalendar: ["日历未出", "plain"] };

function deadlines(items) {
  if (!items?.length) return null;
  return card("期限", items.map((one) => {
    const [text, tone] = stateNames[one.state] ?? [one.state, "plain"];
    return h("details.deadline", h("summary", h("span", one.title ?? one.rule), badge(text, tone), h("span.soft", one.due ? `至 ${minute(one.due).replace(" 23:59", "")}` : "")),
      h("ol.steps", (one.steps ?? []).map((step) => h("li", step))), notices(one.problems));
  }));
}

function links(items) {
  if (!items?.length) return null;
  const list = (some) => h("ul.plain", some.map((one) => h("li",
    badge(`${{ refused: "不是", unlinked: "已撤销：" }[one.decision] ?? ""}${linkNames[one.type] ?? one.type ?? "关联"}`, one.decision === "confirmed" && one.standing !== false ? "blue" : "plain"), " ",
    ref("", link("record", one.other), one.otherTitle || one.other), h("div.soft.small", [one.other, one.otherDate].join("　"), h("br"), [one.by, day(one.at), one.reason].filter(Boolean).join("　")))));
  return card(`已作的关联（${count(items.length)}）`, list(items.slice(0, linksShown)),
    items.length > linksShown ? h("details", h("summary", `其余 ${count(items.length - linksShown)} 条`), list(items.slice(linksShown))) : null);
}
const linksShown = 8;

function filing(values, file, signal) {
  const id = file ?? values.fileId;
  const rows = facts("归档与保管", filingFields, { ...values, fileId: id }, []);
  if (!id) return rows;
  const custody = h("div");
  get(caseFile(id), {}, { signal, quiet: true }).then((file) => {
    const notes = (file.notes ?? []).filter((note) => note.kind.includes("保管"));
    replace(custody, notes.map((note) => h("p", note.text, h("span.soft.small", `　${note.by}　${day(note.at)}`))));
  }).catch(() => {});
  rows?.append(custody, h("p", ref("", link("case", id), "打开案卷")));
  return rows;
}

function versions(id, archive, notes, shown, query) {
  const noteOf = (number) => notes.find((note) => note.number === number) ?? {};
  const list = archive.versions ?? [];
  if (!list.length) return null;
  return h("details.card.fold", h("summary", h("h2", `版本（${list.length}）`)), h("ol.plain", [...list].reverse().map((one) => h("li",
    ref("", link("record", id, { q: query, version: one.version === list.at(-1).version ? null : one.version }), { "aria-current": String(one.version) === (shown ?? String(archive.version)) ? "true" : null }, `第 ${one.version} 版`),
    h("div.soft.small", [minute(one.recordedAt), noteOf(one.version).by, noteOf(one.version).cause, noteOf(one.version).reason, (noteOf(one.version).fields ?? []).map(label).join("、")].filter(Boolean).join("　"))))));
}

// MARK: Fetched when opened

function lazy(title, load) {
  const content = h("div.lazy");
  const box = h("details.card.fold", {
    on: {
      toggle: async () => {
        if (!box.open || content.dataset.done) return;
        content.dataset.done = "1";
        replace(content, h("p.soft", "正在查…"));
        try { replace(content, await load()); } catch (error) {
          if (error.name === "AbortError") return;
          delete content.dataset.done;
          replace(content, problemBox(error instanceof Problem ? error : new Problem({ title: "出错了" })));
        }
      },
    },
  }, h("summary", h("h2", title)), content);
  return box;
}

async function similar(id, query, signal) {
  const answer = await get(at(id, "/similar"), { limit: 8, decided: 1 }, { signal });
  const items = answer.items;
  if (!items.length) return h("p.soft", "没有相似且已办结的记录。");
  return [h("p.soft", "已有结果的相似记录，最像的在前。"), h("ol.hits.tight", items.map((hit) => h("li.hit",
    h("h3", ref("", link("record", hit.id, { q: query }), hit.title || hit.id)),
    h("p.facts", h("span", hit.date), h("span.id", hit.id)), hit.outcome ? h("p", hit.outcome) : null, h("p.snippet", marked(hit.snippet ?? "", hit.matches)),
    hit.explain?.length ? h("ul.explain", hit.explain.map((line) => h("li", line))) : null))), notices(answer.notices)];
}

async function duplicates(id, values, route, again) {
  const answer = await get(at(id, "/check"), { limit: 10 }, { signal: route.signal });
  return candidateList(answer, { text: values.content || values.title || values.demand || "", own: id, mayWrite: route.may("write"), changed: again });
}

async function whoSaw(id, signal) {
  const answer = await get(at(id, "/audit"), { limit: 30 }, { signal });
  const names = { search: "检索", view: "查看", unmask: "查看身份", export: "导出", print: "打印", refuse: "拒绝", alert: "警示", file: "归卷", change: "改动", administer: "管理", edit: "修改" };
  return h("ul.plain.small", answer.items.map((one) => h("li", minute(one.at), "　", h("b", one.user), "　", names[one.action] ?? one.action, one.purpose ? `（${one.purpose}）` : "", h("span.soft", `　${one.detail ?? ""}`))));
}
