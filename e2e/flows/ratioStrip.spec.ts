import { violations } from "../fixtures/axe.ts";
import { label, payload, picture } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

test("candidates at several mask ratios are previewed, picked by key, and accepted where all agree", async ({
  editor,
}) => {
  const { page } = editor;
  await page.setViewportSize({ width: 1024, height: 768 });
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.openFiles([
    payload("scene_image.png", picture(200, 120)),
    payload(
      "scene_label.png",
      label(200, 120, (x) => (x < 120 ? 1 : 2)),
    ),
  ]);
  await editor.imageOpen("scene");
  await editor.engineReady("wasm");
  const strip = page.getByRole("region", { name: "Mask ratios" });
  // Folded in a window of this height, and unfolded it stays so.
  const fold = strip.getByRole("button", { name: "Mask ratios", exact: true });
  await expect(fold).toHaveAttribute("aria-expanded", "false");
  await fold.click();
  await expect(strip).toContainText("Mask what is wrong");
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x: 100, y: 30 },
    { x: 139, y: 69 },
  ]);
  const tiles = strip.getByRole("button", { name: /^Mask ratio \d/ });
  await expect(tiles).toHaveCount(5, { timeout: 60_000 });
  await expect(strip.getByRole("button", { name: /confidence/ })).toHaveCount(5, { timeout: 60_000 });
  const before = await editor.pixels("changed");
  await tiles.nth(3).focus();
  expect(await editor.pixels("changed")).toBe(before);
  await editor.choose("Mask rectangle");
  await page.keyboard.press("Alt+4");
  await expect(tiles.nth(3)).toHaveAttribute("aria-pressed", "true");
  await expect(tiles.nth(0)).toHaveAttribute("aria-pressed", "false");
  expect(await violations(page)).toEqual([]);
  const accept = strip.getByRole("button", { name: /^Accept where all agree/ });
  const count = Number(/: ([\d,]+) px/.exec((await accept.textContent()) ?? "")?.[1]?.replace(",", "") ?? 0);
  if (count > 0) {
    await accept.click();
    expect(await editor.pixels("changed")).toBe(before + count);
    await editor.button("Undo").click();
  } else await expect(accept).toHaveAttribute("aria-disabled", "true");
  expect(await editor.pixels("changed")).toBe(before);
  await expect(tiles).toHaveCount(5, { timeout: 60_000 });
});
