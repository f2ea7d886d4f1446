// What travels between the page of reports and the service; declarations only, never loaded.

export type DueState = "on_time" | "late" | "missing" | "not_due";
export type Approval = "none" | "entered" | "submitted" | "approved" | "returned" | "reopened";
export type StepName = "submitted" | "approved" | "returned" | "unapproved" | "corrected";

export interface OwedCycle {
  id: string;
  kind: string;
  title_vi: string;
  title_en: string;
  window_first: string;
  window_last: string;
  due_last: string;
  period: string;
  label_vi: string;
  label_en: string;
  source_vi: string;
  source_en: string;
  counts: Record<DueState, number>;
}

export interface OwedRow {
  cycle: string;
  period: string;
  state: DueState;
  submitted_on: string | null;
  due_last: string;
  days_late: number;
  revision: number | null;
  approval: Approval;
  approved_at: string | null;
  waits_for: string | null;
}

export interface OwingUnit {
  code: string;
  name: string;
  level: string;
  boundary_set: string;
  /** Code of the province. */
  province: string;
  rows: OwedRow[];
}

export interface Organ {
  level: string;
  name_vi: string;
  name_en: string;
}

export interface ReportCalendar {
  as_of: string;
  simulated: boolean;
  /** Code of the one unit that the account hands in for. */
  own_unit: string | null;
  cycles: OwedCycle[];
  provinces: { boundary_set: string; code: string; name: string }[];
  organs: Organ[];
  units: OwingUnit[];
}

export interface ReportFigure {
  indicator: string;
  name_vi: string;
  name_en: string;
  unit_vi: string;
  unit_en: string;
  revision: number;
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  recorded_on: string;
  is_held: boolean;
}

export interface ReportStep {
  number: number;
  step: StepName;
  at_level: string;
  role_vi: string;
  role_en: string;
  reason: string | null;
  reason_vi: string | null;
  reason_en: string | null;
  done_on: string;
  simulated: boolean;
}

export interface OfferedStep {
  step: StepName;
  at_level: string;
  reasons: { code: string; vi: string; en: string }[];
}

export interface ReportPage {
  code: string;
  name: string;
  level: string;
  period: string;
  label_vi: string;
  label_en: string;
  in_scope: boolean;
  simulated: boolean;
  approval: Approval;
  approved_at: string | null;
  waits_for: string | null;
  climb: Organ[];
  submitted_on: string | null;
  due_last: string;
  figures_hash: string;
  figures: ReportFigure[];
  steps: ReportStep[];
  offered: OfferedStep[];
  own_entry: boolean;
}

/** One line of the list: a unit with its report of the period that is shown. */
export interface Line {
  unit: OwingUnit;
  row: OwedRow;
  province: string;
}
