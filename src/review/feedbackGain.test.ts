/**
 * Whether decisions help, on *simulated* lists: no search for errors runs here, only its rows as they might be. Every list is
 * of 60 images of 8 classes. Ordinary rows are right as often as their confidence says. In the worlds with a systematic
 * error, objects of class 1 are labelled 2 in one image of five, and the search, which learnt from these labels, is far less
 * sure of them than it should be.
 */
import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../core/random";
import { feedbackOf } from "./feedback";
import { decisionOn } from "./fixtures/decided";

interface Row {
  readonly from: number;
  readonly to: number;
  readonly confidence: number;
  readonly isRight: boolean;
}

const images = 60;
const ordinaryRows = 4;
const swappedShare = 0.2;
const given = 2;
const truth = 1;
/** Looking at so many, then at so many more. */
const count = 10;
/** The rows that decisions lift this high must be right as often as they say. */
const threshold = 0.6;

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

const chance = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** @param systematic chance that a row for a swapped object is right; null: a world without such errors. */
function world(random: Random, systematic: number | null): Row[] {
  const rows: Row[] = [];
  for (let image = 0; image < images; image++) {
    for (let i = 0; i < ordinaryRows; i++) {
      const from = random.int(8);
      const confidence = chance(1.3 * normal(random) - 2.5);
      rows.push({ from, to: (from + 1 + random.int(7)) % 8, confidence, isRight: random.next() < confidence });
    }
    // The two classes look alike: where nothing is swapped the search takes one for the other now and then.
    if (random.next() < 0.15) {
      rows.push({ from: given, to: truth, confidence: chance(1.3 * normal(random) - 2.5), isRight: false });
    }
    if (systematic === null || random.next() >= swappedShare) continue;
    for (let i = 0; i < 2; i++) {
      const isRight = random.next() < systematic;
      rows.push({ from: given, to: truth, confidence: chance(normal(random)), isRight });
    }
  }
  return rows.sort((a, b) => b.confidence - a.confidence);
}

const precision = (rows: readonly Row[]): number => rows.filter(({ isRight }) => isRight).length / rows.length;

/** Precision of the next rows after decisions on the first, in the search's own order and in that of `feedbackOf`. */
function outcome(rows: readonly Row[]) {
  const [first, rest] = [rows.slice(0, count), rows.slice(count)];
  const records = first.map(({ isRight, ...facts }, at) =>
    decisionOn(at, { ...facts, decision: isRight ? "accepted" : "rejected" }),
  );
  const feedback = feedbackOf(new Map([["all", records]]), "test");
  const taught = rest
    .map((row) => {
      const logOdds = Math.log(row.confidence / (1 - row.confidence)) + (feedback?.shift(row.from, row.to) ?? 0);
      return { ...row, confidence: chance(logOdds) };
    })
    .sort((a, b) => b.confidence - a.confidence);
  const raised = taught.filter(({ confidence }) => confidence >= threshold);
  return {
    first: precision(first),
    before: precision(rest.slice(0, count)),
    after: precision(taught.slice(0, count)),
    raised,
    sure: rest.filter(({ confidence }) => confidence >= threshold),
  };
}

function measured(systematic: number | null, seeds: number) {
  const all = Array.from({ length: seeds }, (_, seed) => outcome(world(createRandom(seed + 1), systematic)));
  const mean = (of: (one: (typeof all)[number]) => number) => all.reduce((sum, one) => sum + of(one), 0) / seeds;
  const raised = all.flatMap((one) => one.raised);
  return {
    first: mean((one) => one.first),
    before: mean((one) => one.before),
    after: mean((one) => one.after),
    rose: mean((one) => (one.after > one.before ? 1 : 0)),
    fell: mean((one) => (one.after < one.before ? 1 : 0)),
    /** Of all that is shown at the threshold or above afterwards: how sure, how often right, and how many a list. */
    said: raised.reduce((sum, { confidence }) => sum + confidence, 0) / raised.length,
    right: precision(raised),
    shown: raised.length / seeds,
    shownBefore: mean((one) => one.sure.length),
  };
}

function told(
  name: string,
  { first, before, after, rose, fell, said, right, shown, shownBefore }: ReturnType<typeof measured>,
) {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  console.log(
    `${name}: first ten ${percent(first)} right; next ten ${percent(before)} without, ${percent(after)} with the decisions ` +
      `(rose in ${percent(rose)}, fell in ${percent(fell)} of the lists). At ${100 * threshold} % or more ${shown.toFixed(1)} rows ` +
      `(${shownBefore.toFixed(1)} without), said ${percent(said)}, right ${percent(right)}`,
  );
}

describe("ten decisions on simulated lists", () => {
  it("raise the precision of the next ten where one pair is swapped in a fifth of the images", () => {
    const result = measured(0.95, 400);
    told("Swapped", result);
    expect(result.after).toBeGreaterThan(result.before + 0.04);
    expect(result.rose).toBeGreaterThan(2 * result.fell);
    expect(result.right).toBeGreaterThan(result.said - 0.03);
  });

  it("cost next to nothing where there is no such error, and lift next to nothing over the threshold", () => {
    const result = measured(null, 400);
    told("Only noise", result);
    expect(result.after).toBeGreaterThan(result.before - 0.02);
    expect(result.shown).toBeLessThan(result.shownBefore + 0.1);
  });

  it("take back what the search gets wrong again and again", () => {
    const result = measured(0.05, 400);
    told("Wrong pair", result);
    expect(result.after).toBeGreaterThan(result.before + 0.04);
    expect(result.rose).toBeGreaterThan(2 * result.fell);
  });
});
