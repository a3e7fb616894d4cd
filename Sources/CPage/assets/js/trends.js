// What is rising: few alarms, each with what was seen, what was expected, the course of its weeks and the records behind it.

import { get } from "./api.js";
import { h, ref, titled } from "./dom.js";
import { link, toSearch } from "./route.js";
import { badge, empty, notices, heading } from "./parts.js";
import { bars, heatMap } from "./charts.js";
import { filterForm } from "./filter-form.js";
import { count, small, percent, label, shifted } from "./words.js";

const shapes = { sharp: ["苗头：急升", "red"], sustained: ["倾向：持续上升", "amber"], steady: ["倾向：持续上升", "amber"], slow: ["倾向：缓升", "amber"] };

export async function trends(route) {
  const { parameters } = route;
  titled("趋势");
  const by = parameters.get("by");
  const request = { by: by ? [by] : null, until: parameters.get("until"), window: parameters.get("window") ? `${parameters.get("window")}d` : null, limit: 50 };
  const answer = await get("/api/trends", request, { signal: route.signal, mayBeKept: route.isReturn });
  const items = answer.items;
  const days = answer.grid?.days ?? Number(parameters.get("window") || 7);
  const labels = periodNames(answer, items, days);
  const named = (area) => answer.names?.[area] ?? area;
  return h("section.page", heading("正在上升的问题", ref(".button", link("reports", "monthly", { month: (items[0]?.to ?? "").slice(0, 7) }), "本月报表")),
    filterForm("trends", parameters, [
      { name: "by", title: "看什么", type: "select", values: [["", "全部（类别、被投诉人、地点、词语）"], ...["category", "respondent", "region", "incidentPlace", "term", "channel", "leadUnit"].map((one) => [one, label(one)])] },
      { name: "until", title: "看到哪天", type: "date" },
      { name: "window", title: "时间窗", type: "select", values: [["", "一周"], ["14", "两周"], ["30", "30 天"]] },
    ]),
    h("p.soft", answer.tested ? `检验 ${count(answer.tested)} 个序列，预警 ${items.length} 条（误报率 q ≤ 0.05）。` : "", "同一人的重复件和近似文本只算一次。", answer.snapshot ? h("span.small", `　快照 ${answer.snapshot}`) : null),
    notices(answer.notices),
    answer.total?.length ? h("section.card.wide", h("h2", "全部来件"), bars("每期全部来件", { counts: answer.total.slice(-104), labels: labels(answer.total.length).slice(-104), width: Math.min(1000, innerWidth), height: 150 })) : null,
    items.length ? h("ol.alarms", items.map((one) => alarm(one, labels, days, named)))
      : empty("没有预警", "最近的件数都在各自的正常范围内", "换一个截止日期，或把时间窗放宽到两周、30 天"),
    answer.areas?.length > 1 ? h("section.card.wide", h("h2", "各地各期"), areaMap(answer, labels, named)) : null,
    answer.clusters?.length ? h("section.card.wide", h("h2", "集中的区域"), h("ul.plain", answer.clusters.map((one) => h("li",
      ref("", toSearch({ q: `区划:${one.area}` }), named(one.area)), `　近 ${one.periods} 期 ${count(one.observed)} 件，按占比应有 ${small(one.expected)} 件`, h("span.soft", `（p ${small(one.p)}）`))))) : null);
}

/** The first day of each of the last periods. */
function periodNames(answer, items, days) {
  const first = answer.grid?.first;
  const last = items[0]?.to;
  return (number) => Array.from({ length: number }, (_, place) => {
    if (first && answer.grid.count === number) return shifted(first, place * days);
    return last ? shifted(last, (place - number + 1) * days - days + 1) : "";
  });
}

function alarm(one, labels, days, named) {
  const [shape, tone] = shapes[one.shape] ?? [one.shape, "amber"];
  const periods = Math.max(1, Math.round(((Date.parse(one.to) - Date.parse(one.from)) / 86_400_000 + 1) / days));
  const span = Math.round((Date.parse(one.to) - Date.parse(one.from)) / 86_400_000) + 1;
  const href = toSearch({ q: one.query });
  const names = labels(one.counts.length);
  return h("li.alarm",
    h("div.alarm-head", h("h2", ref("", href, { "data-row": "", focus: `alarm-${one.by}-${one.key}` }, one.name ?? one.key)), h("span.soft", label(one.by)), badge(shape, tone), one.new ? badge("新出现", "blue") : null),
    h("p.figures", `${span} 天 `, h("b", count(one.observed)), " 件，按以往应有 ", h("b", one.expected < 0.1 ? "不到 0.1" : small(one.expected)), ` 件（上限 ${count(one.bound)}，q ${small(one.q)}）`,
      one.people ? `，${count(one.people)} 人` : "", one.topShare ? `，最多的一人占 ${percent(one.topShare)}` : ""),
    h("p.soft.small", one.start ? `始于 ${one.start}${one.end ? `，止于 ${one.end}` : "，仍在继续"}` : "", one.earlier?.length ? `；上一次 ${one.earlier.at(-1).join(" 至 ")}` : "", one.withRepeats > one.observed ? `；连重复 ${count(one.withRepeats)} 件` : ""),
    bars(`${one.name ?? one.key}：各期件数，最近 ${periods} 期为预警`, { counts: one.counts.slice(-52), course: one.course?.slice(-52), alarm: periods, labels: names.slice(-52) }),
    h("ul.plain.samples", (one.records ?? []).map((id, place) => h("li", ref("", link("record", id), one.titles?.[place] ?? id), one.titles?.[place] ? h("span.id", id) : null))),
    one.also?.length ? h("p.soft.small", "同时上升：", one.also.join("、")) : null,
    one.parents?.length ? h("p.soft.small", "上级也在上升：", one.parents.map(named).join("、")) : null,
    one.resembles?.length ? h("p.soft.small", "结案后再现，类似已结：", one.resembles.map((id, place) => [place ? "、" : "", ref("", link("record", id), one.resembledTitles[place] || id)])) : null,
    h("p", ref("", href, `看这 ${count(one.withRepeats ?? one.observed)} 件`)));
}

function areaMap(answer, labels, named) {
  const shown = 13;
  const number = answer.areas[0].counts.length;
  const names = labels(number).slice(-shown);
  const days = answer.grid?.days ?? 7;
  return heatMap("各地各期件数", names.map((name) => name.slice(5)), answer.areas.slice(0, 16).map((area) => ({
    name: named(area.key),
    cells: area.counts.slice(-shown).map((value, place) => ({ value, href: names[place] ? toSearch({ q: `区划:${area.key} 日期:${names[place]}..${shifted(names[place], days - 1)}` }) : null })),
  })));
}
