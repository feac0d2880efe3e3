import type { Listing, PictureFacts } from "../formats/layout";
import { mostColors } from "../formats/lookAtLabel";
import { isPicture } from "../formats/paths";
import {
  channelsOf,
  decodeRaster,
  holdsColors,
  isRasterType,
  type Raster,
  readRasterHeader,
  sniffType,
} from "../formats/raster";
import { readPictureHeader } from "./imageHeader";
import type { LabelDecoder } from "./labelCoder";
import { maxFileBytes, type SourceFile } from "./types";

/** Texts above this are no list of a data set. */
const maxTextBytes = 20_000_000;
/** Rasters above this are not compared: that takes longer than it tells. */
const maxComparedBytes = 5_000_000;
/** Enough for the headers of pictures without large thumbnails. */
const headBytes = 4096;

/**
 * The opened files as recognisers see them; what is read is read once. Pictures without content are none, but of more than
 * `mostAsked` none is asked for its size, which takes longer than all else: that one is empty is said when it is read.
 */
export function createListing(
  files: ReadonlyMap<string, SourceFile>,
  decoder: Pick<LabelDecoder, "look">,
  note: Listing["note"] = () => undefined,
  mostAsked = Number.POSITIVE_INFINITY,
): Listing {
  const paths = [...files.keys()];
  const named = paths.filter(isPicture);
  const once = <T>(read: (file: SourceFile) => Promise<T>, failed: T): ((path: string) => Promise<T>) => {
    const known = new Map<string, Promise<T>>();
    return (path) => {
      const file = files.get(path);
      const found = known.get(path) ?? (file ? read(file).catch(() => failed) : Promise.resolve(failed));
      known.set(path, found);
      return found;
    };
  };
  return {
    paths,
    pictures: named.length > mostAsked ? named : named.filter((path) => (files.get(path)?.size ?? 0) > 0),
    note,
    size: (path) => files.get(path)?.size ?? 0,
    bytes: async (path) => {
      const file = files.get(path);
      return file && file.size <= maxFileBytes ? file.bytes() : new Uint8Array();
    },
    header: once<PictureFacts | null>(factsOf, null),
    text: once(async (file) => (file.size > maxTextBytes ? "" : new TextDecoder().decode(await file.bytes())), ""),
    variety: once<number | null>(async (file) => {
      if (file.size > maxFileBytes) return null;
      const bytes = await file.bytes();
      if (sniffType(bytes) === "jpeg") return Number.POSITIVE_INFINITY;
      // What cannot be looked at although its header can be read is a photograph of a kind that no label is.
      return decoder.look(bytes).then(
        ({ ids, colors }) => (colors.size < mostColors ? ids.size + colors.size : Number.POSITIVE_INFINITY),
        () => (readPictureHeader(bytes) ? Number.POSITIVE_INFINITY : null),
      );
    }, null),
    isFunctionOf: async (other, ids) => {
      const pair = [other, ids].map((path) => files.get(path));
      if (pair.some((file) => !file || file.size > maxComparedBytes)) return null;
      try {
        const [a, b] = await Promise.all(
          pair.map(async (file) => decodeRaster((await file?.bytes()) ?? new Uint8Array())),
        );
        return follows(a, b);
      } catch {
        return null;
      }
    },
  };
}

async function factsOf(file: SourceFile): Promise<PictureFacts | null> {
  const head = await file.slice(0, headBytes);
  const type = sniffType(head);
  // Photographs are JPEG in the main, and their samples tell nothing.
  const raster = isRasterType(type) && type !== "jpeg" ? await rasterHeader(file, head) : null;
  if (raster) {
    const { width, height, color } = raster;
    const channels = color === "indexed" ? "indexed" : holdsColors(raster) ? "rgb" : "grey";
    return { type: raster.type, width, height, channels };
  }
  const header = readPictureHeader(head);
  return header && { type: header.type, width: header.width, height: header.height, channels: null };
}

/** Null for pictures that no label is kept as. */
async function rasterHeader(file: SourceFile, head: Uint8Array) {
  try {
    return readRasterHeader(head) ?? (file.size > maxFileBytes ? null : readRasterHeader(await file.bytes()));
  } catch {
    return null;
  }
}

/** Whether each value of `ids` always has the same pixel in `other`. */
function follows(other: Raster, ids: Raster): boolean {
  if (other.width !== ids.width || other.height !== ids.height) return false;
  const [step, idStep] = [channelsOf(other.color), channelsOf(ids.color)];
  const pixelOf = new Map<number, number>();
  for (let pixel = 0; pixel < ids.width * ids.height; pixel += 1) {
    let value = 0;
    for (let c = 0; c < Math.min(3, step); c += 1) value = value * 65536 + other.samples[pixel * step + c];
    const id = ids.samples[pixel * idStep];
    const known = pixelOf.get(id);
    if (known === undefined) pixelOf.set(id, value);
    else if (known !== value) return false;
  }
  return true;
}
