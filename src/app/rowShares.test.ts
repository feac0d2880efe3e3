import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClassTable } from "../core/classTable";
import { createLabelMap } from "../core/labelMap";
import type { Suggestion } from "../review/types";
import { pixelsOf, restSentence, restText, rowShares, sharesText } from "./rowShares";

const classes: ClassTable = ["sky", "road", "pole", "tree", "sign"].map((name, id) => ({
  ...{ id, name, ignored: false },
  color: [id, id, id] as const,
}));
const [width, height] = [40, 50];

/** The whole label as one suggestion; ids a pixel as `to` says, `from` what they are. */
function whole(from: (at: number) => number, to: (at: number) => number, facts: Partial<Suggestion> = {}) {
  const labels = createLabelMap(
    width,
    height,
    Uint16Array.from({ length: width * height }, (_, at) => from(at)),
  );
  const bits = new Uint8Array(width * height).fill(1);
  const row: Suggestion = {
    ...{ id: 0, region: { rect: { x: 0, y: 0, width, height }, bits }, from: from(width * height - 1) },
    ...{ to: to(width * height - 1), ids: Uint16Array.from({ length: width * height }, (_, at) => to(at)) },
    ...{ area: width * height, confidence: 0.8, needsHint: false, decision: "pending" as const, ...facts },
  };
  return { labels, row };
}

describe("what a row changes, pixel by pixel", () => {
  it("names what gets too little of it for its name: how many pixels, of how many classes, and which", () => {
    // 40 px become pole and 12 px tree, of 2,000.
    const { labels, row } = whole(
      () => 0,
      (at) => (at < 40 ? 2 : at < 52 ? 3 : 1),
    );
    const shares = rowShares(labels, [row]);
    expect(restText("to", shares.restTo, classes)).toBe("52 px to 2 other classes: pole 40 px, tree 12 px");
    expect(restText("of", shares.restFrom, classes)).toBe("");
    expect(restSentence(shares, classes)).toBe(" And 52 px to 2 other classes: pole 40 px, tree 12 px.");
    expect(sharesText(shares, classes)).toBe("Become road 1,948 px, pole 40 px, tree 12 px; were sky 2,000 px");
  });

  it("names a single one at once, and what little of other classes is lost", () => {
    const { labels, row } = whole(
      (at) => (at < 7 ? 4 : 0),
      (at) => (at < 9 ? 2 : 1),
    );
    expect(restSentence(rowShares(labels, [row]), classes)).toBe(" And 9 px to pole; 7 px of sign.");
  });

  it("of a folded row, which names none, lists all", () => {
    const { labels, row } = whole(
      () => 0,
      (at) => (at < 40 ? 2 : 1),
    );
    const shares = rowShares(labels, [row, { ...row, id: 1 }]);
    expect([shares.restTo, shares.restFrom]).toEqual([[], []]);
    expect(sharesText(shares, classes)).toBe("Become road 3,920 px, pole 80 px; were sky 4,000 px");
  });

  it("accounts for every pixel, whatever the shares", () => {
    const id = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(id, id), { minLength: 1, maxLength: 12 }), (runs) => {
        const run = (at: number) => runs[Math.min(runs.length - 1, Math.floor(at / 170))];
        const { labels, row } = whole(
          (at) => run(at)[0],
          (at) => run(at)[1],
        );
        const { to, from, restTo, restFrom } = rowShares(labels, [row]);
        const changed = [...(row.ids ?? [])].filter((given, at) => given !== labels.data[at]).length;
        expect([pixelsOf(to), pixelsOf(from)]).toEqual([changed, changed]);
        // What has no name in the row is little of it.
        for (const { pixels } of restTo) expect(pixels).toBeLessThan(0.05 * row.area);
        const isNamed = ({ id }: { readonly id: number }) => id === row.from;
        expect(pixelsOf(restFrom)).toBe(pixelsOf(from.filter((share) => !isNamed(share))));
      }),
    );
  });
});
