// The shapes that travel between the service and the browser; declarations only, never loaded.

export type Level = "province" | "district" | "commune";
export type Language = "vi" | "en";
export type Box = [west: number, south: number, east: number, north: number];

export interface BoundarySet {
  id: string;
  title: string;
  valid_from: string;
  valid_to: string | null;
  act: string;
  simulated: boolean;
  illustrative: boolean;
  levels: Level[];
  counts: Record<string, number>;
  bounds: Box;
  mainland_bounds: Box;
  /** Of the account's area. */
  home_bounds: Box;
  min_zoom: number;
  max_zoom: number;
}

export interface Period {
  id: string;
  kind: string;
  starts_on: string;
  last_day: string;
  label_vi: string;
  label_en: string;
  boundary_set: string | null;
  revision: string | number | null;
  simulated: boolean;
}

export interface PeriodKind {
  id: string;
  label_vi: string;
  label_en: string;
}

export interface Periods {
  kinds: PeriodKind[];
  periods: Period[];
  data_until: string | null;
}

export interface UnitColumns {
  ordinal: number[];
  code: string[];
  name: string[];
  kind: string[];
  parent: number[];
  label: ([number, number] | null)[];
  bbox: (Box | null)[];
  former: string[][];
  assessable: boolean[];
  area_km2: (number | null)[];
}

export interface Units {
  boundary_set: string;
  levels: Partial<Record<Level, UnitColumns>>;
}

export interface LegendItem {
  value?: number;
  id?: string;
  letter?: string;
  from?: number;
  to?: number;
  color: string;
  label_vi: string;
  label_en: string;
}

export interface SpecialItem {
  status: string;
  label_vi: string;
  label_en: string;
  pattern: "none" | "hatch" | "dots" | "diagonal" | "carried" | "estimated";
  color: string | null;
}

export interface Legend {
  type: "categories" | "classes";
  zero?: { color: string; label_vi: string; label_en: string } | null;
  items?: LegendItem[];
  per_level?: Record<string, LegendItem[]>;
  per_kind?: Record<string, Record<string, LegendItem[]>>;
  special?: SpecialItem[];
}

export interface Layer {
  id: string;
  title_vi: string;
  title_en: string;
  about_vi: string;
  about_en: string;
  indicator: string;
  /** Entered indicators stand together, folded. */
  group: "map" | "reported";
  /** Values are percent, with numerators and denominators. */
  share: boolean;
  /** Kinds of period that were reported; null where every kind is computed. */
  kinds: string[] | null;
  geometry: ("units" | "cells")[];
  levels: string[];
  unit_vi: string;
  unit_en: string;
  legend: Legend;
}

export interface Values {
  layer: string;
  boundary_set: string;
  period: string;
  level: Level;
  /** Whether the boundary set is the period's own; on another set only unchanged units keep a class. */
  as_reported: boolean;
  revision: string | number;
  data_until: string | null;
  simulated: boolean;
  /** Only what was recorded by the end of this day; null for all that is known. */
  known?: string | null;
  v: (number | null)[];
  s: string;
  num?: number[];
  den?: number[];
  total?: { value: number | null; outside?: number | null; reported?: number | null; due?: number | null };
}

export interface Cells {
  layer: string;
  resolution: number;
  period: string;
  revision: string | number;
  simulated: boolean;
  cells: string[];
  v: number[];
}

export interface Relative {
  boundary_set: string;
  code: string;
  name: string;
  /** Null above the communes. */
  province: string | null;
  change: string;
  weight: number | null;
  class: string | null;
}

export interface ClassStep {
  period: string;
  class: string;
  decided_on: string | null;
}

export interface UnitPage {
  unit: {
    ordinal: number;
    code: string;
    name: string;
    kind: string;
    level: Level;
    area_km2: number | null;
    assessable: boolean;
    parents: { level: string; code: string; name: string }[];
  };
  boundary_set: BoundarySet;
  /** False when the account may not see the figures of the unit: nothing is then known about it here. */
  in_scope: boolean;
  /** Last day of the period that the page is about. */
  as_of: string | null;
  /** Whether the boundary set holds on that day. */
  as_reported: boolean;
  predecessors: Relative[];
  successors: Relative[];
  class: {
    id: string;
    decided_on: string | null;
    document_no: string | null;
    computed: string | null;
    proposed: string | null;
    history: ClassStep[];
    /** Decided after the day that the page is about. */
    later: ClassStep[];
  } | null;
  series: {
    period_ids: string[];
    active: (number | null)[];
    new: (number | null)[];
    eliminated: (number | null)[];
    reformed: (number | null)[];
    reported: boolean[];
  };
  figures: {
    indicator: string;
    name_vi: string;
    name_en: string;
    unit: string;
    /** Name of the part, empty for an indicator's own figure. */
    part: string;
    origin: "computed" | "entered";
    period: string;
    value: number | null;
    numerator: number | null;
    denominator: number | null;
    status: string;
  }[];
  /** Null outside the account's area, above the communes, and where none is known. */
  subcommunes: Subcommunes | null;
  simulated: boolean;
  data_until: string | null;
}

export interface Subcommunes {
  total: number;
  /** What is asked of each, with how many said yes. */
  items: { id: string; title_vi: string; title_en: string; yes: number }[];
  /** Fewer than the total when there are very many; an item that nobody told is missing. */
  rows: { code: string; name: string; kind_vi: string; kind_en: string; items: Record<string, string> }[];
}

export interface ContextKind {
  id: string;
  title_vi: string;
  title_en: string;
  count: number;
}

export interface ContextFeature extends GeoJSON.Feature {
  properties: { kind: string; ref: string; unit: string | null; valid_from: string; provenance: string };
}

export interface ContextAnswer {
  boundary_set: string;
  on: string;
  /** The answer is the same from this day ... */
  same_from: string | null;
  /** ... to the day before this one. */
  same_before: string | null;
  kinds: ContextKind[];
  more: boolean;
  features: ContextFeature[];
}

/** What the address bar holds. */
export interface State {
  layer: string;
  level: "auto" | Level;
  mode: "units" | "cells";
  period: string;
  /** A pinned boundary set; empty: the set of the period itself. */
  set: string;
  /** `set:level:code` of the unit in the drawer, or empty. */
  unit: string;
  lang: Language;
  /** `zoom/lat/lng`, or empty for the whole country. */
  view: string;
  /** "table" when the table lies over the map. */
  show: string;
  /** Kinds of context that are switched on, with commas between. */
  context: string;
  /** The map as it was known on this day; empty for all that is known. */
  known: string;
}

/** How one unit or cell is drawn. */
export interface Look {
  /** Row of the legend it belongs to. */
  row: string;
  color: string;
  pattern: "" | "hatch" | "dots" | "diagonal" | "slant" | "carried" | "estimated";
}
