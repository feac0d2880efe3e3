import { beforeEach, describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { type KeyValueStore, memoryStore } from "../project/storage";
import { suggestionTraits } from "../review/suggestions";
import { createSession } from "./session";
import { createSummaries, summaryOf } from "./summaries";

let store: KeyValueStore;

beforeEach(() => {
  store = memoryStore();
});

function opened() {
  const session = createSession();
  return { session, summaries: createSummaries({ store }, session) };
}

describe("summaries", () => {
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

  it("note whether a label is changed, once it is and once it is not any more", async () => {
    const { session, summaries } = opened();
    await summaries.follow("one");
    const document = createDocument({ key: "a", labels: createLabelMap(8, 8), traits: suggestionTraits });
    summaries.track(document);
    const notedChange = () => session.getState().summaries.get("a")?.changed;
    document.edit("Mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), true));
    expect(notedChange()).toBeUndefined();
    document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 4, y: 4, width: 2, height: 2 }), 3));
    expect(notedChange()).toBe(true);
    document.undo();
    expect(notedChange()).toBe(false);
    const later = opened();
    await later.summaries.follow("one");
    expect(later.session.getState().summaries.get("a")?.changed).toBe(false);
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
