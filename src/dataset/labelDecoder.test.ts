import { describe, expect, it } from "vitest";
import { decodeLabel, type LabelCodec } from "../formats/labelCodec";
import { greyPng } from "./fixtures/files";
import { createLabelDecoder, type DecodeRequest, type WorkerLike } from "./labelDecoder";

const codec: LabelCodec = { colors: [], vocColors: false, indexed: "ids" };
const file = greyPng(3, 2, (p) => p);

function fakeWorker(answer: (worker: WorkerLike, request: DecodeRequest) => void): WorkerLike {
  const worker: WorkerLike = {
    onmessage: null,
    onerror: null,
    terminate: () => undefined,
    postMessage: (request) => queueMicrotask(() => answer(worker, request)),
  };
  return worker;
}

describe("label decoder", () => {
  it("answers with what the worker decoded, whatever the order", async () => {
    const asked: DecodeRequest[] = [];
    const decoder = createLabelDecoder(() =>
      fakeWorker((worker, request) => {
        asked.unshift(request);
        if (asked.length < 2) return;
        for (const { id, bytes } of asked) {
          worker.onmessage?.(new MessageEvent("message", { data: { id, decoded: decodeLabel(bytes, codec) } }));
        }
      }),
    );
    const [a, b] = await Promise.all([decoder.decode(file, codec), decoder.decode(greyPng(1, 1), codec)]);
    expect([a.labels.width, b.labels.width]).toEqual([3, 1]);
  });

  it("passes reasons on", async () => {
    const decoder = createLabelDecoder(() =>
      fakeWorker((worker, { id }) =>
        worker.onmessage?.(new MessageEvent("message", { data: { id, reason: "Bad.", remedy: "Mend it." } })),
      ),
    );
    await expect(decoder.decode(file, codec)).rejects.toMatchObject({ reason: "Bad.", remedy: "Mend it." });
  });

  it("falls back to this thread where workers fail, losing nothing", async () => {
    const refused = createLabelDecoder(() => {
      throw new Error("no workers here");
    });
    expect((await refused.decode(file, codec)).labels.width).toBe(3);
    const crashed = createLabelDecoder(() => fakeWorker((worker) => worker.onerror?.({} as ErrorEvent)));
    expect((await crashed.decode(file, codec)).labels.width).toBe(3);
    expect((await crashed.decode(file, codec)).labels.width).toBe(3);
  });
});
