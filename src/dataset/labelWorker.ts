import { NeedsRaiseError } from "../formats/labelEncode";
import { fileError } from "./errors";
import { inThreadCoder, type LabelReply, type LabelRequest } from "./labelCoder";

/** Worker entry: decodes and encodes label files off the main thread. */
self.onmessage = async ({ data }: MessageEvent<LabelRequest>) => {
  try {
    if (data.kind === "decode") {
      const decoded = await inThreadCoder.decode(data.bytes, data.codec);
      reply({ id: data.id, decoded }, decoded.labels.data.buffer);
    } else if (data.kind === "look") {
      reply({ id: data.id, seen: await inThreadCoder.look(data.bytes) });
    } else {
      reply({ id: data.id, encoded: await inThreadCoder.encode(data.bytes, data.labels, data.codec, data.options) });
    }
  } catch (error) {
    const { reason, remedy } = fileError("", error);
    reply({ id: data.id, reason, remedy, needsRaise: error instanceof NeedsRaiseError });
  }
};

function reply(message: LabelReply, ...transfer: ArrayBufferLike[]): void {
  self.postMessage(message, { transfer: transfer.filter((buffer) => buffer instanceof ArrayBuffer) });
}
