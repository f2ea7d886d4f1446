// What travels between the board of sub-communes and the service; declarations only, never loaded.

export interface ItemCounts {
  id: string;
  title_vi: string;
  title_en: string;
  done: number;
  not_done: number;
  untold: number;
}

export interface CommuneRow {
  code: string;
  name: string;
  /** Code of the province. */
  province: string;
  total: number;
  done: Record<string, number>;
  not_done: Record<string, number>;
}

export interface Overview {
  boundary_set: string;
  as_of: string;
  simulated: boolean;
  provinces: { code: string; name: string }[];
  items: ItemCounts[];
  communes: CommuneRow[];
}

export interface Answer {
  value: string;
  on: string;
}

export interface SubcommuneRow {
  code: string;
  name: string;
  kind_vi: string;
  kind_en: string;
  place: [number, number] | null;
  items: Record<string, Answer>;
}

export interface Board {
  code: string;
  name: string;
  province: string;
  boundary_set: string;
  as_of: string;
  simulated: boolean;
  in_scope: boolean;
  outline: { path: string; width: number; height: number } | null;
  items: ItemCounts[];
  rows: SubcommuneRow[];
}

export type Stand = "done" | "not" | "untold";
