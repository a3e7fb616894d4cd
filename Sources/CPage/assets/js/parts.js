// Pieces that several views are made of: badges, problems, dialogs, notes, tables, downloads.

import { h, button, replace, ref, byId } from "./dom.js";
import { Problem, renew } from "./api.js";
import { toneOfStatus, verdicts } from "./words.js";

/** One word or two: a status of a whole sentence is cut, or nothing beside it had room. */
export const badge = (text, tone = "plain") => h(`span.badge.${tone}`, text.length > 12 ? { title: text } : null, text.length > 12 ? `${text.slice(0, 11)}…` : text);
export const statusBadge = (status) => (status ? badge(status, toneOfStatus(status)) : null);
/** A box with its heading. */
export const card = (title, ...content) => h("section.card", h("h2", title), content);

export function verdictBadge(verdict, count) {
  const known = verdicts[verdict] ?? { name: verdict, tone: "plain" };
  return h(`span.badge.${known.tone}`, { title: known.says }, h("b", verdict), " ", known.name, count === undefined ? null : [" ", String(count)]);
}

/** What went wrong, where, and what to do. */
export function problemBox(error, again, level = "p") {
  const known = error instanceof Problem;
  return h("div.problem", { role: "alert" },
    h(`${level}.problem-title`, known ? error.message : "页面出错"),
    known && error.detail ? h("p", error.detail) : null,
    h("p.soft", known ? error.remedy : "刷新后重试；一直如此，请告诉系统管理员"),
    again ? h("p.actions", button("", again, "重试")) : null);
}

/** An empty place says what to do next. */
export const empty = (title, ...advice) => h("div.empty", h("p.empty-title", title), advice.map((line) => h("p.soft", line)));

export const notices = (list) => (list?.length ? h("ul.notices", list.map((one) => h("li", one.text ?? one, one.fresh ? [" ", button("", renew, "重算")] : null))) : null);

export function toast(text, tone = "plain", action) {
  const box = byId("toasts");
  const note = h(`div.toast.${tone}`, h("span", text), action,
    button(".quiet", () => note.remove(), { "aria-label": "关闭" }, "×"));
  box.append(note);
  while (box.children.length > 3) box.firstChild.remove();
  setTimeout(() => note.remove(), tone === "red" ? 12_000 : 7_000);
}

export const failed = (error) => toast(`${error.message}。${error.remedy ?? ""}`, "red");

/** A modal dialog; the browser keeps focus inside, Esc closes it. */
export function dialog(title, content) {
  const box = h("dialog.box", { "aria-label": title },
    h("div.box-head", h("h2", title), button(".quiet", () => box.close(), { "aria-label": "关闭" }, "×")),
    content);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  document.body.append(box);
  box.showModal();
  return box;
}

/**
 * Asks for a few values. `fields`: {name, title, type: text|area|select|date|check, values, value, required, note}.
 * `run` is given an object of what is filled in; a Problem it throws is shown and the dialog stays.
 */
export function form(title, fields, action, run, { danger, note } = {}) {
  const problem = h("div", { role: "alert" });
  const body = h(fields.length > 4 ? "form.fields.two" : "form.fields", {
    on: {
      submit: async (event) => {
        event.preventDefault();
        const values = {};
        for (const field of fields) {
          const control = body.elements[field.name];
          const value = field.type === "check" ? control.checked : control.value.trim();
          if (value !== "" && value !== false) values[field.name] = value;
        }
        replace(problem);
        const button = body.querySelector("[type=submit]");
        button.disabled = true;
        try {
          await run(values);
          box.close();
        } catch (error) {
          replace(problem, problemBox(error));
        } finally { button.disabled = false; }
      },
    },
  },
  note ? h("p.soft.wide", note) : null,
  fields.map((field) => control({ ...field, wide: field.type === "area" || field.wide })),
  h("div.wide", problem),
  h("p.actions.wide", h(danger ? "button.danger" : "button.primary", { type: "submit" }, action), button("", () => box.close(), "取消")));
  const box = dialog(title, body);
  body.querySelector("input, textarea, select")?.focus();
  return box;
}

let controls = 0;
export function control({ name, title, type = "text", values, value, required, note, placeholder, focus, wide, ...more }) {
  const id = `f${++controls}`;
  const shared = { id, name, required, placeholder, focus: focus, ...more };
  const input =
    type === "area" ? h("textarea", { ...shared, rows: more.rows ?? 4, value: value ?? "" })
    : type === "select" ? h("select", shared, values.map((one) => {
      const [key, text] = Array.isArray(one) ? one : [one, one];
      return h("option", { value: key, selected: key === (value ?? "") }, text);
    }))
    : type === "check" ? h("input", { ...shared, type: "checkbox", checked: Boolean(value) })
    : h("input", { ...shared, type, value: value ?? "", autocomplete: "off", list: values ? `${id}-list` : undefined });
  const offered = type !== "select" && values ? h("datalist", { id: `${id}-list` }, values.map((one) => h("option", { value: one }))) : null;
  if (type === "check") return h("p.field.check", h("label", { for: id }, input, " ", title));
  return h(`div.field${wide ? ".wide" : ""}`, h("label", { for: id }, title, required ? h("span.needed", "（必填）") : null), input, offered, note ? h("p.soft.small", note) : null);
}

/**
 * A table that scrolls in its own frame on a narrow screen, or, where it `stacks`, has a line for each cell there.
 * `columns`: {title, cell(row), number}.
 */
export function table(caption, columns, rows, { footRows, stacks } = {}) {
  return h("div.table-frame", { tabindex: "0", role: "group", "aria-label": caption },
    h(stacks ? "table.stacks" : "table", h("caption.unseen", caption),
      h("thead", h("tr", columns.map((column) => h(column.number ? "th.number" : "th", { scope: "col" }, column.title)))),
      h("tbody", rows.map((row) => h("tr", columns.map((column, place) => h(`${place === 0 ? "th" : "td"}${column.number ? ".number" : ""}`, place === 0 ? { scope: "row" } : { "data-title": stacks ? column.title : null }, column.cell(row)))))),
      footRows?.length ? h("tfoot", footRows.map((row) => h("tr", columns.map((column, place) => h(`${place === 0 ? "th" : "td"}${column.number ? ".number" : ""}`, place === 0 ? { scope: "row" } : null, column.cell(row)))))) : null));
}

/** While something is made in the background: how far it is, as long as one looks. */
export function lookAgain({ signal }) {
  setTimeout(() => { if (!signal.aborted) dispatchEvent(new HashChangeEvent("hashchange")); }, 5_000);
}

/** A link that downloads; the service names the file. */
export const download = (href, text) => ref(".button", href, { download: "" }, text);

/** A table as CSV, made here: with the mark that Excel wants, and nothing in it that Excel would run. */
export function csvButton(name, columns, rows) {
  const quoted = (value) => {
    const text = String(value ?? "");
    return `"${(/^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text).replaceAll('"', '""')}"`;
  };
  return button("", () => {
        const lines = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, key]) => row[key]))].map((line) => line.map(quoted).join(","));
        const anchor = document.createElement("a");
        anchor.href = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv" }));
        anchor.download = `${name}.csv`;
        anchor.click();
        setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
      }, "CSV");
}

/** A heading with what can be done beside it. */
export const heading = (text, ...beside) => h("div.heading", h("h1", text), h("div.beside", beside));
