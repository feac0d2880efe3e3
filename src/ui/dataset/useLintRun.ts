import { useSession } from "../context";

/** How far the check of labels is; null while none runs or waits. */
export function useLintRun(): { readonly isRunning: boolean; readonly done: number; readonly total: number } | null {
  const run = useSession((state) => state.lintRun);
  const lint = useSession((state) => state.lint);
  if (run === null) return null;
  const done = run.keys.filter((key) => lint.has(key)).length;
  return { isRunning: run.state === "running", done, total: run.keys.length };
}
