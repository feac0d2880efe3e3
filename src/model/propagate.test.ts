import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createRandom } from "../core/random";
import { cropPlanes } from "./crop";
import { tinyModel } from "./fixtures/tinyModel";
import { UNKNOWN, visibleLabels } from "./labels";
import type { LoadedModel } from "./loadedModel";
import { carriedValues, cellDistance, pollOfAll, pollOfPart, propagateHead } from "./propagate";

let model: LoadedModel;
beforeAll(async () => {
  model = await tinyModel("cpu");
});
afterAll(() => model.dispose());

const [width, height, slots] = [64, 48, 3];
const part = { x: 16, y: 8, width: 24, height: 40 };

/** What a head says of the part, asked of the cells that show a label and of all. */
function spreads(given: Uint8Array): [ofSome: number[], ofAll: number[]] {
  const { weights } = model;
  return tf.tidy(() => {
    const nearest = new Uint8Array(width * height).fill(UNKNOWN);
    const distance = new Float32Array(width * height);
    const labels = visibleLabels(weights.config, { width, height, slots, given, nearest, distance, support: null });
    const depth = weights.propagate.heads[0].query.weight.shape[0];
    const random = createRandom(3);
    const cells = Float32Array.from({ length: (width * height * depth) / 64 }, () => random.next());
    const pixels8 = tf.tensor4d(cells, [1, height / 8, width / 8, depth]);
    const values = carriedValues(labels);
    const some = propagateHead(weights, 0, pollOfPart(pixels8, labels, values, part), null).spread;
    const all = pollOfAll(pixels8, cellDistance(height / 8, width / 8), values);
    const whole = propagateHead(weights, 0, all, null).spread;
    return [[...some.dataSync()], [...cropPlanes(whole, part, 8).dataSync()]];
  });
}

it("says the same of a part when only the cells that show a label are asked", () => {
  const random = createRandom(1);
  // Patches are hidden, and single pixels of others.
  const given = Uint8Array.from({ length: width * height }, (_, i) => {
    const isHidden = ((i % width) >> 4) % 2 === (Math.floor(i / width) >> 4) % 2 || random.next() < 0.3;
    return isHidden ? UNKNOWN : (i >> 3) % slots;
  });
  const [some, all] = spreads(given);
  expect(some).toHaveLength((slots * part.width * part.height) / 64);
  some.forEach((share, i) => {
    expect(share).toBeCloseTo(all[i], 5);
  });
  expect(Math.max(...some)).toBeGreaterThan(0.3);
});

it("says nothing where no cell shows a label", () => {
  const [some, all] = spreads(new Uint8Array(width * height).fill(UNKNOWN));
  expect(some).toEqual(all);
  expect(new Set(some)).toEqual(new Set([0]));
});
