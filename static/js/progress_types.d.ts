// The shapes of the answers about progress; declarations only, never loaded.

import { BoundarySet, Level } from "./types.js";

export interface Named {
  id: string;
  label_vi: string;
  label_en: string;
}

export interface End {
  day: string;
  period: string | null;
  label_vi: string;
  label_en: string;
  cut: boolean;
}

export type MoveKind = "up" | "down" | "first" | "lost" | "same" | "none" | "ended" | "not_subject";

export interface Totals extends Record<MoveKind, number> {
  communes: number;
  subject: number;
  not_yet: number;
  jumps: number;
  steps_up: number;
  steps_down: number;
  relapses: number;
  drug_free_before: number;
  drug_free_after: number;
}

export interface Group extends Totals {
  level: Level;
  ordinal: number;
  code: string;
  name: string;
}

/** Communes column by column; `before` and `after` are places in `states`, `kind` in `kinds`. */
export interface ProgressUnits {
  ordinal: number[];
  code: string[];
  name: string[];
  holder: string[];
  before: number[];
  after: number[];
  kind: number[];
  steps: (number | null)[];
  up: number[];
  down: number[];
  decided_on: (string | null)[];
  document_no: (string | null)[];
}

export interface Decision {
  unit: number;
  day: string;
  before: number;
  after: number;
  period: string;
  document_no: string | null;
}

export interface Progress {
  from: End;
  to: End;
  boundary_set: BoundarySet;
  area: { level: Level | "plan"; code: string; name_vi: string; name_en: string; whole: boolean } | null;
  plans: Named[];
  data_until: string;
  known: string | null;
  simulated: boolean;
  states: Named[];
  kinds: (Named & { id: MoveKind })[];
  totals: Totals;
  matrix: number[][];
  flows: { before: number; after: number; count: number }[];
  groups: Group[];
  units: ProgressUnits;
  series: { day: string; counts: number[] }[];
  evidence: Decision[] | null;
}

export interface Curve {
  days: number[];
  share: number[];
  low: number[];
  high: number[];
  followed: number;
}

export interface Measure {
  id: string;
  state: string | null;
  title_vi: string;
  title_en: string;
  outcome: string;
  outcome_vi: string;
  outcome_en: string;
  spells: number;
  events: number;
  other: (Named & { count: number })[];
  cut_short: number;
  too_few: boolean;
  median_days: number | null;
  median_low: number | null;
  median_high: number | null;
  mean_days: number | null;
  mean_within: number | null;
  curve: Curve | null;
  at_risk: { day: number; at_risk: number; events: number; other: number; cut_short: number }[];
}

export interface Durations {
  boundary_set: string;
  until: string;
  simulated: boolean;
  fewest_spells: number;
  fewest_events: number;
  classes: Measure[];
  places: Measure[] | null;
  reformation_rate: { months: number; days: number; reformed: number; followed: number; estimate: [number, number, number] | null } | null;
  kinds: { groups: Named[]; statistic: number; degrees: number; p_value: number } | null;
}

export interface Lack {
  criterion: string;
  label_vi: string;
  label_en: string;
  verdict: "not_met" | "unknown" | "disabled";
  have_vi: string;
  have_en: string;
  needed_vi: string;
  needed_en: string;
}

export interface CommuneLack {
  unit: number;
  code: string;
  name: string;
  goal: string;
  goal_vi: string;
  goal_en: string;
  criteria: string;
  is_final: boolean;
  lacks: Lack[];
  met: Lack[] | null;
  lost: Lack[] | null;
}

export interface LackAnswer {
  boundary_set: string;
  simulated: boolean;
  /** Null where the area has too many communes. */
  told: {
    period: Named | null;
    baseline: Named | null;
    on_top: number;
    without_class: number;
    without_result: number;
    criteria: (Named & { complete: boolean })[];
    units: CommuneLack[];
  } | null;
}
