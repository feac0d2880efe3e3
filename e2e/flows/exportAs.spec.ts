import "../../.ci/vite/fetchFiles.ts";
import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { decodePng } from "../../src/formats/png/index.ts";
import { label, payload, picture } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const [width, height] = [96, 64];
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("an edited set is exported as MMSegmentation: losses are said before, ids and photographs are in the zip", async ({
  editor,
}) => {
  const { page } = editor;
  const photo = picture(width, height);
  // Left half 3, right half 7; their names are unknown, and 255 is void.
  const mask = label(width, height, (x, y) => (y < 4 ? 255 : x < 48 ? 3 : 7));
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([payload("a_image.png", photo), payload("a_label.png", mask)]);
  await editor.imageOpen("a");
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.choose("Pick class");
  await editor.click({ x: 80, y: 30 });
  await editor.choose("Class brush");
  await editor.setSlider("Brush size", 1);
  await editor.click({ x: 20, y: 30 });
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "1");

  await editor.button("Export").click();
  await page.getByRole("menuitem", { name: /Export as/ }).click();
  const dialog = page.getByRole("dialog", { name: "Export as" });
  await dialog.getByRole("radio", { name: "MMSegmentation" }).check();
  await expect(dialog).toContainText("Ids are numbered anew: class 3 3 becomes 0, class 7 7 becomes 1.");
  await expect(dialog).toContainText("Void is written as 255 (ignore_index).");
  await expect(dialog.getByRole("checkbox", { name: "With the photographs" })).toBeChecked();
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: /Export/ }).click();
  const zip = unzipSync(new Uint8Array(readFileSync(await (await download).path())));

  expect(Object.keys(zip).sort()).toEqual([
    "ann_dir/train/a_image.png",
    "conversion.txt",
    "dataset_meta.json",
    "img_dir/train/a_image.png",
  ]);
  expect(Buffer.compare(zip["img_dir/train/a_image.png"], photo)).toBe(0);
  const { samples } = decodePng(zip["ann_dir/train/a_image.png"]);
  const wrong = [...samples.keys()].filter((i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return samples[i] !== (y < 4 ? 255 : x >= 48 || (x === 20 && y === 30) ? 1 : 0);
  });
  expect(wrong).toEqual([]);
  expect(JSON.parse(text(zip["dataset_meta.json"])).classes).toEqual(["class 3", "class 7"]);
  expect(text(zip["conversion.txt"])).toContain("class 3 3 becomes 0");
});

test("a set is exported also while none of its images is open: no photograph can be decoded", async ({ editor }) => {
  const { page } = editor;
  const mask = label(width, height, (x) => (x < 48 ? 3 : 7));
  const photo = picture(width, height);
  const damaged = photo.slice(0, photo.length / 2);
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([payload("a_image.png", damaged), payload("a_label.png", mask)]);
  await expect(page.getByText("No image is open")).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press("Escape");
  await editor.button("Export").click();
  const download = page.waitForEvent("download", { timeout: 20_000 });
  await page.getByRole("menuitem", { name: "All labels as zip" }).click();
  const zip = unzipSync(new Uint8Array(readFileSync(await (await download).path())));
  expect(Object.keys(zip)).toContain("a_label.png");
});
