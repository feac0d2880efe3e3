import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { tinyModel } from "../model/fixtures/tinyModel";
import type { LoadedModel } from "../model/loadedModel";
import { bandImage, bandRequest } from "../reconstruct/fixtures/request";
import * as reconstruction from "../reconstruct/reconstruct";
import { pictureFeatures } from "../support/features";
import { colourImage, IDS } from "../support/fixtures/colourSet";
import { runSession } from "./fixtures/runSession";
import type { FromWorker } from "./protocol";

vi.mock("../reconstruct/reconstruct", { spy: true });
vi.mock("../support/features", { spy: true });

const image = bandImage(256, 256);
const request = bandRequest(256, 256, [100, 100, 40, 40], { passes: 1 });
let model: LoadedModel;

beforeAll(async () => {
  model = await tinyModel("wasm", "lmae-tiny-backbone");
});
afterAll(() => model.dispose());

function setUp() {
  const running = runSession(model);
  const { session } = running;
  session.handle({ type: "image", image });
  const endOf = (id: number) =>
    running.until((message: FromWorker) => "requestId" in message && message.requestId === id);
  const learn = (requestId: number) =>
    session.handle({ type: "learn-support", requestId, example: colourImage(requestId) });
  /** The map that the newest reconstruction got. */
  const told = () => vi.mocked(reconstruction.reconstruct).mock.calls.at(-1)?.[3];
  return { ...running, endOf, learn, told };
}

it("learns, fits, and tells reconstructions, which are run in the middle of it", { timeout: 60_000 }, async () => {
  const { session, said, until, endOf, learn, told } = setUp();
  await until(({ type }) => type === "ready");
  for (let id = 1; id <= 4; id++) learn(id);
  expect(await endOf(1)).toMatchObject({ cells: { imageKey: "image 1", channels: 40, ids: { length: 256 } } });
  session.handle({ type: "reconstruct", requestId: 9, request });
  await endOf(9);
  expect(told()).toBeNull();
  // Learning waits for it.
  expect(said.some((message) => message.type === "support-learnt" && message.requestId === 4)).toBe(false);
  session.handle({ type: "fit-support", requestId: 5, isDraft: false });
  await endOf(4);
  session.handle({ type: "reconstruct", requestId: 10, request });
  await endOf(10);
  expect(said.some(({ type }) => type === "support-fitted")).toBe(false);
  expect(await endOf(5)).toMatchObject({ facts: { images: 4, classes: 3 } });
  session.handle({ type: "reconstruct", requestId: 11, request });
  await endOf(11);
  expect(told()).toMatchObject({ classes: IDS, rows: 32, columns: 32 });
  session.handle({ type: "forget-support" });
  session.handle({ type: "reconstruct", requestId: 12, request });
  await endOf(12);
  expect(told()).toBeNull();
});

it("cancels what runs and what waits, and what is forgotten stays so", async () => {
  const { session, until, endOf, learn } = setUp();
  await until(({ type }) => type === "ready");
  const tensors = tf.memory().numTensors;
  learn(1);
  learn(2);
  session.handle({ type: "cancel", requestId: 2 });
  session.handle({ type: "cancel", requestId: 1 });
  expect(await endOf(1)).toMatchObject({ type: "cancelled" });
  expect(await endOf(2)).toMatchObject({ type: "cancelled" });
  learn(3);
  session.handle({ type: "forget-support" });
  expect(await endOf(3)).toMatchObject({ type: "cancelled" });
  session.handle({ type: "fit-support", requestId: 4, isDraft: true });
  expect(await endOf(4)).toMatchObject({ facts: { images: 0, classes: 0 } });
  expect(tf.memory().numTensors).toBe(tensors);
});

it("restores what was learnt once, and makes the open image's map before it is asked for", {
  timeout: 60_000,
}, async () => {
  const first = setUp();
  for (let id = 1; id <= 4; id++) first.learn(id);
  await first.endOf(4);
  const kept = first.said.flatMap((message) =>
    message.type === "support-learnt" && message.cells ? [message.cells] : [],
  );
  const { session, endOf, until, told } = setUp();
  const encoded = vi.mocked(pictureFeatures).mockClear();
  session.handle({ type: "restore-support", images: kept });
  session.handle({ type: "fit-support", requestId: 5, isDraft: false });
  expect(await endOf(5)).toMatchObject({ facts: { images: 4, classes: 3 } });
  await vi.waitFor(() => expect(encoded).toHaveBeenCalledExactlyOnceWith(model, image));
  session.handle({ type: "reconstruct", requestId: 6, request });
  await until((message) => message.type === "result" && message.final);
  expect(told()?.rows).toBe(32);
  expect(encoded).toHaveBeenCalledOnce();
});
