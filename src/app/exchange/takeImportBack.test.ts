import { beforeEach, describe, expect, it, vi } from "vitest";
import { createRandom } from "../../core/random";
import { rectRegion } from "../../core/region";
import { memoryStore } from "../../project/storage";
import { reject } from "../../review/decisions";
import { FOUND } from "../../review/sets";
import { download } from "../download";
import { type Act, act, doAll, exported, find, imports, type Person, seen } from "./fixtures/people";
import { setUp } from "./fixtures/setUp";

vi.mock("../download", () => ({ download: vi.fn(), fileName: (name: string) => name }));
beforeEach(() => vi.mocked(download).mockClear());

const places = [0, 1, 2, 3];
const region = rectRegion({ x: 1, y: 1, width: 3, height: 3 });

async function paint(person: Person, place: number, id = 2, where = region): Promise<void> {
  const document = await person.documentOf(place);
  document.edit("Paint", (edit) => edit.setLabel(where, id));
  await person.autosave.flush();
}

/** All that the user sees of all images. */
async function allSeen(person: Person): Promise<unknown> {
  const { summaries } = person.session.getState();
  const images: unknown[] = [];
  for (const place of places) {
    const reviewed = summaries.get(person.dataset.items[place].key)?.reviewed === true;
    images.push([seen(await person.documentOf(place)), reviewed]);
    await person.autosave.flush();
  }
  return images;
}

async function takeBackNewest({ log, exchange }: Person): Promise<void> {
  const newest = log.newest();
  if (newest === null) throw new Error("Nothing is listed");
  await exchange.takeBack(newest);
}

const message = ({ session }: Person) => session.getState().message;

describe("an import of decisions", () => {
  it.each([1, 2, 3, 4, 5, 6])("is taken back by one press exactly, after a reload too (seed %i)", async (seed) => {
    const random = createRandom(seed);
    const store = memoryStore();
    const [a, b] = [await setUp(), await setUp(store)];
    const acts = (isA: boolean): Act[] =>
      Array.from({ length: 24 }, (_, at) => act(random, isA ? random.int(4) : 2 + random.int(2), isA, 2 * at));
    await doAll(a, acts(true));
    a.summaries.note(
      places.slice(1).map((place) => a.dataset.items[place].key),
      { reviewed: true },
    );
    await doAll(b, acts(false));
    await b.autosave.flush();
    b.summaries.note([b.dataset.items[3].key], { reviewed: true });
    const before = await allSeen(b);
    const isReloaded = seed % 2 === 0;
    await imports(b, await exported(a), seed % 3 === 0 ? "theirs" : "both");
    expect(b.log.newest()?.parts).toHaveLength(4);
    await b.autosave.flush();
    expect(await allSeen(b)).not.toEqual(before);
    const now = isReloaded ? await setUp(store) : b;
    expect(message(b)).toMatchObject({ title: "Decisions imported.", action: { label: "Undo all" } });
    await takeBackNewest(now);
    expect(message(now)).toMatchObject({
      title: "Undone",
      text: "Imported decisions of decisions.jsonl: taken back in 4 images.",
    });
    expect(await allSeen(now)).toEqual(before);
    expect([now.log.newest(), (await setUp(store)).log.newest()]).toEqual([null, null]);
  });

  it("is taken back but for images whose same pixels were edited since; rows that it decided are open again", async () => {
    const [a, b] = [await setUp(), await setUp()];
    for (const place of [0, 1, 2]) await paint(a, place);
    const decided = await a.documentOf(3);
    find(decided);
    const set = decided.store.getState().proposals[FOUND];
    if (set !== undefined) reject(decided, set, set.suggestions[0].id, { now: 3 });
    find(await b.documentOf(3));
    await b.autosave.flush();
    await imports(b, await exported(a));
    expect((await b.rows(3)).map(({ decision }) => decision)).toContain("rejected");
    await paint(b, 1, 1);
    const elsewhere = rectRegion({ x: 8, y: 8, width: 2, height: 2 });
    for (const place of [2, 3]) await paint(b, place, 2, elsewhere);
    const touched = seen(await b.documentOf(1));
    await takeBackNewest(b);
    expect(message(b)?.text).toContain("taken back in 3 images. It stands in b: edited there since.");
    expect(seen(await b.documentOf(1))).toEqual(touched);
    expect((await b.documentOf(0)).store.getState().changedPixels).toBe(0);
    for (const place of [2, 3]) expect((await b.documentOf(place)).store.getState().changedPixels).toBe(4);
    expect(new Set((await b.rows(3)).map(({ decision }) => decision))).toEqual(new Set(["pending"]));
    expect((await b.documentOf(3)).store.getState().decisions).toEqual([]);
    // Where the edit is undone, the rest of it can be taken back.
    (await b.documentOf(1)).undo();
    await b.autosave.flush();
    await takeBackNewest(b);
    expect((await b.documentOf(1)).store.getState().changedPixels).toBe(0);
    expect(b.log.newest()).toBeNull();
  });

  it("that changed nothing is not listed, nor is one of suggestions", async () => {
    const store = memoryStore();
    const [a, b] = [await setUp(), await setUp(store)];
    find(await a.documentOf(0));
    await a.exchange.exportSuggestions();
    await b.offer((await vi.mocked(download).mock.lastCall?.[1].text()) ?? "");
    expect(message(b)?.text).toContain("6 rows to review");
    await paint(a, 1);
    const text = await exported(a);
    await imports(b, text);
    await takeBackNewest(b);
    await imports(b, text);
    await imports(b, text);
    expect(b.log.store.getState().acts).toHaveLength(1);
    await vi.waitFor(async () => expect(await store.keys("import/")).toHaveLength(1));
  });

  it.each([0, 1, 2])("whose page goes is told of at the next visit (after %i images)", async (done) => {
    const [store, a] = [memoryStore(), await setUp()];
    for (const place of places) await paint(a, place);
    const text = await exported(a);
    const b = await setUp(store);
    const goes = vi.fn();
    // The page goes: what runs never ends.
    const isGone = new Promise<never>(() => undefined);
    b.session.subscribe(({ exchange }) => {
      if (exchange?.text.includes(`: ${done} of 4`) !== true) return;
      const flush = b.autosave.flush;
      b.autosave.flush = async () => {
        await flush();
        goes();
        await isGone;
      };
    });
    void b.offer(text, "decisions.jsonl");
    await vi.waitFor(() => expect(goes).toHaveBeenCalled());
    const next = await setUp(store);
    const list = ' What it changed can be taken back ("Take back what was done in several images").';
    expect(message(next)).toMatchObject({
      title: "Interrupted: Imported decisions of decisions.jsonl",
      text: `The page was closed when ${done} of 4 images were done. Import the file again for the others: nothing comes in twice.${done > 0 ? list : ""}`,
    });
    const after = await setUp(store);
    expect(message(after)).toBeNull();
    expect(after.log.store.getState().acts.map(({ text, parts }) => [text, parts.length])).toEqual(
      done === 0 ? [] : [[`Imported decisions of decisions.jsonl (interrupted after ${done} of 4 images)`, done]],
    );
    await imports(after, text);
    const out = `${done} ${done === 1 ? "image was" : "images were"} in before.`;
    expect(message(after)?.text).toBe(`Labels of ${4 - done} images changed.${done === 0 ? "" : ` ${out}`}`);
    while (after.log.newest() !== null) await takeBackNewest(after);
    for (const place of places) expect((await after.documentOf(place)).store.getState().changedPixels).toBe(0);
  });

  it("or of suggestions whose page goes is told of alike", async () => {
    const [store, a] = [memoryStore(), await setUp()];
    for (const place of places) {
      find(await a.documentOf(place));
      await a.autosave.flush();
    }
    await a.exchange.exportSuggestions();
    const b = await setUp(store);
    b.session.subscribe(({ exchange }) => {
      if (exchange?.text.includes(": 3 of 4") === true) b.autosave.flush = () => new Promise(() => undefined);
    });
    void b.offer((await vi.mocked(download).mock.lastCall?.[1].text()) ?? "");
    await vi.waitFor(async () =>
      expect((await store.entries("import/")).map(([, act]) => act)).toMatchObject([{ passed: 3 }]),
    );
    const next = await setUp(store);
    expect(message(next)).toMatchObject({
      title: "Interrupted: Imported suggestions of suggestions.jsonl",
      text: "The page was closed when 3 of 4 images were done. Import the file again for the others: nothing comes in twice.",
    });
    await vi.waitFor(async () => expect(await store.keys("import/")).toEqual([]));
    expect(message(await setUp(store))).toBeNull();
  });

  it("that ended early, or was cancelled, is no interrupted one", async () => {
    const [store, a] = [memoryStore(), await setUp()];
    for (const place of places) await paint(a, place);
    const text = await exported(a);
    const b = await setUp(store);
    const stop = b.session.subscribe(({ exchange }) => {
      if (exchange?.text.includes(": 2 of 4") === true) b.exchange.cancel();
    });
    await imports(b, text);
    stop();
    expect(b.session.getState().imported?.ended).toBe("It was cancelled.");
    expect(b.log.newest()?.parts).toHaveLength(2);
    expect(message(await setUp(store))).toBeNull();
  });

  it("writes nothing into another data set that is opened meanwhile, and says so", async () => {
    const [a, b] = [await setUp(), await setUp()];
    for (const place of places) await paint(a, place);
    const { dataset } = b;
    b.session.subscribe(({ exchange }) => {
      if (exchange?.text.includes(": 2 of 4") !== true || b.session.getState().dataset?.id !== dataset.id) return;
      b.session.setState({ dataset: { ...dataset, id: "other" } });
    });
    await imports(b, await exported(a));
    expect(b.session.getState().imported).toMatchObject({ images: 2, ended: "Another data set was opened." });
    expect((await b.documentOf(2)).store.getState().changedPixels).toBe(0);
  });

  it("waits for a change of many images that is under way, and for another import", async () => {
    const [a, b] = [await setUp(), await setUp()];
    await paint(a, 0);
    const text = await exported(a);
    b.session.setState({ changingMany: { text: "Accepting", done: 0, total: 2, stop: () => undefined } });
    await expect(imports(b, text)).rejects.toThrow("Labels of many images are being changed");
    b.session.setState({ changingMany: null });
    const first = imports(b, text);
    await expect(imports(b, text)).rejects.toThrow("A file is being imported");
    await first;
    expect(b.log.newest()?.parts).toHaveLength(1);
  });
});
