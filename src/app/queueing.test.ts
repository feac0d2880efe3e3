import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRandom } from "../core/random";
import { rectRegion } from "../core/region";
import { memoryStore } from "../project/storage";
import { findResult, foundRegion } from "../review/fixtures/found";
import { findSuggestions } from "../review/found";
import { queueSet, ready } from "./fixtures/queueSet";
import { openPairs } from "./imageOrder";
import { lockedCount, openCount } from "./queueList";

beforeEach(() => {
  // Records say when: both ways of deciding must say the same.
  vi.useFakeTimers({ toFake: ["Date"], now: 1000 });
});
afterEach(() => void vi.useRealTimers());

type Set = Awaited<ReturnType<typeof queueSet>>;

const currentOf = ({ queueing }: Set) => queueing.store.getState().current;
const said = ({ session }: Set) => session.getState().announcement.text;

async function opened(count: number, seed = 1): Promise<Set> {
  const set = await queueSet(count);
  await set.find(seed);
  set.queueing.open();
  await ready(set);
  return set;
}

describe("the queue", () => {
  it("shows one finding after the other across images, the surest first, and opens what comes next before", async () => {
    const set = await opened(3);
    const { queueing, documents, dataset } = set;
    const { entries } = queueing.store.getState();
    expect(entries).toHaveLength(24);
    expect(new Set(entries.map(({ key }) => key)).size).toBe(3);
    const sure = entries.map(({ confidence }) => confidence);
    expect(sure).toEqual([...sure].sort((a, b) => b - a));
    expect(queueing.store.getState().shown?.entry).toBe(entries[0]);
    expect(dataset.items.every(({ key }) => documents.inMemory(key) !== null)).toBe(true);
    queueing.decide("accept");
    await ready(set);
    expect(queueing.store.getState().entries).toHaveLength(23);
    expect(said(set)).toMatch(/^Accepted: .+ in \w, \d+ pixels\. 1 of 23: .+, in \w$/);
  });

  it("ranks what is left by what was decided, in all images; excluded images are left out", async () => {
    const set = await opened(3);
    const { queueing, session } = set;
    const before = queueing.store.getState().entries;
    const { from, to } = before[0].finding;
    for (let i = 0; i < 3; i++) {
      const entry = queueing.store.getState().entries.find(({ finding }) => finding.to === to);
      queueing.select(entry?.id ?? "");
      await ready(set);
      queueing.decide("reject");
      await ready(set);
    }
    const known = new Map(before.map(({ id, confidence }) => [id, confidence]));
    const left = queueing.store.getState().entries.filter(({ finding }) => finding.from === from && finding.to === to);
    expect(left.length).toBeGreaterThan(0);
    for (const { id, confidence } of left) expect(confidence).toBeLessThan(known.get(id) ?? 0);
    const [{ key }] = left;
    session.setState(({ summaries }) => {
      const one = summaries.get(key);
      return { summaries: one === undefined ? summaries : new Map(summaries).set(key, { ...one, excluded: true }) };
    });
    expect(queueing.store.getState().entries.some((one) => one.key === key)).toBe(false);
  });

  it("puts what is skipped last, and steps to and fro", async () => {
    const set = await opened(2);
    const { queueing } = set;
    const [first, second] = queueing.store.getState().entries;
    queueing.decide("skip");
    await ready(set);
    expect(currentOf(set)?.id).toBe(second.id);
    expect(queueing.store.getState().entries.at(-1)?.id).toBe(first.id);
    expect(queueing.step(1)).toBe(true);
    expect(queueing.step(-1)).toBe(true);
    expect(queueing.step(-1)).toBe(false);
    await ready(set);
    expect(queueing.store.getState().shown?.entry.id).toBe(second.id);
  });

  it("counts what is skipped as left for later, not as decided, until it is decided", async () => {
    const set = await opened(2);
    const { queueing } = set;
    const [first] = queueing.store.getState().entries;
    const now = () => {
      const { decided, skipped, counts, undoable } = queueing.store.getState();
      return { decided, skipped, open: counts.objects + counts.boundaries, undoable };
    };
    const { open } = now();
    queueing.decide("skip");
    await ready(set);
    expect(now()).toEqual({ decided: 0, skipped: 1, open, undoable: true });
    queueing.select(first.id);
    await ready(set);
    queueing.decide("reject");
    await ready(set);
    expect(now()).toEqual({ decided: 1, skipped: 0, open: open - 1, undoable: true });
    await queueing.undo();
    expect(now()).toEqual({ decided: 0, skipped: 1, open, undoable: true });
    // What can be taken back does not depend on the view having been left meanwhile.
    queueing.close();
    queueing.open();
    await ready(set);
    expect(now().undoable).toBe(true);
    await queueing.undo();
    expect(now()).toEqual({ decided: 0, skipped: 0, open, undoable: false });
  });

  it("decides nothing on what is not shown yet", async () => {
    const set = await opened(2);
    const { queueing } = set;
    queueing.decide("accept");
    const other = queueing.store.getState().entries.find(({ key }) => key !== currentOf(set)?.key);
    queueing.select(other?.id ?? "");
    queueing.decide("accept");
    expect(said(set)).toBe("It is still being opened.");
    await ready(set);
    expect(queueing.store.getState().entries).toHaveLength(15);
  });

  it("drops a finding whose label changed since its summary was made, and says so", async () => {
    const set = await opened(2);
    const { queueing, session, documentOf, dataset } = set;
    const stale = session.getState().summaries;
    const last = queueing.store.getState().entries.at(-1);
    if (last === undefined) throw new Error("Nothing was found");
    const index = dataset.items.findIndex(({ key }) => key === last.key);
    const { bounds } = last.finding;
    (await documentOf(index)).edit("Paint", (edit) => edit.setLabel(rectRegion({ ...bounds, width: 2 }), 5));
    expect(queueing.store.getState().entries.some(({ id }) => id === last.id)).toBe(false);
    session.setState({ summaries: stale });
    queueing.select(last.id);
    await ready(set);
    expect(session.getState().message?.text).toContain(`A finding in ${dataset.items[index].name} was dropped`);
    expect(queueing.store.getState().entries.some(({ id }) => id === last.id)).toBe(false);
    expect(queueing.store.getState().shown?.entry.id).toBe(currentOf(set)?.id);
  });

  it("goes on where it was after a reload, with nothing decided twice and nothing lost", async () => {
    const store = memoryStore();
    const first = await queueSet(3, store);
    await first.find(7);
    first.queueing.open();
    await ready(first);
    for (const verdict of ["accept", "reject", "skip", "accept"] as const) {
      first.queueing.decide(verdict);
      await ready(first);
    }
    const before = await first.exported();
    const left = first.queueing.store.getState().entries.map(({ id, confidence }) => [id, confidence]);
    const again = await queueSet(3, store);
    again.queueing.open();
    await ready(again);
    expect(again.queueing.store.getState().entries.map(({ id, confidence }) => [id, confidence])).toEqual(left);
    expect(currentOf(again)?.id).toBe(currentOf(first)?.id);
    expect(await again.exported()).toEqual(before);
  });

  it("does not say that all is decided while boundaries wait", async () => {
    const set = await queueSet(1);
    const document = await set.documentOf(0);
    document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 40, width: 96, height: 24 }), 2));
    const regions = [
      { x: 8, y: 4, width: 18, height: 12 },
      { x: 0, y: 38, width: 96, height: 2 },
    ].map((rect) => foundRegion(rect, () => 2, { from: 1, to: 2 }));
    document.propose(findSuggestions(document, findResult(document, regions)));
    set.queueing.open();
    await ready(set);
    expect(set.queueing.store.getState().counts).toEqual({ objects: 1, boundaries: 1 });
    set.queueing.decide("accept");
    await ready(set);
    expect(said(set)).toMatch(/pixels\. All objects are decided, 1 boundary waits\.$/);
    set.queueing.choose("boundaries");
    await ready(set);
    set.queueing.decide("accept");
    await ready(set);
    expect(said(set)).toMatch(/pixels\. All is decided\.$/);
  });

  it("goes on without what locks leave nothing of, which is counted apart and comes back with the unlocking", async () => {
    const set = await opened(1);
    const { queueing, session, settings } = set;
    const to = currentOf(set)?.finding.to ?? 0;
    const tos = () => queueing.store.getState().entries.map(({ finding }) => finding.to);
    const before = tos();
    const own = before.filter((id) => id === to).length;
    settings.setState({ lockedClasses: new Set([to]) });
    await ready(set);
    expect(tos()).toEqual(before.filter((id) => id !== to));
    expect(openPairs(session.getState()).map((pair) => pair.to)).not.toContain(to);
    expect([openCount(session.getState()), lockedCount(session.getState())]).toEqual([8 - own, own]);
    // Of the old class of all: nothing is left.
    settings.setState({ lockedClasses: new Set([1]) });
    expect([openCount(session.getState()), lockedCount(session.getState())]).toEqual([0, 8]);
    expect(currentOf(set)).toBeNull();
    settings.setState({ lockedClasses: new Set() });
    await ready(set);
    expect(tos()).toEqual(before);
  });
});

describe("undo", () => {
  it("takes back the newest decision wherever it was, names its image and shows it again", async () => {
    const set = await opened(3);
    const { queueing, dataset } = set;
    const before = await set.exported();
    const first = currentOf(set);
    queueing.decide("accept");
    await ready(set);
    const other = queueing.store.getState().entries.find(({ key }) => key !== first?.key);
    queueing.select(other?.id ?? "");
    await ready(set);
    queueing.decide("reject");
    await ready(set);
    await queueing.undo();
    await ready(set);
    expect(currentOf(set)?.id).toBe(other?.id);
    await queueing.undo();
    await ready(set);
    const name = dataset.items.find(({ key }) => key === first?.key)?.name;
    expect(said(set)).toContain(`Undone in ${name}. Accepted: `);
    expect(currentOf(set)?.id).toBe(first?.id);
    expect(await set.exported()).toEqual(before);
    await queueing.undo();
    expect(said(set)).toBe("There is no decision of this review to undo.");
  });

  it("goes on after a reload, past what was taken back in the editor meanwhile", async () => {
    const store = memoryStore();
    const first = await queueSet(2, store);
    await first.find(5);
    first.queueing.open();
    await ready(first);
    const before = await first.exported();
    const oldest = currentOf(first);
    first.queueing.decide("accept");
    await ready(first);
    const other = first.queueing.store.getState().entries.find(({ key }) => key !== oldest?.key);
    first.queueing.select(other?.id ?? "");
    await ready(first);
    first.queueing.decide("accept");
    await ready(first);
    await first.autosave.flush();

    const again = await queueSet(2, store);
    const index = again.dataset.items.findIndex(({ key }) => key === other?.key);
    (await again.openImage(index)).undo();
    again.queueing.open();
    await ready(again);
    await again.queueing.undo();
    await ready(again);
    const name = again.dataset.items.find(({ key }) => key === oldest?.key)?.name;
    expect(said(again)).toContain(`Undone in ${name}. Accepted: `);
    expect((await again.exported()).labels).toEqual(before.labels);
    await again.queueing.undo();
    expect(said(again)).toBe("There is no decision of this review to undo.");
  });

  it("leaves a decision on whose pixels somebody drew since, and says so", async () => {
    const set = await opened(2);
    const oldest = currentOf(set);
    set.queueing.decide("accept");
    await ready(set);
    const first = currentOf(set);
    set.queueing.decide("accept");
    await ready(set);
    const document = await set.documentOf(set.dataset.items.findIndex(({ key }) => key === first?.key));
    const { x, y } = first?.finding.bounds ?? { x: 0, y: 0 };
    document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x, y, width: 2, height: 2 }), 5));
    const before = document.labels.data.slice();
    await set.queueing.undo();
    expect(document.labels.data).toEqual(before);
    expect(set.session.getState().message).toMatchObject({ title: "Not undone" });
    // It does not keep those before it from being undone, and is tried again when the review was left.
    await set.queueing.undo();
    await ready(set);
    expect(currentOf(set)?.id).toBe(oldest?.id);
    document.undo();
    set.queueing.close();
    set.queueing.open();
    await ready(set);
    await set.queueing.undo();
    await ready(set);
    expect(currentOf(set)?.id).toBe(first?.id);
    await set.queueing.undo();
    expect(said(set)).toBe("There is no decision of this review to undo.");
  });
});

it("any order of decisions, undo and edits makes the labels and changes.json of the same done one by one in the editor", async () => {
  for (let seed = 0; seed < 8; seed++) {
    const random = createRandom(seed);
    const [queue, editor] = [await queueSet(5), await queueSet(5)];
    for (const set of [queue, editor]) await set.find(seed);
    queue.queueing.open();
    await ready(queue);
    /** Images of the decisions that can be undone, the newest last; null: painted over since. */
    const acts: { index: number; clean: boolean }[] = [];
    for (let turn = 0; turn < 14; turn++) {
      vi.setSystemTime(2000 + turn);
      const kind = random.int(8);
      if (kind === 7) {
        const index = random.int(5);
        const region = rectRegion({ x: random.int(80), y: random.int(50), width: 9, height: 7 });
        const id = 1 + random.int(4);
        for (const set of [queue, editor])
          (await set.openImage(index)).edit("Paint", (edit) => edit.setLabel(region, id));
        for (const act of acts) if (act.index === index) act.clean = false;
        continue;
      }
      if (kind === 6) {
        const act = acts.at(-1);
        if (act?.clean !== true) continue;
        acts.pop();
        await queue.queueing.undo();
        (await editor.openImage(act.index)).undo();
        continue;
      }
      const { entries } = queue.queueing.store.getState();
      const entry = entries[random.int(entries.length)];
      queue.queueing.select(entry.id);
      await ready(queue);
      const index = queue.dataset.items.findIndex(({ key }) => key === entry.key);
      await editor.openImage(index);
      editor.reviewing.select(entry.finding.id);
      const verdict = (["accept", "accept", "accept", "reject", "skip", "other"] as const)[kind];
      if (verdict === "other") {
        queue.queueing.decide("accept", 4);
        editor.reviewing.acceptAs(4);
      } else {
        if (verdict === "skip" && entry.finding.decision === "skipped") continue;
        queue.queueing.decide(verdict);
        editor.reviewing.decide(verdict);
      }
      acts.push({ index, clean: true });
    }
    await ready(queue);
    const [own, other] = [await queue.exported(), await editor.exported()];
    expect(own.changes, `seed ${seed}`).toBe(other.changes);
    expect(own.labels, `seed ${seed}`).toEqual(other.labels);
    expect(own.changes, `seed ${seed}`).toContain('"decision": "accepted"');
  }
}, 60_000);
