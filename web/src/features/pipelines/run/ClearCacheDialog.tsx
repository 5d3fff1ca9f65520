/** Asks before results are forgotten. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { clearCache, leaveCache, useClearing } from "./clearing";

export default function ClearCacheDialog() {
  const asked = useClearing((state) => state.asked);
  const names = asked?.nodes.join(", ") ?? "";
  return (
    <Modal opened={asked !== null} onClose={leaveCache} title="Clear the cache?" size="sm">
      <Text>
        The results of {names}
        {asked?.downstream && " and of all that depends on it"} are forgotten, and the next run makes them
        anew. Artifacts, logs and figures stay.
      </Text>
      <Group justify="flex-end" mt="md" gap="xs">
        <Button onClick={leaveCache}>Keep them</Button>
        <Button variant="filled" data-autofocus onClick={() => asked && void clearCache(asked)}>
          Clear
        </Button>
      </Group>
    </Modal>
  );
}
