import { beforeAll, describe, expect, it } from "vitest";
import { growRegion } from "../core/morphology";
import { intersectRegions, type Region, rectRegion, regionFromPredicate } from "../core/region";
import { createWindowModel } from "../window/windowModel";
import { colourModel } from "./fixtures/colourModel";
import { disc, IDS, mislabelled, picture, pictureWindow, type Thing } from "./fixtures/picture";
import type { Proposal } from "./proposals";
import { redraw } from "./redraw";
import { overlap, windowRect } from "./regions";

const SIZE = 96;
const proceed = () => Promise.resolve();

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
