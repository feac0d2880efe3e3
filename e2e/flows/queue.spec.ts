import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { unzipSync } from "fflate";
import { violations } from "../fixtures/axe.ts";
import type { Editor } from "../fixtures/editor.ts";
import { compareLabels, sampleFile } from "../fixtures/files.ts";
import { keepFound, openedProject } from "../fixtures/foundRows.ts";
import { runCommand } from "../fixtures/keyboard.ts";
import { classId } from "../fixtures/samples/classes.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const [pavement, road, tree, building] = (["pavement", "road", "tree", "building"] as const).map(classId);

/** The sample with findings in two images: five of one pair of classes, one of another. Returns the keys. */
async function found(page: Page, editor: Editor): Promise<readonly [string, string]> {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  const { id, key } = await openedProject(page);
  const other = key.replace("01-street", "02-street");
  await page.reload();
  await expect(editor.button("Try the sample")).toBeVisible();
  await keepFound(page, id, {
    [key]: [
      { from: pavement, to: road, confidences: [0.92, 0.74, 0.7] },
      { from: tree, to: building, confidences: [0.66] },
    ],
    [other]: [{ from: pavement, to: road, confidences: [0.84, 0.8] }],
  });
  await editor.resume.click();
  await editor.imageOpen("01-street");
  await editor.button("Got it").click();
  return [key, other];
}

const announced = (page: Page) => page.getByTestId("announcements");
const progress = (page: Page) => page.getByTestId("queue-progress");

/** The menu of classes is open to the left of its button, at the same height, and all of it can be seen. */
async function besideButton(page: Page, button: Locator): Promise<void> {
  const menu = page.locator(".mantine-Combobox-dropdown", {
    has: page.getByRole("combobox", { name: "Search classes" }),
  });
  await expect(menu).toBeInViewport({ ratio: 1 });
  const [of, at] = [await button.boundingBox(), await menu.boundingBox()];
  if (of === null || at === null) throw new Error("The menu or its button is not shown.");
  expect(of.x - (at.x + at.width)).toBeGreaterThanOrEqual(0);
  expect(of.x - (at.x + at.width)).toBeLessThan(20);
  expect(at.y).toBeLessThan(of.y + of.height);
  expect(at.y + at.height).toBeGreaterThan(of.y);
}

async function exportChanged(page: Page): Promise<Readonly<Record<string, Uint8Array>>> {
  const download = page.waitForEvent("download");
  await runCommand(page, "Changed labels as zip");
  return unzipSync(new Uint8Array(readFileSync(await (await download).path())));
}

test("findings of two images are reviewed by keyboard alone, across a reload, and leave as they were decided", async ({
  page,
  editor,
}) => {
  const [first, second] = await found(page, editor);
  await expect(editor.button("Review 6 findings")).toBeVisible();
  await page.keyboard.press("Shift+Q");
  await expect(announced(page)).toHaveText(/^1 of 6: pavement to road, 92 %, in 01-street$/);
  expect.soft(await violations(page), "one finding").toEqual([]);

  // Worst first: across images, as decisions rank them.
  await page.keyboard.press("Enter");
  await expect(announced(page)).toHaveText(
    /^Accepted: pavement to road in 01-street, [\d,]+ pixels\. 1 of 5: .+, in 02-street$/,
  );
  await page.keyboard.press("n");
  await expect(announced(page)).toHaveText(/^Rejected: pavement to road in 02-street.+ 1 of 4: /);
  await page.keyboard.press("s");
  await expect(announced(page)).toHaveText(/^Skipped: /);
  await page.keyboard.press("Control+z");
  await expect(announced(page)).toHaveText(/^Undone in \d\d-street\. Skipped: /);
  await page.keyboard.press("Control+z");
  await expect(announced(page)).toHaveText(/^Undone in 02-street\. Rejected: pavement to road\./);
  for (const key of ["Control+Shift+z", "Control+y"]) {
    await page.keyboard.press(key);
    await expect(announced(page)).toHaveText(/^No redo in the review: A decision that is undone is open again/);
    await expect(progress(page)).toHaveText("1 decided, 5 left");
    await page.keyboard.press("j");
    await expect(announced(page)).toHaveText(/^2 of 5: /);
    await page.keyboard.press("Shift+J");
    await expect(announced(page)).toHaveText(/^1 of 5: /);
  }
  await page.keyboard.press("n");
  await expect(progress(page)).toHaveText("2 decided, 4 left");
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();

  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("01-street");
  await expect(editor.button("Review 4 findings")).toBeVisible();
  await runCommand(page, "Review findings of all images");
  await expect(announced(page)).toHaveText(/^1 of 4: /);
  await expect(progress(page)).toHaveText("0 decided, 4 left");
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press("y");
    await expect(progress(page)).toHaveText(`${i + 1} decided, ${3 - i} left`);
    // A key means nothing before the next finding is there to be seen.
    await expect(announced(page)).toHaveText(i === 3 ? /All is decided\.$/ : new RegExp(` 1 of ${3 - i}: `));
  }
  await expect(page.getByText("All is decided", { exact: true })).toBeVisible();
  expect.soft(await violations(page), "nothing left").toEqual([]);

  const files = await exportChanged(page);
  const changes = JSON.parse(new TextDecoder().decode(files["changes.json"])) as {
    images: { label: string; changedPixels: number; regions: { decision: string; area: number }[] }[];
  };
  expect(changes.images.map(({ label }) => label)).toEqual([first, second]);
  for (const { label, changedPixels, regions } of changes.images) {
    const { changed, sameFormat } = compareLabels(sampleFile(label), files[label]);
    expect(sameFormat).toBe(true);
    expect(changed).toHaveLength(changedPixels);
    const accepted = regions.filter(({ decision }) => decision === "accepted");
    expect(accepted.reduce((sum, { area }) => sum + area, 0)).toBe(changedPixels);
  }
  expect(changes.images.map(({ regions }) => regions.map(({ decision }) => decision).sort())).toEqual([
    ["accepted", "accepted", "accepted", "accepted"],
    ["accepted", "rejected"],
  ]);
});

test("all findings of a pair of classes are accepted from a wall but for the bad ones, and taken back by one press", async ({
  page,
  editor,
}) => {
  const [first, second] = await found(page, editor);
  await page.keyboard.press("Shift+Q");
  await expect(announced(page)).toHaveText(/^1 of 6: /);
  await page.getByRole("radio", { name: "By class pair" }).press("Space");
  const wall = page.getByRole("listbox", { name: "Findings of this pair" });
  await expect(wall.getByRole("option")).toHaveCount(5);
  await expect(editor.button("Accept 5 of 5")).toBeEnabled();
  await wall.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await expect(editor.button("Accept 4 of 5")).toBeEnabled();
  await expect(editor.button("Reject the other")).toBeVisible();
  expect.soft(await violations(page), "a wall").toEqual([]);
  const preview = (await page.getByTestId("wall-preview").textContent()) ?? "";
  const pixels = Number(/^Changes ([\d,]+) pixels in 2 images$/.exec(preview)?.[1].replaceAll(",", ""));
  expect(pixels).toBeGreaterThan(0);
  await page.keyboard.press("Enter");
  await expect(editor.toasts).toContainText("Accepted 4 pavement to road");
  await expect(wall.getByRole("option")).toHaveCount(1);

  const files = await exportChanged(page);
  const changed = [first, second].map((key) => compareLabels(sampleFile(key), files[key]).changed.length);
  expect(changed.reduce((sum, count) => sum + count)).toBe(pixels);

  // After leaving, one step an image, and one press for all.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await editor.imageOpen("01-street");
  await expect(editor.button("Review 2 findings")).toBeVisible();
  // The message went with its screen; it can be read again.
  await page.getByRole("button", { name: /^\d+ messages?$/ }).press("Enter");
  const list = page.getByRole("dialog").filter({ hasText: "Forget all" });
  await list.getByRole("button", { name: "Undo all" }).press("Enter");
  await expect(editor.button("Review 6 findings")).toBeVisible();
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "0");
});

test("what one press accepted in two images is taken back after a reload, but where the label was edited since", async ({
  page,
  editor,
}) => {
  const [first, second] = await found(page, editor);
  await page.keyboard.press("Shift+Q");
  await expect(announced(page)).toHaveText(/^1 of 6: /);
  await page.getByRole("radio", { name: "By class pair" }).press("Space");
  const wall = page.getByRole("listbox", { name: "Findings of this pair" });
  await expect(wall.getByRole("option")).toHaveCount(5);
  await expect(editor.button("Accept 5 of 5")).toBeEnabled();
  await wall.focus();
  await page.keyboard.press("Enter");
  await expect(editor.toasts).toContainText("Accepted 5 pavement to road");
  const before = await exportChanged(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await editor.imageOpen("01-street");
  // Somebody masks part of what was accepted, and paints it.
  const { changed } = compareLabels(sampleFile(first), before[first]);
  await editor.choose("Fill");
  await editor.paintWith("tree");
  await editor.click(changed[Math.floor(changed.length / 2)]);
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();
  const edited = await exportChanged(page);
  expect(edited[first]).not.toEqual(before[first]);

  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("01-street");
  await runCommand(page, "Take back what was done in several images");
  const dialog = page.getByRole("dialog", { name: "Take back what was done in several images" });
  await expect(dialog).toContainText("in 2 images: 01-street, 02-street");
  expect.soft(await violations(page), "the list").toEqual([]);
  await page.screenshot({ path: test.info().outputPath("acts.png") });
  await dialog.getByRole("button", { name: "Undo all: Accepted 5 pavement to road" }).press("Enter");
  await expect(editor.toasts).toContainText("taken back in 1 image. It stands in 01-street: edited there since.");
  await expect(dialog).toContainText("in 1 image: 01-street");
  await expect(dialog).toContainText("Not taken back: edited there since in 1 image.");
  // The button that had the focus is gone: keys still mean the dialog and nothing behind it.
  await page.keyboard.press("d");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(editor.mirror("image")).toContainText("Image 01-street,");
  const after = await exportChanged(page);
  expect(after[first]).toEqual(edited[first]);
  // As it was opened: it has not changed.
  expect(after[second]).toBeUndefined();
});

test("no screen is wider than a window of 1024 x 768 while findings wait, and no control is cut", async ({
  page,
  editor,
}) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await found(page, editor);
  const fits = async (screen: string): Promise<void> => {
    const controls = page.locator("header, main, aside, nav").getByRole("button");
    const rights = await controls.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right));
    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(rights.length, screen).toBeGreaterThan(9);
    expect.soft(Math.max(widest, ...rights), screen).toBeLessThanOrEqual(1024);
  };
  await expect(editor.button("Review 6 findings")).toBeInViewport({ ratio: 1 });
  await fits("editor");
  const { width = 0 } = (await page.getByTestId("image-name").boundingBox()) ?? {};
  expect(width).toBeGreaterThan(90);
  await editor.button("Data set").click();
  await expect(page.getByRole("grid")).toBeVisible();
  await fits("data set");
  await editor.button("Review 6 findings").click();
  await expect(progress(page)).toHaveText("0 decided, 6 left");
  await fits("queue");
  await expect(announced(page)).toHaveText(/1 of 6: /);
  for (const open of [() => page.keyboard.press("t"), () => editor.button("Other class…").click()]) {
    await open();
    await besideButton(page, editor.button("Other class…"));
    await page.keyboard.press("Escape");
    await expect(page.getByRole("combobox", { name: "Search classes" })).toHaveCount(0);
  }
  await page.getByRole("radio", { name: "By class pair" }).press("Space");
  await page.getByRole("checkbox", { name: "All", exact: true }).uncheck();
  await expect(editor.button("Reject all 5")).toBeVisible();
  await fits("wall");
});
