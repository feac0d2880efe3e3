import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { memoryStore } from "../project/storage";
import type { RuleName } from "../review/lint/types";
import { groupName, ruleReport } from "./checking";
import { flawed, lintPage } from "./fixtures/lintPage";
import { imagesOf } from "./lintPlaces";

type Page = Awaited<ReturnType<typeof lintPage>>;

async function checked(seeds: readonly number[]): Promise<Page> {
  const page = await lintPage(memoryStore(), seeds.map(flawed));
  page.linting.check(page.keys);
  await page.ended();
  page.counted();
  return page;
}

const wallOf = ({ wall }: Page) => {
  const open = wall.store.getState().wall;
  if (open === null) throw new Error("No wall is open");
  return open;
};

const counted = (page: Page) =>
  vi.waitFor(() => {
    const { preview } = wallOf(page);
    if (preview.counted < preview.waiting) throw new Error("Still counting");
    return preview;
  });

async function labelsOf(page: Page) {
  const all = [];
  for (const [at] of page.keys.entries()) {
    const { labels, store } = await page.edit(at);
    const { decisions, undoName } = store.getState();
    // They say when, which is another time.
    all.push({ labels: Array.from(labels.data), decisions: decisions.map(({ at: _, ...rest }) => rest), undoName });
  }
  return all;
}

const seeds = [11, 12, 13, 14];

describe("the wall of a rule", () => {
  it("does in all images what the editor's check does image by image, but for the same places", async () => {
    let all = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom<RuleName>("pinholes", "specks", "unknown-ids"),
        fc.array(fc.nat(), { maxLength: 4 }),
        async (drawn, rule, out) => {
          const [bulk, single] = [await checked(drawn), await checked(drawn)];
          bulk.wall.open(rule);
          const { entries } = wallOf(bulk);
          const left = new Set(entries.length === 0 ? [] : out.map((one) => entries[one % entries.length]));
          for (const entry of left) await bulk.wall.toggle(entry);
          const { count, pixels, images } = await counted(bulk);
          const before = (await labelsOf(bulk)).flatMap(({ labels }) => labels);
          await bulk.wall.apply();

          const stop = single.checking.watch();
          for (const [at, key] of single.keys.entries()) {
            await single.openImage(at);
            await vi.waitFor(() => expect(single.checking.store.getState().isCurrent).toBe(true), { timeout: 3000 });
            const groups = ruleReport(single.checking.store.getState(), rule)?.groups;
            const places = [...left].filter((entry) => entry.key === key).map(({ group }) => group);
            const names = places.map((group) => groupName(rule, groups?.pixels[groups.starts[group]] ?? -1));
            single.checking.store.setState({ leftOut: new Set(names) });
            single.checking.apply(rule);
          }
          stop();
          const after = await labelsOf(bulk);
          expect(after).toEqual(await labelsOf(single));
          const changed = after.flatMap(({ labels }) => labels).filter((id, i) => id !== before[i]).length;
          expect(changed).toBe(pixels);
          all += changed;
          expect(after.filter(({ decisions }) => decisions.length > 0)).toHaveLength(images);
          expect(count).toBe(entries.length - left.size);
        },
      ),
      { numRuns: 12 },
    );
    expect(all).toBeGreaterThan(0);
  }, 60_000);

  it("says exactly what it will change, changes that in a step an image, and one press takes all of it back", async () => {
    const page = await checked(seeds);
    const before = await labelsOf(page);
    page.wall.open("pinholes");
    const [first] = wallOf(page).entries;
    await page.wall.toggle(first);
    expect(page.session.getState().announcement.text).toBe("Left out");
    const { count, of, pixels, images } = await counted(page);
    expect(count).toBe(of - 1);
    await page.wall.apply();
    const { message } = page.session.getState();
    expect(message?.title).toMatch(new RegExp(`^Filled ${count} of ${of} pinholes of up to 3 px`));
    expect(message?.text).toBe(`${pixels} pixels in ${images} images.`);
    const after = await labelsOf(page);
    expect(after.filter(({ decisions }) => decisions.length > 0)).toHaveLength(images);

    // What was left out stays so: pressing again changes nothing.
    await page.ended();
    page.counted();
    expect(await counted(page)).toMatchObject({ count: 0, of: 1 });
    await page.wall.apply();
    expect(await labelsOf(page)).toEqual(after);

    message?.action?.run();
    await vi.waitFor(() => expect(page.session.getState().message?.title).toBe("Undone"));
    expect(await labelsOf(page)).toEqual(before);
    await page.ended();
    page.counted();
    expect(await counted(page)).toMatchObject({ count, of });
  });

  it("is taken back after a reload too, but for an image whose pixels were edited since, which is named", async () => {
    const store = memoryStore();
    const first = await lintPage(store, seeds.map(flawed));
    first.linting.check(first.keys);
    await first.ended();
    first.counted();
    const before = await labelsOf(first);
    first.wall.open("pinholes");
    await counted(first);
    await first.wall.apply();
    const [{ text }] = first.wall.acts.getState().acts;
    expect(text).toMatch(/^Filled \d+ pinholes of up to 3 px/);
    await first.autosave().flush();

    const again = await lintPage(store, seeds.map(flawed));
    expect(again.wall.store.getState().undoable).toBe(true);
    const [act] = again.wall.acts.getState().acts;
    expect(act).toMatchObject({ text });
    expect(act.parts.length).toBeGreaterThan(2);
    const edited = again.keys.indexOf(act.parts[0].key);
    const document = await again.edit(edited);
    document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 48, height: 32 }), 3));
    await again.wall.undo();
    const { message } = again.session.getState();
    expect(message?.title).toBe("Undone");
    const name = again.images.nameOf(act.parts[0].key);
    expect(message?.text).toBe(
      `${text}: taken back in ${act.parts.length - 1} images. It stands in ${name}: edited there since. Undo that first, then try again.`,
    );
    const after = await labelsOf(again);
    expect(new Set(after[edited].labels)).toEqual(new Set([3]));
    for (const at of again.keys.keys()) if (at !== edited) expect(after[at].labels).toEqual(before[at].labels);
    expect(again.wall.store.getState().undoable).toBe(true);
    (await again.edit(edited)).undo();
    await again.wall.undo();
    expect(again.session.getState().message?.text).toBe(`${text}: taken back in 1 image.`);
    expect(await labelsOf(again)).toEqual(before);
    expect(again.wall.store.getState().undoable).toBe(false);
    expect((await lintPage(store, seeds.map(flawed))).wall.acts.getState().acts).toEqual([]);
  });

  it("leaves locked classes, excluded areas and excluded images alone", async () => {
    const page = await lintPage(memoryStore(), seeds.map(flawed));
    page.summaries.note([page.keys[1]], { excluded: true });
    const lockedClasses = new Set([2]);
    page.settings.setState({ lockedClasses });
    const data = new Uint8Array(48 * 32).fill(1, 0, 48 * 8);
    page.session.setState({ exclusions: [{ width: 48, height: 32, data }] });
    page.linting.check(page.keys);
    await page.ended();
    page.counted();
    const before = await labelsOf(page);
    let changes = 0;
    for (const rule of ["pinholes", "specks", "unknown-ids"] as const) {
      page.wall.open(rule);
      await counted(page);
      await page.wall.apply();
      await page.ended();
      page.counted();
      const after = await labelsOf(page);
      after.forEach(({ labels }, image) => {
        labels.forEach((id, i) => {
          const old = before[image].labels[i];
          if (id === old) return;
          changes++;
          expect({ image, isLocked: id === 2 || old === 2, isExcluded: data[i] }).toEqual({
            ...{ image, isLocked: false, isExcluded: 0 },
          });
          expect(image).not.toBe(1);
        });
      });
    }
    expect(changes).toBeGreaterThan(0);
  });

  it("leaves an image out whose label changed since it was counted, and says so", async () => {
    const page = await checked(seeds);
    page.wall.open("pinholes");
    const preview = await counted(page);
    const changedKey = [...imagesOf(page.session.getState(), "pinholes").keys()].at(-1) ?? "";
    const at = page.keys.indexOf(changedKey);
    const document = await page.edit(at);
    const release = page.documents.hold(changedKey);
    // As late as can be: the first image is being changed.
    const applied = page.wall.apply();
    document.edit("Class brush", (edit) => edit.setLabel(rectRegion({ x: 9, y: 9, width: 3, height: 3 }), 3));
    const own = document.labels.data.slice();
    await applied;
    expect(document.labels.data).toEqual(own);
    expect(page.session.getState().message?.text).toMatch(
      new RegExp(`^\\d+ of these: .+ ${page.images.nameOf(changedKey)}: its label, or what it is checked by, changed`),
    );
    expect(preview.images).toBeGreaterThan(1);
    release();
  });

  it("stops after the image that it is at when the queue is left, and says what it did", async () => {
    const page = await checked(seeds);
    page.session.setState({ view: "queue" });
    page.wall.open("pinholes");
    const { images } = await counted(page);
    expect(images).toBeGreaterThan(2);
    const applied = page.wall.apply();
    page.session.setState({ view: "dataset" });
    await applied;
    expect(page.wall.store.getState()).toMatchObject({ wall: null, undoable: true });
    expect(page.session.getState().message?.text).toMatch(/ in 1 image\. Stopped by you\.$/);
    expect((await labelsOf(page)).filter(({ decisions }) => decisions.length > 0)).toHaveLength(1);
  });

  it("shows places of all images at random, the same for a seed, and keeps them while others are counted", async () => {
    const page = await checked(Array.from({ length: 20 }, (_, i) => 50 + i));
    page.wall.open("pinholes");
    const { entries } = wallOf(page);
    const order = entries.map(({ key }) => page.keys.indexOf(key));
    expect(new Set(order).size).toBeGreaterThan(6);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    page.wall.open("pinholes");
    expect(wallOf(page).entries.map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
    const gone = entries[3].key;
    const shown = wallOf(page).entries.filter(({ key }) => key !== gone);
    page.kept.drop(gone);
    expect(wallOf(page).entries.slice(0, shown.length)).toEqual(shown);
  });

  it("shows what an entry would change, nothing where its label changed since", async () => {
    const page = await checked(seeds);
    page.wall.open("pinholes");
    const [entry] = wallOf(page).entries;
    const change = await page.images.use(entry.key, (image) => page.wall.changeOf(image, entry));
    expect(change?.bits.includes(1)).toBe(true);
    expect(page.wall.store.getState().pixels.has(entry)).toBe(true);
    page.kept.drop(entry.key);
    expect(await page.images.use(entry.key, (image) => page.wall.changeOf(image, entry))).toBeNull();
    await page.wall.toggle(entry);
    expect(page.session.getState().announcement.text).toContain("changed");
  });
});
