import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { build, type Rolldown } from "vite";
import { appUrl } from "../fixtures/addresses.ts";
import type { Blended, Dispatches, Parity } from "../fixtures/parityPage.ts";

const root = join(import.meta.dirname, "../..");
const folder = `${appUrl}parity/`;

/** Serves the bundled page and the golden tensors under the app's origin. */
async function openParityPage(page: Page): Promise<void> {
  const bundle = (await build({
    configFile: false,
    root,
    logLevel: "error",
    build: {
      write: false,
      minify: false,
      lib: { entry: join(root, "e2e/fixtures/parityPage.ts"), formats: ["es"], fileName: "page" },
    },
  })) as Rolldown.RolldownOutput[];
  const scripts = new Map(bundle[0].output.map((chunk) => [chunk.fileName, "code" in chunk ? chunk.code : ""]));
  await page.route(`${folder}**`, (route) => {
    const path = new URL(route.request().url()).pathname.replace(/^.*\/parity\//, "");
    const script = scripts.get(path);
    if (script !== undefined) return route.fulfill({ contentType: "text/javascript", body: script });
    if (path.startsWith("fixtures/")) return route.fulfill({ body: readFileSync(join(root, "src/model", path)) });
    const entry = [...scripts.keys()].find((name) => name.startsWith("page"));
    return route.fulfill({ contentType: "text/html", body: `<script type="module" src="${entry}"></script>` });
  });
  await page.goto(`${folder}index.html`);
  await page.waitForFunction(() => window.parity !== undefined);
}

for (const model of ["lmae-tiny", "lmae-tiny-backbone"]) {
  for (const backend of ["cpu", "wasm", "webgpu"] as const) {
    test(`${model} answers on the browser's ${backend} engine as in PyTorch`, { tag: `@${backend}` }, async ({
      page,
    }) => {
      test.setTimeout(240_000);
      await openParityPage(page);
      const { supported, ...plain } = (await page.evaluate(([model, backend]) => window.parity?.(model, backend), [
        model,
        backend,
      ] as const)) as Parity;
      expect(supported !== null).toBe(model === "lmae-tiny-backbone");
      for (const { maxError, agreement, errorLogitError } of supported ? [plain, supported] : [plain]) {
        expect(maxError).toBeLessThanOrEqual(1e-3);
        expect(agreement).toBeGreaterThanOrEqual(0.999);
        expect(errorLogitError).toBeLessThanOrEqual(1e-3);
      }
    });
  }
}

test("windows and passes blend on webgpu as on wasm", { tag: "@webgpu" }, async ({ page }) => {
  test.setTimeout(240_000);
  await openParityPage(page);
  const blend = async (backend: "wasm" | "webgpu") =>
    (await page.evaluate((name) => window.blend?.(name), backend)) as Blended;
  const [wasm, webgpu] = [await blend("wasm"), await blend("webgpu")];
  expect(new Set(wasm.slots)).toEqual(new Set([0, 1, 3, 4]));
  expect(webgpu.slots).toEqual(wasm.slots);
  expect(webgpu.other).toEqual(wasm.other);
  wasm.confidence.forEach((value, p) => {
    expect(webgpu.confidence[p]).toBeCloseTo(value, 4);
  });
});

test("our kernels say what plain code does, over shapes", { tag: "@webgpu" }, async ({ page }) => {
  test.setTimeout(240_000);
  await openParityPage(page);
  const differences = (await page.evaluate(() => window.kernels?.())) as Record<string, number>;
  expect(Object.keys(differences).length).toBeGreaterThan(25);
  for (const [name, difference] of Object.entries(differences)) expect(difference, name).toBeLessThan(2e-5);
});

test("a pass of the shipped model is few dispatches, and the second one compiles nothing", {
  tag: "@webgpu",
}, async ({ page }) => {
  test.setTimeout(240_000);
  await openParityPage(page);
  const counts = (await page.evaluate(
    (url) => window.dispatches?.(url, 224, 8),
    `${appUrl}models/lmae-small`,
  )) as Dispatches;
  test.info().annotations.push({ type: "dispatches", description: JSON.stringify(counts) });
  expect(counts.block).toBeLessThanOrEqual(10);
  expect(counts.forward).toBeLessThanOrEqual(260);
  expect(counts.compiledAgain).toBe(0);
});
