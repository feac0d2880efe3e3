import { describe, expect, it, vi } from "vitest";
import { memoryStore } from "../project/storage";
import { unknownImage } from "../review/imageSummary";
import { kept, names, page } from "./fixtures/scanPage";
import { failuresOf, leftToSearch, scanCounts, scanScope, scanToComplete, whyNotScan } from "./scanScope";
import type { Session, SessionStore } from "./session";
import { summaryOf } from "./summaries";
import { noModel } from "./summary";

const [a, b, c, d, e] = names;

it("counts what a scan searches, and says what was passed over since it is excluded", async () => {
  const store = memoryStore();
  const { answer, scanning, searches, session, start, until } = await page(store);
  answer((search) => {
    if (search.key !== c) search.finish();
  });
  await start();
  await vi.waitFor(() => expect(searches).toHaveLength(3));
  scanning.pause();
  await until("paused");
  const counts = () => scanCounts(session.getState().scans[0], session.getState().summaries);
  expect(counts()).toEqual({ done: 2, total: 5, failed: 0, excluded: 0 });
  const exclude = (key: string): void =>
    session.setState(({ summaries }) => ({
      summaries: new Map(summaries).set(key, { ...summaryOf(summaries, key), excluded: true }),
    }));
  // Of what is searched already it changes nothing.
  exclude(a);
  exclude(d);
  expect(counts()).toEqual({ done: 2, total: 4, failed: 0, excluded: 1 });
  answer((search) => search.finish());
  await scanning.resume(session.getState().scans[0].record.id);
  await until("finished");
  expect(searches.map(({ key }) => key)).toEqual([a, b, c, c, e]);
  const all = { done: 4, total: 4, failed: 0, excluded: 1 };
  expect(counts()).toEqual(all);
  expect(session.getState().announcement.text).toMatch(/in 4 of 4 images\. 1 excluded image is passed over\.$/);
  const { scans, summaries } = await kept(store);
  expect(failuresOf(scans[0])).toEqual([]);
  // Also where it is excluded no more.
  expect(scanCounts(scans[0], summaries)).toEqual(all);
});

describe("a scan that passed over images which are included again", () => {
  const marks = (session: SessionStore) => (key: string, excluded: boolean) =>
    session.setState(({ summaries }) => ({
      summaries: new Map(summaries).set(key, { ...summaryOf(summaries, key), excluded }),
    }));

  it("searches them once it is resumed, and counts them as to be done before", async () => {
    const { answer, scanning, searches, session, start, until } = await page(memoryStore());
    const exclude = marks(session);
    exclude(a, true);
    exclude(b, true);
    answer((search) => {
      if (search.key !== d) search.finish();
    });
    await start();
    await vi.waitFor(() => expect(searches).toHaveLength(2));
    scanning.pause();
    await until("paused");
    const counts = () => scanCounts(session.getState().scans[0], session.getState().summaries);
    expect(counts()).toEqual({ done: 1, total: 3, failed: 0, excluded: 2 });
    exclude(b, false);
    expect(counts()).toEqual({ done: 1, total: 4, failed: 0, excluded: 1 });
    answer((search) => search.finish());
    await scanning.resume(session.getState().scans[0].record.id);
    await until("finished");
    expect(searches.map(({ key }) => key)).toEqual([c, d, b, d, e]);
    expect(counts()).toEqual({ done: 4, total: 4, failed: 0, excluded: 1 });
  });

  it("searches them after the others while it runs", async () => {
    const { answer, searches, session, start, until } = await page(memoryStore());
    const exclude = marks(session);
    exclude(a, true);
    answer((search) => {
      if (search.key === c) exclude(a, false);
      search.finish();
    });
    await start();
    await until("finished");
    expect(searches.map(({ key }) => key)).toEqual([b, c, d, e, a]);
    expect(session.getState().announcement.text).toMatch(/in 5 of 5 images\.$/);
  });

  it("offers them when it is finished, at a later visit too", async () => {
    const store = memoryStore();
    const first = await page(store);
    first.summaries.note([a, b, c], { excluded: true });
    await first.start();
    await first.until("finished");
    const { session, scanning, searches, summaries, until } = await page(store);
    await until("finished");
    const offered = () => scanToComplete(session.getState())?.left ?? [];
    expect(offered()).toEqual([]);
    const [{ record }] = session.getState().scans;
    await scanning.resume(record.id);
    expect(session.getState().scans[0].record.state).toBe("finished");
    summaries.note([a], { excluded: false });
    expect(offered()).toEqual([a]);
    expect(searches).toEqual([]);
    await scanning.resume(record.id);
    await until("finished");
    expect(searches.map(({ key }) => key)).toEqual([a]);
    expect(offered()).toEqual([]);
    const [{ outcomes }] = (await kept(store)).scans;
    expect(names.map((key) => outcomes.get(key))).toEqual([null, "", "", null, null]);
  });

  it("does not offer what a cancelled one passed over", async () => {
    const { answer, scanning, session, start, until, searches } = await page(memoryStore());
    const exclude = marks(session);
    exclude(a, true);
    answer(() => undefined);
    await start();
    await vi.waitFor(() => expect(searches).toHaveLength(1));
    scanning.cancel(session.getState().scans[0].record.id);
    await until("cancelled");
    exclude(a, false);
    expect(scanToComplete(session.getState())).toBeNull();
    expect(leftToSearch(session.getState().scans[0], session.getState().summaries)).toEqual([]);
  });
});

it("says what a scan would search, and what it would leave out", async () => {
  const { dataset, session } = await page(memoryStore());
  const summaries: Session["summaries"] = new Map([
    [a, { ...unknownImage, score: 0.5 }],
    [b, { ...unknownImage, excluded: true }],
    [c, { ...unknownImage, reviewed: true }],
  ]);
  const bare = dataset.items.map((item) => (item.key === d ? { ...item, image: null } : item));
  const open = { dataset: { ...dataset, items: bare }, summaries };
  const left = { withoutPicture: 1, excluded: 1 };
  expect(scanScope(open, names, false)).toEqual({ keys: [e], ...left, known: 2 });
  expect(scanScope(open, names, true)).toEqual({ keys: [a, c, e], ...left, known: 0 });
  expect(scanScope(open, [b, "gone"], true)).toEqual({ keys: [], withoutPicture: 0, excluded: 1, known: 0 });
  const { engine } = session.getState();
  expect(whyNotScan({ dataset, engine })).toBeNull();
  expect(whyNotScan({ dataset: null, engine })).toBe("No data set is open.");
  expect(whyNotScan({ dataset, engine: { state: "failed", reason: "no memory" } })).toBe(noModel);
});
