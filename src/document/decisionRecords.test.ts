import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { decisionChange, isSameDecision } from "./decisionRecords";
import { createDocument } from "./document";
import { plainTraits } from "./fixtures/plainTraits";
import type { DecisionRecord } from "./types";

const record = (at: number): DecisionRecord => ({
  ...{ at, decision: "accepted", from: 0, to: 1, area: 4, confidence: 0.5, model: "net", ratio: 0.5, passes: 1 },
  ...{ bounds: { x: 0, y: 0, width: 2, height: 2 }, source: "model" },
});
const [a, b, c, d] = [1, 2, 3, 4].map(record);
const open = () => createDocument<string>({ key: "a", labels: createLabelMap(20, 20), traits: plainTraits<string>() });
const decisionsOf = (doc: ReturnType<typeof open>) => doc.store.getState().decisions;

function decided() {
  const doc = open();
  for (const one of [a, b]) doc.edit("decide", (edit) => edit.addDecision(one));
  return doc;
}

describe("the list of decisions", () => {
  it("is replaced as one undo step together with labels", () => {
    const doc = decided();
    doc.edit("take", (edit) => {
      edit.setLabel(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), 1);
      edit.setDecisions([c, b]);
      edit.addDecision(d);
    });
    expect(decisionsOf(doc)).toEqual([c, b, d]);
    doc.undo();
    expect(decisionsOf(doc)).toEqual([a, b]);
    expect(doc.store.getState().changedPixels).toBe(0);
    doc.redo();
    expect(decisionsOf(doc)).toEqual([c, b, d]);
    expect(doc.store.getState().changedPixels).toBe(4);
  });

  it("is replaced inside an open step, and given back when that is cancelled", () => {
    const doc = decided();
    const step = doc.begin("take");
    step.edit.setDecisions([c]);
    step.edit.addDecision(d);
    expect(decisionsOf(doc)).toEqual([c, d]);
    step.cancel();
    step.edit.setDecisions([d]);
    expect(decisionsOf(doc)).toEqual([a, b]);
  });

  it("has back what a replacement took away when that step is reverted, and keeps what came later", () => {
    const doc = decided();
    doc.edit("take", (edit) => {
      edit.setLabel(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), 1);
      edit.setDecisions([b, c]);
    });
    doc.edit("decide", (edit) => edit.addDecision(d));
    const isIt = (entry: Parameters<typeof decisionChange>[0]) =>
      decisionChange(entry).added.some((one) => isSameDecision(one, c));
    expect(doc.revert("back", isIt, () => [])).toBe("done");
    expect(decisionsOf(doc)).toEqual([a, b, d]);
    expect(doc.store.getState().changedPixels).toBe(0);
  });
});
