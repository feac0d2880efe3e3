import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const names = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm"];
const folder = join(
  dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json")),
  "dist",
);

/** Serves and emits the three binaries of tfjs' wasm backend as /wasm/*.wasm, where `setWasmPaths` looks for them. */
export function wasmBinaries(): Plugin {
  return {
    name: "maskmend:wasm-binaries",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? "").split("?")[0] ?? "";
        const name = names.find((candidate) => path.endsWith(`/wasm/${candidate}`));
        if (!name) return next();
        response.setHeader("Content-Type", "application/wasm");
        response.end(readFileSync(join(folder, name)));
      });
    },
    generateBundle() {
      for (const name of names) {
        this.emitFile({ type: "asset", fileName: `wasm/${name}`, source: readFileSync(join(folder, name)) });
      }
    },
  };
}

/**
 * tfjs hands its threads the text of a function of tfjs-backend-wasm-threaded-simd.js, which refers to `_scriptDir`
 * outside itself. A minifier renames that variable and the threads end with "ReferenceError: e is not defined". The
 * script's address is not needed, since the binary's place is set. To be deleted when tfjs ships an Emscripten newer
 * than 3.1.34 (see https://github.com/emscripten-core/emscripten/pull/19013).
 * @throws Error (build stops) when tfjs no longer reads as expected.
 */
export function wasmThreadsInMinifiedBuilds(): Plugin {
  const edits = [
    ['typeof _scriptDir !== "undefined" && _scriptDir', "false"],
    ["||_scriptDir,", "||undefined,"],
  ] as const;
  return {
    name: "maskmend:wasm-threads",
    enforce: "pre",
    transform: {
      filter: { id: /tfjs-backend-wasm-threaded-simd\.js(\?|$)/ },
      handler(code, id) {
        let patched = code;
        for (const [from, to] of edits) {
          if (!patched.includes(from))
            throw new Error(`${id} no longer contains "${from}": is this patch still needed?`);
          patched = patched.replace(from, to);
        }
        return { code: patched, map: null };
      },
    },
  };
}
