// Addresses: `#/view/id?parameters`. They stand behind the # so that no query reaches a log or another site.

export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const parts = path.split("/").filter(Boolean).map((part) => {
    try { return decodeURIComponent(part); } catch { return part; }
  });
  return { view: parts[0] || "search", id: parts.slice(1).join("/"), parameters: new URLSearchParams(query), hash };
}

/** `link("record", "A-1", {q: "停车"})` → `#/record/A-1?q=…`. Parameters: an object or URLSearchParams. */
export function link(view, id, parameters) {
  const query = new URLSearchParams();
  const entries = parameters instanceof URLSearchParams ? parameters.entries() : Object.entries(parameters ?? {});
  for (const [name, value] of entries) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "" && one !== false) query.append(name, one);
    }
  }
  const text = query.toString();
  return `#/${view}${id ? "/" + encodeURIComponent(id) : ""}${text ? "?" + text : ""}`;
}

/** The list of what is found, with these conditions. */
export const toSearch = (parameters) => link("search", "", parameters);

/** Whether the next change of address was asked for here; if not, it is the back or forward button. */
export const travel = { isForward: false };

export function go(address) {
  travel.isForward = true;
  if (location.hash === address) {
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = address;
  }
}

/** A copy of parameters with some changed; null takes one away. Places further down the list are left behind. */
export function changed(parameters, changes) {
  const copy = new URLSearchParams(parameters);
  copy.delete("after");
  copy.delete("at");
  for (const [name, value] of Object.entries(changes)) {
    copy.delete(name);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") copy.append(name, one);
    }
  }
  return copy;
}
