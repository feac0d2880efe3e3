import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Conv, Linear, Norm, Residual, SupportedConv } from "./ops";

/** Tensors by PyTorch's names: conv filters [kh, kw, in, out], linear weights [in, out], vectors as they are. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** What a linear layer takes on when it is loaded (`WeightReader.folded`). */
interface Folding {
  readonly after?: string;
  /** Of all outputs, or of each. */
  readonly scale?: number | Tensor1D;
  readonly from?: number;
  readonly width?: number;
}

/** Makes layers of named tensors. Everything throws an Error that names the weight when it is missing. */
export interface WeightReader {
  get(name: string): Tensor;
  /** Marks a tensor as one that the model owns. */
  keep<T extends Tensor>(tensor: T): T;
  /** `bias` is what the bias is called. */
  conv(name: string, bias?: string): Conv;
  linear(name: string): Linear;
  norm(name: string): Norm;
  residual(name: string): Residual;
  /**
   * A linear layer or 1x1 convolution that follows the norm `after`, whose scale and shift it takes on, then times
   * `scale`; of its outputs [from, from + width).
   */
  folded(name: string, folding: Folding): Linear;
  /**
   * Of a convolution, the input channels `shared` by all slots, without the bias, and the others; those of support, if
   * any, are the last `told`.
   */
  parted(name: string, shared: readonly number[], told?: number): { own: SupportedConv; shared: Conv };
  vector(name: string): Promise<number[]>;
  /** What was kept so far, each tensor once. */
  tensors(): Tensor[];
}

export function readWeights(named: NamedTensors): WeightReader {
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
  const conv = (name: string, bias = "bias"): Conv => ({
    filter: keep(get(`${name}.weight`) as Tensor4D),
    bias: keep(get(`${name}.${bias}`) as Tensor1D),
  });
  const matrix = (name: string): Tensor2D => {
    const weight = get(`${name}.weight`);
    return tf.reshape(weight, [weight.shape[weight.rank - 2], -1]);
  };
  return {
    get,
    keep,
    conv,
    linear: (name) => ({
      weight: keep(get(`${name}.weight`) as Tensor2D),
      bias: keep(get(`${name}.bias`) as Tensor1D),
    }),
    norm: (name) => ({
      gamma: keep(get(`${name}.weight`) as Tensor1D),
      beta: keep(get(`${name}.bias`) as Tensor1D),
    }),
    residual: (name) => ({ conv1: conv(`${name}.conv1`), conv2: conv(`${name}.conv2`) }),
    folded(name, { after, scale = 1, from = 0, width }) {
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
    },
    parted(name, shared, told = 0) {
      const { filter, bias } = {
        filter: get(`${name}.weight`) as Tensor4D,
        bias: keep(get(`${name}.bias`) as Tensor1D),
      };
      const every = Array.from({ length: filter.shape[2] }, (_, i) => i);
      const take = (channels: readonly number[]): Tensor4D =>
        keep(tf.gather(filter, tf.tensor1d([...channels], "int32"), 2));
      const own = every.filter((i) => !shared.includes(i));
      return tf.tidy(() => {
        const alone = { filter: tf.keep(take(own.slice(0, own.length - told))), bias };
        return {
          own: { alone, supported: told === 0 ? alone : { filter: tf.keep(take(own)), bias } },
          shared: { filter: tf.keep(take(shared)), bias: keep(tf.keep(tf.zeros([filter.shape[3]]) as Tensor1D)) },
        };
      });
    },
    vector: async (name) => Array.from(await get(name).data()),
    tensors: () => [...owned],
  };
}
