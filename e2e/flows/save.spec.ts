import type { Page } from "@playwright/test";
import { compareLabels, sampleFile } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const files = ["images/05-fields.jpg", "labels/05-fields.png"];

test("Save writes the label back into the opened folder and keeps a backup", async ({ page, editor }) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  // A real directory handle without the system's dialog: the origin's private folder.
  await page.evaluate(
    async (entries) => {
      const home = await navigator.storage.getDirectory();
      const project = await home.getDirectoryHandle("project", { create: true });
      for (const [path, base64] of entries) {
        const [folder, name] = path.split("/");
        const file = await (await project.getDirectoryHandle(folder, { create: true })).getFileHandle(name, {
          create: true,
        });
        const writable = await file.createWritable();
        await writable.write(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
        await writable.close();
      }
      Object.assign(window, { showDirectoryPicker: async () => project });
    },
    files.map((path) => [path, Buffer.from(sampleFile(path)).toString("base64")] as const),
  );
  await editor.button("Open folder").click();
  await editor.imageOpen("05-fields");
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.choose("Fill");
  await editor.click({ x: 520, y: 200 });
  const changed = await editor.pixels("changed");
  expect(changed).toBeGreaterThan(0);
  await editor.button("Save").click();
  await expect(page.getByTestId("announcements")).toContainText(/saved/i);

  const written = await folderContent(page);
  const original = sampleFile("labels/05-fields.png");
  const saved = new Uint8Array(Buffer.from(written["labels/05-fields.png"], "base64"));
  const difference = compareLabels(original, saved);
  expect(difference.sameFormat).toBe(true);
  expect(difference.changed).toHaveLength(changed);
  const others = Object.entries(written).filter(([path]) => !files.includes(path));
  const backups = others.filter(([path]) => path.includes("05-fields"));
  expect(backups).toHaveLength(1);
  expect(Buffer.compare(Buffer.from(backups[0][1], "base64"), original)).toBe(0);

  // Its own file it knows again; what another program wrote there meanwhile stays.
  await editor.click({ x: 100, y: 100 });
  await editor.button("Save").click();
  await expect
    .poll(async () => (await folderContent(page))["labels/05-fields.png"])
    .not.toBe(written["labels/05-fields.png"]);
  await page.evaluate(async (base64) => {
    const home = await navigator.storage.getDirectory();
    const labels = await (await home.getDirectoryHandle("project")).getDirectoryHandle("labels");
    const writable = await (await labels.getFileHandle("05-fields.png")).createWritable();
    await writable.write(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
    await writable.close();
  }, Buffer.from(original).toString("base64"));
  await page.keyboard.press("Control+z");
  await editor.button("Save").click();
  await expect(page.getByTestId("announcements")).toContainText("Another program has changed it");
  expect((await folderContent(page))["labels/05-fields.png"]).toBe(Buffer.from(original).toString("base64"));
});

/** Files of the folder by path, as base64. */
function folderContent(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const found: Record<string, string> = {};
    const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === "directory") await walk(handle as FileSystemDirectoryHandle, `${path}${name}/`);
        else {
          const bytes = new Uint8Array(await (await (handle as FileSystemFileHandle).getFile()).arrayBuffer());
          found[path + name] = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
        }
      }
    };
    const home = await navigator.storage.getDirectory();
    await walk(await home.getDirectoryHandle("project"), "");
    return found;
  });
}
