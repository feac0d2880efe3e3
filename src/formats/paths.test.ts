import { expect, it } from "vitest";
import { foldersOf } from "./paths";

it("folders of a path are split once for all files in them", () => {
  expect(foldersOf("a.png")).toEqual([]);
  expect(foldersOf("/a.png")).toEqual([""]);
  expect(foldersOf("train/masks/a.png")).toEqual(["train", "masks"]);
  expect(foldersOf("train/masks/b.png")).toBe(foldersOf("train/masks/a.png"));
});
