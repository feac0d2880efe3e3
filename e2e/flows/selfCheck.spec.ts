import { violations } from "../fixtures/axe.ts";
import { label, payload, picture } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

test("a self-check of the user's own labels runs in the background, gives figures and is exported", async ({
  editor,
}) => {
  const { page } = editor;
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  const names = ["a", "b", "c"];
  await editor.openFiles(
    names.flatMap((name) => [
      payload(`${name}_image.png`, picture(224, 224)),
      payload(
        `${name}_label.png`,
        label(224, 224, (x, y) => (x < 90 || y < 60 ? 1 : 2)),
      ),
    ]),
  );
  await editor.imageOpen("a");
  await editor.engineReady("wasm");
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Find a command" }).fill("trust it here");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Can I trust it here?" });
  await dialog.getByLabel("Images").fill("3");
  await dialog.getByRole("button", { name: "Check", exact: true }).click();
  await expect(dialog.locator("[data-verdict]")).toBeVisible({ timeout: 240_000 });
  await expect(dialog.getByRole("table", { name: "By mask" }).getByRole("row")).toHaveCount(7);
  await expect(dialog).toContainText("3 images, 3 windows of 224 px");
  await expect(dialog.getByRole("img", { name: /^Reliability diagram/ })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  const file = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "CSV" }).click();
  expect((await file).suggestedFilename()).toMatch(/-self-check\.csv$/);

  // It is there again after a reload.
  const verdict = (await dialog.locator("[data-verdict]").textContent()) ?? "";
  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("a");
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Find a command" }).fill("trust it here");
  await page.keyboard.press("Enter");
  await expect(dialog.locator("[data-verdict]")).toHaveText(verdict);
  await expect(dialog).toContainText("3 images, 3 windows of 224 px");
  await expect(dialog.getByRole("button", { name: "Check again" })).toBeVisible();
});
