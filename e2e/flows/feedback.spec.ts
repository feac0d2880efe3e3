import type { Locator } from "@playwright/test";
import { violations } from "../fixtures/axe.ts";
import { keepFound, openedProject } from "../fixtures/foundRows.ts";
import { classId } from "../fixtures/samples/classes.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const [pavement, road, tree, building] = (["pavement", "road", "tree", "building"] as const).map(classId);

test("decisions move how sure other rows are, here and in the next image; undo and the switch take that back", async ({
  page,
  editor,
}) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  const { id, key } = await openedProject(page);
  await page.reload();
  await expect(editor.button("Try the sample")).toBeVisible();
  await keepFound(page, id, {
    [key]: [
      { from: pavement, to: road, confidences: [0.72, 0.64, 0.6] },
      { from: tree, to: building, confidences: [0.66] },
    ],
    [key.replace("01-street", "02-street")]: [{ from: pavement, to: road, confidences: [0.64] }],
  });
  await editor.resume.click();
  await editor.imageOpen("01-street");
  await editor.button("Got it").click();

  const lines = (): Promise<string[]> => editor.suggestions().allTextContents();
  const confidences = async () => (await lines()).map((line) => /(\w+) to .*confidence (\d+)/.exec(line)?.slice(1));
  const row = (text: string): Locator => editor.panel("Review").getByRole("button", { name: text });
  const before = [
    ["pavement", "72"],
    ["tree", "66"],
    ["pavement", "64"],
    ["pavement", "60"],
  ];
  await expect(editor.suggestions()).toHaveCount(4);
  expect(await confidences()).toEqual(before);
  await editor.canvas.press("y");
  await expect(editor.suggestions("accepted")).toHaveCount(1);
  expect(await confidences()).toEqual([
    ["pavement", "69"],
    ["tree", "66"],
    ["pavement", "65"],
  ]);
  await expect(row("Model alone: 64 %")).toBeVisible();
  // What is ranked first by now is selected, as the keys decide on it.
  await expect(row("Model alone: 64 %")).toHaveAttribute("aria-current", "true");
  expect.soft(await violations(page), "rows that decisions moved").toEqual([]);

  await editor.canvas.press("Control+z");
  await expect(editor.suggestions()).toHaveCount(4);
  expect(await confidences()).toEqual(before);
  await editor.canvas.press("Control+y");
  await expect(row("Model alone: 64 %")).toBeVisible();
  await editor.canvas.press("n");
  await expect(editor.suggestions("rejected")).toHaveCount(1);
  expect((await confidences()).map((one) => one?.[0])).toEqual(["tree", "pavement"]);
  await editor.canvas.press("Control+z");

  // Another row of these classes in another image, and after a reload.
  await editor.button("Next image").click();
  await editor.imageOpen("02-street");
  await expect(row("Model alone: 64 %")).toBeVisible();
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();
  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("02-street");
  await expect(row("Model alone: 64 %")).toBeVisible();

  await editor.button("Review menu").click();
  await page.getByRole("menuitemcheckbox", { name: "Rank by my decisions" }).click();
  await expect(row("Model alone: 64 %")).toHaveCount(0);
  expect(await confidences()).toEqual([["pavement", "64"]]);
});
