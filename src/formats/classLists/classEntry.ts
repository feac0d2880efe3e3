import type { Rgb } from "../../core/classTable";
import { parseHex } from "../../core/palette";

/** What a class list says of one class; what it leaves open is filled in later. */
export interface ClassEntry {
  readonly id?: number;
  /** The id that files made for training hold instead (Cityscapes' trainId); 255 there is void. */
  readonly trainId?: number;
  /** What further columns of ids say, by their heading. */
  readonly otherIds?: Readonly<Record<string, number>>;
  /** What further columns of colours say, by their heading. */
  readonly otherColors?: Readonly<Record<string, Rgb>>;
  readonly name: string;
  readonly color?: Rgb;
  readonly ignored?: boolean;
}

/** A file that may be a class list, parsed as far as its type goes. */
export interface ClassFile {
  /** Lines without comments and blank ones; of JSON, YAML and XML too. */
  readonly lines: readonly string[];
  readonly text: string;
  /** Of JSON and YAML: the value; undefined for other types. */
  readonly value: unknown;
}

/** One way to write a class list. */
export interface ClassListKind {
  /** What is said of the list, e.g. "one name a line". */
  readonly name: string;
  /** The classes; null where the file is not of this kind. Never throws for what a file holds. */
  read(file: ClassFile): readonly ClassEntry[] | null;
}

/** What names no class but the lack of one: such ids are ignored. */
export const isVoidName = (name: string): boolean => isSurelyVoid(name) || perhapsVoid.test(wordsIn(name));

/** Names that mean nothing else, as data sets write them: "void", "No Data", "unlabeled area", "ignore_index". */
export const isSurelyVoid = (name: string): boolean =>
  surelyVoid.test(wordsIn(name)) || /^.*\(ignored?\)$/i.test(name.trim());

const wordsIn = (name: string): string =>
  name
    .toLowerCase()
    .replace(/'/g, "")
    .replace(/[\W_]+/g, " ")
    .trim();

const surelyVoid =
  /^((void|ignored?|un ?labell?ed|un ?annotated|not? (labell?ed|annotated)|no ?data|dont ?care)( (areas?|regions?|class|index|id|value|labels?|pixels?|mask))?|(mask|class|label) (void|ignored?|no ?data))$/;
/** Of a picture's part elsewhere; a list of defects may have them as classes. */
const perhapsVoid = /^(invalid( (areas?|regions?|class|value|labels?|pixels?|data))?|(out|outside)( of)? roi)$/;

/** What names what is left when all objects are named. */
export const isBackgroundName = (name: string): boolean =>
  isVoidName(name) ||
  /^[\W_]*(back_?ground|bg|bkg|none|nothing|no[ _-]?class|other|others|clutter|rest|empty|outside)[\W_]*$/i.test(name);

/** `[r, g, b]` (and alpha), "#rrggbb", "r,g,b", "rgb(r, g, b)" or {r, g, b}; null for anything else. */
export function readColor(value: unknown): Rgb | null {
  if (Array.isArray(value)) return value.length === 3 || value.length === 4 ? rgbOf(value.slice(0, 3)) : null;
  if (isRecord(value)) return "r" in value ? rgbOf([value.r, value.g, value.b]) : null;
  if (typeof value !== "string") return null;
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(value.trim());
  if (short)
    return parseHex(
      short
        .slice(1)
        .map((digit) => digit + digit)
        .join(""),
    );
  // Without "#" a digit must be among them: "facade" is a class.
  const hex = /^(?:#|0x|(?=[a-f]*\d))([0-9a-f]{6})(?:[0-9a-f]{2})?$/i.exec(value.trim());
  if (hex) return parseHex(hex[1]);
  const parts =
    /^(?:rgba?)?\s*(?:[[(]\s*)?(\d{1,3})(?:\s*[,;]\s*|\s+)(\d{1,3})(?:\s*[,;]\s*|\s+)(\d{1,3})(?:(?:\s*[,;]\s*|\s+)[\d.]+)?\s*[\])]?$/i.exec(
      value.trim(),
    );
  return parts ? rgbOf(parts.slice(1, 4).map(Number)) : null;
}

/** Three bytes as a colour, or three fractions of 1; null where they are neither. */
export function rgbOf(values: readonly unknown[]): Rgb | null {
  const isFraction = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= 1;
  if (values.every(isFraction) && !values.every(Number.isInteger)) {
    return values.map((value) => Math.round(255 * Number(value))) as unknown as Rgb;
  }
  const bytes = values.map((value) => (typeof value === "string" ? wholeNumber(value) : value));
  return bytes.every((byte): byte is number => Number.isInteger(byte) && Number(byte) >= 0 && Number(byte) <= 255)
    ? [bytes[0], bytes[1], bytes[2]]
    : null;
}

/** A whole number as written ("12", " 7.0"), or null. */
export function wholeNumber(value: unknown): number | null {
  if (typeof value === "number") return Number.isInteger(value) ? value : null;
  return typeof value === "string" && /^\s*-?\d{1,9}(\.0+)?\s*$/.test(value) ? Number(value) : null;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
