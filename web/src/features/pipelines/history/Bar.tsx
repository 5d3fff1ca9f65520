/** Above the drawing: what it is compared with, how many nodes differ, and the way from one to the next. */
import { ActionIcon, Button, SegmentedControl } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconHistory, IconX } from "@tabler/icons-react";
import { counts } from "@/graph/diff";
import { useEditor } from "../canvas/editor";
import { type Side, useShownHistory } from "./address";
import { useComparison } from "./comparison";
import css from "./history.module.css";
import { KINDS, SIGNS, useTour } from "./tour";
import { useTitle } from "./version";

const SIDES = [
  { value: "before", label: "Before" },
  { value: "difference", label: "Difference" },
  { value: "now", label: "Now" },
];

export function Bar({ version, problem }: { version: string; problem: string | null }) {
  const { project, document } = useEditor();
  const shown = useShownHistory();
  const title = useTitle(project, document.path, version);
  return (
    <section className={css.bar} aria-label="Comparison" data-comparison>
      <p className={css.what}>
        <span>Compared with </span>
        <b title={title}>{title}</b>
      </p>
      <Button
        className={css.reopen}
        size="compact-sm"
        variant="subtle"
        color="gray"
        leftSection={<IconHistory size={15} />}
        onClick={shown.show}
      >
        Versions
      </Button>
      {problem === null ? (
        <>
          <SegmentedControl
            size="xs"
            aria-label="What the canvas shows"
            value={shown.side}
            onChange={(side) => shown.turn(side as Side)}
            data={SIDES}
          />
          <Counts />
        </>
      ) : (
        <p className={css.problem}>It cannot be drawn.</p>
      )}
      <ActionIcon
        className={css.stop}
        variant="subtle"
        color="gray"
        size="sm"
        aria-label="Stop comparing"
        onClick={() => (shown.asked ? shown.choose(null) : shown.close())}
      >
        <IconX size={15} />
      </ActionIcon>
    </section>
  );
}

/** How many of each kind: each leads to the next of its kind. */
function Counts() {
  const diff = useComparison((state) => state.diff);
  const { changes, place, go } = useTour();
  if (!diff) return null;
  if (changes.length === 0) return <p className={css.same}>Nothing differs</p>;
  const found = counts(diff);
  return (
    <>
      <span className={css.steps}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label="The change before"
          title="The change before (Shift F7)"
          onClick={() => go(-1)}
        >
          <IconChevronLeft size={15} />
        </ActionIcon>
        <span role="status">
          {place < 0
            ? `${changes.length} ${changes.length === 1 ? "change" : "changes"}`
            : `${place + 1} of ${changes.length}`}
        </span>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label="The next change"
          title="The next change (F7)"
          onClick={() => go(1)}
        >
          <IconChevronRight size={15} />
        </ActionIcon>
      </span>
      <span className={css.legend}>
        {KINDS.filter((kind) => found[kind] > 0).map((kind) => (
          <button
            key={kind}
            type="button"
            className={`${css.count} ${css[kind]}`}
            title={`To the next that was ${kind}`}
            onClick={() => go(1, kind)}
          >
            <i aria-hidden>{SIGNS[kind]}</i>
            {found[kind]} {kind}
          </button>
        ))}
      </span>
    </>
  );
}
