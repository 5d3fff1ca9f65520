/** One file: its text, what is wrong in it, and its interface when it is an operation. */
import type { EditorView } from "@codemirror/view";
import { Button, Drawer } from "@mantine/core";
import { IconChevronLeft, IconLayoutSidebarRight } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import { Link, Navigate } from "react-router";
import { ActionButton, ActionMark } from "@/parts/ActionButton";
import { HeaderActions, HeaderMark, HeaderWho } from "@/parts/header";
import { historyOf } from "@/parts/history/address";
import { useFileHistory } from "@/parts/history/useFileHistory";
import { Opening } from "@/parts/Opening";
import { People } from "@/parts/people/People";
import { SavedMark } from "@/parts/SavedMark";
import { type LiveDocument, useDocument } from "@/state/document";
import { useIntroduction } from "@/state/presence";
import { useKept } from "@/state/session";
import { Empty, Failed } from "@/ui/Empty";
import css from "./code.module.css";
import { CodeEditor } from "./editor/CodeEditor";
import { type Check, recheck } from "./editor/extensions";
import { useLastFailure } from "./editor/lastFailure";
import { ProblemBar } from "./editor/ProblemBar";
import { RenameName } from "./editor/RenameName";
import { useCodeActions } from "./editor/useCodeActions";
import { useSharedView } from "./editor/useSharedView";
import { InterfacePanel } from "./interface/InterfacePanel";
import { useInterface } from "./interface/useInterface";

interface FilePaneProps {
  project: string;
  path: string;
  line: number | null;
  narrow: boolean;
}

export function FilePane({ project, path, line, narrow }: FilePaneProps) {
  if (/^pipelines\/.+\.ya?ml$/.test(path)) {
    const name = path.replace(/^pipelines\//, "").replace(/\.ya?ml$/, "");
    return <Navigate to={`/projects/${project}/pipelines/edit?name=${encodeURIComponent(name)}`} replace />;
  }
  return <OpenFile project={project} path={path} line={line} narrow={narrow} />;
}

function OpenFile({ project, path, line, narrow }: FilePaneProps) {
  const document = useDocument(project, path);
  useIntroduction(document);
  useFileHistory(project, path);
  const back = (
    <Button component={Link} to={`/projects/${project}/code`}>
      All files
    </Button>
  );
  if (document.status === "gone")
    return (
      <Empty title="This file was deleted or renamed" action={back}>
        {path} is no longer there. It can be restored from{" "}
        <Link to={historyOf(project, path)}>its history</Link>.
      </Empty>
    );
  if (document.status === "refused")
    return (
      <Failed
        what="This file cannot be opened"
        error={document.trouble ?? { message: `There is no ${path}.` }}
        action={back}
      />
    );
  if (!document.ready) return <Opening document={document} what={path} />;
  return (
    <>
      <HeaderMark>
        <SavedMark document={document} />
      </HeaderMark>
      <HeaderWho>
        <People document={document} />
      </HeaderWho>
      <Opened document={document} project={project} path={path} line={line} narrow={narrow} />
    </>
  );
}

function Opened({ document, project, path, line, narrow }: FilePaneProps & { document: LiveDocument }) {
  const [view, setView] = useState<EditorView | null>(null);
  const [check, setCheck] = useState<Check>({ found: null, failure: null });
  const [renaming, setRenaming] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const [layout, keepLayout] = useKept<Record<string, number> | undefined>("code.file", undefined);
  const isOperation = path.startsWith("operations/") && path.endsWith(".py") && !path.endsWith("__init__.py");
  const known = useInterface(document, project, path, isOperation);
  const remarks = useLastFailure(project, path);
  useSharedView(document, view);
  const isLive = document.status === "live";
  const hasFailed = check.failure !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the server is back
  useEffect(() => {
    if (isLive && hasFailed && view) recheck(view);
  }, [isLive]);
  const startRename = useCallback(() => setRenaming(true), []);
  const { format, define } = useCodeActions({ document, project, path, view, onRename: startRename });
  const editor = (
    <div className={css.file}>
      {narrow && (
        <nav className={css.strip} aria-label="File">
          <Link to={`/projects/${project}/code`}>
            <IconChevronLeft size={15} aria-hidden /> Files
          </Link>
          <b title={path}>{path.split("/").at(-1)}</b>
          {isOperation && (
            <Button
              size="compact-sm"
              leftSection={<IconLayoutSidebarRight size={14} />}
              onClick={() => setDrawer(true)}
            >
              Interface
            </Button>
          )}
        </nav>
      )}
      <div className={css.text}>
        <CodeEditor
          document={document}
          ground={{ project, path }}
          line={line}
          remarks={remarks}
          onView={setView}
          onDefinition={define}
          onRename={startRename}
          onChecked={setCheck}
        />
      </div>
      {(path.endsWith(".py") || known.problems.length > 0) && (
        <ProblemBar view={view} check={check} read={known.problems} />
      )}
    </div>
  );
  const panel = isOperation && (
    <InterfacePanel document={document} project={project} path={path} known={known} />
  );
  return (
    <>
      {path.endsWith(".py") && document.writable && format && (
        <HeaderActions>
          {narrow ? <ActionMark action={format} /> : <ActionButton action={format}>Format</ActionButton>}
        </HeaderActions>
      )}
      {panel && !narrow ? (
        <Group
          orientation="horizontal"
          defaultLayout={layout}
          onLayoutChanged={keepLayout}
          className={css.group}
        >
          <Panel id="text" minSize={280}>
            {editor}
          </Panel>
          <Separator className={css.across} aria-label="Width of the interface" />
          <Panel id="interface" defaultSize={340} minSize={240} className={css.side}>
            {panel}
          </Panel>
        </Group>
      ) : (
        editor
      )}
      {narrow && (
        <Drawer
          opened={drawer}
          onClose={() => setDrawer(false)}
          position="right"
          title="Interface"
          size="min(92vw, 380px)"
        >
          {panel}
        </Drawer>
      )}
      {renaming && view && (
        <RenameName
          document={document}
          ground={{ project, path }}
          view={view}
          onClose={() => {
            setRenaming(false);
            view.focus();
          }}
        />
      )}
    </>
  );
}
