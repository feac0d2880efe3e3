import { unzipSync } from "fflate";
import type { ChangesFile } from "../../src/export/changes.ts";
import { brushOver, damagesOf } from "../fixtures/repair.ts";
import { expect, test, tinyModel } from "../fixtures/test.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("a report of the sample after two decisions agrees with changes.json and says who reviewed", async ({
  editor,
}) => {
  const { page } = editor;
  await editor.start(`?backend=wasm&model=${tinyModel}`);
  await editor.trySample();
  await editor.button("Got it").click();
  await editor.button("Settings").click();
  await page.getByRole("textbox", { name: "Your name" }).fill("Ada <b>");
  await page.keyboard.press("Escape");
  await editor.engineReady("wasm");
  await brushOver(editor, damagesOf("01-street")[0]);
  await editor.button("Accept").click();
  await editor.paintWith("car");
  await editor.choose("Fill");
  await editor.click({ x: 320, y: 20 });

  const changes = JSON.parse(text((await editor.export("List of changes")).bytes)) as ChangesFile;
  const { name, bytes } = await editor.export("Report");
  expect(name).toMatch(/-report\.zip$/);
  const zip = unzipSync(bytes);
  const beside = JSON.parse(text(zip["changes.json"])) as ChangesFile;
  expect(beside.images).toEqual(changes.images);
  const [image] = changes.images;
  const written = image.regions.filter(({ decision }) => decision === null || decision === "accepted");
  const pixels = written.reduce((sum, { area }) => sum + area, 0);
  const rows = text(zip["pairs.csv"]).trim().split("\r\n").slice(1);
  const sum = rows.reduce((all, row) => all + Number(row.split(",").at(-2)), 0);
  expect(pixels).toBeGreaterThan(0);
  expect(sum).toBe(pixels);

  const report = await page.context().newPage();
  await report.setContent(text(zip["report.html"]));
  await expect(report.getByText("Ada <b>", { exact: true })).toBeVisible();
  const changed = image.changedPixels.toLocaleString("en");
  await expect(report.getByText(`${changed} pixels in 1 image`, { exact: true })).toBeVisible();
  const accepted = image.regions.filter(({ decision }) => decision === "accepted").length;
  await expect(report.getByText(new RegExp(`^${accepted} accepted, `))).toBeVisible();
  const crops = report.locator("figure img");
  expect(await crops.count()).toBeGreaterThan(0);
  expect(await crops.first().evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(20);
  if (process.env.SHOTS) {
    for (const colorScheme of ["light", "dark"] as const) {
      await report.emulateMedia({ colorScheme });
      await report.screenshot({ path: `${process.env.SHOTS}/report-${colorScheme}.png`, fullPage: true });
    }
  }
});
