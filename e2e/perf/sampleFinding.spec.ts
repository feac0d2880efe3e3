import { forEachPixel, type Region } from "../../src/core/region.ts";
import { decodeRegion, type SuggestedImage } from "../../src/formats/exchange/suggestions.ts";
import { decodePng } from "../../src/formats/png/index.ts";
import type { Editor } from "../fixtures/editor.ts";
import { sampleFile } from "../fixtures/files.ts";
import { damagesOf } from "../fixtures/repair.ts";
import type { Damage } from "../fixtures/samples/damage.ts";
import { expect, test } from "../fixtures/test.ts";

/** A find is a hit from this intersection over union with a damage on, as in `lmae.find`. */
const match = 0.5;
const anImage = 240_000;
/** One of how many images is measured: EVERY=2 takes two of each kind of scene. */
const every = Number(process.env.EVERY ?? 1);

/** An image: how many finds are hits, and are worth accepting alone, of all and of those at the advised threshold. */
interface Row {
  readonly image: string;
  readonly damages: number;
  readonly shown: number;
  readonly hits: number;
  /** At or above the threshold. */
  readonly sure: number;
  readonly sureHits: number;
  /** Of these, how many mend more pixels than they break. */
  readonly sureWorth: number;
  /** From the key to the list, all learnt. */
  readonly seconds: number;
  readonly harm: number;
  readonly repaired: number;
}

/** The ids of a label of the sample. */
function idsOf(folder: "labels" | "truth", name: string): Uint16Array {
  return decodePng(sampleFile(`${folder}/${name}.png`)).samples;
}

/** The pixels that a damage changed. */
function wrongPixels(name: string, { bbox, changes }: Damage, width: number): Set<number> {
  const [given, truth] = [idsOf("labels", name), idsOf("truth", name)];
  const pixels = new Set<number>();
  for (let y = bbox.y; y < bbox.y + bbox.height; y++) {
    for (let x = bbox.x; x < bbox.x + bbox.width; x++) {
      const pixel = y * width + x;
      if (changes.some(({ from, to }) => truth[pixel] === from && given[pixel] === to)) pixels.add(pixel);
    }
  }
  return pixels;
}

function pixelsOf(region: Region, width: number): Set<number> {
  const pixels = new Set<number>();
  forEachPixel(region, (x, y) => pixels.add(y * width + x));
  return pixels;
}

function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let both = 0;
  for (const pixel of a) both += b.has(pixel) ? 1 : 0;
  return both / (a.size + b.size - both);
}

/** Damages met by the finds, one to one, the surest first. */
function matched(found: readonly ReadonlySet<number>[], damages: readonly ReadonlySet<number>[]): number {
  const left = [...damages];
  for (const one of found) {
    const shared = left.map((damage) => overlap(one, damage));
    const best = Math.max(...shared);
    if (best >= match) left.splice(shared.indexOf(best), 1);
  }
  return damages.length - left.length;
}

/** Shares of right pixels broken and of wrong pixels mended; void does not count. */
function effect(name: string, after: Uint16Array): Pick<Row, "harm" | "repaired"> {
  const given = idsOf("labels", name);
  const counts = { right: 0, broken: 0, wrong: 0, mended: 0 };
  idsOf("truth", name).forEach((id, i) => {
    if (id === 255) return;
    const was = given[i] === id;
    const is = after[i] === id;
    counts[was ? "right" : "wrong"]++;
    if (was && !is) counts.broken++;
    if (!was && is) counts.mended++;
  });
  return { harm: counts.broken / counts.right, repaired: counts.mended / counts.wrong };
}

test("how much of the sample's planted damage is found", async ({ editor }) => {
  const names = sampleNames().filter((_, index) => index % every === 0);
  test.setTimeout(names.length * anImage);
  await editor.start("?backend=wasm");
  await editor.trySample();
  await editor.button("Got it").click();
  await editor.engineReady("wasm");
  await expect(editor.status).toContainText("Learnt", { timeout: 300_000 });
  const list = editor.page.getByRole("navigation", { name: "Images" });
  if (!(await list.isVisible())) await editor.canvas.press("Control+b");
  const open = async (name: string) => {
    await list.getByTitle(`labels/${name}.png`).click();
    await editor.imageOpen(name);
  };
  const seconds = new Map<string, number>();
  for (const name of names) {
    await open(name);
    const began = performance.now();
    await editor.canvas.press("F2");
    await expect(editor.finding).toBeVisible();
    await expect(editor.finding).toBeHidden({ timeout: anImage });
    seconds.set(name, (performance.now() - began) / 1000);
  }
  const found = await suggestions(editor);
  const rows: Row[] = [];
  for (const name of names) {
    await open(name);
    const advice = editor.page.getByRole("button", { name: /^Use the advised/ });
    if (await advice.isVisible()) await advice.click();
    const threshold = editor.page.getByTitle(/^Confidence threshold: how sure/);
    const least = percentIn(await threshold.textContent(), /(\d+) %/) / 100;
    const all = editor.page.getByRole("button", { name: /^Accept (all|\d+ of \d+)$/ });
    if (await all.isEnabled()) await all.click();
    const { bytes } = await editor.export("This label as a file");
    rows.push({
      image: name,
      ...scored(name, found.get(name), least),
      seconds: seconds.get(name) ?? Number.NaN,
      ...effect(name, decodePng(bytes).samples),
    });
    console.log(line(rows[rows.length - 1]));
  }
  console.log(line(total(rows)));
  expect(total(rows).hits).toBeGreaterThan(0);
});

/** What was found, by the image's name. */
async function suggestions(editor: Editor): Promise<ReadonlyMap<string, SuggestedImage>> {
  const { bytes } = await editor.export("Suggestions (suggestions.jsonl)");
  const [, ...images] = new TextDecoder().decode(bytes).trim().split("\n");
  return new Map(
    images.map((text) => {
      const image = JSON.parse(text) as SuggestedImage;
      return [/([^/]+)\.png$/.exec(image.label)?.[1] ?? "", image];
    }),
  );
}

/** Finds against damages, the surest first; those of at least confidence `least`, 0..1, by themselves as well. */
function scored(
  name: string,
  image: SuggestedImage | undefined,
  least: number,
): Pick<Row, "damages" | "shown" | "hits" | "sure" | "sureHits" | "sureWorth"> {
  if (!image) throw new Error(`No suggestions of ${name}.`);
  const { width, regions } = image;
  const damages = damagesOf(name).map((damage) => wrongPixels(name, damage, width));
  const ranked = regions.toSorted((a, b) => b.confidence - a.confidence);
  const pixels = ranked.map((one) => pixelsOf(decodeRegion(one).region, width));
  const sure = ranked.findLastIndex(({ confidence }) => confidence >= least) + 1;
  const [given, truth] = [idsOf("labels", name), idsOf("truth", name)];
  const isWorth = ranked.slice(0, sure).filter((one) => {
    const { region, ids } = decodeRegion(one);
    let gain = 0;
    forEachPixel(region, (x, y) => {
      const [pixel, inside] = [y * width + x, (y - region.rect.y) * region.rect.width + x - region.rect.x];
      gain += Number(ids[inside] === truth[pixel]) - Number(given[pixel] === truth[pixel]);
    });
    return gain > 0;
  });
  return {
    damages: damages.length,
    shown: regions.length,
    hits: matched(pixels, damages),
    sure,
    sureHits: matched(pixels.slice(0, sure), damages),
    sureWorth: isWorth.length,
  };
}

function percentIn(text: string | null, pattern: RegExp): number {
  const percent = Number(pattern.exec(text ?? "")?.[1]);
  if (Number.isNaN(percent)) throw new Error(`No percentage in "${text}".`);
  return percent;
}

/** The sample's damaged images, as damage.json lists them. */
function sampleNames(): string[] {
  const text = new TextDecoder().decode(sampleFile("truth/damage.json"));
  return (JSON.parse(text) as { name: string }[]).map(({ name }) => name);
}

function total(rows: readonly Row[]): Row {
  const sum = (of: (row: Row) => number) => rows.reduce((all, row) => all + of(row), 0);
  const mean = (of: (row: Row) => number) => sum(of) / rows.length;
  const seconds = rows.map((row) => row.seconds).sort((a, b) => a - b)[Math.floor(rows.length / 2)];
  return {
    image: "all; median time",
    damages: sum((r) => r.damages),
    shown: sum((r) => r.shown),
    hits: sum((r) => r.hits),
    sure: sum((r) => r.sure),
    sureHits: sum((r) => r.sureHits),
    sureWorth: sum((r) => r.sureWorth),
    harm: mean((r) => r.harm),
    repaired: mean((r) => r.repaired),
    seconds,
  };
}

function line({ image, damages, shown, hits, sure, sureHits, sureWorth, harm, repaired, seconds }: Row): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const found = `${hits} of ${shown} | ${sureHits} of ${sure} | ${sureWorth}`;
  return `| ${image} | ${damages} | ${found} | ${percent(harm)} | ${percent(repaired)} | ${seconds.toFixed(1)} s |`;
}
