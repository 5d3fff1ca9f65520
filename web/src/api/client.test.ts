import { expect, test } from "vitest";
import { ApiError, ask, wordsOf } from "./client";

test("who asks in vain is promised nothing but another try", async () => {
  const lost = ask(Promise.reject(new TypeError("Failed to fetch")));
  await expect(lost).rejects.toMatchObject({
    code: "unreachable",
    message: "The server cannot be reached.",
    hint: "Try again when it is back.",
  });
});

test.each([
  [new ApiError(409, "taken", "There is one.", "Take another name."), "There is one. Take another name."],
  [{ message: "It is not connected.", hint: null }, "It is not connected."],
  [new TypeError("no such thing"), "no such thing"],
  ["plain words", "plain words"],
])("%s is told in one line", (problem, words) => expect(wordsOf(problem)).toBe(words));
