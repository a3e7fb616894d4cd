// Small charts drawn as SVG: bars over time with what was expected, a spark line, a heat map. Figures can be read by a screen
// reader: each chart has a title in words and its numbers in a table beside it where there are many.

import { h, svg, ref } from "./dom.js";
import { count, small } from "./words.js";

const round = (number) => Math.round(number * 100) / 100;

/**
 * Counts per period as bars; what is expected as a line and its bound as a band.
 *
 * `series`: {counts, course: [[expected, bound]|null], alarm: how many at the end are the alarm, labels: name of each period}.
 */
export function bars(title, { counts, course, alarm = 0, labels, width = 400, height = 110 }) {
  const [left, right, top, bottom] = [34, 6, 8, 20];
  const [inner, tall] = [width - left - right, height - top - bottom];
  const most = Math.max(1, ...counts, ...(course ?? []).map((one) => one?.[1] ?? 0));
  const step = inner / counts.length;
  const y = (value) => round(top + tall - (value / most) * tall);
  const ticks = most <= 4 ? [0, most] : [0, Math.round(most / 2), most];
  const band = (course ?? []).map((one, place) => (one ? svg("rect.bound", { x: round(left + place * step), y: y(one[1]), width: round(step + 0.3), height: round(top + tall - y(one[1])) }) : null));
  const line = (course ?? []).map((one, place) => (one ? `${round(left + (place + 0.5) * step)},${y(one[0])}` : null)).filter(Boolean).join(" ");
  return svg("svg.chart", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title, preserveAspectRatio: "none" },
    svg("title", title),
    ticks.map((tick) => [svg("line.grid", { x1: left, x2: width - right, y1: y(tick), y2: y(tick) }), svg("text", { x: left - 5, y: y(tick) + 4, "text-anchor": "end" }, count(tick))]),
    band,
    counts.map((number, place) => svg(place >= counts.length - alarm ? "rect.bar.alarm" : "rect.bar", {
      x: round(left + place * step + step * 0.12), y: y(number), width: round(step * 0.76), height: round(top + tall - y(number)),
    }, svg("title", `${labels?.[place] ?? ""}　${count(number)} 件${course?.[place] ? `，应有 ${small(course[place][0])}，上限 ${count(course[place][1])}` : ""}`))),
    line ? svg("polyline.expected", { points: line }) : null,
    labels?.length ? [svg("text", { x: left, y: height - 5 }, labels[0]), svg("text", { x: width - right, y: height - 5, "text-anchor": "end" }, labels.at(-1))] : null);
}

/** The course of some numbers in the height of a line of text. */
export function spark(numbers) {
  const [width, height] = [Math.max(40, numbers.length * 4), 22];
  const most = Math.max(1, ...numbers);
  return svg("svg.spark", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `各期件数：${numbers.join("、")}`, preserveAspectRatio: "none" },
    numbers.map((number, place) => {
      const tall = number ? Math.max(1.5, (number / most) * (height - 1)) : 0.6;
      return svg("rect.bar", { x: place * 4, y: round(height - tall), width: 3, height: round(tall) });
    }));
}

/** Rows and columns of figures, the higher the darker. `rows`: {name, cells: [{value, href}]}. */
export function heatMap(title, columns, rows) {
  const most = Math.max(1, ...rows.flatMap((row) => row.cells.map((cell) => cell.value)));
  return h("div.table-frame", { tabindex: "0", role: "group", "aria-label": title },
    h("table.heat", h("caption.unseen", title),
      h("thead", h("tr", h("th", { scope: "col" }, ""), columns.map((column) => h("th.number", { scope: "col" }, column)))),
      h("tbody", rows.map((row) => h("tr", h("th", { scope: "row" }, row.name), row.cells.map((cell) => {
        const level = cell.value ? Math.min(5, 1 + Math.floor((cell.value / most) * 4.99)) : 0;
        return h(`td.number.heat-${level}`, cell.href && cell.value ? ref("", cell.href, count(cell.value)) : count(cell.value));
      }))))));
}
