import { describe, expect, it } from "vitest";
import { rgbKey } from "../core/palette";
import { guessClasses } from "./guessClasses";
import type { SeenLabels } from "./layout";

const seen = (ids: readonly number[], more: Partial<SeenLabels> = {}): SeenLabels => ({
  ids: new Map(ids.map((id) => [id, 10])),
  colors: new Map(),
  entries: [],
  ...more,
});

describe("guessed classes", () => {
  it("take 255 for void, but not in a binary mask", () => {
    expect(guessClasses(seen([0, 1, 255])).classes.find((info) => info.id === 255)?.ignored).toBe(true);
    expect(guessClasses(seen([0, 255])).classes.some((info) => info.ignored)).toBe(false);
  });

  it("use VOC's ids for VOC's colours, else count colours from 0", () => {
    const colors = (keys: readonly number[]) => seen([], { colors: new Map(keys.map((key) => [key, 100])) });
    const voc = guessClasses(colors([0x000000, 0x800000, 0x804000]));
    expect(voc.classes.map((info) => info.id)).toEqual([0, 1, 17]);
    expect(voc.codec.vocColors).toBe(true);
    const own = guessClasses(colors([0xffffff, 0x102030]));
    expect(own.classes.map(({ id, name }) => [id, name])).toEqual([
      [0, "#102030"],
      [1, "#ffffff"],
    ]);
    expect(own.codec.colors).toEqual([
      { id: 0, color: [16, 32, 48] },
      { id: 1, color: [255, 255, 255] },
    ]);
  });

  it("follow the colours where indexed files' palettes contradict each other", () => {
    const red = { color: [255, 0, 0] as const, count: 5 };
    const blue = { color: [0, 0, 255] as const, count: 5 };
    const contradicting = guessClasses(
      seen([0, 1], {
        entries: [
          { index: 0, ...red },
          { index: 1, ...blue, count: 10 },
          { index: 0, ...blue },
        ],
      }),
    );
    expect(contradicting.codec.indexed).toBe("colors");
    expect(contradicting.classes.map((info) => rgbKey(info.color))).toEqual([0x0000ff, 0xff0000]);
    const agreeing = guessClasses(
      seen([0, 1], {
        entries: [
          { index: 0, ...red },
          { index: 1, ...blue },
        ],
      }),
    );
    expect(agreeing.codec.indexed).toBe("ids");
    expect(agreeing.classes.map((info) => rgbKey(info.color))).toEqual([0xff0000, 0x0000ff]);
  });
});
