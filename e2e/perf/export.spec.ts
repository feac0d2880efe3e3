/**
 * Thousands of labels exported: what the page's heap holds meanwhile, the longest task, and the time it takes.
 *
 *   npm run measure -- export.spec            (500 and 10,000 labels; COUNTS=300,2000 for others)
 *
 * A generated set of 480 x 360 px is opened as a zip, with work kept for every second label. "All labels as zip" and "Export
 * as" MMSegmentation (which decodes every label) are downloaded and looked through.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CDPSession, Page } from "@playwright/test";
import { unzipSync } from "fflate";
import { createLabelMap } from "../../src/core/labelMap.ts";
import { rectRegion } from "../../src/core/region.ts";
import { createDocument } from "../../src/document/document.ts";
import { decodePng } from "../../src/formats/png/index.ts";
import { projectId } from "../../src/project/projects.ts";
import { suggestionTraits } from "../../src/review/suggestions.ts";
import { largeSet, largeSetZip } from "../fixtures/largeSet.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";
import { seconds, takeTasks, watchTasks } from "./tasks.ts";

const counts = (process.env.COUNTS ?? "500,10000").split(",").map(Number);
/** Scenes of the large set repeat. */
const scenes = 12;
const name = "large";

test("exports of thousands of labels", async ({ editor }) => {
  const { page } = editor;
  test.setTimeout(counts.length * 1_800_000);
  await page.addInitScript("delete window.showSaveFilePicker");
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("HeapProfiler.enable");
  await cdp.send("Performance.enable");
  const folder = mkdtempSync(join(tmpdir(), "maskmend-export-"));
  try {
    for (const count of counts) {
      const path = join(folder, `${name}.zip`);
      writeFileSync(path, largeSetZip(count));
      await editor.start(`?backend=wasm&model=${tinyModel}`);
      await keepWork(page, count);
      const opening = performance.now();
      await editor.openFiles([path]);
      // Sets of more than 12 images open in the grid.
      await editor.button("Editor").click({ timeout: 600_000 });
      await expect(page.locator('[data-mirror="image"]')).toContainText("Image 00001,", { timeout: 600_000 });
      console.log(`${count} labels: opened in ${seconds(performance.now() - opening)}`);
      await page.getByRole("switch", { name: "Live" }).uncheck();
      const all = await measured(page, cdp, () => page.getByRole("menuitem", { name: "All labels as zip" }).click());
      expect(Object.keys(all.zip)).toHaveLength(count + 1);
      expect(decodePng(all.zip["labels/00002.png"]).samples[0]).toBe(0);
      report(count, "all labels as zip", all);
      const converted = await measured(page, cdp, async () => {
        await page.getByRole("menuitem", { name: /Export as/ }).click();
        const dialog = page.getByRole("dialog", { name: "Export as" });
        await dialog.getByRole("radio", { name: "MMSegmentation" }).check();
        await dialog.getByRole("checkbox", { name: "With the photographs" }).uncheck();
        await dialog.getByRole("button", { name: /Export/ }).click();
      });
      expect(Object.keys(converted.zip).filter((one) => one.endsWith(".png"))).toHaveLength(count);
      report(count, "as MMSegmentation", converted);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Keeps work for every second label, as an earlier visit would have: its first pixel is background. */
async function keepWork(page: Page, count: number): Promise<void> {
  const labels = [...largeSet(scenes)].filter(([path]) => path.endsWith(".png"));
  const states = [];
  for (const [key, bytes] of labels) {
    const { width, height, samples } = decodePng(bytes);
    const document = createDocument({ key, labels: createLabelMap(width, height, samples), traits: suggestionTraits });
    document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 60, height: 40 }), 0));
    const { index, runs, ...rest } = document.snapshot();
    states.push({ ...rest, index: [...index], runs: [...runs] });
  }
  const paths = Array.from({ length: count }, (_, i) => `labels/${String(i + 1).padStart(5, "0")}.png`);
  const prefix = `work/${projectId(
    name,
    paths.map((path) => ({ path })),
  )}/`;
  await page.evaluate(
    async ({ keys, kept }) => {
      const opened = indexedDB.open("maskmend");
      await new Promise((resolve) => {
        opened.onsuccess = resolve;
      });
      const transaction = opened.result.transaction("values", "readwrite");
      const done = new Promise((resolve) => {
        transaction.oncomplete = resolve;
      });
      const arrays = kept.map((one) => ({
        ...one,
        index: Uint32Array.from(one.index),
        runs: Uint16Array.from(one.runs),
      }));
      keys.forEach((key, i) => {
        if (i % 2 === 1) transaction.objectStore("values").put(arrays[i % arrays.length], key);
      });
      await done;
      opened.result.close();
    },
    { keys: paths.map((path) => prefix + path), kept: states },
  );
}

interface Measured {
  readonly zip: Record<string, Uint8Array>;
  readonly seconds: string;
  /** MB: before, the most meanwhile (with garbage not collected yet), the most after collecting. */
  readonly heap: readonly [before: number, most: number, collected: number];
  /** ms of tasks above 50 ms. */
  readonly longTasks: readonly number[];
}

async function measured(page: Page, cdp: CDPSession, choose: () => Promise<void>): Promise<Measured> {
  const heap = async (collect: boolean): Promise<number> => {
    if (collect) await cdp.send("HeapProfiler.collectGarbage");
    return (await cdp.send("Runtime.getHeapUsage")).usedSize / 1e6;
  };
  const before = await heap(true);
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const download = page.waitForEvent("download", { timeout: 1_800_000 });
  const start = performance.now();
  await choose();
  await watchTasks(page);
  let [most, collected, isDone] = [before, 0, false];
  const finished = download.then((one) => {
    isDone = true;
    return one;
  });
  for (let i = 0; !isDone; i += 1) {
    await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, 500))]);
    // Collecting takes time of its own: not each time.
    if (i % 10 === 1) collected = Math.max(collected, await heap(true));
    else most = Math.max(most, await heap(false));
  }
  const took = seconds(performance.now() - start);
  const longTasks = await takeTasks(page);
  const zip = unzipSync(new Uint8Array(readFileSync(await (await finished).path())));
  return { zip, seconds: took, heap: [before, most, collected], longTasks };
}

function report(count: number, what: string, { seconds: took, heap, longTasks }: Measured): void {
  const [before, most, collected] = heap.map((value) => value.toFixed(1));
  const longest = longTasks.length === 0 ? "none" : `${longTasks.length}, the longest ${Math.max(...longTasks)} ms`;
  console.log(
    `${count} labels, ${what}: ${took}; heap ${before} MB before, ${most} at most, ${collected} at most collected; tasks above 50 ms: ${longest}`,
  );
}
