// A row of conditions above a view. What is chosen goes into the address at once.

import { h } from "./dom.js";
import { go, link } from "./route.js";
import { control } from "./parts.js";

/** `fields` as for `control`; what stands in the address is filled in. */
export function filterForm(view, parameters, fields, id) {
  const form = h("form.filters.no-print", {
    on: {
      submit: (event) => { event.preventDefault(); apply(); },
      change: apply,
    },
  }, fields.map((field) => control({ ...field, value: field.type === "check" ? parameters.has(field.name) : parameters.get(field.name) ?? field.value ?? "", focus: `filter-${field.name}` })),
  h("button.unseen", { type: "submit", tabindex: "-1" }, "应用"));
  function apply() {
    const values = {};
    for (const field of fields) {
      const element = form.elements[field.name];
      values[field.name] = field.type === "check" ? (element.checked ? "1" : "") : element.value.trim();
    }
    go(link(view, id, values));
  }
  return form;
}
