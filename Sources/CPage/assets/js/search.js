// Search: filters beside the list, passages with what was found marked, figures in 件. All of it stands in the address.

import { get, send, address, Problem } from "./api.js";
import { h, button, marked, markedWords, ref, titled } from "./dom.js";
import { link, changed, go, toSearch } from "./route.js";
import { badge, statusBadge, problemBox, empty, notices, failed, toast, dialog, download } from "./parts.js";
import { count, label, plainWords, shifted, percent } from "./words.js";

const pageLength = 20;
const facetFields = ["category", "status", "kind", "channel", "leadUnit", "region", "verified"];
const columns = "status,respondent,category,leadUnit,kind";
const facetShown = 6;

/** What was found last, for stepping from record to record. */
export const lastList = { hash: "", ids: [] };

function request(parameters) {
  return {
    q: parameters.get("q") ?? "", from: parameters.get("from"), to: parameters.get("to"), filter: parameters.getAll("filter"),
    sort: parameters.get("sort"), after: parameters.get("after"), limit: pageLength, facet: facetFields, columns,
    explain: parameters.get("explain") ? "1" : null,
  };
}

export async function search(route) {
  const { parameters } = route;
  const query = parameters.get("q") ?? "";
  titled(`${query ? query.slice(0, 40) + " · " : ""}检索`);
  let answer;
  try {
    answer = await get("/api/search", request(parameters), { signal: route.signal, mayBeKept: route.isReturn });
  } catch (error) {
    if (!(error instanceof Problem) || error.status === 401) throw error;
    const view = h("section.page", problemBox(error, error.status === 400 || error.status === 403 ? null : () => go(route.hash), "h1"));
    if (error.status === 400) {
      const { explainQuery } = await import("./query-problem.js");
      return explainQuery(error, parameters, view);
    }
    return view;
  }
  const skipped = parameters.get("after") ? Number(parameters.get("at")) || 0 : 0;
  lastList.hash = route.hash;
  lastList.ids = answer.items.map((hit) => hit.id);
  lastList.query = query;
  return h("section.results",
    facetsPanel(answer, parameters, route),
    h("div.list",
      listHead(answer, parameters, query, skipped, route),
      chips(parameters),
      offers(answer, parameters),
      answer.items.length
        ? h("ol.hits", { start: String(skipped + 1) }, answer.items.map((hit) => row(hit, query)))
        : nothing(query, parameters),
      paging(answer, parameters, skipped)));
}

// MARK: The list

function listHead(answer, parameters, query, skipped, route) {
  const shown = answer.items.length;
  const sort = parameters.get("sort") ?? "relevance";
  return h("div.list-head",
    h("h1", { "data-query": query }, query ? [h("span.number", count(answer.total)), " 件"] : ["全部 ", h("span.number", count(answer.total)), " 件"],
      h("span.soft.small", shown && answer.total > shown ? `　第 ${count(skipped + 1)}–${count(skipped + shown)} 件` : "",
        answer.milliseconds === undefined ? "" : `　${answer.milliseconds < 1 ? answer.milliseconds.toFixed(2) : answer.milliseconds.toFixed(answer.milliseconds < 10 ? 1 : 0)} 毫秒`)),
    h("div.beside",
      h("span.segmented", { role: "group", "aria-label": "排序" },
        [["relevance", query ? "相符" : "默认"], ["newest", "最新"], ["oldest", "最早"]].map(([value, text]) =>
          ref("", toSearch(changed(parameters, { sort: value === "relevance" ? null : value })), { "aria-current": sort === value ? "true" : null, focus: `sort-${value}` }, text))),
      button(".quiet", () => more(parameters, query, answer, route), { focus: "more" }, "存下、导出 ▾")));
}

function row(hit, query) {
  const words = plainWords(query);
  const facts = [hit.date, hit.respondent && h("span.strong", markedWords(short(hit.respondent), words)), hit.leadUnit, lastPart(hit.category), hit.kind].filter(Boolean);
  return h("li.hit",
    h("h2", ref("", link("record", hit.id, { q: query }), { "data-row": "", focus: `hit-${hit.id}` },
      hit.title ? markedWords(hit.title, words) : "（无题名）"), statusBadge(hit.status), hit.literal === false ? badge("部分相符", "plain") : null),
    h("p.facts", facts.map((fact) => h("span", fact)), h("span.id", hit.id)),
    hit.snippet && hit.snippet !== hit.title ? h("p.snippet", hit.field && !["content", "title"].includes(hit.field) ? h("span.zone", label(hit.field)) : null, marked(hit.snippet, hit.matches)) : null,
    hit.explain?.length ? h("ul.explain", hit.explain.map((line) => h("li", line))) : null);
}

const short = (text) => (typeof text === "string" ? text.split(/[；;\n]/)[0] : "");
const lastPart = (path) => (typeof path === "string" ? path.split(/[；;\n]/)[0].split("/").slice(-2).join(" / ") : "");

function offers(answer, parameters) {
  const mends = (answer.notices ?? []).filter((one) => one.query);
  const others = (answer.notices ?? []).filter((one) => !one.query);
  return [
    mends.length ? h("p.offer", "是否要查　", mends.map((one, place) => [place ? "　" : "",
      ref("", toSearch(changed(parameters, { q: one.query })), { focus: `mend-${place}` }, one.query), one.count === undefined ? "" : h("span.soft", `（${count(one.count)} 件）`)])) : null,
    notices(others),
  ];
}

function nothing(query, parameters) {
  const advice = [];
  if (parameters.getAll("filter").length || parameters.get("from") || parameters.get("to")) advice.push("去掉一些限定条件（点上面的 × ）");
  if (query) advice.push("少写一部分：空格隔开的各部分都要符合", "用 OR 并列另一种说法：停车费 OR 泊车费", "短一些：两个字也找得到");
  else advice.push("先导入记录：juanzong import 文件，或在“登记”页登记一件");
  return empty(query ? "没有符合的记录" : "档案库里还没有记录", ...advice);
}

function paging(answer, parameters, skipped) {
  if (!answer.next && !skipped) return null;
  return h("nav.paging", { "aria-label": "翻页" },
    skipped ? ref(".button", toSearch(changed(parameters, {})), { focus: "first" }, "第一页") : null,
    skipped ? button("", () => history.back(), { "data-previous": "" }, "上一页") : null,
    answer.next ? ref(".button", toSearch(changed(parameters, { after: answer.next, at: skipped + answer.items.length })), { "data-next": "", focus: "next" }, "下一页") : null);
}

// MARK: Conditions

const splitFilter = (filter) => { const at = filter.indexOf("="); return [filter.slice(0, at), filter.slice(at + 1)]; };

function chips(parameters) {
  const list = parameters.getAll("filter").map((filter) => {
    const [field, value] = splitFilter(filter);
    return { text: `${label(field)}：${value}`, without: changed(parameters, { filter: parameters.getAll("filter").filter((one) => one !== filter) }) };
  });
  const [from, to] = [parameters.get("from"), parameters.get("to")];
  if (from || to) list.push({ text: from && to ? `${from} 至 ${to}` : from ? `${from} 起` : `${to} 止`, without: changed(parameters, { from: null, to: null }) });
  if (!list.length) return null;
  return h("ul.chips", { "aria-label": "限定条件" }, list.map((chip, place) => h("li", ref(".chip", toSearch(chip.without), { "aria-label": `去掉 ${chip.text}`, focus: `chip-${place}` }, chip.text, h("span", { "aria-hidden": "true" }, " ×")))),
    list.length > 1 ? h("li", ref("", toSearch(changed(parameters, { filter: null, from: null, to: null })), "全部去掉")) : null);
}

function facetsPanel(answer, parameters, route) {
  const isNarrow = matchMedia("(max-width: 56em)").matches;
  const panel = h("details.facets", { open: !isNarrow },
    h("summary", "筛选", parameters.getAll("filter").length ? `（${parameters.getAll("filter").length}）` : ""),
    h("div.facet-groups", dates(parameters, route), (answer.facets ?? []).map((facet) => facetGroup(facet, answer.total, parameters))));
  return h("aside.side", { "aria-label": "筛选" }, panel);
}

function facetGroup(facet, total, parameters) {
  const filters = parameters.getAll("filter");
  const chosen = filters.map(splitFilter).filter(([field]) => field === facet.facet).map(([, value]) => value);
  let values = facet.values.map((one) => [one.value, one.count]);
  const isPath = facet.facet === "category";
  if (isPath) values = values.filter(([value]) => isOpen(value, chosen));
  if (!values.length) return null;
  const list = h("ul");
  const fill = (all) => {
    const shown = all || isPath ? values.slice(0, all ? 200 : 14) : values.slice(0, facetShown);
    list.replaceChildren(...shown.map(([value, number]) => {
      const isChosen = chosen.includes(value);
      const filter = `${facet.facet}=${value}`;
      const next = isChosen ? filters.filter((one) => one !== filter)
        : [...filters.filter((one) => !(isPath && one.startsWith("category="))), filter];
      const depth = isPath ? value.split("/").length - 1 : 0;
      return h(`li.depth-${Math.min(depth, 3)}`, h("a", {
        href: toSearch(changed(parameters, { filter: next })), "aria-current": isChosen ? "true" : null,
        focus: `facet-${filter}`, title: [facet.names?.[value] ? value : "", total ? percent(number / total) : ""].filter(Boolean).join("　") || null, vars: { "--share": `${total ? Math.round((number / total) * 100) : 0}%` },
      }, h("span.value", isPath ? value.split("/").at(-1) : facet.names?.[value] ?? value), h("span.count", count(number))));
    }));
    const rest = values.length - shown.length;
    if (rest > 0) list.append(h("li", button(".quiet", () => fill(true), `其余 ${rest} 项`)));
  };
  fill(false);
  return h("section.facet", h("h2", label(facet.facet)), list);
}

/** Of the tree of categories: the top, what is chosen with its ancestors, and what lies right below. */
function isOpen(value, chosen) {
  const parent = value.split("/").slice(0, -1).join("/");
  return parent === "" || chosen.some((one) => one === value || one === parent || one.startsWith(`${value}/`) || one.startsWith(`${parent}/`));
}

function dates(parameters, route) {
  const today = route.session.today || new Date().toISOString().slice(0, 10);
  const set = (from, to) => go(toSearch(changed(parameters, { from, to })));
  const field = (name, title) => h("label", h("span.soft.small", title), h("input", {
    type: "date", value: parameters.get(name) ?? "", focus: `date-${name}`,
    on: { change: (event) => set(name === "from" ? event.target.value : parameters.get("from"), name === "to" ? event.target.value : parameters.get("to")) },
  }));
  const quick = [["近 7 天", shifted(today, -6)], ["近 30 天", shifted(today, -29)], ["近一年", shifted(today, -364)]];
  return h("section.facet.dates", h("h2", "接收日期"), h("div.pair", field("from", "从"), field("to", "到")),
    h("p.quick", quick.map(([text, from]) => ref("", toSearch(changed(parameters, { from, to: today })), { "aria-current": parameters.get("from") === from && parameters.get("to") === today ? "true" : null, focus: `quick-${text}` }, text))));
}

// MARK: Saving and taking away

function more(parameters, query, answer, route) {
  const what = { q: query, from: parameters.get("from"), to: parameters.get("to"), filter: parameters.getAll("filter") };
  const mayExport = route.may("export");
  const box = dialog(`这 ${count(answer.total)} 件`, [
    h("h3", "存为常用查询"),
    h("form.inline", {
      on: {
        submit: async (event) => {
          event.preventDefault();
          const name = event.target.elements.name.value.trim().replace(/^@/, "");
          try {
            const filter = [...what.filter];
            await send("PUT", `/api/queries/${encodeURIComponent(name)}`, { query, filter, sort: parameters.get("sort") ?? "relevance", from: what.from, to: what.to });
            box.close();
            dispatchEvent(new CustomEvent("juanzong-queries"));
            toast(`已存为 @${name}，在检索框写 @${name} 即可`, "green");
          } catch (error) { failed(error); }
        },
      },
    }, h("label", { for: "query-name" }, "名称"), h("input", { id: "query-name", name: "name", required: true, maxlength: "40", pattern: "[^\\s]+", placeholder: "停车" }), h("button.primary", { type: "submit" }, "存下")),
    h("h3", "导出全部"),
    mayExport ? h("p.actions", download(address("/api/export", { ...what, format: "xlsx" }), "Excel（.xlsx）"), download(address("/api/export", { ...what, format: "csv" }), "CSV"))
      : h("p.soft", "所任角色不得导出；请有权限的同事办理。"),
    h("p.soft.small", "不含投诉人身份；导出记入审计日志。"),
    h("h3", "看看为什么这样排"),
    h("p", ref("", toSearch(changed(parameters, { explain: parameters.get("explain") ? null : "1" })), { on: { click: () => box.close() } }, parameters.get("explain") ? "不再说明" : "每条说明理由")),
    savedQueries(() => box),
  ]);
}

/** Where a saved query leads. */
export const savedPlace = (one) => toSearch({ q: one.query, filter: one.filters ?? one.filter, sort: one.sort === "relevance" ? null : one.sort, from: one.from, to: one.to });

function savedQueries(box) {
  // The dialog is there by the time one clicks.
  const list = h("ul.plain");
  get("/api/queries", {}, { quiet: true }).then((answer) => {
    if (!answer.items.length) return;
    list.before(h("h3", "已存下的"));
    list.replaceChildren(...answer.items.map((one) => h("li.between",
      ref("", savedPlace(one), { on: { click: () => box().close() } }, `@${one.name}`, one.count === undefined ? "" : h("span.soft", `　${count(one.count)} 件`)),
      button(".quiet", async (event) => {
        try {
          await send("DELETE", `/api/queries/${encodeURIComponent(one.name)}`);
          event.target.closest("li").remove();
          dispatchEvent(new CustomEvent("juanzong-queries"));
        } catch (error) { failed(error); }
      }, { "aria-label": `删去 @${one.name}` }, "删去"))));
  }).catch(() => {});
  return list;
}
