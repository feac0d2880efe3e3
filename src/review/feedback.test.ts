import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { createRandom, type Random } from "../core/random";
import { createDocument } from "../document/document";
import type { DecisionRecord } from "../document/types";
import { accept, acceptAll, acceptable, reject, skip } from "./decisions";
import { type Decided, type Feedback, feedbackOf, ranked } from "./feedback";
import { decisionOn } from "./fixtures/decided";
import { findResult, foundRegion } from "./fixtures/found";
import { findSuggestions } from "./found";
import { openRows } from "./queue";
import { FOUND } from "./sets";
import { asItStands } from "./standing";
import { suggestionTraits } from "./suggestions";
import type { OpenDocument, SuggestionSet } from "./types";

const of = (...records: readonly DecisionRecord[]) => feedbackOf(new Map([["a", records]]), "test");
const shiftOf = (feedback: Feedback | null, from = 1, to = 2) => feedback?.shift(from, to) ?? 0;

/** Decisions on up to `most` suggestions of four classes. */
function someDecisions(random: Random, most: number): DecisionRecord[] {
  return Array.from({ length: random.int(most + 1) }, (_, at) =>
    decisionOn(at, {
      decision: random.next() < 0.5 ? "accepted" : "rejected",
      from: random.int(4),
      to: random.int(4),
      confidence: random.next(),
    }),
  );
}

describe("decisions", () => {
  it("that were taken together, skipped, on masks or on another model's findings teach nothing", () => {
    expect(of()).toBeNull();
    expect(of(decisionOn(1, { bulk: true }))).toBeNull();
    expect(of(decisionOn(1, { decision: "skipped" }))).toBeNull();
    expect(of(decisionOn(1, { source: "model" }))).toBeNull();
    expect(of(decisionOn(1, { model: "older" }))).toBeNull();
    expect(of(decisionOn(1))).not.toBeNull();
  });

  it("raise what is alike, and what has a class in common less, and the rest hardly", () => {
    const feedback = of(decisionOn(1), decisionOn(2), decisionOn(3));
    const [pair, old, next, other, opposite] = [
      shiftOf(feedback),
      shiftOf(feedback, 1, 3),
      shiftOf(feedback, 3, 2),
      shiftOf(feedback, 3, 4),
      shiftOf(feedback, 2, 1),
    ];
    expect(pair).toBeGreaterThan(0.5);
    expect(old).toBeCloseTo(next, 12);
    expect(old).toBeLessThan(0.25 * pair);
    expect(other).toBeLessThan(0.05 * pair);
    expect(opposite).toBeCloseTo(other, 12);
    expect(other).toBeGreaterThan(0);
  });

  it("count once for what was found again at the same place: the latest", () => {
    const again = decisionOn(1, { at: 5, decision: "rejected" });
    expect(shiftOf(of(decisionOn(1), again))).toBe(shiftOf(of(again)));
    expect(shiftOf(of(again, decisionOn(1)))).toBe(shiftOf(of(again)));
  });

  it("with another class than the one proposed say that the proposal was wrong", () => {
    const other = decisionOn(1, { to: 3, confidence: null, proposed: { to: 2, confidence: 0.6 } });
    expect(shiftOf(of(other))).toBe(shiftOf(of(decisionOn(1, { decision: "rejected" }))));
  });

  it("need to be several: from 64 % one accept shows less than 75 %, and three less than 80 %", () => {
    const after = (count: number) => {
      const shift = shiftOf(of(...Array.from({ length: count }, (_, i) => decisionOn(i, { confidence: 0.64 }))));
      return 1 / (1 + Math.exp(-Math.log(0.64 / 0.36) - shift));
    };
    expect([1, 3, 4, 10].map((count) => Math.round(100 * after(count)))).toEqual([70, 78, 80, 87]);
  });

  it("teach the same in whatever order, and never the other way than they went", () => {
    const random = createRandom(7);
    for (let round = 0; round < 200; round++) {
      const records = someDecisions(random, 30);
      const feedback = of(...records);
      const shuffled = of(...random.shuffle([...records]));
      const [from, to] = [random.int(4), random.int(4)];
      const before = shiftOf(feedback, from, to);
      expect(shiftOf(shuffled, from, to)).toBe(before);
      const confidence = random.next();
      const more = (decision: "accepted" | "rejected") =>
        shiftOf(of(...records, decisionOn(99, { from, to, confidence, decision })), from, to);
      expect(more("accepted")).toBeGreaterThan(before - 1e-8);
      expect(more("rejected")).toBeLessThan(before + 1e-8);
    }
  });

  it("are fitted exactly: the shift of each pair is what its surplus of right ones pulls against the prior", () => {
    const random = createRandom(3);
    for (let round = 0; round < 20; round++) {
      const records = someDecisions(random, 300);
      const feedback = of(...records);
      const pairs = [0, 1, 2, 3].flatMap((from) => [0, 1, 2, 3].map((to) => ({ from, to })));
      const surplus = pairs.map(({ from, to }) =>
        records
          .filter((one) => one.from === from && one.to === to)
          .reduce((sum, { confidence, decision }) => {
            const own = Math.min(Math.max(confidence ?? 0, 0.01), 0.99);
            const logOdds = Math.log(own / (1 - own)) + shiftOf(feedback, from, to);
            return sum + (decision === "accepted" ? 1 : 0) - 1 / (1 + Math.exp(-logOdds));
          }, 0),
      );
      for (const { from, to } of pairs) {
        const pull = pairs.reduce((sum, pair, i) => {
          const shared = [pair.from === from, pair.to === to];
          const covariance =
            0.04 + (shared[0] ? 0.16 : 0) + (shared[1] ? 0.16 : 0) + (shared.every(Boolean) ? 0.64 : 0);
          return sum + covariance * surplus[i];
        }, 0);
        expect(shiftOf(feedback, from, to)).toBeCloseTo(pull, 6);
      }
    }
  });
});

/** A document of class 1, 400 px wide, with boxes found in it that should become other classes. */
function found(confidences: readonly (readonly [to: number, confidence: number])[]) {
  const labels = createLabelMap(400, 8);
  labels.data.fill(1);
  const doc: OpenDocument = createDocument({ key: "a", labels, traits: suggestionTraits });
  const regions = confidences.map(([to, confidence], i) =>
    foundRegion({ x: 10 * i, y: 0, width: 6, height: 6 }, () => to, { from: 1, to, confidence }),
  );
  doc.propose(findSuggestions(doc, findResult(doc, regions)));
  const stored = (): SuggestionSet => doc.store.getState().proposals[FOUND];
  const feedback = () => feedbackOf(new Map([["a", doc.store.getState().decisions]]), "test");
  const rows = () => openRows(asItStands(doc, stored(), undefined, feedback()));
  const percents = () => rows().map(({ to, confidence }) => [to, Math.round(100 * confidence)]);
  return { doc, stored, feedback, rows, percents };
}

describe("what was found", () => {
  it("is as it is stored without decisions, to the value", () => {
    const { doc, stored, feedback } = found([[2, 0.6]]);
    expect(feedback()).toBeNull();
    expect(asItStands(doc, stored(), undefined, feedback())).toBe(stored());
    expect(ranked({ ...stored(), name: "live" }, { shift: () => 2 }).suggestions).toBe(stored().suggestions);
  });

  it("is ranked anew by a decision; undo gives back the very confidences, redo the others", () => {
    const { doc, stored, feedback, rows, percents } = found([
      [2, 0.7],
      [3, 0.64],
      [2, 0.6],
      [2, 0.4],
    ]);
    const before = rows();
    expect(accept(doc, stored(), 0, { feedback: feedback() })).toBe("done");
    expect(percents()).toEqual([
      [2, 66],
      [3, 65],
      [2, 46],
    ]);
    expect(rows()[0].modelConfidence).toBe(0.6);
    const after = rows().map(({ confidence }) => confidence);
    doc.undo();
    expect(rows()).toEqual(before);
    doc.redo();
    expect(rows().map(({ confidence }) => confidence)).toEqual(after);
    expect(stored().suggestions.map(({ confidence }) => confidence)).toEqual([0.7, 0.64, 0.6, 0.4]);
    expect(doc.store.getState().decisions).toMatchObject([{ confidence: 0.7, decision: "accepted" }]);
    expect(reject(doc, stored(), 2, { feedback: feedback() })).toBe("done");
    expect(percents()[0]).toEqual([3, 63]);
  });

  it("keeps as many rows unfolded, but the surest ones; the folded row is what it shows", () => {
    const { doc, stored, feedback, rows } = found([
      ...Array.from({ length: 11 }, (_, i) => [3, 0.6 - i / 100] as const),
      ...Array.from({ length: 3 }, () => [2, 0.45] as const),
    ]);
    expect(rows()).toHaveLength(11);
    const decided: Decided = new Map([["b", [1, 2, 3, 4, 5].map((at) => decisionOn(at))]]);
    const others = feedbackOf(decided, "test");
    const view = asItStands(doc, stored(), undefined, others);
    expect(openRows(view)).toHaveLength(11);
    expect(openRows(view).slice(0, 3)).toMatchObject([{ to: 2 }, { to: 2 }, { to: 2 }]);
    const folded = view.suggestions.filter(({ folded }) => folded);
    expect(folded.map(({ to }) => to)).toEqual([3, 3, 3, 3]);
    expect(feedback()).toBeNull();
    // The row of what is folded is decided as it is shown, and what was decided together teaches nothing.
    expect(reject(doc, stored(), folded[0].id, { feedback: others })).toBe("done");
    const rejected = stored().suggestions.filter(({ decision }) => decision === "rejected");
    expect(new Set(rejected.map(({ id }) => id))).toEqual(new Set(folded.map(({ id }) => id)));
    expect(feedback()).toBeNull();
  });

  it("is accepted at the threshold as it is shown; what that took teaches nothing", () => {
    const { doc, stored, feedback, rows } = found([
      [2, 0.9],
      [2, 0.78],
      [3, 0.78],
      [3, 0.7],
    ]);
    accept(doc, stored(), 0);
    const standing = asItStands(doc, stored(), undefined, feedback());
    expect(acceptable(standing, 0.8).map(({ id }) => id)).toEqual([]);
    const others = feedbackOf(new Map([["b", [1, 2].map((at) => decisionOn(at))]]), "test");
    expect(acceptAll(doc, stored(), 0.8)).toBe("nothing");
    expect(acceptAll(doc, stored(), 0.8, { feedback: others })).toBe("done");
    expect(stored().suggestions.map(({ decision }) => decision)).toEqual([
      "accepted",
      "accepted",
      "pending",
      "pending",
    ]);
    expect(doc.store.getState().decisions[1]).toMatchObject({ bulk: true, confidence: 0.78 });
    expect(rows().map(({ confidence }) => confidence)).toEqual(
      openRows(asItStands(doc, stored(), undefined, of(decisionOn(1, { confidence: 0.9 })))).map(
        (one) => one.confidence,
      ),
    );
  });

  it("is never changed where it is decided, locked or covered, whatever the decisions", () => {
    const random = createRandom(11);
    for (let round = 0; round < 30; round++) {
      const { doc, stored, feedback, rows } = found(
        Array.from({ length: 20 }, () => [2 + random.int(3), random.next()] as const),
      );
      doc.setLocked(new Set([4]));
      for (let i = 0; i < 8; i++) {
        const one = rows()[random.int(rows().length)];
        if (one === undefined) break;
        const before = doc.labels.data.slice();
        const decided = stored().suggestions.filter(({ decision }) => decision !== "pending");
        const how = { feedback: feedback() };
        const decide = [accept, reject, skip][random.int(3)];
        const outcome = decide(doc, stored(), one.id, how);
        const written = doc.labels.data.filter((id, i) => id !== before[i]);
        if (decide !== accept || outcome !== "done") expect(written).toHaveLength(0);
        expect(written.every((id) => id === 2 || id === 3)).toBe(true);
        const view = ranked(stored(), feedback());
        for (const { id, decision } of decided) {
          if (decision === "skipped") continue;
          expect(view.suggestions.find((same) => same.id === id)).toBe(
            stored().suggestions.find((same) => same.id === id),
          );
        }
        expect(new Set(view.suggestions.map(({ id }) => id)).size).toBe(stored().suggestions.length);
        expect(openRows(view)).toHaveLength(openRows(stored()).length);
      }
    }
  });
});
