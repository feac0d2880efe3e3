import { describe, expect, it } from "vitest";
import { regionFromPredicate } from "../../core/region";
import { box, disc, type Picture, picture, pictureWindow } from "../fixtures/picture";
import { overlap, pixelsOf, windowRect } from "../regions";
import { VOID } from "../window";
import { appearanceOf, rankAcross } from "./appearance";
import { boundaryShifts, LEAST_SHIFTED } from "./boundaryShifts";
import type { Candidate } from "./candidate";

const SIZE = 112;
const horizon = box(1, 0, 70, SIZE, SIZE);
/** The picture shows a disc well inside, over a horizon. */
const truth = picture(SIZE, SIZE, [horizon, disc(2, 55, 50, 20)]);

function shiftsWith(labels: ArrayLike<number>, scene: Picture = truth): Promise<Candidate[]> {
  const window = pictureWindow(scene, labels);
  return boundaryShifts(window, appearanceOf(window.image, SIZE), () => Promise.resolve());
}

/** How well the best shift, or growth, repairs a label that is wrong in some places. */
async function repair(
  given: Picture,
  grown: boolean,
  scene: Picture = truth,
): Promise<{ candidate: Candidate; iou: number }> {
  const wrong = regionFromPredicate(
    windowRect(SIZE),
    (x, y) => given.labels[y * SIZE + x] !== scene.labels[y * SIZE + x],
  );
  const tried = (await shiftsWith(given.labels, scene))
    .filter(({ fit }) => fit?.grown === (grown ? 1 : 0))
    .map((candidate) => ({ candidate, iou: overlap(candidate.where, wrong) }));
  return tried.reduce((best, one) => (one.iou > best.iou ? one : best));
}

describe("boundaryShifts", () => {
  it.each([
    [6, -4],
    [-9, 0],
    [0, 4],
  ])("shift back a component that lies %i, %i px beside its object", async (right, down) => {
    const { candidate, iou } = await repair(picture(SIZE, SIZE, [horizon, disc(2, 55 + right, 50 + down, 20)]), false);
    expect(iou).toBeGreaterThan(0.7);
    expect(candidate.fit?.["edge gain"]).toBeGreaterThan(0.15);
    expect(candidate.fit?.["colour gain"]).toBeGreaterThan(1);
    expect(candidate.fit?.["shifted by"]).toBeGreaterThan(Math.hypot(right, down) - 1.5);
    expect(candidate.fit?.["shifted by"]).toBeLessThan(Math.hypot(right, down) + 1.5);
    const ids = candidate.to as Int32Array;
    const fitting = pixelsOf(candidate.where, SIZE).filter((pixel) => ids[pixel] === truth.labels[pixel]);
    expect(fitting.length / pixelsOf(candidate.where, SIZE).length).toBeGreaterThan(0.9);
  });

  it.each([5, -4])("mend a component whose border lies %i px too far out", async (by) => {
    const { candidate, iou } = await repair(picture(SIZE, SIZE, [horizon, disc(2, 55, 50, 20 + by)]), true);
    expect(iou).toBeGreaterThan(0.7);
    expect(Math.abs((candidate.fit?.["shifted by"] ?? 0) + by)).toBeLessThanOrEqual(1);
  });

  it("change nothing for the better where the label fits, and leave void alone", async () => {
    const given = Int32Array.from(truth.labels, (id, i) =>
      i % SIZE >= 80 && i >= 40 * SIZE && i < 60 * SIZE ? VOID : id,
    );
    const found = await shiftsWith(given);
    expect(found.length).toBeGreaterThan(0);
    for (const { where, to, shape, fit } of found) {
      expect(fit?.["edge gain"]).toBeLessThan(0.1);
      expect(fit?.["colour gain"]).toBeLessThan(0);
      expect(shape).toBe(true);
      for (const pixel of pixelsOf(where, SIZE)) {
        expect(given[pixel]).not.toBe(VOID);
        expect([VOID, given[pixel]]).not.toContain((to as Int32Array)[pixel]);
      }
    }
  });

  it("are not tried for specks, nor in windows of one class", async () => {
    const plain = picture(SIZE, SIZE, []);
    expect(await shiftsWith(plain.labels, plain)).toEqual([]);
    const speck = picture(SIZE, SIZE, [box(1, 50, 50, 10, 10)]);
    expect(LEAST_SHIFTED).toBeGreaterThan(100);
    expect(await shiftsWith(speck.labels, speck)).toEqual([]);
  });

  it("do not let what is thin leap onto another edge", async () => {
    const pole = box(1, 50, 10, 8, 90);
    const found = await shiftsWith(
      picture(SIZE, SIZE, [pole]).labels,
      picture(SIZE, SIZE, [pole, box(2, 60, 10, 8, 90)]),
    );
    expect(found.length).toBeGreaterThan(0);
    for (const { fit } of found) expect(Math.abs(fit?.["shifted by"] ?? 99)).toBeLessThanOrEqual(4);
  });

  it("know nothing of what would come from beyond the window", async () => {
    const scene = picture(SIZE, SIZE, [box(1, 0, 0, SIZE, 30)]);
    expect((await repair(picture(SIZE, SIZE, [box(1, 0, 0, SIZE, 36)]), false, scene)).iou).toBeGreaterThan(0.8);
  });
});

it("edges are ranked by what of them crosses the line", () => {
  const seen = appearanceOf(pictureWindow(truth, truth.labels).image, SIZE);
  const horizon = 70 * SIZE + 10;
  expect(rankAcross(seen, horizon, 1, 0)).toBeCloseTo(seen.ranks[horizon], 5);
  expect(rankAcross(seen, horizon, 0, 1)).toBe(0);
});

it("edges are ranked whatever the contrast", () => {
  const { image } = pictureWindow(truth, truth.labels);
  const { ranks } = appearanceOf(image, SIZE);
  expect(ranks[50 * SIZE + 75]).toBeGreaterThan(0.9);
  expect(ranks[70 * SIZE + 10]).toBeGreaterThan(0.9);
  expect(ranks[10 * SIZE + 10]).toBe(0);
  expect(
    appearanceOf(
      image.map((value) => value / 7),
      SIZE,
    ).ranks[50 * SIZE + 75],
  ).toBeGreaterThan(0.9);
  expect(Math.max(...appearanceOf(new Float32Array(image.length).fill(0.3), SIZE).ranks)).toBe(0);
});
