import { expect, test } from "vitest";
import { unreadableFiles } from "./unreadable";

const problem = (file: string, message: string, hint = "Correct it there.") => ({
  rule: "yaml",
  message,
  hint,
  severity: "error" as const,
  place: { file, line: null, node: null, part: null },
});

test("a file of a pipeline that cannot be read is told with its name and its line", () => {
  expect(
    unreadableFiles([
      problem("pipelines/in/bad.yaml", "pipelines/in/bad.yaml:3 is not YAML: a tab", "Look at the line."),
      problem("pipelines/in/bad.yaml", "pipelines/in/bad.yaml:9 has more"),
      problem("pipelines/list.yml", "It is a list."),
      problem("operations/train.py", "It has no function."),
    ]),
  ).toEqual([
    {
      name: "in/bad",
      file: "pipelines/in/bad.yaml",
      line: 3,
      message: "is not YAML: a tab",
      hint: "Look at the line.",
    },
    {
      name: "list",
      file: "pipelines/list.yml",
      line: null,
      message: "It is a list.",
      hint: "Correct it there.",
    },
  ]);
});
