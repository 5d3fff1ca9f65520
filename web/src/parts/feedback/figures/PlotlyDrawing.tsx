/** An interactive document of Plotly, drawn here: nothing of it is run, it is data. */
import { useComputedColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import css from "./figure.module.css";

interface PlotlyDrawingProps {
  digest: string;
  title: string;
  /** Shown until it is drawn, and when it cannot be. */
  picture: string | null;
}

interface Document {
  data?: unknown[];
  layout?: Record<string, unknown>;
}

const library = () => import("plotly.js-strict-dist-min").then((module) => module.default);

export function PlotlyDrawing({ digest, title, picture }: PlotlyDrawingProps) {
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme();
  const [drawn, setDrawn] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const document = useQuery({
    queryKey: ["figure document", digest],
    queryFn: () => fetchDocument(digest),
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme is drawn anew
  useEffect(() => {
    const element = box.current!;
    setProblem(null);
    if (!document.data) return;
    let gone = false;
    const style = getComputedStyle(element);
    const draw = async () => {
      const Plotly = await library();
      if (gone) return;
      await Plotly.react(element, document.data!.data ?? [], themed(document.data!.layout, style), {
        responsive: false,
        displaylogo: false,
        modeBarButtonsToRemove: ["sendDataToCloud"],
      });
      if (!gone) setDrawn(true);
    };
    draw().catch((error: unknown) => {
      if (!gone) setProblem(String(error));
    });
    return () => {
      gone = true;
    };
  }, [document.data, scheme]);

  useEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(() => {
      if (holdsDrawing(element))
        void library().then((Plotly) => {
          // What a view that is left hides has no size; it is fitted when it is shown again.
          if (element.checkVisibility()) void Plotly.Plots.resize(element);
        });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      if (holdsDrawing(element)) void library().then((Plotly) => Plotly.purge(element));
    };
  }, []);

  const failed = problem ?? document.error?.message ?? null;
  const shown = drawn && !failed;
  return (
    <div className={css.drawing} data-drawn={shown || undefined}>
      {!shown && picture && <img className={css.picture} src={picture} alt={title} />}
      {!shown && !picture && !failed && <div className={css.waiting}>…</div>}
      {failed && (
        <p className={css.word} role="status">
          The interactive drawing cannot be shown: {failed}
        </p>
      )}
      <div ref={box} className={css.plotly} hidden={failed !== null} role="img" aria-label={title} />
    </div>
  );
}

/** Whether Plotly has drawn into it. */
const holdsDrawing = (element: HTMLElement): boolean => element.classList.contains("js-plotly-plot");

async function fetchDocument(digest: string): Promise<Document> {
  const answer = await fetch(`/api/v1/blobs/${digest}`);
  if (!answer.ok) throw new ApiError(answer.status, "unknown", `the server answered ${answer.status}`);
  return (await answer.json()) as Document;
}

/** The layout as it is, on the panel's own background unless it has one. */
function themed(layout: Record<string, unknown> = {}, style: CSSStyleDeclaration): Record<string, unknown> {
  const ink = style.getPropertyValue("--ink").trim();
  const line = style.getPropertyValue("--line").trim();
  const plain = layout.paper_bgcolor === undefined;
  const axes = plain ? { gridcolor: line, zerolinecolor: line } : {};
  const found: Record<string, unknown> = {
    modebar: {
      bgcolor: style.getPropertyValue("--panel").trim(),
      color: style.getPropertyValue("--ink-3").trim(),
      activecolor: ink,
    },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 56, r: 20, t: 36, b: 44 },
    ...layout,
    autosize: true,
    width: undefined,
    height: undefined,
  };
  if (!plain) return found;
  found.font = {
    family: "Inter Variable, Inter, sans-serif",
    size: 12,
    color: ink,
    ...(layout.font as object),
  };
  for (const axis of ["xaxis", "yaxis"]) found[axis] = { ...axes, ...(layout[axis] as object) };
  return found;
}
