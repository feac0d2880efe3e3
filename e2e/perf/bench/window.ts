import { nearestKnown } from "../../../src/core/nearest";
import { createRandom } from "../../../src/core/random";
import { UNKNOWN, type WindowInput } from "../../../src/model/labels";

/** A window and its picture, RGB 0..1. */
export interface BenchWindow {
  readonly input: WindowInput;
  readonly image: Float32Array;
}

/** Tiles of `slots` classes, each of its own colour with some noise, around a square hole of a third of the window. */
export function benchWindow(size: number, slots: number): BenchWindow {
  const random = createRandom(1);
  const tile = size / 7;
  const labels = Uint8Array.from({ length: size * size }, (_, i) => {
    return (Math.floor((i % size) / tile) + 3 * Math.floor(i / size / tile)) % slots;
  });
  const inHole = (at: number) => Math.abs(at - size / 2) < size / 6;
  const given = labels.map((id, i) => (inHole(i % size) && inHole(Math.floor(i / size)) ? UNKNOWN : id));
  const { index, distanceSquared } = nearestKnown(
    given.map((id) => (id === UNKNOWN ? 0 : 1)),
    size,
    size,
  );
  return {
    input: {
      width: size,
      height: size,
      slots,
      given,
      nearest: Uint8Array.from(index, (from) => given[from]),
      distance: Float32Array.from(distanceSquared, Math.sqrt),
      support: null,
    },
    image: Float32Array.from({ length: 3 * size * size }, (_, i) => {
      return (labels[Math.floor(i / 3)] + 1) / (slots + 1) + 0.1 * (random.next() - 0.5);
    }),
  };
}
