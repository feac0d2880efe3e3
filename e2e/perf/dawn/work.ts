import { findErrors } from "../../../src/find/findErrors";
import type { FindResult } from "../../../src/find/types";
import { runToEnd } from "../../../src/model/fixtures/runToEnd";
import type { ImageFeatures } from "../../../src/model/imageFeatures";
import type { WindowInput } from "../../../src/model/labels";
import type { LoadedModel } from "../../../src/model/loadedModel";
import { requestOf } from "../../../src/reconstruct/fixtures/request";
import { reconstruct } from "../../../src/reconstruct/reconstruct";
import { createSupportStore } from "../../../src/support/store";
import type { SupportMap } from "../../../src/support/types";
import { createWindowCache, type WindowCache } from "../../../src/window/windowCache";
import { type BenchWindow, benchWindow } from "../bench/window";
import { findRequest, masked, type Scene } from "./scene";

export const SIZE = 224;
export const SLOTS = 8;
/** Does not pause: the app's pauses let messages in and cost what waits, not what runs. */
const checkpoint = async (): Promise<void> => {};

/** The benchmark's window, with support that knows nothing: it takes as long as any other. */
export function supportedWindow(): BenchWindow {
  const { input, image } = benchWindow(SIZE, SLOTS);
  const posteriors = new Float32Array((SLOTS + 1) * (SIZE / 8) ** 2).fill(1 / (SLOTS + 1));
  return { input: { ...input, support: { posteriors, candidates: new Uint8Array(SLOTS) } }, image };
}

/** Encodes a window's image and waits for it; the features are the caller's. */
export async function encode(model: LoadedModel, image: Float32Array): Promise<ImageFeatures> {
  const features = runToEnd(model.encode(image, SIZE, SIZE));
  // The smallest; an engine hands it over when all that was asked before is done.
  await features[16].data();
  return features;
}

/** One pass over an encoded window, its logits read back. */
export async function pass(model: LoadedModel, features: ImageFeatures, input: WindowInput): Promise<Float32Array> {
  const logits = await model.run(features, input, checkpoint);
  const values = await logits.data<"float32">();
  logits.dispose();
  return values;
}

/** Runs `work` with a cache that keeps nothing of earlier runs. */
export async function withCache<T>(model: LoadedModel, work: (cache: WindowCache) => Promise<T>): Promise<T> {
  const cache = createWindowCache(model);
  try {
    return await work(cache);
  } finally {
    cache.dispose();
  }
}

/** What the app does from a label with a mask to the first preview: ids of the masked pixels. */
export async function preview(cache: WindowCache, scene: Scene, map: SupportMap | null): Promise<Uint16Array> {
  const label = masked(scene);
  const request = requestOf(label, { imageKey: scene.image.imageKey, passes: 2 });
  const results = reconstruct(cache, scene.image, request, map, checkpoint);
  const { value } = await results.next();
  await results.return();
  if (!value) throw new Error("The request ended without a preview.");
  return value.ids;
}

/** A search of the scene. */
export function find(cache: WindowCache, scene: Scene, map: SupportMap | null): Promise<FindResult> {
  cache.setImage(scene.image);
  return findErrors(cache, scene.image, findRequest(scene), map, checkpoint, () => {});
}

/** How long support took, ms. */
export interface Learnt {
  readonly map: SupportMap;
  readonly learn: number;
  readonly fit: number;
  readonly look: number;
}

/** Learns from labelled scenes, as a draft (a quarter of the steps), then says what they say of another one. */
export async function learn(model: LoadedModel, taught: readonly Scene[], scene: Scene): Promise<Learnt> {
  const store = createSupportStore();
  const started = performance.now();
  for (const { image, labels, ignoredIds } of taught) {
    await store.learn(model, { imageKey: image.imageKey, image, labels, ignoredIds }, checkpoint);
  }
  const learnt = performance.now();
  await store.fit(checkpoint, true);
  const fitted = performance.now();
  const map = await store.mapOnce(model, scene.image.imageKey, scene.image, checkpoint);
  const looked = performance.now();
  if (!map) throw new Error("The sample's labels taught nothing.");
  return { map, learn: learnt - started, fit: fitted - learnt, look: looked - fitted };
}
