import type { Server } from "node:http";
import type { Page } from "@playwright/test";
import { unzipSync } from "fflate";
import type { Rect } from "../../src/core/rect.ts";
import { ownUrl } from "../fixtures/addresses.ts";
import { compareLabels, payload, sampleFile, zip } from "../fixtures/files.ts";
import { base64, pickOwnFolder, writeFolder } from "../fixtures/ownFolder.ts";
import { plainHost } from "../fixtures/plainHost.ts";
import { brushOver, damagesOf, expectRepair } from "../fixtures/repair.ts";
import { expect, test } from "../fixtures/test.ts";
import { newerVersion } from "../fixtures/twoVersions.ts";

test.use({ serviceWorkers: "allow" });

let host: Server;
/** What the host holds in place of the built files. */
let replaced: Map<string, string | null>;

test.beforeEach(async () => {
  replaced = new Map();
  host = await plainHost(ownUrl, replaced);
});

test.afterEach(() => stop());

function stop(): void {
  host.closeAllConnections();
  host.close();
}

const offline = (page: Page) => page.locator("[data-offline]");

async function readyForOffline(page: Page): Promise<void> {
  await expect(page.locator('[data-offline="ready"]')).toHaveText("Ready to work offline.", { timeout: 120_000 });
}

/** As tfjs does in the engine's worker, however few cores there are here: a worker from a blob that loads another blob. */
function startThread(): Promise<string> {
  const blobUrl = (text: string) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const script = blobUrl("new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }); postMessage('started');");
  const thread = new Worker(blobUrl(`importScripts("${script}");`));
  return new Promise((resolve, reject) => {
    thread.onmessage = ({ data }) => resolve(data);
    thread.onerror = ({ message }) => reject(new Error(message));
  });
}

test("after one visit of a bare host all works without it: sample, model, export, own files", async ({
  page,
  editor,
}) => {
  await editor.start("?backend=wasm", ownUrl);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await readyForOffline(page);
  stop();
  await page.context().setOffline(true);

  let loads = 0;
  page.on("load", () => loads++);
  const response = await page.reload();
  expect(response?.fromServiceWorker()).toBe(true);
  expect((await response?.allHeaders())?.["content-security-policy"]).toContain("frame-ancestors 'none'");
  await expect(editor.button("Try the sample")).toBeVisible();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);

  await editor.trySample();
  await editor.button("Got it").click();
  await editor.engineReady("wasm");
  for (const worker of page.workers()) expect(await worker.evaluate(() => crossOriginIsolated)).toBe(true);
  const engine = page.workers().find((worker) => /\/worker-[^/]*\.js$/.test(worker.url()));
  expect(await engine?.evaluate(startThread)).toBe("started");
  const hole = damagesOf("01-street").find((damage) => damage.kind === "hole");
  if (!hole) throw new Error("01-street has lost its hole");
  const stroke = await brushOver(editor, hole);
  await expect(editor.suggestions()).not.toHaveCount(0);
  await editor.acceptEverything();
  const { bytes } = await editor.export("This label as a file");
  expectRepair(sampleFile("labels/01-street.png"), bytes, stroke);
  expect(loads).toBe(1);

  await editor.start("?model=lmae-small&backend=wasm", ownUrl);
  await readyForOffline(page);
  const names = ["images/05-fields.jpg", "labels/05-fields.png"];
  const files = Object.fromEntries(names.map((name) => [name, sampleFile(name)]));
  await editor.openFiles([payload("fields.zip", zip(files))]);
  await editor.imageOpen("05-fields");
  await editor.engineReady("wasm");
});

test("without the network an own folder is opened, rebuilt, searched and exported as with it", async ({
  page,
  editor,
}) => {
  test.setTimeout(600_000);
  await pickOwnFolder(page, "fields");
  await editor.start("?backend=wasm", ownUrl);
  await readyForOffline(page);
  stop();
  await page.context().setOffline(true);
  await page.reload();
  const names = ["05-fields", "06-fields", "07-fields"];
  const paths = ["classes.json", ...names.flatMap((name) => [`images/${name}.jpg`, `labels/${name}.png`])];
  const files = new Map(paths.map((path) => [path, sampleFile(path)]));
  await writeFolder(page, "fields", new Map([...files].map(([path, bytes]) => [path, base64(bytes)])));
  await editor.button("Open folder").click();
  await editor.imageOpen("05-fields");
  await editor.engineReady("wasm");
  const original = sampleFile("labels/05-fields.png");
  expect((await editor.export("This label as a file")).bytes).toEqual(original);

  const stroke = await brushOver(editor, damagesOf("05-fields")[0]);
  await expect(editor.suggestions()).not.toHaveCount(0);
  await editor.acceptEverything();
  const rebuilt = (await editor.export("This label as a file")).bytes;
  expectRepair(original, rebuilt, stroke);

  await editor.button("Find errors").click();
  await expect(editor.finding).toBeVisible();
  await expect(editor.finding).toBeHidden({ timeout: 300_000 });
  const surest = editor.found().and(editor.suggestions()).first();
  const bounds = await editor.bounds(surest);
  await editor.canvas.press("y");
  await expect(editor.found().and(editor.suggestions("accepted"))).toHaveCount(1);
  const found = (await editor.export("This label as a file")).bytes;
  const { changed, sameFormat } = compareLabels(rebuilt, found);
  expect(sameFormat).toBe(true);
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.filter(({ x, y }) => !isInside(bounds, x, y))).toEqual([]);

  const zipped = unzipSync((await editor.export("All labels as zip")).bytes);
  expect(zipped["labels/05-fields.png"]).toEqual(found);
  for (const name of ["06-fields", "07-fields"]) {
    expect(zipped[`labels/${name}.png`], name).toEqual(sampleFile(`labels/${name}.png`));
  }
  await editor.button("Start screen").click();
  await editor.trySample();
  expect((await editor.export("This label as a file")).bytes).toEqual(sampleFile("labels/01-street.png"));
});

function isInside({ x, y, width, height }: Rect, px: number, py: number): boolean {
  return px >= x && px < x + width && py >= y && py < y + height;
}

test("a half precache is no readiness: what is missing is named, and fetched when asked again", async ({
  page,
  editor,
}) => {
  replaced.set("samples/images/16-table.jpg", null);
  await editor.start("?backend=wasm", ownUrl);
  await expect(offline(page)).toContainText("Not ready to work offline: samples/images/16-table.jpg: HTTP 404", {
    timeout: 120_000,
  });
  await expect(editor.toast("Not ready to work offline")).toBeVisible();
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active ?? null)).toBe(null);
  replaced.clear();
  await editor.button("Try again").click();
  await readyForOffline(page);
});

test("a new version is offered, waits for other windows, and comes whole when it is asked for", async ({
  page,
  editor,
}) => {
  // Of another site in another folder of the same host: none of its business.
  const neighbour = await page.context().newPage();
  await neighbour.goto(new URL("/", ownUrl).href);
  await editor.start("?backend=wasm", ownUrl);
  await readyForOffline(page);
  const keptFiles = () =>
    page.evaluate(async () => {
      const names = await caches.keys();
      const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return lists.flat().map(({ url }) => decodeURIComponent(url));
    });
  const files = await keptFiles();
  for (const [path, text] of newerVersion("MaskMend, newer")) replaced.set(path, text);

  await page.reload();
  await expect(offline(page)).toContainText("A new version is ready", { timeout: 120_000 });
  await page.reload();
  expect(await page.title()).toBe("MaskMend");
  expect(await keptFiles()).toHaveLength(files.length + 1);

  const other = await page.context().newPage();
  await other.goto(ownUrl);
  await expect(offline(page)).toContainText("A new version is ready");
  const reload = offline(page).getByRole("button", { name: "reload" });
  await reload.click();
  await expect(editor.toast("The new version has to wait")).toContainText("open in another window");
  expect([await page.title(), await other.title()]).toEqual(["MaskMend", "MaskMend"]);
  await other.close();

  await reload.click();
  await expect(page).toHaveTitle("MaskMend, newer");
  await readyForOffline(page);
  const newer = await keptFiles();
  expect(newer).toHaveLength(files.length);
  expect(newer.filter((file) => !files.includes(file))).toHaveLength(1);
});

test("a zip that the system opens with the installed app is read", async ({ page, editor }) => {
  await page.addInitScript(() => {
    const setConsumer = (consumer: (launch: object) => void) => Object.assign(window, { launch: consumer });
    Object.defineProperty(window, "launchQueue", { value: { setConsumer } });
  });
  await editor.start("?backend=wasm", ownUrl);
  const names = ["images/09-cells.jpg", "labels/09-cells.png"];
  const bytes = zip(Object.fromEntries(names.map((name) => [name, sampleFile(name)])));
  await page.evaluate(async (base64) => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle("cells.zip", { create: true });
    const writable = await handle.createWritable();
    await writable.write(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
    await writable.close();
    (window as unknown as { launch(launch: object): void }).launch({ files: [handle] });
  }, Buffer.from(bytes).toString("base64"));
  await editor.imageOpen("09-cells");

  const manifest = await page.evaluate(async () => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
    return (await fetch(link?.href ?? "")).json();
  });
  expect(manifest.file_handlers).toEqual([{ action: "./", accept: { "application/zip": [".zip"] } }]);
  for (const { src, sizes } of manifest.icons) {
    const width = await page.evaluate(async (url) => {
      const image = Object.assign(new Image(), { src: url });
      await image.decode();
      return image.naturalWidth;
    }, `${ownUrl}${src}`);
    if (sizes !== "any") expect(`${width}x${width}`).toBe(sizes);
  }
});
