// What can be done with a record: note an event, change fields, file it, withdraw it. Everything keeps the old version.

import { get, send, ask, record as at } from "./api.js";
import { h, button } from "./dom.js";
import { go, link } from "./route.js";
import { form, toast } from "./parts.js";
import { label } from "./words.js";

let vocabulary = null;
/** The words of the body's profile. */
export async function words() {
  vocabulary ??= await get("/api/vocabulary", {}, { quiet: true });
  return vocabulary;
}

export function editActions(route, id, values, archive, again) {
  const done = (text) => { toast(text, "green"); again(); };
  const may = route.may("write");
  if (!may) return null;
  const action = (text, run, focus) => button("", run, { focus: focus }, text);
  if (archive.withdrawn) {
    return h("p.actions.no-print", action("恢复这条记录", () => form("恢复", [{ name: "reason", title: "原因", required: true }], "恢复", async ({ reason }) => {
      await send("POST", at(id, "/withdraw"), { reason, undo: true });
      done("已恢复");
    }), "restore"));
  }
  return h("p.actions.no-print",
    action("记一笔流转", async () => {
      const known = await words();
      form("记一笔流转", [
        { name: "type", title: "事件", type: "select", values: known.event, value: "转办", required: true },
        { name: "unit", title: "经办单位" }, { name: "receiver", title: "接收单位" }, { name: "actor", title: "经办人", value: route.session.user },
        { name: "slip", title: "单号" }, { name: "due", title: "限办日期", type: "date" },
        { name: "opinion", title: "意见", type: "area", rows: 3 },
        { name: "status", title: "同时改状态", type: "select", values: [["", "不改"], ...known.status.map((one) => [one, one])] },
      ], "记下", async (filled) => {
        await send("POST", at(id, "/events"), filled);
        done(`已记：${filled.type}`);
      });
    }, "event"),
    action("修改", async () => {
      const known = await words();
      const plain = (name, more) => ({ name, title: label(name), value: typeof values[name] === "string" ? values[name] : "", ...more });
      const pick = (name) => ({ name, title: label(name), type: "select", values: [...new Set(["", values[name] ?? "", ...known[name]])], value: values[name] });
      const fields = [plain("title", { wide: true }), { name: "category", title: label("category"), value: [values.category ?? ""].flat()[0], note: "用 / 分级，如 城乡建设/物业管理", wide: true },
        pick("status"), plain("leadUnit"), plain("handler"), pick("verified"), pick("satisfaction")];
      form("修改记录", [...fields, { name: "reason", title: "修改原因", required: true, wide: true }], "保存", async ({ reason, ...filled }) => {
        const before = Object.fromEntries(fields.map((one) => [one.name, one.value]));
        const set = Object.fromEntries(Object.entries(filled).filter(([name, value]) => value !== (before[name] ?? "")));
        const unset = Object.keys(before).filter((name) => before[name] && filled[name] === undefined);
        if (!Object.keys(set).length && !unset.length) return;
        await send("PATCH", at(id), { set, unset, reason, version: archive.version });
        done("已保存，原来的内容留作旧版本");
      }, { note: "原来的内容留作旧版本，谁、何时、为何都记下。" });
    }, "edit"),
    values.fileId ?? archive.caseFile ? null : action("立卷", () => form("立卷", [
      { name: "title", title: "案卷题名", note: "不写则由被投诉人和事由组成；题名中不得有投诉人姓名" },
    ], "立卷", async ({ title }) => {
      const answer = await ask("/api/cases", { records: [id], title });
      toast("已立卷", "green");
      go(link("case", answer.items[0].id));
    }), "case"),
    action("撤回", () => form("撤回记录", [{ name: "reason", title: "原因", required: true }], "撤回", async ({ reason }) => {
      await send("POST", at(id, "/withdraw"), { reason });
      done("已撤回；可以恢复");
    }, { danger: true, note: "撤回的记录不再被检索到，但不删除，随时可以恢复。" }), "withdraw"));
}
