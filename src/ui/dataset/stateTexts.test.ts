import { expect, it } from "vitest";
import { severalText } from "./stateTexts";

it("says why counts overlap, and which of the images with findings are not reviewed", () => {
  expect(severalText({ several: 1, leftOut: 0 })).toBe("1 image is in several of these states and counts in each.");
  expect(severalText({ several: 5, leftOut: 3 })).toMatch(
    / Of those with findings 3 are excluded: the review leaves them out\.$/,
  );
});
