import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { regionFromPredicate } from "../../core/region";
import { box, disc, type Picture, picture, pictureScene } from "../fixtures/picture";
import { overlap, pixelsOf } from "../regions";
import { VOID } from "../scene";
import { type Appearance, appearanceOf, rankAcross } from "./appearance";
import { boundaryShifts, GROWTHS, LEAST_SHIFTED } from "./boundaryShifts";
import { type Candidate, newIdAt } from "./candidate";

const WIDTH = 128;
const HEIGHT = 104;
const horizon = box(1, 0, 70, WIDTH, HEIGHT);
/** The picture shows a disc well inside, over a horizon. */
const truth = picture(WIDTH, HEIGHT, [horizon, disc(2, 55, 50, 20)]);
const proceed = () => Promise.resolve();

function seenIn({ image }: { readonly image: Float32Array }): Appearance {
  return appearanceOf(image, WIDTH, HEIGHT);
}

function shiftsWith(labels: ArrayLike<number>, shown: Picture = truth): Promise<Candidate[]> {
  const scene = pictureScene(shown, labels);
  return boundaryShifts(scene, seenIn(scene), proceed);
}

/** The shift that best repairs a label that is wrong in some places, and how well. */
async function repair(
  given: ArrayLike<number>,
  shown: Picture = truth,
): Promise<{ candidate: Candidate; iou: number }> {
  const all = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
  const wrong = regionFromPredicate(all, (x, y) => given[y * WIDTH + x] !== shown.labels[y * WIDTH + x]);
  const tried = (await shiftsWith(given, shown)).map((candidate) => ({
    candidate,
    iou: overlap(candidate.where, wrong),
  }));
  return tried.reduce((best, one) => (one.iou > best.iou ? one : best));
}

/** It gives every pixel another class, and leaves void alone. */
function expectChanges(candidate: Candidate, given: ArrayLike<number>): void {
  const unchanged = pixelsOf(candidate.where, WIDTH).filter(
    (pixel) => given[pixel] === VOID || [VOID, given[pixel]].includes(newIdAt(candidate, pixel, WIDTH)),
  );
  expect(unchanged).toHaveLength(0);
}

describe("boundaryShifts", () => {
  it.each([
    [6, -4],
    [-9, 0],
    [0, 4],
  ])("shift back a component that lies %i, %i px beside its object", async (right, down) => {
    const { candidate, iou } = await repair(
      picture(WIDTH, HEIGHT, [horizon, disc(2, 55 + right, 50 + down, 20)]).labels,
    );
    expect(iou).toBeGreaterThan(0.7);
    const [edges, colours] = candidate.fit;
    expect(edges).toBeGreaterThan(0.5);
    expect(colours).toBeGreaterThan(0.5);
    const pixels = pixelsOf(candidate.where, WIDTH);
    const fitting = pixels.filter((pixel) => newIdAt(candidate, pixel, WIDTH) === truth.labels[pixel]);
    expect(fitting.length / pixels.length).toBeGreaterThan(0.9);
  });

  it.each(GROWTHS.filter((by) => Math.abs(by) > 2))(
    "mend a component whose border lies %i px too far out",
    async (by) => {
      const { candidate, iou } = await repair(picture(WIDTH, HEIGHT, [horizon, disc(2, 55, 50, 20 + by)]).labels);
      expect(iou).toBeGreaterThan(0.7);
      expect(candidate.fit[1]).toBeGreaterThan(0.5);
    },
  );

  it("change nothing for the better where the label fits, and leave void alone", async () => {
    const given = Int32Array.from(truth.labels, (id, i) =>
      i % WIDTH >= 80 && i >= 40 * WIDTH && i < 60 * WIDTH ? VOID : id,
    );
    const found = await shiftsWith(given);
    expect(found.length).toBeGreaterThan(0);
    for (const candidate of found) {
      expect(candidate.fit[0]).toBeLessThan(0.1);
      expect(candidate.fit[1]).toBeLessThan(0);
      expect(candidate.kind).toBe("shift");
      expectChanges(candidate, given);
    }
  });

  it("are not tried for specks, nor in scenes of one class", async () => {
    const plain = picture(WIDTH, HEIGHT, []);
    expect(await shiftsWith(plain.labels, plain)).toEqual([]);
    const speck = picture(WIDTH, HEIGHT, [box(1, 50, 50, 10, 10)]);
    expect(LEAST_SHIFTED).toBeGreaterThan(100);
    expect((await shiftsWith(speck.labels, speck)).length).toBeLessThanOrEqual(2);
  });

  it("do not let what is thin leap onto another edge", async () => {
    const pole = box(1, 50, 8, 8, 90);
    const shown = picture(WIDTH, HEIGHT, [pole, box(2, 60, 8, 8, 90)]);
    const found = await shiftsWith(picture(WIDTH, HEIGHT, [pole]).labels, shown);
    expect(found.length).toBeGreaterThan(0);
    // It is 4 px thick, and so no shift reaches further.
    for (const { where } of found) {
      expect(where.rect.x).toBeGreaterThanOrEqual(46);
      expect(where.rect.x + where.rect.width).toBeLessThanOrEqual(62);
    }
  });

  it("know nothing of what would come from beyond the scene", async () => {
    const shown = picture(WIDTH, HEIGHT, [box(1, 0, 0, WIDTH, 30)]);
    const { candidate, iou } = await repair(picture(WIDTH, HEIGHT, [box(1, 0, 0, WIDTH, 36)]).labels, shown);
    expect(iou).toBeGreaterThan(0.8);
    expect(candidate.where.rect.y).toBeGreaterThan(20);
  });

  it("stay in the scene and off its void, whatever the label", async () => {
    const random = createRandom(3);
    for (let round = 0; round < 6; round++) {
      const things = Array.from({ length: 8 }, () =>
        disc(random.int(4), random.int(WIDTH), random.int(HEIGHT), 6 + random.int(24)),
      );
      const { labels } = picture(WIDTH, HEIGHT, things);
      const given = Int32Array.from(labels, (id, i) => (i % WIDTH < 9 ? VOID : id));
      for (const candidate of await shiftsWith(given)) {
        const { rect, bits } = candidate.where;
        expect(bits).toHaveLength(rect.width * rect.height);
        expectChanges(candidate, given);
      }
    }
  });
});

it("edges are ranked by what of them crosses the line", () => {
  const seen = seenIn(pictureScene(truth, truth.labels));
  const horizon = 70 * WIDTH + 10;
  expect(rankAcross(seen, horizon, 1, 0)).toBeCloseTo(seen.ranks[horizon], 5);
  expect(rankAcross(seen, horizon, 0, 1)).toBe(0);
});

it("edges are ranked whatever the contrast", () => {
  const { image } = pictureScene(truth, truth.labels);
  const { ranks } = seenIn({ image });
  expect(ranks[50 * WIDTH + 75]).toBeGreaterThan(0.9);
  expect(ranks[70 * WIDTH + 10]).toBeGreaterThan(0.9);
  expect(ranks[10 * WIDTH + 10]).toBe(0);
  expect(seenIn({ image: image.map((value) => value / 7) }).ranks[50 * WIDTH + 75]).toBeGreaterThan(0.9);
  expect(Math.max(...seenIn({ image: new Float32Array(image.length).fill(0.3) }).ranks)).toBe(0);
});
