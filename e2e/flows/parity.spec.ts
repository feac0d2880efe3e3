import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { build, type Rolldown } from "vite";
import { appUrl } from "../fixtures/addresses.ts";
import type { Parity, Rebuilt } from "../fixtures/parityPage.ts";

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

for (const backend of ["cpu", "wasm", "webgpu"] as const) {
  test(`the browser's ${backend} engine answers as PyTorch does`, { tag: `@${backend}` }, async ({ page }) => {
    test.setTimeout(240_000);
    await openParityPage(page);
    const { maxError, agreement } = (await page.evaluate((name) => window.parity?.(name), backend)) as Parity;
    expect(maxError).toBeLessThanOrEqual(1e-3);
    expect(agreement).toBeGreaterThanOrEqual(0.999);
  });
}

test("a whole reconstruction is the same on webgpu as on wasm", async ({ page }, { project }) => {
  test.skip(project.name !== "webgpu", "needs webgpu");
  test.setTimeout(480_000);
  await openParityPage(page);
  const rebuild = async (backend: "wasm" | "webgpu") =>
    (await page.evaluate((name) => window.rebuild?.(name), backend)) as Rebuilt;
  const [wasm, webgpu] = [await rebuild("wasm"), await rebuild("webgpu")];
  const share = (same: (i: number) => boolean) => wasm.ids.filter((_, i) => same(i)).length / wasm.ids.length;
  expect(webgpu.ids.length).toBe(110 * 80);
  expect(new Set(wasm.ids).size).toBeGreaterThan(1);
  expect(share((i) => wasm.ids[i] === webgpu.ids[i])).toBeGreaterThanOrEqual(0.999);
  expect(share((i) => wasm.other[i] === webgpu.other[i])).toBeGreaterThanOrEqual(0.999);
  expect(share((i) => Math.abs(wasm.confidence[i] - webgpu.confidence[i]) <= 1)).toBeGreaterThanOrEqual(0.999);
});
