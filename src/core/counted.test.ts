import { expect, it } from "vitest";
import { counted } from "./counted";

it("counts one and several", () => {
  expect([0, 1, 2, 1204].map((count) => counted(count, "file"))).toEqual([
    "0 files",
    "1 file",
    "2 files",
    "1,204 files",
  ]);
  expect(counted(1, "class is", "classes are")).toBe("1 class is");
  expect(counted(3, "class is", "classes are")).toBe("3 classes are");
});
