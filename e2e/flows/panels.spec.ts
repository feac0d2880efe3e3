import type { Locator } from "@playwright/test";
import type { Editor } from "../fixtures/editor.ts";
import { compareLabels, label, payload, picture } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

function separator(editor: Editor, name: "image list" | "panels"): Locator {
  return editor.page.getByRole("separator", { name: `Width of the ${name}` });
}

async function place(line: Locator): Promise<number> {
  return Math.round((await line.boundingBox())?.x ?? Number.NaN);
}

test("panels are dragged, folded and opened, and are found as they were left", async ({ page, editor }) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  const panels = separator(editor, "panels");
  const before = await place(panels);
  await page.mouse.move(before, 500);
  await page.mouse.down();
  await page.mouse.move(before - 90, 500, { steps: 3 });
  await page.mouse.up();
  await expect.poll(() => place(panels)).toBe(before - 90);
  await panels.press("ArrowRight");
  await expect.poll(() => place(panels)).toBeGreaterThan(before - 90);
  // Arrows belong to the separator while it has the focus.
  await expect(page.getByTestId("image-name")).toHaveText("01-street");
  const wanted = await place(panels);
  await page.keyboard.press("Control+b");
  await expect(page.getByRole("textbox", { name: "Filter images" })).toBeVisible();

  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("01-street");
  await expect(page.getByRole("textbox", { name: "Filter images" })).toBeVisible();
  expect(Math.abs((await place(panels)) - wanted)).toBeLessThan(2);

  await page.keyboard.press("Control+Shift+B");
  await expect(editor.panel("Review")).toBeHidden();
  expect(await place(panels)).toBeGreaterThan(1430);
  await editor.button("Panels").click();
  await expect(editor.panel("Review")).toBeVisible();
  expect(Math.abs((await place(panels)) - wanted)).toBeLessThan(2);

  const list = separator(editor, "image list");
  await page.mouse.move(await place(list), 500);
  await page.mouse.down();
  await page.mouse.move(60, 500, { steps: 3 });
  await page.mouse.up();
  await expect(editor.button("Image list")).toHaveAttribute("aria-pressed", "false");
});

for (const [width, height, count] of [
  [1440, 900, 5],
  [1024, 768, 4],
] as const) {
  test(`at ${width} x ${height} there is room for ${count} rows of the review, and they stay in sight while another class is chosen`, async ({
    page,
    editor,
  }) => {
    await page.setViewportSize({ width, height });
    await editor.start(`?backend=wasm&model=${tinyModel}`);
    // Tiles in four classes: those of one touch none of their kind, and each becomes a row.
    const tiles = label(240, 160, (x, y) => 1 + ((Math.floor(x / 12) + 2 * Math.floor(y / 12)) % 4));
    await editor.openFiles([payload("scene_image.png", picture(240, 160)), payload("scene_label.png", tiles)]);
    await editor.imageOpen("scene");
    if (width === 1024) await editor.button("Image list").click();
    await editor.engineReady("wasm");
    await editor.canvas.press("f");
    await page.getByRole("textbox", { name: "Grow mask by, pixels" }).fill("0");
    await editor.canvas.press("Shift+C");
    await editor.click({ x: 6, y: 6 });
    const review = editor.panel("Review");
    const rows = review.locator("[aria-current]");
    const list = review.locator(".mantine-ScrollArea-viewport");
    const inSight = async (): Promise<void> => {
      await expect(rows.nth(1)).toBeInViewport({ ratio: 0.95 });
      const [room, row] = [await list.boundingBox(), await rows.first().locator("..").boundingBox()];
      expect((room?.height ?? 0) / (row?.height ?? 1)).toBeGreaterThanOrEqual(count);
    };
    await inSight();
    const places = async () => Promise.all((await rows.all()).map(async (row) => (await row.boundingBox())?.y));
    await expect(page.getByTestId("announcements")).toContainText("Final: ");
    const before = await places();
    await editor.canvas.press("j");
    await editor.canvas.press("t");
    const search = page.getByRole("combobox", { name: "Search classes" });
    await expect(search).toBeFocused();
    await inSight();
    expect(await places()).toEqual(before);
    const [menu, column] = [
      await page.getByRole("listbox", { name: "Classes" }).boundingBox(),
      await review.boundingBox(),
    ];
    expect((menu?.x ?? 0) + (menu?.width ?? 0)).toBeLessThanOrEqual(column?.x ?? 0);
    // Enter must not take a class that nobody spoke of.
    const marked = page.locator("[data-combobox-selected]").filter({ hasNotText: "proposed" });
    await expect(marked).toHaveCount(0);
    await page.keyboard.press("Escape");
    await expect(search).toBeHidden();

    const bar = page.getByRole("toolbar", { name: "Tool and view options" });
    expect(await bar.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
    await expect(page.getByRole("button", { name: "Panels", exact: true })).toBeInViewport({ ratio: 1 });
    await page.reload();
    await editor.resume.click();
    await inSight();
  });
}

test("classes are found by typing and pinned for the project; hidden ones are named over the picture", async ({
  page,
  editor,
}) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  const classes = editor.panel("Classes");
  const names = classes.getByRole("button", { name: /^Paint with / });
  await expect(classes.getByRole("heading", { level: 3 })).toHaveText(["In this image", "Not in this image"]);
  await editor.canvas.press("/");
  await page.keyboard.type("pedes");
  await expect(names).toHaveText(["pedestrian"]);
  await page.keyboard.press("Enter");
  await expect(classes).toContainText("paints pedestrian");
  await expect(editor.canvas).toBeFocused();
  await expect(names).not.toHaveCount(1);

  await editor.button("Pin pedestrian").click();
  await expect(names.first()).toHaveText("pedestrian");
  await editor.paintWith("car");
  await editor.canvas.press("1");
  await expect(classes).toContainText("paints pedestrian");

  await editor.button("Hide road").click();
  await expect(page.getByTestId("hidden-classes")).toContainText("Hidden: road");
  await page.reload();
  await editor.resume.click();
  await expect(page.getByTestId("hidden-classes")).toContainText("Hidden: road");
  await expect(names.first()).toHaveText("pedestrian");
  await editor.button("Show all").click();
  await expect(page.getByTestId("hidden-classes")).toBeHidden();
});

test("a class added to a project without a list is painted and leaves in the label's own format", async ({
  page,
  editor,
}) => {
  const input = label(120, 80, (x) => (x < 60 ? 1 : 2));
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([payload("scene_image.png", picture(120, 80)), payload("scene_label.png", input)]);
  await editor.imageOpen("scene");
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.button("Add class").click();
  await page.getByRole("textbox", { name: "Name of the new class" }).fill("tram");
  await page.keyboard.press("Enter");
  await expect(editor.panel("Classes")).toContainText("paints tram");
  await editor.button("Edit class tram").click();
  await page.getByRole("textbox", { name: "Class name" }).fill("tramway");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(editor.panel("Classes")).toContainText("paints tramway");
  await editor.choose("Fill");
  await editor.click({ x: 20, y: 20 });
  const { bytes } = await editor.export("This label as a file");
  const { sameFormat, changed, after } = compareLabels(input, bytes);
  expect(sameFormat).toBe(true);
  expect(changed).toHaveLength(60 * 80);
  expect(after[0]).toBe(3);
  await page.reload();
  await editor.resume.click();
  await expect(editor.button("Paint with tramway")).toBeVisible();
});
