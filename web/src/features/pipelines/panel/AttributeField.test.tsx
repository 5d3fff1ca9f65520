// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { AttributeField } from "./AttributeField";

test("a field says what the docstring says of its attribute", () => {
  const attribute = {
    name: "epochs",
    annotation: "int",
    required: false,
    default: 12,
    doc: "How often each image is seen.",
  };
  render(
    <MantineProvider>
      <AttributeField attribute={attribute} value={undefined} disabled={false} onCommit={() => {}} />
    </MantineProvider>,
  );
  expect(screen.getByText("How often each image is seen.")).toBeDefined();
});
