import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { tinyModel } from "../model/fixtures/tinyModel";
import type { LoadedModel } from "../model/loadedModel";
import { bandImage, bandRequest } from "../reconstruct/fixtures/request";
import { fakeEngine } from "./fixtures/fakeWorker";
import { runSession } from "./fixtures/runSession";
import type { FromWorker } from "./protocol";
import { createSession } from "./session";

const image = bandImage(256, 256);
const request = bandRequest(256, 256, [100, 100, 40, 40], { passes: 2, ratio: 0.5 });
let model: LoadedModel;

beforeAll(async () => {
  model = await tinyModel("wasm");
});
afterAll(() => model.dispose());

const setUp = (lost?: Promise<string>) => runSession(model, lost ? { lost } : {});

const isFinal = (id: number) => (message: FromWorker) =>
  message.type === "result" && message.requestId === id && message.final;

it("starts, then answers with a preview and a final result", async () => {
  const { session, said, until } = setUp();
  session.handle({ type: "image", image });
  session.handle({ type: "reconstruct", requestId: 1, request });
  await until(isFinal(1));
  expect(said.map((message) => message.type)).toEqual(["stage", "ready", "result", "result"]);
});

it("lets a newer request cancel the one that runs and replace the one that waits", async () => {
  const { session, said, until } = setUp();
  session.handle({ type: "image", image });
  session.handle({ type: "reconstruct", requestId: 1, request });
  await until((message) => message.type === "ready");
  session.handle({ type: "reconstruct", requestId: 2, request });
  session.handle({ type: "reconstruct", requestId: 3, request });
  await until(isFinal(3));
  expect(said.filter((message) => message.type === "cancelled").map((message) => message.requestId)).toEqual(
    expect.arrayContaining([1, 2]),
  );
  expect(said.some((message) => message.type === "result" && message.requestId !== 3)).toBe(false);
});

it("cancels between blocks and works on afterwards", async () => {
  const { session, until } = setUp();
  session.handle({ type: "image", image });
  await until((message) => message.type === "ready");
  session.handle({ type: "reconstruct", requestId: 1, request });
  session.handle({ type: "cancel", requestId: 1 });
  await until((message) => message.type === "cancelled" && message.requestId === 1);
  session.handle({ type: "reconstruct", requestId: 2, request });
  await until(isFinal(2));
});

it("says that it is there between two steps of what runs", async () => {
  const { session, said, until } = setUp();
  session.handle({ type: "image", image });
  await until((message) => message.type === "ready");
  session.handle({ type: "reconstruct", requestId: 1, request });
  session.handle({ type: "ping" });
  await until(isFinal(1));
  expect(said.map(({ type }) => type)).toEqual(["stage", "ready", "alive", "result", "result"]);
});

it("asks for another worker where not even the end of a job can be told: nothing would be run any more", async () => {
  const said: FromWorker[] = [];
  const { finds: _, ...info } = fakeEngine;
  const session = createSession({
    post: (message) => {
      if ("requestId" in message && message.requestId === 1) throw new Error("It cannot be copied.");
      said.push(message);
    },
    load: async () => ({ info, model, lost: new Promise(() => {}) }),
    pause: () => new Promise((resolve) => setImmediate(resolve)),
  });
  session.handle({ type: "init", baseUrl: "/" });
  session.handle({ type: "reconstruct", requestId: 1, request });
  await vi.waitFor(() => expect(said).toHaveLength(2));
  expect(said[1]).toEqual({ type: "failed", requestId: null, message: "It cannot be copied.", deviceLost: true });
});

it("refuses a request for an image that is not open, with a reason", async () => {
  const { session, until } = setUp();
  session.handle({ type: "reconstruct", requestId: 1, request });
  const failed = await until((message) => message.type === "failed");
  expect(failed).toMatchObject({ requestId: 1, message: 'The image "bands" is not open.', deviceLost: false });
});

it("reports a lost device", async () => {
  const { until } = setUp(Promise.resolve("The driver was reset."));
  const failed = await until((message) => message.type === "failed");
  expect(failed).toEqual({ type: "failed", requestId: null, message: "The driver was reset.", deviceLost: true });
});

it("keeps the open image's windows encoded for the requests that follow, and frees them with the image", async () => {
  const encode = vi.spyOn(model, "encode");
  const { session, said, until } = setUp();
  const tensors = tf.memory().numTensors;
  session.handle({ type: "image", image });
  for (let requestId = 1; requestId <= 3; requestId++) {
    session.handle({ type: "reconstruct", requestId, request });
    await until(isFinal(requestId));
    // Four features of the window and four of its mirror image.
    expect(tf.memory().numTensors).toBe(tensors + 8);
  }
  session.handle({ type: "reconstruct", requestId: 4, request });
  session.handle({ type: "cancel", requestId: 4 });
  await until((message) => message.type === "cancelled");
  expect(tf.memory().numTensors).toBe(tensors + 8);
  expect(encode).toHaveBeenCalledTimes(2);
  session.handle({ type: "image", image: { ...image, imageKey: "other" } });
  expect(tf.memory().numTensors).toBe(tensors);
  expect(said.filter(({ type }) => type === "failed")).toEqual([]);
  encode.mockRestore();
});

it("runs no more passes before a first preview when a candidate at another ratio is in the middle of its own", async () => {
  /** Passes from the request on to its first answer. */
  const passesBefore = async (isBusy: boolean): Promise<number> => {
    const { session, said, until } = setUp();
    session.handle({ type: "image", image });
    await until((message) => message.type === "ready");
    const forward = vi.spyOn(model, "runParts");
    if (isBusy) {
      const requests = [{ ...request, ratio: 0.9, passes: 8 }];
      session.handle({ type: "reconstruct-later", requestId: 1, requests, image: null });
      while (forward.mock.calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
      // As an edit of the mask does.
      session.handle({ type: "cancel", requestId: 1 });
    }
    const before = forward.mock.calls.length;
    session.handle({ type: "reconstruct", requestId: 2, request });
    await until((message) => message.type === "result" && message.requestId === 2);
    const passes = forward.mock.calls.length - before;
    await until(isFinal(2));
    if (isBusy) await until((message) => message.type === "cancelled" && message.requestId === 1);
    expect(said.some(({ type }) => type === "failed")).toBe(false);
    forward.mockRestore();
    return passes;
  };
  expect(await passesBefore(true)).toBe(await passesBefore(false));
});

it("runs what nobody waits for last, tells only its final results, and lets a reconstruction go first in the middle of it", async () => {
  const { session, said, until } = setUp();
  session.handle({ type: "image", image });
  await until((message) => message.type === "ready");
  const requests = [request, { ...request, ratio: 0.9 }];
  session.handle({ type: "reconstruct-later", requestId: 1, requests, image: null });
  session.handle({ type: "reconstruct-later", requestId: 2, requests, image: { ...image, imageKey: "bands" } });
  session.handle({ type: "reconstruct", requestId: 3, request });
  const other = await until((message) => message.type === "reconstructed" && message.requestId === 2);
  const answers = said.filter(({ type }) => type !== "stage" && type !== "ready");
  expect(answers.map((message) => [message.type, "requestId" in message && message.requestId])).toEqual([
    ["result", 3],
    ["result", 3],
    ["reconstructed", 1],
    ["reconstructed", 2],
  ]);
  const live = said.find(isFinal(3));
  expect(other.type === "reconstructed" && live?.type === "result" && other.results[0].ids).toEqual(
    live?.type === "result" && live.result.ids,
  );
  expect(other.type === "reconstructed" && other.results.map(({ ratio }) => ratio)).toEqual([0.5, 0.9]);
});
