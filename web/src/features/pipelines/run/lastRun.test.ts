import { expect, test } from "vitest";
import { type Course, prolonged } from "./lastRun";

const COURSES = new Map<string, Course>([["job", { name: "loss", points: [3, 2] }]]);

test("the line of a node goes on with the metric that it shows, and with no other", () => {
  expect(prolonged(COURSES, "job", { accuracy: 0.9 })).toBe(COURSES);
  expect(prolonged(COURSES, "job", { loss: null })).toBe(COURSES);
  expect(prolonged(COURSES, "another", { loss: 1 })).toBe(COURSES);
  expect(prolonged(COURSES, "job", { accuracy: 0.9, loss: 1 }).get("job")?.points).toEqual([3, 2, 1]);
});
