import { describe, expect, it, vi } from "vitest";
import type { ClassInfo } from "../core/classTable";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import type { DatasetItem } from "../dataset/types";
import { createDocument } from "../document/document";
import { inThreadLinter, type Linter } from "../review/lint/lintJob";
import { suggestionTraits } from "../review/suggestions";
import { createChecking, groupName, ruleReport } from "./checking";
import { openInSession } from "./fixtures/openInSession";
import { createSession } from "./session";
import { createSettings } from "./settings";

const classes: readonly ClassInfo[] = ["ground", "car", "road"].map((name, id) => ({
  ...{ id, name, color: [id, 0, 0] as const },
  ignored: false,
}));
const odd: ClassInfo = { id: 7, name: "unknown 7", color: [9, 9, 9], ignored: true };
const size = 32;

/** Class 0 above class 2, with single pixels of others, watched. */
function setUp(dots: readonly (readonly [x: number, y: number, id: number])[], linter: Linter = inThreadLinter) {
  const labels = createLabelMap(size, size);
  labels.data.fill(2, 16 * size);
  for (const [x, y, id] of dots) labels.data[y * size + x] = id;
  const document = createDocument({ key: "a", labels, traits: suggestionTraits });
  const session = createSession();
  const settings = createSettings();
  const checking = createChecking(session, settings, linter, { strokeEnded: () => undefined });
  openInSession(session, document, classes, [odd]);
  const { dataset, image } = session.getState();
  const raster = { type: "png", width: size, height: size, bitDepth: 8, color: "grey", lossless: true, notes: [] };
  if (dataset === null || image === null) throw new Error("Nothing is open");
  session.setState({
    dataset: { ...dataset, codec: { colors: [], vocColors: false, indexed: "ids" } },
    image: { ...image, item: { ...image.item, raster } as unknown as DatasetItem },
  });
  const stop = checking.watch();
  const current = () => vi.waitFor(() => expect(checking.store.getState().isCurrent).toBe(true), { timeout: 3000 });
  const said = () => session.getState().announcement.text;
  const found = (rule: Parameters<typeof ruleReport>[1]) => ruleReport(checking.store.getState(), rule);
  return { document, session, settings, checking, stop, current, said, found };
}

const dots = [
  [5, 5, 2],
  [20, 6, 2],
  [9, 24, 0],
] as const;

describe("checking", () => {
  it("finds what each rule names, says so when asked, and applies one as one undo step", async () => {
    const { document, checking, current, said } = setUp([...dots, [27, 4, 7]]);
    checking.check();
    await current();
    expect(said()).toBe("Check label: 1 group of unknown pixels (1 pixel), 3 pinholes (3 pixels).");
    const before = document.labels.data.slice();
    checking.apply("pinholes");
    expect(said()).toBe("Done: Fill 3 pinholes of up to 3 px. 3 pixels changed.");
    const changed = [...before.keys()].filter((i) => before[i] !== document.labels.data[i]);
    expect(changed).toEqual([5 * size + 5, 6 * size + 20, 24 * size + 9]);
    expect(document.store.getState().decisions).toMatchObject([
      { source: "lint", rule: "pinholes", from: 2, to: 0, area: 2, confidence: null, decision: "accepted" },
      { source: "lint", rule: "pinholes", from: 0, to: 2, area: 1 },
    ]);
    await current();
    expect(document.undo()).toBe("Fill 3 pinholes of up to 3 px");
    expect(document.labels.data).toEqual(before);
    expect(document.store.getState().decisions).toEqual([]);
  });

  it("steps through a rule's places, and leaves out what the user says", async () => {
    const { document, session, checking, current, said, found } = setUp(dots);
    await current();
    expect(checking.step(1)).toBe(true);
    expect(said()).toBe("Pinholes, 1 of 3: road to ground, 1 pixel");
    expect(session.getState().lookAt).toMatchObject({ x: 5 - 12, y: 5 - 12 });
    checking.toggle();
    expect(said()).toBe("Left out");
    expect(session.getState().marks?.regions).toHaveLength(2);
    expect(session.getState().marks?.current?.rect).toMatchObject({ x: 5, y: 5 });
    expect([checking.step(1), checking.step(1), checking.step(1)]).toEqual([true, true, false]);
    checking.apply("pinholes");
    expect(said()).toContain("Fill 2 of 3 pinholes");
    expect(document.labels.data[5 * size + 5]).toBe(2);
    await current();
    expect(found("pinholes")?.groups.pixels).toEqual(Uint32Array.of(5 * size + 5));
    expect(checking.store.getState().leftOut).toEqual(new Set([groupName("pinholes", 5 * size + 5)]));
  });

  it("looks again when the label, a lock, a size or a class of a rule changes; nothing is applied meanwhile", async () => {
    const { document, settings, checking, current, said, found } = setUp(dots);
    await current();
    document.edit("Class brush", (edit) => edit.setLabel(rectRegion({ x: 5, y: 5, width: 1, height: 1 }), 0));
    expect(checking.store.getState().isCurrent).toBe(false);
    checking.apply("pinholes");
    expect(said()).toContain("Try again");
    await current();
    expect(found("pinholes")?.groups.pixels).toHaveLength(2);
    checking.setClass("pinholes", 0, false);
    await current();
    expect(found("pinholes")?.groups.pixels).toHaveLength(1);
    document.setLocked(new Set([2]));
    await current();
    expect(found("pinholes")?.groups.pixels).toHaveLength(0);
    document.setLocked(new Set());
    checking.setClass("pinholes", 0, true);
    checking.setSize("pinholes", 0.4);
    expect(settings.getState().pinholes).toBe(1);
    await current();
    expect(found("pinholes")?.groups.pixels).toHaveLength(2);
  });

  it("gives what smeared files hold between their classes the class around it", async () => {
    const { document, session, checking, current, found } = setUp([
      [4, 15, 65534],
      [5, 15, 65534],
      [9, 24, 65534],
    ]);
    const { dataset } = session.getState();
    if (dataset === null) throw new Error("Nothing is open");
    const off: ClassInfo = { id: 65534, name: "off-palette", color: [255, 0, 255], ignored: true, offPalette: true };
    const codec = { ...dataset.codec, offPalette: { id: 65534, ids: [0, 1, 2], colors: [] } };
    session.setState({ dataset: { ...dataset, classes: [...classes, off], codec } });
    await current();
    expect(found("unknown-ids")?.groups.pixels).toHaveLength(3);
    checking.apply("unknown-ids");
    expect([15 * size + 4, 15 * size + 5, 24 * size + 9].map((i) => document.labels.data[i])).toEqual([0, 0, 2]);
  });

  it("leaves hints, which are the user's, and what is excluded alone", async () => {
    const { document, session, current, found } = setUp(dots);
    const data = new Uint8Array(size * size);
    data[6 * size + 20] = 1;
    session.setState({ exclusions: [{ width: size, height: size, data }] });
    document.edit("Mask", (edit) => edit.setMask(rectRegion({ x: 12, y: 10, width: 4, height: 4 }), true));
    document.edit("Hint", (edit) => edit.setLabel(rectRegion({ x: 13, y: 11, width: 1, height: 1 }), 1));
    await current();
    expect(found("pinholes")?.groups.pixels).toEqual(Uint32Array.of(5 * size + 5, 24 * size + 9));
  });

  it("drops an answer that the label has outrun", async () => {
    let answer: () => void = () => undefined;
    const slow: Linter = {
      lint: (job, options) =>
        new Promise((resolve) => {
          const report = inThreadLinter.lint(
            { ...job, labels: { ...job.labels, data: job.labels.data.slice() } },
            options,
          );
          answer = () => resolve(report);
        }),
    };
    const { document, checking, found, current } = setUp(dots, slow);
    await vi.waitFor(() => expect(answer).toHaveLength(0));
    await new Promise((resolve) => setTimeout(resolve, 20));
    document.edit("Class brush", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 32, height: 8 }), 0));
    answer();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(checking.store.getState().isCurrent).toBe(false);
    answer();
    await current();
    expect(found("pinholes")?.groups.pixels).toHaveLength(1);
  });

  it("rests while nobody looks, and outlines nothing then", async () => {
    const lint = vi.fn(inThreadLinter.lint);
    const { document, session, checking, stop, current } = setUp(dots, { lint });
    await current();
    checking.openRule("pinholes");
    expect(session.getState().marks?.regions).toHaveLength(3);
    stop();
    expect(session.getState().marks).toBeNull();
    const { length } = lint.mock.calls;
    document.undo();
    document.edit("Class brush", (edit) => edit.setLabel(rectRegion({ x: 5, y: 5, width: 1, height: 1 }), 0));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(lint.mock.calls).toHaveLength(length);
  });

  it("tells a label that holds nothing", async () => {
    const { document, checking, current, said } = setUp([]);
    document.edit("Fill", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: size, height: size }), 1));
    checking.check();
    await current();
    expect(said()).toContain("single class");
    expect(said()).toContain("Nothing found.");
  });
});
