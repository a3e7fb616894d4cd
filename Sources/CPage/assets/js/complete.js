// The query box at the head of every view, with completion of field names, values and saved queries.

import { get } from "./api.js";
import { h, replace, byId } from "./dom.js";

/** Fields that can be named in a query, the way the help page writes them. */
const fields = ["被投诉人", "类别", "区划", "日期", "状态", "渠道", "类型", "编号", "承办单位", "承办人", "是否查实", "满意度", "题名", "内容", "诉求", "答复", "处理结果", "案由", "发生地点", "存在", "overdue"];
const withValues = new Set(["被投诉人", "类别", "区划", "状态", "渠道", "类型", "承办单位", "承办人", "是否查实", "满意度"]);
const pauseMilliseconds = 120;

export function startQueryBox() {
  const input = byId("query");
  const list = byId("offers");
  const recent = [];
  let saved = null;
  let offers = [];
  let chosen = -1;
  let timer = 0;
  let asking = null;

  /** The run of text the caret stands behind. */
  function word() {
    const before = input.value.slice(0, input.selectionStart ?? input.value.length);
    const found = before.match(/[^\s()（）]*$/)[0];
    return { text: found.replace(/^-/, ""), start: before.length - found.replace(/^-/, "").length, end: before.length };
  }

  async function find() {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const { text, start, end } = word();
    const colon = text.match(/^([^:：]+)[:：](.*)$/s);
    try {
      if (colon) {
        if (!withValues.has(colon[1]) && !/^[a-zA-Z]+$/.test(colon[1])) return close();
        const beginning = colon[2].replace(/^["“]/, "");
        const answer = await get("/api/complete", { field: colon[1], beginning }, { signal, quiet: true });
        return show(answer.items.map((one) => ({
          text: one.value, note: one.count === undefined ? "" : `${one.count} 件`, start, end,
          insert: `${colon[1]}:${/[\s()（）|｜:："]/.test(one.value) ? `"${one.value}"` : one.value} `,
        })));
      }
      if (text.startsWith("@") || (input.value === "" && document.activeElement === input)) {
        saved ??= (await get("/api/queries", {}, { signal, quiet: true }).catch(() => ({ items: [] }))).items ?? [];
        const named = saved.filter((one) => `@${one.name}`.startsWith(text || "@"))
          .map((one) => ({ text: `@${one.name}`, note: one.count === undefined ? one.query : `${one.count} 件　${one.query}`, whole: `@${one.name}` }));
        const earlier = text ? [] : recent.map((one) => ({ text: one, note: "刚才查过", whole: one }));
        return show([...earlier, ...named].slice(0, 10));
      }
      if (!text) return close();
      show(fields.filter((name) => name.startsWith(text)).map((name) => ({ text: `${name}：`, note: "字段", start, end, insert: `${name}:`, goesOn: true })));
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  function show(found) {
    if (document.activeElement !== input) return close();
    offers = found;
    chosen = -1;
    if (!offers.length) return close();
    replace(list, offers.map((offer, place) => h("li", {
      id: `offer-${place}`, role: "option", "aria-selected": "false",
      on: { mousedown: (event) => { event.preventDefault(); take(place); } },
    }, h("span", offer.text), h("span.soft", offer.note))));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function close() {
    offers = [];
    chosen = -1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(by) {
    if (!offers.length) return;
    chosen = (chosen + by + offers.length + 1) % (offers.length + 1);
    if (chosen === offers.length) chosen = -1;
    for (const [place, item] of [...list.children].entries()) {
      item.setAttribute("aria-selected", String(place === chosen));
      if (place === chosen) item.scrollIntoView({ block: "nearest" });
    }
    if (chosen >= 0) input.setAttribute("aria-activedescendant", `offer-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function take(place) {
    const offer = offers[place];
    if (offer.whole !== undefined) input.value = offer.whole;
    else {
      input.setRangeText(offer.insert, offer.start, offer.end, "end");
    }
    close();
    if (offer.goesOn) later(0);
  }

  function later(milliseconds = pauseMilliseconds) {
    clearTimeout(timer);
    timer = setTimeout(find, milliseconds);
  }

  input.addEventListener("input", (event) => { if (!event.isComposing) later(); });
  input.addEventListener("compositionend", () => later());
  input.addEventListener("focus", () => { if (input.value === "") later(0); });
  input.addEventListener("blur", () => { clearTimeout(timer); close(); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) later(0); else choose(event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === "Tab" && !event.shiftKey && offers.length && chosen >= 0) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });

  return {
    close,
    value: () => input.value,
    set: (text) => { if (document.activeElement !== input || input.value === "") input.value = text; if (document.activeElement !== input) close(); },
    focus: () => { input.focus(); input.select(); },
    blur: () => input.blur(),
    saved: (name) => saved?.find((one) => one.name === name),
    forgetSaved: () => { saved = null; },
    remember: (text) => {
      if (!text.trim()) return;
      const at = recent.indexOf(text);
      if (at >= 0) recent.splice(at, 1);
      recent.unshift(text);
      recent.length = Math.min(recent.length, 5);
    },
  };
}
