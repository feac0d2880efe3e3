import { violations } from "../fixtures/axe.ts";
import type { Editor, Payload } from "../fixtures/editor.ts";
import { label, payload, picture, sampleFile, zip } from "../fixtures/files.ts";
import { countSearches, searches } from "../fixtures/searches.ts";
import { expect, test } from "../fixtures/test.ts";

/** On two cores: the images are learnt from, and searched. */
const patience = 400_000;
const names = ["01-street", "02-street", "05-fields", "09-cells"];
const images = names.length;

/** Some images of the sample, as somebody's own. */
function someOfTheSample(): Payload {
  const paths = ["classes.json", ...names.flatMap((name) => [`images/${name}.jpg`, `labels/${name}.png`])];
  return payload("some.zip", zip(Object.fromEntries(paths.map((path) => [path, sampleFile(path)]))));
}

async function openSheet(editor: Editor): Promise<void> {
  await editor.button("Review menu").click();
  await editor.page.getByRole("menuitem", { name: "Find errors in all images…" }).click();
}

test("a scan is paused, reloaded in the middle and resumed: every image is done once", async ({ page, editor }) => {
  test.setTimeout(2 * patience);
  await countSearches(page);
  await editor.start("?backend=wasm");
  await editor.openFiles([someOfTheSample()]);
  await editor.imageOpen("01-street");
  await editor.engineReady("wasm");
  const scan = page.getByTestId("scan-status");
  // "Scan 1/4 ..." while it runs, "Resume scan (1 of 4)" while it waits.
  const done = async () => Number(/(\d+)(?:\/| of )\d/.exec((await scan.textContent()) ?? "")?.[1] ?? Number.NaN);

  await openSheet(editor);
  await expect(page.getByTestId("scan-scope")).toHaveText(`${images} images will be searched.`);
  await expect(page.getByTestId("scan-estimate")).toContainText("How long it takes:");
  expect.soft(await violations(page), "the sheet").toEqual([]);
  await editor.button("Start scan").click();
  await expect(scan).toHaveAttribute("data-scan", "running");

  // The open image is edited meanwhile, and a live request is answered.
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x: 200, y: 200 },
    { x: 240, y: 240 },
  ]);
  await expect(page.getByTestId("announcements")).toContainText(/Final: \d+ suggestion/, { timeout: 60_000 });
  await expect(scan).toHaveAttribute("data-scan", "running");

  await expect.poll(done, { timeout: patience, intervals: [100] }).toBeGreaterThan(0);
  await editor.button("Pause the scan").click();
  await expect(scan).toHaveAttribute("data-scan", "paused");
  const paused = await done();
  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("01-street");
  // Left paused it waits.
  await expect(scan).toContainText(`Resume scan (${paused} of ${images})`);
  await page.getByRole("button", { name: /^Resume the scan/ }).click();
  await expect.poll(done, { timeout: patience, intervals: [100] }).toBeGreaterThan(paused);
  const before = await done();
  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("01-street");
  // Left running it goes on by itself, where it was.
  await expect(scan).toHaveAttribute("data-scan", "running");
  expect(await done()).toBeGreaterThanOrEqual(before);
  await expect(scan).toBeHidden({ timeout: patience });

  const asked = await searches(page);
  expect(new Set(asked).size).toBe(images);
  // Twice were only those that a pause or a reload took away in the middle.
  expect(asked.length).toBeLessThanOrEqual(images + 2);

  await openSheet(editor);
  await expect(page.getByTestId("scan-scope")).toHaveText(
    `No image will be searched. Left out: ${images} searched or reviewed before.`,
  );
  await page.keyboard.press("Escape");
  // The grid shows the heat maps of all, as long as the key is held.
  await page.keyboard.press("v");
  await page.keyboard.down("h");
  await expect(page.locator("canvas[data-heat]")).toHaveCount(images);
  await page.keyboard.up("h");
  await expect(page.locator("canvas[data-heat]")).toHaveCount(0);
  await page.keyboard.press("v");
  // Each opens with what was found.
  await page.getByRole("tab", { name: /^Found: / }).click();
  await expect(editor.found()).not.toHaveCount(0);
});

/** A PNG that says its size and holds no pixels. */
function broken(png: Uint8Array): Uint8Array {
  const end = [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];
  return Uint8Array.from([...png.slice(0, 33), ...end]);
}

/** Three small images, a to c, their photographs as `made` says. */
function smallSet(made: (photo: Uint8Array, name: string) => Uint8Array = (photo) => photo): Payload {
  const side = 96;
  const ids = label(side, side, (x) => (x < side / 2 ? 0 : 1));
  const files = ["a", "b", "c"].flatMap((name): [string, Uint8Array][] => [
    [`images/${name}.png`, made(picture(side, side), name)],
    [`masks/${name}.png`, ids],
  ]);
  return payload("set.zip", zip(Object.fromEntries(files)));
}

test("a photograph that cannot be read is reported, and the others are searched", async ({ page, editor }) => {
  test.setTimeout(patience);
  await editor.start("?backend=wasm");
  await editor.openFiles([smallSet((photo, name) => (name === "b" ? broken(photo) : photo))]);
  await editor.engineReady("wasm");
  await openSheet(editor);
  await editor.button("Start scan").click();
  await expect(page.getByTestId("announcements")).toContainText("Scan 1 is finished", { timeout: patience });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("Scans of this data set");
  await page.keyboard.press("Enter");
  const run = page.getByRole("region", { name: "Scan 1" });
  await expect(run).toContainText("3 of 3 images, 1 could not be searched");
  await expect(run.getByRole("listitem")).toContainText("This browser cannot decode the picture.");
  expect.soft(await violations(page), "the list of scans").toEqual([]);
  await editor.button("Delete Scan 1").click();
  await editor.button("Delete its findings too").click();
  await expect(page.getByText("Nothing was scanned yet.")).toBeVisible();
});

test("an image that a scan passed over and that is included again is offered, and searched", async ({
  page,
  editor,
}) => {
  test.setTimeout(patience);
  await countSearches(page);
  await editor.start("?backend=wasm");
  await editor.openFiles([smallSet()]);
  await editor.engineReady("wasm");
  const scan = page.getByTestId("scan-status");
  await openSheet(editor);
  await editor.button("Start scan").click();
  await editor.button("Pause the scan").click();
  await expect(scan).toHaveAttribute("data-scan", "paused");
  await page.keyboard.press("v");
  await page.keyboard.press("End");
  await page.keyboard.press("x");
  await expect(editor.toast("1 image: excluded")).toBeVisible();
  await page.getByRole("button", { name: /^Resume the scan/ }).click();
  await expect(page.getByTestId("announcements")).toContainText("1 excluded image is passed over", {
    timeout: patience,
  });
  const before = await searches(page);
  const missing = editor.button("Search 1 image that Scan 1 passed over");
  await expect(missing).toHaveCount(0);
  await page.getByRole("grid", { name: "Images" }).focus();
  await page.keyboard.press("x");
  await expect(editor.toast("1 image: included")).toContainText("Scan 1, which is finished, passed over 1 of them");
  await expect(missing).toBeVisible();
  await page.screenshot({ path: test.info().outputPath("offered.png") });
  expect(await searches(page)).toEqual(before);
  await missing.click();
  await expect(page.getByTestId("announcements")).toContainText(/in \d of 3 images\.$/, { timeout: patience });
  await expect(missing).toHaveCount(0);
  const again = (await searches(page)).slice(before.length);
  expect(again).toHaveLength(1);
  expect(before).not.toContain(again[0]);
});
