// The course of a record: what happened when, in order, from the events and the dates that the record holds.

import { h, markedWords } from "./dom.js";
import { badge } from "./parts.js";
import { day, minute, daysBetween } from "./words.js";

const tones = { 督办: "red", 催办: "amber", 延期: "amber", 退回: "amber", 中止: "amber", 办结: "green", 归档: "green", 答复: "green", 反馈: "green", 回访: "green" };

/** What happened, earliest first; what has no date comes last. */
export function course(values) {
  const list = [];
  const add = (at, what, more = {}) => { if (at) list.push({ at, what, ...more }); };
  const types = new Set((values.events ?? []).map((event) => event.type));
  add(values.receivedAt, "接收", { text: values.channel });
  if (!types.has("登记")) add(values.registeredAt, "登记", { text: values.enteredBy });
  const accepted = values.acceptance;
  if (accepted && typeof accepted === "object") add(accepted.at, accepted.decision ?? "受理", { text: accepted.reason });
  for (const event of values.events ?? []) {
    list.push({
      at: event.at ?? "", what: event.type ?? "流转", due: event.due,
      text: [event.unit, event.receiver ? `→ ${event.receiver}` : "", event.actor, event.slipNo ?? event.slip].filter(Boolean).join("　"), opinion: event.opinion,
    });
  }
  for (const one of [values.feedback ?? []].flat()) if (one && typeof one === "object") add(one.at, "反馈", { text: [one.mode, one.by].filter(Boolean).join("　"), opinion: one.content });
  for (const one of [values.proceedings ?? []].flat()) if (one && typeof one === "object") add(one.at, one.kind ?? "后续程序", { text: [one.body, one.no, one.state].filter(Boolean).join("　"), opinion: one.result });
  if (!types.has("办结")) add(values.closedAt, "办结", { text: values.handler });
  if (!types.has("归档")) add(values.archivedAt, "归档");
  return list.map((one, place) => [one, place]).sort(([a, i], [b, j]) => ((a.at || "9") < (b.at || "9") ? -1 : (a.at || "9") > (b.at || "9") ? 1 : i - j)).map(([one]) => one);
}

export function timeline(values, words) {
  const list = course(values);
  if (!list.length) return null;
  const first = list[0].at;
  return h("section.text", h("h2", "经过"), h("ol.course", list.map((one) => {
    const passed = one.at && first ? daysBetween(first, one.at) : 0;
    return h("li", { "data-tone": tones[one.what] ?? null },
      h("div.when", h("time", { datetime: one.at }, minute(one.at) || "时间未写"), passed > 0 ? h("span.soft.small", `第 ${passed} 天`) : null),
      h("div.what", h("b", one.what), one.text ? ["　", markedWords(one.text, words)] : null, one.due ? ["　", badge(`限 ${day(one.due)}`, "amber")] : null,
        one.opinion ? h("p", markedWords(one.opinion, words)) : null));
  })));
}
