// A query that cannot be read: the place is shown under the box, and what was meant is one click away.

import { h, ref } from "./dom.js";
import { changed, toSearch } from "./route.js";

export function explainQuery(error, parameters, view) {
  const letters = Array.from(error.query ?? parameters.get("q") ?? "");
  const at = error.position;
  const length = Math.max(1, error.length ?? 1);
  const mended = (text) => ref("", toSearch(changed(parameters, { q: text })), { "data-row": "" }, text);
  view.replaceChildren(h("div.problem", { role: "alert" },
    h("h1.problem-title", error.message, at === undefined ? "" : h("span.soft", `（第 ${at + 1} 个字符）`)),
    at === undefined ? (error.detail ? h("p", error.detail) : null)
      : h("p.pointed", letters.slice(0, at).join(""), h("u", letters.slice(at, at + length).join("") || "　"), letters.slice(at + length).join("")),
    error.mend ? h("p", "改成　", mended(error.mend)) : h("p.soft", error.remedy),
    h("p.soft", "要按原样查找，加上引号：", mended(`"${letters.join("").replaceAll('"', '""')}"`)),
    h("p", ref("", "#/help", "查询的写法"))));
  return view;
}
