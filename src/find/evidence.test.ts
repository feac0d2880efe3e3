import { describe, expect, it } from "vitest";
import { createRandom } from "../core/random";
import { blendedErrorLogit, LEAST_COMPONENT, NEVER, pixelFeatures, readSupport, suspicion } from "./evidence";
import type { Network } from "./network";
import { NO_POSTERIORS } from "./posteriors";
import { labelledScene, VOID } from "./scene";
import { type Square, tilingOf } from "./tiles";

const [WIDTH, HEIGHT] = [100, 60];
const blank = (label: Int32Array) => labelledScene(WIDTH, HEIGHT, new Float32Array(WIDTH * HEIGHT * 3), label);

/** Answers with a function of the scene's pixels. */
function seeing(says: (x: number, y: number) => number): { network: Network; looked: Square[] } {
  const looked: Square[] = [];
  const network: Network = {
    complete: () => Promise.reject(new Error("not asked")),
    async errorLogit(at) {
      looked.push(at);
      return Float32Array.from({ length: at.side ** 2 }, (_, i) =>
        says(at.x + (i % at.side), at.y + Math.floor(i / at.side)),
      );
    },
  };
  return { network, looked };
}

describe("the error logit", () => {
  const tiling = tilingOf(WIDTH, HEIGHT, 48);

  it("is what the tiles say, without a seam where they agree", async () => {
    const { network, looked } = seeing((x, y) => x - 2 * y);
    let steps = 0;
    const logit = await blendedErrorLogit(network, tiling, new Uint8Array(WIDTH * HEIGHT), () => steps++);
    expect([looked, steps]).toEqual([tiling.tiles, tiling.tiles.length]);
    logit.forEach((value, i) => void expect(value).toBeCloseTo((i % WIDTH) - 2 * Math.floor(i / WIDTH), 3));
  });

  it("passes from one tile to the next in even steps", async () => {
    let tile = 0;
    const { network } = seeing(() => tile);
    const counted: Network = { ...network, errorLogit: (at) => network.errorLogit({ ...at }).finally(() => tile++) };
    const logit = await blendedErrorLogit(counted, tiling, new Uint8Array(WIDTH * HEIGHT), () => {});
    for (let x = 1; x < WIDTH; x++)
      expect(Math.abs(logit[20 * WIDTH + x] - logit[20 * WIDTH + x - 1])).toBeLessThan(0.2);
  });

  it("does not look at tiles of nothing to check", async () => {
    const { network, looked } = seeing(() => 1);
    const idle = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH < 60 ? 1 : 0));
    const logit = await blendedErrorLogit(network, tiling, idle, () => {});
    expect(looked.every(({ x }) => x + 48 > 60)).toBe(true);
    expect(looked.length).toBeLessThan(tiling.tiles.length);
    expect(logit[10]).toBe(0);
  });
});

describe("what support says of a label", () => {
  const label = new Int32Array(WIDTH * HEIGHT).fill(5);
  for (let y = 0; y < HEIGHT; y++) label.fill(9, y * WIDTH + 52, y * WIDTH + WIDTH);
  const posteriors = {
    classes: [5, 9],
    probabilities: [0.8, 0.2].map((p) => new Float32Array(WIDTH * HEIGHT).fill(p)),
  };

  it("is its log probability, and by how much another class is likelier", () => {
    const { selfConfidence, margin } = readSupport(posteriors, blank(label));
    expect(selfConfidence[10]).toBeCloseTo(Math.log(0.8), 5);
    expect(margin[10]).toBeCloseTo(Math.log(0.2 / 0.8), 5);
    // The last columns and rows fill no cell of their own.
    expect(margin[label.length - 1]).toBeCloseTo(Math.log(0.8 / 0.2), 5);
  });

  it("counts less where the label is finer than the cells", () => {
    const post = Int32Array.from(label, (id, i) => (i % WIDTH === 20 ? 9 : id));
    expect(readSupport(posteriors, blank(post)).margin[20 * WIDTH + 20]).toBe(0);
  });

  it("is nothing where it does not know the class, or no other one", () => {
    const unknown = Int32Array.from(label, (id) => (id === 9 ? VOID : 7));
    const nothing = new Float32Array(label.length);
    expect(readSupport(posteriors, blank(unknown))).toEqual({ selfConfidence: nothing, margin: nothing });
    expect(readSupport(NO_POSTERIORS, blank(label))).toEqual({ selfConfidence: nothing, margin: nothing });
  });
});

it("pixels are judged by their own evidence and their component's, void not at all", () => {
  const label = new Int32Array(WIDTH * HEIGHT)
    .fill(5)
    .fill(VOID, 0, WIDTH)
    .fill(6, WIDTH, WIDTH + LEAST_COMPONENT - 1);
  const random = createRandom(3);
  const raster = () => Float32Array.from(label, () => random.next() - 0.5);
  const evidence = { errorLogit: raster(), selfConfidence: raster(), margin: raster() };
  const scene = blank(label);
  const features = pixelFeatures(evidence, scene.components);
  const own = [...label.keys()].filter((i) => label[i] === 5);
  const mean = own.reduce((sum, i) => sum + evidence.margin[i], 0) / own.length;
  expect(features[4][own[7]]).toBeCloseTo(mean, 5);
  expect([features[1][WIDTH], features[4][WIDTH]]).toEqual([0, 0]);
  const odds = suspicion({ bias: 1, weights: [1, 0, 2, 0, 3] }, evidence, scene);
  expect(odds[3]).toBe(NEVER);
  const [i] = own;
  expect(odds[i]).toBeCloseTo(1 + evidence.errorLogit[i] + 2 * evidence.selfConfidence[i] + 3 * mean, 5);
});
