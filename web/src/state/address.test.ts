import { expect, test } from "vitest";
import { changed } from "./address";

test("what is asked anew stands in the address, what is empty does not, and the rest stays", () => {
  const before = new URLSearchParams("tab=log&job=a&sort=name");
  expect(changed(before, { job: "b", sort: "", tab: null, path: "utils/x.py" }).toString()).toBe(
    "job=b&path=utils%2Fx.py",
  );
  expect(before.get("job")).toBe("a");
});
