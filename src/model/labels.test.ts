import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../core/random";
import { tinyModel } from "./fixtures/tinyModel";
import { labelRasters, NO_SLOT, placedPriors, prepareLabels, priorRasters, UNKNOWN, visibleLabels } from "./labels";
import type { LoadedModel } from "./loadedModel";
import { halved } from "./raster";

const [width, height, slots] = [32, 16, 3];
const pixels = width * height;
let model: LoadedModel;

beforeAll(async () => {
  model = await tinyModel("cpu");
});

describe("labels as the network sees them", () => {
  const random = createRandom(7);
  const given = Uint8Array.from({ length: pixels }, () => [0, 0, 2, NO_SLOT, UNKNOWN][random.int(5)]);
  const nearest = given.map((id) => (id === UNKNOWN ? 2 : id));
  const distance = Float32Array.from(given, (id) => (id === UNKNOWN ? 1 + random.next() * 20 : 0));
  const input = { width, height, slots, given, nearest, distance, support: null };
  const rasters = () => labelRasters(input, priorRasters(model.weights.config, input));
  const made = () => prepareLabels(model.weights.config, input, rasters());
  /** Mean over the pixels of a cell. */
  const share = (stride: number, cell: number, value: (pixel: number) => number): number => {
    const columns = width / stride;
    const [top, left] = [Math.floor(cell / columns) * stride, (cell % columns) * stride];
    let sum = 0;
    for (let y = top; y < top + stride; y++) for (let x = left; x < left + stride; x++) sum += value(y * width + x);
    return sum / stride ** 2;
  };

  it("are shares of every cell, slot by slot", async () => {
    const labels = made();
    for (const stride of [2, 4, 8] as const) {
      const cells = pixels / stride ** 2;
      const own = await labels.own[stride].data();
      const known = await labels.known[stride].data();
      const prior = rasters().channels[stride][0].values;
      for (let cell = 0; cell < cells; cell++) {
        expect(known[cell]).toBeCloseTo(
          share(stride, cell, (i) => (given[i] === UNKNOWN ? 0 : 1)),
          6,
        );
        for (let slot = 0; slot < slots; slot++) {
          const at = slot * cells + cell;
          expect(own[at]).toBeCloseTo(
            share(stride, cell, (i) => (given[i] === slot ? 1 : 0)),
            6,
          );
          const fade = (i: number) => (nearest[i] === slot ? Math.exp(-distance[i] / 8) : 0);
          expect(prior[at]).toBeCloseTo(share(stride, cell, fade), 6);
        }
      }
    }
    expect(rasters().channels[8]).toHaveLength(5);
    for (const { planes, width, height } of rasters().channels[8])
      expect([planes, width, height]).toEqual([slots, 4, 2]);
    expect([...(await labels.valid.data())]).toEqual([1, 0, 1]);
  });

  it("are the same without the prior", async () => {
    const all = made();
    const visible = visibleLabels(model.weights.config, input);
    for (const name of ["seen", "patches", "valid"] as const) {
      expect(await visible[name].data()).toEqual(await all[name].data());
    }
    for (const stride of [2, 4, 8] as const) {
      expect(await visible.own[stride].data()).toEqual(await all.own[stride].data());
      expect(await visible.known[stride].data()).toEqual(await all.known[stride].data());
    }
  });

  it("say of every patch how much is known and which slots it shows", async () => {
    const labels = made();
    const patches = await labels.patches.data();
    expect([...(await labels.seen.data())]).toEqual([1, 1, 0, 0, 1, 1]);
    for (const cell of [0, 1]) {
      expect(patches[2 * cell]).toBeCloseTo(
        share(16, cell, (i) => (given[i] === UNKNOWN ? 0 : 1)),
        6,
      );
      expect(patches[2 * cell + 1]).toBe(2);
    }
  });

  it.each([
    ["the whole", { x: 0, y: 0, width, height }],
    ["a part", { x: 8, y: 8, width: 16, height: 8 }],
  ])("have the priors of every pixel of %s at full resolution, nothing at `other`", async (_, part) => {
    const { config } = model.weights;
    const input = { width, height, slots, given, nearest, distance, support: null };
    const placed = placedPriors(priorRasters(config, input), input, part);
    for (const [prior, length] of [
      [placed.near, 8],
      [placed.far, 64],
    ] as const) {
      expect(prior.shape).toEqual([1, part.height, part.width, slots + 1]);
      const values = await prior.data();
      for (let at = 0; at < part.width * part.height; at++) {
        const i = (part.y + Math.floor(at / part.width)) * width + part.x + (at % part.width);
        const expected = [0, 1, 2, 3].map((slot) => (slot === nearest[i] ? Math.exp(-distance[i] / length) : 0));
        expected.forEach((value, slot) => {
          expect(values[4 * at + slot]).toBeCloseTo(value, 6);
        });
      }
    }
  });
});

it("halves every plane by itself", () => {
  const values = Float32Array.from({ length: 16 }, (_, i) => i);
  const half = halved({ values, planes: 2, width: 4, height: 2 });
  expect(half).toEqual({ values: Float32Array.of(2.5, 4.5, 10.5, 12.5), planes: 2, width: 2, height: 1 });
});
