import { expect, test, tinyModel, tinyModelWithSupport } from "../fixtures/test.ts";

/** On two cores: twenty-four images to encode, and what they show to be fitted. */
const patience = 120_000;

test("classes are learnt from the whole set in the background, and known again after a reload", async ({
  page,
  editor,
}) => {
  await editor.start(`?backend=wasm&model=${tinyModelWithSupport}`);
  await editor.trySample();
  await editor.button("Got it").click();
  const support = page.locator("[data-support]");
  await expect(support).toHaveText(/^Learning from labels: \d+ of 24 images Stop$/);
  await editor.button("Stop").click();
  await expect(support).toHaveText("Learning from labels stopped Go on");
  await editor.button("Go on").click();
  await expect(support).toHaveText(/^Learnt \d+ classes from 24 images$/, { timeout: patience });

  // Live requests are answered with it.
  await editor.choose("Mask rectangle");
  await editor.drag([
    { x: 200, y: 200 },
    { x: 240, y: 240 },
  ]);
  await expect(page.getByTestId("announcements")).toContainText(/Final: \d+ suggestion/);

  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("01-street");
  // What was kept is fitted again, and no image is encoded.
  const seen: string[] = [];
  await expect(async () => {
    seen.push((await support.textContent()) ?? "");
    expect(seen.at(-1)).toMatch(/^Learnt \d+ classes from 24 images$/);
  }).toPass({ timeout: patience, intervals: [20] });
  expect(seen.filter((text) => /: [1-9]\d* of/.test(text))).toEqual([]);

  // Its panel gave way to the rows that wait.
  await editor.button("Reconstruct panel").click();
  const other = page.getByRole("switch", { name: "Learn from the other labels" });
  await other.uncheck();
  await expect(support).toHaveCount(0);
  await other.check();
  await expect(support).toHaveText(/^Learnt \d+ classes from 24 images$/, { timeout: patience });
});

test("a model that cannot be told of other images offers nothing of it", async ({ page, editor }) => {
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  await editor.engineReady("wasm");
  await expect(page.locator("[data-support]")).toHaveCount(0);
  await expect(page.getByRole("switch", { name: "Learn from the other labels" })).toHaveCount(0);
});
