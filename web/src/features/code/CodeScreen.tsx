/** Code: the files of the project at the left, one of them in the middle, its interface at the right. */
import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconClipboardText, IconFilePlus } from "@tabler/icons-react";
import { useState } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import { useLocation, useNavigate, useParams, useSearchParams } from "react-router";
import { Crumb, useTitle } from "@/parts/header";
import { useActions } from "@/state/actions";
import { clipboardText } from "@/state/clipboard";
import { useKept } from "@/state/session";
import { Empty } from "@/ui/Empty";
import css from "./code.module.css";
import { FilePane } from "./FilePane";
import { addressOf, useFiles } from "./files";
import { FileTree } from "./tree/FileTree";
import { NewFileDialog } from "./tree/NewFileDialog";

export function Component() {
  const { project = "" } = useParams();
  const [query] = useSearchParams();
  const path = query.get("path") ?? "";
  const line = Number.parseInt(query.get("line") ?? "", 10) || null;
  const navigate = useNavigate();
  /** Code that another page asks to make an operation of. */
  const brought = (useLocation().state as { copied?: string } | null)?.copied ?? null;
  const [asking, setAsking] = useState<string | null>(brought === null ? null : "operation");
  const [copied, setCopied] = useState<string | null>(brought);
  const { data } = useFiles(project);
  const narrow = useMediaQuery("(max-width: 820px)", false, { getInitialValueInEffect: false });
  const [layout, keepLayout] = useKept<Record<string, number> | undefined>("code.across", undefined);
  useTitle(path.split("/").at(-1) || "Code");
  const [create] = useActions(
    () => [
      {
        id: "code.new",
        label: "New operation, module or layer",
        group: "Code",
        icon: IconFilePlus,
        words: "file create template",
        perform: () => setAsking("operation"),
      },
      {
        id: "code.paste",
        label: "New operation of copied code",
        group: "Code",
        icon: IconClipboardText,
        words: "paste clipboard function create",
        perform: () => {
          const ask = (code: string) => {
            setCopied(code);
            setAsking("operation");
          };
          clipboardText().then(ask, () => ask("")); // what may not be read is pasted by hand
        },
      },
    ],
    [],
  );
  const closeDialog = () => {
    setAsking(null);
    setCopied(null);
    if (brought !== null) void navigate({}, { replace: true, state: null }); // not asked again with the page
  };
  const open = (to: string) => navigate(addressOf(project, to));
  const tree = <FileTree project={project} current={path} onNew={setAsking} onOpen={open} />;
  const hasCode = data?.files.some((file) => file.path.endsWith(".py")) ?? true;
  const pane = path ? (
    <FilePane key={`${project} ${path}`} project={project} path={path} line={line} narrow={narrow} />
  ) : (
    <Empty
      title={hasCode ? "No file is open" : "No code yet"}
      action={
        <Button variant="filled" onClick={() => create?.perform()}>
          New operation
        </Button>
      }
    >
      {hasCode
        ? "Choose a file at the left, or begin a new operation."
        : "An operation is a Python function or class with inputs and outputs. Begin with a template, or with code that you paste."}
    </Empty>
  );
  return (
    <>
      <Crumb to={path ? `/projects/${project}/code` : undefined}>Code</Crumb>
      {path && <Crumb>{path}</Crumb>}
      {narrow ? (
        <div className={css.narrow}>{path ? pane : tree}</div>
      ) : (
        <Group
          orientation="horizontal"
          defaultLayout={layout}
          onLayoutChanged={keepLayout}
          className={css.group}
        >
          <Panel id="files" defaultSize={230} minSize={150} maxSize={480} className={css.side}>
            {tree}
          </Panel>
          <Separator className={css.across} aria-label="Width of the files" />
          <Panel id="file" minSize={320}>
            {pane}
          </Panel>
        </Group>
      )}
      {asking !== null && (
        <NewFileDialog project={project} kind={asking} code={copied} onClose={closeDialog} onMade={open} />
      )}
    </>
  );
}
