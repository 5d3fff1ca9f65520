import { expect, test } from "vitest";
import { ALL, asked, count, missing, none, rest, toggled } from "./choice";
import type { Changes } from "./queries";

const CHANGES: Changes = {
  repository: true,
  branch: "main",
  head: "a".repeat(40),
  files: [
    { path: "a", change: "modified", reason: null },
    { path: "b", change: "added", reason: null },
    { path: "c", change: "added", reason: "It is a submodule." },
  ],
  changed: 3,
  possible: 2,
  refusal: null,
  name: null,
  email: null,
  hooks: [],
  signs: false,
};
const MANY = { ...CHANGES, changed: 5003, possible: 5002 };
const FORM = { message: "Try", name: "Ada", email: "ada@example.org" };

test("all that can be committed are chosen at first, by name", () => {
  expect(asked(CHANGES, ALL)).toEqual({ paths: ["a", "b"], without: [] });
  expect(asked(CHANGES, toggled(ALL, "a"))).toEqual({ paths: ["b"], without: [] });
  expect(count(CHANGES, toggled(toggled(ALL, "a"), "a"))).toBe(2);
  expect(count(CHANGES, none(CHANGES))).toBe(0);
});

test("those that are too many to be named are one choice", () => {
  expect([rest(CHANGES), rest(MANY), count(MANY, ALL)]).toEqual([0, 5000, 5002]);
  expect(asked(MANY, toggled(ALL, "a"))).toEqual({ paths: null, without: ["a"] });
  expect(asked(MANY, { ...ALL, restLeft: true })).toEqual({ paths: ["a", "b"], without: [] });
  expect(asked(MANY, toggled(ALL, "gone"))).toEqual({ paths: null, without: [] });
});

test("what is missing is told, one thing after the other", () => {
  const refusal = { message: "No branch is checked out.", hint: "" };
  expect(missing({ ...CHANGES, refusal }, ALL, FORM)).toBe("No branch is checked out.");
  expect(missing({ ...CHANGES, possible: 0 }, ALL, FORM)).toBe("Nothing changed that can be committed.");
  expect(missing(CHANGES, none(CHANGES), FORM)).toBe("Choose a file.");
  expect(missing(CHANGES, ALL, { ...FORM, message: " \n" })).toBe("Write what it changes.");
  expect(missing(CHANGES, ALL, { ...FORM, name: "" })).toBe("Write the author's name.");
  expect(missing(CHANGES, ALL, { ...FORM, email: "ada" })).toBe("Write the author's e-mail.");
  expect(missing(CHANGES, ALL, FORM)).toBe(null);
});
