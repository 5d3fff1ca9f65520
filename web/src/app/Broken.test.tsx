// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { act, render, screen } from "@testing-library/react";
import { MemoryRouter, type NavigateFunction, Route, Routes, useNavigate } from "react-router";
import { expect, test, vi } from "vitest";
import { Boundary } from "./Broken";

let go: NavigateFunction;

function View(): never {
  throw new Error("The view is broken.");
}

function Other() {
  return <p>Another view</p>;
}

function Frame() {
  go = useNavigate();
  return (
    <Boundary>
      <Routes>
        <Route path="/" element={<View />} />
        <Route path="/other" element={<Other />} />
      </Routes>
    </Boundary>
  );
}

test("a view that breaks says why in its place, and another can be visited", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  render(
    <MantineProvider>
      <MemoryRouter>
        <Frame />
      </MemoryRouter>
    </MantineProvider>,
  );
  expect(screen.getByRole("alert").textContent).toContain("The view is broken.");
  await act(() => go("/other"));
  expect(screen.getByText("Another view")).toBeDefined();
});
