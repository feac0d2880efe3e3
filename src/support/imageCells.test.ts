import { describe, expect, it } from "vitest";
import { VOID } from "./cells";
import { colourImage, IDS } from "./fixtures/colourSet";
import { cellClasses, drawCells, MOST_CELLS, packCells, unpackCells } from "./imageCells";

const image = colourImage(1);

describe("the cells of an image", () => {
  it("are of one class each, or of none", () => {
    const classes = cellClasses(image);
    // 128 x 96 px are encoded as 352 x 256.
    expect(classes).toHaveLength(44 * 32);
    expect(new Set(classes)).toEqual(new Set([...IDS, VOID]));
    const ignoring = cellClasses({ ...image, ignoredIds: [IDS[0]] });
    expect([...ignoring]).toEqual([...classes].map((id) => (id === IDS[0] ? VOID : id)));
    expect(drawCells(cellClasses({ ...image, ignoredIds: IDS }))).toEqual([]);
  });

  it("are kept as a draw from all that are pure, the same each time", () => {
    const classes = cellClasses(image);
    const drawn = drawCells(classes);
    expect(drawn).toHaveLength(MOST_CELLS);
    expect(new Set(drawn).size).toBe(MOST_CELLS);
    expect(drawn.every((cell) => classes[cell] !== VOID)).toBe(true);
    expect(new Set(drawn.map((cell) => cell % 44)).size).toBeGreaterThan(30);
    expect(drawCells(classes)).toEqual(drawn);
    expect(drawCells(Int32Array.of(VOID, 4, VOID, 5))).toEqual([1, 3]);
  });

  it("do not leave a rare class to drown in the background", () => {
    const classes = Int32Array.from({ length: 1000 }, (_, cell) => (cell % 62 === 5 && cell < 992 ? 7 : 3));
    const rare = (cells: readonly number[]) => cells.filter((cell) => classes[cell] === 7).length;
    expect(rare([...classes.keys()])).toBe(16);
    const drawn = drawCells(classes);
    expect(drawn).toHaveLength(MOST_CELLS);
    // By weight 14.2 are expected; by number it would be 4.
    expect(rare(drawn)).toBeGreaterThanOrEqual(12);
    expect(drawCells(classes)).toEqual(drawn);
    expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
    // As Python draws them (training/tests/test_support.py).
    const sum = drawn.reduce((total, cell) => total + cell);
    expect([...drawn.slice(0, 4), ...drawn.slice(-4), sum]).toEqual([4, 5, 7, 11, 990, 993, 994, 999, 121158]);
  });

  it("come back as they were packed, in half precision", () => {
    const features = { values: Float32Array.of(0.5, 1, 2, 3, 0.1, 70), channels: 2 };
    const packed = packCells("a", features, Int32Array.of(7, VOID, 65535), [0, 2]);
    expect(packed).toMatchObject({ imageKey: "a", channels: 2, ids: Uint16Array.of(7, 65535) });
    const { features: back, ids } = unpackCells(structuredClone(packed));
    expect([...ids]).toEqual([7, 65535]);
    expect(back.channels).toBe(2);
    expect(back.values[2]).toBeCloseTo(0.1, 4);
    expect([...back.values]).toEqual([0.5, 1, back.values[2], 70]);
  });
});
