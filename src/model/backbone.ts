/**
 * A pretrained image backbone in place of the stem: EfficientNet-Lite without its head (Tan and Le, Google, Apache-2.0).
 * The twin of `training/lmae/model/backbone.py`. Batch norm is folded into the weights; every convolution has
 * TensorFlow's SAME padding, which is tfjs' "same".
 */
import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Arena } from "./arena";
import type { Conv } from "./ops";
import type { WeightReader } from "./weightReader";

/** Blocks of one width: the first has the stride. `expand` is the width within a block as a multiple of its input's. */
type Stage = readonly [blocks: number, kernel: number, stride: 1 | 2, expand: number, channels: number];

/** Channels of the first convolution (stride 2), then the stages. Sizes are those of `LAYOUTS` in Python. */
const layouts = {
  lite0: {
    first: 32,
    stages: [
      [1, 3, 1, 1, 16],
      [2, 3, 2, 6, 24],
      [2, 5, 2, 6, 40],
      [3, 3, 2, 6, 80],
      [3, 5, 1, 6, 112],
      [4, 5, 2, 6, 192],
      [1, 3, 1, 6, 320],
    ],
  },
  /** For tests of the machinery; no weights of it exist. */
  tiny: {
    first: 8,
    stages: [
      [1, 3, 1, 1, 8],
      [1, 3, 2, 2, 8],
      [1, 5, 2, 2, 8],
      [1, 3, 2, 2, 8],
      [2, 5, 1, 2, 16],
      [1, 5, 2, 2, 16],
      [1, 3, 1, 2, 16],
    ],
  },
} satisfies Record<string, { first: number; stages: readonly Stage[] }>;

export type BackboneName = keyof typeof layouts;

export const isBackboneName = (name: string): name is BackboneName => Object.hasOwn(layouts, name);

/** Where features are taken: after the last block of a stride. */
export type TapStride = 2 | 4 | 8 | 16 | 32;

/** The backbone's features by stride s, [1, ceil(H / s), ceil(W / s), C]. */
export type Taps = Readonly<Record<TapStride, Tensor4D>>;

/** An inverted bottleneck. */
interface Block {
  readonly stride: 1 | 2;
  /** 1x1 to the inner width; null where that is the input's. */
  readonly expand: Conv | null;
  /** Filter [kh, kw, C, 1]. */
  readonly depthwise: Conv;
  /** 1x1, no activation. */
  readonly project: Conv;
  /** The input is added to the output. */
  readonly residual: boolean;
  /** The features after this block are those of this stride. */
  readonly tap: TapStride | null;
}

export interface BackboneWeights {
  readonly first: Conv;
  readonly blocks: readonly Block[];
}

/** How many blocks a backbone has. */
export function blockCount(name: BackboneName): number {
  return layouts[name].stages.reduce((sum, [blocks]) => sum + blocks, 0);
}

/** Throws an Error when weights do not have the layout's shapes: another network's file. */
export function backboneWeights({ conv, get, keep }: WeightReader, name: BackboneName): BackboneWeights {
  const layout = layouts[name];
  const shaped = (layer: string, shape: readonly number[]): Conv => {
    const actual = get(`${layer}.weight`).shape;
    if (actual.join() === shape.join()) return conv(layer, "shift");
    throw new Error(`The weight "${layer}.weight" is [${actual}]; a ${name} backbone has [${shape}] there.`);
  };
  const depthwise = (layer: string, kernel: number, channels: number): Conv => {
    const { filter, bias } = shaped(layer, [kernel, kernel, 1, channels]);
    return { filter: keep(tf.reshape(filter, [kernel, kernel, channels, 1])), bias };
  };
  const blocks: Block[] = [];
  let [width, reached] = [layout.first, 2];
  layout.stages.forEach(([count, kernel, stageStride, multiple, channels], i) => {
    reached *= stageStride;
    const isLastOfStride = layout.stages[i + 1]?.[2] !== 1;
    for (let number = 0; number < count; number++) {
      const stride = number === 0 ? stageStride : 1;
      const [inner, at] = [width * multiple, `backbone.blocks.${blocks.length}`];
      blocks.push({
        stride,
        expand: multiple > 1 ? shaped(`${at}.expand`, [1, 1, width, inner]) : null,
        depthwise: depthwise(`${at}.depthwise`, kernel, inner),
        project: shaped(`${at}.project`, [1, 1, inner, channels]),
        residual: stride === 1 && width === channels,
        tap: isLastOfStride && number === count - 1 ? (reached as TapStride) : null,
      });
      width = channels;
    }
  });
  return { first: shaped("backbone.first", [3, 3, 3, layout.first]), blocks };
}

/** The normalised image [1, H, W, 3] -> features, which the arena owns. Pauses after every block. */
export function* backbone(w: BackboneWeights, arena: Arena, image: Tensor4D): Generator<"encodeImage", Taps, void> {
  const taps: Partial<Record<TapStride, Tensor4D>> = {};
  let x = arena.run(() => convSame(image, w.first, 2, "relu6"));
  let isTap = false;
  for (const block of w.blocks) {
    const next = () => bottleneck(x, block);
    x = isTap ? arena.run(next) : arena.replace(x, next);
    isTap = block.tap !== null;
    if (block.tap) taps[block.tap] = x;
    yield "encodeImage";
  }
  return taps as Taps;
}

function bottleneck(x: Tensor4D, { expand, depthwise, stride, project, residual }: Block): Tensor4D {
  const wide = expand ? convSame(x, expand, 1, "relu6") : x;
  const { filter, bias } = depthwise;
  const seen = tf.fused.depthwiseConv2d({ x: wide, filter, bias, strides: stride, pad: "same", activation: "relu6" });
  const out = convSame(seen, project, 1, "linear");
  return residual ? tf.add(x, out) : out;
}

function convSame(x: Tensor4D, { filter, bias }: Conv, strides: 1 | 2, activation: "linear" | "relu6"): Tensor4D {
  return tf.fused.conv2d({ x, filter, bias: bias as Tensor1D, strides, pad: "same", activation });
}
