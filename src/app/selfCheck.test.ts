import { expect, it } from "vitest";
import { nearestKnown } from "../core/nearest";
import type { Dataset, DatasetItem } from "../dataset/types";
import { checkCsv, checkHtml } from "../export/checkFiles";
import { memoryStore } from "../project/storage";
import type { ReconstructionRequest } from "../reconstruct/types";
import { checkKinds } from "../review/check/masks";
import { HINT, KNOWN, MASKED } from "../window/resample";
import { EngineRestarted, type InferenceClient } from "../worker/inferenceClient";
import { createKeptCheck } from "./keptCheck";
import { createSelfCheck, sampleOf } from "./selfCheck";
import { createSession } from "./session";
import { createSettings } from "./settings";

const side = 224;
const classes = [
  { id: 0, name: '=cmd"<b>', color: [0, 0, 0] as const, ignored: false },
  { id: 1, name: "car", color: [9, 0, 0] as const, ignored: false },
  { id: 255, name: "void", color: [0, 0, 0] as const, ignored: true },
];

/** Class 0, a block of class 1 of 64 x 112 px, and void along the left edge. */
function truthAt(i: number): number {
  const [x, y] = [i % side, Math.floor(i / side)];
  if (x < 8) return 255;
  return x >= 64 && x < 128 && y >= 56 && y < 168 ? 1 : 0;
}
const truth = Uint16Array.from({ length: side * side }, (_, i) => truthAt(i));

/** What a model answers to a masked pixel, by its place. */
type Answer = (at: number, request: ReconstructionRequest) => number;

function setUp(answer: Answer, count = 4, values = memoryStore()) {
  const items = Array.from(
    { length: count },
    (_, i) => ({ key: `${i}`, name: `image ${i}`, image: {} }) as DatasetItem,
  );
  const asked: ReconstructionRequest[] = [];
  const client: Pick<InferenceClient, "reconstructLater"> = {
    async reconstructLater(requests, { signal } = {}) {
      await Promise.resolve();
      signal?.throwIfAborted();
      asked.push(...requests);
      return requests.map((request) => {
        const { rect, labels, bits } = request.masked;
        return {
          imageKey: request.imageKey,
          documentVersion: 0,
          rect,
          ids: labels.map((id, i) => (bits[i] === 1 ? answer(i, request) : id)),
          confidence: new Uint8Array(labels.length).fill(230),
          other: new Uint8Array(labels.length),
          passesDone: 1,
          passes: 1,
          ratio: 0,
          model: "test",
          elapsedMs: 1,
        };
      });
    },
  };
  const session = createSession();
  session.setState({ dataset: { id: "d", classes, items } as unknown as Dataset });
  const examples = {
    load: async (_: Dataset, { key }: DatasetItem) => ({
      imageKey: key,
      image: { width: side, height: side, rgba: new Uint8ClampedArray(0) },
      labels: truth.slice(),
      ignoredIds: [255],
    }),
  };
  const kept = createKeptCheck(values, session);
  const check = createSelfCheck(client, session, createSettings(), { includes: () => true }, examples, kept);
  return { kept, asked, client, session, check, report: () => check.store.getState().report };
}

const run = async (answer: Answer, count = 4) => {
  const all = setUp(answer, count);
  await all.check.start({ images: 12, target: 0.95 });
  return all;
};

it("scores a model that is always right with 100, and trusts it", async () => {
  const { report } = await run((at) => truth[at]);
  const found = report();
  expect(found?.kinds.map(({ kind }) => kind)).toEqual(checkKinds);
  for (const { model } of found?.kinds ?? []) expect(model).toMatchObject({ meanIou: 1, accuracy: 1 });
  expect(found).toMatchObject({ images: 4, windows: 4, threshold: { percent: 50, share: 1, right: 1 }, skipped: [] });
  expect(found?.verdict.kind).toBe("trust");
  // Sure to 230 / 255, and always right.
  expect(found?.ece).toBeCloseTo(1 - 230 / 255, 9);
});

it("scores a model that copies the nearest visible label as nearest copying", async () => {
  const found = new WeakMap<ReconstructionRequest, Int32Array>();
  const nearestIn = (request: ReconstructionRequest): Int32Array => {
    const { rect } = request.masked;
    const [{ kinds }] = request.windowLabels;
    const index =
      found.get(request) ??
      nearestKnown(
        kinds.map((kind) => (kind === KNOWN || kind === HINT ? 1 : 0)),
        rect.width,
        rect.height,
      ).index;
    found.set(request, index);
    return index;
  };
  const { report } = await run((at, request) => request.masked.labels[nearestIn(request)[at]]);
  expect(report()?.kinds).toHaveLength(checkKinds.length);
  for (const { model, nearest } of report()?.kinds ?? []) expect(model).toEqual(nearest);
});

it("scores a constant model as computed by hand, and does not trust it", async () => {
  const { report } = await run(() => 0);
  const all = truth.filter((id) => id !== 255).length;
  const cars = truth.filter((id) => id === 1).length;
  // Complementary draws hide every pixel: once at 25 and 50 %, three times at 75 %.
  for (const [kind, times] of [
    ["random25", 1],
    ["random50", 1],
    ["random75", 3],
  ] as const) {
    const scores = report()?.kinds.find((one) => one.kind === kind)?.model;
    expect(scores?.pixels).toBe(4 * times * all);
    expect(scores?.accuracy).toBeCloseTo(1 - cars / all, 9);
    // Class 0: right / all scored; class 1: nothing.
    expect(scores?.meanIou).toBeCloseTo((1 - cars / all) / 2, 9);
  }
  expect(report()?.verdict.kind).toBe("no");
});

it("never tells the model what is hidden, and hides what is scored", async () => {
  const { asked } = await run((at) => truth[at]);
  for (const { masked, windowLabels } of asked) {
    expect(masked.labels.every((id, i) => (masked.bits[i] === 1 ? id === 65535 : id === truth[i]))).toBe(true);
    const [{ kinds, ids }] = windowLabels;
    expect(kinds.every((kind, i) => (kind === MASKED) === (masked.bits[i] === 1))).toBe(true);
    expect(kinds.every((kind, i) => (kind >= KNOWN ? ids[i] === truth[i] : ids[i] === 0))).toBe(true);
    expect(kinds.every((kind, i) => truth[i] !== 255 || kind !== MASKED)).toBe(true);
  }
});

it("says that too little is labelled, in words", async () => {
  const { report } = await run((at) => truth[at], 1);
  expect(report()?.verdict).toMatchObject({ kind: "unknown" });
  expect(report()?.verdict.text).toMatch(/^Too little is labelled to say: 1 image with/);
});

it("chooses the same images every time", () => {
  const items = Array.from({ length: 40 }, (_, i) => ({ key: `${i}`, image: i % 2 ? {} : null }) as DatasetItem);
  expect(sampleOf(items, 12)).toEqual(sampleOf(items, 12));
  expect(sampleOf(items, 12)).toHaveLength(12);
  expect(sampleOf(items, 12).every(({ image }) => image !== null)).toBe(true);
});

it("is cancelled without a report, and with the data set", async () => {
  const all = setUp((at) => truth[at]);
  const running = all.check.start({ images: 12, target: 0.95 });
  expect(all.check.cancel()).toBe(true);
  await running;
  expect(all.check.store.getState()).toEqual({ progress: null, report: null, at: null });
  const next = all.check.start({ images: 12, target: 0.95 });
  all.session.setState({ dataset: null });
  await next;
  expect(all.check.store.getState()).toEqual({ progress: null, report: null, at: null });
});

it("skips an image that cannot be checked and says so, and stops when the engine restarts", async () => {
  const all = setUp((at, { imageKey }) => {
    if (imageKey === "2") throw new Error("no memory for it");
    return truth[at];
  });
  await all.check.start({ images: 12, target: 0.95 });
  expect(all.report()).toMatchObject({ images: 3, skipped: ["image 2: no memory for it"] });
  const lost = setUp(() => {
    throw new EngineRestarted();
  });
  await lost.check.start({ images: 12, target: 0.95 });
  expect(lost.report()).toBe(null);
  expect(lost.session.getState().message?.title).toBe("The self-check stopped");
});

it("is exported without formulas and without markup of names", async () => {
  const { report } = await run((at) => truth[at]);
  const found = report();
  if (found === null) throw new Error("no report");
  expect(checkCsv(found, classes)).toContain(`class,"'=cmd""<b>",`);
  const html = checkHtml(found, classes, "<set>");
  expect(html).toContain("&lt;set&gt;");
  expect(html).not.toContain("<b>,");
  expect(html).toContain("=cmd&quot;&lt;b&gt;");
});

it("is there again after a reload, with its date, of its own project only; what makes no sense is left out", async () => {
  const values = memoryStore();
  const first = setUp((at) => truth[at], 4, values);
  await first.kept.follow("p");
  await first.check.start({ images: 12, target: 0.95 });
  const report = first.report();
  expect(report).not.toBeNull();

  const again = setUp((at) => truth[at], 4, values);
  await again.kept.follow("q");
  expect(again.report()).toBeNull();
  await again.kept.follow("p");
  expect(again.report()).toEqual(report);
  expect(again.check.store.getState().at).toBeGreaterThan(0);

  for (const change of [{ kinds: [{ kind: "x" }] }, { bins: [null] }, { verdict: {} }, { ece: "0" }]) {
    await values.set("check/p", { report: { ...report, ...change }, at: 1 });
    await again.kept.follow("p");
    expect(again.report()).toBeNull();
  }
});
