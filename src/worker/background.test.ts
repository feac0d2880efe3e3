import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { FindExample, FindRequest, FindResult, FindSteps } from "../find/types";
import { tinyModel } from "../model/fixtures/tinyModel";
import type { LoadedModel } from "../model/loadedModel";
import type { Checkpoint } from "../model/steps";
import { bandImage, bandLabel, bandRequest } from "../reconstruct/fixtures/request";
import type { WindowCache } from "../window/windowCache";
import type { WorkImage } from "../window/workImage";
import { runSession } from "./fixtures/runSession";
import type { FromWorker } from "./protocol";

const image = bandImage(256, 256);
const live = bandRequest(256, 256, [100, 100, 40, 40], { passes: 1 });
const { imageKey, documentVersion, width, height, lockedIds, seed } = live;
const { labels } = bandLabel(256, 256, []);
const request: FindRequest = {
  ...{ imageKey, documentVersion, width, height, labels, ignoredIds: [], lockedIds, seed },
  excluded: new Uint8Array(width * height),
};
const example = (key: string): FindExample => ({ imageKey: key, image, labels, ignoredIds: [] });
const WINDOWS = 6;
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

/** A finder of six windows, each two steps on the engine with a checkpoint between them. */
class FakeFinder {
  readonly learnt: string[] = [];

  constructor(private readonly engine: Engine) {}

  finds = () => true;

  learn = async (_model: LoadedModel, { imageKey: key }: FindExample, checkpoint: Checkpoint): Promise<void> => {
    await checkpoint();
    if (key === "damaged") throw new Error("The label holds nothing.");
    this.learnt.push(key);
  };

  async *find(
    _cache: WindowCache,
    _image: WorkImage,
    asked: FindRequest,
    checkpoint: Checkpoint,
  ): AsyncGenerator<FindSteps, FindResult, void> {
    if (asked.seed === 666) throw new WebAssembly.RuntimeError("memory access out of bounds");
    for (let done = 0; done < WINDOWS; done++) {
      for (let step = 0; step < 2; step++) {
        this.engine.take("find");
        await Promise.resolve();
        this.engine.give();
        await checkpoint();
      }
      yield { done: done + 1, total: WINDOWS };
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
      model: this.learnt.join(" "),
      elapsedMs: 1,
    };
  }
}

function setUp() {
  const engine = new Engine();
  const spied: LoadedModel = {
    ...model,
    async run(features, input, checkpoint) {
      const logits = await model.run(features, input, async () => {
        engine.take("live");
        await checkpoint();
        engine.give();
      });
      return logits;
    },
  };
  const createFinder = vi.fn(() => new FakeFinder(engine));
  const running = runSession(spied, { createFinder });
  running.session.handle({ type: "image", image });
  const ends = (id: number) => (message: FromWorker) =>
    "requestId" in message &&
    message.requestId === id &&
    message.type !== "find-progress" &&
    (message.type !== "result" || message.final);
  const endOf = (id: number) => running.until(ends(id));
  return { ...running, createFinder, engine, endOf };
}

it("says whether the model finds, learns, and finds window by window", async () => {
  const { session, said, until, endOf } = setUp();
  expect(await until(({ type }) => type === "ready")).toMatchObject({ engine: { finds: true } });
  session.handle({ type: "learn", requestId: 1, example: example("a") });
  session.handle({ type: "learn", requestId: 2, example: example("b") });
  session.handle({ type: "find", requestId: 3, request });
  expect(await endOf(3)).toMatchObject({ type: "found", result: { model: "a b", documentVersion: 3 } });
  expect(said.filter(({ type }) => type === "learnt")).toEqual([
    { type: "learnt", requestId: 1 },
    { type: "learnt", requestId: 2 },
  ]);
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

it("cancels what is being learnt and what waits to be", async () => {
  const { session, endOf, until } = setUp();
  await until(({ type }) => type === "ready");
  session.handle({ type: "learn", requestId: 1, example: example("a") });
  session.handle({ type: "learn", requestId: 2, example: example("b") });
  session.handle({ type: "cancel", requestId: 1 });
  session.handle({ type: "cancel", requestId: 2 });
  expect(await endOf(1)).toMatchObject({ type: "cancelled" });
  expect(await endOf(2)).toMatchObject({ type: "cancelled" });
  session.handle({ type: "find", requestId: 3, request });
  expect(await endOf(3)).toMatchObject({ type: "found", result: { model: "" } });
});

it("says why an example or a find failed, and works on", async () => {
  const { session, endOf } = setUp();
  session.handle({ type: "learn", requestId: 1, example: example("damaged") });
  expect(await endOf(1)).toMatchObject({ type: "failed", message: "The label holds nothing.", deviceLost: false });
  session.handle({ type: "find", requestId: 2, request: { ...request, imageKey: "other" } });
  expect(await endOf(2)).toMatchObject({ type: "failed", message: 'The image "other" is not open.' });
  session.handle({ type: "find", requestId: 3, request: { ...request, seed: 666 } });
  expect(await endOf(3)).toMatchObject({ type: "failed", deviceLost: true });
  session.handle({ type: "find", requestId: 4, request });
  expect(await endOf(4)).toMatchObject({ type: "found" });
});

it("forgets what another data set taught, what is under way included", async () => {
  const { session, endOf, createFinder } = setUp();
  session.handle({ type: "learn", requestId: 1, example: example("a") });
  await endOf(1);
  session.handle({ type: "find", requestId: 2, request });
  session.handle({ type: "forget" });
  expect(await endOf(2)).toMatchObject({ type: "cancelled" });
  expect(createFinder).toHaveBeenCalledTimes(2);
  session.handle({ type: "learn", requestId: 3, example: example("b") });
  session.handle({ type: "find", requestId: 4, request });
  expect(await endOf(4)).toMatchObject({ result: { model: "b" } });
});
