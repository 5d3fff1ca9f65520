/** An interactive document of Plotly, drawn here: nothing of it is run, it is data. */
import { useComputedColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Plot } from "plotly.js-strict-dist-min";
import { useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import { type Document, drawnSize, type Size, scaled, TOOLS, ticksFor } from "./drawn";
import css from "./figure.module.css";

interface PlotlyDrawingProps {
  digest: string;
  title: string;
  /** Shown until it is drawn, and when it cannot be. */
  picture: string | null;
}

const library = () => import("plotly.js-strict-dist-min").then((module) => module.default);

export function PlotlyDrawing({ digest, title, picture }: PlotlyDrawingProps) {
  const room = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement & Plot>(null);
  const scheme = useComputedColorScheme();
  const [drawn, setDrawn] = useState(false);
  const [space, setSpace] = useState<Size | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const document = useQuery({
    queryKey: ["figure document", digest],
    queryFn: () => fetchDocument(digest),
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });

  const drawnAs = document.data ? drawnSize(document.data) : null;
  const by = drawnAs && space && factor(drawnAs, space);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme is drawn anew
  useEffect(() => {
    const element = box.current!;
    setProblem(null);
    if (!document.data || (drawnAs && !by)) return;
    let gone = false;
    const style = getComputedStyle(element);
    const ink = style.getPropertyValue("--ink").trim();
    const draw = async () => {
      const Plotly = await library();
      if (gone) return;
      const { data = [], layout } = by ? scaled(document.data!, by, ink) : document.data!;
      await Plotly.react(element, data, themed(layout, style), {
        responsive: false,
        displaylogo: false,
        showSendToCloud: false,
        plotlyServerURL: "",
      });
      if (gone) return;
      setDrawn(true);
      element.removeAllListeners?.("plotly_relayout");
      element.on?.("plotly_relayout", () => {
        const ticks = ticksFor(document.data!, element._fullLayout ?? {});
        if (Object.keys(ticks).length > 0) void Plotly.relayout(element, ticks);
      });
    };
    draw().catch((error: unknown) => {
      if (!gone) setProblem(String(error));
    });
    return () => {
      gone = true;
    };
  }, [document.data, scheme, by]);

  useEffect(() => {
    const [element, around] = [box.current!, room.current!];
    const observer = new ResizeObserver(() => {
      // What a view that is left hides has no size; it is fitted when it is shown again.
      if (!around.checkVisibility()) return;
      setSpace({ width: around.clientWidth, height: around.clientHeight });
      if (holdsDrawing(element) && element.dataset.fits !== undefined)
        void library().then((Plotly) => {
          if (element.checkVisibility()) void Plotly.Plots.resize(element);
        });
    });
    observer.observe(around);
    return () => {
      observer.disconnect();
      if (holdsDrawing(element)) void library().then((Plotly) => Plotly.purge(element));
    };
  }, []);

  const failed = problem ?? document.error?.message ?? null;
  const shown = drawn && !failed;
  return (
    <div className={css.drawing} data-drawn={shown || undefined}>
      {picture && (
        // It stays behind the drawing, which has its size.
        <img
          className={css.picture}
          style={{ marginTop: TOOLS }}
          src={picture}
          alt={shown ? "" : title}
          aria-hidden={shown || undefined}
        />
      )}
      {!shown && !picture && !failed && <div className={css.waiting}>…</div>}
      {failed && (
        <p className={css.word} role="status">
          The interactive drawing cannot be shown: {failed}
        </p>
      )}
      <div ref={room} className={css.plotly} hidden={failed !== null}>
        {/* biome-ignore lint/a11y/useSemanticElements: the group has no fields of a form */}
        <div
          ref={box}
          className={css.plot}
          data-fits={drawnAs ? undefined : ""}
          role="group"
          aria-label={title}
        />
      </div>
    </div>
  );
}

/** Whether Plotly has drawn into it. */
const holdsDrawing = (element: HTMLElement): boolean => element.classList.contains("js-plotly-plot");

/** How large it is drawn, of how large it was drawn; by hundredths, so that it is not drawn anew for a pixel. */
const factor = (drawn: Size, space: Size): number =>
  Math.max(1, Math.floor(100 * Math.min(space.width / drawn.width, (space.height - TOOLS) / drawn.height))) /
  100;

async function fetchDocument(digest: string): Promise<Document> {
  const answer = await fetch(`/api/v1/blobs/${digest}`);
  if (!answer.ok) throw new ApiError(answer.status, "unknown", `the server answered ${answer.status}`);
  return (await answer.json()) as Document;
}

/** The layout as it is, on the panel's own background unless it has one. */
function themed(layout: Record<string, unknown> = {}, style: CSSStyleDeclaration): Record<string, unknown> {
  const ink = style.getPropertyValue("--ink").trim();
  const line = style.getPropertyValue("--line").trim();
  const faint = style.getPropertyValue("--ink-3").trim();
  const panel = style.getPropertyValue("--panel").trim();
  const plain = layout.paper_bgcolor === undefined;
  const axes = plain ? { gridcolor: line, zerolinecolor: line, linecolor: faint, tickcolor: faint } : {};
  const found: Record<string, unknown> = {
    modebar: {
      bgcolor: panel,
      color: faint,
      activecolor: ink,
    },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 56, r: 20, t: 36, b: 44 },
    ...layout,
    ...(layout.autosize === false ? {} : { autosize: true, width: undefined, height: undefined }),
  };
  if (!plain) return found;
  found.font = {
    family: "Inter Variable, Inter, sans-serif",
    size: 12,
    color: ink,
    ...(layout.font as object),
  };
  if (layout.legend) found.legend = { bgcolor: panel, ...(layout.legend as object) };
  for (const axis of Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name)))
    found[axis] = { ...axes, ...(layout[axis] as object) };
  return found;
}
