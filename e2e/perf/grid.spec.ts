/**
 * A data set of thousands of images in the data set view: the time until the grid and its first pictures are there, the
 * tiles that are mounted and the tasks of the page above 50 ms while the whole set is scrolled through, and the heap.
 *
 *   npm run measure -- grid.spec            (10,000 images; COUNT=1000 for others; PROFILE=1 says what opening spends)
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CDPSession } from "@playwright/test";
import { largeSetZip } from "../fixtures/largeSet.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";
import { seconds, takeTasks, tasksText, tellProfile, traceTasks, watchTasks } from "./tasks.ts";

const count = Number(process.env.COUNT ?? "10000");
const isProfiled = process.env.PROFILE !== undefined;
/** Of a screen the grid is scrolled by in each frame: a wheel turned fast. */
const screensEachFrame = 0.5;

test("a grid of thousands of images", async ({ page, editor }) => {
  test.setTimeout(900_000);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("HeapProfiler.enable");
  await cdp.send("Profiler.enable");
  const folder = mkdtempSync(join(tmpdir(), "maskmend-grid-"));
  try {
    const path = join(folder, "large.zip");
    writeFileSync(path, largeSetZip(count));
    await editor.start(`?backend=wasm&model=${tinyModel}`);
    await watchTasks(page);
    const before = await heap(cdp, true);
    if (isProfiled) await cdp.send("Profiler.start");
    const start = performance.now();
    await editor.openFiles([path]);
    const grid = page.getByRole("grid", { name: "Images" });
    await expect(grid).toBeVisible({ timeout: 600_000 });
    const opened = performance.now() - start;
    await expect(grid.locator("img")).not.toHaveCount(0, { timeout: 60_000 });
    const pictured = performance.now() - start;
    if (isProfiled) tellProfile((await cdp.send("Profiler.stop")).profile);
    const opening = await takeTasks(page);
    console.log(
      `${count} images: grid after ${seconds(opened)}, first pictures after ${seconds(pictured)}; ${tasksText(opening)}`,
    );

    const screen = await grid.evaluate((node) => {
      const { height, top, bottom } = node.getBoundingClientRect();
      const cells = [...node.querySelectorAll('[role="gridcell"]')].map((cell) => cell.getBoundingClientRect());
      return { height, cells: cells.filter((cell) => cell.bottom > top && cell.top < bottom).length };
    });
    if (isProfiled) await cdp.send("Profiler.start");
    const traced = await traceTasks(cdp, 16);
    let [most, mounted] = [0, 0];
    for (let isAtEnd = false; !isAtEnd; ) {
      const now = await grid.evaluate(async (node, by) => {
        let cells = 0;
        for (let i = 0; i < 20; i += 1) {
          node.scrollTop += by;
          await new Promise(requestAnimationFrame);
          cells = Math.max(cells, node.querySelectorAll('[role="gridcell"]').length);
        }
        return { cells, isAtEnd: node.scrollTop + node.clientHeight >= node.scrollHeight - 1 };
      }, screen.height * screensEachFrame);
      isAtEnd = now.isAtEnd;
      mounted = Math.max(mounted, now.cells);
      most = Math.max(most, await heap(cdp, false));
    }
    await expect(grid.locator("img")).not.toHaveCount(0, { timeout: 60_000 });
    if (isProfiled) tellProfile((await cdp.send("Profiler.stop")).profile);
    const scrolling = await takeTasks(page);
    const [longest] = await traced();
    const own = longest ? `${longest.own.toFixed(0)} ms of a task of ${longest.ms.toFixed(0)}` : "16 ms or less";
    const after = await heap(cdp, true);
    console.log(
      `scrolled through: ${mounted} tiles mounted at most, ${screen.cells} on a screen; ${tasksText(scrolling)}, at most ${own} without the browser's garbage collections; heap ${before.toFixed(1)} MB before opening, ${most.toFixed(1)} at most, ${after.toFixed(1)} after collecting`,
    );
    expect(mounted).toBeGreaterThan(0);
    expect(mounted).toBeLessThanOrEqual(3 * screen.cells);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

async function heap(cdp: CDPSession, collect: boolean): Promise<number> {
  if (collect) await cdp.send("HeapProfiler.collectGarbage");
  return (await cdp.send("Runtime.getHeapUsage")).usedSize / 1e6;
}
