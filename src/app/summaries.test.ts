import { beforeEach, describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { createDocument } from "../document/document";
import { type KeyValueStore, memoryStore } from "../project/storage";
import { type FindingSummary, lockedFindings, openFindings, sureOfLeft } from "../review/imageSummary";
import { suggestionTraits } from "../review/suggestions";
import { createSession } from "./session";
import { createSettings } from "./settings";
import { createSummaries, summaryOf } from "./summaries";

let store: KeyValueStore;

beforeEach(() => {
  store = memoryStore();
});

function opened() {
  const session = createSession();
  const settings = createSettings();
  return { session, settings, summaries: createSummaries({ store }, session, settings) };
}

const box = { x: 0, y: 0, width: 2, height: 2 };
const find = (id: number, pairs?: FindingSummary["pairs"]): FindingSummary => ({
  ...{ id, from: 1, to: 2, area: 4, confidence: 0.9, bounds: box, decision: "pending" },
  ...(pairs === undefined ? {} : { pairs }),
});

describe("summaries", () => {
  it("tell what locks leave nothing of, whenever it was locked; one with a pixel that is free is still to decide", async () => {
    const { session, settings, summaries } = opened();
    await summaries.follow("one");
    const findings = [
      find(0, [[1, 2]]),
      find(1, [
        [1, 2],
        [3, 4],
      ]),
      find(2),
    ];
    summaries.note(["a"], { findings });
    const open = () => openFindings(summaryOf(session.getState().summaries, "a")).map(({ id }) => id);
    const locked = () => lockedFindings(summaryOf(session.getState().summaries, "a")).map(({ id }) => id);
    expect([open(), locked()]).toEqual([[0, 1, 2], []]);
    settings.setState({ lockedClasses: new Set([2]) });
    // What no pairs are known of, as earlier versions kept it, may have something left.
    expect([open(), locked()]).toEqual([[1, 2], [0]]);
    settings.setState({ lockedClasses: new Set([2, 3]) });
    expect([open(), locked()]).toEqual([[2], [0, 1]]);
    // Noted, and read again.
    summaries.note(["a"], { findings: [...findings, find(3, [[2, 5]])] });
    expect([open(), locked()]).toEqual([[2], [0, 1, 3]]);
    await summaries.follow("one");
    expect([open(), locked()]).toEqual([[2], [0, 1, 3]]);
    settings.setState({ lockedClasses: new Set() });
    expect([open(), locked()]).toEqual([[0, 1, 2, 3], []]);
  });

  it("tell what locks leave of a find, in its own classes, and that less than half of it is not sure", async () => {
    const { session, settings, summaries } = opened();
    await summaries.follow("one");
    const pairs = [
      [1, 2, 90],
      [3, 2, 6],
      [4, 5, 4],
    ] as const;
    summaries.note(["a"], { findings: [{ ...find(0, pairs), area: 100 }, find(1, [[1, 2]])] });
    const open = () => openFindings(summaryOf(session.getState().summaries, "a"));
    expect(open()[0]).toMatchObject({ from: 1, to: 2, area: 100 });
    settings.setState({ lockedClasses: new Set([1]) });
    const [part] = open();
    expect(part).toMatchObject({ id: 0, from: 3, to: 2, area: 10, wasFound: { from: 1, area: 100 } });
    expect(sureOfLeft(part, 0.9)).toBe(0.49);
    settings.setState({ lockedClasses: new Set([3, 4]) });
    expect(open()[0]).toMatchObject({ from: 1, to: 2, area: 90 });
    expect(sureOfLeft(open()[0], 0.9)).toBe(0.9);
    await summaries.follow("one");
    expect(open()[0]).toMatchObject({ area: 90 });
    settings.setState({ lockedClasses: new Set() });
    expect(open()[0]).toEqual({ ...find(0, pairs), area: 100 });
    // Edited since it was found.
    summaries.note(["a"], { findings: [{ ...find(0, pairs), area: 300 }] });
    expect(open()[0]).toMatchObject({ area: 100 });
    expect(sureOfLeft(open()[0], 0.9)).toBe(0.49);
  });

  it("keep what was noted of images, each project its own", async () => {
    const { session, summaries } = opened();
    await summaries.follow("one");
    summaries.note(["a", "b"], { reviewed: true });
    summaries.note(["b"], { score: 0.25, classes: new Map([[3, 7]]) });
    expect(summaryOf(session.getState().summaries, "b")).toMatchObject({ reviewed: true, score: 0.25 });
    await summaries.follow("another");
    expect(session.getState().summaries.size).toBe(0);

    const later = opened();
    await later.summaries.follow("one");
    const { summaries: kept } = later.session.getState();
    expect([...kept.keys()].sort()).toEqual(["a", "b"]);
    expect(summaryOf(kept, "b")).toMatchObject({ reviewed: true, score: 0.25, classes: new Map([[3, 7]]) });
    expect(summaryOf(kept, "c")).toMatchObject({ reviewed: false, score: null, findings: [] });
  });

  it("tell of no finds to decide where no row is there, as a page that went between the two writes left them", async () => {
    const { summaries } = opened();
    await summaries.follow("one");
    const findings = [find(0), { ...find(1), decision: "accepted" as const }];
    summaries.note(["a", "b", "c"], { findings, scan: "s" });
    await store.write(
      [
        ["undecided/one/a", { undecided: 0, decisions: [] }],
        ["undecided/one/b", { undecided: 1, decisions: [] }],
      ],
      [],
    );
    const later = opened();
    await later.summaries.follow("one");
    const ids = (key: string) => summaryOf(later.session.getState().summaries, key).findings.map(({ id }) => id);
    expect([ids("a"), ids("b"), ids("c")]).toEqual([[1], [0, 1], [0, 1]]);
    // Opened, a document has the last word.
    later.summaries.track(createDocument({ key: "b", labels: createLabelMap(8, 8), traits: suggestionTraits }));
    expect(ids("b")).toEqual([]);
    expect(summaryOf(later.session.getState().summaries, "b").scan).toBe("s");
  });

  it("read records of any kind, and say when nothing can be kept", async () => {
    await store.set("summary/one/a", "nonsense");
    await store.set("summary/one/b", { score: "high", reviewed: 1, findings: {} });
    const { session, summaries } = opened();
    await summaries.follow("one");
    for (const key of ["a", "b"])
      expect(summaryOf(session.getState().summaries, key)).toEqual(summaryOf(new Map(), key));
    store.write = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
    summaries.note(["a"], { excluded: true });
    await new Promise((resolve) => setTimeout(resolve));
    expect(session.getState().message?.text).toMatch(/storage is full/);
    expect(summaryOf(session.getState().summaries, "a").excluded).toBe(true);
  });
});
