import { intersectRects, type Rect, rectArea } from "../../src/core/rect.ts";
import { decodePng } from "../../src/formats/png/index.ts";
import { sampleFile } from "../fixtures/files.ts";
import { damagesOf } from "../fixtures/repair.ts";
import { expect, test } from "../fixtures/test.ts";

/** Reviewers look at the first suggestions only. */
const first = 10;
const match = 0.5;
const anImage = 240_000;
/** One of how many images is measured: EVERY=2 takes two of each kind of scene. */
const every = Number(process.env.EVERY ?? 1);

/** An image: what the first suggestions found, those at or above the advised threshold, and what accepting all of these did. */
interface Row {
  readonly image: string;
  readonly damages: number;
  readonly shown: number;
  readonly hits: number;
  /** At or above the threshold. */
  readonly sure: number;
  readonly sureHits: number;
  /** From the key to the list, support already learnt. */
  readonly seconds: number;
  readonly harm: number;
  readonly repaired: number;
}

function overlap(a: Rect, b: Rect): number {
  const both = rectArea(intersectRects(a, b));
  return both / (rectArea(a) + rectArea(b) - both);
}

/** Damages met by the boxes, one to one, the surest box first. */
function matched(boxes: readonly Rect[], damages: readonly Rect[]): number {
  const left = [...damages];
  for (const box of boxes) {
    const best = left.reduce((at, one, i) => (overlap(box, one) > overlap(box, left[at]) ? i : at), 0);
    if (left.length > 0 && overlap(box, left[best]) >= match) left.splice(best, 1);
  }
  return damages.length - left.length;
}

/** Shares of right pixels broken and of wrong pixels mended; void does not count. */
function effect(name: string, exported: Uint8Array): Pick<Row, "harm" | "repaired"> {
  const [given, truth, after] = [sampleFile(`labels/${name}.png`), sampleFile(`truth/${name}.png`), exported].map(
    (bytes) => decodePng(bytes).samples,
  );
  const counts = { right: 0, broken: 0, wrong: 0, mended: 0 };
  truth.forEach((id, i) => {
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
  const names = sampleNames();
  test.setTimeout(names.length * anImage);
  await editor.start("?backend=wasm");
  await editor.trySample();
  await editor.button("Got it").click();
  await editor.engineReady("wasm");
  const rows: Row[] = [];
  let at = 1;
  for (const [index, image] of names.entries()) {
    if (index % every > 0) continue;
    // Images without damage lie between.
    for (; at < Number.parseInt(image, 10); at++) {
      await editor.button("Next image").click();
      await expect(editor.page.getByText(`${at + 1} of 16`, { exact: true })).toBeVisible();
    }
    await editor.imageOpen(image);
    const began = performance.now();
    await editor.canvas.press("F2");
    await expect(editor.finding).toBeVisible();
    await expect(editor.finding).toBeHidden({ timeout: anImage });
    const seconds = (performance.now() - began) / 1000;
    const advice = editor.page.getByRole("button", { name: /^Use the advised/ });
    if (await advice.isVisible()) await advice.click();
    const shownThreshold = editor.page.getByTitle(/^Confidence threshold: how sure/);
    const threshold = percentIn(await shownThreshold.textContent(), /(\d+) %/);
    const [boxes, sureBoxes]: [Rect[], Rect[]] = [[], []];
    for (const one of (await editor.found().all()).slice(0, first)) {
      const box = await editor.bounds(one);
      boxes.push(box);
      if (percentIn(await one.textContent(), /confidence (\d+) percent/) >= threshold) sureBoxes.push(box);
    }
    const damages = damagesOf(image).map(({ bbox }) => bbox);
    const all = editor.page.getByRole("button", { name: /^Accept (all|\d+ of \d+)$/ });
    if (await all.isEnabled()) await all.click();
    const { bytes } = await editor.export("This label as a file");
    const hits = { shown: boxes.length, hits: matched(boxes, damages) };
    const sure = { sure: sureBoxes.length, sureHits: matched(sureBoxes, damages) };
    rows.push({ image, damages: damages.length, ...hits, ...sure, seconds, ...effect(image, bytes) });
    console.log(line(rows[rows.length - 1]));
  }
  console.log(line(total(rows)));
  expect(total(rows).hits).toBeGreaterThan(0);
});

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
    harm: mean((r) => r.harm),
    repaired: mean((r) => r.repaired),
    seconds,
  };
}

function line({ image, damages, shown, hits, sure, sureHits, harm, repaired, seconds }: Row): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const found = `${hits} of ${shown} | ${sureHits} of ${sure}`;
  return `| ${image} | ${damages} | ${found} | ${percent(harm)} | ${percent(repaired)} | ${seconds.toFixed(1)} s |`;
}
