/** The interface of an operation, which follows its source as it is written. */
import { useEffect, useRef, useState } from "react";
import { api, ask, type Problem, type Schemas } from "@/api/client";
import type { LiveDocument } from "@/state/document";

export type Operation = Schemas["OperationView"];

export interface Known {
  operation: Operation | null;
  /** False: the source cannot be read now; this is what it said last. */
  current: boolean;
  problems: readonly Problem[];
}

const NOTHING: Known = { operation: null, current: true, problems: [] };
/** Milliseconds of quiet before the source is read; longer for a long one. */
const pauseFor = (length: number) => 60 + length / 500;

export function useInterface(document: LiveDocument, project: string, path: string, wanted: boolean): Known {
  const [known, setKnown] = useState<Known>(NOTHING);
  const good = useRef<Operation | null>(null);
  useEffect(() => {
    if (!wanted) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked = 0;
    const read = async () => {
      const number = ++asked;
      try {
        const { operation, problems = [] } = await ask(
          api.POST("/api/v1/projects/{project}/code/interface", {
            params: { path: { project } },
            body: { path, source: document.text.toString() },
          }),
        );
        if (number !== asked) return;
        const current = operation?.current === true;
        if (current && operation) good.current = operation;
        setKnown({
          operation: current ? (operation ?? null) : (good.current ?? operation ?? null),
          current,
          problems,
        });
      } catch {
        // The server is away: what was known stays.
      }
    };
    const changed = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void read(), pauseFor(document.text.length));
    };
    void read();
    document.text.observe(changed);
    return () => {
      asked = -1;
      clearTimeout(timer);
      document.text.unobserve(changed);
    };
  }, [document, project, path, wanted]);
  return known;
}
