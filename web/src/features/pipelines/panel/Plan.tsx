/** What to declare, file by file, and the click that does it. */
import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "@/api/client";
import { done, failed } from "@/state/toasts";
import { Failed, Loading } from "@/ui/Empty";
import { count } from "@/ui/time";
import { useEditor } from "../canvas/editor";
import { useDraft } from "../draft";
import { addHead, removeHead } from "./packages";
import css from "./panel.module.css";

export default function Plan({ close }: { close: () => void }) {
  const { project, name, document } = useEditor();
  const draft = useDraft(document);
  const [busy, setBusy] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ["project", project, "packages", name, draft?.key],
    queryFn: () =>
      ask(
        api.POST("/api/v1/projects/{project}/pipelines/packages", {
          params: { path: { project } },
          body: { name, nodes: (draft?.nodes ?? null) as never, notes: {} },
        }),
      ),
    enabled: draft !== null,
    gcTime: 0,
  });
  if (error && !data) return <Failed what="The plan was not made" error={error} again={refetch} />;
  if (!data) return <Loading what="the plan" />;
  const { files } = data;
  const declare = async () => {
    setBusy(true);
    try {
      for (const { path, head } of files) await addHead(project, path, head);
      close();
      done(`${files.map(({ path }) => path).join(", ")} declares what it imports.`, async () => {
        for (const { path, head } of files) await removeHead(project, path, head);
      });
    } catch (trouble) {
      failed(trouble, "Not everything was declared");
      setBusy(false);
    }
  };
  return (
    <>
      <p className={css.doc}>
        These lines go to the head of {files.length === 1 ? "the file" : "the files"}. All of it is installed
        into an environment of its own before the operation runs next.
      </p>
      {files.map(({ path, missing, head }) => (
        <section key={path} aria-label={path}>
          <h3>
            {path} <small>lacks {missing.join(", ")}</small>
          </h3>
          <pre className={css.head}>{head}</pre>
        </section>
      ))}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button onClick={close}>Cancel</Button>
        <Button variant="filled" loading={busy} onClick={() => void declare()}>
          Declare in {count(files.length, "file")}
        </Button>
      </Group>
    </>
  );
}
