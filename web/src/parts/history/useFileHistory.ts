/** The command that leads from an open file to its versions. */
import { IconHistory } from "@tabler/icons-react";
import { useNavigate } from "react-router";
import { useActions } from "@/state/actions";
import { historyOf } from "./address";

export function useFileHistory(project: string, path: string): void {
  const navigate = useNavigate();
  useActions(
    () => [
      {
        id: "history.file",
        label: "History of this file",
        group: "Go to",
        keys: ["Alt+H"],
        icon: IconHistory,
        words: "versions restore go back",
        inFields: true,
        perform: () => navigate(historyOf(project, path)),
      },
    ],
    [project, path, navigate],
  );
}
