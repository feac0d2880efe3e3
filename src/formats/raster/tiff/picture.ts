import { FormatError } from "../../errors";
import { checkSize } from "../raster";
import { readTiffSamples } from "./decode";
import { readTiffDirectory, tiffTag } from "./directory";
import { readColorMap, type TiffStored } from "./header";

/** The head of a TIFF that is a photograph. */
export interface TiffPictureHead extends TiffStored {
  /** Samples a pixel that are shown: grey or red, green, blue. */
  readonly colors: 1 | 3;
  readonly hasAlpha: boolean;
  readonly photometric: number;
  /** What is not shown, in sentences for the user. */
  readonly notes: readonly string[];
}

const saveAs = "Save the image as PNG, JPEG or plain TIFF.";

/**
 * Reads the head of a TIFF's first page as a photograph's: of many bands the first three are shown.
 * @throws FormatError; RangeError when it lies beyond the bytes.
 */
export function readTiffPictureHead(bytes: Uint8Array): TiffPictureHead {
  const directory = readTiffDirectory(bytes);
  const { number, numbers } = directory;
  const [width, height] = [number(tiffTag.width, 0), number(tiffTag.height, 0)];
  const bits = numbers(tiffTag.bitsPerSample);
  const storedBits = bits[0] ?? 1;
  const samplesPerPixel = number(tiffTag.samplesPerPixel, 1);
  checkSize("TIFF", { width, height, channels: samplesPerPixel, bits: storedBits });
  const sampleFormat = number(tiffTag.sampleFormat, 1);
  const photometric = number(tiffTag.photometric, 1);
  const depths = [samplesPerPixel === 1 ? [1, 2, 4, 8, 16, 32] : [8, 16, 32], [8, 16, 32], [32, 64]][sampleFormat - 1];
  if (photometric > 3 || !depths?.includes(storedBits) || bits.some((other) => other !== storedBits)) {
    const what = photometric > 3 ? `its colours as kind ${photometric}` : `${bits.join(" + ")} bits a sample`;
    throw new FormatError(`The TIFF has ${what}, which cannot be shown.`, saveAs);
  }
  const colors = samplesPerPixel < 3 ? 1 : 3;
  const [extra] = numbers(tiffTag.extraSamples);
  const hasAlpha = samplesPerPixel === colors + 1 && (extra === 1 || extra === 2);
  const isWhole = samplesPerPixel === colors + (hasAlpha ? 1 : 0);
  const shown = colors === 3 ? "the first three are" : "the first one is";
  const notes = isWhole ? [] : [`The image has ${samplesPerPixel} bands; ${shown} shown.`];
  return { width, height, directory, storedBits, sampleFormat, samplesPerPixel, photometric, colors, hasAlpha, notes };
}

/** Samples to show, interleaved: grey or RGB with alpha where there is one, in the units stored, and their depth. */
export interface PictureSamples {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly samples: Uint16Array | Float32Array;
  /** The value of white; null where values have no bound, as in fractions. */
  readonly most: number | null;
}

/** @throws FormatError */
export function readTiffPicture(bytes: Uint8Array): PictureSamples {
  const head = readTiffPictureHead(bytes);
  const { width, height, storedBits, sampleFormat, samplesPerPixel, photometric } = head;
  const found = readTiffSamples(bytes, head);
  if (photometric === 3) {
    const palette = readColorMap(head.directory.numbers(tiffTag.colorMap));
    const samples = Uint16Array.from({ length: found.length * 3 }, (_, i) => {
      return palette[found[Math.floor(i / 3)]]?.[i % 3] ?? 0;
    });
    return { width, height, channels: 3, samples, most: 255 };
  }
  const channels = head.colors + (head.hasAlpha ? 1 : 0);
  const samples = channels === samplesPerPixel ? found : found.slice(0, width * height * channels);
  for (let pixel = 0; channels < samplesPerPixel && pixel < width * height; pixel += 1) {
    for (let c = 0; c < channels; c += 1) samples[pixel * channels + c] = found[pixel * samplesPerPixel + c];
  }
  const most = sampleFormat === 1 && storedBits <= 16 ? 2 ** storedBits - 1 : null;
  if (photometric === 0 && most !== null)
    for (let i = 0; i < samples.length; i += channels) samples[i] = most - samples[i];
  return { width, height, channels, samples, most };
}
