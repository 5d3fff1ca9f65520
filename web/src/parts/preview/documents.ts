/** The documents of previews: what the server says of some data, by kind. */

export interface Statistics {
  count: number;
  nan: number;
  infinite: number;
  min?: number | null;
  max?: number | null;
  mean?: number | null;
  std?: number | null;
  zeros?: number;
}

export interface HistogramData {
  edges: number[];
  counts: number[];
}

export type Cell = string | number | boolean | null;

export interface ArrayDocument {
  kind: "array";
  type?: string;
  shape: number[];
  dtype: string;
  bytes?: number;
  device?: string;
  layout?: string;
  first?: Cell | Cell[] | Cell[][];
  statistics?: Statistics;
  histogram?: HistogramData | null;
  sampled?: number | null;
  pictures?: { shown: number; of: number; columns: number; width: number; height: number };
}

export interface ColumnDocument {
  name: string;
  dtype: string;
  nulls?: number;
  unique?: number;
  top?: [Cell, number][];
  statistics?: Statistics;
  histogram?: HistogramData | null;
}

export interface TableDocument {
  kind: "table";
  rows: number;
  columns: ColumnDocument[];
  columns_in_all: number;
  index: Cell[] | null;
  first: Cell[][];
  bytes: number;
}

export interface LayerDocument {
  name: string;
  type: string;
  shapes: [string, number[]][];
  parameters: number;
  trainable?: number;
  bytes: number;
  detail?: string;
}

export interface ModelDocument {
  kind: "model";
  framework: string;
  name: string;
  parameters: number;
  trainable: number | null;
  bytes: number;
  layers: LayerDocument[];
  layers_in_all: number;
}

export interface TreeNode {
  type: string;
  value?: Cell;
  length?: number;
  items?: (TreeNode | [string, TreeNode])[];
  cut?: boolean;
}

export interface FolderDocument {
  kind: "folder";
  files: { path: string; digest: string; size: number; gone: boolean }[];
  count: number;
  bytes: number;
}

export interface ObjectDocument {
  kind: "object";
  type?: string;
  repr: string;
  attributes: { name: string; type: string; value: string }[];
}

export type PreviewDocument =
  | ArrayDocument
  | TableDocument
  | ModelDocument
  | FolderDocument
  | ObjectDocument
  | { kind: "image"; media?: string; width?: number; height?: number; mode?: string }
  | { kind: "figure" }
  | { kind: "text"; text: string; length: number; cut: boolean }
  | { kind: "json"; tree: TreeNode }
  | { kind: "bytes"; size: number; first: string }
  | { kind: "reference"; url: string; size: number; type: string };

/** Why there is no preview. */
export interface Refusal {
  reason?: string;
  error?: string;
  traceback?: string;
}
