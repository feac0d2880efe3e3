import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { unzipSync } from "fflate";
import type { LabelMap } from "../../src/core/labelMap.ts";
import { decodeRegion, type SuggestedImage, type SuggestedRegion } from "../../src/formats/exchange/suggestions.ts";
import { decodePng } from "../../src/formats/png/index.ts";
import { compareLabels, payload, sampleFile } from "../fixtures/files.ts";
import { runCommand, tabTo } from "../fixtures/keyboard.ts";
import { countSearches, searches } from "../fixtures/searches.ts";
import { expect, test } from "../fixtures/test.ts";

/** On two cores: the set is learnt from, and three images are searched. */
const patience = 500_000;
const names = ["01-street", "02-street", "03-street"];

const announced = (page: Page) => page.getByTestId("announcements");

/** A decision as the app said it. */
interface Said {
  readonly verdict: "Accepted" | "Rejected";
  readonly image: string;
  readonly pixels: number;
}

/** Decides on the finding that is shown, by its key. */
async function decide(page: Page, key: "y" | "n"): Promise<Said> {
  const before = await announced(page).textContent();
  await page.keyboard.press(key);
  await expect(announced(page)).not.toHaveText(before ?? "");
  // The next one is there to be seen, or there is none: a key means nothing before.
  await expect(announced(page)).toHaveText(/ \d+ of \d+: |All .+ decided[^:]*\.$/);
  const text = (await announced(page).textContent()) ?? "";
  const [, verdict, image, count] = /^(Accepted|Rejected): .+? in (\S+), ([\d,]+) pixels?\./.exec(text) ?? [];
  expect(verdict, text).toBe(key === "y" ? "Accepted" : "Rejected");
  return { verdict: verdict as Said["verdict"], image, pixels: Number(count.replaceAll(",", "")) };
}

/** How many objects and boundaries wait, as the tabs say. */
async function countsOfTabs(page: Page): Promise<readonly [number, number]> {
  const tabs = page.getByRole("radiogroup", { name: "What to review" });
  await expect(tabs).toContainText(/Objects \d+/);
  const text = (await tabs.textContent()) ?? "";
  const count = (name: string) => Number(new RegExp(`${name} (\\d+)`).exec(text)?.[1]);
  return [count("Objects"), count("Boundaries")];
}

async function download(page: Page, command: string): Promise<Uint8Array> {
  const coming = page.waitForEvent("download");
  await runCommand(page, command);
  return new Uint8Array(readFileSync(await (await coming).path()));
}

/** What was found, by image, as the app writes it for others. */
async function suggestions(page: Page): Promise<ReadonlyMap<string, readonly SuggestedRegion[]>> {
  const text = new TextDecoder().decode(await download(page, "Suggestions (suggestions.jsonl)"));
  const [, ...lines] = text.trim().split("\n");
  const images = lines.map((line) => JSON.parse(line) as SuggestedImage);
  return new Map(images.map(({ label, regions }) => [label.replace(/^labels\/|\.png$/g, ""), regions]));
}

/** A label with what was accepted of its regions written into it. */
function corrected(name: string, regions: readonly SuggestedRegion[]): LabelMap {
  const { width, height, samples } = decodePng(sampleFile(`labels/${name}.png`));
  const data = Uint16Array.from(samples);
  for (const one of regions) {
    const { region, ids } = decodeRegion(one);
    region.bits.forEach((bit, i) => {
      const at = (region.rect.y + Math.floor(i / region.rect.width)) * width + region.rect.x + (i % region.rect.width);
      if (bit === 1) data[at] = ids[i];
    });
  }
  return { width, height, data };
}

test("the sample is scanned, reviewed and exported by the keyboard alone, over two reloads, and opens again as it was left", async ({
  page,
  editor,
}) => {
  test.setTimeout(2 * patience);
  await countSearches(page);
  const scan = page.getByTestId("scan-status");
  const done = async () => Number(/(\d+)(?:\/| of )\d/.exec((await scan.textContent()) ?? "")?.[1] ?? Number.NaN);
  const resume = async () => {
    await tabTo(page, /^Resume /);
    await page.keyboard.press("Enter");
    await expect(editor.mirror("image").or(page.getByRole("grid", { name: "Images" }))).toBeAttached();
  };

  await editor.start("?backend=wasm");
  await tabTo(page, "Try the sample");
  await page.keyboard.press("Enter");
  await expect(editor.mirror("image")).toContainText("Image 01-street,");
  await page.keyboard.press("v");
  await expect(page.getByRole("grid", { name: "Images" })).toBeVisible();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await expect(announced(page)).toHaveText("3 images selected");
  await editor.engineReady("wasm");
  await runCommand(page, "Find errors in all images");
  await expect(page.getByTestId("scan-scope")).toHaveText("3 images will be searched.");
  await tabTo(page, "Start scan");
  await page.keyboard.press("Enter");
  await expect(scan).toHaveAttribute("data-scan", "running");

  // In the middle of the scan.
  await expect.poll(done, { timeout: patience, intervals: [100] }).toBeGreaterThan(0);
  const before = await done();
  await page.reload();
  await resume();
  await expect(scan).toHaveAttribute("data-scan", "running");
  expect(await done()).toBeGreaterThanOrEqual(before);
  await expect(scan).toBeHidden({ timeout: patience });
  const asked = await searches(page);
  expect(new Set(asked).size).toBe(names.length);
  // Twice was at most the one that the reload took away in the middle.
  expect(asked.length).toBeLessThanOrEqual(names.length + 1);

  const found = await suggestions(page);
  expect([...found.keys()]).toEqual(names);
  const total = [...found.values()].reduce((sum, regions) => sum + regions.length, 0);
  expect(total).toBeGreaterThan(4);

  // One after the other, the objects first; in the middle the page is reloaded.
  await page.keyboard.press("Shift+Q");
  const [objects, boundaries] = await countsOfTabs(page);
  expect(objects + boundaries).toBe(total);
  const said: Said[] = [];
  for (let i = 0; i < total; i++) {
    const isObject = i < objects;
    const left = isObject ? objects - i : total - i;
    if (i === objects) await page.keyboard.press("u");
    await expect(announced(page)).toHaveText(new RegExp(` 1 of ${left}: |^1 of ${left}: `));
    if (i === Math.floor(objects / 2)) {
      await expect(page.locator('[data-saved="saved"]')).toBeVisible();
      await page.reload();
      await resume();
      await page.keyboard.press("Shift+Q");
      await expect(announced(page)).toHaveText(new RegExp(`^1 of ${left}: `));
    }
    said.push(await decide(page, i % 3 === 2 ? "n" : "y"));
    if (i === objects - 1 && boundaries > 0) {
      await expect(announced(page)).toHaveText(new RegExp(`All objects are decided, ${boundaries} boundar`));
    }
  }
  await expect(announced(page)).toHaveText(/All is decided\.$/);

  // What was decided, by image and in any order, once each.
  const decided = await suggestions(page);
  for (const name of names) {
    const regions = decided.get(name) ?? [];
    expect(regions).toHaveLength(found.get(name)?.length ?? -1);
    const own = said.filter(({ image }) => image === name);
    const verdicts = (of: "accepted" | "rejected") => regions.filter(({ decision }) => decision === of).length;
    expect(verdicts("accepted")).toBe(own.filter(({ verdict }) => verdict === "Accepted").length);
    expect(verdicts("rejected")).toBe(own.filter(({ verdict }) => verdict === "Rejected").length);
  }

  const zip = await download(page, "All labels as zip");
  const files = unzipSync(zip);
  const { images } = JSON.parse(new TextDecoder().decode(files["changes.json"])) as {
    images: { label: string; changedPixels: number; regions: { decision: string; area: number }[] }[];
  };
  for (const name of names) {
    const path = `labels/${name}.png`;
    const accepted = (decided.get(name) ?? []).filter(({ decision }) => decision === "accepted");
    const { after, changed, sameFormat } = compareLabels(sampleFile(path), files[path]);
    expect(sameFormat).toBe(true);
    expect(after).toEqual(corrected(name, accepted).data);
    const record = images.find(({ label }) => label === path);
    expect(record?.changedPixels ?? 0).toBe(changed.length);
    // As it was said at each accept; what two regions share was written twice.
    const areasOf = (decision: string) =>
      (record?.regions ?? []).flatMap((one) => (one.decision === decision ? [one.area] : [])).sort((a, b) => a - b);
    const saidOf = (verdict: Said["verdict"]) =>
      said.flatMap((one) => (one.image === name && one.verdict === verdict ? [one.pixels] : [])).sort((a, b) => a - b);
    expect(areasOf("accepted")).toEqual(saidOf("Accepted"));
    // A rejected region is noted whole; what was said is what accepting it would have changed, beside what was accepted before.
    const rejected = (decided.get(name) ?? []).filter(({ decision }) => decision === "rejected");
    const whole = rejected.map((one) => decodeRegion(one).region.bits.reduce((sum, bit) => sum + bit, 0));
    expect(areasOf("rejected")).toEqual(whole.sort((a, b) => a - b));
    for (const [i, pixels] of saidOf("Rejected").entries()) expect(pixels).toBeLessThanOrEqual(whole[i]);
  }

  // Opened again, with the photographs: it leaves as it came.
  const labels = Object.keys(files).filter((path) => path.endsWith(".png"));
  const sample = JSON.parse(new TextDecoder().decode(sampleFile("index.json"))) as { files: readonly string[] };
  expect([...labels].sort()).toEqual(sample.files.filter((path) => path.startsWith("labels/")).sort());
  await runCommand(page, "Start screen");
  await expect(editor.button("Try the sample")).toBeVisible();
  const chooser = page.waitForEvent("filechooser");
  await tabTo(page, "Open files");
  await page.keyboard.press("Enter");
  const photographs = labels.map((path) => {
    const name = path.replace(/^labels\/|\.png$/g, "");
    return payload(`${name}.jpg`, sampleFile(`images/${name}.jpg`));
  });
  await (await chooser).setFiles([payload("labels.zip", zip), ...photographs]);
  const grid = page.getByRole("grid", { name: "Images" });
  await expect(grid.getByRole("gridcell", { name: /01-street/ })).toBeVisible();
  const again = unzipSync(await download(page, "All labels as zip"));
  for (const path of labels) expect(again[path], path).toEqual(files[path]);
});
