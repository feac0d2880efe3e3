import { type Endpoint, wrap } from "comlink";
import { createHeartbeat, mostStepMs } from "../../core/heartbeat";
import { inThreadLinter, type Linter } from "./lintJob";

/** The part of Worker that is used. */
export interface LinterWorker extends Endpoint {
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/** A label was given up that kept the worker busy for too long. */
class LintHung extends Error {}

/**
 * Works in a worker of its own: a label of 12 megapixels takes seconds. Where workers cannot start, or once it crashes, in
 * the calling thread. One that hangs is started anew, and what it was asked fails.
 */
export function createLinter(start: () => LinterWorker = startWorker): Linter {
  let remote: Linter | null = null;
  let waiting = 0;
  let hang = (_seconds: number): void => undefined;
  const heartbeat = createHeartbeat({
    isWaiting: () => waiting > 0,
    limitMs: () => mostStepMs,
    onSilence: (seconds) => hang(seconds),
  });
  const connect = (): Linter => {
    try {
      const worker = start();
      const there = wrap<Linter>(worker);
      const stopped = new Promise<never>((_, reject) => {
        worker.onerror = () => {
          remote = inThreadLinter;
          reject(new Error("The linter's worker crashed"));
        };
        hang = (seconds) => {
          worker.terminate();
          remote = null;
          heartbeat.reset();
          reject(new LintHung(`Checking this label took more than ${seconds} s and was stopped.`));
        };
      });
      stopped.catch(() => undefined);
      heartbeat.heard();
      const lint: Linter["lint"] = async (...args) => {
        waiting++;
        heartbeat.start();
        try {
          return await Promise.race([there.lint(...args).finally(heartbeat.heard), stopped]);
        } catch (error) {
          // In this thread it would hold up the page for ever.
          if (error instanceof LintHung) throw error;
          return inThreadLinter.lint(...args);
        } finally {
          waiting--;
        }
      };
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
