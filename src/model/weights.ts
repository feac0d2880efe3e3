import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { AttentionWeights } from "./attention";
import type { LmaeConfig } from "./config";
import { type ImageEncoderWeights, imageEncoderWeights } from "./encodeImage";
import { CARRY } from "./kernels/carry";
import { hasKernel } from "./kernels/kernel";
import type { Conv, Linear, Norm, Residual, SupportedConv } from "./ops";
import { SUPPORT_CHANNELS } from "./support";
import { type NamedTensors, readWeights } from "./weightReader";

/** A transformer block. Scale and shift of its norms, and the factors of its GELU, are in the layers around them. */
export type BlockWeights = {
  readonly attention: AttentionWeights;
  readonly proj: Linear;
  readonly fc1: Linear;
  readonly fc2: Linear;
};

/** All weights of an L-MAE, grouped by the step that uses them. Owns its tensors until `disposeWeights`. */
export interface LmaeWeights {
  readonly config: LmaeConfig;
  readonly image: ImageEncoderWeights;
  readonly fuse: {
    /** fuse1 as 8x8 stride-8 convolutions over the stride-2 raster of a slot, and of the known pixels. */
    readonly own: Tensor4D;
    readonly known: Conv;
    /** fuse2 without its bias, [fuseWidth, D]. */
    readonly out: Tensor2D;
    /** Of `Labels.patches`: fuse_known, then the bias of fuse2, once a slot. */
    readonly shares: Linear;
  };
  readonly encoder: readonly BlockWeights[];
  readonly decoder: {
    /** With the encoder's norm. */
    readonly embed: Linear;
    readonly maskToken: Tensor2D;
    readonly ips: Linear;
    readonly blocks: readonly BlockWeights[];
  };
  readonly pixels: {
    /** With the decoder's norm. */
    readonly context8: Linear;
    readonly norm8: Norm;
    readonly image4: Conv;
    readonly context4: Conv;
  };
  readonly propagate: {
    /** A query and key a head; the query is already scaled by propagateDim^-0.5. */
    readonly heads: readonly { readonly query: Linear; readonly key: Linear }[];
    /** The same of all heads side by side, for engines that have a kernel for it; null elsewhere. */
    readonly atOnce: { readonly query: Linear; readonly key: Linear; readonly distance: Tensor1D } | null;
    /** softplus(distance_scale) a head. */
    readonly distance: readonly number[];
    /** softmax(head_mix), [1, heads]. */
    readonly mix: Tensor2D;
  };
  readonly affinity: Conv;
  readonly slots: {
    /** What differs from slot to slot; the known share is the same for all and convolved once, by `known`. */
    readonly in8: SupportedConv;
    readonly known8: Conv;
    readonly image8: Conv;
    readonly res8: Residual;
    readonly mean8: Conv;
    readonly in4: SupportedConv;
    readonly known4: Conv;
    readonly up4: Conv;
    readonly image4: Conv;
    readonly res4: Residual;
    readonly in2: Conv;
    readonly known2: Conv;
    readonly up2: Conv;
    readonly image2: Conv;
    readonly res2: Residual;
    readonly out2: Conv;
    /** With the bias of other_support. */
    readonly otherImage: Conv;
    readonly otherSlots: Conv;
    readonly priorScale: number;
    readonly diffusedScale: number;
    /** Null in networks that cannot listen to support. */
    readonly support: { readonly other: Conv; readonly scale: number } | null;
  };
  readonly hole: {
    readonly shape: Conv;
    readonly image: Conv;
    readonly out: Conv;
  };
  readonly errorHead: {
    /** `shared` are the channels that are the same for all slots. */
    readonly in8: SupportedConv;
    readonly shared8: Conv;
    readonly image8: Conv;
    readonly res8: Residual;
    readonly in4: Conv;
    readonly shared4: Conv;
    readonly up4: Conv;
    readonly image4: Conv;
    readonly out4: Conv;
  };
  /** Every tensor above, once, for disposal. */
  readonly tensors: readonly Tensor[];
}

/** The model's GELU is x * sigmoid(1.702 x). */
const GELU_SCALE = 1.702;

/**
 * Groups a model's tensors by step and folds constants into them. Takes ownership of `named`. Reads four small
 * vectors back, hence async. Throws an Error naming the first missing weight.
 */
export async function prepareWeights(config: LmaeConfig, named: NamedTensors): Promise<LmaeWeights> {
  const reader = readWeights(named);
  const { get, keep, conv, linear, norm, residual, folded, parted, vector } = reader;
  const block = (name: string): BlockWeights => {
    const { dim, headDim } = config;
    const qkv = (): Linear => {
      const scale = tf.tensor1d(list(3 * dim, (i) => (i < dim ? headDim ** -0.5 : 1)));
      const packed = folded(`${name}.qkv`, { after: `${name}.norm1`, scale });
      scale.dispose();
      return packed;
    };
    return {
      attention: { qkv: qkv(), headDim },
      proj: linear(`${name}.proj`),
      fc1: folded(`${name}.fc1`, { after: `${name}.norm2`, scale: GELU_SCALE }),
      fc2: {
        weight: keep(tf.div(get(`${name}.fc2.weight`) as Tensor2D, GELU_SCALE)),
        bias: keep(get(`${name}.fc2.bias`) as Tensor1D),
      },
    };
  };
  const list = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));

  const side = config.patch / 2;
  const { propagateDim, propagateHeads, fuseWidth, dim } = config;
  const fuse1 = get("fuse1.weight");
  const fuseFilter = (from: number): Tensor4D =>
    keep(
      tf.tidy(
        () => tf.reshape(tf.slice(fuse1, [from, 0], [side * side, fuseWidth]), [side, side, 1, fuseWidth]) as Tensor4D,
      ),
    );

  const heads = list(propagateHeads, (i) => i);
  // Channels in the order of `LMAE.decode_slots`: a share a head, prior, own label, known, ..., support.
  const told = config.support ? SUPPORT_CHANNELS : 0;
  const [slot8, slot4, slot2] = [
    parted("slot8_in", [propagateHeads + 2], told),
    parted("slot4_in", [3], told),
    parted("slot2_in", [2]),
  ];
  // ... and of its error head: votes of other cells, own label, known, votes of other regions, their weight, support.
  const weightsOf8 = heads.map((head) => 2 * propagateHeads + 2 + head);
  const [error8, error4] = [parted("error8_in", [propagateHeads + 1, ...weightsOf8], told), parted("error4_in", [1])];

  const distance = (await vector("distance_scale")).map(softplus);
  const mix = softmaxOf(await vector("head_mix"));
  const [priorScale] = await vector("prior_scale");
  const [diffusedScale] = await vector("diffused_scale");

  const support = !config.support
    ? null
    : {
        other: { filter: keep(get("other_support.weight") as Tensor4D), bias: keep(tf.zeros([1]) as Tensor1D) },
        scale: (await vector("support_scale"))[0],
      };

  const weights: Omit<LmaeWeights, "tensors"> = {
    config,
    image: imageEncoderWeights(reader, config),
    fuse: {
      own: fuseFilter(0),
      known: { filter: fuseFilter(side * side), bias: keep(get("fuse1.bias") as Tensor1D) },
      out: keep(get("fuse2.weight") as Tensor2D),
      shares: {
        weight: keep(
          tf.tidy(() => tf.concat([get("fuse_known.weight"), tf.reshape(get("fuse2.bias"), [1, -1])], 0) as Tensor2D),
        ),
        bias: keep(get("fuse_known.bias") as Tensor1D),
      },
    },
    encoder: list(config.depth, (i) => block(`encoder.${i}`)),
    decoder: {
      embed: folded("decoder_embed", { after: "encoder_norm" }),
      maskToken: keep(tf.tidy(() => tf.reshape(get("mask_token"), [1, dim]) as Tensor2D)),
      ips: linear("ips"),
      blocks: list(config.decoderDepth, (i) => block(`decoder.${i}`)),
    },
    pixels: {
      context8: folded("context8", { after: "decoder_norm" }),
      norm8: norm("pixel8_norm"),
      image4: conv("pixel4_image"),
      context4: conv("pixel4_context"),
    },
    propagate: {
      heads: list(propagateHeads, (h) => ({
        query: folded("query", { from: h * propagateDim, width: propagateDim, scale: propagateDim ** -0.5 }),
        key: folded("key", { from: h * propagateDim, width: propagateDim }),
      })),
      atOnce: hasKernel(CARRY)
        ? {
            query: folded("query", { scale: propagateDim ** -0.5 }),
            key: folded("key", {}),
            distance: keep(tf.tensor1d(distance)),
          }
        : null,
      distance,
      mix: keep(tf.tensor2d([mix])),
    },
    affinity: conv("affinity"),
    slots: {
      in8: slot8.own,
      known8: slot8.shared,
      image8: conv("slot8_image"),
      res8: residual("slot8_res"),
      mean8: conv("slot8_mean"),
      in4: slot4.own,
      known4: slot4.shared,
      up4: conv("slot4_up"),
      image4: conv("slot4_image"),
      res4: residual("slot4_res"),
      in2: slot2.own.alone,
      known2: slot2.shared,
      up2: conv("slot2_up"),
      image2: conv("slot2_image"),
      res2: residual("slot2_res"),
      out2: conv("slot2_out"),
      otherImage: {
        filter: keep(get("other_image.weight") as Tensor4D),
        bias: config.support
          ? keep(tf.add(get("other_image.bias") as Tensor1D, get("other_support.bias") as Tensor1D))
          : keep(get("other_image.bias") as Tensor1D),
      },
      otherSlots: conv("other_slots"),
      priorScale,
      diffusedScale,
      support,
    },
    hole: {
      shape: conv("hole_in"),
      image: conv("hole_image"),
      out: conv("hole_out"),
    },
    errorHead: {
      in8: error8.own,
      shared8: error8.shared,
      image8: conv("error8_image"),
      res8: residual("error8_res"),
      in4: error4.own.alone,
      shared4: error4.shared,
      up4: conv("error4_up"),
      image4: conv("error4_image"),
      out4: conv("error4_out"),
    },
  };
  const tensors = reader.tensors();
  for (const tensor of Object.values(named)) if (!tensors.includes(tensor)) tensor.dispose();
  return { ...weights, tensors };
}

/** Frees every tensor of a model. */
export function disposeWeights(weights: LmaeWeights): void {
  for (const tensor of weights.tensors) tensor.dispose();
}

function softplus(x: number): number {
  return x > 20 ? x : Math.log1p(Math.exp(x));
}

function softmaxOf(values: readonly number[]): number[] {
  const top = Math.max(...values);
  const raised = values.map((v) => Math.exp(v - top));
  const total = raised.reduce((a, b) => a + b, 0);
  return raised.map((v) => v / total);
}
