// What travels between the import page and the service; declarations only, never loaded.

export interface ImportField {
  id: string;
  title_vi: string;
  title_en: string;
  required: boolean;
  /** Whether one value may stand for all rows that have none. */
  may_default: boolean;
  computed: boolean;
  choices: { code: string; vi: string; en: string }[];
}

export interface ImportKind {
  id: string;
  title_vi: string;
  title_en: string;
  shapes: string[];
  suffixes: string[];
  has_template: boolean;
  fields: ImportField[];
}

export interface ImportKinds {
  kinds: ImportKind[];
  /** Codes of errors that may be taken with a reason. */
  acceptable: string[];
  limit_bytes: number;
  simulated: boolean;
}

export interface ImportOptions {
  map: Record<string, string>;
  defaults: Record<string, string>;
  accepted: Record<string, string>;
  skip_refused: boolean;
  /** Why approved figures are corrected. */
  correction: string | null;
  crs: string | null;
  layout: string | null;
}

export type Severity = "error" | "warning" | "info";

export interface ImportFinding {
  code: string;
  severity: Severity;
  row: number | null;
  column: string | null;
  unit?: string | null;
  message_vi: string;
  message_en: string;
  acceptable: boolean;
}

export type RowState = "good" | "refused" | "known";

export interface ImportRow {
  row: number;
  cells: Record<string, string>;
  unit: { code: string; name: string } | null;
  state: RowState;
}

export interface ImportUnit {
  code: string;
  name: string;
  rows: number;
}

export interface ImportReport {
  committed: boolean;
  import_id: number | null;
  sha256: string;
  simulated: boolean;
  ok: boolean;
  counts: { rows: number; refused: number; new: number; known: number };
  columns: Record<string, string>;
  file_columns: string[];
  findings: ImportFinding[];
  finding_counts: Record<string, number>;
  rows: ImportRow[];
  shapes: GeoJSON.FeatureCollection | null;
  units: ImportUnit[];
  /** A form that the service was taught and that the file looks like. */
  known_layout?: string | null;
}

export interface Stage {
  stage: string;
  rows?: number;
}

export interface PastImport {
  import_id: number;
  kind: string;
  source_name: string;
  row_count: number;
  refused_count: number;
  provenance: string;
  actor: string;
  recorded_at: string;
  undone_at: string | null;
  undone_reason: string | null;
  accepted: { code: string; reason: string }[];
}
