/** What the parts of one editor share: its document, its operations, and where it is. */
import { createContext, useContext } from "react";
import type { Operations } from "@/graph/operation";
import type { LiveDocument } from "@/state/document";

export interface Editor {
  project: string;
  /** Of the pipeline. */
  name: string;
  document: LiveDocument;
}

const EditorContext = createContext<Editor | null>(null);
export const EditorProvider = EditorContext.Provider;

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error("There is no pipeline around this component.");
  return editor;
}

const OperationsContext = createContext<Operations>(new Map());
export const OperationsProvider = OperationsContext.Provider;

/** The operations of the project by name, the built-in ones among them. */
export function useOperations(): Operations {
  return useContext(OperationsContext);
}
