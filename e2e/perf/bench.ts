/**
 * `npm run bench [-- ROUNDS [NAME]]`: our forward pass beside ONNX Runtime's on the same weights, in a real browser, and
 * what the app makes of it; NAME picks the strategies whose names contain it. A round runs every strategy once, the slow
 * ones in every fifth, so that a busy machine is busy for all of them: read the ratios.
 */
import { spawnSync } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "@playwright/test";
import { build, type Rolldown } from "vite";
import { installedBrowser } from "../../.ci/browser.mjs";
import { type Command, type Reply, type StrategyName, strategyNames } from "./bench/strategy.ts";
import { median } from "./statistics.ts";

const root = join(import.meta.dirname, "../..");
const rounds = Number(process.argv[2] ?? 15);
const picked = strategyNames.filter((name) => name.includes(process.argv[3] ?? ""));
/** Ten times as long as the others. */
const slow: readonly StrategyName[] = ["one scan window", "tiny model, webgpu", "webgpu", "webgpu, plain kernels"];
const slowEvery = 5;

/** Milliseconds by round. */
type Times = ReadonlyMap<StrategyName, Map<number, number>>;

/** The network for ONNX Runtime, or why there is none. */
function exportOnnx(folder: string): { readonly path: string } | { readonly missing: string } {
  const path = join(folder, "lmae.onnx");
  const args = ["-m", "lmae.onnx", "--model", "../public/models/lmae-small", "--out", path];
  for (const python of [process.env.PYTHON ?? "python3", "/usr/bin/python3"]) {
    const { status } = spawnSync(python, args, { cwd: join(root, "training") });
    if (status === 0) return { path };
  }
  return { missing: "python3 -m lmae.onnx does not run here (it needs PyTorch): set PYTHON to one that has it" };
}

async function bundle(): Promise<Map<string, string>> {
  const [{ output }] = (await build({
    configFile: false,
    root,
    logLevel: "error",
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL("./bench/worker.ts", import.meta.url)), formats: ["es"], fileName: "worker" },
    },
  })) as Rolldown.RolldownOutput[];
  return new Map(output.map((chunk) => [`/${chunk.fileName}`, "code" in chunk ? chunk.code : ""]));
}

/** Serves the bundle, models and binaries to a page that may have threads (cross-origin isolated). */
function serve(scripts: ReadonlyMap<string, string>, onnx: string | null): Server {
  const folders: readonly (readonly [prefix: string, folder: string])[] = [
    ["/wasm/", "node_modules/@tensorflow/tfjs-backend-wasm/dist/"],
    ["/ort/", "node_modules/onnxruntime-web/dist/"],
    ["/lmae-small/", "public/models/lmae-small/"],
    ["/lmae-tiny/", "src/model/fixtures/lmae-tiny/"],
  ];
  const types: Record<string, string> = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
  };
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const type = types[extname(pathname)] ?? (pathname === "/" ? "text/html" : "application/octet-stream");
    const isolated = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
    const script = pathname === "/" ? "<!doctype html>" : scripts.get(pathname);
    const [prefix, folder] = folders.find(([start]) => pathname.startsWith(start)) ?? [];
    const file =
      prefix && folder ? join(root, folder, pathname.slice(prefix.length)) : pathname === "/lmae.onnx" ? onnx : null;
    if (script === undefined && !(file && statSync(file, { throwIfNoEntry: false })?.isFile())) {
      response.writeHead(404, isolated).end();
      return;
    }
    response.writeHead(200, { "Content-Type": type, ...isolated });
    if (script !== undefined) response.end(script);
    else createReadStream(file ?? "").pipe(response);
  }).listen(0);
}

/** Runs in the page. */
async function adapterName(): Promise<string> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return "none";
  const { vendor, architecture, description } = adapter.info;
  return description || `${vendor} ${architecture}`;
}

/** Sends a command to a strategy's worker in the page. */
async function ask(page: Page, name: StrategyName, command: Command): Promise<Reply> {
  return page.evaluate(
    ([name, command]) =>
      new Promise<Reply>((resolve) => {
        const workers = globalThis as unknown as Record<string, Worker>;
        workers[name] ??= new Worker("/worker.js", { type: "module" });
        const worker = workers[name];
        worker.onmessage = ({ data }: MessageEvent<Reply>) =>
          resolve(data.type === "report" && data.logits ? { ...data, logits: [...data.logits] as never } : data);
        worker.onerror = ({ message }: ErrorEvent) => resolve({ type: "failed", message });
        worker.postMessage(command);
      }),
    [name, command] as const,
  );
}

/** What each strategy is set against. */
const rivalsOf: Partial<Record<StrategyName, readonly StrategyName[]>> = {
  "wasm, 1 thread": ["onnxruntime-web, 1 thread"],
  "wasm, 2 threads": ["onnxruntime-web, 2 threads"],
  "request to preview, 1 thread": ["request by onnxruntime-web, 1 thread", "onnxruntime-web, 1 thread"],
  "request to preview, 2 threads": ["request by onnxruntime-web, 2 threads", "onnxruntime-web, 2 threads"],
  "one scan window": ["wasm, 2 threads"],
  "tiny model, webgpu": ["tiny model, wasm"],
  webgpu: ["webgpu, plain kernels"],
};

function print(times: Times): void {
  console.log(`\n${rounds} rounds; ratio: median of the rounds' ratios, and of the fastest runs\n`);
  console.log(`${"".padEnd(38)}${"median".padStart(9)}${"fastest".padStart(9)}   ratio`);
  for (const [name, byRound] of times) {
    const mine = [...byRound.values()];
    const ms = (value: number) => `${value.toFixed(0)} ms`.padStart(9);
    const row = `${name.padEnd(38)}${ms(median(mine))}${ms(Math.min(...mine))}`;
    const beside = (rivalsOf[name] ?? []).flatMap((rival) => {
      const theirs = times.get(rival);
      if (!theirs) return [];
      const ratios = [...byRound].map(([round, value]) => value / (theirs.get(round) ?? Number.NaN));
      const ofFastest = Math.min(...mine) / Math.min(...theirs.values());
      return [`${median(ratios).toFixed(2)} (${ofFastest.toFixed(2)}) of ${rival}`];
    });
    console.log([row, ...beside].join("   "));
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "maskmend-bench-"));
  const onnx = exportOnnx(folder);
  if ("missing" in onnx) console.log(`Without ONNX Runtime: ${onnx.missing}.`);
  const server = serve(await bundle(), "path" in onnx ? onnx.path : null);
  const executablePath = installedBrowser();
  const browser = await chromium.launch({
    args: ["--no-sandbox", "--enable-unsafe-webgpu"],
    ...(executablePath ? { executablePath } : {}),
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    console.log(`WebGPU adapter: ${await page.evaluate(adapterName)}`);
    const times = new Map<StrategyName, Map<number, number>>();
    for (const name of picked) {
      if ("missing" in onnx && name.startsWith("onnx")) continue;
      const reply = await ask(page, name, { type: "prepare", name });
      if (reply.type === "failed") console.log(`Without ${name}: ${reply.message}`);
      else times.set(name, new Map());
    }
    for (let round = 0; round < rounds; round++) {
      for (const [name, byRound] of times) {
        if (slow.includes(name) && round % slowEvery > 0 && !picked.every((one) => slow.includes(one))) continue;
        const reply = await ask(page, name, { type: "run" });
        if (reply.type !== "ran") throw new Error(`${name}: ${reply.type === "failed" ? reply.message : reply.type}`);
        byRound.set(round, reply.ms);
      }
    }
    print(times);
    await report(page, [...times.keys()]);
  } finally {
    await browser.close();
    server.close();
    rmSync(folder, { recursive: true });
  }
}

/** What is not a matter of time: kernels by kind, and how far the two answers lie apart. */
async function report(page: Page, names: readonly StrategyName[]): Promise<void> {
  const logits = new Map<StrategyName, readonly number[]>();
  for (const name of names.filter((one) => !one.includes("2 threads"))) {
    const reply = await ask(page, name, { type: "report" });
    if (reply.type !== "report") continue;
    if (reply.logits) logits.set(name, [...reply.logits]);
    if (!reply.kernels) continue;
    // "__op" marks a composite of kernels that are listed themselves.
    const counts = Object.entries(reply.kernels)
      .filter(([kernel]) => !kernel.endsWith("__op"))
      .toSorted((a, b) => b[1] - a[1]);
    const total = counts.reduce((sum, [kernel, count]) => sum + (kernel === "dispatches" ? 0 : count), 0);
    console.log(`\nKernels, ${name}: ${total}\n  ${counts.map(([kernel, count]) => `${kernel} ${count}`).join(", ")}`);
  }
  const [ours, theirs] = [logits.get("wasm, 1 thread"), logits.get("onnxruntime-web, 1 thread")];
  if (!ours || !theirs) return;
  const apart = ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0);
  console.log(`\nThe logits of wasm and onnxruntime-web differ by ${apart.toExponential(1)} at most.`);
}

await main();
