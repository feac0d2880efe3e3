import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelComponents } from "../core/components";
import { createLabelMap } from "../core/labelMap";
import { createRandom } from "../core/random";
import type { Rect } from "../core/rect";
import { forEachPixel, regionFromPredicate } from "../core/region";
import { createDocument } from "../document/document";
import type { ReconstructionResult } from "../reconstruct/types";
import { accept } from "./decisions";
import { MIN_AREA } from "./objects";
import { openRows, rowMembers } from "./queue";
import { buildSuggestions, suggestionTraits } from "./suggestions";
import type { OpenDocument, SuggestionSet } from "./types";

const [width, height] = [60, 40];
const image: Rect = { x: 0, y: 0, width, height };
const classes = [0, 1, 2, 3, 255].map((id) => ({ id, name: `${id}`, color: [id, 0, 0] as const, ignored: id === 255 }));

type Raster = (x: number, y: number) => number;

const sure: Raster = () => 230;

function setUp(
  label: Raster,
  answer: Raster,
  masked: (x: number, y: number) => boolean,
  locked: number[] = [],
  confidence = sure,
) {
  const at = (raster: Raster) =>
    Uint16Array.from({ length: width * height }, (_, i) => raster(i % width, Math.floor(i / width)));
  const labels = createLabelMap(width, height, at(label));
  const doc: OpenDocument = createDocument({ key: "a", labels, traits: suggestionTraits });
  doc.edit("mask", (edit) => edit.setMask(regionFromPredicate(image, masked), true));
  doc.setLocked(new Set(locked));
  const size = width * height;
  const result: ReconstructionResult = {
    ...{ imageKey: "a", documentVersion: doc.store.getState().version, rect: image, ids: at(answer) },
    ...{ confidence: Uint8Array.from(at(confidence)), other: new Uint8Array(size), passesDone: 2, passes: 2 },
    ...{ ratio: 0, model: "test", elapsedMs: 1 },
  };
  const set = buildSuggestions(doc, classes, result);
  expect(doc.propose(set)).toBe(true);
  return { doc, set, result };
}

const rows = ({ suggestions }: SuggestionSet) => suggestions.map(({ from, to, area }) => [from, to, area]);
const within = ({ x, y, width, height }: Rect, px: number, py: number) =>
  px >= x && py >= y && px < x + width && py < y + height;

describe("an object", () => {
  const hole: Rect = { x: 10, y: 5, width: 40, height: 30 };
  const inHole = (x: number, y: number) => within(hole, x, y);

  it("is one row whatever it replaces, the most common class first", () => {
    const { set } = setUp(
      (x) => (x < 20 ? 1 : x < 45 ? 2 : 3),
      () => 0,
      inHole,
    );
    expect(set.suggestions).toMatchObject([{ from: 2, fromIds: [2, 1, 3], to: 0, area: 1200 }]);
  });

  it("takes along small parts that touch it, each with its own class, and specks with its", () => {
    const part: Rect = { x: 20, y: 10, width: 7, height: 8 };
    const speck: Rect = { x: 40, y: 20, width: 3, height: 3 };
    const answer: Raster = (x, y) => (within(part, x, y) ? 2 : within(speck, x, y) ? 3 : 1);
    const { doc, set } = setUp(() => 0, answer, inHole);
    expect(rows(set)).toEqual([[0, 1, 1200]]);
    accept(doc, set, 0);
    expect(doc.labels.data[12 * width + 22]).toBe(2);
    expect(doc.labels.data[21 * width + 41]).toBe(1);
  });

  it("does not take along what is large enough to be looked at", () => {
    const part: Rect = { x: 20, y: 10, width: 11, height: 11 };
    const { set } = setUp(
      () => 0,
      (x, y) => (within(part, x, y) ? 2 : 1),
      inHole,
    );
    expect(rows(set)).toEqual([
      [0, 1, 1079],
      [0, 2, 121],
    ]);
  });

  describe("with a part that the model is not sure of", () => {
    const part = { x: 20, y: 10, width: 10, height: 10 };
    const withPart = (rect: Rect, label: Raster, masked = inHole) =>
      setUp(
        label,
        (x, y) => (within(rect, x, y) ? 2 : 1),
        masked,
        [],
        (x, y) => (within(rect, x, y) ? 150 : 230),
      );

    it("gives it its class where nothing visible beside it has its own", () => {
      for (const label of [() => 0, (x: number) => (x < 5 ? 2 : 0)]) {
        const { doc, set } = withPart(part, label);
        expect(rows(set)).toEqual([[0, 1, 1200]]);
        accept(doc, set, 0);
        expect(doc.labels.data[11 * width + 21]).toBe(1);
      }
    });

    it("leaves it alone where visible label beside it has its class", () => {
      const { set } = withPart({ ...part, x: 10 }, (x) => (x < 10 ? 2 : 0));
      expect(rows(set)).toEqual([
        [0, 1, 1100],
        [0, 2, 100],
      ]);
    });

    it("leaves it alone where it is large beside the object", () => {
      const { set } = withPart({ ...part, width: 24, height: 20 }, () => 0);
      expect(rows(set)).toEqual([
        [0, 1, 720],
        [0, 2, 480],
      ]);
    });

    it("leaves all but a small one alone in a mask of which the object is little", () => {
      const box: Rect = { x: 14, y: 9, width: 16, height: 16 };
      const label: Raster = (x, y) => (within(box, x, y) ? 0 : 1);
      const small = { ...part, width: 4, height: 4 };
      const inAll = (x: number, y: number) => within({ x: 1, y: 1, width: 58, height: 38 }, x, y);
      expect(rows(withPart(part, label, inAll).set)).toEqual([
        [0, 1, 156],
        [0, 2, 100],
      ]);
      expect(rows(withPart(small, label, inAll).set)).toEqual([[0, 1, 256]]);
    });
  });

  it("keeps a thin end that hangs on it by pixels that were right already", () => {
    const end: Rect = { x: 40, y: 20, width: 4, height: 2 };
    const body: Rect = { x: 12, y: 10, width: 20, height: 20 };
    const bridge: Rect = { x: 32, y: 20, width: 8, height: 2 };
    const inObject = (x: number, y: number) => [end, body, bridge].some((rect) => within(rect, x, y));
    const { doc, set } = setUp(
      (x, y) => (within(bridge, x, y) ? 1 : 0),
      (x, y) => (inObject(x, y) ? 1 : 0),
      inHole,
    );
    expect(rows(set)).toEqual([[0, 1, 408]]);
    accept(doc, set, 0);
    expect(doc.labels.data[20 * width + 43]).toBe(1);
  });

  it("takes along small parts elsewhere in the same mask, but not those of another", () => {
    const body: Rect = { x: 12, y: 10, width: 20, height: 20 };
    const rim: Rect = { x: 40, y: 10, width: 4, height: 5 };
    const answer: Raster = (x, y) => (within(body, x, y) ? 1 : within(rim, x, y) ? 2 : 0);
    expect(rows(setUp(() => 0, answer, inHole).set)).toEqual([[0, 1, 420]]);
    const parted = setUp(
      () => 0,
      answer,
      (x, y) => inHole(x, y) && x !== 36,
    );
    expect(rows(parted.set)).toEqual([
      [0, 1, 400],
      [0, 2, 20],
    ]);
  });

  it("folds the smallest of many, which are decided as one", () => {
    const tile = (x: number, y: number) => x % 10 < 9 && y % 10 < 9;
    const { doc, set } = setUp(
      () => 0,
      () => 1,
      tile,
    );
    expect(set.suggestions).toHaveLength(24);
    expect(openRows(set)).toHaveLength(11);
    const folded = openRows(set)[10];
    expect(rowMembers(set, folded)).toHaveLength(14);
    accept(doc, set, folded.id);
    expect(doc.store.getState().changedPixels).toBe(14 * 81);
    expect(openRows(doc.store.getState().proposals.live)).toHaveLength(10);
  });
});

describe("accepting an object", () => {
  it("of random labels and answers gives every masked pixel of it its class, changes no other, and is one undo step", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (seed, grain, cut) => {
          const random = createRandom(seed);
          const cells = (count: number) => Array.from({ length: 2400 }, () => random.int(count));
          const raster = (size: number, values: readonly number[]): Raster => {
            return (x, y) => values[Math.floor(y / size) * width + Math.floor(x / size)];
          };
          const [label, answer, mask] = [raster(cut, cells(4)), raster(grain, cells(4)), raster(7, cells(3))];
          const locked = random.int(3) === 0 ? [random.int(4)] : [];
          const { doc, set, result } = setUp(label, answer, (x, y) => mask(x, y) > 0, locked);
          const state = () => ({ labels: doc.labels.data.slice(), mask: doc.mask.data.slice() });
          const before = state();
          const changes = (i: number) =>
            before.mask[i] === 1 &&
            result.ids[i] !== before.labels[i] &&
            ![result.ids[i], before.labels[i]].some((id) => locked.includes(id));
          const changed = { width, height, data: before.labels.map((_, i) => (changes(i) ? 1 + result.ids[i] : 0)) };
          const areas = labelComponents(changed, undefined, 8);
          for (const row of openRows(set)) {
            const members = rowMembers(set, row);
            expect(accept(doc, set, row.id)).toBe("done");
            const inRow = new Set<number>();
            for (const { region } of members) forEachPixel(region, (x, y) => inRow.add(y * width + x));
            // No sliver: of a connected changed area that is part of the row every pixel is.
            const taken = new Set([...inRow].map((i) => areas.labels[i]));
            const wrong = [...doc.labels.data.keys()].filter((i) => {
              const area = areas.labels[i];
              if (!inRow.has(i)) return taken.has(area) || doc.labels.data[i] !== before.labels[i];
              const isSpeck = areas.list[area].area < MIN_AREA;
              return doc.mask.data[i] === 1 || (doc.labels.data[i] !== result.ids[i] && !isSpeck);
            });
            expect(wrong).toEqual([]);
            expect(doc.undo()).not.toBeNull();
            const after = state();
            expect(after.labels.every((id, i) => id === before.labels[i])).toBe(true);
            expect(after.mask.every((bit, i) => bit === before.mask[i])).toBe(true);
            expect(doc.store.getState().proposals.live).toBe(set);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
