import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { plainTraits } from "../document/fixtures/plainTraits";
import { loadAsides } from "./asides";
import { createAutosave } from "./autosave";
import type { LogRecord } from "./log";
import type { StepRecord } from "./readPast";
import { type KeyValueStore, memoryStore } from "./storage";

const traits = plainTraits<object>();
const made = () => ({ key: "a.png", labels: createLabelMap(100, 80), traits });

/** Five steps: the first kept as a whole, four logged. Returns the store and the first row of labels after each step. */
async function logged() {
  const memory = memoryStore();
  const store: KeyValueStore = { ...memory, write: (puts, deletes) => memory.write(structuredClone(puts), deletes) };
  const doc = createDocument<object>(made());
  createAutosave({ store, projectId: "p", delayMs: 1e8 }).watch(doc);
  const rows: string[] = [];
  for (let x = 0; x < 5; x++) {
    doc.edit(`step ${x}`, (edit) => edit.setLabel(rectRegion({ x, y: 0, width: 2, height: 2 }), x + 1));
    rows.push(doc.labels.data.subarray(0, 8).join());
  }
  const entries = (await store.entries("log/p/a.png\0")) as [string, LogRecord][];
  return { store, rows, entries };
}

async function restored(store: KeyValueStore) {
  const kept = await createAutosave({ store, projectId: "p" }).loadWithPast("a.png");
  if (kept === null) throw new Error("Nothing was kept");
  const doc = createDocument<object>({ ...made(), working: kept.working, past: kept.past as never });
  return { kept, doc, row: doc.labels.data.subarray(0, 8).join() };
}

describe("a log of changes", () => {
  it("is put upon the state it follows, with undo steps, and told of", async () => {
    const { store, rows } = await logged();
    const { kept, doc, row } = await restored(store);
    expect(row).toBe(rows[4]);
    expect(kept).toMatchObject({ isBroken: false, lost: false, replayed: { count: 4, at: expect.any(Number) } });
    for (let x = 3; x >= 0; x--) {
      expect(doc.undo()).toBe(`step ${x + 1}`);
      expect(doc.labels.data.subarray(0, 8).join()).toBe(rows[x]);
    }
  });

  it.each([
    ["a missing record", async (store: KeyValueStore, [key]: [string, LogRecord]) => store.delete(key)],
    ["a damaged record", async (store: KeyValueStore, [key]: [string, LogRecord]) => store.set(key, { format: 1 })],
    [
      "a record cut off",
      async (store: KeyValueStore, [key, record]: [string, LogRecord]) =>
        store.set(key, { ...record, change: { ...record.change, done: { drop: 0, keep: 99, add: [] } } }),
    ],
    [
      "damaged pixels",
      async (store: KeyValueStore, [, { flipped }]: [string, LogRecord]) => {
        const stepKey = `past/p/a.png\0${flipped[0][0]}`;
        const step = (await store.get(stepKey)) as StepRecord;
        const runs = step.runs.slice();
        runs[1] ^= 5;
        await store.set(stepKey, { ...step, runs });
      },
    ],
  ])("ends at %s, which is said; what follows is never overwritten", async (_, damage) => {
    const { store, rows, entries } = await logged();
    const order = entries.map((entry) => entry);
    await damage(store, order[2]);
    const { kept, row } = await restored(store);
    expect(kept).toMatchObject({ isBroken: true, replayed: { count: 2 } });
    expect(row).toBe(rows[2]);

    const autosave = createAutosave({ store, projectId: "p" });
    await autosave.loadWithPast("a.png");
    await autosave.setAside("a.png", "damaged", "copied");
    const doc = createDocument<object>({ ...made(), working: kept.working, past: kept.past as never });
    await autosave.keep(doc);
    expect(await store.keys("log/")).toEqual([]);
    expect((await restored(store)).row).toBe(rows[2]);
    const [aside] = await loadAsides(store, "p");
    const names = aside.records.map(([name]) => name);
    expect(names).toContain("work");
    expect(names.filter((name) => name.startsWith("log\0")).length).toBeGreaterThanOrEqual(3);
  });

  it("of two tabs that went on from one state: one counts, the other is not mixed in", async () => {
    const { store, rows } = await logged();
    const tabs = await Promise.all(
      [0, 1].map(async () => {
        const autosave = createAutosave({ store, projectId: "p", delayMs: 1e8 });
        const kept = await autosave.loadWithPast("a.png");
        if (kept === null) throw new Error("Nothing was kept");
        const doc = createDocument<object>({ ...made(), working: kept.working, past: kept.past as never });
        autosave.watch(doc);
        return doc;
      }),
    );
    for (const [x, doc] of tabs.entries()) {
      for (let i = 0; i < 2; i++) {
        doc.edit("tab", (edit) => edit.setLabel(rectRegion({ x: 3 * x, y: 0, width: 1 + i, height: 1 }), 9));
      }
    }
    const { kept, row } = await restored(store);
    expect(kept.isBroken).toBe(true);
    expect(tabs.map((doc) => doc.labels.data.subarray(0, 8).join())).toContain(row);
    expect(row).not.toBe(rows[4]);
  });
});

describe("work that cannot be read", () => {
  it("is set aside before anything is written in its place", async () => {
    const { store } = await logged();
    const failing: KeyValueStore = { ...store, read: () => Promise.reject(new Error("out of order")) };
    const broken = { ...failing };
    const autosave = createAutosave({ store: broken, projectId: "p", retryMs: 1e8 });
    expect(await autosave.loadWithPast("a.png")).toBeNull();
    const doc = createDocument<object>(made());
    autosave.watch(doc);
    doc.edit("over", (edit) => edit.setLabel(rectRegion({ x: 50, y: 50, width: 2, height: 2 }), 7));
    await autosave.flush();
    // Neither lost nor overwritten while the store fails.
    expect(autosave.status.getState()).toMatchObject({ state: "failed" });
    expect((await restored(store)).kept.replayed?.count).toBe(4);
    broken.read = store.read;
    await autosave.flush();
    expect(autosave.status.getState()).toMatchObject({ state: "saved" });
    expect((await restored(store)).doc.labels.data[50 * 100 + 50]).toBe(7);
    const [aside] = await loadAsides(store, "p");
    expect(aside).toMatchObject({ imageKey: "a.png", reason: expect.stringContaining("out of order") });
    expect(aside.records).toHaveLength(1 + 1 + 5 + 4);
  });
});
