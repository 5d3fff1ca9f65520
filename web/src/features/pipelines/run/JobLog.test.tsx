// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { LogView } from "@/parts/feedback/LogView";
import type { Run } from "@/state/run";
import { useDrawer } from "./drawerState";
import JobLog from "./JobLog";

let shown: Parameters<typeof LogView>[0];
vi.mock("@/parts/feedback/LogView", () => ({
  LogView: (props: typeof shown) => {
    shown = props;
    return null;
  },
}));
vi.mock("../canvas/editor", () => ({ useEditor: () => ({}) }));

afterEach(cleanup);

test("choosing all jobs does not bring the node that is selected in between", () => {
  render(<JobLog run={{ id: "r", project: "p" } as Run} job={null} action={null} />);
  shown.onJob?.("a");
  shown.onJob?.(null);
  expect(useDrawer.getState().job).toBe("a");
});
