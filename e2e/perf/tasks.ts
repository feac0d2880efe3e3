import type { Page } from "@playwright/test";

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
  return tasks.length === 0 ? "no task above 50 ms" : `${tasks.length} tasks above 50 ms (${longest.join(", ")})`;
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
