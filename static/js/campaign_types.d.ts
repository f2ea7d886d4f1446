// The shapes of the answers about campaigns; declarations only, never loaded.

import { BoundarySet, Box, Legend } from "./types.js";

export type WindowId = "before" | "during" | "after" | "during_year_before" | "after_year_before";
export type State = "not_begun" | "running" | "over";
export type MeasureId = "active" | "new" | "eliminated" | "reformed" | "cases";

export interface CampaignHead {
  unit_key: number;
  level: string;
  code: string;
  name: string;
  boundary_set: string;
  ref: string;
  kind: string;
  kind_vi: string;
  kind_en: string;
  first: string;
  last: string;
  due_last: string | null;
  document_no: string | null;
  state: State;
  simulated: boolean;
}

export interface CampaignList {
  as_of: string;
  campaigns: CampaignHead[];
}

export interface Measure {
  id: MeasureId;
  title_vi: string;
  title_en: string;
  unit_vi: string;
  unit_en: string;
  legend: Legend;
}

export interface Window_ {
  id: WindowId;
  first: string;
  last: string;
  days: number;
  state: State;
  reported: number;
  due: number;
  /** By measure and in the order of the communes; null is missing, never 0. */
  values: Record<MeasureId, (number | null)[]>;
  totals: Record<MeasureId, number | null>;
}

export interface Pair {
  base: "before" | "year_before";
  side: "during" | "after";
  left: WindowId;
  right: WindowId;
}

export interface Campaign {
  as_of: string;
  simulated: boolean;
  campaign: CampaignHead;
  boundary_set: BoundarySet;
  box: Box;
  measures: Measure[];
  units: { ordinal: number[]; code: string[]; name: string[]; assessable: boolean[] };
  windows: Window_[];
  pairs: Pair[];
}
