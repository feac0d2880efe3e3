import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";

/** What axe finds wrong now that keeps somebody from using the app, each as "rule: element". */
async function violations(page: Page): Promise<readonly string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ""}`));
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds no serious fault on any screen, ${colorScheme}`, async ({ page, editor }) => {
    // Half shown things have half their contrast.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const check = async (screen: string): Promise<void> => {
      expect.soft(await violations(page), screen).toEqual([]);
    };
    await editor.start("?backend=wasm");
    await check("start screen");

    await editor.trySample();
    await editor.engineReady("wasm");
    await check("editor with first steps");
    await editor.button("Got it").click();

    await editor.choose("Mask brush");
    await editor.setSlider("Brush size", 60);
    await editor.drag([
      { x: 200, y: 200 },
      { x: 320, y: 240 },
    ]);
    await expect(editor.suggestions()).not.toHaveCount(0);
    await expect(editor.status.locator('[data-engine="ready"]')).toBeVisible();
    await check("review with rows");

    for (const [name, shown] of [
      ["Export", "menu"],
      ["Review menu", "menu"],
      ["View options", "dialog"],
      ["Settings", "dialog"],
      ["About", "dialog"],
      ["Add class", "dialog"],
    ] as const) {
      await editor.button(name).click();
      await expect(page.getByRole(shown)).toBeVisible();
      await check(name);
      if (name === "Settings") {
        await page.getByRole("tab", { name: "Keys" }).click();
        await check("settings, keys");
      }
      await page.keyboard.press("Escape");
      await expect(page.getByRole(shown)).toHaveCount(0);
    }

    await editor.canvas.focus();
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
    await check("list of keys");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+b");
    await expect(page.getByRole("navigation", { name: "Images" })).toBeVisible();
    await check("list of images");
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("textbox", { name: "Find a command" })).toBeVisible();
    await check("command palette");
    await page.keyboard.press("Escape");

    await editor.button("Start screen").click();
    await expect(editor.resume).toBeVisible();
    await check("start screen with a recent project");
  });
}
