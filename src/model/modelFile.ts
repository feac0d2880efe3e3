import * as tf from "@tensorflow/tfjs-core";
import { type LmaeConfig, parseConfig } from "./config";
import { parseReliability, type Reliability } from "./reliability";
import { type LmaeWeights, prepareWeights } from "./weights";

/** A model as fetched: everything needed to make its weights on any engine. */
export interface ModelFile {
  readonly config: LmaeConfig;
  /** Calibration: number of averaged passes -> temperature. */
  readonly temperatures: ReadonlyMap<number, number>;
  /** The manifest's rules for finding errors, unread; null when it has none. */
  readonly finding: unknown;
  readonly reliability: Reliability;
  readonly groups: readonly { readonly bytes: ArrayBuffer; readonly specs: tf.io.WeightsManifestEntry[] }[];
}

/** Reads one file of the model's folder. */
export type ReadModelPart = (path: string) => Promise<ArrayBuffer>;

/**
 * Reads `model.json` and its shards (tfjs' weights-manifest format). `onProgress` gets 0..1. Throws an Error that
 * names the file and the reason when one is missing, malformed or too short.
 */
export async function readModelFile(read: ReadModelPart, onProgress: (progress: number) => void): Promise<ModelFile> {
  const manifest = parseManifest(new TextDecoder().decode(await read("model.json")));
  const total = manifest.groups.reduce((sum, group) => sum + group.paths.length, 0);
  let done = 0;
  const groups = [];
  for (const { paths, specs } of manifest.groups) {
    const shards: Uint8Array[] = [];
    for (const path of paths) {
      shards.push(new Uint8Array(await read(path)));
      onProgress(++done / total);
    }
    const bytes = join(shards);
    const needed = specs.reduce((sum, spec) => sum + byteLength(spec), 0);
    if (bytes.byteLength !== needed) {
      throw new Error(`${paths.join(", ")}: the weights hold ${bytes.byteLength} bytes, model.json says ${needed}.`);
    }
    groups.push({ bytes, specs });
  }
  return { ...manifest, groups };
}

/** Uploads a model's weights to the current engine. */
export async function createWeights(file: ModelFile): Promise<LmaeWeights> {
  const named: Record<string, tf.Tensor> = {};
  for (const { bytes, specs } of file.groups) Object.assign(named, tf.io.decodeWeights(bytes, specs));
  return prepareWeights(file.config, named);
}

interface Manifest {
  readonly config: LmaeConfig;
  readonly temperatures: ReadonlyMap<number, number>;
  readonly finding: unknown;
  readonly reliability: Reliability;
  readonly groups: readonly { readonly paths: string[]; readonly specs: tf.io.WeightsManifestEntry[] }[];
}

function parseManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error("model.json is not JSON: the model is missing on the server, or damaged.");
  }
  if (!isRecord(json) || json.format !== "lmae" || !Array.isArray(json.weightsManifest)) {
    throw new Error("model.json is not an L-MAE model.");
  }
  const temperatures = new Map<number, number>();
  if (isRecord(json.calibration) && isRecord(json.calibration.temperatures)) {
    for (const [passes, value] of Object.entries(json.calibration.temperatures)) {
      if (typeof value === "number" && value > 0) temperatures.set(Number(passes), value);
    }
  }
  const groups = json.weightsManifest as { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[];
  return {
    config: parseConfig(json.config),
    temperatures,
    finding: json.finding ?? null,
    reliability: parseReliability(json.reliability),
    groups: groups.map(({ paths, weights }) => ({ paths, specs: weights })),
  };
}

function byteLength({ shape, quantization }: tf.io.WeightsManifestEntry): number {
  return shape.reduce((a, b) => a * b, 1) * (quantization?.dtype === "float16" ? 2 : 4);
}

function join(parts: readonly Uint8Array[]): ArrayBuffer {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result.buffer;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
