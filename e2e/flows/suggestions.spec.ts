import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compareLabels, sampleFile } from "../fixtures/files.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

/**
 * Written by `python3 -m lmae.find --model ../public/models/lmae-small --folder ../public/samples/images ../public/samples/labels
 * --classes ../public/samples/classes.json --suggestions ../e2e/fixtures/suggestions.jsonl`, and ended after the first image.
 */
const file = join(import.meta.dirname, "../fixtures/suggestions.jsonl");
const [header, first] = readFileSync(file, "utf8").trim().split("\n");
const { label, score, regions } = JSON.parse(first) as {
  label: string;
  score: number;
  regions: { area: number; confidence: number }[];
};

async function importing(editor: { page: import("@playwright/test").Page }, name: string, text: string): Promise<void> {
  const { page } = editor;
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("menuitem", { name: "Import suggestions or decisions..." }).click();
  await (await chooser).setFiles([{ name, mimeType: "application/json", buffer: Buffer.from(text) }]);
}

test("suggestions that Python wrote open on the sample, are reviewed by keyboard and leave as an exported label", async ({
  page,
  editor,
}) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  expect(label).toBe("labels/01-street.png");
  await importing(editor, "suggestions.jsonl", `${header}\n${first}\n`);
  const said = page.getByTestId("announcements");
  await expect(said).toContainText(/rows? to review in 1 image/);
  const rows = Number(/(\d+) rows? to review/.exec((await said.textContent()) ?? "")?.[1]);
  // A region's parts that lie apart are decided one by one.
  expect(rows).toBeGreaterThanOrEqual(regions.length);
  await expect(editor.list("Found")).toHaveAttribute("aria-selected", "true");
  await expect(editor.found()).toHaveCount(rows);
  await page.screenshot({ path: test.info().outputPath("imported.png") });
  await editor.canvas.focus();

  // Its label quality and its heat map are there without a search.
  expect(score).toBeLessThan(0.995);
  await page.keyboard.press("v");
  const grid = page.getByRole("grid", { name: "Images" });
  await expect(grid.getByRole("gridcell", { name: /, score / })).toHaveCount(1);
  await expect(grid.getByRole("gridcell", { name: /^01-street,/ })).toHaveAccessibleName(
    new RegExp(`, score ${Math.round(100 * score)}\\b`),
  );
  await page.keyboard.down("h");
  await expect(page.locator("canvas[data-heat]")).toHaveCount(1);
  await page.screenshot({ path: test.info().outputPath("heat.png") });
  await page.keyboard.up("h");
  await page.keyboard.press("v");
  await editor.canvas.focus();
  await page.keyboard.press("y");
  await expect(editor.suggestions()).toHaveCount(rows - 1);
  const { bytes } = await editor.export("This label as a file");
  const { sameFormat, changed } = compareLabels(sampleFile(label), bytes);
  expect(sameFormat).toBe(true);
  expect(changed.length).toBe(await editor.pixels("changed"));
  expect(changed.length).toBeGreaterThan(0);

  // A second time: what was decided stays.
  await importing(editor, "suggestions.jsonl", `${header}\n${first}\n`);
  await expect(page.getByTestId("announcements")).toContainText("was in before");
  await expect(editor.suggestions()).toHaveCount(rows - 1);
});

test("a file that is cut off says the line and what is in; one of another data set is refused", async ({
  page,
  editor,
}) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  await importing(editor, "cut.jsonl", `${header}\n${first}\n${first.slice(0, 200)}`);
  const report = page.getByRole("dialog", { name: "Suggestions of cut.jsonl" });
  await expect(report).toContainText("Line 3 is cut off");
  await expect(report).toContainText("in 1 image.");
  await page.screenshot({ path: test.info().outputPath("report.png") });
  await report.getByRole("button", { name: "Continue" }).click();
  await importing(editor, "other.jsonl", `${header}\n${first.replace(label, "elsewhere/x.png")}\n`);
  await expect(editor.toasts).toContainText("None of its 1 image is in this data set");
});
