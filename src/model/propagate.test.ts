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

/** What a head says of the part, when it is asked of that alone and of all cells; the larger `scale`, the fewer cells it listens to. */
function spreads(given: Uint8Array, scale: number): [ofPart: number[], ofAll: number[]] {
  const { weights } = model;
  return tf.tidy(() => {
    const nearest = new Uint8Array(width * height).fill(UNKNOWN);
    const distance = new Float32Array(width * height);
    const labels = visibleLabels(weights.config, { width, height, slots, given, nearest, distance, support: null });
    const depth = weights.propagate.heads[0].query.weight.shape[0];
    const random = createRandom(3);
    const cells = Float32Array.from({ length: (width * height * depth) / 64 }, () => scale * random.next());
    const pixels8 = tf.tensor4d(cells, [1, height / 8, width / 8, depth]);
    const values = carriedValues(labels);
    const far = cellDistance(height / 8, width / 8);
    const ofPart = propagateHead(weights, 0, pollOfPart(pixels8, far, part), values, null).spread;
    const ofAll = propagateHead(weights, 0, pollOfAll(pixels8, far), values, null).spread;
    return [[...ofPart.dataSync()], [...cropPlanes(ofAll, part, 8).dataSync()]];
  });
}

const random = createRandom(1);
/** Patches are hidden, and single pixels of others. */
const patchy = Uint8Array.from({ length: width * height }, (_, i) => {
  const isHidden = ((i % width) >> 4) % 2 === (Math.floor(i / width) >> 4) % 2 || random.next() < 0.3;
  return isHidden ? UNKNOWN : (i >> 3) % slots;
});
const cells = (part.width * part.height) / 64;

it.each([1, 300])("says the same of a part as of all, at attention of scale %i", (scale) => {
  const [ofPart, ofAll] = spreads(patchy, scale);
  expect(ofPart).toHaveLength(slots * cells);
  ofPart.forEach((share, i) => {
    expect(share).toBeCloseTo(ofAll[i], 6);
  });
  const totals = Array.from(
    { length: cells },
    (_, cell) => ofPart[cell] + ofPart[cells + cell] + ofPart[2 * cells + cell],
  );
  expect(Math.max(...totals)).toBeGreaterThan(0.9);
  // A cell that listens to hidden ones alone is told nothing.
  expect(Math.min(...totals) < 0.1).toBe(scale > 1);
});

it("says nothing where no cell shows a label", () => {
  const [ofPart, ofAll] = spreads(new Uint8Array(width * height).fill(UNKNOWN), 1);
  expect(ofPart).toEqual(ofAll);
  expect(new Set(ofPart)).toEqual(new Set([0]));
});
