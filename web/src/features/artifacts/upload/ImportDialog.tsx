/** Asks for a URL, and makes what lies there an artifact without copying it. */
import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, ask, wordsOf } from "@/api/client";
import { done } from "@/state/toasts";
import { refresh } from "../queries";
import { artifactName } from "./dropped";

export function ImportDialog({ project, onClose }: { project: string; onClose: () => void }) {
  const [url, setUrl] = useState("");
  const [name, setName] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const guessed = artifactName(url.split("?")[0]?.split("/").at(-1) ?? "");
  const submit = async () => {
    setBusy(true);
    try {
      const body = { project, name: (name ?? guessed).trim(), url: url.trim() };
      const made = await ask(api.POST("/api/v1/artifacts/reference", { body }));
      done(`${made.name} refers to ${body.url}.`);
      await refresh();
      onClose();
    } catch (error) {
      setTrouble(wordsOf(error));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title="Import from a URL">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextInput
          label="URL"
          placeholder="s3://bucket/folder/data.npy"
          description="It stays where it lies. Runs read it from there, and notice when it has changed."
          value={url}
          error={trouble}
          data-autofocus
          onChange={(event) => {
            setUrl(event.currentTarget.value);
            setTrouble(null);
          }}
        />
        <TextInput
          mt="sm"
          label="Name"
          value={name ?? guessed}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="filled"
            loading={busy}
            disabled={!url.includes("://") || !(name ?? guessed).trim()}
          >
            Import
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
