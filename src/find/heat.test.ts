import { expect, it } from "vitest";
import { createHeat } from "./heat";

it("heat is the mean over the windows that look at a pixel, 0 where excluded or not looked at", () => {
  const heat = createHeat(6, 4);
  const none = new Uint8Array(24);
  // Twice as large as the image's pixels, then half as large.
  heat.add({ x: 0, y: 0, side: 4, size: 2 }, Float32Array.from([0.2, 0.4, 0, 1]));
  heat.add({ x: 2, y: 0, side: 2, size: 4 }, new Float32Array(16).fill(1));
  expect([...heat.read(none)]).toEqual([
    ...[51, 51, 179, 179, 0, 0],
    ...[51, 51, 179, 179, 0, 0],
    ...[0, 0, 255, 255, 0, 0],
    ...[0, 0, 255, 255, 0, 0],
  ]);
  const excluded = Uint8Array.from(none, (_, i) => (i === 2 ? 1 : 0));
  expect(heat.read(excluded)[2]).toBe(0);
});
