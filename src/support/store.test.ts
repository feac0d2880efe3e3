import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tinyModel } from "../model/fixtures/tinyModel";
import type { LoadedModel } from "../model/loadedModel";
import { CELL, pureCells } from "./cells";
import { colourImage, IDS, wronglyLabelled } from "./fixtures/colourSet";
import { createSupportStore, type SupportStore, takesSupport } from "./store";
import type { LabelledImage, SupportMap } from "./types";
import { resizeLabel, wholeSize } from "./wholeImage";

const proceed = () => Promise.resolve();
const images = Array.from({ length: 6 }, (_, number) => colourImage(number));
const stranger = colourImage(99);
let model: LoadedModel;
/** A fit takes seconds: what leaves it alone shares one. */
let all: SupportStore;

beforeAll(async () => {
  model = await tinyModel("wasm", "lmae-tiny-backbone");
  all = await fitted(images);
}, 60_000);
afterAll(() => model.dispose());

async function fitted(examples: readonly LabelledImage[]): Promise<SupportStore> {
  const store = createSupportStore();
  for (const example of examples) await store.learn(model, example, proceed);
  await store.fit(proceed);
  return store;
}

async function mapOf(store: SupportStore, { imageKey, image }: LabelledImage): Promise<SupportMap> {
  const map = await store.map(model, imageKey, image, proceed);
  if (map === null) throw new Error("There is no map.");
  return map;
}

/** Share of an image's pure cells whose likeliest class is the labelled one. The tiny backbone's weights are random. */
function accuracy({ classes, probabilities, rows, columns }: SupportMap, { image, labels }: LabelledImage): number {
  const size = wholeSize(image);
  const ids = pureCells(resizeLabel(labels, image, size, []), size.width, size.height);
  const cells = [...ids.keys()].filter((cell) => classes.includes(ids[cell]));
  const right = cells.filter((cell) => {
    const here = classes.map((_, k) => probabilities[k * rows * columns + cell]);
    return classes[here.indexOf(Math.max(...here))] === ids[cell];
  });
  return right.length / cells.length;
}

describe("support", { timeout: 120_000 }, () => {
  it("is for models with a backbone", async () => {
    const plain = await tinyModel("wasm");
    expect([takesSupport(plain), takesSupport(model)]).toEqual([false, true]);
    plain.dispose();
  });

  it("judges images of a rare kind by others of that kind, in whatever order they were learnt", async () => {
    const rare = ({ labels, ...rest }: LabelledImage) => ({ ...rest, labels: labels.map((id) => id + 100) });
    // By order alone, numbers 0 and 4 would be in one fold.
    const mixed = images.map((image, number) => (number % 4 === 0 ? rare(image) : image));
    const map = await mapOf(await fitted(mixed), mixed[0]);
    expect(map.classes).toEqual(expect.arrayContaining(IDS.map((id) => id + 100)));
  });

  it("says of every cell what the others show there", async () => {
    for (const image of [stranger, images[2]]) {
      const map = await mapOf(all, image);
      expect(map).toMatchObject({ classes: IDS, rows: 256 / CELL, columns: 352 / CELL });
      const cells = map.rows * map.columns;
      for (let cell = 0; cell < cells; cell += 100) {
        const sum = IDS.reduce((total, _, k) => total + map.probabilities[k * cells + cell], 0);
        expect(sum).toBeCloseTo(1, 4);
      }
      expect(accuracy(map, image)).toBeGreaterThan(0.6);
    }
  });

  it("never lets an image's own labels vouch for themselves", async () => {
    // The second lies in a fold with another image.
    for (const number of [3, 4]) {
      const misled = await fitted(images.with(number, wronglyLabelled(images[number])));
      expect(await mapOf(misled, images[number])).toEqual(await mapOf(all, images[number]));
      // Its labels do reach the images of other folds.
      expect(await mapOf(misled, images[1])).not.toEqual(await mapOf(all, images[1]));
    }
  });

  it("keeps to that while an image is learnt again, and afterwards", async () => {
    const store = await fitted(images);
    const before = await mapOf(all, images[3]);
    await store.learn(model, wronglyLabelled(images[3]), proceed);
    expect(await mapOf(store, images[3])).toEqual(before);
    await store.fit(proceed);
    expect(await mapOf(store, images[3])).toEqual(before);
  });

  it("is the same when what was kept is restored", async () => {
    const [store, again] = [createSupportStore(), createSupportStore()];
    for (const image of images) {
      const kept = await store.learn(model, image, proceed);
      if (kept) again.restore([structuredClone(kept)]);
    }
    expect(await again.fit(proceed)).toEqual({ images: 6, classes: 3 });
    expect(await mapOf(again, stranger)).toEqual(await mapOf(all, stranger));
  });

  it("learns nothing where nothing is labelled, and has nothing to say of too little", async () => {
    const store = createSupportStore();
    const ask = () => store.map(model, stranger.imageKey, stranger.image, proceed);
    expect(await ask()).toBeNull();
    expect(await store.learn(model, { ...images[0], ignoredIds: IDS }, proceed)).toBeNull();
    expect(await store.fit(proceed)).toEqual({ images: 0, classes: 0 });
    await store.learn(model, images[0], proceed);
    expect(await store.fit(proceed)).toEqual({ images: 0, classes: 0 });
    expect(store.isFitted()).toBe(false);
    expect(await ask()).toBeNull();
  });

  it("drops an image whose label was taken away, and all of them when told to", async () => {
    const store = await fitted(images.slice(0, 4));
    await store.learn(model, { ...images[0], ignoredIds: IDS }, proceed);
    expect(await store.fit(proceed)).toEqual({ images: 3, classes: 3 });
    store.forget();
    expect(store.isFitted()).toBe(false);
    expect(await store.map(model, "image 1", images[1].image, proceed)).toBeNull();
    expect(await store.fit(proceed)).toEqual({ images: 0, classes: 0 });
  });

  it("makes a map once until the support or the picture changes", async () => {
    const store = await fitted(images);
    const map = await mapOf(store, stranger);
    expect(await mapOf(store, stranger)).toBe(map);
    await store.fit(proceed, true);
    const fresh = await mapOf(store, stranger);
    expect(fresh).not.toEqual(map);
    expect(accuracy(fresh, stranger)).toBeGreaterThan(0.5);
    await mapOf(store, images[0]);
    expect(await mapOf(store, stranger)).not.toBe(fresh);
  });

  it("lets a map be asked for in the pauses of another one, and frees everything, cancelled or done", async () => {
    const tensors = tf.memory().numTensors;
    const store = await fitted(images);
    let inner: Promise<SupportMap | null> | null = null;
    const outer = await store.map(model, "x", stranger.image, async () => {
      inner ??= store.map(model, "x", stranger.image, proceed);
      await inner;
    });
    expect(await inner).toEqual(outer);
    const cancel = () => Promise.reject(new Error("cancelled"));
    await expect(store.map(model, "y", images[1].image, cancel)).rejects.toThrow("cancelled");
    await expect(store.learn(model, images[1], cancel)).rejects.toThrow("cancelled");
    await expect(store.fit(cancel)).rejects.toThrow("cancelled");
    expect(await store.map(model, "x", stranger.image, proceed)).toEqual(outer);
    store.forget();
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
