/** Asks for another name of what the cursor is on, and changes it wherever it stands in the file, and in pipelines. */
import type { EditorView } from "@codemirror/view";
import { useEffect, useState } from "react";
import { ApiError, type Schemas } from "@/api/client";
import { NameModal } from "@/parts/NameModal";
import type { LiveDocument } from "@/state/document";
import { failed } from "@/state/toasts";
import { interfaceOf, write } from "../interface/edits";
import { renamedBetween } from "../interface/renamed";
import { findReferences, type Ground, positionOf } from "./language";

interface RenameNameProps {
  document: LiveDocument;
  ground: Ground;
  view: EditorView;
  onClose: () => void;
}

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

const changed = () =>
  new ApiError(409, "conflict", "The text has changed meanwhile.", "Close this and try again.");

export function RenameName({ document, ground, view, onClose }: RenameNameProps) {
  const [state] = useState(view.state);
  const word = state.wordAt(state.selection.main.head);
  const name = word ? state.sliceDoc(word.from, word.to) : "";
  const [places, setPlaces] = useState<Schemas["Occurrence"][] | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, for where the cursor was
  useEffect(() => {
    if (!word) return onClose();
    findReferences(ground, state, word.from).then(setPlaces, (error) => {
      failed(error, "The name cannot be changed");
      onClose();
    });
  }, []);
  if (!places) return null;
  return (
    <NameModal
      title={`Rename ${name}`}
      label={`New name, in ${places.length} place${places.length === 1 ? "" : "s"}`}
      first={name}
      deed="Rename"
      onClose={onClose}
      onDone={async (to) => {
        if (!NAME.test(to)) throw new ApiError(422, "bad_input", `${to} cannot be a name in Python.`);
        if (places.length === 0)
          throw new ApiError(422, "bad_input", `${name} is nothing that can be renamed here.`);
        if (document.text.toString() !== state.doc.toString()) throw changed();
        const before = state.doc.toString();
        let text = before;
        for (const place of [...places].sort(
          (one, other) => other.line - one.line || other.column - one.column,
        )) {
          const from = positionOf(state.doc, place.line, place.column);
          const end = positionOf(state.doc, place.line, place.end_column);
          text = text.slice(0, from) + to + text.slice(end);
        }
        const { project, path } = ground;
        const [old, made] = path.startsWith("operations/")
          ? await Promise.all([before, text].map((source) => interfaceOf(project, path, source)))
          : [];
        if (document.text.toString() !== before) throw changed();
        onClose();
        await write(
          { document, project, path },
          `Rename ${name}`,
          text,
          old && made ? renamedBetween(old, made) : [],
        ).catch((error) => failed(error, "The pipelines did not follow"));
      }}
    />
  );
}
