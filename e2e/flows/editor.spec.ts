import type { Editor } from "../fixtures/editor.ts";
import { compareLabels, label, payload, picture } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

/** Left half class 1, right half class 2, a box of class 3 in the middle. */
const input = label(200, 120, (x, y) => (x >= 80 && x < 120 && y >= 40 && y < 80 ? 3 : x < 100 ? 1 : 2));

async function openPair(editor: Editor): Promise<void> {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([payload("pair.jpg", picture(200, 120)), payload("pair.png", input)]);
}

async function open(editor: Editor): Promise<void> {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([payload("scene_image.png", picture(200, 120)), payload("scene_label.png", input)]);
  await editor.imageOpen("scene");
  // Without live answers only the tools act.
  await editor.page.getByRole("switch", { name: "Live" }).uncheck();
}

async function key(editor: Editor, name: string): Promise<void> {
  await editor.canvas.focus();
  await editor.page.keyboard.press(name);
}

test("undo and redo walk through mask, labels and hints one step at a time", async ({ editor }) => {
  await open(editor);
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x: 20, y: 20 },
    { x: 59, y: 49 },
  ]);
  const masked = await editor.pixels("mask");
  expect(masked).toBeGreaterThan(0);

  await editor.paintWith("class 2");
  await editor.choose("Class brush");
  await editor.setSlider("Brush size", 6);
  await editor.drag([
    { x: 30, y: 30 },
    { x: 40, y: 30 },
  ]);
  const hints = await editor.pixels("hints");
  expect(hints).toBeGreaterThan(0);
  expect(await editor.pixels("mask")).toBe(masked - hints);
  expect(await editor.pixels("changed")).toBe(hints);

  await editor.button("Undo").click();
  await expect(editor.mirror("hints")).toHaveAttribute("data-pixels", "0");
  expect(await editor.pixels("mask")).toBe(masked);
  expect(await editor.pixels("changed")).toBe(0);
  await key(editor, "Control+z");
  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", "0");
  await expect(editor.button("Undo")).toBeDisabled();
  await key(editor, "Control+Shift+z");
  await key(editor, "Control+y");
  await expect(editor.mirror("hints")).toHaveAttribute("data-pixels", String(hints));
  await expect(editor.button("Redo")).toBeDisabled();
});

test("a one-pixel brush changes exactly the pixel under it, in the exported bytes too", async ({ editor }) => {
  await open(editor);
  await editor.paintWith("class 2");
  await editor.choose("Class brush");
  await editor.setSlider("Brush size", 1);
  await editor.click({ x: 37, y: 81 });
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "1");
  const { name, bytes } = await editor.export("This label as a file");
  expect(name).toBe("scene_label.png");
  const { sameFormat, changed, after } = compareLabels(input, bytes);
  expect(sameFormat).toBe(true);
  expect(changed).toEqual([{ x: 37, y: 81 }]);
  expect(after[81 * 200 + 37]).toBe(2);
});

test("an unedited label leaves byte for byte", async ({ editor }) => {
  await open(editor);
  const { bytes } = await editor.export("This label as a file");
  expect(Buffer.compare(bytes, input)).toBe(0);
});

test("locked classes are changed by no tool", async ({ editor }) => {
  await open(editor);
  await editor.button("Lock class 3").click();
  await editor.paintWith("class 1");
  await editor.choose("Fill");
  await editor.click({ x: 100, y: 60 });
  await editor.choose("Class brush");
  await editor.setSlider("Brush size", 20);
  await editor.drag([
    { x: 95, y: 60 },
    { x: 105, y: 60 },
  ]);
  expect(await editor.pixels("changed")).toBe(0);
  await editor.button("Lock class 3").click();
  await editor.choose("Fill");
  await editor.click({ x: 100, y: 60 });
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "1600");
});

test("select region masks the region under the click and grows it", async ({ editor }) => {
  await open(editor);
  await editor.choose("Select region");
  await editor.click({ x: 100, y: 60 });
  const masked = await editor.pixels("mask");
  // 40 x 40, grown by 3 px with round corners.
  expect(masked).toBeGreaterThan(44 * 44);
  expect(masked).toBeLessThanOrEqual(46 * 46);
  await key(editor, "Escape");
  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", "0");
});

test("a whole class, a boundary and what is left of a region are masked to the pixel, one undo step each", async ({
  editor,
}) => {
  await open(editor);
  const mask = (count: number) => expect(editor.mirror("mask")).toHaveAttribute("data-pixels", String(count));
  await editor.page.getByRole("textbox", { name: "Grow mask by, pixels" }).fill("0");
  await key(editor, "Shift+C");
  await editor.click({ x: 20, y: 60 });
  await mask(100 * 120 - 20 * 40);
  await key(editor, "Control+z");
  await mask(0);
  await key(editor, "Shift+B");
  await editor.page.getByRole("textbox", { name: "Band on either side, pixels" }).fill("1");
  await editor.click({ x: 100, y: 60 });
  // One pixel on both sides of a box of 40 x 40: its corners have no 4-neighbour outside.
  await mask(4 * 39 + 4 * 40);
  await editor.button("Undo").click();
  await mask(0);
  await editor.button("Mask all boundaries").click();
  await mask(4 * 39 + 4 * 40 + 2 * 80 - 4);
  await key(editor, "Control+z");
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x: 80, y: 40 },
    { x: 110, y: 79 },
  ]);
  await mask(31 * 40);
  await editor.button("Include the rest").click();
  await mask(40 * 40);
  await key(editor, "Control+z");
  await mask(31 * 40);
});

test("a polygon is closed by Enter or a double click, loses points by Backspace, is given up by Esc", async ({
  editor,
}) => {
  await open(editor);
  const mask = (count: number) => expect(editor.mirror("mask")).toHaveAttribute("data-pixels", String(count));
  await key(editor, "p");
  await expect(editor.button("Mask polygon")).toHaveAttribute("aria-pressed", "true");
  const corners = [
    { x: 10, y: 10 },
    { x: 50, y: 10 },
    { x: 50, y: 40 },
  ];
  for (const corner of corners) await editor.click(corner);
  await editor.click({ x: 90, y: 90 });
  await editor.page.keyboard.press("Backspace");
  await editor.click({ x: 10, y: 40 });
  await mask(0);
  await editor.page.keyboard.press("Enter");
  // The clicks lie on pixel centres, whose own pixels are in or out by a hair.
  await expect.poll(() => editor.pixels("mask")).toBeGreaterThanOrEqual(39 * 29);
  const one = await editor.pixels("mask");
  expect(one).toBeLessThanOrEqual(41 * 31);
  for (const corner of corners) await editor.click({ x: corner.x + 100, y: corner.y });
  const last = await editor.onPage({ x: 110, y: 40 });
  await editor.page.mouse.dblclick(last.x, last.y);
  await expect.poll(() => editor.pixels("mask")).toBeGreaterThanOrEqual(one + 39 * 29);
  expect(await editor.pixels("mask")).toBeLessThanOrEqual(one + 41 * 31);
  await key(editor, "Control+z");
  await mask(one);
  for (const corner of corners) await editor.click(corner);
  await editor.page.keyboard.press("Escape");
  await editor.page.keyboard.press("Enter");
  await mask(one);
});

test("the wand masks superpixels of the picture, more of them when dragged, as one undo step", async ({ editor }) => {
  await open(editor);
  await key(editor, "w");
  await editor.click({ x: 60, y: 60 });
  await expect.poll(() => editor.pixels("mask")).toBeGreaterThan(24 * 12);
  const one = await editor.pixels("mask");
  expect(one).toBeLessThan(24 * 24 * 6);
  await key(editor, "Control+z");
  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", "0");
  await editor.drag([
    { x: 60, y: 60 },
    { x: 150, y: 60 },
  ]);
  expect(await editor.pixels("mask")).toBeGreaterThan(2 * one);
  await key(editor, "Control+z");
  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", "0");
});

test("keys choose tools, change the brush and the ratio, and are not bound while typing", async ({ editor }) => {
  await open(editor);
  const tools = [
    ["e", "Mask eraser"],
    ["r", "Mask rectangle"],
    ["l", "Mask lasso"],
    ["p", "Mask polygon"],
    ["w", "Superpixel wand"],
    ["c", "Select region"],
    ["Shift+C", "Select class"],
    ["Shift+B", "Mask boundary"],
    ["k", "Class brush"],
    ["g", "Fill"],
    ["i", "Pick class"],
    ["b", "Mask brush"],
  ] as const;
  for (const [name, tool] of tools) {
    await key(editor, name);
    await expect(editor.button(tool)).toHaveAttribute("aria-pressed", "true");
  }
  const size = Number(await editor.slider("Brush size").getAttribute("aria-valuenow"));
  await key(editor, "]");
  await expect(editor.slider("Brush size")).not.toHaveAttribute("aria-valuenow", String(size));
  await key(editor, "[");
  await expect(editor.slider("Brush size")).toHaveAttribute("aria-valuenow", String(size));
  const ratio = Number(await editor.slider("Mask ratio").getAttribute("aria-valuenow"));
  await key(editor, ".");
  expect(Number(await editor.slider("Mask ratio").getAttribute("aria-valuenow"))).toBeGreaterThan(ratio);

  await editor.button("Image list").click();
  const filter = editor.page.getByRole("textbox", { name: "Filter images" });
  if (!(await filter.isVisible())) await editor.button("Image list").click();
  await filter.fill("");
  await filter.press("e");
  await expect(filter).toHaveValue("e");
  await expect(editor.button("Mask brush")).toHaveAttribute("aria-pressed", "true");

  await key(editor, "?");
  await expect(editor.page.getByRole("dialog")).toContainText("Mask brush");
});

test("where all is masked already, the panel says so: no ratio could hide more", async ({ editor }) => {
  await open(editor);
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x: 0, y: 0 },
    { x: 199, y: 119 },
  ]);
  await expect(editor.page.getByText("The mask alone hides more than any ratio would")).toBeVisible();
  // What cannot be lowered for this mask is not raised for the next one.
  await editor.slider("Mask ratio").press("ArrowLeft");
  await key(editor, ",");
  await key(editor, "Control+z");
  await expect(editor.slider("Mask ratio")).toHaveAttribute("aria-valuenow", "10");
});

test("accept, reject and skip are one undo step each", async ({ editor }) => {
  await open(editor);
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x: 70, y: 30 },
    { x: 130, y: 90 },
  ]);
  await editor.engineReady("wasm");
  await editor.button("Reconstruct").click();
  await expect(editor.suggestions()).not.toHaveCount(0);
  const masked = await editor.pixels("mask");
  const offered = await editor.suggestions().count();

  await editor.button("Accept").click();
  await expect(editor.suggestions("accepted")).toHaveCount(1);
  const changed = await editor.pixels("changed");
  expect(changed).toBeGreaterThan(0);
  await editor.button("Undo").click();
  await expect(editor.suggestions()).toHaveCount(offered);
  expect(await editor.pixels("changed")).toBe(0);
  expect(await editor.pixels("mask")).toBe(masked);

  await editor.button("Reject").click();
  await expect(editor.suggestions("rejected")).toHaveCount(1);
  expect(await editor.pixels("changed")).toBe(0);
  await editor.button("Undo").click();
  await expect(editor.suggestions()).toHaveCount(offered);

  await editor.button("Skip").click();
  await expect(editor.suggestions("skipped")).toHaveCount(1);
});

test("an object is given another class by keys alone; the export holds it inside the mask and nothing else", async ({
  editor,
}) => {
  await open(editor);
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x: 70, y: 30 },
    { x: 130, y: 90 },
  ]);
  await editor.engineReady("wasm");
  await editor.button("Reconstruct").click();
  // A preview may still be ordered otherwise.
  await expect(editor.page.getByTestId("announcements")).toContainText("Final: ");
  const first = editor.suggestions().first();
  const { x, y, width, height } = await editor.bounds(first);
  const proposed = Number(/ to class (\d)/.exec((await first.textContent()) ?? "")?.[1]);
  const chosen = proposed === 1 ? 2 : 1;

  await key(editor, "t");
  const search = editor.page.getByRole("combobox", { name: "Search classes" });
  await expect(search).toBeFocused();
  await editor.page.keyboard.type(`class ${chosen}`);
  await editor.page.keyboard.press("Enter");
  await expect(editor.suggestions("accepted")).toHaveCount(1);
  await expect(editor.suggestions("accepted")).toContainText(` to class ${chosen},`);
  await expect(editor.page.getByTestId("announcements")).toContainText(`Accepted as class ${chosen}:`);
  await expect(editor.canvas).toBeFocused();

  const { bytes } = await editor.export("This label as a file");
  const { sameFormat, changed, after } = compareLabels(input, bytes);
  expect(sameFormat).toBe(true);
  expect(changed).toHaveLength(await editor.pixels("changed"));
  const wrong = changed.filter((pixel) => {
    const isInside = pixel.x >= x && pixel.y >= y && pixel.x < x + width && pixel.y < y + height;
    return !isInside || after[pixel.y * 200 + pixel.x] !== chosen;
  });
  expect(wrong).toEqual([]);
  const list = new TextDecoder().decode((await editor.export("List of changes")).bytes);
  expect(JSON.parse(list).images[0].regions[0]).toMatchObject({
    decision: "accepted",
    to: chosen,
    confidence: null,
    proposed: { to: proposed },
  });
});

test("a photograph and its mask side by side in one folder pair by name", async ({ editor }) => {
  await openPair(editor);
  await editor.imageOpen("pair");
});
