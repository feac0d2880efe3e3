import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import type { DecisionMark } from "../document/types";
import { memoryStore } from "../project/storage";
import { findResult, foundRegion } from "../review/fixtures/found";
import { findSuggestions } from "../review/found";
import { FOUND } from "../review/sets";
import { bulkActs } from "./decisionLog";
import { queueSet, ready } from "./fixtures/queueSet";
import { openCount } from "./queueList";

beforeEach(() => {
  // Records say when: both ways of deciding must say the same.
  vi.useFakeTimers({ toFake: ["Date"], now: 1000 });
});
afterEach(() => void vi.useRealTimers());

type Set = Awaited<ReturnType<typeof queueSet>>;

describe("a wall", () => {
  async function walled(count = 4, store = memoryStore()): Promise<Set & { pair: string }> {
    const set = await queueSet(count, store);
    await set.find(3);
    set.queueing.open();
    const [{ finding }] = set.queueing.store.getState().entries;
    const pair = `${finding.from} ${finding.to}`;
    set.queueing.openWall(pair);
    await ready(set);
    return { ...set, pair };
  }
  const wallOf = ({ queueing }: Set) => {
    const { wall } = queueing.store.getState();
    if (wall === null) throw new Error("No wall is open");
    return wall;
  };
  const changedPixels = (before: readonly number[][], after: readonly number[][]) =>
    after.flatMap((labels, i) => labels.filter((id, at) => id !== before[i][at])).length;

  it("holds all of a pair; what the model is not sure of is not chosen; accepting changes just what was said", async () => {
    const set = await walled();
    const before = await set.exported();
    const { entries, chosen } = wallOf(set);
    for (const one of entries) expect(chosen.has(one.id)).toBe(one.confidence >= 0.5);
    const [first] = [...chosen];
    set.queueing.toggle(first);
    await ready(set);
    const { preview } = wallOf(set);
    expect(preview).toMatchObject({ findings: chosen.size - 1, left: 0, counted: preview.of });
    expect(preview.images).toBeGreaterThan(2);
    await set.queueing.decideWall("accepted");
    const after = await set.exported();
    expect(changedPixels(before.labels, after.labels)).toBe(preview.pixels);
    const { images } = JSON.parse(after.changes) as {
      images: { changedPixels: number; regions: { area: number }[] }[];
    };
    expect(images.reduce((sum, one) => sum + one.changedPixels, 0)).toBe(preview.pixels);
    expect(images.flatMap(({ regions }) => regions)).toHaveLength(preview.findings);
    expect(preview.others).toBe(0);
    expect(images).toHaveLength(preview.images);
    expect(set.queueing.store.getState().entries.some(({ id }) => id === first)).toBe(true);
    expect(set.session.getState().message).toMatchObject({ action: { label: "Undo all" } });
  });

  it("is one undo step an image, and one press takes all of it back, after leaving and with other work in between", async () => {
    const set = await walled();
    const before = await set.exported();
    await set.queueing.decideWall("accepted");
    const { action } = set.session.getState().message ?? {};
    const document = await set.openImage(0);
    expect(document.store.getState().undoName).toMatch(/^Accept \d+ /);
    set.queueing.close();
    const free = rectRegion({ x: 92, y: 60, width: 4, height: 4 });
    document.edit("Paint", (edit) => edit.setLabel(free, 6));
    action?.run();
    await vi.waitFor(() => expect(set.session.getState().message?.title).toBe("Undone"));
    const after = await set.exported();
    expect(changedPixels(before.labels, after.labels)).toBe(16);
    document.edit("Paint", (edit) => edit.setLabel(free, 1));
    expect(await set.exported().then(({ labels }) => labels)).toEqual(before.labels);
    expect(document.store.getState().decisions).toEqual([]);
  });

  it("taken back counts as open again, once: a second press changes nothing and says so", async () => {
    const set = await walled();
    const before = await set.exported();
    await set.queueing.decideWall("accepted");
    const { decided } = set.queueing.store.getState();
    expect(decided).toBeGreaterThan(0);
    const { action } = set.session.getState().message ?? {};
    await set.queueing.undo();
    expect(set.queueing.store.getState().decided).toBe(0);
    action?.run();
    await vi.waitFor(() => expect(set.session.getState().message?.title).toBe("Undone already"));
    expect(set.queueing.store.getState().decided).toBe(0);
    expect((await set.exported()).labels).toEqual(before.labels);
  });

  it("is taken back after a reload too, but for an image whose pixels were edited since, which is named", async () => {
    const store = memoryStore();
    const first = await walled(4, store);
    const before = await first.exported();
    await first.queueing.decideWall("accepted");
    const { text } = first.queueing.acts.getState().acts[0];
    expect(text).toMatch(/^Accepted \d+ class/);
    await first.autosave.flush();

    const again = await queueSet(4, store);
    const [act] = again.queueing.acts.getState().acts;
    expect(act).toMatchObject({ text });
    expect(act.parts.length).toBeGreaterThan(2);
    const [edited, ...others] = act.parts.map(({ key }) => again.dataset.items.findIndex((item) => item.key === key));
    const { bounds } = act.parts[0].record as DecisionMark;
    const document = await again.documentOf(edited);
    document.edit("Paint", (edit) => edit.setLabel(rectRegion({ ...bounds, width: 3, height: 3 }), 6));
    const stands = Array.from(document.labels.data);
    await again.queueing.takeBack(act);
    const { message } = again.session.getState();
    expect(message?.title).toBe("Undone");
    expect(message?.text).toContain(`taken back in ${others.length} images.`);
    expect(message?.text).toContain(`It stands in ${again.dataset.items[edited].name}: edited there since.`);
    const after = await again.exported();
    expect(after.labels[edited]).toEqual(stands);
    for (const other of others) expect(after.labels[other]).toEqual(before.labels[other]);
    // What stands can be tried again, also at another visit, once the edit is undone.
    for (const set of [again, await queueSet(4, store)]) {
      const [rest] = bulkActs(set.queueing.acts.getState().acts);
      expect(rest.parts.map(({ key }) => key)).toEqual([act.parts[0].key]);
      expect(rest.parts[0].stands).toBe(set === again ? "edited" : undefined);
      if (set !== again) continue;
      await again.queueing.takeBack(rest);
      expect(again.session.getState().message?.title).toBe("Not undone");
    }
    (await again.documentOf(edited)).undo();
    const [rest] = again.queueing.acts.getState().acts;
    await again.queueing.takeBack(rest);
    expect(again.session.getState().message?.title).toBe("Undone");
    expect((await again.exported()).labels).toEqual(before.labels);
    expect(again.queueing.acts.getState().acts).toEqual([]);
    expect((await queueSet(4, store)).queueing.acts.getState().acts).toEqual([]);
  });

  it("that another lies over can be taken back once that is, in either way", async () => {
    const set = await walled();
    const before = await set.exported();
    await set.queueing.decideWall("accepted");
    const [lower] = set.queueing.acts.getState().acts;
    // Over the same pixels, as a second pair of classes.
    const pixels = { x: 0, y: 0, width: 96, height: 64 };
    for (const place of before.labels.keys()) {
      const document = await set.documentOf(place);
      const box = foundRegion(pixels, () => 5, { from: 1, to: 5, confidence: 0.9 });
      document.propose(findSuggestions(document, findResult(document, [box])));
      await set.autosave.flush();
    }
    const boxes = set.queueing.store.getState().entries.filter(({ finding }) => finding.to === 5);
    set.queueing.openWall(`${boxes[0].finding.from} 5`);
    await ready(set);
    await set.queueing.decideWall("accepted");
    const upper = set.queueing.acts.getState().acts.at(-1);
    if (upper === undefined || upper === lower) throw new Error("Nothing lies over it");
    const images = lower.parts.length;
    await set.queueing.takeBack(lower);
    expect(set.session.getState().message?.text).toContain("nothing of it was taken back. It stands in ");
    const left = () => set.queueing.acts.getState().acts.map(({ text, parts }) => [text, parts.length]);
    expect(left()).toEqual([
      [lower.text, images],
      [upper.text, upper.parts.length],
    ]);
    // What cannot be undone yet does not keep others from it.
    await set.queueing.undo();
    expect(left()).toEqual([[lower.text, images]]);
    await set.queueing.undo();
    expect(left()).toEqual([]);
    expect((await set.exported()).labels).toEqual(before.labels);
  });

  it("that a reload ended in the middle can be taken back as far as it came", async () => {
    const store = memoryStore();
    const first = await walled(4, store);
    const before = await first.exported();
    let copy: [string, unknown][] = [];
    first.session.subscribe(({ changingMany }) => {
      // What is kept when the third image is begun.
      if (changingMany?.done === 2 && copy.length === 0)
        void first.autosave.flush().then(async () => (copy = await store.entries("")));
    });
    await first.queueing.decideWall("accepted");
    const kept = memoryStore();
    await kept.write(copy, []);
    const again = await queueSet(4, kept);
    const [act] = again.queueing.acts.getState().acts;
    expect(act.parts.length).toBeGreaterThanOrEqual(2);
    await again.queueing.undo();
    expect((await again.exported()).labels).toEqual(before.labels);
    expect(openCount(again.session.getState())).toBe(32);
  });

  /** Stops the next change to many images once so many are done; nothing may be exported until then. */
  function stopAfter({ session }: Set, images: number): void {
    const end = session.subscribe(({ changingMany }) => {
      expect(changingMany).not.toBeNull();
      if (changingMany?.done !== images) return;
      changingMany.stop();
      end();
    });
  }
  const changedImages = async (set: Set) =>
    (JSON.parse((await set.exported()).changes) as { images: unknown[] }).images.length;

  it("can be stopped between images, and says how many were done", async () => {
    const set = await walled();
    stopAfter(set, 2);
    await set.queueing.decideWall("accepted");
    expect(set.session.getState().changingMany).toBeNull();
    const { message } = set.session.getState();
    expect(message?.text).toMatch(/in 2 images, .* stay open\. Stopped by you\./);
    expect(await changedImages(set)).toBe(2);
  });

  it("taking it back can be stopped between images too: what is left can be taken back later, also at another visit", async () => {
    for (const isReloaded of [false, true]) {
      const store = memoryStore();
      const first = await walled(4, store);
      const before = await first.exported();
      await first.queueing.decideWall("accepted");
      const images = await changedImages(first);
      const { action } = first.session.getState().message ?? {};
      stopAfter(first, 1);
      await first.queueing.undo();
      expect(first.session.getState().message).toMatchObject({ title: "Undone" });
      expect(first.session.getState().message?.text).toContain(
        "taken back in 1 image. Stopped by you. The rest can be taken back later.",
      );
      expect(await changedImages(first)).toBe(images - 1);
      const set = isReloaded ? await queueSet(4, store) : first;
      expect(set.queueing.acts.getState().acts.map(({ parts }) => parts.length)).toEqual([images - 1]);
      // The message's button takes back what is left as well.
      if (isReloaded) await set.queueing.undo();
      else action?.run();
      const text = `taken back in ${images - 1} images.`;
      await vi.waitFor(() => expect(set.session.getState().message?.text).toContain(text));
      expect((await set.exported()).labels).toEqual(before.labels);
      expect(set.queueing.acts.getState().acts).toEqual([]);
    }
  });

  it("rejects what is not chosen: it does not come back, and no label changes", async () => {
    const set = await walled();
    const before = await set.exported();
    for (const id of [...wallOf(set).chosen].slice(0, 2)) set.queueing.toggle(id);
    await ready(set);
    const others = wallOf(set).entries.filter(({ id }) => !wallOf(set).chosen.has(id)).length;
    expect(others).toBeGreaterThan(0);
    await set.queueing.decideWall("rejected");
    expect((await set.exported()).labels).toEqual(before.labels);
    expect(openCount(set.session.getState())).toBe(32 - others);
    await set.queueing.undo();
    expect(openCount(set.session.getState())).toBe(32);
  });

  it("keeps no more documents in memory than the queue itself", async () => {
    const set = await walled(12);
    let most = 0;
    set.queueing.store.subscribe(() => {
      most = Math.max(most, set.dataset.items.filter(({ key }) => set.documents.inMemory(key) !== null).length);
    });
    await set.queueing.decideWall("accepted");
    await ready(set);
    expect(most).toBeLessThanOrEqual(6);
    for (const { key } of set.dataset.items) {
      const kept = await set.autosave.load(key);
      expect(kept?.decisions.length ?? 0).toBeGreaterThan(0);
    }
  });

  it("says how many pixels get another class than the pair's: small parts of what was found", async () => {
    const set = await queueSet(1);
    const document = await set.documentOf(0);
    // 20 of 1,000 px become class 5.
    const rect = { x: 0, y: 0, width: 50, height: 20 };
    const region = foundRegion(rect, (x, y) => (y === 0 && x < 20 ? 5 : 2), { from: 1, to: 2, confidence: 0.9 });
    document.propose(findSuggestions(document, findResult(document, [region])));
    set.queueing.open();
    await ready(set);
    set.queueing.openWall("1 2");
    await ready(set);
    expect(wallOf(set).preview).toMatchObject({ findings: 1, pixels: 1000, others: 20 });
    await set.queueing.decideWall("accepted");
    expect(set.session.getState().message?.text).toBe("in 1 image, 1,000 pixels, 20 of them to other classes.");
  });

  it("is empty where a lock keeps all of it", async () => {
    const set = await walled();
    const to = Number(set.pair.split(" ")[1]);
    set.settings.setState({ lockedClasses: new Set([to]) });
    await ready(set);
    expect(set.queueing.store.getState().wall?.entries ?? []).toEqual([]);
    await set.queueing.decideWall("accepted");
    const { proposals } = (await set.documentOf(0)).store.getState();
    expect(proposals[FOUND]?.suggestions.every(({ decision }) => decision === "pending")).toBe(true);
  });
});
