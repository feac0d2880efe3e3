/**
 * What is large: strokes on a label of 8192 x 8192 px, a label of 16 bits with 5,000 ids, a set of 5,000 pairs.
 *
 *   npm run measure -- scale.spec             (PROFILE=1 says what strokes and opening spend their time on)
 *
 * Tasks above 50 ms are felt. The peak is what the page's process held in memory at most, as Linux tells it.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { CDPSession, Page } from "@playwright/test";
import { bigLabel, bigPicture, manyIdsLabel } from "../fixtures/bigFiles.ts";
import type { Editor, ToolButton } from "../fixtures/editor.ts";
import { largeSet, largeSetZip, writeLargeSet } from "../fixtures/largeSet.ts";
import { base64, pickOwnFolder, writeFolder } from "../fixtures/ownFolder.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";
import { seconds, takeTasks, tasksText, tellProfile, watchTasks } from "./tasks.ts";

const isProfiled = process.env.PROFILE !== undefined;
const pairs = Number(process.env.PAIRS ?? "5000");

let folder: string;
test.beforeEach(async ({ page }) => {
  test.setTimeout(900_000);
  folder = mkdtempSync(join(tmpdir(), "maskmend-scale-"));
  await page.addInitScript(() => localStorage.setItem("maskmend.settings", '{"hintsDismissed":true,"live":false}'));
});
test.afterEach(() => rmSync(folder, { recursive: true }));

test("strokes on 8192 x 8192 px", async ({ editor, page }) => {
  const size = { width: 8192, height: 8192 };
  const opened = await openPair(editor, bigPicture(size), bigLabel(size));
  console.log(`8192 x 8192 px: open after ${seconds(opened)}; ${await peakText(page)}; ${load()}`);
  await editor.engineReady("wasm");
  await page.waitForTimeout(5000);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Profiler.enable");
  await editor.paintWith("class 2");
  await strokes(editor, cdp, "class brush", "Class brush", 1500);
  await strokes(editor, cdp, "mask brush, not live", "Mask brush", 1500);
  await page.keyboard.press("Escape");
  await page.getByRole("switch", { name: "Live" }).check();
  await strokes(editor, cdp, "mask brush, live, each mask cleared", "Mask brush", 4000, async () => {
    await expect(editor.suggestions()).not.toHaveCount(0);
    await page.keyboard.press("Escape");
  });
  console.log(`after it all: ${await peakText(page)}`);
});

test("a 16-bit label with 5,000 ids", async ({ editor, page }) => {
  const size = { width: 4096, height: 3072 };
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Profiler.enable");
  const opened = await openPair(editor, bigPicture(size), manyIdsLabel(size, 5000), cdp);
  console.log(`5,000 ids, 4096 x 3072 px: open after ${seconds(opened)}; ${await peakText(page)}; ${load()}`);
});

for (const way of ["a zip", "a folder uploaded", "a folder with handles"] as const) {
  test(`${pairs} pairs in ${way}`, async ({ editor, page }) => {
    if (way === "a folder with handles") await pickOwnFolder(page, "project");
    else await page.addInitScript("delete window.showDirectoryPicker");
    await editor.start(`?backend=wasm&model=${tinyModel}`);
    const zip = join(folder, "set.zip");
    if (way === "a zip") writeFileSync(zip, largeSetZip(pairs));
    if (way === "a folder uploaded") writeLargeSet(join(folder, "set"), pairs);
    if (way === "a folder with handles") await writeOwnSet(page);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Profiler.enable");
    await watchTasks(page);
    await noteChoice(page);
    if (isProfiled) await cdp.send("Profiler.start");
    if (way === "a zip") await editor.openFiles([zip]);
    else if (way === "a folder uploaded") await editor.openFolder(join(folder, "set"));
    else await editor.button("Open folder").click();
    const listed = await sinceChoice(page, '[role="grid"][aria-label="Images"]');
    if (isProfiled) tellProfile((await cdp.send("Profiler.stop")).profile);
    const tasks = tasksText(await takeTasks(page));
    console.log(
      `${pairs} pairs in ${way}: listed after ${seconds(listed)}; ${tasks}; ${await peakText(page)}; ${load()}`,
    );
  });
}

/** Opens a photograph with its label; returns the ms from the choice of the files until the image is there. */
async function openPair(editor: Editor, photo: Uint8Array, label: Uint8Array, cdp?: CDPSession): Promise<number> {
  const { page } = editor;
  const paths = [join(folder, "big_image.png"), join(folder, "big_label.png")];
  writeFileSync(paths[0], photo);
  writeFileSync(paths[1], label);
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await watchTasks(page);
  await noteChoice(page);
  if (isProfiled) await cdp?.send("Profiler.start");
  await editor.openFiles(paths);
  const opened = await sinceChoice(page, '[data-mirror="image"]');
  if (isProfiled && cdp !== undefined) tellProfile((await cdp.send("Profiler.stop")).profile);
  await editor.imageOpen("big");
  return opened;
}

/** Three strokes to warm up, and twelve that are measured, all over the picture. */
async function strokes(
  editor: Editor,
  cdp: CDPSession,
  name: string,
  tool: ToolButton,
  restMs: number,
  after: () => Promise<void> = async () => undefined,
): Promise<void> {
  const { page } = editor;
  await editor.choose(tool);
  await editor.setSlider("Brush size", 40);
  for (let i = -3; i < 12; i++) {
    if (i === 0) {
      await takeTasks(page);
      if (isProfiled) await cdp.send("Profiler.start");
    }
    const [x, y] = [300 + (((i + 3) * 1337) % 7000), 300 + (((i + 3) * 911) % 7000)];
    await editor.drag([
      { x, y },
      { x: x + 60, y: y + 20 },
      { x: x + 120, y },
      { x: x + 200, y: y + 60 },
    ]);
    await after();
    await page.waitForTimeout(restMs);
  }
  if (isProfiled) tellProfile((await cdp.send("Profiler.stop")).profile);
  console.log(`12 strokes, ${name}: ${tasksText(await takeTasks(page))}; ${load()}`);
}

/** Notes when files or a folder are chosen: what comes before is the browser's and the test's. */
async function noteChoice(page: Page): Promise<void> {
  await page.evaluate(() => {
    const note = () => Object.assign(window, { chosenAt: performance.now() });
    addEventListener("change", note, { capture: true });
    const pick = window.showDirectoryPicker;
    if (pick === undefined) return;
    Object.assign(window, {
      showDirectoryPicker: async () => {
        note();
        return pick();
      },
    });
  });
}

/** The ms from then until something is shown. */
async function sinceChoice(page: Page, selector: string): Promise<number> {
  // To ask in each frame would have the browser draw frames all the time.
  return page.evaluate(
    (what) =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (document.querySelector(what) === null) return;
          observer.disconnect();
          resolve(performance.now() - (window as unknown as { chosenAt: number }).chosenAt);
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { subtree: true, childList: true, attributes: true });
        look();
      }),
    selector,
  );
}

/** The set as files of a folder of the origin's own, some hundred at a time. */
async function writeOwnSet(page: Page): Promise<void> {
  let some = new Map<string, string>();
  for (const [path, bytes] of largeSet(pairs)) {
    some.set(path, base64(bytes));
    if (some.size < 500) continue;
    await writeFolder(page, "project", some);
    some = new Map();
  }
  await writeFolder(page, "project", some);
}

/** What the process of the page, its workers' too, held in memory at most. */
async function peakText(page: Page): Promise<string> {
  const session = await page.context().browser()?.newBrowserCDPSession();
  const { processInfo } = (await session?.send("SystemInfo.getProcessInfo")) ?? { processInfo: [] };
  await session?.detach();
  const peaks = processInfo
    .filter(({ type }) => type === "renderer" && existsSync(`/proc/${processInfo[0].id}/status`))
    .map(({ id }) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0) / 1024);
  return peaks.length === 0 ? "peak unknown" : `peak ${Math.round(Math.max(...peaks))} MiB`;
}

function load(): string {
  return `load ${loadavg()[0].toFixed(1)}`;
}
