// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { queries } from "@/api/queries";
import { NewFileDialog } from "./NewFileDialog";

vi.mock("@/api/client", async (original) => ({
  ...(await original<typeof import("@/api/client")>()),
  ask: (answer: unknown) => answer,
  api: { GET: async () => [] },
}));

afterEach(cleanup);

function shown() {
  render(
    <QueryClientProvider client={queries}>
      <MantineProvider env="test">
        <NewFileDialog project="p" kind="operation" code={null} onClose={() => {}} onMade={() => {}} />
      </MantineProvider>
    </QueryClientProvider>,
  );
}

const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const choose = (label: string, value: string) => {
  field(label).focus();
  fireEvent.change(field(label), { target: { value } });
};

/** Milliseconds: fields that are typed in take their time on a busy machine. */
const SLOWLY = 20_000;

test(
  "another kind proposes another name, and keeps the one that was typed",
  () => {
    shown();
    expect(field("Name").value).toBe("my_operation");
    choose("Kind", "layers");
    expect(field("Name").value).toBe("my_layer");
    fireEvent.change(field("Name"), { target: { value: "scale" } });
    choose("Kind", "operation");
    expect(field("Name").value).toBe("scale");
  },
  SLOWLY,
);

test(
  "whoever chooses stays where they choose",
  () => {
    shown();
    choose("Kind", "utils");
    expect(document.activeElement).toBe(field("Kind"));
  },
  SLOWLY,
);
