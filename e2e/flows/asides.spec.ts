import { violations } from "../fixtures/axe.ts";
import { compareLabels, label, payload, picture } from "../fixtures/files.ts";
import { base64, pickOwnFolder, readDisk, writeFolder } from "../fixtures/ownFolder.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const [width, height] = [120, 80];
const then = label(width, height, (x) => (x < 60 ? 1 : 2));
/** The same with a column that somebody else changed meanwhile. */
const now = label(width, height, (x) => (x === 0 ? 3 : x < 60 ? 1 : 2));

test("work that does not fit its label file any more is applied once the file it was made for is given, and undone", async ({
  page,
  editor,
}) => {
  const path = "labels/scene.png";
  await pickOwnFolder(page, "project");
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  const photo = base64(picture(width, height));
  await writeFolder(
    page,
    "project",
    new Map([
      ["images/scene.png", photo],
      [path, base64(then)],
    ]),
  );
  await editor.button("Open folder").click();
  await editor.imageOpen("scene");
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.paintWith("class 2");
  await editor.choose("Fill");
  await editor.click({ x: 20, y: 20 });
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "4800");
  await writeFolder(page, "project", new Map([[path, base64(now)]]));

  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("scene");
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "0");
  await editor.toasts.getByRole("button", { name: "Work set aside…" }).click();
  const row = page.getByRole("region", { name: path });
  await row.getByRole("button", { name: `Apply work on ${path}` }).click();
  await expect(row).toContainText("can be told only with the label file as it was then");
  const choose = async (bytes: Uint8Array): Promise<void> => {
    const chooser = page.waitForEvent("filechooser");
    await row.getByRole("button", { name: "Choose the label file" }).click();
    await (await chooser).setFiles([payload("scene.png", bytes)]);
  };
  await choose(now);
  await expect(row).toContainText("That is not the label file");
  await choose(then);
  await expect(row).toContainText("4,800 pixels of the label would change. Of these 80 hold another class");
  expect.soft(await violations(page), "the dialog").toEqual([]);
  await row.getByRole("button", { name: "Only the 4,720 pixels that are as they were" }).click();
  await expect(page.getByTestId("announcements")).toContainText("4,720 pixels of scene were changed");
  await page.keyboard.press("Escape");
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", "4720");
  const { changed, after, sameFormat } = compareLabels(now, (await editor.export("This label as a file")).bytes);
  expect(sameFormat).toBe(true);
  expect(changed).toHaveLength(4720);
  expect(after.every((id, i) => id === (i % width === 0 ? 3 : 2))).toBe(true);
  await editor.canvas.press("Control+z");
  expect((await editor.export("This label as a file")).bytes).toEqual(now);
  expect((await readDisk(page)).get(`project/${path}`)).toBe(base64(now));
});
