// Starts the page: who is here, which view the address names, and the keys that work everywhere.
//
// A view is a function that is given the route and makes an element. What is on the screen stays until the next is whole, so
// nothing jumps; the back button finds its answers kept and its place on the page again.

import { get, send, forget, Problem } from "./api.js";
import { h, button, replace, byId, titled } from "./dom.js";
import { parse, go, travel, toSearch } from "./route.js";
import { problemBox, dialog, toast } from "./parts.js";
import { startQueryBox } from "./complete.js";
import { search, savedPlace } from "./search.js";

const main = byId("main");
const tabs = byId("tabs");
const queryBox = startQueryBox();

/** Views are loaded when they are first asked for, or once the first is on the screen; search is there at once. */
const views = {
  search: async () => search,
  record: async () => (await import("./record.js")).recordView,
  intake: async () => (await import("./intake.js")).intake,
  import: async () => (await import("./import.js")).importView,
  matters: async () => (await import("./matters.js")).matters,
  trends: async () => (await import("./trends.js")).trends,
  cases: async () => (await import("./cases.js")).cases,
  case: async () => (await import("./cases.js")).caseView,
  reports: async () => (await import("./reports.js")).reports,
  help: async () => (await import("./help.js")).help,
};
const tabOf = { record: "search", case: "cases", import: "intake" };

export const session = { user: "", rights: {} };
let here = null;
let leaving = null;
let running = 0;
let isReturn = false;
const places = new Map();

// MARK: Showing a view

async function show() {
  const route = parse(location.hash);
  const number = ++running;
  leaving?.abort();
  leaving = new AbortController();
  // An address that was typed in goes nowhere back.
  route.isReturn = isReturn && places.has(route.hash);
  route.signal = leaving.signal;
  route.session = session;
  route.may = (right) => session.rights[right] !== false;
  route.from = here;
  const samePage = here && here.view === route.view && here.id === route.id;
  const focused = document.activeElement?.dataset?.focus;
  mark(route);
  main.setAttribute("aria-busy", "true");
  let element;
  try {
    if (!views[route.view]) throw new Problem({ status: 404, title: "没有这个页面", remedy: "用上面的各页进入" });
    const view = await views[route.view]();
    if (!session.user && !document.body.classList.contains("locked")) session.known ??= meet();
    await session.known;
    if (!session.user) session.known = null;
    element = await view(route);
  } catch (error) {
    if (error.name === "AbortError" || number !== running) return;
    if (error instanceof Problem && error.status === 401) return;
    element = h("section.page", problemBox(error, () => show(), "h1"));
    if (!(error instanceof Problem)) console.error(error);
    titled("出错");
  }
  if (number !== running) return;
  const ready = element.whenShown;
  main.replaceChildren(element);
  main.removeAttribute("aria-busy");
  document.body.dataset.view = route.view;
  const place = isReturn && places.get(route.hash);
  here = route;
  isReturn = false;
  if (place) {
    scrollTo(0, place.top);
    if (place.focus) main.querySelector(`[data-focus="${CSS.escape(place.focus)}"]`)?.focus({ preventScroll: true });
  } else if (samePage && focused) {
    main.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    if (!route.parameters.get("after")) { /* the list changed under the same heading: stay */ } else scrollTo(0, 0);
  } else {
    scrollTo(0, 0);
    if (document.activeElement === document.body && route.from) main.focus({ preventScroll: true });
  }
  performance.mark(`shown:${route.view}`);
  document.body.dataset.shown = String(number);
  ready?.();
  if (number === 1) setTimeout(() => Object.values(views).forEach((view) => view().catch(() => {})), 100);
}

function mark(route) {
  const tab = tabOf[route.view] ?? route.view;
  for (const one of tabs.children) {
    if (one.getAttribute("href") === `#/${tab}`) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
  }
  if (route.view === "search" || route.view === "record") queryBox.set(route.parameters.get("q") ?? "");
}

/** Where on the page one was, for coming back. */
function keepPlace() {
  if (!here) return;
  places.set(here.hash, { top: scrollY, focus: document.activeElement?.dataset?.focus });
  if (places.size > 100) places.delete(places.keys().next().value);
}
addEventListener("scroll", () => { clearTimeout(keepPlace.timer); keepPlace.timer = setTimeout(keepPlace, 80); }, { passive: true });
document.addEventListener("click", keepPlace, true);
document.addEventListener("focusin", () => { if (here) keepPlace(); });
history.scrollRestoration = "manual";
document.addEventListener("click", (event) => {
  const anchor = event.target.closest?.("a[href^='#/']");
  if (anchor && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    travel.isForward = true;
    if (anchor.getAttribute("href") === location.hash) show();
  }
}, true);
addEventListener("popstate", () => { isReturn = !travel.isForward; travel.isForward = false; });
addEventListener("hashchange", () => show());
addEventListener("juanzong-login", () => login());
addEventListener("juanzong-queries", () => queryBox.forgetSaved());

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  queryBox.close();
  const text = queryBox.value();
  const saved = text.trim().match(/^@(\S+)$/);
  if (saved && queryBox.saved(saved[1])) {
    go(savedPlace(queryBox.saved(saved[1])));
    return;
  }
  const now = parse(location.hash);
  const keepsFilters = now.view === "search";
  const parameters = keepsFilters ? new URLSearchParams(now.parameters) : new URLSearchParams();
  parameters.delete("after");
  parameters.delete("at");
  if (text.trim()) parameters.set("q", text); else parameters.delete("q");
  queryBox.remember(text);
  go(toSearch(parameters));
  queryBox.blur();
});
byId("skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });

// MARK: Who is here

async function meet() {
  try {
    Object.assign(session, await get("/api/session", {}, { quiet: true }));
    greet();
  } catch (error) {
    if (error.status === 401) await new Promise(() => {});
    // Nothing is offered that may not be allowed; asked again with the next view.
    session.rights = { identity: false, export: false, write: false, audit: false, destroy: false };
    greet();
  }
}

function greet() {
  byId("user-name").textContent = session.user;
  byId("body-name").textContent = session.body ?? "";
}

let isAsking = false;
function login() {
  if (isAsking) return;
  isAsking = true;
  const field = h("input", { id: "token", type: "password", name: "token", autocomplete: "current-password", required: true, spellcheck: "false", "aria-describedby": "token-note" });
  const problem = h("div", { role: "alert" });
  const form = h("form.login", {
    on: {
      submit: async (event) => {
        event.preventDefault();
        replace(problem);
        try {
          Object.assign(session, await send("POST", "/api/session", { token: field.value.trim() }));
          forget();
          isAsking = false;
          session.known = Promise.resolve();
          greet();
          document.body.classList.remove("locked");
          show();
        } catch (error) {
          const wrong = error.status === 401 ? new Problem({ title: "令牌不对，或已过期、被撤销", remedy: "核对后再试；新令牌由系统管理员用 juanzong token new 发给" }) : error;
          replace(problem, problemBox(wrong));
          field.select();
        }
      },
    },
  },
  h("h1", "登录"),
  h("p.soft", "本档案库只对有角色的人开放。每次查阅都记入审计日志。"),
  h("label", { for: "token" }, "访问令牌"), field,
  h("p.soft.small", { id: "token-note" }, "由系统管理员发给。不会存入浏览器，只换取本次登录。"),
  problem,
  h("button.primary", { type: "submit" }, "登录"));
  document.body.classList.add("locked");
  main.replaceChildren(form);
  main.removeAttribute("aria-busy");
  titled("登录");
  document.body.dataset.view = "login";
  field.focus();
}

// MARK: Settings and keys

function kept(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(`juanzong.${name}`);
    localStorage.setItem(`juanzong.${name}`, value);
  } catch { /* a browser that keeps nothing */ }
  return value;
}

function dress() {
  const root = document.documentElement;
  byId("dark").media = { dark: "screen", light: "not all" }[kept("theme")] ?? "screen and (prefers-color-scheme: dark)";
  root.dataset.size = kept("size") || "1";
}
dress();

function choice(title, name, values) {
  const now = kept(name) || values[0][0];
  return h("fieldset.choice", h("legend", title), values.map(([value, text]) => h("label",
    h("input", { type: "radio", name, value, checked: value === now, on: { change: () => { kept(name, value); dress(); } } }), " ", text)));
}

byId("settings").addEventListener("click", () => {
  const box = dialog("显示与登录", [
    h("p.soft", [session.user, ...(session.roles ?? [])].join("　")),
    choice("颜色", "theme", [["auto", "随系统"], ["light", "浅色"], ["dark", "深色"]]),
    choice("字号", "size", [["1", "标准"], ["2", "大"], ["3", "特大"], ["4", "最大"]]),
    h("p.actions",
      button("", () => { box.close(); keys(); }, "快捷键"),
      button("", async () => { box.close(); try { await send("DELETE", "/api/session"); } finally { login(); } }, "退出登录")),
  ]);
});

async function keys() {
  dialog("快捷键", [(await import("./help.js")).keyTable()]);
}

function rows() { return [...main.querySelectorAll("[data-row]")].filter((one) => one.offsetParent !== null); }

function step(by) {
  const list = rows();
  if (!list.length) return;
  const at = list.indexOf(document.activeElement?.closest?.("[data-row]") ?? document.activeElement);
  const next = list[Math.min(list.length - 1, Math.max(0, at === -1 ? (by > 0 ? 0 : list.length - 1) : at + by))];
  next.focus({ preventScroll: true });
  next.closest("li, tr, article")?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  const isTyping = target.matches?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    if (document.querySelector("dialog[open]")) return;
    if (isTyping) { target.blur(); main.focus({ preventScroll: true }); return; }
    main.querySelector("[data-back]")?.click();
    return;
  }
  if (isTyping || document.querySelector("dialog[open]") || document.body.classList.contains("locked")) return;
  const onKey = {
    "/": () => queryBox.focus(), j: () => (main.querySelector("[data-next-record]") ? main.querySelector("[data-next-record]").click() : step(1)),
    k: () => (main.querySelector("[data-previous-record]") ? main.querySelector("[data-previous-record]").click() : step(-1)),
    n: () => main.querySelector("[data-next]")?.click(), p: () => main.querySelector("[data-previous]")?.click(),
    u: () => main.querySelector("[data-back]")?.click(), e: () => main.querySelector("[data-text]")?.focus(), "?": keys,
  }[event.key];
  if (onKey) { event.preventDefault(); onKey(); return; }
  if (/^[1-7]$/.test(event.key)) { event.preventDefault(); tabs.children[Number(event.key) - 1].click(); }
});

addEventListener("error", (event) => toast(`页面出错：${event.message}`, "red"));
addEventListener("unhandledrejection", (event) => {
  if (event.reason?.name === "AbortError") return;
  toast(event.reason instanceof Problem ? `${event.reason.message}。${event.reason.remedy}` : "页面出错，请刷新后重试", "red");
});

session.known = meet();
show();
