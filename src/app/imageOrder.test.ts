import { describe, expect, it } from "vitest";
import type { Dataset, DatasetItem } from "../dataset/types";
import { type ImageFilter, noFilter, shownState, stateLabel } from "../review/imageFilter";
import { type FindingSummary, type ImageSummary, unknownImage } from "../review/imageSummary";
import { factsOf, imageCounts, imageOrder, openPairs } from "./imageOrder";
import { createSession, type ImageState } from "./session";

const find = (from: number, to: number, decision: FindingSummary["decision"] = "pending") =>
  ({ from, to, decision }) as FindingSummary;
const items = ["a", "b", "c", "d", "e"].map((name) => ({ key: `${name}.png`, name }) as DatasetItem);

const known: Readonly<Record<string, Partial<ImageSummary>>> = {
  "a.png": { score: 0.9, findings: [find(1, 2), find(1, 2, "accepted")], classes: new Map([[1, 10]]) },
  "b.png": { score: 0.2, reviewed: true, findings: [find(2, 1, "skipped")], classes: new Map([[2, 3]]) },
  "c.png": { excluded: true, findings: [find(1, 2)] },
  "d.png": { failure: "It cannot be read" },
};

function sessionWith(filter: Partial<ImageFilter> = {}) {
  const session = createSession();
  session.setState({
    dataset: { items } as unknown as Dataset,
    summaries: new Map(Object.entries(known).map(([key, summary]) => [key, { ...unknownImage, ...summary }])),
    imageStates: new Map([["e.png", { changed: true, undecided: 0, kept: false } satisfies ImageState]]),
    filter: { ...noFilter, ...filter },
  });
  return session;
}

const shownWith = (filter: Partial<ImageFilter>) => imageOrder(sessionWith(filter).getState()).keys.join(" ");

describe("the order of images", () => {
  it.each<[Partial<ImageFilter>, string]>([
    [{}, "a.png b.png c.png d.png e.png"],
    [{ text: " B" }, "b.png"],
    [{ states: ["findings"] }, "a.png b.png c.png"],
    [{ states: ["reviewed", "failed"] }, "b.png d.png"],
    [{ states: ["changed"] }, "e.png"],
    [{ states: ["untouched"] }, ""],
    [{ states: ["searched"] }, ""],
    [{ classId: 2 }, "b.png"],
    [{ pair: { from: 1, to: 2 } }, "a.png c.png"],
    [{ pair: { from: 2, to: 1 } }, "b.png"],
    [{ score: { min: 0, max: 0.5 } }, "b.png"],
    [{ score: { min: 0.2, max: 0.9 }, states: ["findings"] }, "a.png b.png"],
  ])("shows with %j what fits", (filter, keys) => {
    expect(shownWith(filter)).toBe(keys);
  });

  it("takes an image for changed where that is known, not where work is kept of it", () => {
    const session = sessionWith({ states: ["changed"] });
    const kept = (key: string, changed: boolean | null) => [key, { changed, undecided: 0, kept: true }] as const;
    session.setState({ imageStates: new Map([kept("a.png", false), kept("b.png", true), kept("c.png", null)]) });
    expect(imageOrder(session.getState()).keys).toEqual(["b.png"]);
  });

  it("tells images that were searched from those nobody looked at", () => {
    const session = sessionWith();
    const summaries = new Map(
      Object.entries<Partial<ImageSummary>>({
        "a.png": { score: 1 },
        "b.png": { score: 0.9, findings: [find(1, 2, "rejected")] },
        "c.png": { score: 0.9, findings: [find(1, 2)] },
        "d.png": { score: 0.9, failure: "It cannot be read" },
      }).map(([key, summary]) => [key, { ...unknownImage, ...summary }]),
    );
    session.setState({ summaries, imageStates: new Map() });
    const states = items.map((item) => shownState(factsOf(session.getState(), item)));
    expect(states).toEqual(["searched", "searched", "findings", "failed", "untouched"]);
    expect(stateLabel("searched", summaries.get("a.png") ?? unknownImage)).toBe("searched, nothing found");
    expect(stateLabel("searched", summaries.get("b.png") ?? unknownImage)).toBe("searched, every finding decided");
  });

  it("has the worst first, those without a score last, and names decide", () => {
    const session = sessionWith();
    session.setState({ sort: "worst" });
    expect(imageOrder(session.getState()).keys.join(" ")).toBe("b.png a.png c.png d.png e.png");
    session.setState({ sort: "changed" });
    expect(imageOrder(session.getState()).keys.join(" ")).toBe("e.png a.png b.png c.png d.png");
  });

  it("goes on from an image that the filter hides, to those around it", () => {
    const order = imageOrder(sessionWith({ states: ["reviewed", "changed"] }).getState());
    expect(order.shown).toEqual([1, 4]);
    expect([order.neighbour(2, 1), order.neighbour(2, -1)]).toEqual([4, 1]);
    expect([order.neighbour(0, -1), order.neighbour(4, 1)]).toEqual([null, null]);
    expect([order.neighbour(-1, 1), order.placeOf(2), order.placeOf(4)]).toEqual([1, -1, 1]);
  });

  it("is worked out only when something changes", () => {
    const session = sessionWith();
    const order = imageOrder(session.getState());
    session.setState({ pointer: { x: 1, y: 1 } });
    expect(imageOrder(session.getState())).toBe(order);
    session.setState({ filter: { ...noFilter, text: "a" } });
    expect(imageOrder(session.getState())).not.toBe(order);
  });

  it("counts states, and undecided finds by their classes without those of excluded images", () => {
    const session = sessionWith().getState();
    expect(imageCounts(session)).toEqual({
      untouched: 0,
      searched: 0,
      changed: 1,
      findings: 3,
      reviewed: 1,
      excluded: 1,
      failed: 1,
      several: 2,
      leftOut: 1,
    });
    expect(openPairs(session)).toEqual([
      { from: 1, to: 2, count: 1 },
      { from: 2, to: 1, count: 1 },
    ]);
  });

  it("takes an image that cannot be shown for failed", () => {
    const session = { ...sessionWith().getState(), unreadable: new Map([["a.png", "no"]]) };
    expect(factsOf(session, items[0]).isFailed).toBe(true);
  });
});
