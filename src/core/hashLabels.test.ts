import { expect, it } from "vitest";
import { hashLabels } from "./hashLabels";

it("labels are told apart as training/lmae/finding/suggestions.py does it", () => {
  // The same number as in training/tests/test_user_folder.py.
  expect(hashLabels({ width: 2, height: 2, data: Uint16Array.of(0, 1, 2, 300) })).toBe(2628495180);
});
