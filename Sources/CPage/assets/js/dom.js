// Every element of the page is made here, and text goes in as text nodes only: what a record holds is never read as markup.
// Addresses are checked too, so that a link made of record text cannot run anything.

const SVG = "http://www.w3.org/2000/svg";
const blocked = /^(on|style$|srcdoc$|action$|formaction$|src$)/i;

/** Addresses of our own: a view (#/…) or something the service gives (/api/…). */
function isOwnAddress(address) {
  return /^#\/[^\s]*$/.test(address) || /^\/api\/[^\s]*$/.test(address);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, run] of Object.entries(value)) element.addEventListener(event, run);
    } else if (name === "vars") {
      for (const [key, number] of Object.entries(value)) element.style.setProperty(key, String(number));
    } else if (name === "value" || name === "checked" || name === "selected" || name === "disabled") {
      element[name] = value;
    } else if (name === "focus") {
      element.dataset.focus = value;
    } else if (name === "href") {
      if (!isOwnAddress(String(value))) throw new TypeError("not an address of this page");
      element.setAttribute("href", value);
    } else if (blocked.test(name)) {
      throw new TypeError(`attribute ${name} is not set by hand`);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** `h("p.note", {id: "x"}, "text", element, …)`. Attributes may be left out. */
export function h(tag, attributes, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name || "div");
  if (classes.length) element.className = classes.join(" ");
  const isPlain = attributes === null || attributes === undefined
    || (typeof attributes === "object" && !(attributes instanceof Node) && !Array.isArray(attributes));
  return isPlain ? fill(element, attributes, children) : fill(element, null, [attributes, ...children]);
}

/** `button(".quiet", run, {title: "x"}, "text")`: one that sends no form. */
export function button(kind, run, ...rest) {
  const element = h(`button${kind}`, ...rest);
  element.type = "button";
  element.addEventListener("click", run);
  return element;
}

/** `ref(".button", "#/help", "text")`: a link. */
export const ref = (kind, href, ...rest) => { const element = h(`a${kind}`, ...rest); return fill(element, { href }, []); };

export const titled = (text) => { document.title = `${text} · 卷宗`; };

export const byId = (id) => document.getElementById(id);

/** The same for SVG. */
export function svg(tag, attributes, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElementNS(SVG, name);
  if (classes.length) element.setAttribute("class", classes.join(" "));
  return fill(element, attributes, children);
}

export function replace(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/**
 * Text with places marked. `ranges`: pairs [start, length] in Unicode scalars, as the service counts them.
 */
export function marked(text, ranges) {
  if (!ranges?.length) return [text];
  const letters = Array.from(text);
  const pieces = [];
  let at = 0;
  for (const [start, length] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const from = Math.max(start, at);
    const to = Math.min(start + length, letters.length);
    if (to <= from) continue;
    if (from > at) pieces.push(letters.slice(at, from).join(""));
    pieces.push(h("mark", letters.slice(from, to).join("")));
    at = to;
  }
  if (at < letters.length) pieces.push(letters.slice(at).join(""));
  return pieces;
}

/** Text with every occurrence of some words marked. */
export function markedWords(text, words) {
  const wanted = words.filter((word) => word.length > 0).sort((a, b) => b.length - a.length);
  if (!wanted.length || !text) return [text];
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return [text];
  const pieces = [];
  let plain = 0;
  for (let at = 0; at < text.length;) {
    const word = wanted.find((one) => lower.startsWith(one.toLowerCase(), at));
    if (!word) { at += 1; continue; }
    if (at > plain) pieces.push(text.slice(plain, at));
    pieces.push(h("mark", text.slice(at, at + word.length)));
    at += word.length;
    plain = at;
  }
  if (plain < text.length) pieces.push(text.slice(plain));
  return pieces;
}
