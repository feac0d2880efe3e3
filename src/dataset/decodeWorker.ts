import { decodeLabel } from "../formats/labelCodec";
import { fileError } from "./errors";
import type { DecodeReply, DecodeRequest } from "./labelDecoder";

/** Worker entry: decodes label files off the main thread. */
self.onmessage = ({ data }: MessageEvent<DecodeRequest>) => {
  try {
    const decoded = decodeLabel(data.bytes, data.codec);
    const reply: DecodeReply = { id: data.id, decoded };
    self.postMessage(reply, { transfer: [decoded.labels.data.buffer] });
  } catch (error) {
    const { reason, remedy } = fileError("", error);
    const reply: DecodeReply = { id: data.id, reason, remedy };
    self.postMessage(reply);
  }
};
