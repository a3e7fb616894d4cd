// Importing a file: looked at first (by which map, what would be new, what refused and why), then imported, with how far it is.
// The work goes on while one looks at other pages; leaving the browser's page, or stopping, ends it after the batch under way.

import { upload, forget } from "./api.js";
import { h, button, replace, ref, byId, titled } from "./dom.js";
import { link, toSearch } from "./route.js";
import { badge, control, csvButton, heading, problemBox, table, empty, card } from "./parts.js";
import { count } from "./words.js";

/** The one file at work: {file, map, stop, line, look, done, problem}; lives as long as the page. */
let job = null;
let box = null;

addEventListener("beforeunload", (event) => { if (job?.stop) event.preventDefault(); });

export async function importView(route) {
  titled("导入");
  const back = ref(".button", link("intake"), { "data-back": "" }, "← 登记");
  if (!route.may("write")) return h("section.page", heading("导入文件", back), empty("所任角色不得导入", "请有录入权限的同事办理"));
  box = h("div");
  paint();
  return h("section.page", heading("导入文件", back),
    h("p.soft", "CSV、XLSX、JSONL，编码自动识别。先看一遍，什么也不写入；核对后再导入。同一文件导入两次不会改变什么。"), chooser(), box);
}

function chooser() {
  const input = h("input", { id: "import-file", type: "file", accept: ".csv,.tsv,.txt,.xlsx,.jsonl,.json", disabled: Boolean(job?.stop), on: { change: () => choose(input.files[0]) } });
  const over = (event) => { event.preventDefault(); event.currentTarget.classList.toggle("over", event.type === "dragover"); };
  return h("div.card.drop", { on: { dragover: over, dragleave: over, drop: (event) => { over(event); if (!job?.stop) choose(event.dataTransfer.files[0]); } } },
    h("label", { for: "import-file" }, "选择文件，或拖到这里"), input);
}

function choose(file) {
  if (!file) return;
  job = { file };
  run(true);
}

/** `isLook`: nothing is written. */
async function run(isLook) {
  const stopper = new AbortController();
  Object.assign(job, { stop: () => stopper.abort(), isLook, line: null, problem: null, done: null, stopped: false });
  const mine = job;
  byId("import-file")?.setAttribute("disabled", "");
  paint();
  try {
    const line = await upload("/api/import", { name: mine.file.name, look: isLook, map: mine.map }, mine.file, (told) => { mine.line = told; paint(); }, stopper.signal);
    if (isLook) Object.assign(mine, { look: line, map: line.map }); else mine.done = line;
  } catch (error) {
    if (error.name === "AbortError") mine.stopped = true; else mine.problem = error;
  }
  mine.stop = null;
  byId("import-file")?.removeAttribute("disabled");
  forget();
  paint();
}

// MARK: What is shown

function paint() {
  if (!box) return;
  if (!job) { replace(box); return; }
  if (job.stop) { progress(); return; }
  const { look, done } = job;
  replace(box, job.problem ? problemBox(job.problem, job.problem.status === 400 || job.map ? null : () => run(job.isLook), "h2") : null,
    job.stopped ? h("p.note.amber", { role: "status" }, job.isLook ? "已停下；什么也没有写入。" : `已停下。停下前入库的留着（至少 ${count(job.line?.done ?? 0)} 条）；再导入同一文件会接着做。`) : null,
    done ? outcome(done) : job.stopped && !job.isLook ? h("p.actions", button(".primary", () => run(false), "接着导入")) : look ? looked(look) : null);
}

const phases = { sending: "上传", waiting: "等候别的导入", reading: "读入", indexing: "编索引", merging: "合并索引" };

function progress() {
  const line = job.line ?? { phase: "sending" };
  const share = line.bytesTotal ? line.bytesDone / line.bytesTotal : undefined;
  const rate = line.seconds > 0.5 ? line.done / line.seconds : 0;
  const left = share > 0.02 && line.seconds > 1 ? Math.ceil(line.seconds / share - line.seconds) : 0;
  const text = [`${phases[line.phase] ?? line.phase}${share === undefined ? "…" : ` ${Math.floor(share * 100)}%`}`, line.done ? `${count(line.done)} 条` : "",
    line.rejected ? `退回 ${count(line.rejected)}` : "", rate ? `每秒 ${count(Math.round(rate))} 条` : "", left ? `还要约 ${left < 90 ? `${left} 秒` : `${Math.ceil(left / 60)} 分钟`}` : ""].filter(Boolean).join("，");
  const known = box.querySelector("progress");
  if (known) {
    if (share === undefined) known.removeAttribute("value"); else known.value = share;
    box.querySelector(".told").textContent = text;
    return;
  }
  replace(box, h("section.card", h("h2", job.isLook ? "正在看 " : "正在导入 ", job.file.name),
    h("progress", { max: "1", "aria-label": job.isLook ? "看文件" : "导入" }), h("p.told", { role: "status" }, text),
    h("p.actions", button("", () => job.stop?.(), "停下"), job.isLook ? null : h("span.soft.small", "可以先看别的页面。入库的都已保存。"))));
}

const tally = (line, words) => h("div.tally", ["imported", "updated", "unchanged", "rejected"].map((name, place) =>
  h(`span${name === "rejected" && line.rejected ? ".bad" : ""}`, h("b.number", count(line[name])), ` ${words[place]}`)));

function looked(look) {
  const editor = control({ name: "map", title: "对应关系（YAML）", type: "area", rows: 14, value: job.map ?? "", wide: true });
  const number = look.imported + look.updated;
  return [
    look.mapProblem ? h("div.problem", h("p.problem-title", "列名认不全，请补写对应关系"), look.mapProblem.split("\n").map((line) => h("p.soft", line))) : card(`看过了 ${job.file.name}（${look.reading}），什么也没有写入`, tally(look, ["条将新增", "条将更新", "条未变", "行将退回"]),
      look.skippedSheets.length ? h("p.soft", `略过表头不同的工作表：${look.skippedSheets.join("、")}`) : null,
      h("p.actions", button(".primary", () => run(false), { disabled: !number }, number ? `导入这 ${count(number)} 条` : "没有可导入的"), look.proposed ? h("span.soft", "导入前请核对下面的对应关系。") : null)),
    refused(look, "将退回的行"),
    look.feeds.length ? h("section.text", h("h2", "哪一列进哪个字段　", look.proposed ? badge("推测的，请核对", "amber") : null),
      table("对应关系", [{ title: "字段", cell: (feed) => [feed.field, feed.identity ? [" ", badge("身份，另行加密", "violet")] : null] }, { title: "列", cell: (feed) => feed.columns.join("、") }], look.feeds),
      look.unmapped.length ? h("p.soft", `按原列名保留：${look.unmapped.join("、")}`) : null) : null,
    h("details.card.fold", { open: Boolean(look.mapProblem || job.problem) }, h("summary", h("h2", "改对应关系")), h("p.soft.small", "字段: 列名。日期写法用 dates，取值对照用 values，默认值用 default。"), editor,
      h("p.actions", button("", () => { job.map = editor.querySelector("textarea").value; run(true); }, "按此再看一遍"))),
  ];
}

function outcome(done) {
  return [
    card(`已导入 ${job.file.name}，用时 ${done.seconds < 10 ? done.seconds.toFixed(1) : Math.round(done.seconds)} 秒`, tally(done, ["条新增", "条更新", "条未变", "行退回"]),
      done.resumedRows ? h("p.soft", `接着上次的 ${count(done.resumedRows)} 行做；上次退回的行不再列出。`) : null,
      h("p.actions", ref(".button", toSearch({ sort: "newest" }), "看最新的记录"))),
    refused(done, "退回的行"),
  ];
}

/** Kinds of mistakes with their places; never what stands in a row. */
function refused(line, title) {
  if (!line.reasons.length) return null;
  const places = (reason) => line.rows.filter((row) => row.code === reason.code && row.column === reason.column && row.field === reason.field && row.reason === reason.reason).map((row) => `${row.sheet ? `${row.sheet}!` : ""}${row.line}`);
  return h("section.text", h("div.heading", h("h2", title), csvButton("退回的行", [["工作表", "sheet"], ["行", "line"], ["列", "column"], ["字段", "field"], ["原因", "reason"]], line.rows)),
    table(title, [
      { title: "原因", cell: (one) => one.reason }, { title: "列", cell: (one) => one.column ?? one.field }, { title: "行数", number: true, cell: (one) => count(one.count) },
      { title: "第几行", cell: (one) => { const all = places(one); return `${all.slice(0, 8).join("、")}${one.count > 8 ? " …" : ""}`; } }, { title: "怎么办", cell: (one) => one.remedy },
    ], line.reasons));
}
