import { expect, it } from "vitest";
import { excludedArea, excludedIn, withExcluded, withoutExcluded } from "./exclusions";

const mask = (width: number, height: number, ...on: readonly number[]) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height }, (_, i) => (on.includes(i) ? 1 : 0)),
});

it("exclusions add up, each for its own size of image", () => {
  const small = withExcluded([], mask(3, 2, 0));
  const both = withExcluded(withExcluded(small, mask(2, 3, 5)), mask(3, 2, 1));
  expect(excludedIn(both, { width: 3, height: 2 })?.data).toEqual(Uint8Array.of(1, 1, 0, 0, 0, 0));
  expect(excludedArea(mask(3, 2, 1, 4))).toBe(2);
  expect(excludedIn(both, { width: 2, height: 3 })?.data[5]).toBe(1);
  expect(excludedIn(both, { width: 6, height: 1 })).toBeNull();
  expect(excludedIn(small, { width: 3, height: 2 })?.data[1]).toBe(0);
  const left = withoutExcluded(both, { width: 3, height: 2 });
  expect(excludedIn(left, { width: 3, height: 2 })).toBeNull();
  expect(left).toHaveLength(1);
});

it("an empty mask excludes nothing, and a later change of the mask does not reach it", () => {
  expect(withExcluded([], mask(3, 2))).toEqual([]);
  const drawn = mask(3, 2, 2);
  const [one] = withExcluded([], drawn);
  drawn.data.fill(0);
  expect(one.data[2]).toBe(1);
});
