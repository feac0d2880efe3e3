import { describe, expect, it } from "vitest";
import { hasPixel, regionArea, regionFromPredicate } from "../../core/region";
import { readSupport } from "../evidence";
import { box, disc, IDS, mislabelled, picture, pictureScene } from "../fixtures/picture";
import { type ClassPosteriors, NO_POSTERIORS } from "../posteriors";
import { overlap, pixelsOf } from "../regions";
import { QUICK_FEATURES } from "../rule";
import { type LabelledScene, VOID } from "../scene";
import { appearanceOf } from "./appearance";
import { type Candidate, newIdAt } from "./candidate";
import { candidates, LEAST_REGION } from "./candidates";
import { describeCandidate } from "./features";
import { LEAST_SHAPE } from "./redrawnShapes";

const [WIDTH, HEIGHT] = [112, 96];
const PIXELS = WIDTH * HEIGHT;
const lost = disc(2, 66, 61, 14);
const shown = picture(WIDTH, HEIGHT, [box(1, 0, 48, WIDTH, HEIGHT), disc(3, 24, 24, 12), lost]);
const given = Int32Array.from(mislabelled(shown, lost, IDS[1]), (id, i) => (i % WIDTH < 6 ? VOID : id));
const calm = new Float32Array(PIXELS).fill(-9);
const inLost = (i: number) => lost.covers(i % WIDTH, Math.floor(i / WIDTH));

/** The right posteriors. */
const posteriors: ClassPosteriors = {
  classes: [IDS[1], IDS[3], IDS[0], IDS[2]],
  probabilities: [1, 3, 0, 2].map((colour) =>
    Float32Array.from(shown.labels, (id) => (id === IDS[colour] ? 0.94 : 0.02)),
  ),
};

/** All that is found in a label of the picture, checked for what holds of any. */
async function foundIn(labels: ArrayLike<number>, said: ClassPosteriors, odds = calm) {
  const scene = pictureScene(shown, labels);
  const seen = appearanceOf(scene.image, WIDTH, HEIGHT);
  const evidence = { errorLogit: new Float32Array(PIXELS).fill(-2), ...readSupport(said, scene) };
  const found = await candidates(scene, evidence, odds, said, seen, () => Promise.resolve());
  for (const one of found) checkCandidate(one, scene);
  return {
    found,
    featuresOf: (one: Candidate) => {
      const values = describeCandidate(one, scene, evidence, odds, seen.ranks);
      expect(values).toHaveLength(QUICK_FEATURES.length);
      return Object.fromEntries(QUICK_FEATURES.map((name, i) => [name, values[i]]));
    },
  };
}

function checkCandidate(one: Candidate, { label, components }: LabelledScene): void {
  const { where, kind } = one;
  expect(where.rect.x).toBeGreaterThanOrEqual(0);
  expect(where.rect.y).toBeGreaterThanOrEqual(0);
  expect(where.rect.x + where.rect.width).toBeLessThanOrEqual(WIDTH);
  expect(where.rect.y + where.rect.height).toBeLessThanOrEqual(HEIGHT);
  expect(where.bits).toHaveLength(where.rect.width * where.rect.height);
  expect(regionArea(where)).toBeGreaterThanOrEqual(kind === "region" ? LEAST_REGION : LEAST_SHAPE);
  expect(regionArea(where)).toBeLessThanOrEqual(PIXELS / 2);
  const pixels = [...pixelsOf(where, WIDTH)];
  expect(pixels.some((i) => label[i] === VOID || [label[i], VOID].includes(newIdAt(one, i, WIDTH)))).toBe(false);
  if (kind === "region") expect(new Set(pixels.map((i) => components.labels[i])).size).toBe(1);
  if (kind !== "shift") expect(one.fit).toEqual([0, 0]);
}

const isAtLost = ({ where }: Candidate) => hasPixel(where, 66, 61) && !hasPixel(where, 20, 90);

describe("candidates", () => {
  it("are what support contradicts, with its class", async () => {
    const { found } = await foundIn(given, posteriors);
    const hit = found.find(({ where, kind }) => kind === "region" && pixelsOf(where, WIDTH).every(inLost));
    expect(hit?.to).toBe(IDS[2]);
    expect(hit && regionArea(hit.where)).toBe(given.filter((_, i) => inLost(i)).length);
  });

  it("are what is suspicious, with the class around it without support", async () => {
    const { found } = await foundIn(
      given,
      NO_POSTERIORS,
      calm.map((_, i) => (inLost(i) ? 3 : -9)),
    );
    const level = found.filter((one) => one.kind === "region" && isAtLost(one));
    expect(level.length).toBeGreaterThan(0);
    for (const { where, to } of level) {
      // Where it touches nothing but its own component there is no class to give it.
      expect(pixelsOf(where, WIDTH).some((i) => given[i - WIDTH] === IDS[0])).toBe(true);
      expect(to).toBe(IDS[0]);
    }
    expect(found.some(({ kind }) => kind === "shape")).toBe(false);
  });

  it("are each found once, and regions before shapes before shifts", async () => {
    const { found } = await foundIn(given, posteriors);
    const kinds = found.map(({ kind }) => kind);
    expect(kinds).toEqual(
      [...kinds].sort((a, b) => ["region", "shape", "shift"].indexOf(a) - ["region", "shape", "shift"].indexOf(b)),
    );
    const regions = found.filter(({ kind }) => kind === "region");
    regions.forEach((one, i) => {
      for (const other of regions.slice(i + 1)) expect(overlap(one.where, other.where)).toBeLessThan(1);
    });
  });

  it("are boundaries that support has elsewhere: all that both sides gain and lose", async () => {
    const low = shown.labels.map((id, i) => (id === IDS[1] && Math.floor(i / WIDTH) < 56 ? IDS[0] : id));
    const { found } = await foundIn(low, posteriors);
    const all = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
    const wrong = regionFromPredicate(all, (x, y) => low[y * WIDTH + x] !== shown.labels[y * WIDTH + x]);
    const hit = found.find(({ where, kind }) => kind === "shape" && overlap(where, wrong) > 0.8);
    const pixels = hit ? [...pixelsOf(hit.where, WIDTH)] : [];
    expect(pixels.length).toBeGreaterThan(400);
    expect(pixels.every((pixel) => hit && newIdAt(hit, pixel, WIDTH) === shown.labels[pixel])).toBe(true);
  });
});

describe("the features of a candidate", () => {
  it("tell an object from its surroundings", async () => {
    const { found, featuresOf } = await foundIn(given, posteriors);
    const hit = found.find(({ where, kind }) => kind === "region" && pixelsOf(where, WIDTH).every(inLost));
    const features = featuresOf(hit as Candidate);
    const area = given.filter((_, i) => inLost(i)).length;
    expect(features["log area"]).toBeCloseTo(Math.log(area));
    // The nearest pixel outside a disc of radius 14 lies 14 px across and 1 px down from its centre.
    expect(features["log depth"]).toBeCloseTo(Math.log(Math.hypot(14, 1)), 5);
    expect(features["support margin"]).toBeGreaterThan(2);
    expect(features["support margin around"]).toBeLessThan(-2);
    expect(features.suspicion).toBe(-9);
    expect(features["error logit"]).toBe(-2);
    expect(features["edges along outline"]).toBeGreaterThan(0.9);
    expect(features.shifted).toBe(0);
  });

  it("take what has no surroundings in its own components for these", async () => {
    const odds = calm.map((_, i) => (shown.labels[i] === IDS[3] ? 2 : -9));
    const { found, featuresOf } = await foundIn(given, NO_POSTERIORS, odds);
    const whole = found.find(
      ({ where }) => hasPixel(where, 24, 24) && regionArea(where) === odds.filter((v) => v > 0).length,
    );
    const features = featuresOf(whole as Candidate);
    expect(features.suspicion).toBe(2);
    expect(features["suspicion around"]).toBe(2);
  });

  it("say of a shift what it gains", async () => {
    const { found, featuresOf } = await foundIn(given, NO_POSTERIORS);
    const shifts = found.filter(({ kind }) => kind === "shift");
    expect(shifts.length).toBeGreaterThan(0);
    for (const shift of shifts) {
      const { shifted, "edge gain by spread": edges, "colour gain": colours } = featuresOf(shift);
      expect(shifted).toBe(1);
      expect([edges, colours]).toEqual([...shift.fit]);
    }
  });
});
