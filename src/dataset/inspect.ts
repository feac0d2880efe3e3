import { extensionOf, plainName } from "../formats/paths";
import { isRasterType, type RasterHeader, readRasterHeader, sniffType, typeNames } from "../formats/raster";
import { FileError, fileError } from "./errors";
import { type PictureHeader, readPictureHeader } from "./imageHeader";
import { orientationRule } from "./orientation";
import { wholeBytes } from "./sources/blobFile";
import { type ReadWhole, readAlone } from "./sources/gather";
import { turnsOf } from "./turns";
import { type DatasetItem, maxFileBytes, type Problem, type SourceFile } from "./types";

const copyAgain = "Copy or download the file again.";

/** Photographs keep their size behind EXIF thumbnails and colour profiles; few need more than this. */
const headBytes = 1 << 16;

/** What came of looking at a file, and warnings about it. */
interface Inspected {
  readonly item: DatasetItem;
  readonly warnings: readonly Problem[];
}

/**
 * Looks at a label and its image without decoding either: types, sizes, truncation, orientation.
 * @throws FileError naming the file that makes the pair unusable.
 */
export async function inspectPair(
  label: SourceFile,
  image: SourceFile | null,
  read: ReadWhole = readAlone,
): Promise<Inspected> {
  const found = await inspectLabel(label, image, read);
  const seen = await seePhotograph(found.item, read);
  return { item: seen.item, warnings: [...found.warnings, ...seen.warnings] };
}

/**
 * Looks at a label without decoding it, and leaves its photograph for later (seePhotograph).
 * @throws FileError
 */
export async function inspectLabel(
  label: SourceFile,
  image: SourceFile | null,
  read: ReadWhole = readAlone,
): Promise<Inspected> {
  const raster = await rasterOf(readOnce(label, read));
  const item: DatasetItem = {
    key: label.path,
    name: nameOf(label, image),
    imagePath: image?.path ?? null,
    labelPath: label.path,
    image,
    label,
    width: raster.width,
    height: raster.height,
    orientation: 1,
    appliesOrientation: false,
    turn: 0,
    raster,
    companions: [],
    ...(image === null ? {} : { isUnseen: true }),
  };
  return { item, warnings: labelWarnings(label.path, raster) };
}

/**
 * Looks at an item's photograph without decoding it, where nobody did yet.
 * @throws FileError where it cannot be used with its label.
 */
export async function seePhotograph(unseen: DatasetItem, read: ReadWhole = readAlone): Promise<Inspected> {
  const { isUnseen, ...item } = unseen;
  const { image, width, height, labelPath } = item;
  if (!isUnseen || image === null) return { item: unseen, warnings: [] };
  const photo = readOnce(image, read);
  const picture = await inspectImage(photo);
  const orientation = picture.orientation?.value ?? 1;
  const rule = orientationRule(picture, orientation, item);
  // Some programs drop EXIF's orientation and leave the pixels as they were.
  const isQuarter = !rule.fits && picture.width === height && picture.height === width;
  if (!rule.fits && !isQuarter) {
    throw new FileError(
      labelPath,
      `The label is ${width} x ${height} px, its image ${picture.width} x ${picture.height} px.`,
      `Replace one of them (image: ${image.path}).`,
    );
  }
  const warnings: Problem[] = [];
  const warn = (reason: string, remedy: string) =>
    warnings.push({ path: image.path, reason, remedy, severity: "warning" });
  for (const note of picture.notes ?? []) warn(note, "Labels and saved files are not touched by that.");
  if (isQuarter) {
    warn(
      "The image has its label's size only when turned by a quarter: it is shown turned clockwise.",
      'If it stands upside down then, choose "Turn the picture".',
    );
  } else if (rule.ambiguous) {
    warn(
      "The image is stored turned or mirrored, and its size fits the label either way.",
      'Check that they agree, else choose "Turn the picture".',
    );
  } else if (orientation !== 1 && !rule.applies) {
    warn("The image is stored turned; it is shown unturned, as its label is.", "Check that they agree.");
  }
  if (picture.type === "jpeg" && photo.randomAccess && !(await endsAsJpeg(photo))) {
    warn("The image seems truncated: its end is missing.", copyAgain);
  }
  const own = { ...item, orientation, appliesOrientation: rule.applies, turn: isQuarter ? 90 : 0 } as const;
  // How the user turned it counts, where it fits so.
  return { item: turnsOf(own).includes(item.turn) ? { ...own, turn: item.turn } : own, warnings };
}

/** The same file, for as long as it is looked at: its start and its end are one reading where it is small. */
function readOnce(file: SourceFile, read: ReadWhole): SourceFile {
  if (!file.randomAccess || file.size > wholeBytes) return file;
  let whole: Promise<Uint8Array> | null = null;
  const { path, size, bytes, made, randomAccess } = file;
  return {
    ...{ path, size, bytes, randomAccess },
    ...(made === undefined ? {} : { made }),
    async slice(start, end) {
      whole ??= read(file);
      return (await whole).subarray(start, end);
    },
  };
}

/** The shorter of both names: what it is longer by tells the other's role. */
function nameOf(label: SourceFile, image: SourceFile | null): string {
  const names = [...(image === null ? [] : [plainName(image.path)]), plainName(label.path)];
  return names.reduce((best, name) => (name.length < best.length ? name : best));
}

function checkSize(file: SourceFile): void {
  if (file.size === 0) throw new FileError(file.path, "The file is empty (0 bytes).", copyAgain);
  if (file.size > maxFileBytes) {
    const size = Math.round(file.size / 1048576);
    throw new FileError(file.path, `The file has ${size} MB; at most 300 can be opened.`, "Cut the image into tiles.");
  }
}

/** What its owner should know of a label that opens. */
function labelWarnings(path: string, { type, lossless, notes }: RasterHeader): Problem[] {
  const warning = (reason: string, remedy: string): Problem => ({ path, reason, remedy, severity: "warning" });
  const asNamed = typesOfExtension[extensionOf(path)];
  return [
    ...(asNamed === undefined || asNamed === type
      ? []
      : [warning(`It is named .${extensionOf(path)} but holds a ${typeNames[type]}.`, "It is read as what it holds.")]),
    ...(lossless
      ? []
      : [
          warning(
            `Its format (${typeNames[type]}) changes values near edges: the label is smeared.`,
            "Edited, it is exported as PNG.",
          ),
        ]),
    ...notes.map((note) => warning(note, "Check that this is the label you mean.")),
  ];
}

const typesOfExtension: Readonly<Record<string, RasterHeader["type"]>> = {
  png: "png",
  bmp: "bmp",
  tif: "tiff",
  tiff: "tiff",
  gif: "gif",
  webp: "webp",
  jpg: "jpeg",
  jpeg: "jpeg",
};

async function rasterOf(label: SourceFile): Promise<RasterHeader> {
  if (label.made) return label.made;
  checkSize(label);
  try {
    const head = await label.slice(0, labelHeadBytes);
    const type = sniffType(head);
    if (!isRasterType(type)) {
      const held = type ? `holds a ${typeNames[type]}` : "is no picture";
      throw new FileError(
        label.path,
        `It is named .${extensionOf(label.path)} but ${held}.`,
        "Save the label as PNG, or any of BMP, TIFF, GIF and lossless WebP.",
      );
    }
    const header = readRasterHeader(head) ?? readRasterHeader(await label.bytes());
    if (!header) throw new FileError(label.path, `The ${typeNames[type]} is truncated.`, copyAgain);
    if (type === "png") await checkPngEnd(label);
    return header;
  } catch (error) {
    throw fileError(label.path, error);
  }
}

/** Enough for the heads of PNG and BMP, and of most JPEG and WebP files. */
const labelHeadBytes = 2048;

async function checkPngEnd(label: SourceFile): Promise<void> {
  const tail = await label.slice(label.size - 12, label.size);
  // Bytes after IEND are allowed; a file without IEND at its very end is checked when it is decoded.
  const hasEnd = String.fromCharCode(...tail.subarray(4, 8)) === "IEND";
  if (!hasEnd && !(await hasEndChunk(label))) {
    throw new FileError(label.path, "The PNG is truncated: its end is missing.", copyAgain);
  }
}

async function hasEndChunk(file: SourceFile): Promise<boolean> {
  const bytes = await file.bytes();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === 0x49454e44) return true;
  }
  return false;
}

async function inspectImage(image: SourceFile): Promise<PictureHeader> {
  checkSize(image);
  const head = await image.slice(0, headBytes);
  const type = sniffType(head);
  // What lies behind the pixels matters: EXIF of a WebP, a TIFF's chain of values.
  const isWhole = type === "tiff" || (type === "webp" && String.fromCharCode(...head.subarray(12, 16)) === "VP8X");
  let header: PictureHeader | null;
  try {
    header = (isWhole ? null : readPictureHeader(head)) ?? readPictureHeader(await image.bytes());
  } catch (error) {
    throw fileError(image.path, error);
  }
  if (header && header.width > 0 && header.height > 0) return header;
  if (type === "avif") {
    throw new FileError(
      image.path,
      `${type.toUpperCase()} images cannot be shown.`,
      "Convert the image to PNG or JPEG.",
    );
  }
  if (type && type !== "zip") {
    throw new FileError(image.path, `The ${type.toUpperCase()} image is damaged or truncated.`, copyAgain);
  }
  throw new FileError(image.path, "The file is no image, whatever its name says.", "Save the image as PNG or JPEG.");
}

async function endsAsJpeg(image: SourceFile): Promise<boolean> {
  // Cameras append data after the end marker; it is looked for in the last kilobytes.
  const tail = await image.slice(Math.max(0, image.size - 65536), image.size);
  for (let i = tail.length - 2; i >= 0; i -= 1) if (tail[i] === 0xff && tail[i + 1] === 0xd9) return true;
  return false;
}
