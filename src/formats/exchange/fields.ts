import type { Rect } from "../../core/rect";
import { type JsonLine, lineError } from "./jsonLines";

/** Labels are no larger on a side. */
const maxSide = 65535;
const maxId = 65535;

type Fields = Readonly<Record<string, unknown>>;

/** Reads members of a line's objects; what is not as it must be is an error that names line and place. */
export interface Reader {
  fail(place: string, mustBe: string): never;
  text(of: Fields, name: string, place?: string): string;
  textOrNull(of: Fields, name: string): string | null;
  whole(of: Fields, name: string, most: number, place?: string): number;
  /** 0..1. */
  share(of: Fields, name: string, place?: string): number;
  shareOrNull(of: Fields, name: string, place?: string): number | null;
  id(of: Fields, name: string, place?: string): number;
  size(of: Fields): { readonly width: number; readonly height: number };
  bounds(of: Fields, size: { readonly width: number; readonly height: number }, place: string): Rect;
  /** Run lengths or values in runs: whole numbers from 0 on. */
  numbers(of: Fields, name: string, place: string): readonly number[];
  objects(of: Fields, name: string, most: number, place?: string): readonly Fields[];
}

/** @param remedy what the file's owner can do when something is wrong. */
export function readerOf({ number }: Pick<JsonLine, "number">, remedy: string): Reader {
  const fail = (place: string, mustBe: string): never => {
    throw lineError(number, `is damaged: "${place}" must be ${mustBe}`, remedy);
  };
  const named = (place: string, name: string): string => (place === "" ? name : `${place}.${name}`);
  const reader: Reader = {
    fail,
    text(of, name, place = "") {
      const value = of[name];
      return typeof value === "string" ? value : fail(named(place, name), "a text");
    },
    textOrNull: (of, name) => (of[name] === undefined || of[name] === null ? null : reader.text(of, name)),
    whole(of, name, most, place = "") {
      const value = of[name];
      if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) return value;
      return fail(named(place, name), `a whole number from 0 to ${most}`);
    },
    share(of, name, place = "") {
      const value = of[name];
      return typeof value === "number" && value >= 0 && value <= 1 ? value : fail(named(place, name), "from 0 to 1");
    },
    shareOrNull: (of, name, place = "") =>
      of[name] === undefined || of[name] === null ? null : reader.share(of, name, place),
    id: (of, name, place = "") => reader.whole(of, name, maxId, place),
    size(of) {
      const [width, height] = [reader.whole(of, "width", maxSide), reader.whole(of, "height", maxSide)];
      return width > 0 && height > 0 ? { width, height } : fail("width", "the label's size");
    },
    bounds(of, { width: right, height: bottom }, place) {
      const list = reader.numbers(of, "bounds", place);
      const [x, y, width, height] = list;
      const fits = list.length === 4 && width > 0 && height > 0 && x + width <= right && y + height <= bottom;
      return fits ? { x, y, width, height } : fail(`${place}.bounds`, "[x, y, width, height] within the label");
    },
    numbers(of, name, place) {
      const value = of[name];
      const isNumber = (one: unknown): boolean => Number.isInteger(one) && (one as number) >= 0;
      if (Array.isArray(value) && value.every(isNumber)) return value as readonly number[];
      return fail(named(place, name), "a list of whole numbers from 0 on");
    },
    objects(of, name, most, place = "") {
      const value = of[name];
      const isObject = (one: unknown): boolean => typeof one === "object" && one !== null && !Array.isArray(one);
      if (!Array.isArray(value) || !value.every(isObject)) return fail(named(place, name), "a list of objects");
      return value.length <= most ? (value as Fields[]) : fail(named(place, name), `a list of at most ${most}`);
    },
  };
  return reader;
}

/** A class as exchange files name it. */
export interface ExchangedClass {
  readonly id: number;
  readonly name: string;
  readonly ignored: boolean;
}

/** "classes" of a header. */
export function readClasses(reader: Reader, header: Fields): readonly ExchangedClass[] {
  const seen = new Set<number>();
  return reader.objects(header, "classes", maxId + 1).map((one, i) => {
    const place = `classes[${i}]`;
    const id = reader.id(one, "id", place);
    if (seen.has(id)) reader.fail(`${place}.id`, "an id of its own");
    seen.add(id);
    return { id, name: reader.text(one, "name", place), ignored: one.ignored === true };
  });
}
