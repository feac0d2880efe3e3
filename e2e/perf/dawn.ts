/**
 * `npm run bench:dawn -- [OPTIONS]`: what `npm run bench:gpu` measures and more, in plain Node on dawn.node, which has Chromium's
 * WebGPU: for machines with a GPU and no browser. OPTIONS are those of dawn/options.ts. On a software adapter:
 *
 *   VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json npm run bench:dawn -- --skip support,find
 *
 * `npm run bench:dawn -- --portable FOLDER` writes a folder to carry to a bare Linux machine (python3, no Node, no network) and run
 * there: `bash FOLDER/run.sh [OPTIONS]`.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Rolldown } from "vite";
import { fetchDawn } from "./dawn/fetchDawn.ts";
import { pack } from "./dawn/portable.ts";
import { SCENE, TAUGHT } from "./dawn/scene.ts";

const root = join(import.meta.dirname, "../..");
const cache = join(root, "node_modules/.cache/maskmend-dawn");

/** One script that wants no package. */
async function bundle(): Promise<string> {
  const { output } = (await build({
    configFile: false,
    root,
    logLevel: "error",
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      write: false,
      minify: true,
      target: "node20",
      ssr: fileURLToPath(new URL("./dawn/bench.ts", import.meta.url)),
      rolldownOptions: {
        output: {
          format: "es",
          codeSplitting: false,
          // tfjs and Emscripten ask for Node's modules as scripts of old do.
          banner: `import { createRequire as $createRequire } from "node:module";
const require = $createRequire(import.meta.url), { filename: __filename, dirname: __dirname } = import.meta;`,
        },
      },
    },
  })) as Rolldown.RolldownOutput;
  if (output.length !== 1) throw new Error(`The bundle is ${output.length} files, not one.`);
  return output[0].code;
}

/** The script and all it reads, in one folder. */
async function assemble(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "bench.mjs"), await bundle());
  const copy = (from: string, to: string) => cpSync(join(root, from), join(folder, to), { recursive: true });
  cpSync(fetchDawn(cache), join(folder, "dawn.node"));
  copy("public/models/lmae-small", "lmae-small");
  for (const name of ["lmae-tiny", "lmae-tiny-backbone"]) {
    for (const part of [name, `${name}.json`, `${name}.bin`]) copy(`src/model/fixtures/${part}`, `fixtures/${part}`);
  }
  const wasm = "tfjs-backend-wasm-simd.wasm";
  copy(`node_modules/@tensorflow/tfjs-backend-wasm/dist/${wasm}`, `wasm/${wasm}`);
  for (const name of [SCENE, ...TAUGHT]) {
    copy(`public/samples/images/${name}.jpg`, `samples/images/${name}.jpg`);
    copy(`public/samples/labels/${name}.png`, `samples/labels/${name}.png`);
  }
}

const [first, target, ...rest] = process.argv.slice(2);
const folder = join(cache, "bench");
await assemble(folder);
if (first === "--portable") {
  if (!target || rest.length > 0) throw new Error("Say where to: npm run bench:dawn -- --portable FOLDER");
  pack(folder, resolve(target));
} else {
  const { status } = spawnSync(process.execPath, [join(folder, "bench.mjs"), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  process.exit(status ?? 1);
}
