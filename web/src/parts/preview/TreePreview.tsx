/** Nested values as a tree whose branches open. */
import { useState } from "react";
import { count } from "@/ui/time";
import type { TreeNode } from "./documents";
import css from "./preview.module.css";

export function TreePreview({ tree }: { tree: TreeNode }) {
  return (
    <ul className={css.tree} aria-label="Values">
      <Branch node={tree} depth={0} />
    </ul>
  );
}

function Branch({ name, node, depth }: { name?: string; node: TreeNode; depth: number }) {
  const [open, setOpen] = useState(depth === 0 || (depth === 1 && (node.items?.length ?? 0) <= 8));
  const label = name !== undefined && <span className={css.key}>{name}: </span>;
  if (!node.items) {
    return (
      <li>
        {label}
        <Leaf node={node} />
      </li>
    );
  }
  return (
    <li>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className={css.twist} data-open={open} aria-hidden />
        {label}
        <span className={css.brief}>
          {node.type}, {count(node.length ?? 0, "item")}
        </span>
      </button>
      {open && (
        <ul>
          {node.items.map((item, place) =>
            isPair(item) ? (
              <Branch key={item[0]} name={item[0]} node={item[1]} depth={depth + 1} />
            ) : (
              <Branch key={place} name={String(place)} node={item} depth={depth + 1} />
            ),
          )}
          {node.cut && <li className={css.brief}>… more is not shown</li>}
        </ul>
      )}
    </li>
  );
}

const isPair = (item: TreeNode | [string, TreeNode]): item is [string, TreeNode] => Array.isArray(item);

function Leaf({ node }: { node: TreeNode }) {
  if (node.type === "str") {
    return (
      <span className={css.text}>
        “{String(node.value)}
        {node.cut ? "…" : ""}”
      </span>
    );
  }
  const words: Record<string, string> = { NoneType: "None" };
  const shown = node.value === null ? (words[node.type] ?? "None") : pythonic(node.value);
  return <span className={css.plain}>{shown}</span>;
}

const pythonic = (value: unknown): string =>
  value === true ? "True" : value === false ? "False" : String(value);
