/** Edits that cannot come into their document any more, for the person to copy. */
import { Button, Group, Modal, Text, Textarea } from "@mantine/core";
import { forget, useRescues } from "@/state/document";
import { failed } from "@/state/toasts";

export function Rescues() {
  const [first] = useRescues();
  if (!first) return null;
  const copy = () =>
    navigator.clipboard.writeText(first.text).then(
      () => forget(first),
      (error) => failed(error, "Copying"),
    );
  return (
    <Modal opened onClose={() => forget(first)} title={`Your edits of ${first.path}`} size="lg">
      <Text size="sm">
        The server does not take them any more: the file has begun a new history, is too large, or may not be
        edited by you. The page shows the file as it is now. This is what you had:
      </Text>
      <Textarea
        my="sm"
        readOnly
        autosize
        minRows={6}
        maxRows={18}
        value={first.text}
        aria-label="What you had"
        styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={() => forget(first)}>
          Discard
        </Button>
        <Button onClick={() => void copy()}>Copy and close</Button>
      </Group>
    </Modal>
  );
}
