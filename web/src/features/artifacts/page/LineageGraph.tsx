/** What led to a version and what came of it, drawn from left to right; each thing leads to its page. */
import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { Failed, Loading } from "@/ui/Empty";
import css from "../artifacts.module.css";
import type { Lineage, LineageNode } from "../queries";
import { HEIGHT, layersOf, pathOf, WIDTH } from "./layers";

const MARGIN = 12;

interface LineageGraphProps {
  project: string;
  artifact: string;
  version: number;
}

export function LineageGraph({ project, artifact, version }: LineageGraphProps) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["artifacts", "lineage", artifact, version],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/api/v1/artifacts/{artifact}/lineage", {
          params: { path: { artifact }, query: { version, after: pageParam } },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const lineage = useMemo(() => (data ? together(data.pages) : null), [data]);
  if (error && !data) return <Failed what="The lineage cannot be had" error={error} again={refetch} />;
  if (!lineage) return <Loading what="the lineage" />;
  return (
    <>
      <Drawing project={project} lineage={lineage} />
      {lineage.cut && <p className={css.note}>More led to it, further back than is drawn.</p>}
      {hasNextPage && (
        <Button size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier runs that took it
        </Button>
      )}
    </>
  );
}

function together(pages: readonly Lineage[]): Lineage {
  const nodes = new Map(pages.flatMap((page) => page.nodes).map((node) => [node.id, node]));
  const edges = new Map(
    pages.flatMap((page) => page.edges).map((edge) => [`${edge.source} ${edge.target} ${edge.label}`, edge]),
  );
  return { ...pages[0]!, nodes: [...nodes.values()], edges: [...edges.values()], next: null };
}

function Drawing({ project, lineage }: { project: string; lineage: Lineage }) {
  const scroll = useRef<HTMLElement>(null);
  const { placed, wires, width, height } = useMemo(() => layersOf(lineage), [lineage]);
  const root = placed.find(({ node }) => node.id === lineage.root);
  useEffect(() => {
    const box = scroll.current;
    if (box && root) box.scrollLeft = root.x + WIDTH / 2 - box.clientWidth / 2;
  }, [root]);
  return (
    <nav ref={scroll} className={css.lineage} aria-label="Lineage">
      <div style={{ width: width + 2 * MARGIN, height: height + 2 * MARGIN }}>
        <svg className={css.wires} width={width + 2 * MARGIN} height={height + 2 * MARGIN} aria-hidden>
          <g transform={`translate(${MARGIN} ${MARGIN})`}>
            {wires.map((wire) => (
              <path key={wire.id} className={css.wire} d={pathOf(wire)}>
                <title>{wire.label}</title>
              </path>
            ))}
          </g>
        </svg>
        <ol>
          {placed.map(({ node, x, y }) => (
            <li
              key={node.id}
              style={{
                transform: `translate(${x + MARGIN}px, ${y + MARGIN}px)`,
                width: WIDTH,
                height: HEIGHT,
              }}
            >
              <Thing project={project} node={node} isRoot={node.id === lineage.root} />
            </li>
          ))}
        </ol>
      </div>
    </nav>
  );
}

const ORIGINS: Record<LineageNode["origin"], string> = {
  "": "",
  upload: "uploaded",
  reference: "imported",
  run: "saved by a run",
};

function Thing({ project, node, isRoot }: { project: string; node: LineageNode; isRoot: boolean }) {
  const [title, words] = wordsOf(node);
  const content = (
    <>
      <b>{title}</b>
      <span>{words}</span>
    </>
  );
  const kind = { className: css.thing, "data-kind": node.kind, "data-root": isRoot };
  const to = addressOf(project, node);
  if (isRoot || !to) {
    return (
      <div {...kind} aria-current={isRoot || undefined}>
        {content}
      </div>
    );
  }
  return (
    <Link {...kind} to={to}>
      {content}
    </Link>
  );
}

function wordsOf(node: LineageNode): [string, string] {
  if (node.kind === "artifact") return [`${node.name}@${node.version}`, ORIGINS[node.origin]];
  if (node.kind === "data") return ["data", "kept under no name"];
  const by = node.operation === node.name ? "operation" : node.operation;
  return [node.name, node.removed ? `${by}, its run was deleted` : `${by} in ${node.pipeline}`];
}

function addressOf(project: string, node: LineageNode): string | null {
  if (node.kind === "artifact") {
    return `/projects/${project}/artifacts/${node.artifact}?version=${node.version}`;
  }
  return node.kind === "job" && !node.removed
    ? `/projects/${project}/runs/${node.run}?job=${node.job}`
    : null;
}
