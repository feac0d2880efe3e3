import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { LmaeConfig } from "./config";

/** Tensors by PyTorch's names: conv filters [kh, kw, in, out], linear weights [in, out], vectors as they are. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

export type Conv = { readonly filter: Tensor4D; readonly bias: Tensor1D };
export type Linear = { readonly weight: Tensor2D; readonly bias: Tensor1D };
export type Norm = { readonly gamma: Tensor1D; readonly beta: Tensor1D };
export type Residual = { readonly conv1: Conv; readonly conv2: Conv };

/** One attention head; the query is already scaled by headDim^-0.5. */
export type Head = { readonly query: Linear; readonly key: Linear; readonly value: Linear };
export type BlockWeights = {
  readonly norm1: Norm;
  readonly heads: readonly Head[];
  readonly proj: Linear;
  readonly norm2: Norm;
  readonly fc1: Linear;
  readonly fc2: Linear;
};

/** All weights of an L-MAE, grouped by the step that uses them. Owns its tensors until `disposeWeights`. */
export interface LmaeWeights {
  readonly config: LmaeConfig;
  readonly stem: {
    readonly conv2a: Conv;
    readonly conv2b: Conv;
    readonly conv4: Conv;
    readonly norm4: Norm;
    readonly res4: Residual;
    readonly conv8: Conv;
    readonly norm8: Norm;
    readonly res8: readonly Residual[];
    readonly conv16: Conv;
  };
  readonly fuse: {
    /** fuse1 as 8x8 stride-8 convolutions over the stride-2 raster of a slot, and of the known pixels. */
    readonly own: Tensor4D;
    readonly known: Conv;
    readonly out: Linear;
    readonly share: Linear;
  };
  readonly encoder: readonly BlockWeights[];
  readonly encoderNorm: Norm;
  readonly decoder: {
    readonly embed: Linear;
    readonly maskToken: Tensor2D;
    readonly ips: Linear;
    readonly blocks: readonly BlockWeights[];
    readonly norm: Norm;
  };
  readonly pixels: {
    readonly context8: Linear;
    readonly norm8: Norm;
    readonly image4: Conv;
    readonly context4: Conv;
  };
  readonly propagate: {
    /** A query and key a head; the query is already scaled by propagateDim^-0.5. */
    readonly heads: readonly { readonly query: Linear; readonly key: Linear }[];
    /** softplus(distance_scale) a head. */
    readonly distance: readonly number[];
    /** softmax(head_mix). */
    readonly mix: readonly number[];
  };
  readonly affinity: Conv;
  readonly slots: {
    readonly in8: Conv;
    readonly image8: Conv;
    readonly res8: Residual;
    readonly mean8: Conv;
    readonly in4: Conv;
    readonly up4: Conv;
    readonly image4: Conv;
    readonly res4: Residual;
    readonly in2: Conv;
    readonly up2: Conv;
    readonly image2: Conv;
    readonly res2: Residual;
    readonly out2: Conv;
    readonly otherImage: Conv;
    readonly otherSlots: Conv;
    readonly priorScale: number;
    readonly diffusedScale: number;
  };
  readonly hole: {
    readonly shape: Conv;
    readonly image: Conv;
    readonly out: Conv;
  };
  readonly errorHead: {
    readonly in8: Conv;
    readonly image8: Conv;
    readonly res8: Residual;
    readonly in4: Conv;
    readonly up4: Conv;
    readonly image4: Conv;
    readonly out4: Conv;
  };
  /** Every tensor above, once, for disposal. */
  readonly tensors: readonly Tensor[];
}

/**
 * Groups a model's tensors by step and folds constants into them. Takes ownership of `named`. Reads four small
 * vectors back, hence async. Throws an Error naming the first missing weight.
 */
export async function prepareWeights(config: LmaeConfig, named: NamedTensors): Promise<LmaeWeights> {
  const owned = new Set<Tensor>();
  const get = (name: string): Tensor => {
    const tensor = named[name];
    if (!tensor) throw new Error(`The model's file lacks the weight "${name}".`);
    return tensor;
  };
  const keep = <T extends Tensor>(tensor: T): T => {
    owned.add(tensor);
    return tensor;
  };
  const conv = (name: string): Conv => ({
    filter: keep(get(`${name}.weight`) as Tensor4D),
    bias: keep(get(`${name}.bias`) as Tensor1D),
  });
  const linear = (name: string): Linear => ({
    weight: keep(get(`${name}.weight`) as Tensor2D),
    bias: keep(get(`${name}.bias`) as Tensor1D),
  });
  const norm = (name: string): Norm => ({
    gamma: keep(get(`${name}.weight`) as Tensor1D),
    beta: keep(get(`${name}.bias`) as Tensor1D),
  });
  const residual = (name: string): Residual => ({ conv1: conv(`${name}.conv1`), conv2: conv(`${name}.conv2`) });
  /** Columns [from, from + width) of a linear layer or 1x1 convolution, times `scale`. */
  const columns = (name: string, from: number, width: number, scale = 1): Linear => {
    const rows = get(`${name}.weight`);
    const inputs = rows.shape[rows.rank - 2];
    return {
      weight: keep(
        tf.tidy(() => tf.mul(tf.slice(tf.reshape(rows, [inputs, -1]) as Tensor2D, [0, from], [inputs, width]), scale)),
      ),
      bias: keep(tf.tidy(() => tf.mul(tf.slice(get(`${name}.bias`) as Tensor1D, [from], [width]), scale))),
    };
  };
  const block = (name: string): BlockWeights => {
    const { dim, headDim } = config;
    const heads = Array.from({ length: dim / headDim }, (_, h) => ({
      query: columns(`${name}.qkv`, h * headDim, headDim, headDim ** -0.5),
      key: columns(`${name}.qkv`, dim + h * headDim, headDim),
      value: columns(`${name}.qkv`, 2 * dim + h * headDim, headDim),
    }));
    return {
      norm1: norm(`${name}.norm1`),
      heads,
      proj: linear(`${name}.proj`),
      norm2: norm(`${name}.norm2`),
      fc1: linear(`${name}.fc1`),
      fc2: linear(`${name}.fc2`),
    };
  };
  const list = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));
  const vector = async (name: string): Promise<number[]> => Array.from(await get(name).data());

  const side = config.patch / 2;
  const { propagateDim, propagateHeads, fuseWidth, dim } = config;
  const fuse1 = get("fuse1.weight");
  const fuseFilter = (from: number): Tensor4D =>
    keep(
      tf.tidy(
        () => tf.reshape(tf.slice(fuse1, [from, 0], [side * side, fuseWidth]), [side, side, 1, fuseWidth]) as Tensor4D,
      ),
    );

  const distance = (await vector("distance_scale")).map(softplus);
  const mix = softmaxOf(await vector("head_mix"));
  const [priorScale] = await vector("prior_scale");
  const [diffusedScale] = await vector("diffused_scale");

  const weights: Omit<LmaeWeights, "tensors"> = {
    config,
    stem: {
      conv2a: conv("stem2a"),
      conv2b: conv("stem2b"),
      conv4: conv("stem4"),
      norm4: norm("stem4_norm"),
      res4: residual("stem4_res"),
      conv8: conv("stem8"),
      norm8: norm("stem8_norm"),
      res8: list(2, (i) => residual(`stem8_res.${i}`)),
      conv16: conv("stem16"),
    },
    fuse: {
      own: fuseFilter(0),
      known: { filter: fuseFilter(side * side), bias: keep(get("fuse1.bias") as Tensor1D) },
      out: linear("fuse2"),
      share: linear("fuse_known"),
    },
    encoder: list(config.depth, (i) => block(`encoder.${i}`)),
    encoderNorm: norm("encoder_norm"),
    decoder: {
      embed: linear("decoder_embed"),
      maskToken: keep(tf.tidy(() => tf.reshape(get("mask_token"), [1, dim]) as Tensor2D)),
      ips: linear("ips"),
      blocks: list(config.decoderDepth, (i) => block(`decoder.${i}`)),
      norm: norm("decoder_norm"),
    },
    pixels: {
      context8: linear("context8"),
      norm8: norm("pixel8_norm"),
      image4: conv("pixel4_image"),
      context4: conv("pixel4_context"),
    },
    propagate: {
      heads: list(propagateHeads, (h) => ({
        query: columns("query", h * propagateDim, propagateDim, propagateDim ** -0.5),
        key: columns("key", h * propagateDim, propagateDim),
      })),
      distance,
      mix,
    },
    affinity: conv("affinity"),
    slots: {
      in8: conv("slot8_in"),
      image8: conv("slot8_image"),
      res8: residual("slot8_res"),
      mean8: conv("slot8_mean"),
      in4: conv("slot4_in"),
      up4: conv("slot4_up"),
      image4: conv("slot4_image"),
      res4: residual("slot4_res"),
      in2: conv("slot2_in"),
      up2: conv("slot2_up"),
      image2: conv("slot2_image"),
      res2: residual("slot2_res"),
      out2: conv("slot2_out"),
      otherImage: conv("other_image"),
      otherSlots: conv("other_slots"),
      priorScale,
      diffusedScale,
    },
    hole: {
      shape: conv("hole_in"),
      image: conv("hole_image"),
      out: conv("hole_out"),
    },
    errorHead: {
      in8: conv("error8_in"),
      image8: conv("error8_image"),
      res8: residual("error8_res"),
      in4: conv("error4_in"),
      up4: conv("error4_up"),
      image4: conv("error4_image"),
      out4: conv("error4_out"),
    },
  };
  for (const tensor of Object.values(named)) if (!owned.has(tensor)) tensor.dispose();
  return { ...weights, tensors: [...owned] };
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
