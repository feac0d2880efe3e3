import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { hasPixel, regionArea } from "../../core/region";
import { createWindowModel } from "../../window/windowModel";
import { colourModel } from "../fixtures/colourModel";
import { box, disc, IDS, mislabelled, picture, pictureWindow } from "../fixtures/picture";
import { type ClassPosteriors, NO_POSTERIORS } from "../posteriors";
import { drawMasks } from "../readings/draws";
import { type Scan, scanWindow } from "../readings/scan";
import { overlap, pixelsOf, windowRect } from "../regions";
import { VOID } from "../window";
import { appearanceOf } from "./appearance";
import { type Candidate, newIdAt } from "./candidate";
import { candidates, LEAST_REGION, LEAST_SHAPE } from "./candidates";
import { describeCandidate, overComponents, REGION_FEATURES } from "./features";

const SIZE = 96;
const lost = disc(2, 66, 61, 14);
const scene = picture(SIZE, SIZE, [box(1, 0, 48, SIZE, SIZE), disc(3, 24, 24, 12), lost]);
const given = Int32Array.from(mislabelled(scene, lost, IDS[1]), (id, i) => (i % SIZE < 6 ? VOID : id));
const window = pictureWindow(scene, given);
const calm = new Float32Array(SIZE * SIZE).fill(-9);
const seen = appearanceOf(window.image, SIZE);
const inLost = (i: number) => lost.covers(i % SIZE, Math.floor(i / SIZE));
/** The right posteriors. */
const posteriors: ClassPosteriors = {
  classes: [IDS[1], IDS[3], IDS[0], IDS[2]],
  logs: [1, 3, 0, 2].map((colour) =>
    Float32Array.from(scene.labels, (id) => Math.log(id === IDS[colour] ? 0.94 : 0.02)),
  ),
};
let blind: Scan;
let informed: Scan;

beforeAll(async () => {
  const { model } = await colourModel();
  const draws = drawMasks(window, createRandom(1));
  blind = await scanWindow(createWindowModel(model, window.image, window.size), window, NO_POSTERIORS, draws, () =>
    Promise.resolve(),
  );
  informed = await scanWindow(createWindowModel(model, window.image, window.size), window, posteriors, draws, () =>
    Promise.resolve(),
  );
});

function checkAll(found: readonly Candidate[]): void {
  for (const { where, to, shape } of found) {
    expect(where.rect.x).toBeGreaterThanOrEqual(0);
    expect(where.rect.y).toBeGreaterThanOrEqual(0);
    expect(where.rect.x + where.rect.width).toBeLessThanOrEqual(SIZE);
    expect(where.rect.y + where.rect.height).toBeLessThanOrEqual(SIZE);
    expect(where.bits).toHaveLength(where.rect.width * where.rect.height);
    expect(regionArea(where)).toBeGreaterThanOrEqual(shape ? LEAST_SHAPE : LEAST_REGION);
    const pixels = pixelsOf(where, SIZE);
    expect(pixels.every((i) => given[i] !== VOID && newIdAt(to, i) !== given[i] && newIdAt(to, i) !== VOID)).toBe(true);
    if (!shape) expect(new Set(pixels.map((i) => window.components.labels[i])).size).toBe(1);
  }
}

const proceed = () => Promise.resolve();

describe("candidates", () => {
  it("are what support contradicts, with its class", async () => {
    const found = await candidates(window, informed, calm, seen, proceed);
    checkAll(found);
    const hit = found.find(({ where, shape }) => !shape && pixelsOf(where, SIZE).every(inLost));
    expect(hit?.to).toBe(IDS[2]);
    expect(pixelsOf(hit?.where ?? { rect: windowRect(0), bits: new Uint8Array(0) }, SIZE)).toHaveLength(
      given.filter((_, i) => inLost(i)).length,
    );
  });

  it("are what is suspicious, with the class around it without support", async () => {
    const odds = calm.map((_, i) => (inLost(i) ? 3 : -9));
    const found = await candidates(window, blind, odds, seen, proceed);
    checkAll(found);
    const level = found.filter(({ where, shape }) => !shape && hasPixel(where, 66, 61) && !hasPixel(where, 20, 90));
    expect(level.length).toBeGreaterThan(0);
    // Where it touches nothing but its own component there is no class to give it.
    for (const { where, to } of level) {
      const touches = pixelsOf(where, SIZE).some((i) => given[i - SIZE] === IDS[0]);
      expect(touches).toBe(true);
      expect(to).toBe(IDS[0]);
    }
  });

  it("are each proposed once", async () => {
    const found = await candidates(window, informed, calm, seen, proceed);
    const regions = found.filter(({ shape }) => !shape);
    regions.forEach((one, i) => {
      for (const other of regions.slice(i + 1)) expect(overlap(one.where, other.where)).toBeLessThan(1);
    });
  });

  it("are boundaries that lie elsewhere in the image", async () => {
    const { model } = await colourModel();
    const low = pictureWindow(
      scene,
      scene.labels.map((id, i) => (id === IDS[1] && Math.floor(i / SIZE) < 54 ? IDS[0] : id)),
    );
    const scan = await scanWindow(
      createWindowModel(model, low.image, low.size),
      low,
      NO_POSTERIORS,
      drawMasks(low, createRandom(1)),
      proceed,
    );
    const shapes = (await candidates(low, scan, calm, seen, proceed)).filter(({ shape }) => shape);
    const wrong = low.label.map((id, i) => (id === scene.labels[i] ? 0 : 1));
    const hit = shapes.find(({ where }) => pixelsOf(where, SIZE).length === wrong.reduce((a, b) => a + b, 0));
    expect(pixelsOf(hit?.where ?? shapes[0].where, SIZE).every((i) => wrong[i] === 1)).toBe(true);
  });
});

describe("the features of a candidate", () => {
  const describeLost = async (scan: Scan) => {
    const [one] = (await candidates(window, scan, calm, seen, proceed)).filter(
      ({ where }) => hasPixel(where, 66, 61) && !hasPixel(where, 20, 90),
    );
    return describeCandidate(one, window, scan, calm, seen.ranks);
  };

  it("are all there, and tell an object from its surroundings", async () => {
    const features = await describeLost(informed);
    expect(Object.keys(features)).toEqual([...REGION_FEATURES]);
    for (const value of Object.values(features)) expect(Number.isFinite(value)).toBe(true);
    const area = given.filter((_, i) => inLost(i)).length;
    expect(features["log area"]).toBeCloseTo(Math.log(area));
    // The nearest pixel outside a disc of radius 14 lies 14 px across and 1 px down from its centre.
    expect(features["log depth"]).toBeCloseTo(Math.log(Math.hypot(14, 1)), 5);
    expect(features["support margin"]).toBeCloseTo(Math.log(0.94 / 0.02), 4);
    expect(features["support margin around"]).toBeCloseTo(Math.log(0.02 / 0.94), 4);
    expect(features["support new class"]).toBeCloseTo(Math.log(0.94), 4);
    expect(features["new class visible"]).toBe(0);
    expect(features["whole component"]).toBe(0);
    const component = window.components.list[window.components.labels[61 * SIZE + 66]];
    expect(features["share of component"]).toBeCloseTo(area / component.area);
  });

  it("are means over what is large enough to have one", () => {
    const slots = Uint8Array.from({ length: 256 }, (_, i) => (i < 70 ? 0 : i < 80 ? 1 : 2));
    const means = overComponents(
      Float32Array.from(slots, (_, i) => i),
      slots,
    );
    expect([means[0], means[75], means[100]]).toEqual([34.5, 0, 167.5]);
  });
});
