/**
 * L-MAE: a label masked autoencoder with exact, anonymous slots, after "A label masked autoencoder for image-guided
 * segmentation label completion" (Patterns 2025, doi 10.1016/j.patter.2025.101455). The twin of
 * `training/lmae/model/lmae.py`: the same steps by the same names, functions of (weights, tensors), one window at a time.
 *
 * Shapes: K slots, H x W pixels (multiples of 16), hN = H / N, N16 = h16 * w16, D = dim. Tensors are NHWC; where the
 * batch axis is K, slots are decoded side by side by shared weights.
 * Mask convention: a pixel is *known* (its given label is visible) or not; a patch without a known pixel is hidden,
 * i.e. not encoded.
 */

import type { Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { createArena } from "./arena";
import { fuseContext, spreadContext, supplement } from "./context";
import { detectErrors } from "./errorHead";
import { fuseMap } from "./fuseMap";
import { holeGate } from "./holeGate";
import type { ImageFeatures } from "./imageFeatures";
import { prepareLabels, UNKNOWN, type WindowInput } from "./labels";
import { conv2d, normalise, upsample } from "./ops";
import {
  carriedValues,
  cellDistance,
  diffuseSpread,
  type LeaveOneOutVotes,
  ownRegions,
  propagateHead,
} from "./propagate";
import { decodeSlots2, decodeSlots4, decodeSlots8, fullLogits, otherLogit } from "./slots";
import { block, decoderGrid, gatherVisible, paddingBias, positionEmbedding, visiblePatches } from "./transformer";
import type { LmaeWeights } from "./weights";

/** A step of `forward` that has just finished. */
export type Step =
  | "prepareLabels"
  | "fuseMap"
  | "encode"
  | "decode"
  | "propagate"
  | "diffuse"
  | "decodeSlots"
  | "detectErrors";

/** What the network says of a window; the tensors belong to whoever asked. */
export interface Output {
  /** Logits [H, W, K + 1]: the slots, then "other"; slots that are neither visible in the window nor candidates get -1e9. */
  readonly logits: Tensor3D;
  /** Logit [H / 4, W / 4] that the label visible there is wrong; null when not asked for. */
  readonly errorLogit: Tensor2D | null;
}

/** Constants of a window size, [h16, w16] patches; they belong to the caller, who disposes them. */
export interface GridConstants {
  readonly position: Tensor2D;
  readonly distance8: Tensor2D;
}

/** Positions and cell distances for windows of rows x columns patches. */
export function gridConstants(dim: number, rows: number, columns: number): GridConstants {
  return { position: positionEmbedding(rows, columns, dim), distance8: cellDistance(2 * rows, 2 * columns) };
}

/**
 * Completes the label of one window and, with the regions of what is visible of it ([h8 * w8], 0 = none), detects errors
 * in that. features are those of the window's image (`encodeImage`) and stay the caller's. A generator that yields after
 * every block, so that a caller may let messages in or cancel (`throw()` frees everything).
 */
export function* forward(
  weights: LmaeWeights,
  features: ImageFeatures,
  input: WindowInput,
  grid: GridConstants,
  regions: Int32Array | null = null,
): Generator<Step, Output, void> {
  const { config } = weights;
  const epsilon = config.layerNormEpsilon;
  const arena = createArena();
  const { run, replace } = arena;
  try {
    const labels = run(() => prepareLabels(config, input));
    yield "prepareLabels";

    const visible = visiblePatches(knownPatches(input, config.patch));
    const bias = visible.count < visible.order.length ? run(() => paddingBias(visible)) : null;
    const tokens = run(() => tf.add(fuseMap(weights, features[16], labels), grid.position) as Tensor2D);
    let x = run(() => gatherVisible(tokens, visible));
    yield "fuseMap";

    for (const w of weights.encoder) {
      x = replace(x, () => block(w, x, bias, epsilon));
      yield "encode";
    }
    const [, rows, columns] = features[16].shape;
    x = replace(x, () => decoderGrid(weights, normalise(x, epsilon), visible, rows * columns));
    const context = yield* supplement(weights, arena, x, features[16], grid.position);

    const pixels8 = run(() => fuseContext(weights, features[8], spreadContext(weights, context, [rows, columns])));
    const pixels4 = run(
      () =>
        tf.relu(
          tf.add(conv2d(features[4], weights.pixels.image4), upsample(conv2d(pixels8, weights.pixels.context4), 2)),
        ) as Tensor4D,
    );
    const values = run(() => carriedValues(labels));
    const spread: Tensor4D[] = [];
    const own = regions && run(() => ownRegions(regions));
    const votes: LeaveOneOutVotes[] = [];
    for (let head = 0; head < config.propagateHeads; head++) {
      const output = run(() => propagateHead(weights, head, pixels8, values, grid.distance8, own));
      spread.push(output.spread);
      if (output.votes) votes.push(output.votes);
      yield "propagate";
    }

    const diffused = run(() => diffuseSpread(weights, spread, pixels4, labels));
    yield "diffuse";

    const a8 = run(() => decodeSlots8(weights, spread, pixels8, labels));
    yield "decodeSlots";
    const a4 = run(() => decodeSlots4(weights, a8, diffused, pixels4, labels));
    yield "decodeSlots";
    const logits2 = run(() => decodeSlots2(weights, a4, features[2], labels));
    yield "decodeSlots";

    const errorLogit = regions && run(() => detectErrors(weights, votes, pixels8, pixels4, labels));
    if (errorLogit) yield "detectErrors";

    const logits = tf.tidy(() => {
      const other = otherLogit(weights, a4, pixels4, labels);
      return fullLogits(weights, labels, logits2, diffused, other, holeGate(weights, labels, pixels8));
    });
    return { logits, errorLogit: errorLogit && arena.release(errorLogit) };
  } finally {
    arena.dispose();
  }
}

/** 1 for each patch with a known pixel. */
function knownPatches({ width, height, given }: WindowInput, patch: number): Uint8Array {
  const columns = width / patch;
  const known = new Uint8Array(columns * (height / patch));
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / patch) * columns;
    for (let x = 0; x < width; x++) if (given[y * width + x] !== UNKNOWN) known[row + Math.floor(x / patch)] = 1;
  }
  return known;
}
