/** The editor of one pipeline: canvas, side panel, drawer, and what the header says meanwhile. */

import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { ReactFlowProvider } from "@xyflow/react";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import { Link, useParams, useSearchParams } from "react-router";
import { useProject } from "@/api/queries";
import { operationsFrom } from "@/graph/reading";
import { Crumb, HeaderActions, HeaderMark, HeaderWho, useTitle } from "@/parts/header";
import { historyOf } from "@/parts/history/address";
import { useFileHistory } from "@/parts/history/useFileHistory";
import { Opening } from "@/parts/Opening";
import { People } from "@/parts/people/People";
import { SavedMark } from "@/parts/SavedMark";
import { type LiveDocument, useDocument } from "@/state/document";
import { liveGraph } from "@/state/graph";
import { lazily } from "@/state/lazily";
import { useIntroduction } from "@/state/presence";
import { useKept } from "@/state/session";
import { Empty, Failed, Loading } from "@/ui/Empty";
import { useShownHistory } from "../history/address";
import { ComparisonProvider, createComparison } from "../history/comparison";
import { unreadableFiles } from "../index/unreadable";
import { SidePanel } from "../panel/SidePanel";
import { RunButtons, RunDrawer, RunOverlay, useRunActions } from "../run";
import { BoardProvider, useNewBoard } from "./board";
import { Canvas } from "./Canvas";
import { EditorProvider, OperationsProvider, useEditor } from "./editor";
import css from "./editor.module.css";
import { createOverlay, OverlayProvider } from "./overlay";
import { createSession, SessionProvider, useSessionStore } from "./session";

const HistoryPanel = lazily(() => import("../history/HistoryPanel"));
const NarrowPanel = lazily(() => import("./NarrowPanel"));
const UnreadableFile = lazily(() => import("./UnreadableFile"));

export function Component() {
  const { project = "" } = useParams();
  const [query] = useSearchParams();
  const name = query.get("name") ?? "";
  const { data } = useProject(project);
  const known =
    data && [...data.pipelines, ...unreadableFiles(data.problems)].find((one) => one.name === name);
  const file = known?.file ?? `pipelines/${name}.yaml`;
  useTitle(name);
  if (!data) return <Loading what={name} />;
  return (
    <Opened key={`${project} ${file}`} project={project} name={name} file={file} written={data.operations} />
  );
}

interface OpenedProps {
  project: string;
  name: string;
  file: string;
  written: Parameters<typeof operationsFrom>[0];
}

function Opened({ project, name, file, written }: OpenedProps) {
  const document = useDocument(project, file);
  const operations = useMemo(() => operationsFrom(written), [written]);
  const editor = useMemo(() => ({ project, name, document }), [project, name, document]);
  const [session] = useState(createSession);
  const [overlay] = useState(createOverlay);
  const [comparison] = useState(createComparison);
  useIntroduction(document);
  useFileHistory(project, file);
  return (
    <EditorProvider value={editor}>
      <OperationsProvider value={operations}>
        <SessionProvider value={session}>
          <OverlayProvider value={overlay}>
            <Crumb to={`/projects/${project}/pipelines`}>Pipelines</Crumb>
            <Crumb>{name}</Crumb>
            {document.ready && !LOST.has(document.status) && (
              <HeaderMark>
                <SavedMark document={document} />
              </HeaderMark>
            )}
            <HeaderWho>
              <People document={document} />
            </HeaderWho>
            <ComparisonProvider value={comparison}>
              <Content document={document} />
            </ComparisonProvider>
            <RunOverlay store={overlay} />
          </OverlayProvider>
        </SessionProvider>
      </OperationsProvider>
    </EditorProvider>
  );
}

/** Of a file that is not there, nothing is saved or not saved. */
const LOST: ReadonlySet<string> = new Set(["gone", "refused"]);

function Content({ document }: { document: LiveDocument }) {
  const { project } = useEditor();
  const back = (
    <Button component={Link} to={`/projects/${project}/pipelines`}>
      All pipelines
    </Button>
  );
  if (document.status === "gone")
    return (
      <Empty title="This pipeline was deleted" action={back}>
        Somebody deleted its file. It can be restored from{" "}
        <Link to={historyOf(project, document.path)}>its history</Link>.
      </Empty>
    );
  if (document.status === "refused")
    return (
      <Failed
        what="This pipeline cannot be opened"
        error={document.trouble ?? { message: `There is no ${document.path}.` }}
        action={back}
      />
    );
  if (!document.ready) return <Opening document={document} what="the pipeline" />;
  if (document.unreadable)
    return (
      <Suspense fallback={<Loading what="the text" />}>
        <UnreadableFile document={document} />
      </Suspense>
    );
  return (
    <ReactFlowProvider>
      <Drawing />
    </ReactFlowProvider>
  );
}

function Drawing() {
  const board = useNewBoard();
  useAddressedNode();
  return (
    <BoardProvider value={board}>
      <HeaderRun />
      <Arranged />
    </BoardProvider>
  );
}

function HeaderRun() {
  const actions = useRunActions();
  return (
    <HeaderActions>
      <RunButtons actions={actions} />
    </HeaderActions>
  );
}

/** Side panel at the right, drawer below; on narrow screens the panel slides over the canvas. */
function Arranged() {
  const narrow = useMediaQuery("(max-width: 820px)", false, { getInitialValueInEffect: false });
  const [across, keepAcross] = useKept<Record<string, number> | undefined>("pipeline.across", undefined);
  const [down, keepDown] = useKept<Record<string, number> | undefined>("pipeline.down", undefined);
  const canvas = (
    <Group orientation="vertical" defaultLayout={down} onLayoutChanged={keepDown} className={css.group}>
      <Panel id="canvas" minSize={120}>
        <div className={css.canvas}>
          <Canvas />
          {narrow && (
            <Suspense>
              <NarrowPanel />
            </Suspense>
          )}
        </div>
      </Panel>
      <Separator className={css.down} aria-label="Height of the drawer" />
      <Panel id="drawer" defaultSize={narrow ? 160 : 220} minSize={36} className={css.drawer}>
        <RunDrawer />
      </Panel>
    </Group>
  );
  if (narrow) return canvas;
  return (
    <Group orientation="horizontal" defaultLayout={across} onLayoutChanged={keepAcross} className={css.group}>
      <Panel id="main" minSize={240}>
        {canvas}
      </Panel>
      <Separator className={css.across} aria-label="Width of the side panel" />
      <Panel
        id="side"
        defaultSize={320}
        minSize={220}
        maxSize={640}
        groupResizeBehavior="preserve-pixel-size"
        className={css.side}
        data-side-panel
      >
        <Beside />
      </Panel>
    </Group>
  );
}

/** What is selected, or the history. */
function Beside() {
  const { open } = useShownHistory();
  if (!open) return <SidePanel />;
  return (
    <Suspense fallback={<Loading what="the history" />}>
      <HistoryPanel />
    </Suspense>
  );
}

/** `&node=train` in the address selects that node; selecting one writes it there. */
function useAddressedNode(): void {
  const { document } = useEditor();
  const session = useSessionStore();
  const [query, setQuery] = useSearchParams();
  const wanted = query.get("node");
  const [first] = useState(wanted);
  const written = useRef(wanted);
  useEffect(() => {
    if (first === null) return;
    const node = [...liveGraph(document).snapshot().nodes.values()].find((one) => one.name === first);
    if (node) session.setState({ selection: new Set([node.id]) });
  }, [first, document, session]);
  useEffect(
    () =>
      session.subscribe(({ selection }, before) => {
        if (selection === before.selection) return;
        const [only] = selection.size === 1 ? selection : [];
        const name = (only && liveGraph(document).snapshot().nodes.get(only)?.name) || null;
        const isElsewhere = !window.location.pathname.endsWith("/pipelines/edit");
        if (name === written.current || isElsewhere) return;
        written.current = name;
        setQuery(
          (known) => {
            const next = new URLSearchParams(known);
            if (name) next.set("node", name);
            else next.delete("node");
            return next;
          },
          { replace: true },
        );
      }),
    [document, session, setQuery],
  );
}
