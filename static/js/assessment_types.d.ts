// What travels between the page of assessments and the service; declarations only, never loaded.

export type ClassId = "loai_1" | "loai_2" | "loai_3" | "khong_trong_diem" | "khong_ma_tuy" | "chua_danh_gia";
export type Duty = "report" | "classify" | "appraise" | "decide";
export type StepName = "ra_soat" | "danh_gia" | "phan_loai" | "tham_dinh" | "cong_nhan" | "khong_dat" | "huy_bo" | "tra_lai";
export type State = "chua_bat_dau" | Exclude<StepName, "tra_lai"> | "tu_tep";

export interface Named {
  id: string;
  label_vi: string;
  label_en: string;
}

export interface DutyBody {
  duty: Duty;
  level: string;
  organ_vi: string;
  organ_en: string;
}

export interface BoardRow {
  key: number;
  code: string;
  name: string;
  /** Code of the province. */
  province: string;
  state: State;
  steps: number;
  waits_for: Duty | null;
  since: string | null;
  due_last: string | null;
  days_late: number;
  computed: ClassId | null;
  proposed: ClassId | null;
  classified: ClassId | null;
  verdict: string | null;
  decided: ClassId | null;
  previous: ClassId | null;
  flags: string[];
  decided_on: string | null;
  document_no: string | null;
}

export interface Board {
  cycle: Named;
  starts_on: string;
  last_day: string;
  cycles: Named[];
  as_of: string;
  boundary_set: string;
  simulated: boolean;
  deadlines_known: boolean;
  provinces: { code: string; name: string }[];
  duties: DutyBody[];
  own_duties: Duty[];
  counts: Record<State, number>;
  late: number;
  rows: BoardRow[];
}

export interface Step {
  number: number;
  step: StepName;
  effective_on: string;
  class_id: ClassId | null;
  verdict: string | null;
  back_to: State | null;
  document_no: string | null;
  reason_vi: string | null;
  reason_en: string | null;
  at_level: string;
  role_vi: string;
  role_en: string;
  organ_vi: string;
  organ_en: string;
  done_on: string;
  simulated: boolean;
}

export interface Offer {
  step: StepName;
  duty: Duty;
  classes: ClassId[];
  verdicts: string[];
  back_to: State[];
  reasons: { code: string; vi: string; en: string }[];
  reason: "no" | "yes" | "if_lower";
  document: "optional" | "needed";
  earliest: string;
  latest: string;
}

export interface Predecessor {
  boundary_set: string;
  code: string;
  name: string;
  province: string | null;
  change: string;
  weight: number;
  last_class: ClassId | null;
}

export interface Result {
  period: string;
  label_vi: string;
  label_en: string;
  computed: ClassId | null;
  proposed: ClassId | null;
  decided: ClassId | null;
  decided_on: string | null;
  document_no: string | null;
}

export interface Matter {
  key: number;
  code: string;
  name: string;
  province: string;
  boundary_set: string;
  cycle: Named;
  in_scope: boolean;
  simulated: boolean;
  state: Exclude<State, "tu_tep">;
  steps_made: number;
  since: string | null;
  waits_for: Duty | null;
  waits_body: DutyBody | null;
  computed: ClassId | null;
  proposed: ClassId | null;
  classified: ClassId | null;
  verdict: string | null;
  decided: ClassId | null;
  previous: ClassId | null;
  flags: string[];
  new_land: boolean;
  predecessors: Predecessor[];
  steps: Step[];
  results: Result[];
  offered: Offer[];
  own_proposal: boolean;
}

export interface Filter {
  state: string;
  province: string;
  text: string;
  mine: boolean;
  differs: boolean;
  late: boolean;
  order: "waiting" | "name";
  all: boolean;
}
