import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { plainTraits } from "../document/fixtures/plainTraits";
import type { WorkingState } from "../document/types";
import { createAutosave } from "./autosave";
import { type KeyValueStore, memoryStore } from "./storage";

const traits = plainTraits<object>();
const open = (key = "a/b.png", working?: WorkingState | null) =>
  createDocument<object>({
    key,
    labels: createLabelMap(40, 30),
    traits,
    ...(working ? { working } : {}),
  });
const paint = (doc: ReturnType<typeof open>, id: number, x = 0) =>
  doc.edit("paint", (edit) => edit.setLabel(rectRegion({ x, y: 0, width: 5, height: 5 }), id));

/** A store that counts its writes and fails while told to. */
function fakeStore() {
  const store = memoryStore();
  const log = { writes: 0, error: null as Error | null };
  const fake: KeyValueStore = {
    ...store,
    async write(puts, deletes) {
      log.writes++;
      if (log.error !== null) throw log.error;
      await store.write(structuredClone(puts), deletes);
    },
  };
  return { store: fake, log };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("autosave", () => {
  it("keeps every step at once by what it changes, the whole after a pause; a new session finds the work", async () => {
    const { store, log } = fakeStore();
    const autosave = createAutosave({ store, projectId: "p" });
    const doc = open();
    autosave.watch(doc);
    for (let i = 0; i < 5; i++) {
      paint(doc, i + 1, i);
      expect(log.writes).toBe(i + 1);
      expect(autosave.status.getState()).toEqual({ state: "saving" });
      await vi.advanceTimersByTimeAsync(0);
      expect(autosave.status.getState()).toEqual({ state: "saved", at: expect.any(Number) });
      const killed = createAutosave({ store, projectId: "p" });
      expect(await killed.keys()).toEqual(["a/b.png"]);
      expect(open("a/b.png", await killed.load("a/b.png")).labels.data).toEqual(doc.labels.data);
      await vi.advanceTimersByTimeAsync(300);
    }
    // The first as a whole.
    expect(await store.keys("log/")).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(600);
    expect(log.writes).toBe(6);
    expect(await store.keys("log/")).toEqual([]);
    expect(autosave.status.getState()).toEqual({ state: "saved", at: expect.any(Number) });

    const later = createAutosave({ store, projectId: "p" });
    expect(open("a/b.png", await later.load("a/b.png")).labels.data).toEqual(doc.labels.data);
    expect(await createAutosave({ store, projectId: "other" }).load("a/b.png")).toBeNull();
  });

  it("keeps a stroke once it is done; one being drawn only when the page may go", async () => {
    const { store, log } = fakeStore();
    const autosave = createAutosave({ store, projectId: "p" });
    const doc = open();
    autosave.watch(doc);
    paint(doc, 1);
    await autosave.flush();
    const before = log.writes;
    const stroke = doc.begin("stroke");
    stroke.edit.setLabel(rectRegion({ x: 9, y: 0, width: 5, height: 5 }), 4);
    await vi.advanceTimersByTimeAsync(20_000);
    // A note that one was begun.
    expect(log.writes).toBe(before + 1);
    expect(await createAutosave({ store, projectId: "p" }).begun("a/b.png")).toEqual(expect.any(Number));
    expect(autosave.status.getState()).toEqual({ state: "pending" });
    await autosave.flush();
    const cut = createAutosave({ store, projectId: "p" });
    expect(open("a/b.png", await cut.load("a/b.png")).labels.data).toEqual(doc.labels.data);
    stroke.edit.setLabel(rectRegion({ x: 15, y: 0, width: 5, height: 5 }), 4);
    stroke.commit();
    const again = createAutosave({ store, projectId: "p" });
    expect(open("a/b.png", await again.load("a/b.png")).labels.data).toEqual(doc.labels.data);
    expect((await again.loadWithPast("a/b.png"))?.past.done.map(({ name }) => name)).toEqual(["paint", "stroke"]);
    expect(await again.begun("a/b.png")).toBeNull();
  });

  it("does not wait for ever while changes go on", async () => {
    const { store, log } = fakeStore();
    const autosave = createAutosave({ store, projectId: "p" });
    const doc = open();
    autosave.watch(doc);
    for (let i = 0; i < 60; i++) {
      paint(doc, i + 1);
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(log.writes).toBeGreaterThanOrEqual(2);
  });

  it("keeps proposals, and forgets what is as if it had never been opened", async () => {
    const { store } = fakeStore();
    const autosave = createAutosave({ store, projectId: "p" });
    const doc = open();
    autosave.watch(doc);
    await autosave.flush();
    expect(await autosave.keys()).toEqual([]);
    doc.propose({ text: "a preview" });
    expect(autosave.status.getState().state).toBe("pending");
    await autosave.flush();
    expect((await autosave.loadWithPast("a/b.png"))?.past.proposals).toEqual({ only: { text: "a preview" } });
    doc.edit("drop", (edit) => edit.dropProposal("only"));
    doc.undo();
    paint(doc, 3);
    await autosave.flush();
    const entries = await store.entries("past/p/a/b.png\0");
    // The step, and the proposal it dropped; the step that was undone is gone.
    expect(entries).toHaveLength(2);
  });

  it("keeps changes not saved yet when watching stops, and hands them to whoever opens the image again", async () => {
    const { store } = fakeStore();
    const autosave = createAutosave({ store, projectId: "p" });
    const doc = open();
    const stop = autosave.watch(doc);
    paint(doc, 3);
    stop();
    expect((await autosave.load("a/b.png"))?.runs.length).toBeGreaterThan(0);
    await autosave.flush();
    expect(await autosave.keys()).toEqual(["a/b.png"]);
    paint(doc, 4);
    expect(autosave.status.getState().state).toBe("saved");
  });

  it("says why it failed and what to do, keeps the work, and succeeds on retry", async () => {
    const { store, log } = fakeStore();
    const autosave = createAutosave({ store, projectId: "p" });
    const [one, two] = [open("one"), open("two")];
    autosave.watch(one);
    autosave.watch(two);
    log.error = new DOMException("full", "QuotaExceededError");
    paint(one, 3);
    paint(two, 4);
    await vi.advanceTimersByTimeAsync(1000);
    expect(autosave.status.getState()).toEqual({ state: "failed", reason: expect.stringContaining("storage is full") });
    log.error = null;
    await autosave.flush();
    expect(autosave.status.getState().state).toBe("saved");
    expect(await autosave.keys()).toEqual(["one", "two"]);
  });

  it("never lets an older state overwrite a newer one", async () => {
    const { store } = fakeStore();
    const release: (() => void)[] = [];
    const slow: KeyValueStore = {
      ...store,
      async write(puts, deletes) {
        const taken = structuredClone(puts);
        await new Promise<void>((resolve) => release.push(resolve));
        await store.write(taken, deletes);
      },
    };
    const autosave = createAutosave({ store: slow, projectId: "p" });
    const doc = open();
    autosave.watch(doc);
    paint(doc, 3);
    const saving = autosave.flush();
    paint(doc, 9);
    const again = autosave.flush();
    while (release.length > 0) {
      release.shift()?.();
      await vi.advanceTimersByTimeAsync(1);
    }
    await saving;
    await again;
    expect(open("a/b.png", await autosave.load("a/b.png")).labels.data[0]).toBe(9);
    expect(autosave.status.getState().state).toBe("saved");
  });

  it("begins to write in the call itself, whatever is being written: a page that goes runs no further turn", async () => {
    const { store } = fakeStore();
    const written: number[] = [];
    let logged = 0;
    const hanging: KeyValueStore = {
      ...store,
      write: (puts) => {
        for (const [key, value] of puts) {
          if (key.startsWith("work/")) written.push((value as WorkingState).runs.length);
          if (key.startsWith("log/")) logged++;
        }
        return new Promise(() => undefined);
      },
    };
    const autosave = createAutosave({ store: hanging, projectId: "p" });
    const doc = open();
    autosave.watch(doc);
    paint(doc, 3);
    expect(written).toHaveLength(1);
    paint(doc, 9, 20);
    expect(logged).toBe(1);
    void autosave.flush();
    expect(written).toEqual([written[0], doc.snapshot().runs.length]);
    expect(autosave.status.getState().state).toBe("saving");
  });

  it("is not called saved while anything waits, and writes again what failed meanwhile", async () => {
    const { store, log } = fakeStore();
    const ends: (() => void)[] = [];
    const slow: KeyValueStore = {
      ...store,
      write: async (puts, deletes) => {
        const taken = structuredClone(puts);
        await new Promise<void>((resolve) => ends.push(resolve));
        await store.write(taken, deletes);
      },
    };
    const autosave = createAutosave({ store: slow, projectId: "p" });
    const [one, two] = [open("one"), open("two")];
    autosave.watch(one);
    autosave.watch(two);
    paint(one, 3);
    const first = autosave.flush();
    paint(two, 3);
    log.error = new Error("no");
    ends.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(autosave.status.getState().state).toBe("saving");
    log.error = null;
    const second = autosave.flush();
    while (ends.length > 0) ends.shift()?.();
    await Promise.all([first, second]);
    expect(autosave.status.getState().state).toBe("saved");
    expect(await autosave.keys()).toEqual(["one", "two"]);
  });

  it("reports damaged work instead of opening or hiding it", async () => {
    const { store } = fakeStore();
    await store.set("work/p/x", { format: 1 });
    const autosave = createAutosave({ store, projectId: "p" });
    expect(await autosave.load("x")).toBeNull();
    expect(autosave.status.getState()).toEqual({ state: "failed", reason: expect.stringContaining("damaged") });
  });

  it("keeps a document that is not watched, and follows one saved in place", async () => {
    const { store } = fakeStore();
    const autosave = createAutosave({ store, projectId: "p" });
    const doc = open();
    paint(doc, 3);
    await autosave.keep(doc);
    expect(await autosave.keys()).toEqual(["a/b.png"]);
    autosave.watch(doc);
    doc.markSaved({ labels: doc.labels, version: doc.store.getState().version });
    await autosave.flush();
    // What was done before can still be undone.
    expect((await autosave.load("a/b.png"))?.runs).toHaveLength(0);
  });
});

describe("records kept with a document", () => {
  it("are written in one with it, at once, while others still wait", async () => {
    const { store, log } = fakeStore();
    const autosave = createAutosave({ store, projectId: "p" });
    const [doc, other] = [open(), open("c.png")];
    for (const one of [doc, other]) autosave.watch(one);
    for (const one of [doc, other]) one.propose({ text: "a preview" });
    await autosave.keepWith(doc, [["note", "done"]]);
    expect(log.writes).toBe(1);
    expect(await store.get("note")).toBe("done");
    expect(await autosave.keys()).toEqual(["a/b.png"]);
    expect(autosave.status.getState()).not.toMatchObject({ state: "saved" });
    await vi.advanceTimersByTimeAsync(5000);
    expect(log.writes).toBe(2);
    expect(autosave.status.getState()).toMatchObject({ state: "saved" });
    await autosave.keepWith(doc, [["note", "again"]]);
    expect(autosave.status.getState()).toMatchObject({ state: "saved" });
  });

  it("are not written where the document is not, which stays to be saved", async () => {
    const { store, log } = fakeStore();
    const autosave = createAutosave({ store, projectId: "p" });
    const doc = open();
    paint(doc, 1);
    log.error = new DOMException("full", "QuotaExceededError");
    await expect(autosave.keepWith(doc, [["note", "done"]])).rejects.toThrow("full");
    expect(autosave.status.getState()).toMatchObject({ state: "failed", reason: expect.stringContaining("full") });
    log.error = null;
    await autosave.flush();
    expect(await store.get("note")).toBeUndefined();
    expect(await autosave.keys()).toEqual(["a/b.png"]);
  });
});
