/** Every command of the canvas as an action: for keys, menus, the palette, the toolbar and tests alike. */
import { IconClipboardText } from "@tabler/icons-react";
import { useNavigate } from "react-router";
import { type Action, useActions } from "@/state/actions";
import { clipboardText } from "@/state/clipboard";
import { useShownHistory } from "../history/address";
import { useComparisonStore } from "../history/comparison";
import { codeAddress } from "../panel/codeAddress";
import { failedAt } from "../run/failure";
import { useBoard } from "./board";
import { canvasActions } from "./canvasList";
import type { Clipboard } from "./clipboardEvents";
import { Commands } from "./commands";
import { useEditor, useOperations } from "./editor";
import { movingActions } from "./movingList";
import { nodeActions } from "./nodeList";
import { useSessionStore } from "./session";
import { viewActions } from "./viewList";
import { useCanvasViews } from "./views";

export function useCanvasActions(clipboard: Clipboard): Action[] {
  const { document: live, project, name } = useEditor();
  const operations = useOperations();
  const board = useBoard();
  const session = useSessionStore();
  const navigate = useNavigate();
  const shown = useCanvasViews();
  const history = useShownHistory();
  const comparison = useComparisonStore();

  return useActions(() => {
    const commands = new Commands(live, operations, board, session);
    const scope = { commands, live, operations, board, session, clipboard };
    const openCode = (node: string, file: string) => {
      const failed = failedAt(project, name, node);
      navigate(codeAddress(project, failed?.file ?? file, failed?.line));
    };
    const ofCopied: Action = {
      id: "canvas.paste-code",
      label: "New operation of copied code",
      group: "Canvas",
      icon: IconClipboardText,
      words: "paste clipboard function create",
      when: () => live.writable,
      perform: () => {
        const ask = (copied: string) => navigate(`/projects/${project}/code`, { state: { copied } });
        clipboardText().then(ask, () => ask("")); // what may not be read is pasted by hand
      },
    };
    return [
      ...canvasActions(scope),
      ofCopied,
      ...nodeActions(scope, openCode),
      ...viewActions(scope, shown, history, comparison),
      ...movingActions(scope),
    ];
  }, [
    live,
    project,
    name,
    operations,
    board,
    session,
    navigate,
    clipboard,
    shown.minimap,
    shown.outline,
    history.open,
    comparison,
    live.steps.undoLabel,
    live.steps.redoLabel,
    live.writable,
  ]);
}
