import { join } from "node:path";
import { unzipSync } from "fflate";
import { plainUrl } from "../fixtures/addresses.ts";
import { payload, sampleFile, zip } from "../fixtures/files.ts";
import { brushOver, damagesOf, expectRepair } from "../fixtures/repair.ts";
import { expect, root, test, tinyModel } from "../fixtures/test.ts";

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(Navigator.prototype, "gpu");
    for (const name of ["showDirectoryPicker", "showOpenFilePicker", "showSaveFilePicker"]) {
      Reflect.deleteProperty(window, name);
    }
  });
});

test("on a bare static host: folder upload, wasm on one thread, accept, export as zip", async ({ page, editor }) => {
  await editor.start(`?model=${tinyModel}`, plainUrl);
  expect(await page.evaluate(() => [crossOriginIsolated, "gpu" in navigator, "showDirectoryPicker" in window])).toEqual(
    [false, false, false],
  );
  await editor.openFolder(join(root, "public/samples"));
  await editor.leaveDataSet();
  await editor.imageOpen("01-street");
  await editor.engineReady("wasm");
  const [damage] = damagesOf("01-street");
  const stroke = await brushOver(editor, damage);
  await expect(editor.suggestions()).not.toHaveCount(0);
  await editor.acceptEverything();
  const { name, bytes } = await editor.export("Changed labels as zip");
  expect(name).toMatch(/\.zip$/);
  const files = unzipSync(bytes);
  const path = Object.keys(files).find((entry) => entry.endsWith("labels/01-street.png"));
  expect(path).toBeDefined();
  expectRepair(sampleFile("labels/01-street.png"), files[path ?? ""], stroke);
});

test("a zip opens and all its labels leave byte for byte", async ({ editor }) => {
  const names = ["05-fields", "09-cells"];
  const entries = names.flatMap((name) => [
    [`images/${name}.jpg`, sampleFile(`images/${name}.jpg`)] as const,
    [`labels/${name}.png`, sampleFile(`labels/${name}.png`)] as const,
  ]);
  await editor.start(`?model=${tinyModel}`, plainUrl);
  await editor.openFiles([payload("fields.zip", zip(Object.fromEntries(entries)))]);
  await editor.imageOpen("05-fields");
  const { bytes } = await editor.export("All labels as zip");
  const files = unzipSync(bytes);
  for (const name of names) {
    const path = Object.keys(files).find((entry) => entry.endsWith(`labels/${name}.png`));
    expect(Buffer.compare(files[path ?? ""], sampleFile(`labels/${name}.png`))).toBe(0);
  }
});

test("Save explains itself where the browser cannot write into folders", async ({ page, editor }) => {
  await editor.start(`?model=${tinyModel}`, plainUrl);
  await editor.openFolder(join(root, "public/samples"));
  await editor.leaveDataSet();
  await editor.imageOpen("01-street");
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.paintWith("car");
  await editor.choose("Class brush");
  await editor.click({ x: 300, y: 400 });
  const download = page.waitForEvent("download");
  await editor.button("Save").click();
  await download;
  await expect(editor.toasts).toContainText("Downloaded instead");
});
