import { expect, test } from "vitest";
import { piecesOf, projectPath } from "./links";

test("a place of a traceback in the project leads to the code", () => {
  expect(
    piecesOf('  File "/home/me/.deepforge/jobs/01.1/workspace/operations/train.py", line 12, in execute'),
  ).toEqual([
    { kind: "text", text: "  " },
    {
      kind: "code",
      text: 'File "/home/me/.deepforge/jobs/01.1/workspace/operations/train.py", line 12',
      path: "operations/train.py",
      line: 12,
    },
    { kind: "text", text: ", in execute" },
  ]);
});

test("a file from elsewhere leads nowhere", () => {
  const line = 'File "/usr/lib/python3.11/site-packages/torch/utils/data.py", line 3';
  expect(piecesOf(line)).toEqual([{ kind: "text", text: line }]);
  expect(projectPath("serialization.py")).toBe("serialization.py");
  expect(projectPath("/tmp/other.py")).toBe(null);
});

test("only web addresses are links, without what closes the sentence", () => {
  expect(piecesOf("see https://example.org/a(b). javascript:alert(1)")).toEqual([
    { kind: "text", text: "see " },
    { kind: "web", text: "https://example.org/a(b", href: "https://example.org/a(b" },
    { kind: "text", text: "). javascript:alert(1)" },
  ]);
});
