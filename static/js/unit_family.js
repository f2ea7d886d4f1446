/**
 * Where a unit comes from and what became of it: one row per boundary set, the older above, each unit as a small
 * map in the projection that all share, with the land that it has in common with the unit of the page filled.
 * @import { Family, FamilyLink, FamilyNode } from "./unit_types.js"
 * @import { Relative } from "./types.js"
 */

import { classMark } from "./class_mark.js";
import { draw } from "./svg.js";
import { day, dayBefore, figure, icon, known, make, say } from "./text.js";
import { fullName, shortName } from "./units.js";

/** Maps side by side before the rest only stands in the table. */
export const MAPS_MOST = 16;

/**
 * The rows from the oldest to the newest set, the unit itself among them. Pure.
 * @param {Family} family
 * @returns {{ set: string, nodes: FamilyNode[], own: boolean }[]}
 */
export function rowsOf({ nodes }) {
  /** @type {Map<string, FamilyNode[]>} */
  const rows = new Map();
  for (const node of [...nodes].sort((one, other) => one.valid_from.localeCompare(other.valid_from))) {
    const row = rows.get(node.boundary_set) ?? [];
    rows.set(node.boundary_set, row);
    row.push(node);
  }
  return [...rows].map(([set, list]) => ({ set, nodes: list, own: list.some(({ role }) => role === "self") }));
}

/**
 * What a family says in one sentence: code and details of it. Pure.
 * @param {Family} family
 * @returns {[code: string, details: Record<string, string>]}
 */
export function sentenceOf({ nodes, links }) {
  const self = nodes.find(({ role }) => role === "self");
  const own = (/** @type {"from" | "to"} */ end) => links.filter((link) => link[end] === self?.id && link.kind !== "unchanged" && link.kind !== "rename");
  const [into, out] = [own("to"), own("from")];
  if (into.length > 1) return ["unit_family_merged", { count: String(into.length), day: day(into[0].changed_on) }];
  if (into.length === 1) return ["unit_family_part", { day: day(into[0].changed_on) }];
  if (out.length > 1) return ["unit_family_split", { count: String(out.length), day: day(out[0].changed_on) }];
  if (out.length === 1) return ["unit_family_absorbed", { day: day(out[0].changed_on) }];
  if (self?.valid_to && !links.some(({ from }) => from === self.id)) return ["unit_family_ended", { day: day(dayBefore(self.valid_to)) }];
  return ["unit_family_same", { day: day(self?.valid_from) }];
}

/** @typedef {{ ladder: import("./types.js").Layer | undefined, relatives: Relative[], address: (set: string, level: string, code: string) => string }} Context */

/**
 * @param {Family} family
 * @param {Context} context
 * @returns {Node[]}
 */
export function familyParts(family, context) {
  const byId = new Map(family.nodes.map((node) => [node.id, node]));
  const self = family.nodes.find(({ role }) => role === "self");
  const rows = rowsOf(family);
  const tree = make("ol", { class: "family", "aria-label": say("unit_family_label") });
  rows.forEach(({ nodes, own }, place) => {
    const first = nodes[0];
    // What stays as it is until the next set needs no maps of its own.
    if (!own && staysUntil(nodes, rows[place + 1]?.nodes, family.links)) return;
    const since = earliest(nodes, rows.slice(0, place).reverse(), family.links);
    const span = say(first.valid_to ? "set_span" : "set_since", { from: day(since), to: day(first.valid_to && dayBefore(first.valid_to)) });
    const drawnAbove = place > 0 && (rows[place - 1].own || !staysUntil(rows[place - 1].nodes, nodes, family.links));
    const above = drawnAbove ? rows[place - 1].nodes.map(({ id }) => id) : [];
    const between = family.links.filter(({ from, to }) => above.includes(from) && nodes.some(({ id }) => id === to));
    tree.append(make("li", { class: own ? "own" : null },
      between.length ? actLine(between) : null,
      make("h3", {}, say(own ? "unit_family_row_own" : "unit_family_row", { span, count: figure(nodes.length) })),
      make("ul", { class: "family-maps" }, ...nodes.slice(0, MAPS_MOST).map((node) => make("li", {}, card(node, self, byId, family, context)))),
      nodes.length > MAPS_MOST ? make("p", { class: "muted" }, say("unit_family_more", { count: figure(nodes.length - MAPS_MOST) })) : null));
  });
  return [tree, table(family.links, byId)];
}

/**
 * Whether all units of a row are the same in the next one. Pure.
 * @param {FamilyNode[]} nodes @param {FamilyNode[] | undefined} next @param {FamilyLink[]} links
 */
export const staysUntil = (nodes, next, links) =>
  Boolean(next) && nodes.length === next?.length && nodes.every(({ id }) => links.some(({ from, to, kind }) => kind === "unchanged" && from === id && next.some((one) => one.id === to)));

/** Since when a row stands, over the rows before it that were the same. @param {FamilyNode[]} nodes @param {{ nodes: FamilyNode[] }[]} before nearest first @param {FamilyLink[]} links */
function earliest(nodes, before, links) {
  let row = nodes;
  for (const { nodes: older } of before) {
    if (older.some(({ role }) => role === "self") || !staysUntil(older, row, links)) break;
    row = older;
  }
  return row[0].valid_from;
}

/** The day and the acts between two rows. @param {FamilyLink[]} links */
function actLine(links) {
  if (links.every(({ kind }) => kind === "unchanged")) return make("p", { class: "family-act" }, icon("down"), make("span", {}, `${day(links[0].changed_on)} · ${say("change_unchanged")}`));
  const acts = [...new Set(links.filter(({ kind }) => kind !== "unchanged").map(({ act }) => act).filter(Boolean))];
  return make("p", { class: "family-act" }, icon("down"), make("span", {}, [day(links[0].changed_on), acts.slice(0, 2).join("; ")].filter(Boolean).join(" · ")));
}

/** @param {FamilyNode} node @param {FamilyNode | undefined} self @param {Map<string, FamilyNode>} byId @param {Family} family @param {Context} context */
function card(node, self, byId, { links, box }, { relatives, address, ladder }) {
  const name = fullName(node.name, node.kind);
  const former = relatives.find(({ boundary_set, code }) => boundary_set === node.boundary_set && code === node.code);
  const shares = node.role === "self" ? [] : links.filter(({ from, to }) => (node.role === "older" ? from : to) === node.id)
    .map((link) => shareText(link, byId.get(node.role === "older" ? link.to : link.from), Math.abs(node.step) > 1));
  return make("div", { class: `family-card ${node.role}` },
    smallMap(node, self, box, name),
    make("div", {},
      node.role === "self" ? make("b", {}, name) : make("a", { href: address(node.boundary_set, node.level, node.code) }, name),
      make("small", {}, [node.province ? shortName(node.province) : "", node.area_km2 ? `${figure(node.area_km2)} km²` : ""].filter(Boolean).join(" · ")),
      former && node.level === "commune" ? make("small", {}, classMark(former.class, { ladder })) : null,
      ...shares.map((text) => make("small", {}, text))));
}

/** @param {FamilyLink} link @param {FamilyNode | undefined} other @param {boolean} named */
function shareText({ weight, kind, basis }, other, named) {
  const kept = kind === "unchanged" || kind === "rename";
  const share = kept || weight === null ? "" : weight > 0.9995 ? say("unit_family_all") : say("unit_family_share", { share: figure(weight * 100, 1), basis: known(`unit_basis_${basis}`) ? say(`unit_basis_${basis}`) : "" });
  const what = known(`change_${kind}`) ? say(`change_${kind}`) : "";
  return [what, share, named && other && !kept ? `→ ${other.name}` : ""].filter(Boolean).join(" · ");
}

let maps = 0;
/** @param {FamilyNode} node @param {FamilyNode | undefined} self @param {number[]} box @param {string} name */
function smallMap(node, self, box, name) {
  const clip = `land-${++maps}`;
  const own = node.role === "self" || !self;
  return draw("svg", { class: "family-map", viewBox: box.join(" "), role: "img", "aria-label": say(own ? "unit_family_map_own" : "unit_family_map", { name, self: self?.name ?? "" }) },
    own ? null : draw("clipPath", { id: clip }, draw("path", { d: self.path })),
    own ? null : draw("path", { d: self.path, class: "ghost" }),
    draw("path", { d: node.path, class: own ? "shared" : "land" }),
    own ? null : draw("path", { d: node.path, class: "shared", "clip-path": `url(#${clip})` }),
    draw("path", { d: node.path, class: "edge" }));
}

/** @param {FamilyLink[]} links @param {Map<string, FamilyNode>} byId */
function table(links, byId) {
  const name = (/** @type {string} */ id) => {
    const node = byId.get(id);
    return node ? `${fullName(node.name, node.kind)} (${node.code})` : id;
  };
  const head = ["from", "to", "kind", "share", "day", "act", "source"];
  return make("details", {}, make("summary", {}, say("unit_as_table")), make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": say("unit_family_label") }, make("table", { class: "plain-table" },
    make("thead", {}, make("tr", {}, ...head.map((one) => make("th", { scope: "col" }, say(`unit_family_column_${one}`))))),
    make("tbody", {}, ...links.map((link) => make("tr", {},
      make("th", { scope: "row" }, name(link.from)), make("td", {}, name(link.to)), make("td", {}, known(`change_${link.kind}`) ? say(`change_${link.kind}`) : link.kind),
      make("td", { class: "number" }, link.weight === null ? "" : `${figure(link.weight * 100, 1)}% ${known(`unit_basis_${link.basis}`) ? say(`unit_basis_${link.basis}`) : ""}`),
      make("td", {}, day(link.changed_on)), make("td", {}, link.act), make("td", {}, known(`unit_source_${link.source}`) ? say(`unit_source_${link.source}`) : link.source)))))));
}
