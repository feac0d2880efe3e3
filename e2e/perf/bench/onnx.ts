import type { InferenceSession } from "onnxruntime-web/wasm";
import { UNKNOWN, type WindowInput } from "../../../src/model/labels";
import { rivals } from "../../../src/model/rivals";
import type { Strategy } from "./strategy";
import { benchWindow } from "./window";

/** The same pass by ONNX Runtime, with the network as `python3 -m lmae.onnx` exports it (single windows, all slots visible). */
export function onnxPass(threads: number): Strategy {
  const { input, image } = benchWindow(224, 8);
  let last: Float32Array = new Float32Array();
  let pass: () => Promise<void>;
  return {
    async prepare() {
      // Not bundled: it loads its binary from beside itself.
      const ort: typeof import("onnxruntime-web/wasm") = await import(
        /* @vite-ignore */ `${location.origin}/ort/ort.wasm.min.mjs`
      );
      ort.env.wasm.numThreads = threads;
      const session: InferenceSession = await ort.InferenceSession.create("/lmae.onnx");
      const tensor = (values: Float32Array | Int32Array | BigInt64Array, dims: readonly number[]) =>
        values instanceof Float32Array
          ? new ort.Tensor("float32", values, dims)
          : values instanceof Int32Array
            ? new ort.Tensor("int32", values, dims)
            : new ort.Tensor("int64", values, dims);
      pass = async () => {
        const fields = networkInput(input, image);
        const feeds = Object.entries(fields).map(([name, { values, dims }]) => [name, tensor(values, dims)]);
        const { logits } = await session.run(Object.fromEntries(feeds));
        last = logits.data as Float32Array;
      };
      await pass();
    },
    run: () => pass(),
    logits: () => turned(last, input.slots + 1),
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
  given.forEach((id, i) => {
    if (id !== UNKNOWN) known[(width / 16) * (Math.floor(i / width) >> 4) + ((i % width) >> 4)] = 1;
  });
  const order = [...known.keys()].filter((patch) => known[patch] === 1);
  const place = Array.from(known, (shown, patch) => (shown ? order.indexOf(patch) : order.length));
  const planes = [0, 1, 2].map((channel) => Float32Array.from({ length: pixels }, (_, i) => image[3 * i + channel]));
  const rgb = new Float32Array(3 * pixels);
  planes.forEach((plane, channel) => {
    rgb.set(plane, channel * pixels);
  });
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
