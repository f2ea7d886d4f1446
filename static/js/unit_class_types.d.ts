/** Shapes of `/units/{set}/commune/{code}/class` and of the rows behind its numbers. */

export interface ClassNamed { class: string; name_vi: string | null; name_en: string | null }
export interface ClassAssessed extends ClassNamed { period: string; on: string | null; document_no: string | null }
export interface ClassRow {
  id: string; class: string; clause: string; label_vi: string; label_en: string;
  verdict: "met" | "not_met" | "unknown" | "disabled"; verdict_vi: string; verdict_en: string;
  have_vi: string; have_en: string; needed_vi: string; needed_en: string; inputs: string[]; source_vi: string; source_en: string;
}
export interface ClassInput {
  id: string; label_vi: string; label_en: string; unit_vi: string; unit_en: string; value: number | null;
  is_missing: boolean; is_hidden: boolean; report: string | null; owes_vi: string | null; owes_en: string | null;
}
export interface ClassLack { criterion: string; label_vi: string; label_en: string; verdict: string; have_vi: string; have_en: string; needed_vi: string; needed_en: string }
export interface ClassAnswer {
  period: string; period_vi: string; period_en: string;
  criteria: { id: string; title_vi: string; title_en: string; act_vi: string; act_en: string; note_vi: string; note_en: string; is_complete: boolean };
  is_applied: boolean;
  banner: { text_vi: string; text_en: string } | null;
  computed: ClassNamed & { possible: ClassNamed[]; is_final: boolean; state_vi: string; state_en: string };
  proposed: ClassAssessed | null;
  decided: ClassAssessed | null;
  disagreement: { code: string; text_vi: string; text_en: string };
  rows: ClassRow[];
  needs: { class: string; at_least: number; of: string[]; or_worse: boolean | null }[];
  inputs: ClassInput[];
  missing: string[];
  next: (ClassNamed & { lacks: ClassLack[] }) | null;
  simulated: boolean;
}
export interface ClassRows {
  input: string; label_vi: string; label_en: string; period: string;
  columns: { name: string; kind: string }[];
  rows: (string | number | null)[][];
}
