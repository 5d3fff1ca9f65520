/** The commands of the editor of code. */
import { toggleComment } from "@codemirror/commands";
import { openSearchPanel } from "@codemirror/search";
import { EditorView } from "@codemirror/view";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconCode,
  IconCursorText,
  IconMessageCode,
  IconSearch,
  IconTargetArrow,
} from "@tabler/icons-react";
import { useCallback } from "react";
import { useNavigate } from "react-router";
import { ApiError } from "@/api/client";
import { type Action, useActions } from "@/state/actions";
import type { LiveDocument } from "@/state/document";
import { done, failed } from "@/state/toasts";
import { addressOf } from "../files";
import { rewrite } from "../pen";
import { findDefinition, formatted, positionOf } from "./language";

interface Subject {
  document: LiveDocument;
  project: string;
  path: string;
  view: EditorView | null;
  onRename: () => void;
}

export function useCodeActions({ document, project, path, view, onRename }: Subject) {
  const navigate = useNavigate();
  const define = useCallback(
    async (position: number) => {
      if (!view) return;
      try {
        const [found] = await findDefinition({ project, path }, view.state, position);
        if (!found) return void done("Where this comes from is not known.");
        if (found.path === null || found.path === undefined)
          return void done(`${found.name} comes from ${found.module}, which is not of this project.`);
        if (found.path !== path) return navigate(addressOf(project, found.path, found.line));
        const anchor = positionOf(view.state.doc, found.line ?? 1, found.column ?? 0);
        view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
        view.focus();
      } catch (error) {
        failed(error, "The definition was not found");
      }
    },
    [view, project, path, navigate],
  );
  const actions = useActions(() => {
    const isPython = path.endsWith(".py");
    const writable = () => document.writable && document.status !== "refused";
    const save = () => void document.save().catch((error: unknown) => failed(error, "Not saved yet"));
    const format = async () => {
      const before = document.text.toString();
      try {
        const text = await formatted({ project, path }, before);
        if (document.text.toString() === before) rewrite(document, "Format", text);
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 0)) failed(error);
      }
      save();
    };
    const found: Action[] = [
      {
        id: "code.format",
        label: isPython ? "Format and save" : "Save",
        group: "Code",
        keys: isPython ? ["Mod+S", "Alt+Shift+F"] : ["Mod+S"],
        icon: IconCode,
        inFields: true,
        when: writable,
        perform: () => void (isPython ? format() : save()),
      },
      {
        id: "code.undo",
        label: "Undo my last change",
        group: "Code",
        keys: ["Mod+Z"],
        icon: IconArrowBackUp,
        when: () => document.undo.undoStack.length > 0,
        perform: () => document.undo.undo(),
      },
      {
        id: "code.redo",
        label: "Redo",
        group: "Code",
        keys: ["Mod+Shift+Z", "Mod+Y"],
        icon: IconArrowForwardUp,
        when: () => document.undo.redoStack.length > 0,
        perform: () => document.undo.redo(),
      },
      {
        id: "code.find",
        label: "Find and replace",
        group: "Code",
        keys: ["Mod+F"],
        icon: IconSearch,
        when: () => view !== null,
        perform: () => view && openSearchPanel(view),
      },
    ];
    if (isPython)
      found.push(
        {
          id: "code.definition",
          label: "Go to the definition",
          group: "Code",
          keys: ["F12"],
          icon: IconTargetArrow,
          when: () => view !== null,
          perform: () => view && void define(view.state.selection.main.head),
        },
        {
          id: "code.rename",
          label: "Rename the name at the cursor",
          group: "Code",
          keys: ["F2"],
          icon: IconCursorText,
          when: () => view !== null && writable(),
          perform: onRename,
        },
        {
          id: "code.comment",
          label: "Comment or uncomment lines",
          group: "Code",
          keys: ["Mod+/"],
          icon: IconMessageCode,
          when: () => view !== null && writable(),
          perform: () => view && toggleComment(view),
        },
      );
    return found;
  }, [document, project, path, view, define, onRename]);
  return { format: actions.find((action) => action.id === "code.format"), define };
}
