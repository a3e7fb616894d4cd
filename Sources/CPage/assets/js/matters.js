// 热点问题: what many people filed about one matter, counted in records, people and turns.

import { get, address } from "./api.js";
import { h, ref, titled } from "./dom.js";
import { link, toSearch } from "./route.js";
import { badge, empty, notices, heading, download, lookAgain } from "./parts.js";
import { filterForm } from "./filter-form.js";
import { count, small } from "./words.js";

/** Numbers in one query; the rest is seen by going on from the matter's respondent. */
const numbersMax = 300;

export async function matters(route) {
  const { parameters } = route;
  titled("热点问题");
  const request = {
    minPeople: parameters.get("minPeople") ?? "3", minRecords: parameters.get("minRecords"), from: parameters.get("from"), until: parameters.get("until"),
    rising: parameters.get("rising") ? "1" : null, limit: parameters.get("limit") ?? "30", ids: numbersMax,
  };
  const answer = await get("/api/matters", request, { signal: route.signal, mayBeKept: route.isReturn });
  const items = answer.items;
  const isGrouping = answer.notices?.some((one) => one.text.includes("后台归并"));
  if (isGrouping) lookAgain(route);
  const most = Math.max(1, ...items.map((one) => one.people));
  return h("section.page", heading("热点问题", !route.may("export") ? null : [
    download(address("/api/matters", { ...request, format: "csv", table: "summary" }), "热点问题表"),
    download(address("/api/matters", { ...request, format: "csv", table: "details" }), "明细表")]),
  h("p.soft", "不同的人反映同一事项的记录归在一起；件、人、人次分列。同一被投诉人、同一事由达到 5 人，建议推选代表。"),
  filterForm("matters", parameters, [
    { name: "minPeople", title: "至少几人", type: "number", value: request.minPeople, min: "1" }, { name: "from", title: "从", type: "date" }, { name: "until", title: "到", type: "date" },
    { name: "rising", title: "只看正在上升的", type: "check" },
  ]),
  notices(answer.notices),
  items.length ? h("ol.matters", items.map((one) => matter(one, most)))
    : isGrouping ? empty("正在归并", "归好的会出现在这里") : empty("没有这样的事项", "把“至少几人”改小一些，或放宽日期", "事项由查重得出：先有记录，且记录写明被投诉人或内容"));
}

function matter(one, most) {
  const ids = one.ids ?? [];
  const query = ids.length ? `编号:${ids.join("|")}` : "";
  const place = one.places?.[0]?.name;
  return h("li.matter",
    h("div.matter-head", h("h2", ref("", link("record", one.matter), { "data-row": "", focus: `matter-${one.matter}` }, one.title)),
      one.rising ? badge("正在上升", "red") : null, one.group ? badge("建议推选代表", "amber") : null),
    h("div.measure", { vars: { "--share": `${Math.round((one.people / most) * 100)}%` } },
      h("span", h("b", count(one.people)), " 人"), h("span", h("b", count(one.records)), " 件"), h("span", h("b", count(one.personTimes)), " 人次")),
    h("p.facts", h("span", `${one.first} 至 ${one.last}`), one.category ? h("span", one.category) : null, place ? h("span", place) : null),
    h("p.facts", (one.respondents ?? []).slice(0, 3).map((respondent) => h("span", ref(".plain-link", toSearch({ q: `被投诉人:"${respondent.name.replaceAll('"', '""')}"` }), respondent.name), ` ${count(respondent.records)} 件`))),
    one.recent ? h("p.soft.small", `近期 ${count(one.recent)} 件，按以往应有 ${small(one.expected)} 件`) : null,
    query ? h("p", ref("", toSearch({ q: query, sort: "newest" }), one.records > ids.length ? `看其中 ${ids.length} 件` : `看这 ${ids.length} 件`)) : null);
}
