import { describe, expect, it, vi } from "vitest";
import { createRandom } from "../core/random";
import { rectRegion } from "../core/region";
import { type KeyValueStore, memoryStore } from "../project/storage";
import { FOUND } from "../review/sets";
import { EngineRestarted } from "../worker/inferenceClient";
import { kept, names, options, page, ready, size } from "./fixtures/scanPage";

const [a, b, c, d, e] = names;

const paint = { x: 0, y: 8, width: 4, height: 4 };

describe("a scan", () => {
  it("searches every image, and each opens with what was found", async () => {
    const store = memoryStore();
    const { edit, keys, searches, session, start, until } = await page(store);
    await start();
    await until("finished");
    expect(searches.map(({ key }) => key)).toEqual(keys);
    const { scans, sets, summaries } = await kept(store);
    const [{ record, outcomes }] = scans;
    expect(record).toMatchObject({ name: "Scan 1", state: "finished" });
    expect([...outcomes]).toEqual(keys.map((key) => [key, null]));
    for (const key of keys) {
      expect(sets.get(key)?.suggestions).toMatchObject([{ found: true, area: 64 }]);
      const summary = { scan: record.id, failure: null, findings: [{ area: 64, decision: "pending" }] };
      expect(summaries.get(key)).toMatchObject({
        ...summary,
        classes: new Map([
          [0, 240],
          [1, 16],
        ]),
      });
      expect(summaries.get(key)?.score).toBeLessThan(1);
      expect(session.getState().summaries.get(key)).toEqual(summaries.get(key));
      expect((await edit(key)).store.getState()).toMatchObject({ shown: FOUND });
    }
    expect(session.getState().scanning).toBeNull();
    expect(session.getState().announcement.text).toContain("Something was found in 5 of 5 images");
    expect(session.getState().message?.title).toMatch(/is finished$/);
  });

  it("asks as Find errors does, without the classes and areas that are to be ignored", async () => {
    const { edit, keys, scanning, searches, session, until } = await page(memoryStore());
    const exclusion = { width: size, height: size, data: new Uint8Array(size * size).fill(1, 0, 20) };
    session.setState({ exclusions: [exclusion] });
    (await edit(keys[0])).edit("paint", (change) => change.setLabel(rectRegion(paint), 1));
    await scanning.start({ name: "one", keys: keys.slice(0, 1), options: { ...options, ignoredClasses: [1] } });
    await until("finished");
    await scanning.start({ name: "two", keys: keys.slice(1, 2), options: { ...options, keepsExclusions: false } });
    await until("finished");
    const [first, second] = searches.map(({ request }) => request);
    expect(first.lockedIds).toEqual([1]);
    expect(first.excluded).toEqual(exclusion.data);
    // As it was worked on.
    expect(first.labels.filter((id) => id === 1)).toHaveLength(size + 16);
    expect(second.lockedIds).toEqual([]);
    expect(second.excluded).not.toContain(1);
  });

  it("notes an image that cannot be searched, and goes on", async () => {
    const store = memoryStore();
    const { breakPicture, start, until, session } = await page(store);
    breakPicture(c);
    await start();
    await until("finished");
    const { scans, sets, summaries } = await kept(store);
    const failure = "images/c.png: This browser cannot decode the picture.";
    expect(scans[0].outcomes.get(c)).toBe(failure);
    expect(summaries.get(c)).toMatchObject({ failure, scan: scans[0].record.id, findings: [] });
    expect([...sets.keys()].sort()).toEqual([a, b, d, e]);
    expect(session.getState().announcement.text).toContain("1 image could not be searched");
  });

  it("searches an image again whose label changed meanwhile, after the others", async () => {
    const store = memoryStore();
    const { answer, edit, searches, start, until } = await page(store);
    let isPainted = false;
    answer((search) => {
      if (search.key !== b || isPainted) return search.finish();
      isPainted = true;
      void edit(b).then((document) => {
        document.edit("paint", (change) => change.setLabel(rectRegion(paint), 1));
        search.finish();
      });
    });
    await start();
    await until("finished");
    expect(searches.map(({ key }) => key)).toEqual([a, b, c, d, e, b]);
    expect(searches[5].request.labels.filter((id) => id === 1)).toHaveLength(size + 16);
    // The corner that was painted is right by now.
    expect((await kept(store)).sets.get(b)?.suggestions).toMatchObject([{ area: 64 }]);
    expect((await edit(b)).store.getState()).toMatchObject({ changedPixels: 16 });
  });

  it("keeps what the user did to the mask, and shows what he looks at", async () => {
    const { answer, edit, item, searches, session, start, until } = await page(memoryStore());
    const document = await edit(a);
    session.setState({ image: { item: item(a), document, unknown: [], photo: null }, index: 0 });
    answer((search) => {
      if (search.key === a) document.edit("mask", (change) => change.setMask(rectRegion(paint), true));
      search.finish();
    });
    await start();
    await until("finished");
    expect(searches).toHaveLength(5);
    const { maskedPixels, proposals, shown } = document.store.getState();
    expect(maskedPixels).toBe(16);
    expect(proposals[FOUND]?.suggestions).toHaveLength(1);
    expect(shown).toBeNull();
    expect(await edit(a)).toBe(document);
  });

  it("repeats the image over which the engine restarted, once", async () => {
    const store = memoryStore();
    const { answer, searches, session, start, until } = await page(store);
    answer((search) => {
      const isFirst = searches.filter(({ key }) => key === search.key).length === 1;
      if (search.key !== d && !(search.key === b && isFirst)) return search.finish();
      session.setState({ engine: { state: "restarting", reason: "out of memory" } });
      search.fail(new EngineRestarted());
      setTimeout(() => session.setState({ engine: ready }));
    });
    await start();
    await until("finished");
    expect(searches.map(({ key }) => key)).toEqual([a, b, b, c, d, d, e]);
    const { outcomes } = (await kept(store)).scans[0];
    expect(outcomes.get(b)).toBeNull();
    expect(outcomes.get(d)).toContain("The engine restarted 2 times");
  });

  it("is paused when the model is given up, without blaming an image", async () => {
    const store = memoryStore();
    const { answer, scanning, searches, session, start, until } = await page(store);
    answer((search) => {
      if (searches.length !== 2) return search.finish();
      session.setState({ engine: { state: "failed", reason: "model.json is missing" } });
      search.fail(new Error("model.json is missing"));
    });
    await start();
    await until("paused");
    expect(session.getState().message?.text).toBe("model.json is missing");
    expect((await kept(store)).scans[0].outcomes.size).toBe(1);
    session.setState({ engine: ready });
    await scanning.resume(session.getState().scans[0].record.id);
    await until("finished");
    expect(searches.map(({ key }) => key)).toEqual([a, b, b, c, d, e]);
  });

  it("is paused when nothing can be kept, and says so", async () => {
    const store = memoryStore();
    const full: KeyValueStore = { ...store, write: vi.fn(store.write) };
    const { session, searches, scanning, start, until } = await page(full);
    await start();
    await vi.waitFor(() => expect(searches.length).toBeGreaterThan(0));
    await until("finished");
    vi.mocked(full.write).mockRejectedValue(new DOMException("full", "QuotaExceededError"));
    await scanning.start({ name: "Scan 2", keys: [a], options });
    expect(session.getState().message?.text).toContain("storage is full");
    vi.mocked(full.write).mockImplementation(async (puts, deletes) => {
      if (puts.some(([key]) => key.startsWith("scanned/"))) throw new DOMException("full", "QuotaExceededError");
      return store.write(puts, deletes);
    });
    await scanning.start({ name: "Scan 3", keys: [a], options });
    await until("paused");
    expect(session.getState().message).toMatchObject({
      title: "Scan 3 is paused",
      text: expect.stringContaining("full"),
    });
    vi.mocked(full.write).mockImplementation(store.write);
    await scanning.resume(session.getState().scans.at(-1)?.record.id ?? "");
    await until("finished");
  });
});

describe("a scan that is interrupted", () => {
  it("is paused, resumed, cancelled; and nothing is done twice", async () => {
    const store = memoryStore();
    const { answer, scanning, searches, session, start, until } = await page(store);
    answer((search) => {
      if (search.key !== c) search.finish();
    });
    await start();
    await vi.waitFor(() => expect(searches).toHaveLength(3));
    scanning.pause();
    await until("paused");
    expect(session.getState().scanning).toBeNull();
    const [{ record, outcomes }] = session.getState().scans;
    expect([...outcomes.keys()]).toEqual([a, b]);
    answer((search) => {
      if (search.key !== d) search.finish();
    });
    await scanning.resume(record.id);
    await vi.waitFor(() => expect(searches).toHaveLength(5));
    scanning.cancel(record.id);
    await until("cancelled");
    expect(searches.map(({ key }) => key)).toEqual([a, b, c, c, d]);
    await scanning.resume(record.id);
    expect(searches).toHaveLength(5);
    expect((await kept(store)).scans[0].record.state).toBe("cancelled");
  });

  it("goes on by itself where it was left running, and waits where it was paused", async () => {
    const store = memoryStore();
    const first = await page(store);
    first.answer((search) => {
      if (search.key !== c) search.finish();
    });
    await first.start();
    await vi.waitFor(() => expect(first.searches).toHaveLength(3));
    const second = await page(store, false);
    second.answer((search) => {
      if (search.key !== d) search.finish();
    });
    await second.open();
    await vi.waitFor(() => expect(second.searches).toHaveLength(2));
    second.scanning.pause();
    await second.until("paused");
    const third = await page(store);
    await third.until("paused");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(third.searches).toHaveLength(0);
    await third.scanning.resume(third.session.getState().scans[0].record.id);
    await third.until("finished");
    expect([...second.searches, ...third.searches].map(({ key }) => key)).toEqual([c, d, d, e]);
  });

  it("stops with its data set, and goes on when that is opened again", async () => {
    const store = memoryStore();
    const { answer, close, open, searches, session, start, until } = await page(store);
    answer((search) => {
      if (search.key !== b) search.finish();
    });
    await start();
    await vi.waitFor(() => expect(searches).toHaveLength(2));
    close();
    expect(session.getState()).toMatchObject({ scans: [], scanning: null, message: null });
    searches[1].finish();
    answer((search) => search.finish());
    await open();
    await until("finished");
    expect(searches.map(({ key }) => key)).toEqual([a, b, b, c, d, e]);
    expect((await kept(store)).scans[0].outcomes.size).toBe(5);
  });

  /** The store of a page that is gone after so many writes: nothing comes back, and nothing is written any more. */
  function cutOff(store: KeyValueStore, writes: number) {
    let left = writes;
    const gone = new Promise<never>(() => undefined);
    const alive = <T>(step: () => Promise<T>): Promise<T> => (left < 0 ? gone : step());
    const write = (step: () => Promise<void>): Promise<void> => (--left < 0 ? gone : step());
    const cut: KeyValueStore = {
      lasts: true,
      get: (key) => alive(() => store.get(key)),
      keys: (prefix) => alive(() => store.keys(prefix)),
      entries: (prefix) => alive(() => store.entries(prefix)),
      read: (keys, prefixes) => alive(() => store.read(keys, prefixes)),
      set: (key, value) => write(() => store.set(key, value)),
      delete: (key) => write(() => store.delete(key)),
      write: (puts, deletes) => write(() => store.write(puts, deletes)),
    };
    return { cut, isGone: () => left < 0 };
  }

  it("has each image done once, whenever the page goes", async () => {
    for (let seed = 0; seed < 24; seed++) {
      const random = createRandom(seed);
      const store = memoryStore();
      const searched: string[] = [];
      let pages = 0;
      // The first page is cut off after every count of writes in turn, those that follow anywhere.
      for (let writes = seed; ; writes = random.int(6)) {
        const { cut, isGone } = cutOff(store, pages > 4 ? Number.POSITIVE_INFINITY : writes);
        const world = await page(cut, false);
        world.answer((search) => {
          if (isGone()) return;
          searched.push(search.key);
          search.finish();
        });
        const before = await kept(store);
        void world.open().then(() => (before.scans.length === 0 ? world.start() : undefined));
        await vi.waitFor(() => expect(isGone() || world.state() === "finished").toBe(true));
        pages++;
        // All that is done is kept, and nothing else says that it is.
        const { scans, sets, summaries } = await kept(store);
        const done = [...(scans[0]?.outcomes.keys() ?? [])].sort();
        const found = [...sets].filter(([, set]) => set?.suggestions.length === 1).map(([key]) => key);
        expect(found.sort()).toEqual(done);
        expect(
          [...summaries]
            .filter(([, { scan }]) => scan !== null)
            .map(([key]) => key)
            .sort(),
        ).toEqual(done);
        expect(scans.length).toBeLessThan(2);
        if (!isGone()) break;
      }
      const { scans } = await kept(store);
      expect([...scans[0].outcomes.keys()].sort()).toEqual(names);
      // What was searched once more is what the page took with it: one image each time at most.
      expect(searched.length - new Set(searched).size).toBeLessThan(pages);
    }
  }, 60_000);
});

describe("the list of scans", () => {
  it("loses one, and what it found stays or goes; decided labels stay", async () => {
    for (const answer of [true, "other"] as const) {
      const store = memoryStore();
      const { scanning, session, start, until } = await page(store);
      await start();
      await until("finished");
      const removing = scanning.remove(session.getState().scans[0].record.id);
      session.getState().question?.answer(answer);
      await removing;
      expect(session.getState().scans).toEqual([]);
      const { scans, sets, summaries } = await kept(store);
      expect(scans).toEqual([]);
      expect(await store.keys("scanned/")).toEqual([]);
      const left = [...sets.values()].filter((set) => set !== undefined);
      expect(left).toHaveLength(answer === true ? 5 : 0);
      const scores = [...summaries.values()].filter(({ score }) => score !== null);
      expect(scores).toHaveLength(answer === true ? 5 : 0);
    }
  });
});

it("tells the time left by images as they are searched, not by what the first waits for", async () => {
  const { answer, searches, session, start, until } = await page(memoryStore());
  answer(null);
  let now = 0;
  const leftMs = () => session.getState().scanning?.leftMs;
  /** So long after it began, the search is done. */
  const search = async (number: number, ms: number) => {
    await vi.waitFor(() => expect(searches).toHaveLength(number));
    now += ms;
    searches[number - 1].finish();
  };
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  try {
    session.setState({ engine: { state: "restarting", reason: "odd" } });
    await start();
    await vi.waitFor(() => expect(session.getState().scanning?.text).toBe("The model is restarting"));
    now += 60_000;
    session.setState({ engine: ready });
    await search(1, 4000);
    await search(2, 1000);
    // Whenever the model is not there.
    await vi.waitFor(() => expect(searches).toHaveLength(3));
    session.setState({ engine: { state: "restarting", reason: "odd" } });
    searches[2].fail(new EngineRestarted());
    await vi.waitFor(() => expect(session.getState().scanning?.text).toBe("The model is restarting"));
    now += 60_000;
    expect(leftMs()).toBeNull();
    session.setState({ engine: ready });
    await search(4, 1000);
    await search(5, 1000);
    await vi.waitFor(() => expect(searches).toHaveLength(6));
    expect(leftMs()).toBe(1000);
    searches[5].finish();
  } finally {
    clock.mockRestore();
  }
  await until("finished");
});

it("tells the time by two images, and ends that on request", async () => {
  const { answer, scanning, searches, keys } = await page(memoryStore());
  const plan = { name: "x", keys, options };
  const steps: string[] = [];
  const estimate = await scanning.estimate(plan, new AbortController().signal, (text) => steps.push(text));
  expect(searches.map(({ key }) => key)).toEqual([b, d]);
  expect(steps).toEqual(["Timing image 1 of 2", "Timing image 2 of 2"]);
  expect(estimate?.msAnImage).toBeGreaterThan(0);
  answer(null);
  const abort = new AbortController();
  const ended = scanning.estimate(plan, abort.signal, () => undefined);
  await vi.waitFor(() => expect(searches).toHaveLength(3));
  abort.abort();
  expect(await ended).toBeNull();
});
