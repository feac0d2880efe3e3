import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { tinyModel } from "../model/fixtures/tinyModel";
import type { LoadedModel } from "../model/loadedModel";
import { bandImage, bandRequest } from "../reconstruct/fixtures/request";
import { runSession } from "./fixtures/runSession";
import type { FromWorker } from "./protocol";

const image = bandImage(300, 256);
const request = bandRequest(300, 256, [100, 100, 40, 40], { passes: 1 });
const elsewhere = bandRequest(300, 256, [4, 4, 20, 20]);
const { imageKey } = image;
let model: LoadedModel;
/** Images that were begun to be encoded, and those that were to their end. */
let [begun, done] = [0, 0];

beforeAll(async () => {
  model = await tinyModel("wasm", "lmae-tiny-backbone");
  const { encode } = model;
  vi.spyOn(model, "encode").mockImplementation(function* (...of) {
    begun++;
    const features = yield* encode(...of);
    done++;
    return features;
  });
});
afterEach(() => {
  [begun, done] = [0, 0];
});
afterAll(() => model.dispose());

const isFinal = (message: FromWorker) => message.type === "result" && message.final;
const isReady = (message: FromWorker) => message.type === "ready";
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};
const untilDone = (count: number) => vi.waitFor(() => expect(done).toBe(count));

async function setUp() {
  const running = runSession(model);
  running.session.handle({ type: "image", image });
  await running.until(isReady);
  return running;
}

it("encodes the windows that a request asks for afterwards, and says nothing", async () => {
  const { session, said, until } = await setUp();
  session.handle({ type: "look-ahead", imageKey, windows: request.windows });
  await untilDone(1);
  await turns(3);
  expect(said.filter((message) => !["stage", "ready"].includes(message.type))).toEqual([]);
  session.handle({ type: "reconstruct", requestId: 1, request });
  await until(isFinal);
  expect([begun, done]).toEqual([1, 1]);
});

it("lets a request in between two steps, which goes on with what is begun", async () => {
  const { session, until } = await setUp();
  session.handle({ type: "look-ahead", imageKey, windows: request.windows });
  await turns(3);
  expect([begun, done]).toEqual([1, 0]);
  session.handle({ type: "reconstruct", requestId: 1, request });
  await until(isFinal);
  expect([begun, done]).toEqual([1, 1]);
});

it("leaves what is not wanted any more: newer windows, another image", async () => {
  const { session } = await setUp();
  session.handle({ type: "look-ahead", imageKey, windows: [...request.windows, ...elsewhere.windows] });
  await turns(3);
  session.handle({ type: "look-ahead", imageKey, windows: elsewhere.windows });
  await untilDone(1);
  await turns(30);
  expect([begun, done]).toEqual([2, 1]);
  session.handle({ type: "look-ahead", imageKey, windows: request.windows });
  await turns(2);
  session.handle({ type: "image", image: { ...image, imageKey: "another" } });
  session.handle({ type: "look-ahead", imageKey, windows: request.windows });
  await turns(60);
  expect(done).toBe(1);
});

it("keeps a mistake to itself: the request says it", async () => {
  const { session, said, until } = await setUp();
  vi.mocked(model.encode).mockImplementationOnce(() => {
    throw new Error("No room for this picture.");
  });
  session.handle({ type: "look-ahead", imageKey, windows: request.windows });
  await turns(10);
  expect(said.some(({ type }) => type === "failed")).toBe(false);
  session.handle({ type: "reconstruct", requestId: 1, request });
  await until(isFinal);
});
