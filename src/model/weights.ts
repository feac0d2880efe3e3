import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type AttentionWeights, attentionForm, type Projections } from "./attention";
import type { LmaeConfig } from "./config";
import type { Conv, Linear, Norm, Residual } from "./ops";

/** Tensors by PyTorch's names: conv filters [kh, kw, in, out], linear weights [in, out], vectors as they are. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

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
    /** softplus(distance_scale) a head. */
    readonly distance: readonly number[];
    /** softmax(head_mix). */
    readonly mix: readonly number[];
  };
  readonly affinity: Conv;
  readonly slots: {
    /** What differs from slot to slot; the known share is the same for all and convolved once, by `known`. */
    readonly in8: Conv;
    readonly known8: Conv;
    readonly image8: Conv;
    readonly res8: Residual;
    readonly mean8: Conv;
    readonly in4: Conv;
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
    /** `shared` are the channels that are the same for all slots. */
    readonly in8: Conv;
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

interface Folding {
  readonly after?: string;
  readonly scale?: number;
  readonly from?: number;
  readonly width?: number;
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
  const matrix = (name: string): Tensor2D => {
    const weight = get(`${name}.weight`);
    return tf.reshape(weight, [weight.shape[weight.rank - 2], -1]);
  };
  /**
   * A linear layer or 1x1 convolution that follows the norm `after`, whose scale and shift it takes on, then times
   * `scale`; of its outputs [from, from + width).
   */
  const folded = (name: string, { after, scale = 1, from = 0, width }: Folding): Linear => {
    const [weight, bias] = tf.tidy(() => {
      const all = matrix(name);
      const outputs = width ?? all.shape[1] - from;
      const layer = tf.slice(all, [0, from], [all.shape[0], outputs]);
      const own = tf.slice(get(`${name}.bias`) as Tensor1D, [from], [outputs]);
      if (!after) return [tf.mul(layer, scale), tf.mul(own, scale)] as const;
      const gamma = tf.reshape(get(`${after}.weight`), [-1, 1]);
      const beta = tf.reshape(get(`${after}.bias`), [1, -1]) as Tensor2D;
      const shifted = tf.add(own, tf.reshape(tf.matMul(beta, layer), [outputs]));
      return [tf.mul(tf.mul(layer, gamma), scale), tf.mul(shifted, scale)] as const;
    });
    return { weight: keep(weight as Tensor2D), bias: keep(bias as Tensor1D) };
  };
  /** Of a convolution, the input channels `shared` by all slots, without the bias, and the others. */
  const parted = (name: string, shared: readonly number[]): { own: Conv; shared: Conv } => {
    const { filter, bias } = { filter: get(`${name}.weight`) as Tensor4D, bias: keep(get(`${name}.bias`) as Tensor1D) };
    const every = Array.from({ length: filter.shape[2] }, (_, i) => i);
    const take = (channels: readonly number[]): Tensor4D =>
      keep(tf.gather(filter, tf.tensor1d([...channels], "int32"), 2));
    return tf.tidy(() => ({
      own: { filter: tf.keep(take(every.filter((i) => !shared.includes(i)))), bias },
      shared: { filter: tf.keep(take(shared)), bias: keep(tf.keep(tf.zeros([filter.shape[3]]) as Tensor1D)) },
    }));
  };
  const block = (name: string): BlockWeights => {
    const { dim, headDim } = config;
    const projections = (from: number, width: number): Projections => {
      const part = (at: number, scale = 1) =>
        folded(`${name}.qkv`, { after: `${name}.norm1`, from: at * dim + from, width, scale });
      return { query: part(0, headDim ** -0.5), key: part(1), value: part(2) };
    };
    const heads = (): Projections[] => list(dim / headDim, (h) => projections(h * headDim, headDim));
    const form = attentionForm();
    return {
      attention: form === "at once" ? { form, all: projections(0, dim), headDim } : { form, heads: heads() },
      proj: linear(`${name}.proj`),
      fc1: folded(`${name}.fc1`, { after: `${name}.norm2`, scale: GELU_SCALE }),
      fc2: {
        weight: keep(tf.div(get(`${name}.fc2.weight`) as Tensor2D, GELU_SCALE)),
        bias: keep(get(`${name}.fc2.bias`) as Tensor1D),
      },
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

  const heads = list(propagateHeads, (i) => i);
  // Channels in the order of `LMAE.decode_slots`: a share a head, prior, own label, known, ...
  const [slot8, slot4, slot2] = [
    parted("slot8_in", [propagateHeads + 2]),
    parted("slot4_in", [3]),
    parted("slot2_in", [2]),
  ];
  // ... and of its error head: votes of other cells, own label, known, votes of other regions, their weight.
  const weightsOf8 = heads.map((head) => 2 * propagateHeads + 2 + head);
  const [error8, error4] = [parted("error8_in", [propagateHeads + 1, ...weightsOf8]), parted("error4_in", [1])];

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
      distance,
      mix,
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
      in2: slot2.own,
      known2: slot2.shared,
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
      in8: error8.own,
      shared8: error8.shared,
      image8: conv("error8_image"),
      res8: residual("error8_res"),
      in4: error4.own,
      shared4: error4.shared,
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
