/** What is wrong with the pipeline as it is drawn, asked again whenever it means something else. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { api, ask, type Problem, wordsOf } from "@/api/client";
import type { NodeId } from "@/graph/model";
import type { LiveDocument } from "@/state/document";
import { type Draft, pipelineName, useDraft } from "../draft";

export interface PlacedProblem extends Problem {
  id: NodeId | null;
}

export interface Problems {
  all: readonly PlacedProblem[];
  byNode: ReadonlyMap<NodeId, readonly PlacedProblem[]>;
  errors: number;
  warnings: number;
  /** Whether what is told is about an earlier drawing. */
  checking: boolean;
  /** Whether the server could not be asked about this drawing, so that what is told is about an earlier one. */
  unchecked: boolean;
}

const NONE: readonly PlacedProblem[] = [];

/** The problems of a pipeline; all who ask share one question. */
export function useProblems(document: LiveDocument): Problems {
  const draft = useDraft(document);
  const { project } = document;
  const name = pipelineName(document.path);
  const { data, isFetching, isError } = useQuery({
    queryKey: ["project", project, "check", name, draft?.key],
    queryFn: () =>
      ask(
        api.POST("/api/v1/projects/{project}/pipelines/check", {
          params: { path: { project } },
          body: { name, nodes: (draft?.nodes ?? null) as never },
        }),
      ),
    enabled: draft !== null,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  const last = useRef(data);
  if (data) last.current = data;
  const known = data ?? last.current;
  return useMemo(
    () => ({ ...placed(known?.problems ?? [], draft, isFetching), unchecked: isError }),
    [known, draft, isFetching, isError],
  );
}

/**
 * Problems at the nodes they are about. That a pipeline has no nodes yet is where everybody begins: here it is
 * no problem, the views say what to do.
 */
export function placed(found: readonly Problem[], draft: Draft | null, checking = false): Problems {
  const all: PlacedProblem[] = found
    .filter(({ rule }) => rule !== "has_nodes")
    .map((problem) => ({
      ...problem,
      hint: drawnHint(problem),
      id: draft?.ids.get(problem.place.node ?? "") ?? null,
    }));
  for (const id of draft?.twins ?? []) all.push({ ...TWIN, id });
  const byNode = new Map<NodeId, PlacedProblem[]>();
  for (const problem of all) {
    for (const id of problem.id === null ? nodesOf(problem.place.file, draft) : [problem.id]) {
      const here = byNode.get(id);
      if (here) here.push(problem);
      else byNode.set(id, [problem]);
    }
  }
  const errors = all.filter((problem) => problem.severity === "error").length;
  return { all, byNode, errors, warnings: all.length - errors, checking, unchecked: false };
}

/** The nodes whose operation is in a file: what is wrong with its code is wrong with each of them. */
function nodesOf(file: string | null, draft: Draft | null): NodeId[] {
  const operation = /^operations\/(?:.*\/)?([^/]+)\.py$/.exec(file ?? "")?.[1];
  if (operation === undefined || draft === null) return [];
  return Object.entries(draft.nodes).flatMap(([name, node]) =>
    plain(node.operation) === plain(operation) ? (draft.ids.get(name) ?? []) : [],
  );
}

/** A class and its file are one name: `TrainModel`, `train_model`. */
const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** What to do about it on a canvas: the server's words tell what to write into the file. */
function drawnHint({ rule, message, hint }: Problem): string {
  if (rule === "required_reference") return "Choose it in its field.";
  if (rule === "literal_reference") return "Choose it in its field, or reset that.";
  if (rule === "required_attribute") return "Write it into its field.";
  if (rule === "attribute_type") return "Correct it in its field, or reset that.";
  if (rule === "connected_or_optional" && message.endsWith("is not connected."))
    return "Drag to it from the output of another node.";
  return hint;
}

const TWIN: Problem = {
  rule: "unique_name",
  message: "Another node has the same name.",
  hint: "Give one of them another name: inputs could not tell them apart.",
  severity: "error",
  place: { file: null, line: null, node: null, part: null },
};

/** The problems of one node. */
export function problemsOf(problems: Problems, id: NodeId): readonly PlacedProblem[] {
  return problems.byNode.get(id) ?? NONE;
}

/** What is wrong with a part of a node, with what to do. */
export function problemAt(problems: readonly PlacedProblem[], part: string): string | undefined {
  const problem = problems.find((one) => one.place.part === part);
  return problem && wordsOf(problem);
}
