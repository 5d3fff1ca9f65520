/** What the canvas shows only when somebody asks: loaded at the first sign of a person, so that it is there when asked for. */
import { lazy, useEffect } from "react";

const parts = {
  addPalette: () => import("./AddPalette"),
  contextMenu: () => import("./ContextMenu"),
  findBar: () => import("./FindBar"),
  linkList: () => import("./LinkList"),
};

export const AddPalette = lazy(parts.addPalette);
export const ContextMenu = lazy(parts.contextMenu);
export const FindBar = lazy(parts.findBar);
export const LinkList = lazy(parts.linkList);
export const Outline = lazy(() => import("./Outline"));

const SIGNS = ["pointermove", "pointerdown", "keydown"] as const;

/** Load the parts when the person first moves, presses or types. */
export function useWarmth(): void {
  useEffect(() => {
    const load = () => {
      end();
      for (const part of Object.values(parts)) void part();
    };
    const end = () => {
      for (const sign of SIGNS) window.removeEventListener(sign, load, true);
    };
    for (const sign of SIGNS) window.addEventListener(sign, load, true);
    return end;
  }, []);
}
