// Was this filed before? The verdicts with their reasons, the earlier handling, and both texts side by side. Used at intake
// and on a record; a person decides, the program only proposes.

import { get, send, record as at } from "./api.js";
import { h, button, marked, replace, ref } from "./dom.js";
import { link } from "./route.js";
import { verdictBadge, statusBadge, badge, problemBox, toast, failed } from "./parts.js";
import { verdicts, verdictOrder, count } from "./words.js";

const groupMin = 5;
const passagesShown = 3;

/** How a list of verdicts is summed up: {D2: 9, D3: 2}. */
export function tally(answer) {
  if (answer.counts) return answer.counts;
  const counts = {};
  for (const one of answer.items) counts[one.verdict] = (counts[one.verdict] ?? 0) + 1;
  return counts;
}

/**
 * `options`: text, the compared text of the record; own, its id if it has one; mayWrite; pending, a map of decisions that wait
 * until the record is there; opened, a set of those whose texts stand side by side (both outlive a new list); changed(), after a
 * decision was sent.
 */
export function candidateList(answer, options) {
  const items = answer.items;
  const counts = tally(answer);
  const names = verdictOrder.filter((verdict) => counts[verdict]);
  const rest = names.reduce((sum, verdict) => sum + counts[verdict], 0) - items.length;
  if (!items.length) {
    return [h("p.verdict-head.good", h("b", "没有反映过"), h("span.soft", "　档案中没有相同、重复或关联的记录。")), foot(answer, 0)];
  }
  const first = names[0] ?? items[0].verdict;
  return [
    h(`p.verdict-head.${verdicts[first]?.tone ?? "plain"}`, names.map((verdict) => [verdictBadge(verdict, counts[verdict]), " "]), h("span.soft", verdicts[first]?.says)),
    answer.groupRecords + 1 >= groupMin ? h("p.note.amber", { role: "status" }, `连同本件，30 天内至少 ${answer.groupRecords + 1} 件由不同的人反映同一被投诉人同一事由：建议推选代表。`) : null,
    h("ol.candidates", items.map((one) => candidate(one, options))),
    foot(answer, rest),
  ];
}

function foot(answer, rest) {
  const lines = [];
  if (rest > 0) lines.push(`另有 ${count(rest)} 条较远的，没有列出`);
  if (answer.decided > 0) lines.push(`${answer.decided} 条已作过决定，不再提出`);
  if (answer.anonymous) lines.push("匿名：不作任何身份推断");
  else if (answer.comparedPersons === false) lines.push("没有投诉人信息：未比对身份");
  return lines.length ? h("p.soft.small", lines.join("；")) : null;
}

function candidate(one, options) {
  const comparison = h("div.comparison");
  const passages = [...(one.passages ?? [])].sort((a, b) => b.length - a.length);
  const handling = [one.leadUnit && ["承办", one.leadUnit], one.handler && ["经办", one.handler], one.verified && ["查实", one.verified], one.outcome && ["结果", one.outcome]].filter(Boolean);
  const compare = button("", () => toggle(one, comparison, compare, options), { "aria-expanded": "false", focus: `compare-${one.id}` }, "对照");
  if (options.opened?.delete(one.id)) toggle(one, comparison, compare, options);
  return h("li.candidate",
    h("div.candidate-head", verdictBadge(one.verdict), ref("", link("record", one.id), { "data-row": "", focus: `candidate-${one.id}` }, one.title || one.id), statusBadge(one.status)),
    h("p.facts", h("span", one.date), h("span.id", one.id), one.respondent ? h("span.strong", one.respondent) : null),
    h("p.reason", one.reason),
    handling.length ? h("p.handling", handling.map(([name, value]) => h("span", h("span.soft", name), " ", value))) : null,
    passages.slice(0, passagesShown).map((passage) => h("blockquote", passage.text)),
    one.decision ? h("p.soft.small", one.decision === "confirmed" ? "已确认关联" : "已否定") : null,
    h("p.actions", passages.length || options.text ? compare : null, decisions(one, options)),
    comparison);
}

async function toggle(one, place, button, { text, opened }) {
  if (place.hasChildNodes()) {
    place.replaceChildren();
    opened?.delete(one.id);
    button.setAttribute("aria-expanded", "false");
    return;
  }
  button.setAttribute("aria-expanded", "true");
  opened?.add(one.id);
  replace(place, h("p.soft", "正在取来…"));
  try {
    const values = await get(at(one.id), {}, { mayBeKept: true });
    const other = values.content || values.title || values.demand || "";
    const passages = one.passages ?? [];
    replace(place, h("div.pair-texts",
      h("section", h("h3", "本件"), h("p", marked(text, passages.map((passage) => [passage.start, passage.length])))),
      h("section", h("h3", "档案中的 ", one.id), h("p", marked(other, passages.map((passage) => [passage.otherStart, passage.otherLength]))))),
    h("p.soft.small", passages.length ? `相同的 ${passages.length} 段已标出；较短一件有 ${Math.round(one.containment * 100)}% 见于另一件。` : "没有成段相同的文字；依据见上面的理由。"));
  } catch (error) { replace(place, problemBox(error)); }
}

function decisions(one, options) {
  if (options.mayWrite === false) return null;
  if (options.pending) {
    const mark = h("span", { role: "status" });
    const show = () => {
      const decided = options.pending.get(one.id);
      replace(mark, decided === undefined ? null : decided ? badge(`登记时关联为 ${decided}`, "blue") : badge("登记时记为不是"));
    };
    const set = (verdict) => { options.pending.set(one.id, verdict); show(); };
    show();
    return [button("", () => set(one.verdict), "是，登记时关联"),
      button(".quiet", () => set(null), "不是"), mark];
  }
  if (!options.own) return null;
  const decide = async (path, body, text) => {
    try { await send("POST", path, body); toast(text, "green"); options.changed?.(); } catch (error) { failed(error); }
  };
  return [button("", () => decide("/api/links", { a: options.own, b: one.id, verdict: one.verdict, reason: "对照后确认" }, "已关联"), "确认关联"),
    button(".quiet", () => decide("/api/links/remove", { a: options.own, b: one.id, reason: "对照后否定" }, "已记下：不是"), "不是")];
}
