import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { box, disc, picture, pictureWindow } from "../fixtures/picture";
import { type LabelledWindow, VOID } from "../window";
import { bandDraw, COMPONENT_PASSES, componentDraws, drawMasks, patchDraws } from "./draws";

const SIZE = 96;
const things = [disc(1, 22, 22, 10), disc(2, 72, 22, 10), box(3, 10, 70, 30, 12), disc(4, 74, 74, 9)];
const scene = picture(SIZE, SIZE, things);
const window = pictureWindow(
  scene,
  Int32Array.from(scene.labels, (id, i) => (i % SIZE < 5 ? VOID : id)),
);
const area = (mask: Uint8Array) => mask.reduce((a, b) => a + b, 0);

describe("draws", () => {
  it("of patches hide each patch equally often", () => {
    for (const parts of [2, 4]) {
      const draws = patchDraws(createRandom(3), SIZE, parts);
      expect(draws).toHaveLength(parts);
      for (let i = 0; i < SIZE * SIZE; i++) {
        if (draws.reduce((times, mask) => times + mask[i], 0) !== parts - 1) throw new Error(`Pixel ${i}`);
      }
      for (const mask of draws) expect(area(mask)).toBe((SIZE * SIZE * (parts - 1)) / parts);
      for (let x = 0; x < 16; x++) for (const mask of draws) expect(mask[x]).toBe(mask[0]);
    }
  });

  it("of components hide them whole, far apart, and at most half of the window", () => {
    const draws = componentDraws(window);
    expect(draws.length).toBeLessThanOrEqual(COMPONENT_PASSES);
    for (const mask of draws) expect(area(mask)).toBeLessThanOrEqual((SIZE * SIZE) / 2);
    window.components.list.forEach(({ id, area: pixels }, number) => {
      if (id === VOID || pixels > (SIZE * SIZE) / 2) return;
      const covering = draws.filter((mask) =>
        mask.every((bit, i) => bit === 1 || window.components.labels[i] !== number),
      );
      expect(covering).toHaveLength(1);
    });
    // Far apart, they share one mask.
    expect(draws).toHaveLength(1);
  });

  it("along boundaries hide both sides of them and no void", () => {
    const band = bandDraw(window) as Uint8Array;
    for (let i = 0; i < SIZE * SIZE; i++) if (window.label[i] === VOID) expect(band[i]).toBe(0);
    // The box reaches from column 10 to 39 and row 70 to 81.
    expect([63, 64, 69, 75, 76].map((y) => band[y * SIZE + 25])).toEqual([0, 1, 1, 1, 1]);
    expect([4, 5, 9, 10, 15, 16].map((x) => band[75 * SIZE + x])).toEqual([0, 1, 1, 1, 1, 1]);
    const plain = pictureWindow(scene, new Int32Array(SIZE * SIZE).fill(8));
    expect(bandDraw(plain)).toBeNull();
  });

  it("are the same for the same seed", () => {
    const draw = (of: LabelledWindow, seed: number) => drawMasks(of, createRandom(seed));
    expect(draw(window, 5)).toEqual(draw(window, 5));
    expect(draw(window, 5).hidden50).not.toEqual(draw(window, 6).hidden50);
  });
});
