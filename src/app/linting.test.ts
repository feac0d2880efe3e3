import { describe, expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { lintRunSlice, loadLintCounts } from "../project/lintRecords";
import { loadSlice } from "../project/slice";
import { type KeyValueStore, memoryStore } from "../project/storage";
import { ruleCount } from "../review/lint/lintCounts";
import { groupCount } from "../review/lint/pixelGroups";
import { ruleReport } from "./checking";
import { flawed, lintPage } from "./fixtures/lintPage";
import { imageOrder } from "./imageOrder";
import { lintSums } from "./lintSums";

/** The last one was never drawn. */
const labels = [...[1, 2, 3, 4].map(flawed), new Uint16Array(48 * 32).fill(1)];
const dot = rectRegion({ x: 4, y: 4, width: 1, height: 1 });
const turn = () => new Promise((resolve) => setTimeout(resolve));

async function checked(store: KeyValueStore = memoryStore()) {
  const page = await lintPage(store, labels);
  page.linting.check(page.keys);
  await page.ended();
  return page;
}

describe("checking all labels", () => {
  it("counts in each image what the check of the open image finds, and says the sums", async () => {
    const { session, checking, openImage, counted, keys } = await checked();
    const lint = counted();
    expect([...lint.keys()]).toEqual(keys);
    const stop = checking.watch();
    const sums = { count: 0, pixels: 0, images: 0 };
    for (const [at, key] of keys.entries()) {
      await openImage(at);
      await vi.waitFor(() => expect(checking.store.getState().isCurrent).toBe(true), { timeout: 3000 });
      for (const { rule, count, pixels } of lint.get(key)?.rules ?? []) {
        const found = ruleReport(checking.store.getState(), rule);
        expect({ rule, count, pixels }).toEqual({
          rule,
          count: found === undefined ? -1 : groupCount(found.groups),
          pixels: found?.groups.pixels.length,
        });
        if (rule === "pinholes") {
          sums.count += count;
          sums.pixels += pixels;
          sums.images += count > 0 ? 1 : 0;
        }
      }
    }
    stop();
    expect(sums.count).toBeGreaterThan(3);
    const all = lintSums(session.getState());
    expect(all).toMatchObject({ checked: 5, total: 5, empty: 1, failed: [] });
    expect(all.rules.find(({ rule }) => rule === "pinholes")).toMatchObject(sums);
    // To be looked at is not to be changed.
    expect(session.getState().lint).toBe(lint);
  });

  it("spares thin classes as the editor does", async () => {
    const { counted, keys } = await checked();
    const spared = keys.reduce(
      (sum, key) =>
        sum +
        (counted()
          .get(key)
          ?.rules.reduce((all, { off }) => all + off, 0) ?? 0),
      0,
    );
    expect(spared).toBeGreaterThan(0);
  });

  it("is there after a reload, and goes on where it was left", async () => {
    const store = memoryStore();
    const first = await lintPage(store, labels);
    first.beforeLook((key) => (key === first.keys[2] ? first.close() : undefined));
    first.linting.check(first.keys);
    await vi.waitFor(() => expect(first.session.getState().dataset).toBeNull());
    await turn();
    expect((await loadLintCounts(store, "p")).size).toBe(2);

    const second = await lintPage(store, labels);
    await second.ended();
    await vi.waitFor(() => expect(second.counted().size).toBe(5));
    expect(second.order).toEqual(second.keys.slice(2));
    expect(await loadSlice(store, "p", lintRunSlice)).toBeNull();

    const third = await lintPage(store, labels);
    await vi.waitFor(() => expect(third.counted()).toEqual(second.counted()));
    third.linting.check(third.keys);
    expect(third.order).toEqual([]);
    expect(third.session.getState().announcement.text).toBe("These labels are checked already.");
  });

  it("is paused and resumed, over a reload too, or cancelled", async () => {
    const store = memoryStore();
    const first = await lintPage(store, labels);
    first.beforeLook((key) => (key === first.keys[1] ? first.linting.pause() : undefined));
    first.linting.check(first.keys);
    await vi.waitFor(() => expect(first.session.getState().lintRun?.state).toBe("paused"));
    await turn();
    const second = await lintPage(store, labels);
    await vi.waitFor(() => expect(second.session.getState().lintRun?.state).toBe("paused"));
    expect(second.order).toEqual([]);
    second.linting.resume();
    await second.ended();
    expect(second.order).toEqual(second.keys.slice(1));

    const third = await lintPage(memoryStore(), labels);
    third.beforeLook((key) => (key === third.keys[3] ? third.linting.cancel() : undefined));
    third.linting.check(third.keys);
    await third.ended();
    await turn();
    expect(third.counted().size).toBe(3);
    expect(third.order).toEqual(third.keys.slice(0, 4));
  });

  it("names an image that fails and goes on; it is tried again when asked for", async () => {
    const page = await lintPage(memoryStore(), labels);
    page.beforeLook((key) => {
      if (key === page.keys[1]) throw new Error("masks/b.png: This is no PNG.");
    });
    page.linting.check(page.keys);
    await page.ended();
    const sums = lintSums({ ...page.session.getState(), lint: page.counted() });
    expect(sums).toMatchObject({ checked: 5, failed: [{ name: "b", reason: "masks/b.png: This is no PNG." }] });
    expect(page.session.getState().announcement.text).toContain("1 image could not be checked.");
    page.beforeLook(() => undefined);
    page.linting.check(page.keys);
    await page.ended();
    expect(lintSums({ ...page.session.getState(), lint: page.counted() }).failed).toEqual([]);
    expect(page.order.slice(5)).toEqual([page.keys[1]]);
  });

  it("forgets at once what was counted of a label that changes, here and in the store; undo does not bring it back", async () => {
    const store = memoryStore();
    const page = await checked(store);
    const document = await page.edit(2);
    expect(page.counted().size).toBe(5);
    document.edit("Class brush", (change) => change.setLabel(dot, 3));
    expect(page.session.getState().lint.has(page.keys[2])).toBe(false);
    await page.autosave().flush();
    expect([...(await loadLintCounts(store, "p")).keys()]).not.toContain(page.keys[2]);
    document.undo();
    expect(page.counted().size).toBe(4);
    expect(lintSums(page.session.getState())).toMatchObject({ checked: 4, total: 5 });
    page.linting.check(page.keys);
    await page.ended();
    expect(page.order.slice(5)).toEqual([page.keys[2]]);
  });

  it("looks again at a label that changed while it was looked at", async () => {
    const page = await lintPage(memoryStore(), labels);
    const document = await page.edit(1);
    let isPainted = false;
    page.beforeLook((key) => {
      if (key !== page.keys[1] || isPainted) return;
      isPainted = true;
      document.edit("Class brush", (change) => change.setLabel(dot, 3));
    });
    page.linting.check(page.keys);
    await page.ended();
    const [a, b, c, d, e] = page.keys;
    expect(page.order).toEqual([a, b, c, d, e, b]);
    expect(page.counted().size).toBe(5);
  });

  it("knows nothing of a label whose file another program wrote since", async () => {
    const store = memoryStore();
    await checked(store);
    const other = labels.map((ids, at) => (at === 1 ? flawed(77) : ids));
    const page = await lintPage(store, other);
    await vi.waitFor(() => expect(page.session.getState().lint.size).toBe(4));
    expect(page.session.getState().lint.has(page.keys[1])).toBe(false);
    expect((await loadLintCounts(store, "p")).size).toBe(4);
  });

  it("knows nothing of labels under other locks, sizes, areas and classes, and again what it knew under the old ones", async () => {
    const { session, settings, checking, dataset, counted } = await checked();
    const known = counted();
    const lockedClasses = new Set([2]);
    settings.setState({ lockedClasses });
    expect(session.getState().lint.size).toBe(0);
    settings.setState({ lockedClasses: new Set() });
    expect(session.getState().lint).toEqual(known);
    settings.setState({ pinholes: 5 });
    expect(session.getState().lint.size).toBe(0);
    settings.setState({ pinholes: 3 });
    checking.setClass("pinholes", 2, false);
    expect(session.getState().lint.size).toBe(0);
    checking.store.setState({ classes: new Map() });
    expect(session.getState().lint.size).toBe(5);
    session.setState({ exclusions: [{ width: 48, height: 32, data: new Uint8Array(48 * 32).fill(1, 0, 9) }] });
    expect(session.getState().lint.size).toBe(0);
    session.setState({ exclusions: [{ width: 9, height: 9, data: new Uint8Array(81).fill(1) }] });
    expect(session.getState().lint.size).toBe(5);
    const classes = dataset.classes.map((one) => (one.id === 2 ? { ...one, ignored: true } : one));
    session.setState({ dataset: { ...dataset, classes } });
    expect(session.getState().lint.size).toBe(0);
    const renamed = dataset.classes.map((one) => (one.id === 2 ? { ...one, name: "street" } : one));
    session.setState({ dataset: { ...dataset, classes: renamed } });
    expect(session.getState().lint.size).toBe(5);
  });

  it("passes over excluded images, which do not count", async () => {
    const page = await lintPage(memoryStore(), labels);
    page.summaries.note([page.keys[0]], { excluded: true });
    page.linting.check(page.keys);
    await page.ended();
    expect(page.order).toEqual(page.keys.slice(1));
    page.counted();
    expect(lintSums(page.session.getState())).toMatchObject({ checked: 4, total: 4 });
  });

  it("waits while the model rebuilds what the user masked", async () => {
    const page = await lintPage(memoryStore(), labels);
    const { engine } = page.session.getState();
    if (engine.state !== "ready") throw new Error("Not ready");
    page.session.setState({ engine: { state: "busy", engine: engine.engine, passesDone: 0, passes: 4 } });
    page.linting.check(page.keys);
    await turn();
    expect(page.order).toEqual([]);
    page.session.setState({ engine });
    await page.ended();
    expect(page.counted().size).toBe(5);
  });

  it("is paused when nothing can be kept, and says so", async () => {
    const write = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
    const { linting, keys, session } = await lintPage({ ...memoryStore(), write }, labels);
    linting.check(keys);
    await vi.waitFor(() => expect(session.getState().lintRun?.state).toBe("paused"));
    expect(session.getState().message?.text).toContain("storage is full");
  });

  it("filters the images by what a rule found", async () => {
    const page = await checked();
    const lint = page.counted();
    const holed = page.keys.filter((key) => ruleCount(lint.get(key), "pinholes") !== undefined);
    expect(holed.length).toBeGreaterThan(0);
    expect(holed.length).toBeLessThan(5);
    page.session.setState(({ filter }) => ({ filter: { ...filter, lint: "pinholes" } }));
    expect(imageOrder(page.session.getState()).keys).toEqual(holed);
    page.session.setState(({ filter }) => ({ filter: { ...filter, lint: "empty" } }));
    expect(imageOrder(page.session.getState()).keys).toEqual([page.keys[4]]);
  });
});
