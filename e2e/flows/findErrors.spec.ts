import type { Locator } from "@playwright/test";
import { intersectRects, type Rect, rectArea } from "../../src/core/rect.ts";
import { decodePng } from "../../src/formats/png/index.ts";
import { violations } from "../fixtures/axe.ts";
import type { Editor } from "../fixtures/editor.ts";
import { compareLabels, sampleFile } from "../fixtures/files.ts";
import { damagesOf } from "../fixtures/repair.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

/** On two cores: twenty-four images to learn, then the windows of one. */
const patience = 180_000;

async function openSample(editor: Editor): Promise<void> {
  await editor.start("?backend=wasm");
  await editor.trySample();
  await editor.button("Got it").click();
  await editor.engineReady("wasm");
}

/** The surest found region whose box holds most of one of the sample's planted damages. */
async function onDamage(editor: Editor, boxes: readonly Rect[]): Promise<Locator> {
  for (const one of await editor.found().all()) {
    const bounds = await editor.bounds(one);
    if (boxes.some((box) => 2 * rectArea(intersectRects(bounds, box)) > rectArea(box))) return one;
  }
  throw new Error("No found region holds a damage");
}

/** Steps to a suggestion by keys, as a user would, and accepts it. */
async function accept(editor: Editor, suggestion: Locator): Promise<void> {
  const all = await editor.page.locator('[data-mirror="suggestion"]').all();
  const bounds = await suggestion.getAttribute("data-bounds");
  const places = await Promise.all(all.map((one) => one.getAttribute("data-bounds")));
  await editor.canvas.focus();
  for (let i = places.indexOf(bounds); i > 0; i--) await editor.page.keyboard.press("j");
  await editor.page.keyboard.press("y");
  await expect(all[places.indexOf(bounds)]).toHaveAttribute("data-decision", "accepted");
}

test("errors planted in the sample are found; accepting one writes inside its region alone", async ({ editor }) => {
  test.setTimeout(2 * patience);
  await openSample(editor);
  await editor.button("Find errors").click();
  await expect(editor.finding).toContainText(/Learning classes: (\d+ of 24 images|the last step)/);
  await expect(editor.finding).toContainText(/Scanning: /, { timeout: patience });
  await expect(editor.finding).toBeHidden({ timeout: patience });
  await expect(editor.found()).not.toHaveCount(0);
  expect.soft(await violations(editor.page), "rows that were found").toEqual([]);
  await expect(editor.page.getByTestId("announcements")).toContainText(
    /Find errors: \d+ suspicious region.* Learnt from 23 other images\./,
  );
  expect(await editor.pixels("mask")).toBe(0);

  const boxes = damagesOf("01-street").map(({ bbox }) => bbox);
  const chosen = await onDamage(editor, boxes);
  const bounds = await editor.bounds(chosen);
  await accept(editor, chosen);
  const changedPixels = await editor.pixels("changed");
  expect(changedPixels).toBeGreaterThan(0);

  const input = sampleFile("labels/01-street.png");
  const { bytes } = await editor.export("This label as a file");
  const { sameFormat, changed, after } = compareLabels(input, bytes);
  expect(sameFormat).toBe(true);
  expect(changed).toHaveLength(changedPixels);
  const outside = changed.filter(
    ({ x, y }) => x < bounds.x || y < bounds.y || x >= bounds.x + bounds.width || y >= bounds.y + bounds.height,
  );
  expect(outside).toEqual([]);
  const truth = decodePng(sampleFile("truth/01-street.png"));
  const right = changed.filter(({ x, y }) => after[y * truth.width + x] === truth.samples[y * truth.width + x]);
  expect(right.length).toBeGreaterThan(0.5 * changed.length);

  const report = await editor.export("List of changes");
  const { images } = JSON.parse(new TextDecoder().decode(report.bytes)) as {
    images: readonly { regions: readonly { source: string; decision: string; model: string }[] }[];
  };
  expect(images[0].regions).toMatchObject([{ source: "find", decision: "accepted", model: "lmae-small" }]);

  await editor.button("Undo").click();
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "0");
  await expect(chosen).toHaveAttribute("data-decision", "pending");

  await editor.button("Heat map").click();
  await expect(editor.button("Heat map")).toHaveAttribute("aria-pressed", "true");
  await expect(editor.page.getByText("suspicious: less")).toBeVisible();
});

test("Esc stops finding, and masking with live answers goes on meanwhile", async ({ editor }) => {
  test.setTimeout(2 * patience);
  await openSample(editor);
  await editor.button("Find errors").click();
  await expect(editor.finding).toBeVisible();
  // A live answer goes first: it comes while errors are still looked for.
  await editor.choose("Mask brush");
  await editor.setSlider("Brush size", 30);
  await editor.drag([
    { x: 520, y: 100 },
    { x: 560, y: 120 },
  ]);
  const time = editor.page.getByTestId("last-ms");
  await expect(time).toContainText(/last \d+ ms/, { timeout: patience });
  await time.click();
  await expect(editor.page.getByTestId("stages")).toContainText(/to the first preview\d+ ms/);
  await editor.page.keyboard.press("Escape");
  await expect(editor.finding).toBeVisible();
  await expect(editor.status.locator('[data-engine="ready"]')).toBeVisible();
  await expect(editor.finding).toBeVisible();
  await editor.canvas.focus();
  await editor.page.keyboard.press("Escape");
  await expect(editor.finding).toBeHidden();
  await expect(editor.page.getByTestId("announcements")).toContainText("Find errors cancelled");
  expect(await editor.pixels("mask")).toBeGreaterThan(0);
  await expect(editor.found()).toHaveCount(0);
});

test("what is excluded is greyed, survives a reload, and can be removed", async ({ page, editor }) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  await editor.button("Got it").click();
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x: 0, y: 380 },
    { x: 200, y: 419 },
  ]);
  const masked = await editor.pixels("mask");
  expect(masked).toBeGreaterThan(0);
  await editor.button("Exclude from finding").click();
  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", "0");
  await expect(editor.mirror("excluded")).toHaveAttribute("data-pixels", String(masked));

  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("01-street");
  await expect(editor.mirror("excluded")).toHaveAttribute("data-pixels", String(masked));
  await editor.button("Remove exclusions").click();
  await expect(editor.mirror("excluded")).toHaveCount(0);
});
