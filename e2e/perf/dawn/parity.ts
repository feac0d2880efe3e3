import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs-core";
import { encodeImage } from "../../../src/model/encodeImage";
import { type Golden, readGolden } from "../../../src/model/fixtures/golden";
import { readModelPart } from "../../../src/model/fixtures/modelFolder";
import { runToEnd } from "../../../src/model/fixtures/runToEnd";
import { forward, forwardErrors, gridConstants } from "../../../src/model/lmae";
import { createWeights, readModelFile } from "../../../src/model/modelFile";

/** How far an answer lies from the right one. */
export interface Parity {
  /** Of a logit. */
  readonly maxError: number;
  /** Share of pixels whose most likely slot is the same. */
  readonly agreement: number;
}

/** What the engines are held to, here as in the tests. */
export function isRight({ maxError, agreement }: Parity): boolean {
  return maxError <= 1e-3 && agreement >= 0.999;
}

/** An answer's parity as text. */
export function inWords({ maxError, agreement }: Parity): string {
  return `logits differ by ${maxError.toExponential(1)} at most, ${(100 * agreement).toFixed(2)} % of pixels get the same slot`;
}

/** What PyTorch answered, beside the current engine's answers to the same windows, by name. */
export async function goldenParity(folder: string): Promise<Map<string, Parity>> {
  const parities = new Map<string, Parity>();
  for (const name of ["lmae-tiny", "lmae-tiny-backbone"]) {
    const golden = readGolden(
      await readFile(`${folder}/${name}.json`, "utf8"),
      await readFile(`${folder}/${name}.bin`),
    );
    const weights = await createWeights(await readModelFile(readModelPart(`${folder}/${name}`), () => {}));
    const { width, height } = golden.input;
    const { patch, dim } = weights.config;
    const grid = gridConstants(dim, height / patch, width / patch);
    const features = runToEnd(encodeImage(weights, golden.image, width, height));
    const compared = async (to: Pick<Golden, "input" | "compare" | "errorLogitError">): Promise<Parity> => {
      const [logits] = runToEnd(forward(weights, features, to.input, grid));
      const errors = runToEnd(forwardErrors(weights, features, to.input, grid, golden.regions));
      const { maxError, agreement } = to.compare(await logits.data());
      const wrong = to.errorLogitError(await errors.data());
      tf.dispose([logits, errors]);
      return { maxError: Math.max(maxError, wrong), agreement };
    };
    parities.set(name, await compared(golden));
    if (golden.supported) parities.set(`${name}, with support`, await compared(golden.supported));
    tf.dispose(features);
  }
  return parities;
}

/** Two answers [pixels, planes] to the same question. */
export function parityOf(got: Float32Array, wanted: Float32Array, planes: number): Parity {
  let maxError = got.length === wanted.length ? 0 : Number.NaN;
  let agreeing = 0;
  const best = (values: Float32Array, pixel: number): number => {
    let first = 0;
    for (let k = 1; k < planes; k++) if (values[pixel * planes + k] > values[pixel * planes + first]) first = k;
    return first;
  };
  for (let i = 0; i < wanted.length; i++) {
    // Slots that take no part are far below all others, to no digit in particular.
    if (wanted[i] < -1e8 && got[i] < -1e8) continue;
    maxError = Math.max(maxError, Math.abs(got[i] - wanted[i]));
  }
  const pixels = wanted.length / planes;
  for (let pixel = 0; pixel < pixels; pixel++) if (best(got, pixel) === best(wanted, pixel)) agreeing++;
  return { maxError, agreement: agreeing / pixels };
}
