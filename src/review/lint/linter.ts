import { type Endpoint, wrap } from "comlink";
import { inThreadLinter, type Linter } from "./lintJob";

/** The part of Worker that is used. */
export interface LinterWorker extends Endpoint {
  onerror: ((event: ErrorEvent) => void) | null;
}

/**
 * Works in a worker of its own: a label of 12 megapixels takes seconds. Where workers cannot start, or once it crashes, in
 * the calling thread.
 */
export function createLinter(start: () => LinterWorker = startWorker): Linter {
  let remote: Linter | null = null;
  const connect = (): Linter => {
    try {
      const worker = start();
      const there = wrap<Linter>(worker);
      const crashed = new Promise<never>((_, reject) => {
        worker.onerror = () => reject(new Error("The linter's worker crashed"));
      });
      crashed.catch(() => {
        remote = inThreadLinter;
      });
      const lint: Linter["lint"] = (...args) =>
        Promise.race([there.lint(...args), crashed]).catch(() => inThreadLinter.lint(...args));
      return { lint };
    } catch {
      return inThreadLinter;
    }
  };
  return {
    lint(...args) {
      remote ??= connect();
      return remote.lint(...args);
    },
  };
}

function startWorker(): LinterWorker {
  return new Worker(new URL("./lintWorker.ts", import.meta.url), { type: "module" });
}
