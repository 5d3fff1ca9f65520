/** The lines of the list, drawn as far as they are seen. */
import { Badge, Checkbox } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAlertTriangle, IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { Link } from "react-router";
import { Ago } from "@/ui/Time";
import { bytes, count, number } from "@/ui/time";
import css from "../artifacts.module.css";
import type { Artifact } from "../queries";
import { TypeMark } from "../TypeMark";

interface RowsProps {
  project: string;
  artifacts: readonly Artifact[];
  sort: string;
  onSort: (sort: string) => void;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  /** The end has come into sight. */
  onEnd: () => void;
}

const COLUMNS = [
  ["name", "Name"],
  ["type", "Type"],
  ["size", "Size"],
  ["versions", "Versions"],
  ["created", "Newest"],
] as const;

const ROW = 38;
/** On a narrow screen an artifact has two lines. */
const NARROW_ROW = 56;

export function Rows({ project, artifacts, sort, onSort, selected, onSelect, onEnd }: RowsProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery("(max-width: 760px)", false, { getInitialValueInEffect: false });
  const height = narrow ? NARROW_ROW : ROW;
  const rows = useVirtualizer({
    count: artifacts.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    overscan: 12,
    initialRect: { width: 1000, height: 700 },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are as tall as `height` says
  useEffect(() => rows.measure(), [rows, height]);
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= artifacts.length - 1) onEnd();
  }, [last, artifacts.length, onEnd]);
  const all = artifacts.length > 0 && artifacts.every(({ id }) => selected.has(id));
  const toggle = (id: string) => {
    const after = new Set(selected);
    if (!after.delete(id)) after.add(id);
    onSelect(after);
  };
  return (
    <div ref={scroll} className={css.rows}>
      {/* biome-ignore lint/a11y/useSemanticElements: a virtual list cannot be a table element */}
      <div role="table" aria-label="Artifacts" aria-rowcount={artifacts.length + 1}>
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: its cells have the focus */}
        <div role="row" className={`${css.row} ${css.head}`} aria-rowindex={1}>
          <Cell head>
            <Checkbox
              size={narrow ? "md" : "xs"}
              aria-label="Choose all"
              checked={all}
              indeterminate={!all && selected.size > 0}
              onChange={() => onSelect(all ? new Set() : new Set(artifacts.map(({ id }) => id)))}
            />
          </Cell>
          {COLUMNS.map(([key, label]) => {
            const here = sort.replace("-", "") === key;
            const down = here && sort.startsWith("-");
            const Arrow = down ? IconArrowDown : IconArrowUp;
            const first = key === "name" || key === "type" ? key : `-${key}`;
            const other = down ? key : `-${key}`;
            return (
              <Cell key={key} head sorted={here ? (down ? "descending" : "ascending") : "none"} name={key}>
                <button type="button" onClick={() => onSort(here ? other : first)}>
                  {label}
                  {here && <Arrow size={12} aria-hidden />}
                </button>
              </Cell>
            );
          })}
          <Cell head name="used">
            Used by
          </Cell>
          <Cell head name="tags">
            Tags
          </Cell>
        </div>
        <div className={css.body} style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const artifact = artifacts[index]!;
            const chosen = selected.has(artifact.id);
            return (
              // biome-ignore lint/a11y/useSemanticElements: a virtual list cannot be a table element
              <div
                key={artifact.id}
                role="row"
                tabIndex={-1}
                aria-rowindex={index + 2}
                aria-selected={chosen}
                className={css.row}
                style={{ transform: `translateY(${start}px)`, height }}
                onKeyDown={(event) => move(event)}
              >
                <Cell>
                  <Checkbox
                    size={narrow ? "md" : "xs"}
                    aria-label={`Choose ${artifact.name}`}
                    checked={chosen}
                    onChange={() => toggle(artifact.id)}
                  />
                </Cell>
                <Cell name="name">
                  <Link to={`/projects/${project}/artifacts/${artifact.id}`}>{artifact.name}</Link>
                  {artifact.gone && (
                    <span className={css.gone} title="The bytes of the newest version are no longer there">
                      <IconAlertTriangle size={13} aria-hidden /> gone
                    </span>
                  )}
                </Cell>
                <Cell name="type">
                  <TypeMark type={artifact.type} codec={artifact.codec} />
                </Cell>
                <Cell name="size">{bytes(artifact.size)}</Cell>
                <Cell name="versions">{number(artifact.versions)}</Cell>
                <Cell name="created">
                  <Ago time={artifact.created} />
                </Cell>
                <Cell name="used">{artifact.used_by > 0 ? count(artifact.used_by, "run") : "—"}</Cell>
                <Cell name="tags">
                  {artifact.tags.map((tag) => (
                    <Badge key={tag} variant="default" size="sm" tt="none" fw={500}>
                      {tag}
                    </Badge>
                  ))}
                </Cell>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface CellProps {
  head?: boolean;
  name?: string;
  sorted?: "ascending" | "descending" | "none";
  children: React.ReactNode;
}

function Cell({ head = false, name, sorted, children }: CellProps) {
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a column header may be sorted
    <div role={head ? "columnheader" : "cell"} className={css.cell} data-column={name} aria-sort={sorted}>
      {children}
    </div>
  );
}

/** Arrows go from line to line. */
function move(event: KeyboardEvent<HTMLDivElement>): void {
  const row = event.currentTarget;
  const to =
    event.key === "ArrowDown"
      ? row.nextElementSibling
      : event.key === "ArrowUp"
        ? row.previousElementSibling
        : null;
  const link = to?.querySelector<HTMLElement>("a");
  if (link) {
    event.preventDefault();
    link.focus();
  }
}
