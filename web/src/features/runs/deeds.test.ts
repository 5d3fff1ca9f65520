import { expect, test } from "vitest";
import { againWords, artifactAddress } from "./deeds";

test.each([
  ["success", "Run again"],
  ["running", "Run again"],
  ["failed", "Run the rest again"],
  ["canceled", "Run the rest again"],
])("a run that is %s offers: %s", (state, words) => expect(againWords(state)).toBe(words));

test("an artifact's name leads to its page, whatever is in the name", () => {
  expect(artifactAddress("p", "a/b & c@3")).toBe("/projects/p/artifacts?find=a%2Fb%20%26%20c%403");
});
