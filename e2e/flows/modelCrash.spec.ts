import type { Page, Worker } from "@playwright/test";
import { violations } from "../fixtures/axe.ts";
import { brushOver, damagesOf } from "../fixtures/repair.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

/** The worker that runs the model; `hung` is not asked: it would not answer. */
async function modelWorker(page: Page, hung?: Worker): Promise<Worker> {
  for (const worker of page.workers()) {
    if (worker !== hung && (await worker.evaluate(() => self.name)) === "reconstruction") return worker;
  }
  throw new Error("The model's worker does not run");
}

test("a model that hangs is noticed and asked again; after three crashes it starts again only when told to", async ({
  page,
  editor,
}) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  await editor.button("Got it").click();
  await editor.engineReady("wasm");

  const hung = await modelWorker(page);
  await hung.evaluate(() => {
    setTimeout(() => {
      for (;;);
    });
  });
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x: 300, y: 200 },
    { x: 360, y: 250 },
  ]);
  await expect(editor.status).toContainText("Restarting: The model gave no sign of life for 30 s.");
  await expect(page.getByTestId("announcements")).toContainText("The model is restarting");
  // What was asked is not lost.
  await expect(editor.suggestions()).not.toHaveCount(0);
  await editor.engineReady("wasm");
  const rows = await editor.suggestions().count();

  const crash = async (worker: Worker): Promise<void> =>
    worker.evaluate(() => {
      setTimeout(() => {
        throw new Error("out of memory");
      });
    });
  const second = page.waitForEvent("worker");
  await crash(await modelWorker(page, hung));
  await second;
  await editor.engineReady("wasm");
  await crash(await second);
  await expect(editor.status).toContainText(/No model: It stopped three times within minutes, .*out of memory/);
  const restart = editor.status.getByRole("button", { name: "Restart the model" });
  await expect(restart).toBeVisible();
  await expect(editor.toast("The model stopped").getByRole("button", { name: "Restart the model" })).toBeVisible();
  await editor.panel("Reconstruct").getByRole("button", { name: "Reconstruct", expanded: false }).click();
  await expect(editor.panel("Reconstruct").getByRole("button", { name: "Restart the model" })).toBeVisible();
  await expect(editor.suggestions()).toHaveCount(rows);
  expect.soft(await violations(page), "no model").toEqual([]);
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
    ]) {
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: test.info().outputPath(`stopped-${scheme}-${width}.png`) });
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });

  await restart.press("Enter");
  await editor.engineReady("wasm");
  await expect(restart).toHaveCount(0);
  await expect(editor.toast("The model stopped")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await brushOver(editor, damagesOf("01-street")[0]);
  await expect(editor.suggestions()).not.toHaveCount(0);
});
