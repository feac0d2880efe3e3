import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { violations } from "../fixtures/axe.ts";
import { payload } from "../fixtures/files.ts";
import { largeSetZip } from "../fixtures/largeSet.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

test("a set of many images opens as a grid: seen, filtered, marked and opened by the keyboard alone", async ({
  page,
  editor,
}) => {
  await editor.start(`?model=${tinyModel}&backend=wasm`);
  await editor.openFiles([payload("many.zip", largeSetZip(60))]);
  const grid = page.getByRole("grid", { name: "Images" });
  const current = page.locator('[role="gridcell"][data-current="true"]');
  await expect(grid).toBeFocused();
  await expect(grid.locator("img")).not.toHaveCount(0);
  await expect(current).toHaveAttribute("data-key", "labels/00001.png");
  const cells = await page.getByRole("gridcell").count();
  expect(cells).toBeLessThan(60);

  await page.keyboard.press("End");
  await expect(current).toHaveAttribute("data-key", "labels/00060.png");
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("r");
  await expect(page.getByText("2 of 60 reviewed")).toBeVisible();
  await editor.button("Take back").click();
  await expect(page.getByText("0 of 60 reviewed")).toBeVisible();
  await grid.focus();
  await page.keyboard.press("r");
  await expect(page.getByText("2 of 60 reviewed")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Home");
  await page.keyboard.press("x");
  await expect(current).toHaveAttribute("data-state", "excluded");

  await page.keyboard.press("/");
  await page.keyboard.type("0006");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("shown-count")).toHaveText("2 of 60 images");
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await editor.imageOpen("00006");
  await page.keyboard.press("ArrowRight");
  await editor.imageOpen("00060");
  await page.keyboard.press("Escape");
  await editor.imageOpen("00060");
  await page.keyboard.press("v");
  await expect(current).toHaveAttribute("data-key", "labels/00060.png");
  await expect(page.getByTestId("shown-count")).toHaveText("2 of 60 images");

  // Filter and marks are there at the next visit, and the image opened last is the current one.
  await page.reload();
  await editor.resume.click();
  await expect(page.getByTestId("shown-count")).toHaveText("2 of 60 images");
  await expect(page.getByText("2 of 60 reviewed")).toBeVisible();
  await expect(current).toHaveAttribute("data-key", "labels/00060.png");
});

test("selected images are exported alone; a class is found in labels nobody looked at", async ({ page, editor }) => {
  await editor.start(`?model=${tinyModel}&backend=wasm`);
  await editor.openFiles([payload("many.zip", largeSetZip(60))]);
  const cell = (name: string) => page.getByRole("gridcell", { name: new RegExp(`^${name},`) });
  await cell("00002").click();
  await cell("00004").click({ modifiers: ["Shift"] });
  await expect(page.getByRole("toolbar")).toContainText("3 images selected");
  const download = page.waitForEvent("download");
  await page.getByRole("toolbar").getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: "All 3 labels, as zip" }).click();
  const zip = unzipSync(new Uint8Array(readFileSync(await (await download).path())));
  expect(Object.keys(zip)).toEqual([..."234"].map((digit) => `labels/0000${digit}.png`).concat("changes.json"));

  await page.getByLabel("Class in the label", { exact: true }).first().click();
  await page.getByRole("option", { name: "car", exact: true }).click();
  await expect(page.getByTestId("shown-count")).not.toHaveText(/^0 of/);
  await cell("000\\d\\d").first().dblclick();
  await expect(page.locator('[data-mirror="image"]')).toBeAttached();
  await editor.button("Data set").click();
  await expect(page.getByRole("grid")).toBeFocused();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds no serious fault in the data set view, ${colorScheme}`, async ({ page, editor }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await editor.start(`?model=${tinyModel}&backend=wasm`);
    await editor.openFiles([payload("many.zip", largeSetZip(30))]);
    await expect(page.getByRole("grid").locator("img")).not.toHaveCount(0);
    await page.keyboard.press("Control+a");
    expect.soft(await violations(page), "all selected").toEqual([]);
    await editor.button("State").click();
    await expect(page.getByRole("dialog", { name: "State" })).toBeVisible();
    expect.soft(await violations(page), "states").toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    await page.keyboard.type("no such name");
    await expect(editor.button("Show all images")).toBeVisible();
    expect.soft(await violations(page), "nothing shown").toEqual([]);
  });
}
