import { expect, test } from "../fixtures/test.ts";

for (const scheme of ["light", "dark"] as const) {
  test(`the built styles keep their own colours in the ${scheme} scheme`, async ({ page, editor }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await editor.start();
    await editor.trySample();
    const ground = await editor.canvas.evaluate((element) => getComputedStyle(element).backgroundColor);
    expect(ground).toBe(scheme === "light" ? "rgb(228, 231, 235)" : "rgb(19, 21, 24)");
  });
}
