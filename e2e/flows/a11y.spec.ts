import { violations } from "../fixtures/axe.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

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

  test(`axe finds no serious fault in the lists to review and in dialogs that ask, ${colorScheme}`, async ({
    page,
    editor,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const check = async (screen: string): Promise<void> => {
      expect.soft(await violations(page), screen).toEqual([]);
    };
    await editor.start(`?backend=wasm&model=${tinyModel}`);
    await editor.trySample();
    await editor.engineReady("wasm");
    await editor.button("Got it").click();
    await editor.choose("Mask rectangle");
    await editor.drag([
      { x: 200, y: 200 },
      { x: 320, y: 300 },
    ]);
    await expect(page.getByTestId("announcements")).toContainText("Final: ");
    for (const name of ["Found", "Checks"] as const) {
      await editor.list(name).click();
      await expect(editor.list(name)).toHaveAttribute("aria-selected", "true");
      await check(`${name} before anything was looked for`);
    }
    const rule = editor.panel("Review").locator("[aria-expanded]");
    await expect(rule.first()).toBeVisible();
    await rule.first().click();
    await check("a rule of the checks, unfolded");
    await editor.list("Live").click();
    await editor.canvas.press("t");
    await expect(page.getByRole("combobox", { name: "Search classes" })).toBeFocused();
    await check("other class");
    await page.keyboard.press("Escape");

    await editor.button("Edit class car").click();
    await editor.button("Delete class").click();
    await expect(page.getByRole("dialog", { name: "Delete class car" })).toBeVisible();
    await check("delete a class");
    await page.keyboard.press("Escape");
    await editor.button("Export").click();
    await page.getByRole("menuitem", { name: "Export as..." }).click();
    await expect(page.getByRole("dialog", { name: "Export as" })).toBeVisible();
    await check("export as");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });
}
