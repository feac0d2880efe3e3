import { describe, expect, it } from "vitest";
import type { Rgb } from "../core/classTable";
import { rgbKey } from "../core/palette";
import { createRandom } from "../core/random";
import { isNear, nearColors } from "./nearColors";

/** By looking at all of them. */
function placeOf(color: Rgb, listed: readonly Rgb[]): number {
  const near = listed.filter((other) => isNear(color, other));
  return new Set(near.map(rgbKey)).size === 1 ? listed.indexOf(near[0]) : -1;
}

function areNear(listed: readonly Rgb[]): boolean {
  return listed.some((a) => listed.some((b) => rgbKey(a) !== rgbKey(b) && isNear(a, b)));
}

describe("nearColors", () => {
  it("finds what looking at all colours finds", () => {
    const random = createRandom(7);
    for (let round = 0; round < 300; round += 1) {
      const spread = [256, 64, 20][round % 3];
      const base = random.int(257 - spread);
      const color = (): Rgb => [base + random.int(spread), base + random.int(spread), random.int(256)];
      const listed = Array.from({ length: random.int(40) }, color);
      if (listed.length > 1) listed.push(listed[0]);
      const near = nearColors(listed);
      expect(near.areNear).toBe(areNear(listed));
      for (let i = 0; i < 20; i += 1) {
        const [r, g, b] = listed[random.int(listed.length)] ?? color();
        const moved = [r, g, b].map((part) => Math.max(0, Math.min(255, part + random.int(20) - 10)));
        const at = [moved[0], moved[1], moved[2]] as const;
        expect(near.placeOf(at)).toBe(placeOf(at, listed));
      }
    }
  });
});
