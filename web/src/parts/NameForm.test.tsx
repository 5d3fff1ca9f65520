// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { ApiError } from "@/api/client";
import { theme } from "@/ui/theme";
import { NameForm } from "./NameForm";

afterEach(cleanup);

test("a name is given without the spaces around it; what the server says of it stands until another is typed", async () => {
  const given: string[] = [];
  const typed: string[] = [];
  const take = async (name: string) => {
    given.push(name);
    if (name === "main") throw new ApiError(409, "conflict", "There is a branch main.");
  };
  render(
    <MantineProvider theme={theme} env="test">
      <NameForm label="Name" deed="Make" onTyped={(name) => typed.push(name)} onDone={take} />
    </MantineProvider>,
  );
  const user = userEvent.setup();
  const field = screen.getByLabelText("Name");
  const make = screen.getByRole("button", { name: "Make" });
  expect(make).toHaveProperty("disabled", true);
  expect(screen.queryByRole("button", { name: "Cancel" })).toBeNull();
  await user.type(field, " main ");
  await user.click(make);
  expect(await screen.findByText("There is a branch main.")).toBeTruthy();
  await user.clear(field);
  await user.type(field, "two");
  expect(screen.queryByText("There is a branch main.")).toBeNull();
  expect(typed.at(-1)).toBe("two");
  await user.type(field, "{Enter}");
  expect(given).toEqual(["main", "two"]);
});
