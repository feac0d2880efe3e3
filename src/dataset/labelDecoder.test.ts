import { describe, expect, it } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { decodeLabel, type LabelCodec } from "../formats/labelCodec";
import { encodeLabel, NeedsRaiseError } from "../formats/labelEncode";
import { greyPng } from "./fixtures/files";
import type { LabelReply, LabelRequest } from "./labelCoder";
import { createLabelDecoder, type WorkerLike } from "./labelDecoder";

const codec: LabelCodec = { colors: [], vocColors: false, indexed: "ids" };
const file = greyPng(3, 2, (p) => p);

function fakeWorker(answer: (worker: WorkerLike, request: LabelRequest) => void): WorkerLike {
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
    const asked: LabelRequest[] = [];
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
        worker.onmessage?.(
          new MessageEvent("message", { data: { id, reason: "Bad.", remedy: "Mend it.", needsRaise: false } }),
        ),
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

  it("looks into labels before their coding is known", async () => {
    const seen = { ids: new Map([[7, 6]]), colors: new Map(), entries: [] };
    const answering = createLabelDecoder(() =>
      fakeWorker((worker, { id }) => worker.onmessage?.(new MessageEvent("message", { data: { id, seen } }))),
    );
    expect(await answering.look(file)).toEqual(seen);
    const crashed = createLabelDecoder(() => fakeWorker((worker) => worker.onerror?.({} as ErrorEvent)));
    expect([...(await crashed.look(file)).ids.keys()]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("encodes too, and tells apart what leave to raise would solve", async () => {
    const labels = createLabelMap(3, 2, new Uint16Array(6).fill(300));
    const worker = () =>
      fakeWorker((self, request) => {
        const data: LabelReply =
          request.kind === "encode" && request.options?.raise
            ? { id: request.id, encoded: encodeLabel(request.bytes, request.labels, request.codec, request.options) }
            : { id: request.id, reason: "Too deep.", remedy: "Raise.", needsRaise: true };
        self.onmessage?.(new MessageEvent("message", { data }));
      });
    const coder = createLabelDecoder(worker);
    await expect(coder.encode(file, labels, codec)).rejects.toBeInstanceOf(NeedsRaiseError);
    const raised = await coder.encode(file, labels, codec, { raise: true });
    expect(decodeLabel(raised, codec).labels.data).toEqual(labels.data);
    const crashed = createLabelDecoder(() => fakeWorker((self) => self.onerror?.({} as ErrorEvent)));
    await expect(crashed.encode(file, labels, codec)).rejects.toBeInstanceOf(NeedsRaiseError);
    expect(await crashed.encode(file, labels, codec, { raise: true })).toEqual(raised);
  });
});
