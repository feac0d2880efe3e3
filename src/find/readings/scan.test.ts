import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { createWindowModel, type OwnedWindowModel } from "../../window/windowModel";
import { colourModel, type Passes } from "../fixtures/colourModel";
import { box, disc, IDS, mislabelled, picture, pictureWindow } from "../fixtures/picture";
import { NO_POSTERIORS } from "../posteriors";
import { type Draws, drawMasks } from "./draws";
import { scanWindow } from "./scan";

const SIZE = 96;
const lost = disc(2, 66, 60, 14);
const scene = picture(SIZE, SIZE, [box(1, 0, 50, SIZE, SIZE), disc(3, 24, 24, 12), lost]);
const given = mislabelled(scene, lost, IDS[1]);
const window = pictureWindow(scene, given);
const proceed = () => Promise.resolve();
let colours: Awaited<ReturnType<typeof colourModel>>;
let model: OwnedWindowModel;
let passes: Passes;
let draws: Draws;

beforeAll(async () => {
  colours = await colourModel();
  passes = colours.passes;
  model = createWindowModel(colours.model, window.image, SIZE);
  draws = drawMasks(window, createRandom(1));
});

describe("a scan", () => {
  it("takes one pass a draw, two for the band, and one for the error head", async () => {
    await scanWindow(model, window, NO_POSTERIORS, draws, proceed);
    expect(draws.component.length).toBeLessThanOrEqual(4);
    expect(passes).toEqual({
      encode: 2,
      run: 2 + 4 + draws.component.length + 2,
      detectErrors: 1,
    });
    await scanWindow(model, window, NO_POSTERIORS, { ...draws, band: null }, proceed);
    expect(passes.run).toBe(2 * (2 + 4 + draws.component.length) + 2);
  });

  it("finds all readings against a lost object, and none against its surroundings", async () => {
    const scan = await scanWindow(model, window, NO_POSTERIORS, draws, proceed);
    const [inside, beside] = [60 * SIZE + 66, 90 * SIZE + 20];
    expect(scan.errorLogit[inside]).toBeGreaterThan(3);
    expect(scan.errorLogit[beside]).toBeLessThan(-3);
    for (const reading of [scan.hidden50, scan.hidden75]) {
      expect(reading.coverage[inside]).toBe(reading === scan.hidden50 ? 0.5 : 0.75);
      // No class that is visible has this colour: "other" speaks against the given one.
      expect(reading.selfConfidence[inside]).toBeLessThan(reading.selfConfidence[beside] - 2);
    }
    expect([...scan.support.coverage].includes(1)).toBe(false);
    expect(scan.band.label[51 * SIZE + 10]).toBe(IDS[1]);
  });
});
