import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { attention } from "./attention";
import { gatherRows, linear, normalise, silu } from "./ops";
import type { BlockWeights, LmaeWeights } from "./weights";

export const MASKED_LOGIT = -1e9;

/**
 * A pre-norm transformer block: x [N, D] -> [N, D]. `bias` [N] is added to the attention logits of each key (large and
 * negative at padding); null means no padding.
 */
export function block(w: BlockWeights, x: Tensor2D, bias: Tensor1D | null, epsilon: number): Tensor2D {
  const attended: Tensor2D = tf.add(x, linear(attention(w.attention, normalise(x, epsilon), bias), w.proj));
  return tf.add(attended, linear(silu(linear(normalise(attended, epsilon), w.fc1)), w.fc2));
}

/** 2-D sine-cosine positions [h * w, dim]: a quarter each of sin y, cos y, sin x, cos x, in patches. */
export function positionEmbedding(height: number, width: number, dim: number): Tensor2D {
  const quarter = dim / 4;
  const values = new Float32Array(height * width * dim);
  for (let i = 0; i < quarter; i++) {
    const omega = 10000 ** (-i / quarter);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = (y * width + x) * dim + i;
        values[at] = Math.sin(y * omega);
        values[at + quarter] = Math.cos(y * omega);
        values[at + 2 * quarter] = Math.sin(x * omega);
        values[at + 3 * quarter] = Math.cos(x * omega);
      }
    }
  }
  return tf.tensor2d(values, [height * width, dim]);
}

/** Which patches are encoded: those with a known pixel, and padding. */
export interface VisiblePatches {
  /** Patch index of each encoded token; padding repeats patch 0. */
  readonly order: Int32Array;
  /** How many of `order` are not padding. */
  readonly count: number;
}

/** WebGPU compiles a program a shape: padded, it meets few. On wasm padding would only cost time. */
const paddedTo = (): number => (tf.getBackend() === "webgpu" ? 32 : 1);

/** `known` holds 1 for each patch with a known pixel. */
export function visiblePatches(known: ArrayLike<number>): VisiblePatches {
  const found: number[] = [];
  for (let i = 0; i < known.length; i++) if (known[i] > 0) found.push(i);
  const multiple = paddedTo();
  const order = new Int32Array(Math.max(1, Math.ceil(found.length / multiple)) * multiple);
  order.set(found);
  return { order, count: found.length };
}

/** The visible tokens of tokens [N16, D]: [V, D]. */
export function gatherVisible(tokens: Tensor2D, visible: VisiblePatches): Tensor2D {
  return gatherRows(tokens, visible.order);
}

/** Attention bias [V] that hides the padding. */
export function paddingBias(visible: VisiblePatches): Tensor1D {
  return tf.tensor1d(Float32Array.from(visible.order, (_, i) => (i < visible.count ? 0 : MASKED_LOGIT)));
}

/** Start of the decoder: latents [V, D] back in place among `cells` = N16 patches, mask tokens elsewhere: [N16, D]. */
export function decoderGrid(
  { decoder: w }: LmaeWeights,
  latents: Tensor2D,
  visible: VisiblePatches,
  cells: number,
): Tensor2D {
  const place = new Int32Array(cells).fill(visible.order.length);
  for (let i = 0; i < visible.count; i++) place[visible.order[i]] = i;
  const sources = tf.concat([linear(latents, w.embed), w.maskToken], 0) as Tensor2D;
  return gatherRows(sources, place);
}
