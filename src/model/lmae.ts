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
import { type Rect, unionRects } from "../core/rect";
import { type Arena, createArena } from "./arena";
import type { LmaeConfig } from "./config";
import { fuseContext, spreadContext, supplement } from "./context";
import { crop, cropAt2, cropAt4, cropAt8, cropPlanes, cropShares, partWith } from "./crop";
import { detectErrors } from "./errorHead";
import { fuseMap } from "./fuseMap";
import { holeGate } from "./holeGate";
import type { ImageFeatures } from "./imageFeatures";
import {
  labelRasters,
  placedPriors,
  prepareLabels,
  priorRasters,
  UNKNOWN,
  type VisibleLabels,
  visibleLabels,
  type WindowInput,
} from "./labels";
import { conv2d, normalise, upsample } from "./ops";
import {
  carriedValues,
  cellDistance,
  diffuseSpread,
  type LeaveOneOutVotes,
  ownRegions,
  pollOfAll,
  pollOfPart,
  propagateAtOnce,
  propagateHead,
} from "./propagate";
import { decodeSlots2, decodeSlots4, decodeSlots8, fullLogits, otherLogit } from "./slots";
import { block, decoderGrid, gatherVisible, paddingBias, positionEmbedding, visiblePatches } from "./transformer";
import type { LmaeWeights } from "./weights";

/** A step of `forward` that has just finished. */
export type Step = "prepareLabels" | "fuseMap" | "encode" | "decode" | "propagate" | "diffuse" | "decodeSlots";

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
 * How far a slot decoder's answer reaches, px: what is that far from a part of a window plays no role in it. From stride 2 on
 * three 3x3 convolutions and an enlargement by 8; before that, three at stride 4 and an enlargement; before that, three at
 * stride 8.
 */
const REACH2 = 8;
const REACH4 = 16;
const REACH8 = 24;

/** How far diffusion carries: a cell of stride 4 a step, and the enlargement before it. */
function diffusionReach({ diffusionSteps }: LmaeConfig): number {
  return 8 * Math.ceil((4 * diffusionSteps + 4) / 8);
}

/**
 * Completes the label of one window: logits [h, w, K + 1] of each of its parts (px, multiples of 8, at least one; by default the
 * window as one): the slots, then "other"; slots that are neither visible in the window nor candidates get -1e9. What of the network is
 * local is computed for the parts only. The logits belong to the caller. features are those of the window's image
 * (`encodeImage`) and stay the caller's. A generator that yields after every block, so that a caller may let messages in or
 * cancel (`throw()` frees everything).
 */
export function* forward(
  weights: LmaeWeights,
  features: ImageFeatures,
  input: WindowInput,
  grid: GridConstants,
  parts: readonly Rect[] = [wholeOf(input)],
): Generator<Step, Tensor3D[], void> {
  const arena = createArena();
  const { run } = arena;
  try {
    const priors = priorRasters(weights.config, input);
    const rasters = labelRasters(input, priors);
    const { channels } = rasters;
    const labels = run(() => prepareLabels(weights.config, input, rasters));
    yield "prepareLabels";
    const around = partWith(parts.reduce(unionRects), REACH2 + REACH4, input);
    const around8 = partWith(around, REACH8, input);
    const told = partWith(around, Math.max(REACH8, diffusionReach(weights.config)), input);
    const { pixels8, pixels4, spread } = yield* readWindow(weights, arena, features, input, grid, labels, told);
    const diffused = run(() => diffuseSpread(weights, spread, crop(pixels4, told, 4), cropShares(labels, told)));
    yield "diffuse";
    const a8 = run(() => {
      const own = spread.map((heads) => cropPlanes(heads, movedTo(around8, told), 8));
      return decodeSlots8(weights, own, crop(pixels8, around8, 8), cropAt8(labels, channels, around8));
    });
    yield "decodeSlots";
    const answers: Tensor3D[] = [];
    for (const part of parts) {
      const around2 = partWith(part, REACH2, input);
      const around4 = partWith(around2, REACH4, input);
      const a4 = run(() => {
        const near8 = crop(a8, movedTo(around4, around8), 8);
        const flow = crop(diffused, movedTo(around4, told), 4);
        return decodeSlots4(weights, near8, flow, crop(pixels4, around4, 4), cropAt4(labels, channels, around4));
      });
      yield "decodeSlots";
      const [near, own, shown] = run(() => {
        const inside = crop(a4, movedTo(around2, around4), 4);
        const own = cropAt2(labels, channels, around2);
        return [inside, own, decodeSlots2(weights, inside, crop(features[2], around2, 2), own)] as const;
      });
      yield "decodeSlots";
      answers.push(
        run(() => {
          const [at8, at4] = [crop(pixels8, around2, 8), crop(pixels4, around2, 4)];
          const flow = crop(diffused, movedTo(around2, told), 4);
          const full = fullLogits(
            weights,
            own,
            placedPriors(priors, input, around2),
            shown,
            flow,
            otherLogit(weights, near, at4, own),
            holeGate(weights, own, at8),
          );
          const [height, width, channels] = full.shape;
          const cut = crop(tf.reshape(full, [1, height, width, channels]), movedTo(part, around2), 1);
          return tf.clone(tf.squeeze(cut, [0])) as Tensor3D;
        }),
      );
    }
    return answers.map((logits) => arena.release(logits));
  } finally {
    arena.dispose();
  }
}

/**
 * Logit [H / 4, W / 4] that the label visible in a window is wrong; it belongs to the caller. `regions` numbers what is
 * visible, [h8 * w8], 0 = none. Otherwise as `forward`.
 */
export function* forwardErrors(
  weights: LmaeWeights,
  features: ImageFeatures,
  input: WindowInput,
  grid: GridConstants,
  regions: Int32Array,
): Generator<Step, Tensor2D, void> {
  const arena = createArena();
  try {
    // Nothing is hidden: the prior of hidden pixels takes longer to make than all the rest, and would not be read.
    const labels = arena.run(() => visibleLabels(weights.config, input));
    yield "prepareLabels";
    const all = wholeOf(input);
    const { pixels8, pixels4, votes } = yield* readWindow(weights, arena, features, input, grid, labels, all, regions);
    return tf.tidy(() => detectErrors(weights, votes, pixels8, pixels4, labels));
  } finally {
    arena.dispose();
  }
}

/** What all answers about a window are made of; the arena owns it. */
interface Read {
  readonly pixels8: Tensor4D;
  readonly pixels4: Tensor4D;
  /** Of a part of the window: a head each, or all in one. */
  readonly spread: readonly Tensor4D[];
  /** A head each; none without regions. */
  readonly votes: readonly LeaveOneOutVotes[];
}

/** The steps up to the propagation of the labels, to a part of the window (`told`, px); of all of it where there are regions. */
function* readWindow(
  weights: LmaeWeights,
  arena: Arena,
  features: ImageFeatures,
  input: WindowInput,
  grid: GridConstants,
  labels: VisibleLabels,
  told: Rect,
  regions: Int32Array | null = null,
): Generator<Step, Read, void> {
  const { config } = weights;
  const epsilon = config.layerNormEpsilon;
  const { run, replace } = arena;
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
  const own = regions && run(() => ownRegions(regions));
  const spread: Tensor4D[] = [];
  const votes: LeaveOneOutVotes[] = [];
  const { atOnce } = weights.propagate;
  if (atOnce && !own) {
    const all = run(() => cropPlanes(propagateAtOnce(atOnce, pixels8, values), told, 8));
    yield "propagate";
    return { pixels8, pixels4, spread: [all], votes: [] };
  }
  // A poll of some cells has a shape of its own, for which WebGPU would compile programs.
  const ofAll = own !== null || tf.getBackend() === "webgpu";
  const poll = run(() => (ofAll ? pollOfAll(pixels8, grid.distance8) : pollOfPart(pixels8, grid.distance8, told)));
  for (let head = 0; head < config.propagateHeads; head++) {
    const output = run(() => {
      const { spread: shares, votes: without } = propagateHead(weights, head, poll, values, own);
      return { spread: ofAll ? cropPlanes(shares, told, 8) : shares, votes: without };
    });
    spread.push(output.spread);
    if (output.votes) votes.push(output.votes);
    yield "propagate";
  }
  return { pixels8, pixels4, spread, votes };
}

function wholeOf({ width, height }: WindowInput): Rect {
  return { x: 0, y: 0, width, height };
}

/** A rect as seen from the corner of another one. */
function movedTo(rect: Rect, { x, y }: Rect): Rect {
  return { ...rect, x: rect.x - x, y: rect.y - y };
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
