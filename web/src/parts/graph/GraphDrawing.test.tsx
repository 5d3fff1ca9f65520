// @vitest-environment happy-dom
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { applied } from "@/graph/change";
import { diffGraphs } from "@/graph/diff";
import { GRAPH, OPERATIONS } from "@/graph/example";
import { EMPTY } from "@/graph/model";
import { GraphDrawing } from "./GraphDrawing";

test("every node can be chosen by keys and says its state", async () => {
  const choose = vi.fn();
  const states = new Map([["n-train", "failed"]] as const);
  render(
    <GraphDrawing graph={GRAPH} operations={OPERATIONS} label="train" states={states} onSelect={choose} />,
  );
  expect(screen.getAllByRole("button")).toHaveLength(5);
  screen.getByRole("button", { name: "train, Train, failed" }).focus();
  await userEvent.keyboard("{Enter}");
  expect(choose).toHaveBeenCalledWith("n-train");
});

test("a difference is marked by a sign and a word, not by colour alone", () => {
  const after = applied(GRAPH, [
    { do: "remove", node: "n-saved" },
    { do: "attribute", node: "n-train", name: "epochs", value: 9 },
  ]);
  render(
    <GraphDrawing graph={after} diff={diffGraphs(GRAPH, after)} label="difference" onSelect={() => {}} />,
  );
  const drawn = (name: string) => screen.getByRole("button", { name }).parentElement?.textContent;
  expect(drawn("saved, Output, removed")).toContain("−");
  expect(drawn("train, Train, changed")).toContain("~");
});

test("a drawing that is only looked at is one picture, and nothing is drawn of nothing", () => {
  const { rerender, container } = render(<GraphDrawing graph={GRAPH} label="train" compact />);
  expect(screen.getByRole("img", { name: "train" })).toBeTruthy();
  rerender(<GraphDrawing graph={EMPTY} label="train" />);
  expect(container.innerHTML).toBe("");
});
