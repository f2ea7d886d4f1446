/**
 * The units of one boundary set: names for people, parents, former names. Pure.
 * @import { Level, UnitColumns, Units } from "./types.js"
 */

const KINDS = ["thành phố", "thị trấn", "thị xã", "đặc khu", "phường", "huyện", "quận", "tỉnh", "xã"];
/** Short forms of kinds, as written in lists. @type {Record<string, string>} */
const SHORT = { phường: "P.", xã: "X.", "thị trấn": "TT.", "thị xã": "TX.", "thành phố": "TP.", quận: "Q.", huyện: "H.", tỉnh: "T.", "đặc khu": "ĐK." };

/**
 * Split a name into its kind and the name proper: "Phường Tân Hưng" into "Phường" and "Tân Hưng".
 * @param {string} name
 * @returns {[kind: string, proper: string]}
 */
export function splitKind(name) {
  const low = name.toLowerCase();
  const kind = KINDS.find((one) => low.startsWith(`${one} `));
  return kind ? [name.slice(0, kind.length), name.slice(kind.length + 1)] : ["", name];
}

/**
 * The name as lettered on a map: without its kind, unless a bare number would be left ("Quận 1") or the name
 * of a person.
 * @param {string} name
 */
export function shortName(name) {
  const [kind, proper] = splitKind(name);
  // A city that bears a person's name is written with its kind.
  if (kind && proper === "Hồ Chí Minh") return `TP. ${proper}`;
  return /^\d+$/.test(proper) ? name : proper;
}

/**
 * The name in full, whether the register keeps the kind inside the name or beside it.
 * @param {string} name
 * @param {string} kind
 */
export function fullName(name, kind) {
  if (!kind || splitKind(name)[0]) return name;
  return `${kind[0].toUpperCase()}${kind.slice(1)} ${name}`;
}

/** What people type for cities. @type {Record<string, string>} */
const ALIASES = { hcm: "ho chi minh", tphcm: "thanh pho ho chi minh", hcmc: "thanh pho ho chi minh", sg: "sai gon", hn: "ha noi", tp: "thanh pho", tx: "thi xa", tt: "thi tran", dk: "dac khu" };

/** The name with its kind shortened: "P. Hải Tân". @param {string} name */
export function briefName(name) {
  const [kind, proper] = splitKind(name);
  return kind ? `${SHORT[kind.toLowerCase()] ?? kind} ${proper}` : name;
}

/**
 * A key without accents, case and signs: "Hải Tân" and "hai tan" are one. Where the tone mark stands does not
 * matter (Hoà, Hòa), since all marks go.
 * @param {string} text
 */
export function fold(text) {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}

/**
 * @typedef {object} Unit
 * @property {number} ordinal
 * @property {Level} level
 * @property {string} code
 * @property {string} name in full
 * @property {string} province
 * @property {string[]} former
 * @property {number} place position in the feeds of its level
 */

/** Units of a boundary set, found by ordinal or by code. */
export class Register {
  /** @param {Units} units */
  constructor(units) {
    this.set = units.boundary_set;
    this.levels = units.levels;
    /** @type {Map<number, Unit>} */
    this.byOrdinal = new Map();
    /** @type {Map<string, Unit>} */
    this.byCode = new Map();
    /** @type {Map<number, number>} */
    const parents = new Map();
    for (const level of /** @type {Level[]} */ (["province", "district", "commune"]))
      this.columns(level).ordinal.forEach((ordinal, place) => {
        const columns = this.columns(level);
        parents.set(ordinal, columns.parent[place]);
        /** @type {Unit} */
        const unit = {
          ordinal, level, place, province: "",
          code: columns.code[place],
          name: fullName(columns.name[place], columns.kind[place] ?? ""),
          former: columns.former?.[place] ?? [],
        };
        let above = columns.parent[place];
        while (level !== "province" && this.byOrdinal.get(above)?.level !== "province" && parents.has(above)) above = parents.get(above) ?? 0;
        unit.province = level === "province" ? "" : (this.byOrdinal.get(above)?.name ?? "");
        this.byOrdinal.set(ordinal, unit);
        this.byCode.set(`${level}:${unit.code}`, unit);
      });
  }

  /** @param {Level} level @returns {UnitColumns} */
  columns(level) {
    return this.levels[level] ?? { ordinal: [], code: [], name: [], kind: [], parent: [], label: [], bbox: [], former: [], assessable: [], area_km2: [] };
  }

  /** @param {Level} level @returns {Unit[]} in feed order */
  units(level) {
    return this.columns(level).ordinal.map((ordinal) => /** @type {Unit} */ (this.byOrdinal.get(ordinal)));
  }
}

/**
 * @typedef {object} Entry one line of the search index
 * @property {string} key folded name proper
 * @property {string} kind folded kind
 * @property {string} whole folded name with kind and province
 * @property {string} former the former name as written, or empty
 * @property {Unit} unit
 */

/**
 * List what can be searched: present names and former ones.
 * @param {Register} register
 * @returns {Entry[]}
 */
export function searchIndex(register) {
  /** @type {Entry[]} */
  const index = [];
  for (const unit of register.byOrdinal.values())
    for (const [name, former] of [[unit.name, ""], ...unit.former.map((one) => [one, one])]) {
      const [kind, proper] = splitKind(name).map(fold);
      if (former && proper === fold(splitKind(unit.name)[1])) continue;
      index.push({ key: proper, kind, whole: `${fold(name)} ${fold(unit.province)}`, former, unit });
    }
  return index;
}

/**
 * Find units by a name in any spelling; every word must begin a word of the name or of its province.
 * Best first: the whole name, then its beginning, then any word; wider units before narrower ones; present
 * names before former ones. A unit stands once.
 * @param {Entry[]} index
 * @param {string} text
 * @param {number} [most]
 * @returns {Entry[]}
 */
export function search(index, text, most = 8) {
  const typed = fold(text);
  if (!typed) return [];
  const wanted = typed.split(" ").map((word) => ALIASES[word] ?? word).join(" ");
  const words = wanted.split(" ");
  /** @type {{ entry: Entry, score: number }[]} */
  const found = [];
  for (const entry of index) {
    const padded = ` ${entry.whole}`;
    const isCode = entry.unit.code === text.trim();
    if (!isCode && !words.every((word) => padded.includes(` ${word}`))) continue;
    const nearness = isCode || entry.key === wanted || `${entry.kind} ${entry.key}` === wanted ? 0 : entry.key.startsWith(wanted) ? 10 : padded.includes(` ${wanted}`) ? 20 : 30;
    const level = { province: 0, district: 1, commune: 2 }[entry.unit.level];
    found.push({ entry, score: nearness + level + (entry.former ? 5 : 0) });
  }
  found.sort((one, other) => one.score - other.score || one.entry.key.length - other.entry.key.length || one.entry.unit.ordinal - other.entry.unit.ordinal);
  const seen = new Set();
  return found.map(({ entry }) => entry).filter(({ unit }) => !seen.has(unit.ordinal) && seen.add(unit.ordinal)).slice(0, most);
}
