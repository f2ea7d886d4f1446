/** Answers about plans, as `api/plan_models.py` has them. */

export type TargetState = "met" | "on_course" | "behind" | "not_established" | "not_computable" | "by_hand" | "lapsed" | "superseded";

export interface PlanHead {
  id: string;
  title_vi: string;
  title_en: string;
  issuer_vi: string;
  issuer_en: string;
  continues_vi: string;
  continues_en: string;
  number: string;
  year: number;
  kind: "plan" | "campaign" | "frame";
  parent: string;
  starts_on: string;
  ends_on: string;
  target_count: number;
}

export interface PlanUnit {
  boundary_set: string;
  level: string;
  code: string;
  name: string;
  province: string | null;
}

export interface PlanReading {
  period: string;
  label_vi: string;
  label_en: string;
  last: string;
  value: number;
  numerator: number | null;
  denominator: number | null;
  is_estimate: boolean;
  is_whole: boolean;
}

export interface PlanMilestone {
  due: string;
  bound: number;
}

export interface PlanNumber {
  year: number;
  value: number | null;
  is_share: boolean | null;
  mark: string | null;
  document_no: string | null;
  simulated: boolean;
}

export interface PlanVerdict {
  state: TargetState;
  state_vi: string;
  state_en: string;
  reason: string;
  reason_vi: string;
  reason_en: string;
  reading: PlanReading | null;
  bound: number | null;
  needed: number | null;
  pace_needed: number | null;
  pace_so_far: number | null;
  periods_left: number | null;
  broken: string[];
  due: string | null;
}

export interface PlanPart extends PlanUnit, PlanVerdict {
  milestones: PlanMilestone[];
  registered: PlanNumber[];
  heirs: PlanUnit[];
}

export interface PlanTarget extends PlanVerdict {
  id: string;
  text_vi: string;
  text_en: string;
  source_vi: string;
  source_en: string;
  note_vi: string;
  note_en: string;
  measure: string;
  indicator: string;
  comparator: string | null;
  asks_vi: string;
  asks_en: string;
  is_share: boolean;
  unit_vi: string;
  unit_en: string;
  force: string;
  force_vi: string;
  force_en: string;
  good: "up" | "down";
  good_vi: string;
  good_en: string;
  kind: string;
  per: string | null;
  baseline: string;
  baseline_value: number | null;
  deadline: string | null;
  neutralised_counts: boolean;
  boundary_set: string;
  boundary_title: string;
  communes: number;
  series: PlanReading[];
  milestones: PlanMilestone[];
  registered: PlanNumber[];
  parts: PlanPart[];
}

export interface PlanAnswer {
  as_of: string;
  simulated: boolean;
  plan: PlanHead & {
    phases: { vi: string; en: string; first: string; last: string }[];
    questions: { vi: string; en: string }[];
    calendar: string[];
    scope: { level: string; code: string; day: string; unit: PlanUnit | null; today: PlanUnit[] }[];
  };
  counts: Partial<Record<TargetState, number>>;
  targets: PlanTarget[];
}
