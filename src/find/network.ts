/** What the network says of a scene's windows, whose label is shown in part. The twin of `training/lmae/finding/predictor.py`. */
import * as tf from "@tensorflow/tfjs-core";
import { labelComponents } from "../core/components";
import { cutRaster } from "../core/cutRaster";
import { NO_SLOT, type WindowInput } from "../model/labels";
import { upsample } from "../model/ops";
import type { Checkpoint } from "../model/steps";
import { requestCandidates } from "../reconstruct/candidates";
import { IGNORED, MASKED } from "../window/resample";
import type { WindowCache } from "../window/windowCache";
import { windowInput } from "../window/windowInput";
import type { WindowModel } from "../window/windowModel";
import { partsAround } from "../window/windowParts";
import { bestInHole, slotSupport } from "../window/windowSupport";
import type { WorkImage } from "../window/workImage";
import { type ClassPosteriors, windowSupport } from "./posteriors";
import { type LabelledScene, VOID } from "./scene";
import { chooseSlots, MOST_SLOTS } from "./slots";
import type { Square } from "./tiles";

/** Probabilities of a window's hidden pixels, [side * side, channels]: the slots, perhaps unused ones, then "other". */
export interface Completion {
  /** classes[k] is the id of slot k; slots beyond are unused. */
  readonly classes: readonly number[];
  readonly values: Float32Array;
  readonly channels: number;
}

/** The network before one scene. Image features are encoded once a window. Checkpoints between the blocks of a pass. */
export interface Network {
  /** A window with `hidden` (scene raster, 1 = hidden) rebuilt. Something of its label must be visible. */
  complete(at: Square, hidden: Uint8Array): Promise<Completion>;
  /** Logit of a window's pixels, side * side, that the label is wrong, all of it visible. */
  errorLogit(at: Square): Promise<Float32Array>;
}

/** @param image The image of the scene, at the scene's size. */
export function createNetwork(
  cache: WindowCache,
  image: WorkImage,
  scene: LabelledScene,
  posteriors: ClassPosteriors,
  checkpoint: Checkpoint,
): Network {
  const listens = posteriors.classes.length > 1 && cache.model.weights.config.support;

  /** Classes of the slots, and what the network is asked. */
  function asked(at: Square, hidden: Uint8Array): { classes: readonly number[]; input: WindowInput } {
    const size = at.side;
    const label = cutSquare(scene.label, scene.width, at);
    const known = new Uint8Array(label.length);
    for (let i = 0; i < known.length; i++) if (label[i] !== VOID && hidden[i] !== 1) known[i] = 1;
    const shown = chooseSlots(label, hidden, size);
    const ids = new Uint16Array(label);
    const input = (classes: readonly number[], support: WindowInput["support"]) => ({
      classes,
      input: windowInput({ size, ids }, known, classes, cache.model.slotCount(classes.length), support),
    });
    if (!listens) return input(shown, null);
    const cells = windowSupport(posteriors, scene.width, at);
    const inHole = bestInHole(cells, { size, kinds: hidden.map((bit) => (bit === 1 ? MASKED : IGNORED)) });
    // Classes that support sees in the hole and the window does not show.
    const others = requestCandidates([inHole], MOST_SLOTS - shown.length, new Set(shown));
    const classes = [...shown, ...others];
    return input(classes, slotSupport(cells, classes, cache.model.slotCount(classes.length), others));
  }

  async function looking<T>(at: Square, look: (model: WindowModel) => Promise<T>): Promise<T> {
    const model = cache.open(image, { ...at, size: at.side });
    try {
      return await look(model);
    } finally {
      model.close();
    }
  }

  return {
    async complete(at, hidden) {
      const unseen = cutSquare(hidden, scene.width, at);
      const { classes, input } = asked(at, unseen);
      const channels = input.slots + 1;
      const values = new Float32Array(unseen.length * channels);
      const answers = await looking(at, (model) => model.runParts(input, partsAround(unseen, at.side), checkpoint));
      for (const { part, logits } of answers) {
        const probabilities = tf.softmax(logits);
        logits.dispose();
        const row = part.width * channels;
        const read = await readBack(probabilities);
        for (let y = 0; y < part.height; y++) {
          values.set(read.subarray(y * row, (y + 1) * row), ((part.y + y) * at.side + part.x) * channels);
        }
      }
      return { classes, values, channels };
    },
    async errorLogit(at) {
      const { input } = asked(at, new Uint8Array(at.side ** 2));
      const errorLogit = await looking(at, (model) => model.detectErrors(input, regionNumbers(input), checkpoint));
      const [rows, columns] = errorLogit.shape;
      const logit = tf.tidy(() => upsample(tf.reshape(errorLogit, [1, rows, columns, 1]), at.side / columns));
      errorLogit.dispose();
      return readBack(logit);
    },
  };
}

/** What a window shows of a raster of `width` columns, side * side. */
export function cutSquare<T extends Int32Array | Uint8Array>(raster: T, width: number, { x, y, side }: Square): T {
  return cutRaster(raster, width, { x, y, width: side, height: side });
}

/** The number, from 1, of the visible region at the centre of every cell of `stride` px, row by row; 0 = none. */
export function regionNumbers({ given, width, height }: WindowInput, stride = 8): Int32Array {
  const { labels } = labelComponents({ width, height, data: Uint16Array.from(given) });
  const columns = width / stride;
  return Int32Array.from({ length: columns * (height / stride) }, (_, cell) => {
    const row = Math.floor(cell / columns) * stride + stride / 2;
    const middle = row * width + (cell % columns) * stride + stride / 2;
    return given[middle] < NO_SLOT ? labels[middle] + 1 : 0;
  });
}

async function readBack(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}
