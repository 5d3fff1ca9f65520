/** Every command of the canvas as an action: for keys, menus, the palette, the toolbar and tests alike. */
import { useNavigate } from "react-router";
import { type Action, useActions } from "@/state/actions";
import { useShownHistory } from "../history/address";
import { useComparisonStore } from "../history/comparison";
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
  const { document: live, project } = useEditor();
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
    const openCode = (file: string) => navigate(`/projects/${project}/code?path=${encodeURIComponent(file)}`);
    return [
      ...canvasActions(scope),
      ...nodeActions(scope, openCode),
      ...viewActions(scope, shown, history, comparison),
      ...movingActions(scope),
    ];
  }, [
    live,
    project,
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
