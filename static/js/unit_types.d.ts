// What the page of a unit asks for beside the answer of the drawer; declarations only, never loaded.

import type { Level } from "./types.js";

export interface FamilyNode {
  id: string;
  boundary_set: string;
  set_title: string;
  valid_from: string;
  valid_to: string | null;
  code: string;
  name: string;
  kind: string;
  level: Level;
  province: string | null;
  area_km2: number | null;
  role: "self" | "older" | "newer";
  /** -2 ... 2, 0 for the unit itself. */
  step: number;
  /** Path data of SVG in the projection that all nodes share. */
  path: string;
}

export interface FamilyLink {
  from: string;
  to: string;
  kind: string;
  weight: number | null;
  basis: string;
  changed_on: string;
  act: string;
  source: string;
}

export interface Family {
  nodes: FamilyNode[];
  links: FamilyLink[];
  box: [x: number, y: number, width: number, height: number];
}

export interface SeriesPoint {
  period: string;
  label_vi: string;
  label_en: string;
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  status: string;
}

export interface IndicatorSeries {
  indicator: string;
  name_vi: string;
  name_en: string;
  unit_vi: string;
  unit_en: string;
  kind: string;
  points: SeriesPoint[];
}

export interface UnitSeries {
  boundary_set: string;
  known: string | null;
  series: IndicatorSeries[];
}

export interface LifeEvent {
  state: string;
  state_vi: string;
  state_en: string;
  effective_on: string;
  recorded_on: string;
  document_no: string | null;
  superseded: boolean;
}

export interface Life {
  number: number;
  kind: string;
  kind_vi: string;
  kind_en: string;
  state: string | null;
  events: LifeEvent[];
}

export interface UnitLives {
  as_of: string;
  known: string | null;
  total: number;
  states: { state: string; state_vi: string; state_en: string; count: number }[];
  lives: Life[];
}

export interface OwedRow {
  cycle: string;
  period: string;
  state: "on_time" | "late" | "missing" | "not_due";
  submitted_on: string | null;
  due_last: string;
  days_late: number;
  revision: number | null;
  approval: string;
}

export interface Calendar {
  as_of: string;
  cycles: {
    id: string;
    kind: string;
    title_vi: string;
    title_en: string;
    due_last: string;
    period: string;
    label_vi?: string;
    label_en?: string;
    counts: { on_time: number; late: number; missing: number; not_due: number };
  }[];
  units: { code: string; name: string; level: string; rows: OwedRow[] }[];
}
