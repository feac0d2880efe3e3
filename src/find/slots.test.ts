import { expect, it } from "vitest";
import { VOID } from "./scene";
import { chooseSlots, MOST_SLOTS } from "./slots";

const SIZE = 100;

it("gives slots to visible classes, the largest first, ties by id", () => {
  const label = new Int32Array(SIZE * SIZE).fill(700);
  label.fill(9, 0, 300);
  label.fill(5, 300, 400);
  label.fill(3, 400, 500);
  label.fill(VOID, 500, 4000);
  const hidden = new Uint8Array(SIZE * SIZE);
  expect(chooseSlots(label, hidden, SIZE)).toEqual([700, 9, 3, 5]);
  hidden.fill(1, 0, 300);
  expect(chooseSlots(label, hidden, SIZE)).toEqual([700, 3, 5]);
});

it("prefers what is near the hole when there are too many classes", () => {
  // Columns of 3 px, a class each; the hole is at the right edge, where the classes are the smaller ones.
  const label = Int32Array.from({ length: SIZE * SIZE }, (_, i) => Math.floor((i % SIZE) / 3));
  const hidden = Uint8Array.from(label, (_, i) => (i % SIZE >= 98 ? 1 : 0));
  const chosen = chooseSlots(label, hidden, SIZE);
  expect(chosen).toHaveLength(MOST_SLOTS);
  // Columns 66..97 lie within 32 px of the hole.
  expect(new Set(chosen.slice(0, 11))).toEqual(new Set([22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32]));
  expect(chosen.slice(11)).toEqual(Array.from({ length: 13 }, (_, i) => i));
});
