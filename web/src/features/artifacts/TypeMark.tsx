/** The type of data: a shape and a word. */
import {
  IconBinaryTree2,
  IconBox,
  IconFileCode,
  IconFolder,
  IconGridDots,
  IconLink,
  IconPhoto,
  IconTable,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import css from "./artifacts.module.css";

type Icon = ComponentType<{ size?: number; stroke?: number; "aria-hidden"?: boolean }>;

const KNOWN: readonly [RegExp, string, Icon, string][] = [
  [/^reference$/, "", IconLink, "any"],
  [/^manifest$/, "folder", IconFolder, "any"],
  [/^npy$/, "array", IconGridDots, "tensor"],
  [/^arrow$/, "table", IconTable, "table"],
  [/^png$/, "picture", IconPhoto, "tensor"],
  [/^json$/, "", IconFileCode, "scalar"],
  [/^(torch|keras)$/, "", IconBinaryTree2, "model"],
];

/** What a codec that keeps anything has kept. */
const OF_TYPE: readonly [RegExp, string, Icon, string][] = [
  [/\b(DataFrame|Series)$/, "", IconTable, "table"],
  [/\b(Module|Sequential|Model)$/, "", IconBinaryTree2, "model"],
  [/\b(ndarray|Tensor)$/, "", IconGridDots, "tensor"],
];

/** The short word for a type: the class's own name, or what its codec keeps. */
function wordOf(type: string, codec: string): string {
  const known = KNOWN.find(([sign]) => sign.test(codec));
  return known?.[1] || (type.split(".").at(-1) ?? type);
}

export function TypeMark({ type, codec }: { type: string; codec: string }) {
  const known = KNOWN.find(([sign]) => sign.test(codec)) ?? OF_TYPE.find(([sign]) => sign.test(type));
  const Mark = known?.[2] ?? IconBox;
  return (
    <span className={css.type} data-family={known?.[3] ?? "any"} title={`${type}, kept as ${codec}`}>
      <Mark size={15} stroke={1.7} aria-hidden />
      {wordOf(type, codec)}
    </span>
  );
}
