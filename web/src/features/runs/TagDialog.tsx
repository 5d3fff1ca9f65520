/** The tags of a run, or tags for several. */
import { Button, Group, Modal, TagsInput } from "@mantine/core";
import { useState } from "react";
import { failed } from "@/state/toasts";
import { count } from "@/ui/time";
import { tagRun } from "./deeds";

interface TagDialogProps {
  runs: readonly { id: string; tags: readonly string[] }[];
  /** Tags that are in use, to choose from. */
  known?: readonly string[];
  onClose: () => void;
  onDone?: () => void;
}

export function TagDialog({ runs, known = [], onClose, onDone }: TagDialogProps) {
  const common = runs[0]?.tags.filter((tag) => runs.every((run) => run.tags.includes(tag))) ?? [];
  const [tags, setTags] = useState<string[]>([...common]);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      for (const run of runs) {
        const own = run.tags.filter((tag) => !common.includes(tag));
        await tagRun(run.id, [...own, ...tags.filter((tag) => !own.includes(tag))]);
      }
      onDone?.();
      onClose();
    } catch (error) {
      failed(error, "The tags were not kept");
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={runs.length === 1 ? "Tags" : `Tags of ${count(runs.length, "run")}`}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TagsInput
          label="Tags"
          description="Enter adds one."
          data={[...known]}
          value={tags}
          onChange={setTags}
          maxTags={20}
          data-autofocus
        />
        <Group justify="flex-end" mt="md">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={busy}>
            Save tags
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
