import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { regionFromPredicate } from "../core/region";
import { isBoundaryShift } from "./boundaryShift";

/** Road (1) below, building (2) above the row 40. */
function scene() {
  const labels = createLabelMap(120, 80);
  labels.data.forEach((_, i) => {
    labels.data[i] = Math.floor(i / 120) < 40 ? 2 : 1;
  });
  return labels;
}

const all = { x: 0, y: 0, width: 120, height: 80 };
const region = (test: (x: number, y: number) => boolean) => regionFromPredicate(all, test);

describe("a shifted border", () => {
  it("is a thin band along the class that it would get, straight or bent", () => {
    const straight = region((x, y) => x >= 10 && x < 110 && y >= 40 && y < 45);
    expect(isBoundaryShift(scene(), { region: straight, to: 2 })).toBe(true);
    const bent = region((x, y) => y >= 40 && y < 43 + 3 * Math.sin(x / 9) && x < 100);
    expect(isBoundaryShift(scene(), { region: bent, to: 2 })).toBe(true);
  });

  it("is no pole that stands alone, no thick part, no speck, and no band of a third class", () => {
    const labels = scene();
    const pole = region((x, y) => x >= 50 && x < 53 && y >= 42 && y < 75);
    expect(isBoundaryShift(labels, { region: pole, to: 3 })).toBe(false);
    // Its foot meets the class alone.
    const standing = region((x, y) => x >= 60 && x < 63 && y >= 40 && y < 75);
    expect(isBoundaryShift(labels, { region: standing, to: 2 })).toBe(false);
    const thick = region((x, y) => x >= 20 && x < 60 && y >= 40 && y < 70);
    expect(isBoundaryShift(labels, { region: thick, to: 2 })).toBe(false);
    const speck = region((x, y) => x >= 20 && x < 26 && y >= 40 && y < 44);
    expect(isBoundaryShift(labels, { region: speck, to: 2 })).toBe(false);
    const band = region((x, y) => x >= 10 && x < 110 && y >= 40 && y < 45);
    expect(isBoundaryShift(labels, { region: band, to: 3 })).toBe(false);
  });

  it("goes by the class of each pixel where there are several", () => {
    const labels = scene();
    labels.data.forEach((id, i) => {
      if (id === 2 && i % 120 >= 60) labels.data[i] = 3;
    });
    const band = region((x, y) => x >= 10 && x < 110 && y >= 40 && y < 45);
    const ids = Uint16Array.from(band.bits, (_, i) => (i % 100 < 50 ? 2 : 3));
    expect(isBoundaryShift(labels, { region: band, to: 2, ids })).toBe(true);
    const other = { ...band, bits: band.bits.slice() };
    expect(isBoundaryShift(labels, { region: other, to: 2, ids: ids.map((id) => 5 - id) })).toBe(false);
  });

  it("stays what it was once it is accepted", () => {
    const labels = scene();
    const band = region((x, y) => x >= 10 && x < 110 && y >= 40 && y < 45);
    expect(isBoundaryShift(labels, { region: band, to: 2 })).toBe(true);
    labels.data.fill(1);
    expect(isBoundaryShift(labels, { region: band, to: 2 })).toBe(true);
  });
});
