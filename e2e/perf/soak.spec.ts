/**
 * Works through the sample like an annotator, over and over: opens the next image, masks, has it rebuilt, accepts, undoes, zooms,
 * looks for errors, goes to the grid and back, exports. Each minute it prints what the app holds: the page's heap after a
 * collection, the worker's tensors, workers, object URLs that were not given back, and the browser's storage.
 *
 *   npm run build && MINUTES=30 npm run measure -- soak.spec       (MODEL=NAME for other weights)
 *
 * Fails when the last third of the minutes holds more than the middle one: of the heap by a tenth, of workers and object URLs at
 * all; or when more tensors are left in it at the least, or held at most, than before. The least is what counts of tensors: the
 * windows looked at last are kept, up to a limit, so that most depends on the moment. The first third does not count for the
 * rest: caches fill.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { CDPSession, Page } from "@playwright/test";
import type { Editor } from "../fixtures/editor.ts";
import { expect, root, test } from "../fixtures/test.ts";

const minutes = Number(process.env.MINUTES ?? "30");
const model = process.env.MODEL === undefined ? "" : `&model=${process.env.MODEL}`;
/** A slow machine looks for errors, and learns before that, for so long at most. */
const patience = 300_000;

/** The sample's images, in order. */
const names = readdirSync(join(root, "public/samples/labels"))
  .map((file) => file.replace(/\.png$/, ""))
  .sort();

interface Held {
  readonly heap: number;
  readonly tensors: number;
  readonly tensorBytes: number;
  readonly workers: number;
  readonly urls: number;
  readonly stored: number;
}

// What is recorded of the page would grow with it.
test.use({ trace: "off" });

test("what the app holds does not grow while it is worked with", async ({ page, editor }) => {
  test.setTimeout(minutes * 60_000 + 2 * patience);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("HeapProfiler.enable");
  await countUrls(page);
  await editor.start(`?backend=wasm${model}`);
  await editor.trySample();
  await editor.button("Got it").click();
  await editor.engineReady("wasm");
  const held: Held[] = [];
  const start = performance.now();
  const left = () => minutes * 60_000 - (performance.now() - start);
  let images = 0;
  for (; left() > 0; images++) {
    await openNext(editor, images);
    await repair(editor);
    await zoom(editor);
    if (images % 12 === 1) await findErrors(editor);
    if (images % 3 === 2) await toGridAndBack(editor);
    if (images % 5 === 4) await editor.export("This label as a file");
    if (performance.now() - start < (held.length + 1) * 60_000) continue;
    const now = await measure(page, cdp);
    held.push(now);
    console.log(`minute ${Math.round((performance.now() - start) / 60_000)}, ${images + 1} images: ${text(now)}`);
  }
  const third = Math.floor(held.length / 3);
  const [before, middle, last] = [held.slice(0, -third), held.slice(-2 * third, -third), held.slice(-third)];
  if (third === 0) return console.log("Too short to compare thirds");
  const least = (of: readonly Held[], what: keyof Held) => Math.min(...of.map((one) => one[what]));
  const most = (of: readonly Held[], what: keyof Held) => Math.max(...of.map((one) => one[what]));
  const mean = (of: readonly Held[]) => of.reduce((sum, { heap }) => sum + heap, 0) / of.length;
  console.log(`heap ${mib(mean(middle))} in the middle third, ${mib(mean(last))} in the last; ${images} images`);
  expect.soft(mean(last), "heap").toBeLessThanOrEqual(1.1 * mean(middle));
  expect.soft(least(last, "tensors"), "tensors at the least").toBeLessThanOrEqual(least(middle, "tensors"));
  expect.soft(most(last, "tensors"), "tensors at most").toBeLessThanOrEqual(most(before, "tensors"));
  for (const what of ["workers", "urls"] as const) {
    expect.soft(most(last, what), what).toBeLessThanOrEqual(most(middle, what));
  }
});

/** Forth and back through the data set, by the keys. */
async function openNext(editor: Editor, images: number): Promise<void> {
  const turn = 2 * (names.length - 1);
  const placeOf = (step: number) => Math.min(step % turn, turn - (step % turn));
  const [at, next] = [placeOf(images), placeOf(images + 1)];
  await editor.canvas.focus();
  await editor.page.keyboard.press(next > at ? "ArrowRight" : "ArrowLeft");
  await editor.imageOpen(names[next]);
}

/** Masks a place, waits for what the model makes of it, accepts what it is asked about, and takes all of it back. */
async function repair(editor: Editor): Promise<void> {
  const { page } = editor;
  await editor.choose("Mask rectangle");
  const [x, y] = [120, 120];
  const spoken = page.getByTestId("announcements");
  await editor.drag([
    { x, y },
    { x: x + 50, y: y + 50 },
  ]);
  await expect(spoken).toContainText(/Final: /, { timeout: patience });
  if ((await editor.suggestions().count()) > 0) await editor.button("Accept").click();
  const undo = editor.button("Undo");
  await editor.canvas.focus();
  for (let steps = 0; steps < 20 && (await undo.isEnabled()); steps++) await page.keyboard.press("Control+z");
  await expect(undo).toBeDisabled();
}

async function zoom(editor: Editor): Promise<void> {
  const { page, canvas } = editor;
  await canvas.hover();
  for (const by of [-400, -400, 300, 500]) await page.mouse.wheel(0, by);
  await editor.button("Fit image").click();
}

async function findErrors(editor: Editor): Promise<void> {
  await editor.button("Find errors").click();
  await expect(editor.finding).toBeVisible();
  await expect(editor.finding).toBeHidden({ timeout: patience });
}

async function toGridAndBack(editor: Editor): Promise<void> {
  const { page } = editor;
  await editor.canvas.focus();
  await page.keyboard.press("v");
  const grid = page.getByRole("grid", { name: "Images" });
  await expect(grid.locator("img")).not.toHaveCount(0);
  await grid.focus();
  await page.keyboard.press("v");
  await expect(editor.canvas).toBeVisible();
}

/** Counts object URLs of the page that are alive. */
async function countUrls(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const alive = new Set<string>();
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (object) => {
      const url = Reflect.apply(createObjectURL, URL, [object]);
      alive.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      alive.delete(url);
      Reflect.apply(revokeObjectURL, URL, [url]);
    };
    Object.assign(window, { aliveUrls: alive });
  });
}

async function measure(page: Page, cdp: CDPSession): Promise<Held> {
  await cdp.send("HeapProfiler.collectGarbage");
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize: heap } = await cdp.send("Runtime.getHeapUsage");
  const [urls, stored] = await page.evaluate(async () => {
    const { usage = 0 } = await navigator.storage.estimate();
    return [(window as unknown as { aliveUrls: ReadonlySet<string> }).aliveUrls.size, usage];
  });
  let [tensors, tensorBytes] = [0, 0];
  for (const worker of page.workers()) {
    // tfjs keeps its engine there, for all copies of itself.
    const memory = await worker.evaluate(() => {
      const { _tfengine } = self as unknown as {
        _tfengine?: { memory(): { readonly numTensors: number; readonly numBytes: number } };
      };
      return _tfengine?.memory() ?? null;
    });
    tensors += memory?.numTensors ?? 0;
    tensorBytes += memory?.numBytes ?? 0;
  }
  if (tensors === 0) throw new Error("No worker tells of its tensors");
  return { heap, tensors, tensorBytes, workers: page.workers().length, urls, stored };
}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function text({ heap, tensors, tensorBytes, workers, urls, stored }: Held): string {
  return `heap ${mib(heap)}, ${tensors} tensors of ${mib(tensorBytes)}, ${workers} workers, ${urls} object URLs, ${mib(stored)} stored`;
}
