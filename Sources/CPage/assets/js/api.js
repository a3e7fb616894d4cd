// The one place that talks to the service. An answer is plain data; what went wrong is a `Problem` that says what to do.

/** RFC 9457, in the reader's language. */
export class Problem extends Error {
  constructor(fields) {
    super(fields.title || "出错了");
    this.status = fields.status ?? 0;
    this.detail = fields.detail ?? "";
    this.remedy = fields.remedy ?? "";
    /** Of a query: where it cannot be read, in characters, and how it would be right. */
    this.position = fields.position;
    this.length = fields.length;
    this.mend = fields.mend;
  }
}

const busy = { count: 0, timer: 0, slow: 0 };

function begin() {
  busy.count += 1;
  if (busy.timer) return;
  busy.timer = setTimeout(() => document.body.classList.add("busy"), 150);
  busy.slow = setTimeout(() => { document.getElementById("slow").textContent = "正在计算，可以先看别的页面。"; }, 2_000);
}

function end() {
  busy.count -= 1;
  if (busy.count > 0) return;
  clearTimeout(busy.timer);
  clearTimeout(busy.slow);
  busy.timer = 0;
  document.getElementById("slow").textContent = "";
  document.body.classList.remove("busy");
}

/** An address with its parameters; lists are repeated, what is empty is left out. */
export function address(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "" && one !== false) query.append(name, one === true ? "1" : one);
    }
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

async function problemOf(response) {
  if (response.status === 401) dispatchEvent(new CustomEvent("juanzong-login"));
  let fields = {};
  try { fields = await response.json(); } catch { /* not from the service itself */ }
  // The service says what is wrong; a proxy in front of it does not.
  const titles = { 413: "内容太大", 502: "服务没有应答", 503: "服务正忙", 504: "服务没有应答" };
  return new Problem({
    ...fields,
    status: response.status,
    title: fields.title || titles[response.status] || `出错了（${response.status}）`,
    remedy: fields.remedy || (response.status >= 500 || response.status === 429 ? "稍后再试；一直如此，请告诉系统管理员" : ""),
  });
}

const standing = { Accept: "application/json", "Accept-Language": "zh-CN", "X-Juanzong": "1" };

function unreachable() {
  document.body.classList.add("offline");
  return new Problem({ title: "连不上服务", detail: "网络断开，或服务没有运行", remedy: "检查网络后重试；填写的内容还在" });
}

/** A service that is busy is asked again, for about five seconds. */
const triesMax = 5;

async function request(method, path, body, { signal, quiet, tries = 1 } = {}) {
  const headers = { ...standing };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (!quiet) begin();
  try {
    let response;
    try {
      response = await fetch(path, {
        method, headers, signal, cache: "no-store", credentials: "same-origin", redirect: "error",
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw unreachable();
    }
    document.body.classList.remove("offline");
    if (response.ok) {
      if (response.status === 204) return null;
      const type = response.headers.get("Content-Type") || "";
      if (type.includes("ndjson")) return (await response.text()).trim().split("\n").map((line) => JSON.parse(line));
      return shaped(await response.json());
    }
    const wait = Number(response.headers.get("Retry-After") || NaN);
    if ((response.status === 503 || response.status === 429) && tries < triesMax && wait <= 3) {
      await pause(Math.max(wait, 0.2));
      return await request(method, path, body, { signal, quiet, tries: tries + 1 });
    }
    throw await problemOf(response);
  } finally {
    if (!quiet) end();
  }
}

/** `…是否要查 停车费（19 件）` holds a query that can be followed. */
function notice(one) {
  const text = one.text.replace(/^提示：/, "");
  const offer = text.match(/是否要查 (.+?)（([\d,]+) 件）/);
  return offer ? { text, query: offer[1], count: Number(offer[2].replaceAll(",", "")) } : { text, fresh: one.fresh };
}

function shaped(answer) {
  // A record may have any members.
  if (answer?.notices && !answer.archive) answer.notices = answer.notices.map(notice).filter((one) => !/条\/秒/.test(one.text));
  return answer;
}

/** Answers of a while ago, so that the back button shows at once what was there. */
const kept = new Map();
const keptMax = 40;
const keptMilliseconds = 5 * 60 * 1000;

/** What surveys the whole archive may be of a while ago; asked for anew once. */
let renews = false;
export function renew() {
  renews = true;
  dispatchEvent(new HashChangeEvent("hashchange"));
}

export async function get(path, parameters, options = {}) {
  const fresh = renews && /repor|tren|matt/.test(path);
  if (fresh) renews = false;
  const where = address(path, fresh ? { ...parameters, fresh } : parameters);
  if (options.mayBeKept) {
    const found = kept.get(where);
    if (found && Date.now() - found.at < keptMilliseconds) return found.answer;
  }
  let answer = await request("GET", where, undefined, options);
  // What surveys a large archive says how far it is; what takes hours is shown as it is.
  while (answer?.making && !path.endsWith("/repeats")) {
    document.getElementById("slow").textContent = `${answer.notices[0].text}。可以先看别的页面。`;
    options.signal?.throwIfAborted();
    answer = await request("GET", address(path, parameters), undefined, options);
  }
  if (answer?.making) return answer;
  kept.delete(where);
  kept.set(where, { at: Date.now(), answer });
  if (kept.size > keptMax) kept.delete(kept.keys().next().value);
  return answer;
}

/** Anything that changes something; what was kept is forgotten. */
export async function send(method, path, body, options) {
  const answer = await request(method, path, body, options);
  kept.clear();
  return answer;
}

/** Asks without changing anything, though by POST: the question is too long or too private for an address. */
export function ask(path, body, options) {
  return request("POST", path, body, options);
}

/**
 * Sends a file behind a line of JSON. `told` hears how far it is: {phase: "sending", …}, then the lines of the answer.
 * The last line is the result; by XMLHttpRequest, since fetch does not tell how much is sent.
 */
export function upload(path, head, file, told, signal) {
  return new Promise((done, fail) => {
    const call = new XMLHttpRequest();
    let read = 0;
    let last = null;
    const take = () => {
      const end = call.responseText.lastIndexOf("\n") + 1;
      for (const line of call.responseText.slice(read, end).split("\n").filter(Boolean)) { last = JSON.parse(line); told(last); }
      read = end;
    };
    call.open("POST", path);
    for (const [name, value] of Object.entries(standing)) call.setRequestHeader(name, value);
    call.upload.onprogress = (event) => told({ phase: "sending", bytesDone: event.loaded, bytesTotal: event.total });
    call.onprogress = () => { if (call.status === 200) take(); };
    call.onload = async () => {
      if (call.status !== 200) { fail(await problemOf(new Response(call.responseText, { status: call.status }))); return; }
      take();
      if (last?.phase === "done") done(last);
      else fail(new Problem(last?.problem ?? { title: "没有做完，连接就断了", remedy: "再导入同一文件：已入库的不会重复" }));
    };
    call.onerror = () => fail(unreachable());
    call.onabort = () => fail(new DOMException("stopped", "AbortError"));
    signal.addEventListener("abort", () => call.abort());
    call.send(new Blob([JSON.stringify(head), "\n", file]));
  });
}

export function forget() { kept.clear(); }

export const record = (id, rest = "") => `/api/records/${encodeURIComponent(id)}${rest}`;
export const caseFile = (id, rest = "") => `/api/cases/${encodeURIComponent(id)}${rest}`;
