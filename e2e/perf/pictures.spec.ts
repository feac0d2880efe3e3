import { join } from "node:path";
import { runCommand } from "../fixtures/keyboard.ts";
import { brushOver, damagesOf } from "../fixtures/repair.ts";
import { expect, test } from "../fixtures/test.ts";

/** The pictures of README.md, of the sample alone; `npm run measure -- pictures.spec` writes them anew. */
const folder = join(import.meta.dirname, "../baselines");
const patience = 900_000;

test.use({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });

test("the editor, the grid and the review as README.md shows them", async ({ page, editor }) => {
  test.setTimeout(patience);
  const shoot = async (name: string) => {
    // Toasts and hovering are of the moment.
    await page.mouse.move(640, 2);
    await expect(page.locator("[data-mantine-stop-propagation], .mantine-Notification-root")).toHaveCount(0, {
      timeout: 20_000,
    });
    await page.screenshot({ path: join(folder, `${name}.jpg`), type: "jpeg", quality: 82 });
  };
  await editor.start("?backend=wasm");
  await editor.trySample();
  await editor.button("Got it").click();
  await editor.engineReady("wasm");
  await expect(editor.status).toContainText("Learnt", { timeout: 300_000 });
  await brushOver(editor, damagesOf("01-street")[1]);
  await expect(page.getByTestId("announcements")).toContainText(/Final: /, { timeout: 60_000 });
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();
  await shoot("editor");
  await page.keyboard.press("Escape");

  await editor.canvas.press("v");
  await expect(page.getByRole("grid", { name: "Images" })).toBeVisible();
  await runCommand(page, "Find errors in all images");
  await editor.button("Start scan").click();
  const scan = page.getByTestId("scan-status");
  await expect(scan).toHaveAttribute("data-scan", "running");
  await expect(scan).toBeHidden({ timeout: patience });
  await shoot("grid");

  await page.keyboard.press("Shift+Q");
  await expect(page.getByText(/^1 of \d+$/)).toBeVisible();
  // The crops of the cards in sight are drawn one by one.
  await page.waitForFunction(() => {
    return (
      [...document.querySelectorAll<HTMLCanvasElement>("nav canvas")]
        .filter((canvas) => canvas.getBoundingClientRect().bottom < innerHeight)
        // Beyond the image's border a crop stays empty.
        .every((canvas) => canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean))
    );
  });
  await shoot("review");
});
