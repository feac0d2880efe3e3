/**
 * The model on WebGPU in plain Node: our kernels and tfjs' own by turns, and wasm beside them. Bundled by ../dawn.ts into one file
 * that wants dawn.node and the folders it reads beside itself. Prints each figure as soon as it is known; exits with 1 when an
 * answer is not right, with 3 when there is no adapter.
 */
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import type { FindResult } from "../../../src/find/types";
import { readModelPart } from "../../../src/model/fixtures/modelFolder";
import type { ImageFeatures } from "../../../src/model/imageFeatures";
import { readModelFile } from "../../../src/model/modelFile";
import type { SupportMap } from "../../../src/support/types";
import { createWindowCache } from "../../../src/window/windowCache";
import { checkKernels } from "../../fixtures/kernelChecks";
import { adapterInWords, installWebgpu, NoAdapterError } from "./adapter";
import { onWasm, onWebgpu, startWebgpu, type Variant, type Webgpu } from "./engines";
import { type Options, parseOptions, usage } from "./options";
import { goldenParity, inWords, isRight, type Parity, parityOf } from "./parity";
import { createStopwatch, type Stopwatch } from "./rounds";
import { readScene, SCENE, TAUGHT } from "./scene";
import { encode, find, learn, pass, preview, SIZE, SLOTS, supportedWindow, withCache } from "./work";

/** Beside the bundle. */
const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Of a kernel's answer, as in parity.spec.ts. */
const MOST_OFF = 2e-5;

/** What the stages share. */
interface Bench {
  readonly options: Options;
  readonly webgpu: Webgpu;
  /** Prints whether an answer is right. */
  judge(what: string, parity: Parity): void;
  /** Prints that something is wrong, which ends in status 1. */
  wrong(what: string): void;
  isOver(): boolean;
}

async function main(options: Options): Promise<boolean> {
  const started = performance.now();
  let right = true;
  console.log(adapterInWords(await installWebgpu(beside("dawn.node"))));
  const webgpu = await startWebgpu();
  const wrong = (what: string) => {
    right = false;
    console.log(`  WRONG: ${what}`);
  };
  const bench: Bench = {
    options,
    webgpu,
    judge(what, parity) {
      const text = `${what}: ${inWords(parity)}`;
      if (isRight(parity)) console.log(`  right: ${text}`);
      else wrong(text);
    },
    wrong,
    isOver: () => performance.now() - started > 1000 * options.seconds,
  };
  await Promise.race([checks(bench), webgpu.failed]);
  const variants = await load(bench);
  const watch = createStopwatch(variants, webgpu, bench.isOver);
  const { rounds, finds } = options;
  console.log(
    `\nmedian (least) of ${rounds} rounds, of ${finds} for searches; engines by turns, wasm in every fifth round; the processor: what was no waiting for the GPU`,
  );
  await passes(bench, variants, watch);
  await requests(bench, variants, watch);
  console.log(`\nPipelines compiled: ${webgpu.compiled()}, in timed rounds ${watch.compiledInRounds()}`);
  console.log(`${right ? "All answers are right." : "SOME ANSWERS ARE WRONG."} ${ms(performance.now() - started)}`);
  return right;
}

/** Both sets of kernels against PyTorch's answers, ours against plain code too. */
async function checks({ options: { skip }, webgpu, judge, wrong }: Bench): Promise<void> {
  for (const own of skip.has("plain") ? [true] : [true, false]) {
    console.log(`\nAgainst PyTorch's answers, ${own ? "our" : "plain"} kernels`);
    await webgpu.use(own);
    for (const [name, parity] of await goldenParity(beside("fixtures"))) judge(name, parity);
  }
  await webgpu.use(true);
  console.log("\nOur kernels against plain code, over shapes");
  const off = Object.entries(await checkKernels());
  const worst = Math.max(...off.map(([, difference]) => difference));
  console.log(`  ${off.length} checks, off by ${worst.toExponential(1)} of the largest value at most`);
  for (const [name, difference] of off) if (!(difference < MOST_OFF)) wrong(`${name}: ${difference}`);
}

/** The shipped model on all engines, ours first. */
async function load({ options: { skip }, webgpu }: Bench): Promise<Variant[]> {
  const file = await readModelFile(readModelPart(beside("lmae-small")), () => {});
  const variants = [await onWebgpu(webgpu, true, file)];
  if (!skip.has("plain")) variants.push(await onWebgpu(webgpu, false, file));
  if (!skip.has("wasm")) variants.push(await onWasm(beside("wasm"), file));
  return variants;
}

/** One window: its image encoded, its label completed. */
async function passes({ options: { rounds }, judge }: Bench, variants: readonly Variant[], watch: Stopwatch) {
  const { input, image } = supportedWindow();
  await watch.measure(`Encoding an image of ${SIZE} px`, rounds, async ({ model }) => {
    tf.dispose(await encode(model, image));
  });
  const features = new Map<Variant, ImageFeatures>();
  for (const variant of variants) {
    await variant.use();
    features.set(variant, await encode(variant.model, image));
  }
  const [ours] = variants;
  const logits = await watch.measure(`A pass (${SLOTS} slots, with support)`, rounds, (variant) =>
    pass(variant.model, kept(features, variant), input),
  );
  for (const variant of variants.slice(1)) {
    judge(`our kernels beside ${variant.name}`, parityOf(kept(logits, ours), kept(logits, variant), SLOTS + 1));
  }
  for (const variant of variants) {
    await variant.use();
    tf.dispose(kept(features, variant));
  }
}

/** What the app is asked for: previews and searches in a scene of the sample. */
async function requests({ options, isOver }: Bench, variants: readonly Variant[], watch: Stopwatch): Promise<void> {
  const { rounds, finds, skip } = options;
  const scene = await readScene(beside("samples"), SCENE);
  const [ours, ...others] = variants;
  let map: SupportMap | null = null;
  if (!skip.has("support")) {
    const taught = await Promise.all(TAUGHT.map((name) => readScene(beside("samples"), name)));
    const title = `Learning a draft from ${taught.length} images, ${scene.image.width} x ${scene.image.height}`;
    const learnt = await watch.measure(title, 1, ({ model }) => learn(model, taught, scene));
    for (const [{ name }, { learn, fit, look }] of learnt) {
      console.log(`  ${name}, at first: images ${ms(learn)}, perceptrons ${ms(fit)}, map ${ms(look)}`);
    }
    for (const variant of others) {
      const [a, b] = [kept(learnt, ours), kept(learnt, variant)].map(({ map }) => map.probabilities);
      const off = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
      console.log(`  posteriors differ from those by ${variant.name} by ${off.toExponential(1)} at most`);
    }
    // One map for all: what they are asked must be the same.
    map = kept(learnt, ours).map;
  }

  const title = "From a label with a mask to the first preview";
  const ids = await watch.measure(`${title}, its window new`, rounds, ({ model }) =>
    withCache(model, (cache) => preview(cache, scene, map)),
  );
  for (const variant of others) {
    const theirs = kept(ids, variant);
    const same = theirs.filter((id, i) => id === kept(ids, ours)[i]).length;
    console.log(`  ${((100 * same) / theirs.length).toFixed(2)} % of ids as by ${variant.name}`);
  }
  const caches = new Map(variants.map((variant) => [variant, createWindowCache(variant.model)]));
  for (const cache of caches.values()) cache.setImage(scene.image);
  await watch.measure(`${title}, its window known`, rounds, (variant) => preview(kept(caches, variant), scene, map));
  for (const variant of variants) {
    await variant.use();
    kept(caches, variant).dispose();
  }

  if (skip.has("find") || isOver()) return;
  const found = await watch.measure("A search of the whole image", finds, ({ model }) =>
    withCache(model, (cache) => find(cache, scene, map)),
  );
  for (const [{ name }, result] of found) console.log(`  ${name}: ${inShort(result)}`);
}

/** What a variant has made. */
function kept<T>(made: ReadonlyMap<Variant, T>, variant: Variant): T {
  const one = made.get(variant);
  if (one === undefined) throw new Error(`${variant.name} has made nothing.`);
  return one;
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}

/** What was found, to be compared by eye. */
function inShort({ regions }: FindResult): string {
  const each = regions.map(({ from, to, area, confidence }) => `${from}>${to}, ${area} px, ${confidence.toFixed(4)}`);
  return `${regions.length} regions${each.length > 0 ? `: ${each.join("; ")}` : ""}`;
}

async function run(): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\nOptions:\n${usage}`);
    return 2;
  }
  try {
    return (await main(options)) ? 0 : 1;
  } catch (error) {
    if (error instanceof NoAdapterError) {
      console.error(error.message);
      return 3;
    }
    console.error(error);
    return 1;
  }
}

// Dawn's threads would keep the process alive.
process.exit(await run());
