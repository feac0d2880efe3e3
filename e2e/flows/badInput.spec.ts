import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { encode as encodeJpeg } from "jpeg-js";
import type { Editor, Payload } from "../fixtures/editor.ts";
import { label, payload, picture, zip } from "../fixtures/files.ts";
import { largeSet } from "../fixtures/largeSet.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const good = label(64, 48, (x) => (x < 32 ? 1 : 2));
const image = picture(64, 48);
const goodPair = [payload("good_image.png", image), payload("good_label.png", good)];

async function openWith(editor: Editor, bad: readonly Payload[] | readonly string[]): Promise<void> {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles(bad);
}

/** The report names the file and says why; the good pair is open all the same. */
async function expectReport(editor: Editor, file: string, reason: RegExp): Promise<void> {
  const report = editor.page.getByRole("dialog");
  await expect(report).toContainText(file, { timeout: 60_000 });
  await expect(report).toContainText(reason);
  await editor.page.keyboard.press("Escape");
  await expect(report).toBeHidden();
  await editor.imageOpen("good");
}

const cases: readonly (readonly [string, Payload[], string, RegExp])[] = [
  [
    "a truncated PNG",
    [payload("bad_image.png", image), payload("bad_label.png", good.subarray(0, good.length - 30))],
    "bad_label.png",
    /truncated|damaged|ends/i,
  ],
  [
    "an empty file",
    [payload("bad_image.png", image), payload("bad_label.png", new Uint8Array())],
    "bad_label.png",
    /empty|0 bytes/i,
  ],
  [
    "a mask of another size",
    [
      payload("bad_image.png", image),
      payload(
        "bad_label.png",
        label(32, 48, () => 1),
      ),
    ],
    "bad_label.png",
    /32\D+48|size/i,
  ],
  [
    "a picture with a wrong extension",
    [payload("bad_image.png", image), payload("bad_label.png", new TextEncoder().encode("GIF89a not a png at all"))],
    "bad_label.png",
    /not a PNG|PNG/i,
  ],
  [
    "a PNG that promises more pixels than memory",
    [payload("bad_image.png", image), payload("bad_label.png", hugeHeader())],
    "bad_label.png",
    /large|pixels|60,?000/i,
  ],
];

/** The good label with 60,000 x 60,000 in its header (and the header's checksum unchanged). */
function hugeHeader(): Uint8Array {
  const bytes = good.slice();
  const view = new DataView(bytes.buffer);
  view.setUint32(16, 60_000);
  view.setUint32(20, 60_000);
  return bytes;
}

for (const [name, files, file, reason] of cases) {
  test(`${name} is reported, the rest opens`, async ({ editor }) => {
    await openWith(editor, [...goodPair, ...files]);
    await expectReport(editor, file, reason);
  });
}

test("a file of 300 MB is reported, the rest opens", async ({ editor }) => {
  const folder = mkdtempSync(join(tmpdir(), "maskmend-large-"));
  try {
    const large = join(folder, "large_label.png");
    const handle = openSync(large, "w");
    ftruncateSync(handle, 301 * 1024 * 1024);
    closeSync(handle);
    await openWith(editor, await onDisk(folder, [...goodPair, payload("large_image.png", image)], large));
    await expectReport(editor, "large_label.png", /large|MB/i);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Playwright takes either paths or bytes: everything becomes a path. */
async function onDisk(folder: string, files: readonly Payload[], more: string): Promise<string[]> {
  const { writeFile } = await import("node:fs/promises");
  const paths = files.map((file) => join(folder, file.name));
  await Promise.all(files.map((file, i) => writeFile(paths[i], file.buffer)));
  return [...paths, more];
}

test("paths that leave the zip are refused, the rest opens", async ({ editor }) => {
  const evil = zip({
    "images/good.png": image,
    "labels/good.png": good,
    "../../evil.png": good,
    "/etc/evil2.png": good,
  });
  await openWith(editor, [payload("data.zip", evil)]);
  await expectReport(editor, "evil.png", /path|outside|leaves|folder/i);
});

test("a zip bomb is refused without unpacking it", async ({ editor }) => {
  // 320 MB of zeros in 0.3 MB: far more than any label needs.
  const bomb = zip({ "images/good.png": image, "labels/good.png": good, "labels/bomb.png": new Uint8Array(320 << 20) });
  await openWith(editor, [payload("data.zip", bomb)]);
  await expectReport(editor, "bomb.png", /large|MB|unpack|bomb/i);
});

test("a damaged zip is explained", async ({ editor }) => {
  const bytes = zip({ "images/good.png": image, "labels/good.png": good });
  await openWith(editor, [payload("data.zip", bytes.subarray(0, bytes.length - 40))]);
  await expect(editor.toasts.or(editor.page.getByRole("dialog")).first()).toContainText(/zip/i);
  await editor.page.keyboard.press("Escape");
  await expect(editor.button("Try the sample")).toBeVisible();
});

test("files without any label are explained", async ({ editor }) => {
  await openWith(editor, [payload("photo.jpg", new TextEncoder().encode("no picture"))]);
  await expect(editor.toasts.or(editor.page.getByRole("dialog")).first()).toBeVisible();
});

test("photographs of many images are looked at once these are listed: one of another size than its label is left out then", async ({
  page,
  editor,
}) => {
  const files = Object.fromEntries(largeSet(520));
  const other = encodeJpeg({ width: 16, height: 12, data: new Uint8Array(16 * 12 * 4) }, 80).data;
  await openWith(editor, [payload("many.zip", zipSync({ ...files, "images/00007.jpg": other }, { level: 0 }))]);
  const grid = page.getByRole("grid", { name: "Images" });
  await expect(grid).toBeVisible();
  const tile = page.locator('[role="gridcell"][data-key="labels/00007.png"]');
  await expect(page.getByText("1 image cannot be used", { exact: true })).toBeVisible();
  await expect(tile).toHaveCount(0);
  await expect(page.locator('[role="gridcell"][data-key="labels/00008.png"]')).toBeVisible();
  await expect(page.getByTestId("photographs-left")).toHaveCount(0);
  await editor.button("All problems…").click();
  await expect(page.getByRole("dialog")).toContainText("The label is 480 x 360 px, its image 16 x 12 px.");
});
