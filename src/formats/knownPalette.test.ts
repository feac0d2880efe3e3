import { describe, expect, it } from "vitest";
import type { Rgb } from "../core/classTable";
import { vocColor } from "../core/palette";
import { createRandom } from "../core/random";
import { cityscapesClasses } from "./cityscapes";
import { knownPaletteQuestion } from "./knownPalette";
import type { SeenLabels } from "./layout";
import { noChoices } from "./questions";
import { vocClasses } from "./voc";

/** Indexed files that use these colours, at indices from 0. */
function indexed(colors: readonly Rgb[]): SeenLabels {
  const entries = colors.map((color, index) => ({ index, color, count: 100 + index }));
  return { ids: new Map(entries.map(({ index, count }) => [index, count])), colors: new Map(), entries };
}

const upTo = (count: number) => [new Set(Array.from({ length: count }, (_, id) => id))];

describe("known palettes at other indices", () => {
  it("VOC's colours by how often they occur: asked, the colours first", () => {
    const random = createRandom(31);
    for (let round = 0; round < 40; round += 1) {
      const ids = random.shuffle(Array.from({ length: 21 }, (_, id) => id)).slice(0, 3 + random.int(5));
      const isAgreed = ids.filter((id, index) => id !== index).length < 2;
      const found = knownPaletteQuestion(indexed(ids.map(vocColor)), null, upTo(21), noChoices);
      if (isAgreed) continue;
      expect(found?.question).toMatchObject({ id: "coding", chosen: "colors", certainty: "open" });
      expect([...(found?.seen.ids ?? [])]).toEqual(ids.map((id, index) => [id, 100 + index]));
      // Too few names for the colours: only the indices have any.
      const most = Math.max(...ids);
      expect(knownPaletteQuestion(indexed(ids.map(vocColor)), null, upTo(most), noChoices)).toBeNull();
    }
  });

  it("one of a layout's own colours at another index is asked; a chance colour is not", () => {
    const seen = indexed([vocColor(0), vocColor(15)]);
    expect(knownPaletteQuestion(seen, vocClasses(), upTo(21), noChoices)?.question.chosen).toBe("colors");
    expect(knownPaletteQuestion(seen, null, upTo(21), noChoices)).toBeNull();
    expect(knownPaletteQuestion(indexed([0, 1, 2].map(vocColor)), vocClasses(), upTo(21), noChoices)).toBeNull();
  });

  it("Cityscapes' colours, and its palette of train ids that agrees", () => {
    const own = cityscapesClasses("labelIds");
    const named = [new Set(own.map(({ id }) => id))];
    const colorOf = (name: string) => own.find((info) => info.name === name)?.color ?? [0, 0, 0];
    const found = knownPaletteQuestion(indexed(["car", "sky", "road"].map(colorOf)), own, named, noChoices);
    expect([...(found?.seen.ids.keys() ?? [])]).toEqual([26, 23, 7]);
    const agreed = indexed(["road", "sidewalk", "building"].map(colorOf));
    expect(knownPaletteQuestion(agreed, null, upTo(34), noChoices)).toBeNull();
  });

  it("small greys out of order are asked, greys to be seen are not", () => {
    const greys = (...values: number[]) => indexed(values.map((value): Rgb => [value, value, value]));
    expect(knownPaletteQuestion(greys(2, 0, 1), null, upTo(3), noChoices)?.question.certainty).toBe("open");
    expect(knownPaletteQuestion(greys(0, 1, 2), null, upTo(3), noChoices)).toBeNull();
    expect(knownPaletteQuestion(greys(0, 128, 255), null, upTo(256), noChoices)).toBeNull();
  });

  it("a choice is kept", () => {
    const seen = indexed([0, 15, 8].map(vocColor));
    const found = knownPaletteQuestion(seen, null, upTo(21), new Map([["coding", "ids"] as const]));
    expect(found?.question.chosen).toBe("ids");
  });
});
