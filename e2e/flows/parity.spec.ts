import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { build, type Rolldown } from "vite";
import { appUrl } from "../fixtures/addresses.ts";
import type { Parity } from "../fixtures/parityPage.ts";

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
  test(`the browser's ${backend} engine answers as PyTorch does`, async ({ page }, { project }) => {
    test.skip((backend === "webgpu") !== (project.name === "webgpu"), "runs in the project with that engine");
    test.setTimeout(240_000);
    await openParityPage(page);
    const { maxError, agreement } = (await page.evaluate((name) => window.parity?.(name), backend)) as Parity;
    expect(maxError).toBeLessThanOrEqual(1e-3);
    expect(agreement).toBeGreaterThanOrEqual(0.999);
  });
}
