// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Action } from "@/state/actions";
import { theme } from "@/ui/theme";
import { MenuButton } from "./MenuButton";

const chosen = vi.fn();
const ACTIONS: Action[] = [
  { id: "light", label: "Light", group: "Theme", perform: () => chosen("light") },
  { id: "dark", label: "Dark", group: "Theme", perform: () => chosen("dark") },
];

function Shown() {
  return (
    <MantineProvider theme={theme} env="test">
      <MenuButton actions={ACTIONS} current="dark">
        {(button) => (
          <button type="button" {...button}>
            Theme
          </button>
        )}
      </MenuButton>
    </MantineProvider>
  );
}

afterEach(cleanup);

test("the button says what it opens before the menu is loaded, and has the focus again when it closes", async () => {
  render(<Shown />);
  const button = screen.getByRole("button", { name: "Theme" });
  expect(button.getAttribute("aria-haspopup")).toBe("menu");
  expect(button.getAttribute("aria-expanded")).toBe("false");
  const user = userEvent.setup();
  await user.click(button);
  const menu = await screen.findByRole("menu", { name: "Theme" });
  expect(button.getAttribute("aria-expanded")).toBe("true");
  expect(button.getAttribute("aria-controls")).toBe(menu.id);
  await vi.waitFor(() => expect(document.activeElement?.textContent).toBe("Light"));
  expect(screen.getByRole("menuitem", { name: "Dark" }).getAttribute("aria-current")).toBe("true");
  await user.keyboard("{Escape}");
  await vi.waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
  await vi.waitFor(() => expect(document.activeElement).toBe(button));
  expect(button.getAttribute("aria-expanded")).toBe("false");
});

test("a click on the button closes the menu that it opened, and an entry does what it says", async () => {
  render(<Shown />);
  const button = screen.getByRole("button", { name: "Theme" });
  const user = userEvent.setup();
  await user.click(button);
  await screen.findByRole("menu");
  await user.click(button);
  await vi.waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
  await user.click(button);
  await user.click(await screen.findByRole("menuitem", { name: "Dark" }));
  expect(chosen.mock.calls).toEqual([["dark"]]);
});
