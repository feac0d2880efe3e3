import type { PartLogits } from "../model/loadedModel";
import type { Accumulator, Choice, WindowAnswer } from "./accumulator";
import { columnWeights } from "./columnWeights";
import type { Sampler } from "./sampler";

/** Below this a sum of weights or shares counts as nothing. */
const LEAST = 1e-12;

/** Blends in plain code, for engines whose memory is this process' own. The twin of `createEngineAccumulator`. */
export function createPlainAccumulator(pixels: number, slots: number, allowed: ArrayLike<number>): Accumulator {
  const columns = slots + 1;
  const samplers: Sampler[] = [];
  const votes: Int32Array[] = [];
  const sums = [0, 1, 2, 3].map(() => new Float32Array(pixels * columns));
  const [numerator, denominator, above, below] = sums;
  const shares = new Float64Array(columns);

  return {
    upload: (sampler) => samplers.push(sampler) - 1,
    addPass(answers) {
      above.fill(0);
      below.fill(0);
      for (const answer of answers) addAnswer(answer, samplers[answer.sampler], columns, above, below);
      const vote = new Int32Array(pixels);
      for (let p = 0; p < pixels; p++) {
        const first = p * columns;
        shareOf(above, below, first, shares);
        vote[p] = best(shares, allowed);
        for (let at = first; at < first + columns; at++) {
          numerator[at] += above[at];
          denominator[at] += below[at];
        }
      }
      votes.push(vote);
    },
    async choose(temperature) {
      const choice: Choice = {
        slots: new Int32Array(pixels).fill(-1),
        confidence: new Float32Array(pixels),
        other: new Uint8Array(pixels).fill(1),
      };
      for (let p = 0; p < pixels; p++) {
        shareOf(numerator, denominator, p * columns, shares);
        const slot = best(shares, allowed);
        const own = shares[slot];
        if (!(own > 0) || !allowed[slot]) continue;
        let agreeing = 0;
        for (const vote of votes) if (vote[p] === slot) agreeing++;
        choice.slots[p] = slot;
        choice.confidence[p] = Math.min(calibrated(shares, slot, 1 / temperature), agreeing / votes.length);
        choice.other[p] = shares[slots] > own ? 1 : 0;
      }
      return choice;
    },
    dispose() {},
  };
}

/** Adds what a window says of every pixel, weighted, and the weights; rows of `columns`. */
function addAnswer(
  answer: WindowAnswer,
  { indices, weights, total }: Sampler,
  columns: number,
  above: Float32Array,
  below: Float32Array,
): void {
  const { slots } = answer;
  const seen = columnWeights(answer, columns - 1);
  const other = answer.parts[0].logits.shape[2] - 1;
  const { values, starts } = probabilitiesOf(answer.parts, answer.size);
  for (let p = 0; p < total.length; p++) {
    if (total[p] === 0) continue;
    const first = p * columns;
    for (let tap = 0; tap < indices.length; tap++) {
      const weight = weights[tap][p];
      const from = starts[indices[tap][p]];
      if (from < 0) continue;
      for (let k = 0; k < slots.length; k++) {
        const column = slots[k];
        above[first + column] += weight * values[from + k] * seen[column];
      }
      above[first + columns - 1] += weight * values[from + other] * seen[columns - 1];
    }
    for (let column = 0; column < columns; column++) below[first + column] += total[p] * seen[column];
  }
}

/** The parts' probabilities, one part after the other, and where those of each of the window's pixels start, -1: in none. */
interface Probabilities {
  readonly values: Float32Array;
  readonly starts: Int32Array;
}

/** Of a large mask many accumulators blend a share each, of the same answers. */
const known = new WeakMap<readonly PartLogits[], Probabilities>();

function probabilitiesOf(parts: readonly PartLogits[], size: number): Probabilities {
  const before = known.get(parts);
  if (before) return before;
  const values = new Float32Array(parts.reduce((length, { logits }) => length + logits.size, 0));
  const starts = new Int32Array(size * size).fill(-1);
  let to = 0;
  for (const { part, logits } of parts) {
    const width = logits.shape[2];
    const given = logits.dataSync<"float32">();
    for (let i = 0; i < given.length; i += width) {
      const pixel = i / width;
      const row = Math.floor(pixel / part.width);
      starts[(part.y + row) * size + part.x + pixel - row * part.width] = to + i;
      softmaxOf(given, i, width, values, to + i);
    }
    to += given.length;
  }
  const probabilities = { values, starts };
  known.set(parts, probabilities);
  return probabilities;
}

function softmaxOf(logits: Float32Array, from: number, width: number, result: Float32Array, to: number): void {
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < width; k++) if (logits[from + k] > top) top = logits[from + k];
  let sum = 0;
  for (let k = 0; k < width; k++) {
    const raised = Math.exp(logits[from + k] - top);
    result[to + k] = raised;
    sum += raised;
  }
  for (let k = 0; k < width; k++) result[to + k] /= sum;
}

/** Probabilities from a row of sums and one of weights; they sum to 1, a class nobody could see has 0. */
function shareOf(sums: Float32Array, weights: Float32Array, first: number, shares: Float64Array): void {
  let total = 0;
  for (let c = 0; c < shares.length; c++) {
    const mean = sums[first + c] / Math.max(weights[first + c], LEAST);
    shares[c] = mean;
    total += mean;
  }
  const scale = 1 / Math.max(total, LEAST);
  for (let c = 0; c < shares.length; c++) shares[c] *= scale;
}

/** The likeliest slot that may be proposed. */
function best(shares: Float64Array, allowed: ArrayLike<number>): number {
  let slot = 0;
  for (let s = 1; s < allowed.length; s++) if (shares[s] * allowed[s] > shares[slot] * allowed[slot]) slot = s;
  return slot;
}

/** A slot's probability once all are raised to a power. */
function calibrated(shares: Float64Array, slot: number, power: number): number {
  let [own, total] = [0, 0];
  for (let c = 0; c < shares.length; c++) {
    if (!(shares[c] > 0)) continue;
    const raised = Math.max(shares[c], LEAST) ** power;
    total += raised;
    if (c === slot) own = raised;
  }
  return own / Math.max(total, LEAST);
}
