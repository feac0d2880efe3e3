import { describe, expect, it } from "vitest";
import { createLabelMap, type LabelMap } from "../core/labelMap";
import { createRandom, type Random } from "../core/random";
import { type Region, rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { accept, reject, skip } from "../review/decisions";
import { openRows } from "../review/queue";
import { FOUND, LIVE } from "../review/sets";
import { suggestionTraits } from "../review/suggestions";
import type { OpenDocument, SuggestionSet } from "../review/types";
import { createAutosave } from "./autosave";
import { type KeyValueStore, memoryStore } from "./storage";

/** As IndexedDB does: what is read is never what was written. */
function cloningStore(): KeyValueStore {
  const store = memoryStore();
  return {
    ...store,
    get: async (key) => structuredClone(await store.get(key)),
    entries: async (prefix) => structuredClone(await store.entries(prefix)),
    read: async (keys, prefixes) => structuredClone(await store.read(keys, prefixes)),
    write: (puts, deletes) => store.write(structuredClone(puts), deletes),
  };
}

const [width, height] = [100, 70];

function file(random: Random): LabelMap {
  const labels = createLabelMap(width, height);
  for (let i = 0; i < labels.data.length; i++) labels.data[i] = random.int(3);
  return labels;
}

function randomRegion(random: Random): Region {
  const [w, h] = [1 + random.int(30), 1 + random.int(20)];
  return rectRegion({ x: random.int(width - w), y: random.int(height - h), width: w, height: h });
}

/** A set that is the same for every document but for the version. */
function randomSet(random: Random, name: string): Omit<SuggestionSet, "documentVersion"> {
  const suggestions = Array.from({ length: 1 + random.int(5) }, (_, id) => {
    const region = randomRegion(random);
    const ids = Uint16Array.from(region.bits, () => random.int(4));
    const facts = { from: 0, to: random.int(4), area: region.bits.length, confidence: random.next(), needsHint: false };
    const found = name === FOUND ? { found: true as const } : {};
    return { id, region, ...facts, ...found, ...(random.next() < 0.5 ? { ids } : {}), decision: "pending" as const };
  });
  const rect = { x: 0, y: 0, width, height };
  const confidence = { rect, data: Uint8Array.from({ length: width * height }, () => random.int(256)) };
  const heat = name === FOUND ? { heat: new Uint8Array(width * height).fill(random.int(256)) } : {};
  return { name, ratio: 0.5, passes: 2, passesDone: 2, model: "test", suggestions, confidence, ...heat };
}

/** One random thing a user does, as something that can be done to several documents alike. */
function randomAction(random: Random): (doc: OpenDocument) => void {
  const region = randomRegion(random);
  const [id, on, name, at] = [random.int(4), random.next() < 0.7, random.next() < 0.5 ? LIVE : FOUND, random.int(8)];
  const set = randomSet(random, name);
  const decide = [accept, reject, skip][random.int(3)];
  switch (random.int(11)) {
    case 0:
    case 1:
      return (doc) => doc.edit("Mask", (edit) => edit.setMask(region, on));
    case 2:
      return (doc) => {
        const stroke = doc.begin("Paint");
        stroke.edit.setLabel(region, id);
        if (on) stroke.commit();
        else stroke.cancel();
      };
    case 3:
      return (doc) => {
        doc.propose({ ...set, documentVersion: doc.store.getState().version });
        doc.show(name);
      };
    case 4:
    case 5:
    case 6:
      return (doc) => {
        const now = doc.store.getState().proposals[name];
        const row = openRows(now ?? null)[at];
        if (now !== undefined && row !== undefined) decide(doc, now, row.id, { now: at });
      };
    case 7:
      return (doc) => void doc.redo();
    case 8:
      // As an import does that takes the other side's decisions.
      return (doc) =>
        doc.edit("Take", (edit) => {
          edit.setLabel(region, id);
          edit.setDecisions(
            doc.store
              .getState()
              .decisions.slice(on ? 1 : 0)
              .reverse(),
          );
        });
    case 9:
      return (doc) =>
        doc.edit("Clear", (edit) => {
          if (on) edit.takeBackHints(region);
          else edit.dropProposal(name);
        });
    default:
      return (doc) => void doc.undo();
  }
}

/** All that the user can see of a document, as text: comparing arrays value by value takes minutes. */
function seen(doc: OpenDocument): string {
  const { decisions, proposals, shown, undoName, redoName, maskedPixels, hintPixels, changedPixels } =
    doc.store.getState();
  const sets = [LIVE, FOUND].map((name) => proposals[name]).map((set) => set && { ...set, documentVersion: 0 });
  const rasters = [doc.labels, doc.mask, doc.hints].map(({ data }) => data);
  const all = { decisions, sets, shown, undoName, redoName, maskedPixels, hintPixels, changedPixels, rasters };
  return JSON.stringify(all, (_, one: unknown) =>
    ArrayBuffer.isView(one) ? Buffer.from(one.buffer, one.byteOffset, one.byteLength).toString("base64") : one,
  );
}

async function play(seed: number): Promise<void> {
  const random = createRandom(seed);
  const labels = file(random);
  const made = { key: "a.png", labels, traits: suggestionTraits };
  const store = cloningStore();
  const straight = createDocument(made);
  let reloaded: OpenDocument = createDocument(made);
  let autosave = createAutosave({ store, projectId: "p" });
  for (let step = 0; step < 60; step++) {
    const action = randomAction(random);
    for (const doc of [straight, reloaded]) action(doc);
    if (random.next() < 0.5) await autosave.keep(reloaded);
    if (random.next() < 0.3) {
      await autosave.keep(reloaded);
      autosave = createAutosave({ store, projectId: "p" });
      const kept = await autosave.loadWithPast("a.png");
      expect(kept?.lost ?? false).toBe(false);
      reloaded =
        kept === null
          ? createDocument(made)
          : createDocument({ ...made, working: kept.working, past: kept.past as never });
      reloaded.show(straight.store.getState().shown);
    }
    expect(seen(reloaded) === seen(straight), `seed ${seed}, step ${step}`).toBe(true);
  }
  for (const way of ["undo", "redo"] as const) {
    for (let name: string | null = ""; name !== null; ) {
      name = straight[way]();
      expect(reloaded[way]()).toBe(name);
      expect(seen(reloaded) === seen(straight), `seed ${seed}, ${way} of ${name}`).toBe(true);
    }
  }
}

/** The browser is killed now and then: what was committed before is there, with nothing ever kept as a whole but by chance. */
async function playKilled(seed: number): Promise<void> {
  const random = createRandom(seed);
  const made = { key: "a.png", labels: file(random), traits: suggestionTraits };
  const store = cloningStore();
  const straight = createDocument(made);
  let [reloaded, replayed]: [OpenDocument, number] = [createDocument(made), 0];
  let autosave = createAutosave({ store, projectId: "p", delayMs: 1e8, maxDelayMs: 1e8 });
  let stop = autosave.watch(reloaded);
  for (let step = 0; step < 60; step++) {
    const action = randomAction(random);
    const { steps } = reloaded.store.getState();
    for (const doc of [straight, reloaded]) action(doc);
    // Suggestions are kept after a pause, or with the next step.
    if (reloaded.store.getState().steps === steps || random.next() < 0.1) await autosave.flush();
    if (random.next() < 0.3) {
      stop();
      autosave = createAutosave({ store, projectId: "p", delayMs: 1e8, maxDelayMs: 1e8 });
      const kept = await autosave.loadWithPast("a.png");
      expect({ lost: kept?.lost ?? false, isBroken: kept?.isBroken ?? false }).toEqual({
        lost: false,
        isBroken: false,
      });
      expect(await autosave.load("a.png")).toEqual(kept?.working ?? null);
      replayed += kept?.replayed?.count ?? 0;
      reloaded =
        kept === null
          ? createDocument(made)
          : createDocument({ ...made, working: kept.working, past: kept.past as never });
      reloaded.show(straight.store.getState().shown);
      expect(kept?.working ?? reloaded.snapshot()).toEqual(reloaded.snapshot());
      stop = autosave.watch(reloaded);
    }
    expect(seen(reloaded) === seen(straight), `seed ${seed}, step ${step}`).toBe(true);
  }
  stop();
  expect(replayed).toBeGreaterThan(0);
}

describe("after the label was saved into its file", () => {
  it("all steps before can still be undone, those on hints too", async () => {
    const labels = createLabelMap(width, height);
    const made = { key: "a.png", traits: suggestionTraits };
    const doc = createDocument({ ...made, labels });
    const at = (x: number) => rectRegion({ x, y: 10, width: 5, height: 5 });
    doc.edit("mask", (edit) => edit.setMask(at(10), true));
    doc.edit("hint", (edit) => edit.setLabel(at(10), 1));
    doc.edit("paint", (edit) => edit.setLabel(at(80), 2));
    const saved: LabelMap = { width, height, data: doc.labels.data.slice() };
    doc.markSaved({ labels: saved, version: doc.store.getState().version });
    const store = cloningStore();
    await createAutosave({ store, projectId: "p" }).keep(doc);
    const kept = await createAutosave({ store, projectId: "p" }).loadWithPast("a.png");
    if (kept === null) return expect.fail("Nothing was kept");
    const again = createDocument({ ...made, labels: saved, working: kept.working, past: kept.past as never });
    expect(again.labels.data).toEqual(saved.data);
    expect(again.store.getState()).toMatchObject({ changedPixels: 50, hintPixels: 25, undoName: "paint" });
    for (const undoName of ["hint", "mask", null]) {
      expect(again.undo()).toBe(doc.undo());
      expect(again.labels.data).toEqual(doc.labels.data);
      expect(again.hints.data).toEqual(doc.hints.data);
      expect(again.store.getState()).toMatchObject({ changedPixels: undoName === "hint" ? 25 : 0, undoName });
    }
    while (again.redo() !== null) doc.redo();
    for (const one of [doc, again]) one.edit("take back", (edit) => edit.takeBackHints(at(10)));
    expect(again.labels.data).toEqual(doc.labels.data);
  });
});

describe("a random session that is reloaded now and then", () => {
  it.each(Array.from({ length: 12 }, (_, i) => 500 + i))("goes on as if it were not (seed %i)", (seed) => play(seed));
  it.each(Array.from({ length: 12 }, (_, i) => 700 + i))("or killed (seed %i)", (seed) => playKilled(seed));
});
