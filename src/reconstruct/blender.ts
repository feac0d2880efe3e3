import type { Rect } from "../core/rect";
import { partsAround } from "../window/windowParts";
import type { WorkImage } from "../window/workImage";
import type { WorkWindow } from "../window/workWindows";
import type { Accumulator, Choice, WindowAnswer as SampledAnswer } from "./accumulator";
import { createAccumulator } from "./createAccumulator";
import { createSampler, type Sampler } from "./sampler";

/** What one window says in one pass; `window` is its number. */
export type WindowAnswer = Omit<SampledAnswer, "sampler"> & { readonly window: number };

/** Blends the answers of all windows and passes at the masked pixels. */
export interface Blender {
  /** Where the answers of each window are read: all that is read lies within. */
  readonly parts: readonly (readonly Rect[])[];
  addPass(answers: readonly WindowAnswer[]): void;
  choose(temperature: number): Promise<Choice>;
  dispose(): void;
}

/** Pixels blended at a time: a mask of a million pixels and 24 slots would take a gigabyte at once. */
const CHUNK = 131072;

interface Chunk {
  readonly accumulator: Accumulator;
  /** A sampler's number by window; null where it does not reach this chunk's pixels. */
  readonly samplers: readonly (number | null)[];
}

/**
 * @param pixels the masked pixels' indices in the image.
 * @param guides RGB of each window, size * size * 3, 0..1.
 * @param allowed 1 for each request slot that may be proposed.
 */
export function createBlender(
  image: WorkImage,
  pixels: Int32Array,
  windows: readonly WorkWindow[],
  guides: readonly Float32Array[],
  allowed: readonly number[],
): Blender {
  const chunks: Chunk[] = [];
  const read = windows.map(({ size }) => new Uint8Array(size * size));
  for (let start = 0; start < pixels.length; start += CHUNK) {
    const part = pixels.subarray(start, start + CHUNK);
    const accumulator = createAccumulator(part.length, allowed.length, allowed);
    const samplers = windows.map((window, i) => {
      const sampler = createSampler(image, part, window, guides[i]);
      if (!sampler.total.some((weight) => weight > 0)) return null;
      markRead(sampler, read[i]);
      return accumulator.upload(sampler);
    });
    chunks.push({ accumulator, samplers });
  }
  return {
    parts: windows.map(({ size }, i) => partsAround(read[i], size)),
    addPass(answers) {
      for (const { accumulator, samplers } of chunks) {
        accumulator.addPass(
          answers.flatMap(({ window, ...answer }) => {
            const sampler = samplers[window];
            return sampler === null ? [] : [{ ...answer, sampler }];
          }),
        );
      }
    },
    async choose(temperature) {
      const choices: Choice[] = [];
      for (const { accumulator } of chunks) choices.push(await accumulator.choose(temperature));
      return joinChoices(choices, pixels.length);
    },
    dispose() {
      for (const { accumulator } of chunks) accumulator.dispose();
    },
  };
}

/** Marks (1) what a sampler reads of its window. */
function markRead({ indices, total }: Sampler, read: Uint8Array): void {
  for (let p = 0; p < total.length; p++) {
    if (total[p] > 0) for (const list of indices) read[list[p]] = 1;
  }
}

function joinChoices(choices: readonly Choice[], pixels: number): Choice {
  if (choices.length === 1) return choices[0];
  const joined = {
    slots: new Int32Array(pixels),
    confidence: new Float32Array(pixels),
    other: new Uint8Array(pixels),
  };
  let offset = 0;
  for (const { slots, confidence, other } of choices) {
    joined.slots.set(slots, offset);
    joined.confidence.set(confidence, offset);
    joined.other.set(other, offset);
    offset += slots.length;
  }
  return joined;
}
