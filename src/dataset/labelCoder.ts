import type { LabelMap } from "../core/labelMap";
import { type DeepPicture, readDeepPicture } from "../formats/deepPicture";
import { type DecodedLabel, decodeLabel, type LabelCodec } from "../formats/labelCodec";
import { type EncodeOptions, encodeLabel } from "../formats/labelEncode";
import type { SeenLabels } from "../formats/layout";
import { lookAtLabel } from "../formats/lookAtLabel";
import { type ClassText, type ReadTexts, readTexts } from "./classTexts";

/** Reads label files, class lists and what browsers read badly, here or in a worker. */
export interface LabelDecoder {
  /** @throws FormatError as decodeLabel does. */
  decode(bytes: Uint8Array, codec: LabelCodec): Promise<DecodedLabel>;
  /** @throws FormatError as lookAtLabel does. */
  look(bytes: Uint8Array): Promise<SeenLabels>;
  /** What texts that may be class lists say: seconds where they are megabytes. */
  classLists(texts: readonly ClassText[]): Promise<ReadTexts>;
  /** @throws FormatError as readDeepPicture does. */
  picture(bytes: Uint8Array, orientation?: number): Promise<DeepPicture>;
  dispose(): void;
}

/** Turns label files into ids and back. */
export interface LabelCoder extends LabelDecoder {
  /** @throws FormatError, NeedsRaiseError as encodeLabel does. */
  encode(original: Uint8Array, labels: LabelMap, codec: LabelCodec, options?: EncodeOptions): Promise<Uint8Array>;
}

/** Works in the calling thread. */
export const inThreadCoder: LabelCoder = {
  decode: decodeLabel,
  look: lookAtLabel,
  classLists: readTexts,
  picture: async (...args) => readDeepPicture(...args),
  encode: encodeLabel,
  dispose: () => undefined,
};
