import type { Rect } from "../../core/rect";
import type { Reader } from "./fields";

type Fields = Readonly<Record<string, unknown>>;

/** A decision as decisions files hold it: numbers and lists only, members in one order, so that equal ones are equal as text. */
export interface ExchangedDecision {
  /** Milliseconds since 1970, before 2100. */
  readonly at: number;
  readonly decision: "accepted" | "rejected" | "skipped";
  readonly source: "model" | "lint" | "find";
  readonly from: number;
  readonly to: number;
  /** Pixels: as many as were written, of what was accepted; else those of the suggestion. */
  readonly area: number;
  readonly bounds: readonly [x: number, y: number, width: number, height: number];
  /** 0..1; null where the user chose the class. */
  readonly confidence: number | null;
  readonly model: string;
  readonly ratio: number;
  readonly passes: number;
  readonly proposed?: { readonly to: number; readonly confidence: number | null };
  /** Run lengths over `bounds`, row by row, off first: the pixels that were written. Like `ids` and `pairs` only of what was accepted. */
  readonly written?: readonly number[];
  /** Runs [length, id ...] over the written pixels; only where another than `to` is among them. */
  readonly ids?: readonly number[];
  /** The written pixels by old and new class: their areas add up to `area`, and for each new class to its pixels. */
  readonly pairs?: readonly { readonly from: number; readonly to: number; readonly area: number }[];
  readonly ruleConfidence?: number;
  readonly bulk?: true;
  readonly agreedRatios?: readonly number[];
  readonly rule?: string;
  readonly note?: string;
  /** Who took it, by name; absent where that was not said, as in files of earlier versions. */
  readonly by?: string;
}

/** Characters of a name at most. */
export const nameLength = 80;

const kinds: readonly unknown[] = ["accepted", "rejected", "skipped"];
const sources: readonly unknown[] = ["model", "lint", "find"];
/** A clock may be wrong, but none that a person decides by is later. */
const lastTime = Date.UTC(2100, 0, 1) - 1;
const ofAccepted = ["written", "ids", "pairs"] as const;

/**
 * Reads one, and checks that its runs fit its bounds and that it says the same everywhere of how much was written: reports count by it.
 * @param size of the label.
 * @throws FormatError that names line and place.
 */
export function readDecision(
  reader: Reader,
  one: Fields,
  size: { readonly width: number; readonly height: number },
  place: string,
): ExchangedDecision {
  const { x, y, width, height } = reader.bounds(one, size, place);
  const most = width * height;
  if (!kinds.includes(one.decision)) reader.fail(`${place}.decision`, kinds.join(", "));
  if (!sources.includes(one.source)) reader.fail(`${place}.source`, sources.join(", "));
  const isAccepted = one.decision === "accepted";
  for (const name of isAccepted ? [] : ofAccepted) {
    if (one[name] !== undefined) reader.fail(`${place}.${name}`, "left out: only what was accepted was written");
  }
  const written = one.written === undefined ? null : reader.numbers(one, "written", place);
  const ids = one.ids === undefined ? null : reader.numbers(one, "ids", place);
  if (written !== null && sum(written) > most) reader.fail(`${place}.written`, "runs within its bounds");
  const area = reader.whole(one, "area", most, place);
  const on = sum((written ?? []).filter((_, i) => i % 2 === 1));
  if (isAccepted && on !== area) reader.fail(`${place}.written`, `runs of as many pixels as its "area" says, ${area}`);
  if (ids !== null && !areValueRuns(ids, on)) reader.fail(`${place}.ids`, "runs of ids, one for each written pixel");
  const to = reader.id(one, "to", place);
  const pairs = one.pairs === undefined ? null : pairsOf(reader, one, place, most);
  if (pairs !== null && !areOf(pairs, ids ?? [area, to])) {
    reader.fail(`${place}.pairs`, `areas by old and new class of the ${area} pixels that it says are written`);
  }
  return {
    at: timeOf(reader, one, place),
    decision: one.decision as ExchangedDecision["decision"],
    source: one.source as ExchangedDecision["source"],
    from: reader.id(one, "from", place),
    to,
    area,
    bounds: [x, y, width, height],
    confidence: reader.shareOrNull(one, "confidence", place),
    model: reader.text(one, "model", place),
    ratio: reader.share(one, "ratio", place),
    passes: reader.whole(one, "passes", 65535, place),
    ...(one.proposed === undefined ? {} : { proposed: proposedOf(reader, one.proposed, `${place}.proposed`) }),
    ...(written === null ? {} : { written }),
    ...(ids === null ? {} : { ids }),
    ...(pairs === null ? {} : { pairs }),
    ...(one.ruleConfidence === undefined ? {} : { ruleConfidence: reader.share(one, "ruleConfidence", place) }),
    ...(one.bulk === true ? { bulk: true as const } : {}),
    ...(one.agreedRatios === undefined ? {} : { agreedRatios: ratiosOf(reader, one, place) }),
    ...(one.rule === undefined ? {} : { rule: reader.text(one, "rule", place) }),
    ...(one.note === undefined ? {} : { note: reader.text(one, "note", place) }),
    ...nameOf(reader, one, place),
  };
}

function proposedOf(reader: Reader, value: unknown, place: string): NonNullable<ExchangedDecision["proposed"]> {
  if (typeof value !== "object" || value === null) return reader.fail(place, "an object");
  const fields = value as Fields;
  return { to: reader.id(fields, "to", place), confidence: reader.shareOrNull(fields, "confidence", place) };
}

function pairsOf(reader: Reader, one: Fields, place: string, most: number): NonNullable<ExchangedDecision["pairs"]> {
  return reader.objects(one, "pairs", most, place).map((pair, i) => {
    const at = `${place}.pairs[${i}]`;
    return {
      from: reader.id(pair, "from", at),
      to: reader.id(pair, "to", at),
      area: reader.whole(pair, "area", most, at),
    };
  });
}

/** Whether pairs give as many pixels to each class as runs of ids do. */
function areOf(pairs: NonNullable<ExchangedDecision["pairs"]>, ids: readonly number[]): boolean {
  const left = new Map<number, number>();
  const add = (id: number, count: number) => left.set(id, (left.get(id) ?? 0) + count);
  for (let i = 0; i < ids.length; i += 2) add(ids[i + 1], ids[i]);
  for (const { to, area } of pairs) add(to, -area);
  return [...left.values()].every((count) => count === 0);
}

function timeOf(reader: Reader, one: Fields, place: string): number {
  const { at } = one;
  const isTime = typeof at === "number" && Number.isInteger(at) && at >= 0 && at <= lastTime;
  return isTime ? at : reader.fail(`${place}.at`, "a time from 1970 to 2099, in milliseconds");
}

function nameOf(reader: Reader, one: Fields, place: string): Pick<ExchangedDecision, "by"> {
  if (one.by === undefined || one.by === null) return {};
  const by = reader.text(one, "by", place).trim();
  if (by.length > nameLength) reader.fail(`${place}.by`, `a name of at most ${nameLength} characters`);
  return by === "" ? {} : { by };
}

function ratiosOf(reader: Reader, { agreedRatios }: Fields, place: string): readonly number[] {
  const isShare = (one: unknown): boolean => typeof one === "number" && one >= 0 && one <= 1;
  if (Array.isArray(agreedRatios) && agreedRatios.every(isShare)) return agreedRatios as readonly number[];
  return reader.fail(`${place}.agreedRatios`, "a list of mask ratios from 0 to 1");
}

/** Whether a list is pairs of a length and an id that stand for `count` values. */
export function areValueRuns(runs: readonly number[], count: number): boolean {
  const isPair = runs.length % 2 === 0 && runs.every((one, i) => i % 2 === 0 || one <= 65535);
  return isPair && sum(runs.filter((_, i) => i % 2 === 0)) === count;
}

/** Of whole numbers; more than 2^53 is no exact one, but larger than anything it is compared with. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

/** Bounds as a rectangle. */
export function rectOf([x, y, width, height]: ExchangedDecision["bounds"]): Rect {
  return { x, y, width, height };
}
