import { label, payload, picture } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

test("a list of 9,000 class names opens with as many rows as fit; the last class paints", async ({ editor, page }) => {
  const names = Array.from({ length: 9000 }, (_, id) => `class ${id}`).join("\n");
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([
    payload("a_image.png", picture(64, 48)),
    payload(
      "a_label.png",
      label(64, 48, (x) => (x < 32 ? 1 : 2)),
    ),
    payload("classes.txt", new TextEncoder().encode(names)),
  ]);
  await editor.imageOpen("a");
  const rows = editor.panel("Classes").getByRole("button", { name: /^Paint with class / });
  await expect(rows.first()).toBeVisible();
  expect(await rows.count()).toBeLessThan(150);
  await rows.first().hover();
  await page.mouse.wheel(0, 1e7);
  await page.getByRole("button", { name: "Paint with class 8999", exact: true }).click();
  await expect(editor.panel("Classes")).toContainText("paints class 8999");
});
