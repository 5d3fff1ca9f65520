/** On narrow screens: what is selected, or the history, in a drawer that slides over the canvas. */
import { Button, Drawer } from "@mantine/core";
import { useState } from "react";
import { useShownHistory } from "../history/address";
import HistoryPanel from "../history/HistoryPanel";
import { SidePanel } from "../panel/SidePanel";
import css from "./editor.module.css";
import { useCanvas } from "./session";

export default function NarrowPanel() {
  const [open, setOpen] = useState(false);
  const one = useCanvas((state) => state.selection.size === 1);
  const history = useShownHistory();
  return (
    <>
      {one && (
        <Button className={css.details} onClick={() => setOpen(true)}>
          Details
        </Button>
      )}
      <Drawer opened={open} onClose={() => setOpen(false)} position="bottom" size="70%" title="Details">
        <div data-side-panel>
          <SidePanel />
        </div>
      </Drawer>
      <Drawer
        opened={history.asked}
        onClose={history.version === null ? history.close : history.hide}
        position="bottom"
        size="70%"
        padding={0}
        title="History"
        styles={{ header: { display: "none" } }}
        withOverlay={false}
      >
        <HistoryPanel close={history.version === null ? history.close : history.hide} />
      </Drawer>
    </>
  );
}
