import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { createArena } from "./arena";
import { type BackboneWeights, backbone, backboneWeights } from "./backbone";
import type { LmaeConfig } from "./config";
import type { ImageFeatures } from "./imageFeatures";
import { type StemWeights, stem, stemWeights } from "./stem";
import { readTaps, type TapWeights, tapWeights } from "./taps";
import type { WeightReader } from "./weightReader";

/** The image encoder of a model: a stem of its own, or a pretrained backbone. */
export type ImageEncoderWeights =
  | StemWeights
  | { readonly form: "backbone"; readonly backbone: BackboneWeights; readonly taps: TapWeights };

export function imageEncoderWeights(reader: WeightReader, { backbone: name }: LmaeConfig): ImageEncoderWeights {
  if (name === null) return stemWeights(reader);
  return { form: "backbone", backbone: backboneWeights(reader, name), taps: tapWeights(reader) };
}

/**
 * Encodes a window's image, once for all passes over it: the label plays no part. image is RGB, 0..1,
 * height * width * 3; sides are multiples of the patch. A generator that yields after every block of a backbone, so that
 * a caller may let messages in or cancel (`throw()` frees everything). The features of the mirrored image are not the
 * mirrored features: a stride-2 convolution looks one pixel further to one side than to the other.
 */
export function* encodeImage(
  { config, image: w }: { readonly config: LmaeConfig; readonly image: ImageEncoderWeights },
  image: Float32Array,
  width: number,
  height: number,
): Generator<"encodeImage", ImageFeatures, void> {
  const epsilon = config.layerNormEpsilon;
  const arena = createArena();
  try {
    const x = arena.run(() => normalised(image, width, height, config));
    if (w.form === "stem") return tf.tidy(() => stem(w, x, epsilon));
    const taps = yield* backbone(w.backbone, arena, x);
    return tf.tidy(() => readTaps(w.taps, taps, epsilon));
  } finally {
    arena.dispose();
  }
}

/** Pixels in 0..1 -> what the encoder expects, [1, H, W, 3]. */
export function normalised(image: Float32Array, width: number, height: number, config: LmaeConfig): Tensor4D {
  const rgb = tf.tensor4d(image, [1, height, width, 3]);
  return tf.div(tf.sub(rgb, config.imageMean), config.imageStd);
}
