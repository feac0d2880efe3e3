import type { CDPSession, Page } from "@playwright/test";

/** Notes the ms of each task above 50 ms from now on. */
export async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(Math.round(duration));
    }).observe({ type: "longtask" });
  });
}

export async function takeTasks(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks.splice(0));
}

export function tasksText(tasks: readonly number[]): string {
  const longest = tasks.toSorted((a, b) => b - a).slice(0, 8);
  return tasks.length === 0
    ? "no task above 50 ms"
    : `${tasks.length} ${tasks.length === 1 ? "task" : "tasks"} above 50 ms (${longest.join(", ")})`;
}

interface Profile {
  readonly nodes: readonly { id: number; callFrame: { functionName: string; url: string; columnNumber: number } }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

/** The functions that most time was spent in. */
export function tellProfile({ nodes, samples = [], timeDeltas = [] }: Profile): void {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, columnNumber } }) => [
      id,
      `${functionName || "(anonymous)"} ${url.split("/").at(-1)}:${columnNumber}`,
    ]),
  );
  const spent = new Map<string, number>();
  samples.forEach((id, i) => {
    const name = names.get(id) ?? "?";
    spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[i] ?? 0) / 1000);
  });
  for (const [name, ms] of [...spent].sort((a, b) => b[1] - a[1]).slice(0, 25))
    console.log(`${Math.round(ms)} ms ${name}`);
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
}

/**
 * Records the tasks of the page until what it returns is called: then those above `least` ms without the garbage collections of
 * the browser in them, each with its whole time, the longest first.
 */
export async function traceTasks(
  cdp: CDPSession,
  least: number,
): Promise<() => Promise<readonly { readonly ms: number; readonly own: number }[]>> {
  const events: TraceEvent[] = [];
  cdp.on("Tracing.dataCollected", ({ value }) => {
    events.push(...(value as unknown as TraceEvent[]).filter(({ name }) => isTask(name) || isCollection(name)));
  });
  await cdp.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel", "v8", "devtools.timeline"] },
  });
  return async () => {
    const done = new Promise((resolve) => cdp.once("Tracing.tracingComplete", resolve));
    await cdp.send("Tracing.end");
    await done;
    // The page's thread is the first of its process.
    const pages = events.filter(({ ph, pid, tid }) => ph === "X" && pid === tid);
    const collections = pages.filter(({ name }) => isCollection(name));
    const tasks = pages
      .filter(({ name, dur = 0 }) => isTask(name) && dur > 1000 * least)
      .map((task) => {
        const inside = collections.filter(
          ({ pid, ts }) => pid === task.pid && ts >= task.ts && ts < task.ts + (task.dur ?? 0),
        );
        const collected = inside.reduce((sum, { dur = 0 }) => sum + dur, 0);
        return { ms: (task.dur ?? 0) / 1000, own: ((task.dur ?? 0) - collected) / 1000 };
      });
    return tasks.filter(({ own }) => own > least).sort((a, b) => b.own - a.own);
  };
}

/** Each task is told of once. */
const isTask = (name: string) => name === "ThreadControllerImpl::RunTask";
const isCollection = (name: string) => name === "MajorGC" || name === "MinorGC";
