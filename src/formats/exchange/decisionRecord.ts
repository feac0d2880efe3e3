import type { Rect } from "../../core/rect";
import type { Reader } from "./fields";

type Fields = Readonly<Record<string, unknown>>;

/** A decision as decisions files hold it: numbers and lists only, members in one order, so that equal ones are equal as text. */
export interface ExchangedDecision {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly decision: "accepted" | "rejected" | "skipped";
  readonly source: "model" | "lint" | "find";
  readonly from: number;
  readonly to: number;
  /** Pixels. */
  readonly area: number;
  readonly bounds: readonly [x: number, y: number, width: number, height: number];
  /** 0..1; null where the user chose the class. */
  readonly confidence: number | null;
  readonly model: string;
  readonly ratio: number;
  readonly passes: number;
  readonly proposed?: { readonly to: number; readonly confidence: number | null };
  /** Run lengths over `bounds`, row by row, off first: the pixels that were written. */
  readonly written?: readonly number[];
  /** Runs [length, id ...] over the written pixels; only where another than `to` is among them. */
  readonly ids?: readonly number[];
  readonly pairs?: readonly { readonly from: number; readonly to: number; readonly area: number }[];
  readonly ruleConfidence?: number;
  readonly bulk?: true;
  readonly agreedRatios?: readonly number[];
  readonly rule?: string;
  readonly note?: string;
}

const kinds: readonly unknown[] = ["accepted", "rejected", "skipped"];
const sources: readonly unknown[] = ["model", "lint", "find"];
/** The last time that a Date holds. */
const lastTime = 8.64e15;

/**
 * Reads one, and checks that its runs fit its bounds.
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
  const written = one.written === undefined ? null : reader.numbers(one, "written", place);
  const ids = one.ids === undefined ? null : reader.numbers(one, "ids", place);
  if (written !== null && sum(written) > most) reader.fail(`${place}.written`, "runs within its bounds");
  if (ids !== null) {
    const on = sum((written ?? []).filter((_, i) => i % 2 === 1));
    if (!areValueRuns(ids, on)) reader.fail(`${place}.ids`, "runs of ids, one for each written pixel");
  }
  return {
    at: reader.whole(one, "at", lastTime, place),
    decision: one.decision as ExchangedDecision["decision"],
    source: one.source as ExchangedDecision["source"],
    from: reader.id(one, "from", place),
    to: reader.id(one, "to", place),
    area: reader.whole(one, "area", most, place),
    bounds: [x, y, width, height],
    confidence: reader.shareOrNull(one, "confidence", place),
    model: reader.text(one, "model", place),
    ratio: reader.share(one, "ratio", place),
    passes: reader.whole(one, "passes", 65535, place),
    ...(one.proposed === undefined ? {} : { proposed: proposedOf(reader, one.proposed, `${place}.proposed`) }),
    ...(written === null ? {} : { written }),
    ...(ids === null ? {} : { ids }),
    ...(one.pairs === undefined ? {} : { pairs: pairsOf(reader, one, place, most) }),
    ...(one.ruleConfidence === undefined ? {} : { ruleConfidence: reader.share(one, "ruleConfidence", place) }),
    ...(one.bulk === true ? { bulk: true as const } : {}),
    ...(one.agreedRatios === undefined ? {} : { agreedRatios: ratiosOf(reader, one, place) }),
    ...(one.rule === undefined ? {} : { rule: reader.text(one, "rule", place) }),
    ...(one.note === undefined ? {} : { note: reader.text(one, "note", place) }),
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
