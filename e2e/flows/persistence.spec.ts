import { compareLabels, label, payload, picture, sampleFile } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

test("work survives a reload: label, mask and hints come back as they were", async ({ page, editor }) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  await editor.button("Got it").click();
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.paintWith("car");
  await editor.choose("Class brush");
  await editor.setSlider("Brush size", 20);
  await editor.drag([
    { x: 300, y: 400 },
    { x: 360, y: 400 },
  ]);
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x: 100, y: 300 },
    { x: 160, y: 360 },
  ]);
  const [changed, masked] = [await editor.pixels("changed"), await editor.pixels("mask")];
  expect(changed).toBeGreaterThan(0);
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();
  const before = (await editor.export("This label as a file")).bytes;

  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("01-street");
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", String(changed));
  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", String(masked));
  const after = (await editor.export("This label as a file")).bytes;
  expect(compareLabels(before, after).changed).toEqual([]);
  expect(compareLabels(sampleFile("labels/01-street.png"), after).changed).toHaveLength(changed);
});

test("a reload right after a stroke loses nothing, 20 times", async ({ page, editor }) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  await editor.button("Got it").click();
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.setSlider("Brush size", 20);
  let label: Uint8Array = sampleFile("labels/01-street.png");
  for (let i = 0; i < 20; i++) {
    // No pixel has this class before.
    await editor.paintWith("book");
    await editor.choose("Class brush");
    const [x, y] = [60 + 100 * (i % 5), 60 + 100 * Math.floor(i / 5)];
    await editor.drag([
      { x, y },
      { x: x + 40, y: y + 20 },
    ]);
    // Nothing is waited for: the page goes in the middle of keeping it.
    await page.reload();
    await editor.resume.click();
    await editor.imageOpen("01-street");
    const { bytes } = await editor.export("This label as a file");
    const { changed, after } = compareLabels(label, bytes);
    const end = after[(y + 20) * 640 + x + 40];
    expect(end, `stroke ${i}`).toBe(after[y * 640 + x]);
    expect(changed.length, `stroke ${i}`).toBeGreaterThan(500);
    label = bytes;
  }
  expect(compareLabels(sampleFile("labels/01-street.png"), label).changed).toHaveLength(await editor.pixels("changed"));
});

test("several projects can be gone on with; removing one asks where work is kept", async ({ page, editor }) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([
    payload("scene_image.png", picture(120, 80)),
    payload(
      "scene_label.png",
      label(120, 80, (x) => (x < 60 ? 1 : 2)),
    ),
  ]);
  await editor.imageOpen("scene");
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.paintWith("class 2");
  await editor.choose("Fill");
  await editor.click({ x: 20, y: 20 });
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "4800");
  await editor.button("Start screen").click();
  await editor.trySample();
  await editor.button("Start screen").click();

  const projects = page.getByRole("region", { name: "Recent projects" }).getByRole("listitem");
  await expect(projects).toHaveCount(2);
  await expect(projects.first()).toContainText(/MaskMend sample.*no work kept/);
  await expect(projects.last()).toContainText(/Opened files.*work kept on 1 image/);
  await page.reload();
  await editor.button("Resume Opened files").click();
  await editor.imageOpen("scene");
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "4800");
  await editor.button("Start screen").click();
  await expect(projects.first()).toContainText("Opened files");

  await editor.button("Remove MaskMend sample").click();
  await expect(projects).toHaveCount(1);
  await editor.button("Remove Opened files").click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await expect(projects).toHaveCount(1);
  await editor.button("Remove Opened files").click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(projects).toHaveCount(0);
  await page.reload();
  await expect(editor.button("Try the sample")).toBeVisible();
  await expect(projects).toHaveCount(0);
});
