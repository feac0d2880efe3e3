import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { createDocument } from "../document/document";
import { plainTraits } from "../document/fixtures/plainTraits";
import { createPastRecords } from "./pastRecords";
import { noPast } from "./readPast";

interface Rows {
  readonly left: number;
  readonly heat: Uint8Array;
}

/** A document of 100 x 100 px with a proposal of 5,000 bytes, one row of which is decided with every step. */
function worked(steps: number) {
  const traits = plainTraits<Rows>({ afterChange: (one) => one });
  const doc = createDocument<Rows>({ key: "a", labels: createLabelMap(100, 100), traits });
  const first: Rows = { left: steps, heat: new Uint8Array(5000).fill(7) };
  doc.propose(first);
  const step = (x: number) =>
    doc.edit(`step ${x}`, (edit) => {
      edit.setLabel(rectRegion({ x, y: 0, width: 1, height: 100 }), 3);
      edit.setProposal({ ...first, left: steps - 1 - x });
    });
  for (let x = 0; x < steps; x++) step(x);
  return { doc, step };
}

const cloned = (value: unknown): unknown => structuredClone(value);
const stored = (puts: readonly { readonly id: string; readonly value: unknown }[]) =>
  new Map(puts.map(({ id, value }) => [id, cloned(value)]));

describe("records of a document's past", () => {
  it("are written once: a step more adds itself and its proposal, not the arrays that are there", () => {
    const { doc, step } = worked(3);
    const records = createPastRecords();
    // Three steps, four proposals, one array of all of them.
    expect(records.change("a", doc.past()).puts).toHaveLength(8);
    step(3);
    const { puts, deletes } = records.change("a", doc.past());
    expect(puts).toHaveLength(2);
    expect(deletes).toEqual([]);
    expect(puts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(2500);
    doc.undo();
    doc.undo();
    expect(records.change("a", doc.past())).toMatchObject({ puts: [], deletes: [], index: { done: [{}, {}] } });
    step(4);
    const after = records.change("a", doc.past());
    expect(after.index.undone).toEqual([]);
    // The two steps that cannot be redone any more, and what only they led to.
    expect(after.deletes).toHaveLength(4);
  });

  it("come back with arrays shared as they were, and are not written again", () => {
    const { doc } = worked(3);
    const { index, puts } = createPastRecords().change("a", doc.past());
    const records = createPastRecords();
    const { past, lost } = records.read("a", cloned(index), stored(puts), []);
    expect(lost).toBe(false);
    expect(past).toEqual(doc.past());
    const heats = past.done.flatMap(({ proposals }) =>
      [...proposals.values()].map(({ before }) => (before as Rows).heat),
    );
    expect(new Set([...heats, (past.proposals.only as Rows).heat]).size).toBe(1);
    expect(records.change("a", past)).toEqual({ index, puts: [], deletes: [] });
  });

  it("hold a stroke that is still being drawn as if it were done", () => {
    const { doc } = worked(2);
    doc.undo();
    const stroke = doc.begin("stroke");
    expect(doc.past().undone).toHaveLength(1);
    stroke.edit.setLabel(rectRegion({ x: 50, y: 50, width: 5, height: 5 }), 9);
    const { index, puts } = createPastRecords().change("a", doc.past());
    const { past } = createPastRecords().read("a", index, stored(puts), []);
    const traits = plainTraits<Rows>();
    const labels = createLabelMap(100, 100);
    const reopened = createDocument<Rows>({ key: "a", labels, traits, working: doc.snapshot(), past: past as never });
    expect(reopened.labels.data).toEqual(doc.labels.data);
    expect(reopened.undo()).toBe("stroke");
    expect(reopened.redo()).toBe("stroke");
    stroke.cancel();
    reopened.undo();
    expect(reopened.labels.data).toEqual(doc.labels.data);
    expect(reopened.undo()).toBe("step 0");
    expect(reopened.store.getState().changedPixels).toBe(0);
  });

  it("are written again after a failure", () => {
    const { doc } = worked(2);
    const records = createPastRecords();
    const first = records.change("a", doc.past());
    expect(records.change("a", doc.past()).puts).toEqual([]);
    records.failed("a", first);
    expect(records.change("a", doc.past()).puts).toEqual(first.puts);
  });

  it("forget the oldest steps beyond their limit, never what is proposed now", () => {
    const { doc } = worked(20);
    const few = createPastRecords(10_000).change("a", doc.past());
    const all = createPastRecords().change("a", doc.past());
    expect(all.index.done).toHaveLength(20);
    expect(few.index.done.length).toBeGreaterThan(2);
    expect(few.index.done.length).toBeLessThan(12);
    const { past } = createPastRecords().read("a", few.index, stored(few.puts), []);
    expect(past.done.map(({ name }) => name)).toEqual(
      doc
        .past()
        .done.slice(-few.index.done.length)
        .map(({ name }) => name),
    );
    expect(createPastRecords(0).change("a", doc.past()).puts).toHaveLength(2);
  });

  it("lose what stands behind a missing step, and say so, rather than apply a wrong difference", () => {
    const { doc } = worked(5);
    doc.undo();
    const { index, puts } = createPastRecords().change("a", doc.past());
    const records = stored(puts);
    records.delete(index.done[1].id);
    const { past, lost } = createPastRecords().read("a", index, records, []);
    expect(lost).toBe(true);
    expect(past.done.map(({ name }) => name)).toEqual(["step 2", "step 3"]);
    expect(past.undone.map(({ name }) => name)).toEqual(["step 4"]);
    expect(past.proposals).toEqual(doc.past().proposals);
  });

  it("of another form, or of none, leave nothing; only the latter is no loss", () => {
    const { doc } = worked(1);
    const { index, puts } = createPastRecords().change("a", doc.past());
    const read = (value: unknown, records = stored(puts)) => createPastRecords().read("a", value, records, []);
    expect(read({ ...index, version: 99 })).toEqual({ past: noPast, lost: true });
    expect(read(undefined)).toEqual({ past: noPast, lost: true });
    expect(read(undefined, new Map())).toEqual({ past: noPast, lost: false });
  });
});
