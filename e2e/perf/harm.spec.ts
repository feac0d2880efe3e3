/**
 * What "Accept all" at the default threshold mends and breaks in photographs' labels, and into how many rows one masked
 * object falls.
 *
 *   DATA=/data npm run measure -- harm.spec
 *
 * /data holds the unpacked sets camvid, clothing and facade (`training/README.md`, "Data"). Twenty validation photographs in
 * all are opened in folders with 64 of their set's training photographs. In each label one object is damaged
 * (`damage.ts`), what is wrong is masked with the lasso, 3 px wider than it is, rebuilt and all accepted. For the first of
 * them (FIND=8 in all, 0 for none) errors are also looked for without a mask: in the damaged label, and in the label as it
 * is, whose right pixels should all stay.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { componentRegion, labelComponents } from "../../src/core/components.ts";
import type { LabelMap } from "../../src/core/labelMap.ts";
import { growRegion } from "../../src/core/morphology.ts";
import { createRandom } from "../../src/core/random.ts";
import { type Region, regionFromPredicate } from "../../src/core/region.ts";
import { decodePng } from "../../src/formats/png/index.ts";
import type { Editor } from "../fixtures/editor.ts";
import { label } from "../fixtures/files.ts";
import { expect, test } from "../fixtures/test.ts";
import { type DamageKind, damaged, damageKinds, outline, voidId } from "./damage.ts";

const data = process.env.DATA ?? "";
const photographs = { camvid: 7, facade: 7, clothing: 6 };
const others = 64;
const found = Number(process.env.FIND ?? 8);
/** The mask reaches this far around what is wrong, px. */
const grown = 3;
const aSearch = 600_000;

interface Photograph {
  readonly name: string;
  readonly kind: DamageKind;
  readonly truth: LabelMap;
  readonly damaged: LabelMap;
}

/** Pixels that are not void in the truth; `rows` to decide on, of which `accepted` were taken. */
interface Row {
  readonly image: string;
  readonly kind: string;
  readonly rows: number;
  readonly accepted: number;
  readonly right: number;
  readonly broken: number;
  readonly wrong: number;
  readonly mended: number;
}

test.beforeEach(async ({ editor }) => {
  if (!existsSync(join(data, "camvid"))) throw new Error("DATA must name the folder with the unpacked sets.");
  // As in browsers without a directory picker, whose upload a test can feed.
  await editor.page.addInitScript("delete window.showDirectoryPicker");
});

/** All sets' rows by what was done. */
const done = new Map<string, Row[]>();
test.afterAll(() => {
  for (const [title, rows] of done) summarise(title, rows);
});

for (const [i, [set, count]] of Object.entries(photographs).entries()) {
  const searches = Math.floor((found + i) / 3);

  test(`damaged labels of ${set}`, async ({ editor }) => {
    test.setTimeout(600_000 + count * 180_000 + searches * aSearch);
    const chosen = choose(set, count);
    await openFolder(editor, makeFolder(set, chosen, true));
    await editor.page.getByRole("switch", { name: "Live" }).uncheck();
    for (const [at, photograph] of chosen.entries()) {
      if (at > 0) await editor.button("Next image").click();
      await editor.imageOpen(`a-${photograph.name}`);
      if (at < searches) {
        await find(editor);
        await acceptAll(editor, "damaged, found", set, photograph);
        while ((await editor.pixels("changed")) > 0) await editor.button("Undo").click();
      }
      await maskWrong(editor, photograph);
      await editor.button("Reconstruct").last().click();
      await expect(editor.page.getByTestId("announcements")).toContainText("Final:", { timeout: 180_000 });
      await acceptAll(editor, "damaged, masked", set, photograph);
    }
  });

  test(`labels of ${set} as they are`, async ({ editor }) => {
    test.skip(searches === 0);
    test.setTimeout(600_000 + searches * aSearch);
    const chosen = choose(set, count);
    await openFolder(editor, makeFolder(set, chosen, false));
    for (const [at, photograph] of chosen.slice(0, searches).entries()) {
      if (at > 0) await editor.button("Next image").click();
      await editor.imageOpen(`a-${photograph.name}`);
      await find(editor);
      await acceptAll(editor, "as it is, found", set, photograph);
    }
  });
}

/** Photographs of the validation split that have an object to damage; the kinds of damage take turns. */
function choose(set: string, count: number): Photograph[] {
  const folder = join(data, set, "val", "labels");
  const chosen: Photograph[] = [];
  for (const file of createRandom(1).shuffle(readdirSync(folder).sort())) {
    if (chosen.length === count) break;
    const { width, height, samples } = decodePng(readFileSync(join(folder, file)));
    const truth = { width, height, data: Uint16Array.from(samples) };
    const kind = damageKinds[(chosen.length + set.length) % damageKinds.length];
    const labels = damaged(truth, kind, createRandom(chosen.length));
    if (labels !== null) chosen.push({ name: file.replace(/\.png$/, ""), kind, truth, damaged: labels });
  }
  return chosen.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The photographs as images/ and labels/, and after them those of the training split. */
function makeFolder(set: string, chosen: readonly Photograph[], isDamaged: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), `harm-${set}-`));
  for (const part of ["images", "labels"]) mkdirSync(join(folder, part));
  const add = (split: string, stem: string, name: string): void => {
    copyFileSync(join(data, set, split, "images", `${stem}.jpg`), join(folder, "images", `${name}.jpg`));
    copyFileSync(join(data, set, split, "labels", `${stem}.png`), join(folder, "labels", `${name}.png`));
  };
  for (const { name, damaged } of chosen) {
    add("val", name, `a-${name}`);
    const { width, height, data: ids } = damaged;
    const bytes = label(width, height, (x, y) => ids[y * width + x]);
    if (isDamaged) writeFileSync(join(folder, "labels", `a-${name}.png`), bytes);
  }
  const stems = readdirSync(join(data, set, "train", "labels")).map((file) => file.replace(/\.png$/, ""));
  for (const stem of createRandom(1).shuffle(stems.sort()).slice(0, others)) add("train", stem, `b-${stem}`);
  return folder;
}

async function openFolder(editor: Editor, folder: string): Promise<void> {
  await editor.start("?backend=wasm");
  await editor.openFolder(folder);
  await editor.leaveDataSet();
  await editor.engineReady("wasm", 180_000);
  await expect(editor.status).toContainText("Learnt", { timeout: 600_000 });
}

async function find(editor: Editor): Promise<void> {
  await editor.canvas.press("F2");
  await expect(editor.finding).toBeVisible();
  await expect(editor.finding).toBeHidden({ timeout: aSearch });
}

/** Around each part of what is wrong, as an annotator who knows it would. */
async function maskWrong(editor: Editor, { truth, damaged }: Photograph): Promise<void> {
  const { width, height } = truth;
  const image = { x: 0, y: 0, width, height };
  const wrong = regionFromPredicate(image, (x, y) => truth.data[y * width + x] !== damaged.data[y * width + x]);
  await editor.choose("Mask lasso");
  // Corners of the outline are the middles of pixels, and the outermost ones are half in.
  for (const part of parts(growRegion(wrong, grown + 0.5, image), image)) await editor.drag(outline(part));
  expect(await editor.pixels("mask")).toBeGreaterThan(wrong.bits.reduce((sum, bit) => sum + bit, 0));
}

function parts({ rect, bits }: Region, { width, height }: Region["rect"]): Region[] {
  const raster = new Uint16Array(width * height);
  bits.forEach((bit, i) => {
    raster[(rect.y + Math.floor(i / rect.width)) * width + rect.x + (i % rect.width)] = bit;
  });
  const components = labelComponents({ width, height, data: raster }, undefined, 8);
  return components.list.flatMap(({ id }, number) => (id === 1 ? [componentRegion(components, number)] : []));
}

type Done = "damaged, masked" | "damaged, found" | "as it is, found";

async function acceptAll(editor: Editor, what: Done, set: string, photograph: Photograph): Promise<void> {
  const rows = Number(/(\d+) undecided/.exec((await editor.mirror("suggestions").textContent()) ?? "")?.[1]);
  const all = editor.page.getByRole("button", { name: /^Accept (all|\d+ of \d+)$/ });
  const text = (await all.textContent()) ?? "";
  const accepted = Number(/(\d+) of/.exec(text)?.[1] ?? 0);
  if (await all.isEnabled()) await all.click();
  const { bytes } = await editor.export("This label as a file");
  const after = decodePng(bytes).samples;
  const counts = { right: 0, broken: 0, wrong: 0, mended: 0 };
  const { truth } = photograph;
  const before = what === "as it is, found" ? truth : photograph.damaged;
  truth.data.forEach((id, i) => {
    if (id === voidId) return;
    const [was, is] = [before.data[i] === id, after[i] === id];
    counts[was ? "right" : "wrong"]++;
    if (was && !is) counts.broken++;
    if (!was && is) counts.mended++;
  });
  const kind = before === truth ? "" : photograph.kind;
  const row = { image: `${set} ${photograph.name}, ${what}`, kind, rows, accepted, ...counts };
  console.log(line(row));
  done.set(what, [...(done.get(what) ?? []), row]);
}

function summarise(title: string, rows: readonly Row[]): void {
  const sum = (of: (row: Row) => number) => rows.reduce((all, row) => all + of(row), 0);
  const sorted = rows.map((row) => row.rows).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  const total: Row = {
    ...{ image: `**${title}**`, kind: `rows: median ${at(0.5)}, p90 ${at(0.9)}` },
    ...{ rows: sum((row) => row.rows), accepted: sum((row) => row.accepted) },
    ...{ right: sum((row) => row.right), broken: sum((row) => row.broken) },
    ...{ wrong: sum((row) => row.wrong), mended: sum((row) => row.mended) },
  };
  console.log(line(total));
}

function line({ image, kind, rows, accepted, right, broken, wrong, mended }: Row): string {
  const share = (part: number, of: number, digits: number) =>
    of === 0 ? "-" : `${((100 * part) / of).toFixed(digits)} %`;
  return `| ${image} | ${kind} | ${accepted} of ${rows} | ${share(broken, right, 3)} (${broken} of ${right}) | ${share(mended, wrong, 1)} (${mended} of ${wrong}) |`;
}
