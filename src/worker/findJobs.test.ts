import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { findErrors } from "../find/findErrors";
import type { FindRequest, FindResult, FindSteps } from "../find/types";
import { tinyModel } from "../model/fixtures/tinyModel";
import type { LoadedModel } from "../model/loadedModel";
import type { Checkpoint } from "../model/steps";
import { bandImage, bandLabel, bandRequest } from "../reconstruct/fixtures/request";
import { colourImage, IDS } from "../support/fixtures/colourSet";
import { runSession } from "./fixtures/runSession";
import type { FromWorker } from "./protocol";

vi.mock("../find/findErrors", { spy: true });

const image = bandImage(256, 256);
const live = bandRequest(256, 256, [100, 100, 40, 40], { passes: 1 });
const { imageKey, documentVersion, width, height, lockedIds } = live;
const { labels } = bandLabel(256, 256, []);
const request: FindRequest = {
  ...{ imageKey, documentVersion, width, height, labels, ignoredIds: [], lockedIds },
  excluded: new Uint8Array(width * height),
};
const WINDOWS = 6;
/** A search of this version of the document loses the engine. */
const LOSES_ENGINE = 666;
let model: LoadedModel;

beforeAll(async () => {
  model = await tinyModel("wasm");
});
afterAll(() => model.dispose());

/** Which job has the engine: two at a time would be a mistake. */
class Engine {
  private owner: string | null = null;
  readonly turns: string[] = [];

  take(owner: string): void {
    expect(this.owner).toBeNull();
    this.owner = owner;
    this.turns.push(owner);
  }

  give(): void {
    this.owner = null;
  }
}

/** A search of six windows, each two steps on the engine with a checkpoint between them. */
async function fakeSearch(
  engine: Engine,
  asked: FindRequest,
  checkpoint: Checkpoint,
  onStep: (steps: FindSteps) => void,
): Promise<FindResult> {
  if (asked.documentVersion === LOSES_ENGINE) throw new WebAssembly.RuntimeError("memory access out of bounds");
  for (let done = 0; done < WINDOWS; done++) {
    for (let step = 0; step < 2; step++) {
      engine.take("find");
      await Promise.resolve();
      engine.give();
      await checkpoint();
    }
    onStep({ done: done + 1, total: WINDOWS, scan: WINDOWS });
  }
  const bits = new Uint8Array(2);
  // Two regions in one buffer: it must be handed over once.
  const region = { region: { rect: { x: 0, y: 0, width: 1, height: 1 }, bits }, ids: new Uint16Array(1) };
  const facts = { from: 0, to: 1, area: 1, confidence: 0.5, needsHint: false };
  return {
    ...{ imageKey: asked.imageKey, documentVersion: asked.documentVersion, width, height },
    heat: new Uint8Array(width * height),
    regions: [
      { ...region, ...facts },
      { ...region, ...facts },
    ],
    accept: 0.7,
    model: "lmae-small",
    elapsedMs: 1,
  };
}

function setUp() {
  const engine = new Engine();
  const spied: LoadedModel = {
    ...model,
    runParts(features, input, parts, checkpoint) {
      return model.runParts(features, input, parts, async () => {
        engine.take("live");
        await checkpoint();
        engine.give();
      });
    },
  };
  vi.mocked(findErrors).mockImplementation((_cache, _image, asked, _map, checkpoint, onStep) =>
    fakeSearch(engine, asked, checkpoint, onStep),
  );
  const running = runSession(spied);
  running.session.handle({ type: "image", image });
  const ends = (id: number) => (message: FromWorker) =>
    "requestId" in message &&
    message.requestId === id &&
    message.type !== "find-progress" &&
    (message.type !== "result" || message.final);
  const endOf = (id: number) => running.until(ends(id));
  return { ...running, engine, endOf };
}

it("says whether the model finds, and finds window by window", async () => {
  const { session, said, until, endOf } = setUp();
  expect(await until(({ type }) => type === "ready")).toMatchObject({ engine: { finds: false } });
  session.handle({ type: "find", requestId: 3, request });
  expect(await endOf(3)).toMatchObject({ type: "found", result: { documentVersion: 3 } });
  const steps = said.filter((message) => message.type === "find-progress");
  expect(steps.map(({ done, total }) => [done, total])).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, WINDOWS]));
});

it("runs a reconstruction to its end in the middle of a find, which then goes on", async () => {
  const { session, said, until, endOf, engine } = setUp();
  session.handle({ type: "find", requestId: 1, request });
  await until((message) => message.type === "find-progress" && message.done === 2);
  session.handle({ type: "reconstruct", requestId: 2, request: live });
  await endOf(1);
  const order = said.map((message) => ("requestId" in message ? `${message.type} ${message.requestId}` : message.type));
  const at = order.indexOf("result 2");
  expect(at).toBeGreaterThan(order.indexOf("find-progress 1"));
  expect(at).toBeLessThan(order.lastIndexOf("find-progress 1"));
  // The engine changed hands twice only: the reconstruction was not run by turns with the find.
  const changes = engine.turns.filter((owner, i) => i > 0 && owner !== engine.turns[i - 1]);
  expect(changes).toEqual(["live", "find"]);
});

it("lets the newest of several reconstructions win in the middle of a find", async () => {
  const { session, said, until, endOf } = setUp();
  session.handle({ type: "find", requestId: 1, request });
  await until(({ type }) => type === "find-progress");
  session.handle({ type: "reconstruct", requestId: 2, request: live });
  session.handle({ type: "reconstruct", requestId: 3, request: live });
  expect(await endOf(2)).toMatchObject({ type: "cancelled" });
  expect(await endOf(3)).toMatchObject({ type: "result" });
  expect(said.some(({ type }) => type === "found")).toBe(false);
  expect(await endOf(1)).toMatchObject({ type: "found" });
});

it("begins a find only when the reconstruction that runs has ended", async () => {
  const { session, endOf, until, engine } = setUp();
  await until(({ type }) => type === "ready");
  session.handle({ type: "reconstruct", requestId: 1, request: live });
  session.handle({ type: "find", requestId: 2, request });
  await endOf(2);
  expect(engine.turns.indexOf("find")).toBeGreaterThan(engine.turns.lastIndexOf("live"));
});

it("cancels a find for a newer one, and on request", async () => {
  const { session, until, endOf } = setUp();
  session.handle({ type: "find", requestId: 1, request });
  await until(({ type }) => type === "find-progress");
  session.handle({ type: "find", requestId: 2, request });
  expect(await endOf(1)).toMatchObject({ type: "cancelled" });
  session.handle({ type: "find", requestId: 3, request });
  expect(await endOf(2)).toMatchObject({ type: "cancelled" });
  await until((message) => message.type === "find-progress" && message.requestId === 3);
  session.handle({ type: "cancel", requestId: 3 });
  expect(await endOf(3)).toMatchObject({ type: "cancelled" });
  session.handle({ type: "reconstruct", requestId: 4, request: live });
  expect(await endOf(4)).toMatchObject({ type: "result" });
});

it("says why a search failed, and works on", async () => {
  const { session, endOf } = setUp();
  session.handle({ type: "find", requestId: 2, request: { ...request, imageKey: "other" } });
  expect(await endOf(2)).toMatchObject({ type: "failed", message: 'The image "other" is not open.' });
  session.handle({ type: "find", requestId: 3, request: { ...request, documentVersion: LOSES_ENGINE } });
  expect(await endOf(3)).toMatchObject({ type: "failed", deviceLost: true });
  session.handle({ type: "find", requestId: 4, request });
  expect(await endOf(4)).toMatchObject({ type: "found" });
});

it("scans an image that is not open, and gives way to reconstructions and to a search of the open one", async () => {
  const { session, said, until, endOf, engine } = setUp();
  const other = { ...bandImage(128, 96), imageKey: "other" };
  const asked = { ...request, imageKey: "other", documentVersion: 9 };
  session.handle({ type: "scan", requestId: 1, request: asked, image: other });
  await until((message) => message.type === "find-progress" && message.requestId === 1);
  const [cache, searched] = vi.mocked(findErrors).mock.lastCall ?? [];
  expect(searched).toBe(other);
  session.handle({ type: "find", requestId: 2, request });
  session.handle({ type: "reconstruct", requestId: 3, request: live });
  session.handle({ type: "scan", requestId: 4, request: asked, image: other });
  expect(await endOf(4)).toMatchObject({ type: "found", result: { imageKey: "other", documentVersion: 9 } });
  const ends = said.filter(({ type }) => type === "found" || type === "result");
  expect(ends.map((message) => ("requestId" in message ? message.requestId : null))).toEqual([3, 2, 1, 4]);
  // The engine changed hands twice only: what came was run to its end, and the scan went on.
  expect(engine.turns.filter((owner, i) => owner !== engine.turns[i - 1])).toEqual(["find", "live", "find"]);
  // With windows of its own, of which nothing is left.
  expect(vi.mocked(findErrors).mock.calls.some(([of, shown]) => shown === image && of === cache)).toBe(false);
  expect(cache?.bytes()).toBe(0);
});

it("ends a scan on request, and scans on after one that fails", async () => {
  const { session, until, endOf } = setUp();
  const other = { ...bandImage(128, 96), imageKey: "other" };
  const scan = (requestId: number, documentVersion: number) =>
    session.handle({
      type: "scan",
      requestId,
      image: other,
      request: { ...request, imageKey: "other", documentVersion },
    });
  scan(1, 1);
  scan(2, LOSES_ENGINE);
  scan(3, 3);
  scan(4, 4);
  await until((message) => message.type === "find-progress" && message.requestId === 1);
  session.handle({ type: "cancel", requestId: 1 });
  session.handle({ type: "cancel", requestId: 3 });
  expect(await endOf(1)).toMatchObject({ type: "cancelled" });
  expect(await endOf(2)).toMatchObject({ type: "failed", deviceLost: true });
  expect(await endOf(3)).toMatchObject({ type: "cancelled" });
  expect(await endOf(4)).toMatchObject({ type: "found" });
});

it("listens to what support says of the open image", { timeout: 60_000 }, async () => {
  const listening = await tinyModel("wasm", "lmae-tiny-backbone");
  vi.mocked(findErrors).mockImplementation((_cache, _image, asked, _map, checkpoint, onStep) =>
    fakeSearch(new Engine(), asked, checkpoint, onStep),
  );
  const { session, until } = runSession(listening);
  session.handle({ type: "image", image });
  const search = async (requestId: number) => {
    session.handle({ type: "find", requestId, request });
    await until((message) => message.type === "found" && message.requestId === requestId);
    return vi.mocked(findErrors).mock.lastCall?.[3];
  };
  expect(await search(1)).toBeNull();
  for (let id = 2; id < 6; id++) session.handle({ type: "learn-support", requestId: id, example: colourImage(id) });
  session.handle({ type: "fit-support", requestId: 6, isDraft: true });
  await until(({ type }) => type === "support-fitted");
  expect(await search(7)).toMatchObject({ classes: IDS, rows: 32, columns: 32 });
  // Of one that was learnt from, those say it that have not seen it: as they do once it is open.
  const learnt = colourImage(3);
  const asked = { ...request, imageKey: learnt.imageKey };
  const other = { ...learnt.image, imageKey: learnt.imageKey };
  session.handle({ type: "scan", requestId: 8, request: asked, image: other });
  await until((message) => message.type === "found" && message.requestId === 8);
  const scanned = vi.mocked(findErrors).mock.lastCall?.[3];
  session.handle({ type: "image", image: other });
  session.handle({ type: "find", requestId: 9, request: asked });
  await until((message) => message.type === "found" && message.requestId === 9);
  expect(scanned?.probabilities).toEqual(vi.mocked(findErrors).mock.lastCall?.[3]?.probabilities);
  session.handle({ type: "image", image });
  session.handle({
    type: "scan",
    requestId: 10,
    request: { ...asked, imageKey: "new" },
    image: { ...other, imageKey: "new" },
  });
  await until((message) => message.type === "found" && message.requestId === 10);
  expect(vi.mocked(findErrors).mock.lastCall?.[3]?.probabilities).not.toEqual(scanned?.probabilities);
  listening.dispose();
});
