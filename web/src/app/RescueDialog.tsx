/** Edits of one file that cannot come into it any more, to copy, to download, or to compare with the file. */
import { Button, Group, Modal, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { patchOf } from "@/parts/history/patch";
import { TextDifference } from "@/parts/history/TextDifference";
import { copyText } from "@/state/clipboard";
import { useDocument } from "@/state/document";
import { contentOf, forget, putAside, type Reason, type Rescue } from "@/state/rescues";
import { failed } from "@/state/toasts";
import { Loading } from "@/ui/Empty";

const WHY: Record<Reason, string> = {
  history: "The file has begun a new history meanwhile, so they cannot be merged into it.",
  rights: "You may not edit this file any more, so they were not saved.",
  large: "They are more than the server takes in one piece, so they were not saved.",
  gone: "The file was deleted or renamed meanwhile, so they were not saved.",
  "signed out": "You are signed out, and this browser does not let pages keep anything.",
};

export default function RescueDialog({ rescued }: { rescued: Rescue }) {
  const [comparing, setComparing] = useState(false);
  const isKept = rescued.entries.length > 0;
  const canCompare = rescued.why !== "gone" && rescued.why !== "signed out";
  const copy = () =>
    copyText(rescued.text).then(
      () => forget(rescued),
      (error) => failed(error, "Copying"),
    );
  return (
    <Modal
      opened
      onClose={() => putAside(rescued)}
      withCloseButton={isKept}
      closeOnEscape={isKept}
      closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": "Later" }}
      title={`Your edits of ${rescued.path}`}
      size="lg"
    >
      <Text size="sm">
        {WHY[rescued.why]}{" "}
        {comparing ? "Lines with − are in the file now, those with + are yours." : "This is what you had."}
        {isKept && " This browser keeps what you had until you discard or copy it."}
      </Text>
      {comparing ? (
        <Comparison rescued={rescued} />
      ) : (
        <Textarea
          my="sm"
          readOnly
          autosize
          minRows={6}
          maxRows={18}
          value={rescued.text}
          aria-label="What you had"
          styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
        />
      )}
      <Group justify="space-between">
        <Group gap="xs">
          {canCompare && (
            <Button variant="default" onClick={() => setComparing(!comparing)}>
              {comparing ? "Show what I had" : "Compare"}
            </Button>
          )}
          <Button variant="default" onClick={() => download(rescued)}>
            Download
          </Button>
        </Group>
        <Group gap="xs">
          <Button variant="default" onClick={() => forget(rescued)}>
            Discard
          </Button>
          <Button variant="filled" onClick={() => void copy()}>
            Copy and close
          </Button>
        </Group>
      </Group>
    </Modal>
  );
}

/** What stands in the file now, and what was to stand there. */
function Comparison({ rescued }: { rescued: Rescue }) {
  const document = useDocument(rescued.project, rescued.path);
  if (!document.ready) return <Loading what={rescued.path} />;
  const patch = patchOf(contentOf(document.doc), rescued.text);
  if (patch === "")
    return (
      <Text size="sm" my="sm">
        The file says the same.
      </Text>
    );
  const change = {
    path: rescued.path,
    change: "changed" as const,
    patch,
    binary: false,
    cut: false,
    added: 0,
    removed: 0,
  };
  return (
    <div style={{ maxHeight: "50vh", overflow: "auto", margin: "12px 0" }}>
      <TextDifference split={false} change={change} />
    </div>
  );
}

/** Have the browser save it: a text under its own name, the nodes of a drawing as JSON. */
function download({ path, text }: Rescue): void {
  const name = path.split("/").at(-1) as string;
  const isDrawing = path.startsWith("pipelines/") && text.startsWith("{");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = isDrawing ? name.replace(/\.ya?ml$/, ".json") : name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
