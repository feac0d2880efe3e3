import { beforeAll, describe, expect, it } from "vitest";
import { growRegion } from "../core/morphology";
import { intersectRegions, type Region, rectRegion, regionFromPredicate } from "../core/region";
import { createWindowModel } from "../window/windowModel";
import { type Candidate, FIT_FEATURES, type FitFeatures } from "./candidates/candidate";
import { REGION_FEATURES, type RegionFeatures } from "./candidates/features";
import { colourModel, simpleRule } from "./fixtures/colourModel";
import { disc, IDS, mislabelled, picture, pictureWindow, type Thing } from "./fixtures/picture";
import { LEAST_CONFIDENCE, MOST_PROPOSALS, type Proposal, propose, redraw, SAME } from "./proposals";
import { overlap, windowRect } from "./regions";
import { parseRule, sigmoid } from "./rule";

const SIZE = 96;
const rule = { ...parseRule(simpleRule), region: { bias: 0, weights: weightsOf({ suspicion: 1 }) } };
const proceed = () => Promise.resolve();

function weightsOf(values: Partial<Record<string, number>>): RegionFeatures {
  return Object.fromEntries(REGION_FEATURES.map((name) => [name, values[name] ?? 0])) as RegionFeatures;
}

const square = (x: number, y: number, side = 20): Candidate => ({
  where: rectRegion({ x, y, width: side, height: side }),
  to: IDS[1],
  shape: false,
  fit: null,
});

describe("proposals", () => {
  it("that say the same are said once, by the surest", () => {
    const found = [square(5, 5), square(5, 6), square(50, 50)];
    const features = [1, 2, -1].map((suspicion) => weightsOf({ suspicion }));
    const kept = propose(found, features, rule);
    expect(kept.map(({ where }) => where.rect.y)).toEqual([6, 50]);
    expect(kept[0].confidence).toBeCloseTo(1 / (1 + Math.exp(-2)));
    expect(overlap(found[0].where, found[1].where)).toBeGreaterThan(SAME);
  });

  it("are few and not hopeless; shapes have a rule of their own", () => {
    const many = Array.from({ length: 64 }, (_, i) => square((i % 8) * 12, Math.floor(i / 8) * 12, 10));
    expect(
      propose(
        many,
        many.map(() => weightsOf({})),
        rule,
      ),
    ).toHaveLength(MOST_PROPOSALS);
    const hopeless = Math.log(LEAST_CONFIDENCE / (1 - LEAST_CONFIDENCE)) - 0.01;
    expect(propose([square(0, 0)], [weightsOf({ suspicion: hopeless })], rule)).toEqual([]);
    const shape = { ...square(0, 0), shape: true };
    const features = [weightsOf({ suspicion: 9, "probe margin": 9 })];
    expect(propose([shape], features, rule)[0].confidence).toBe(0.5);
    const fit = Object.fromEntries(FIT_FEATURES.map((name) => [name, name === "edge gain" ? 0.5 : 0])) as FitFeatures;
    expect(propose([{ ...shape, fit }], features, rule)[0].confidence).toBeCloseTo(sigmoid(1), 9);
  });
});

describe("redrawn rims", () => {
  const lost = disc(2, 48, 48, 20);
  const regionOf = (thing: Thing) => regionFromPredicate(windowRect(SIZE), (x, y) => thing.covers(x, y));
  let colours: Awaited<ReturnType<typeof colourModel>>;
  beforeAll(async () => {
    colours = await colourModel();
  });

  async function drawn(where: Region, to: number | Int32Array = IDS[2]): Promise<Proposal> {
    const scene = picture(SIZE, SIZE, [lost]);
    const window = pictureWindow(scene, mislabelled(scene, lost, IDS[0]));
    const [after] = await redraw(
      createWindowModel(colours.model, window.image, SIZE),
      window,
      [{ where, to, shape: false, fit: null, confidence: 0.5 }],
      proceed,
    );
    return after;
  }

  it("follow the image", async () => {
    const sloppy = growRegion(regionOf(lost), 4);
    const after = await drawn(sloppy);
    expect(overlap(after.where, regionOf(lost))).toBe(1);
    expect(overlap(sloppy, regionOf(lost))).toBeLessThan(0.75);
    expect(after.confidence).toBe(0.5);
  });

  it("take two passes for all of a window, none where nothing is redrawn", async () => {
    const before = colours.passes.run;
    await drawn(growRegion(regionOf(lost), 4));
    expect(colours.passes.run).toBe(before + 2);
    // Too thin to have an inside; a whole component.
    const thin = rectRegion({ x: 10, y: 10, width: 60, height: 8 });
    expect((await drawn(thin)).where).toEqual(thin);
    const whole = rectRegion(windowRect(SIZE));
    expect((await drawn(whole)).where).toEqual(whole);
    expect(colours.passes.run).toBe(before + 2);
  });

  it("stay inside the given component and the window, and leave a surer one's alone", async () => {
    const corner = disc(2, 6, 6, 30);
    const scene = picture(SIZE, SIZE, [corner]);
    const labels = mislabelled(scene, corner, IDS[0]).map((id, i) => (i % SIZE >= 30 ? IDS[1] : id));
    const window = pictureWindow(scene, labels);
    const component = regionFromPredicate(windowRect(SIZE), (x) => x < 30);
    const one: Proposal = {
      where: intersectRegions(regionOf(disc(2, 6, 6, 26)), component),
      to: IDS[2],
      shape: false,
      fit: null,
      confidence: 0.9,
    };
    const other: Proposal = { ...one, where: rectRegion({ x: 0, y: 10, width: 28, height: 50 }), confidence: 0.4 };
    const [first, second] = await redraw(
      createWindowModel(colours.model, window.image, SIZE),
      window,
      [one, other],
      proceed,
    );
    expect(first.where).not.toEqual(one.where);
    expect(overlap(first.where, intersectRegions(first.where, component))).toBe(1);
    expect(second).toEqual(other);
  });
});
