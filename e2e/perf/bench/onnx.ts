import * as tf from "@tensorflow/tfjs-core";
import type { InferenceSession } from "onnxruntime-web/wasm";
import type { ImageFeatures } from "../../../src/model/imageFeatures";
import { UNKNOWN, type WindowInput } from "../../../src/model/labels";
import type { LoadedModel } from "../../../src/model/loadedModel";
import { rivals } from "../../../src/model/rivals";
import type { Strategy } from "./strategy";
import { benchWindow } from "./window";

/** The network as `python3 -m lmae.onnx` exports it (single windows, all slots visible): logits [K + 1, H, W]. */
export type OnnxNetwork = (input: WindowInput, image: Float32Array) => Promise<Float32Array>;

export async function loadNetwork(threads: number): Promise<OnnxNetwork> {
  // Not bundled: it loads its binary from beside itself.
  const ort: typeof import("onnxruntime-web/wasm") = await import(
    /* @vite-ignore */ `${location.origin}/ort/ort.wasm.min.mjs`
  );
  ort.env.wasm.numThreads = threads;
  const session: InferenceSession = await ort.InferenceSession.create("/lmae.onnx");
  const tensor = ({ values, dims }: Field) =>
    values instanceof Float32Array
      ? new ort.Tensor("float32", values, dims)
      : values instanceof Int32Array
        ? new ort.Tensor("int32", values, dims)
        : new ort.Tensor("int64", values, dims);
  return async (input, image) => {
    const fields = Object.entries(networkInput(input, image));
    const { logits } = await session.run(Object.fromEntries(fields.map(([name, field]) => [name, tensor(field)])));
    return logits.data as Float32Array;
  };
}

/** The same pass by ONNX Runtime, what the app prepares in plain code before its network included. */
export function onnxPass(threads: number): Strategy {
  const { input, image } = benchWindow(224, 8);
  let network: OnnxNetwork;
  let last: Float32Array = new Float32Array();
  const run = async () => {
    last = await network(input, image);
  };
  return {
    async prepare() {
      network = await loadNetwork(threads);
      await run();
    },
    run,
    logits: () => turned(last, input.slots + 1),
  };
}

/** The app's model with its network run by ONNX Runtime: all else of a request, label preparation and blending, stays the app's. */
export function onnxModel(model: LoadedModel, network: OnnxNetwork): LoadedModel {
  const images = new WeakMap<ImageFeatures, Float32Array>();
  return {
    ...model,
    // The network encodes the image together with the label.
    *encode(image) {
      const nothing = () => tf.zeros<tf.Rank.R4>([1, 1, 1, 1]);
      const features = { 2: nothing(), 4: nothing(), 8: nothing(), 16: nothing() };
      images.set(features, image);
      return features;
    },
    async runParts(features, input, parts) {
      const logits = await network(input, images.get(features) ?? new Float32Array());
      return parts.map((part) => {
        const { x, y, width, height } = part;
        const [channels, pixels] = [input.slots + 1, input.width * input.height];
        const values = new Float32Array(width * height * channels);
        for (let row = 0, i = 0; row < height; row++) {
          for (let at = (y + row) * input.width + x, end = at + width; at < end; at++) {
            for (let channel = 0; channel < channels; channel++) values[i++] = logits[channel * pixels + at];
          }
        }
        return { part, logits: tf.tensor3d(values, [height, width, channels]) };
      });
    },
  };
}

type Field = { readonly values: Float32Array | Int32Array | BigInt64Array; readonly dims: readonly number[] };

/** `WindowInput` of training/lmae/onnx.py. */
function networkInput({ width, height, slots, given, nearest, distance }: WindowInput, image: Float32Array) {
  const pixels = width * height;
  const { lead, width: gap, between } = rivals(given, width, height, slots);
  const cells = pixels / 4;
  const against = new Float32Array(2 * slots * cells);
  for (let slot = 0; slot < slots; slot++) {
    against.set(lead.subarray(slot * cells, (slot + 1) * cells), 2 * slot * cells);
    against.set(gap.subarray(slot * cells, (slot + 1) * cells), (2 * slot + 1) * cells);
  }
  const known = new Uint8Array(pixels / 256);
  for (let i = 0; i < pixels; i++) {
    if (given[i] !== UNKNOWN) known[(width / 16) * (Math.floor(i / width) >> 4) + ((i % width) >> 4)] = 1;
  }
  const order = [...known.keys()].filter((patch) => known[patch] === 1);
  let count = 0;
  const place = Array.from(known, (shown) => (shown ? count++ : order.length));
  const rgb = new Float32Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    for (let channel = 0; channel < 3; channel++) rgb[channel * pixels + i] = image[3 * i + channel];
  }
  return {
    image: { values: rgb, dims: [1, 3, height, width] },
    given: { values: Int32Array.from(given), dims: [1, height, width] },
    nearest: { values: Int32Array.from(nearest), dims: [1, height, width] },
    distance: { values: distance, dims: [1, height, width] },
    against: { values: against, dims: [slots, 2, height / 2, width / 2] },
    between: { values: between, dims: [1, 1, height / 2, width / 2] },
    order: { values: BigInt64Array.from(order, BigInt), dims: [order.length] },
    place: { values: BigInt64Array.from(place, BigInt), dims: [place.length] },
  } satisfies Record<string, Field>;
}

/** [planes, pixels] -> [pixels, planes]. */
function turned(values: Float32Array, planes: number): Float32Array {
  const pixels = values.length / planes;
  return Float32Array.from(values, (_, i) => values[(i % planes) * pixels + Math.floor(i / planes)]);
}
