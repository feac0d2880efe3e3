/**
 * How long finding errors in one sample image takes on wasm in Node, on one thread, with the shipped weights:
 *
 *   npm run measure:find -- [--runs 3] [--taught 3] [--image 02-street] [--width 480] [--against FOLDER]
 *
 * A smaller width than the samples' 480 px takes the left part of the images (224: 2 windows of 4), for a quick look.
 * FOLDER is another checkout (with its node_modules) to compare with. Every run is a process of its own and the checkouts
 * take turns, so that a busy machine slows both down alike. Prints medians and minima in seconds, of the clock and of the
 * processor (which waits for nobody), how many kernels ran, how often an image was encoded, and whether both found the same.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

interface Seconds {
  readonly clock: number;
  readonly processor: number;
}

/** What one process measured. */
interface Run {
  /** Support: the images encoded, the perceptrons trained. */
  readonly learn: Seconds;
  /** With the image's support map. */
  readonly find: Seconds;
  /** A second search: the map is made. */
  readonly again: Seconds;
  /** Of the second search. */
  readonly kernels: number;
  readonly kernelSeconds: number;
  readonly encodings: number;
  readonly found: Found;
}

interface Found {
  readonly regions: readonly {
    readonly from: number;
    readonly to: number;
    readonly area: number;
    readonly confidence: number;
  }[];
  readonly heat: string;
}

const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    taught: { type: "string", default: "3" },
    image: { type: "string", default: "02-street" },
    width: { type: "string", default: "480" },
    against: { type: "string" },
    child: { type: "string" },
  },
});

if (options.child) console.log(JSON.stringify(await measure(options.child)));
else compare();

function compare(): void {
  const here = resolve(import.meta.dirname, "../..");
  const roots = options.against ? [resolve(options.against), here] : [here];
  const runs = new Map<string, Run[]>(roots.map((root) => [root, []]));
  for (let run = 0; run < Number(options.runs); run++) {
    for (const root of roots) {
      const { taught, image, width } = options;
      const args = ["--child", root, "--taught", taught, "--image", image, "--width", width];
      const child = ["--import", "tsx", import.meta.filename, ...args];
      const output = execFileSync("node", child, { cwd: here, encoding: "utf8" });
      runs.get(root)?.push(JSON.parse(output.trim().split("\n").at(-1) ?? "") as Run);
    }
  }
  const parts = ["learn", "find", "again"] as const;
  for (const [root, all] of runs) {
    const times = parts.map((part) => {
      const of = (kind: keyof Seconds) => middleAndLeast(all.map((run) => run[part][kind]));
      return `${part} ${of("clock")}, processor ${of("processor")}`;
    });
    const { kernels, encodings, kernelSeconds } = all[all.length - 1];
    console.log(
      `${root}: ${times.join("; ")} s; again: ${kernels} kernels in ${kernelSeconds.toFixed(2)} s, ${encodings} encodings`,
    );
  }
  if (roots.length === 2)
    console.log(difference(...(roots.map((root) => runs.get(root)?.[0].found) as [Found, Found])));
}

function middleAndLeast(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${sorted[Math.floor(sorted.length / 2)].toFixed(2)} (least ${sorted[0].toFixed(2)})`;
}

function difference(before: Found, after: Found): string {
  const [a, b] = [before, after].map(({ heat }) => Buffer.from(heat, "base64"));
  const heat = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
  const same = ({ regions }: Found) => regions.map(({ from, to, area }) => `${from}>${to}:${area}`).join(" ");
  const sure = before.regions.reduce((most, one, i) => {
    return Math.max(most, Math.abs(one.confidence - (after.regions[i]?.confidence ?? Infinity)));
  }, 0);
  const regions =
    same(before) === same(after)
      ? `the same ${before.regions.length} regions`
      : `OTHER REGIONS: ${same(before)} | ${same(after)}`;
  return `${regions}, confidences differ by at most ${sure.toExponential(1)}, heat by ${heat} of 255`;
}

async function measure(root: string): Promise<Run> {
  const load = (path: string) => import(join(root, path));
  const installed = (name: string) => import(createRequire(join(root, "package.json")).resolve(name));
  const tf = await installed("@tensorflow/tfjs-core");
  const { setWasmPaths } = await installed("@tensorflow/tfjs-backend-wasm");
  const { decodePng } = await load("src/formats/png/index.ts");
  const jpeg = (await installed("jpeg-js")).default;
  const { findErrors } = await load("src/find/findErrors.ts");
  const { createModel } = await load("src/model/loadedModel.ts");
  const { registerKernels } = await load("src/model/kernels/register.ts");
  const { readModelFile } = await load("src/model/modelFile.ts");
  const { readModelPart } = await load("src/model/fixtures/modelFolder.ts");
  const { createSupportStore } = await load("src/support/store.ts");
  const { createWindowCache } = await load("src/window/windowCache.ts");

  setWasmPaths(join(root, "node_modules/@tensorflow/tfjs-backend-wasm/dist/"));
  registerKernels("wasm");
  await tf.setBackend("wasm");
  const counts = countKernels(tf);
  const model = await createModel(await readModelFile(readModelPart(join(root, "public/models/lmae-small")), () => {}));

  const samples = join(root, "public/samples");
  const sample = (name: string) => {
    const photo = jpeg.decode(readFileSync(join(samples, `images/${name}.jpg`)), { useTArray: true });
    const { samples: ids } = decodePng(new Uint8Array(readFileSync(join(samples, `labels/${name}.png`))));
    const width = Math.min(photo.width, Number(options.width));
    const height: number = photo.height;
    const cut = <T extends Uint8Array | Uint16Array>(from: ArrayLike<number>, to: T, channels: number): T => {
      for (let i = 0; i < to.length; i++) {
        const [row, at] = [Math.floor(i / (width * channels)), i % (width * channels)];
        to[i] = from[row * photo.width * channels + at];
      }
      return to;
    };
    const rgba = new Uint8ClampedArray(cut(photo.data, new Uint8Array(4 * width * height), 4));
    const labels = cut(ids, new Uint16Array(width * height), 1);
    return { imageKey: name, image: { imageKey: name, width, height, rgba }, labels, ignoredIds: [255] };
  };
  const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
  const support = createSupportStore();
  const kind = options.image.replace(/^\d+/, "");
  const names = Array.from({ length: 16 }, (_, i) => String(i + 1).padStart(2, "0"))
    .flatMap((number) => ["-street", "-fields", "-cells", "-table"].map((scene) => number + scene))
    .filter((name) => existsSync(join(samples, `images/${name}.jpg`)) && name !== options.image)
    // Those of the same kind first: they know its classes.
    .sort((a, b) => Number(b.endsWith(kind)) - Number(a.endsWith(kind)) || a.localeCompare(b))
    .slice(0, Number(options.taught));
  const seconds = async (work: () => Promise<void>): Promise<Seconds> => {
    const started = performance.now();
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return { clock: (performance.now() - started) / 1000, processor: (user + system) / 1e6 };
  };
  const learn = await seconds(async () => {
    for (const name of names) await support.learn(model, sample(name), pause);
    await support.fit(pause);
  });
  const { image, labels, ...rest } = sample(options.image);
  const { width, height } = image;
  const excluded = new Uint8Array(width * height);
  const request = { ...rest, documentVersion: 1, width, height, labels, lockedIds: [], excluded, seed: 5 };
  // biome-ignore lint/suspicious/noExplicitAny: of whichever checkout.
  let result: any;
  const search = async () => {
    const map = await support.map(model, options.image, image, pause);
    const cache = createWindowCache(model);
    cache.setImage(image);
    const search = findErrors(cache, image, request, map, pause, () => {});
    // Older checkouts step through a search.
    if (Symbol.asyncIterator in search) {
      let step = await search.next();
      while (!step.done) step = await search.next();
      result = step.value;
    } else {
      result = await search;
    }
    cache.dispose();
  };
  const find = await seconds(search);
  counts.reset();
  const again = await seconds(search);
  const regions = result.regions.map(({ from, to, area, confidence }: Found["regions"][number]) => ({
    from,
    to,
    area,
    confidence,
  }));
  const found = { regions, heat: Buffer.from(result.heat).toString("base64") };
  return { learn, find, again, ...counts.read(), found };
}

// biome-ignore lint/suspicious/noExplicitAny: tfjs of whichever checkout.
function countKernels(tf: any) {
  let counted = { kernels: 0, kernelSeconds: 0, encodings: 0 };
  for (const kernel of tf.getKernelsForBackend("wasm")) {
    tf.unregisterKernel(kernel.kernelName, "wasm");
    tf.registerKernel({
      ...kernel,
      kernelFunc: (args: { inputs: { x?: { shape: number[] } }; attrs: { strides?: unknown } }) => {
        const started = performance.now();
        const result = kernel.kernelFunc(args);
        counted.kernels++;
        counted.kernelSeconds += (performance.now() - started) / 1000;
        // Only the network's first layer reads colours, at stride 2.
        const isFirst = kernel.kernelName === "FusedConv2D" && args.inputs.x?.shape[3] === 3;
        if (isFirst && String([args.attrs.strides].flat()[0]) === "2") counted.encodings++;
        return result;
      },
    });
  }
  return {
    reset: () => {
      counted = { kernels: 0, kernelSeconds: 0, encodings: 0 };
    },
    read: () => counted,
  };
}
