import { describe, expect, it } from "vitest";
import { createLabelMap } from "./labelMap";
import { snapOffPalette } from "./snapOffPalette";

const off = 99;
const snap = (width: number, ids: readonly number[], farness?: (pixel: number, id: number) => number) =>
  Array.from(
    snapOffPalette(createLabelMap(width, ids.length / width, Uint16Array.from(ids)), off, (id) => id !== 255, farness)
      .data,
  );

describe("off-palette pixels", () => {
  it("get the nearest class, and nothing else changes", () => {
    expect(snap(7, [1, off, off, off, off, 2, 2])).toEqual([1, 1, 1, 2, 2, 2, 2]);
    expect(snap(3, [1, 1, 2, 1, off, 2, 1, 1, 2])).toEqual([1, 1, 2, 1, 1, 2, 1, 1, 2]);
  });

  it("at equal distance go by colour, then by neighbours, then by id", () => {
    expect(snap(3, [1, off, 2])).toEqual([1, 1, 2]);
    expect(snap(3, [1, off, 2], (_, id) => (id === 2 ? 5 : 30))).toEqual([1, 2, 2]);
  });

  it("never become what is ignored, and stay where there is no class", () => {
    expect(snap(4, [255, off, off, 3])).toEqual([255, 3, 3, 3]);
    expect(snap(2, [off, 255])).toEqual([off, 255]);
    expect(snap(2, [off, off])).toEqual([off, off]);
  });

  it("of a smeared boundary lead back to it, a pixel or so off at most", () => {
    const [width, height] = [40, 30];
    const clean = Array.from({ length: width * height }, (_, p) =>
      (p % width) * 3 + Math.floor(p / width) < 75 ? 1 : 2,
    );
    const isEdge = (p: number) => [p - 1, p + 1].some((q) => clean[q] !== undefined && clean[q] !== clean[p]);
    const found = snap(
      width,
      clean.map((id, p) => (isEdge(p) ? off : id)),
    );
    const wrong = found.filter((id, p) => id !== clean[p] && !isEdge(p)).length;
    expect(wrong).toBe(0);
    expect(found).not.toContain(off);
  });
});
