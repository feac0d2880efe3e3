import { describe, expect, it } from "vitest";
import { createLabelMap } from "../../core/labelMap";
import { createRandom, type Random } from "../../core/random";
import { type Rect, rectArea } from "../../core/rect";
import { rectRegion } from "../../core/region";
import { createDocument } from "../../document/document";
import type { ExchangedDecision } from "../../formats/exchange/decisionRecord";
import { readDecidedImage } from "../../formats/exchange/decisions";
import { agreementOf } from "../../review/agreement";
import { accept, acceptAgreed, acceptAll, decideEach, reject, skip } from "../../review/decisions";
import { findResult, foundRegion } from "../../review/fixtures/found";
import { findSuggestions } from "../../review/found";
import { applyRule } from "../../review/lint/applyRule";
import { defaultSizes, lintLabel } from "../../review/lint/lintLabel";
import { FOUND, LIVE } from "../../review/sets";
import { buildSuggestions, suggestionTraits } from "../../review/suggestions";
import { takeBack } from "../../review/takeBack";
import type { OpenDocument } from "../../review/types";
import { voidPolicies } from "../../review/voidUnderMask";
import { encodeDecision } from "./decisionCodec";
import { decisionsLine } from "./exportDecisions";

const [width, height] = [32, 24];
const classes = [0, 1, 2, 3].map((id) => ({ id, name: `${id}`, color: [id, 0, 0] as const, ignored: id === 3 }));
const item = {
  ...{ key: "a", name: "a", labelPath: "masks/a.png", imagePath: null, width, height },
  ...{ companions: [], split: null },
};

function drawnRect(random: Random): Rect {
  const [x, y] = [random.int(width - 4), random.int(height - 4)];
  return {
    x,
    y,
    width: 2 + random.int(Math.min(12, width - x - 2)),
    height: 2 + random.int(Math.min(12, height - y - 2)),
  };
}

const pickOf =
  (random: Random) =>
  <T>(of: readonly T[]): T =>
    of[random.int(of.length)];

/** Everything in the app that takes decisions or changes what is under them, drawn. */
function act(document: OpenDocument, random: Random, now: number): void {
  const pick = pickOf(random);
  const { labels } = document;
  const rect = drawnRect(random);
  const excluded = { width, height, data: new Uint8Array(width * height).map(() => (random.int(6) === 0 ? 1 : 0)) };
  const rule = { policy: pick(voidPolicies), classes, excluded: pick([null, excluded]) };
  const set = document.store.getState().proposals[pick([FOUND, LIVE])];
  const ruled = random.int(2) === 0 ? { rule } : {};
  const how = { now, ...ruled, alone: random.int(2) === 0, ...(random.int(4) === 0 ? { note: "x" } : {}) };
  const does = random.int(12);
  if (does === 0) document.setLocked(new Set([0, 1, 2, 3].filter(() => random.int(4) === 0)));
  else if (does === 1) document.edit("Paint", (edit) => edit.setLabel(rectRegion(rect), random.int(4)));
  else if (does === 2) document.edit("Mask", (edit) => edit.setMask(rectRegion(rect), random.int(4) > 0));
  else if (does === 3) {
    const regions = Array.from({ length: 6 }, () => {
      const mixed = random.int(2);
      const bounds = drawnRect(random);
      const { region, ...found } = foundRegion(bounds, (x) => (mixed === 0 ? bounds.x % 3 : x % 3));
      const bits = region.bits.map((_, i) => (random.int(5) === 0 && i > 0 ? 0 : 1));
      const area = bits.reduce((sum, bit) => sum + bit, 0);
      return { ...found, region: { ...region, bits }, area, confidence: random.next() };
    });
    document.propose(findSuggestions(document, findResult(document, regions)));
  } else if (does === 4) {
    document.edit("Mask", (edit) => edit.setMask(rectRegion(rect), true));
    document.propose(rebuilt(document, rect, random));
  } else if (does === 5) (random.int(3) === 0 ? document.redo : document.undo)();
  else if (does === 6) {
    const { decisions } = document.store.getState();
    if (decisions.length > 0) takeBack(document, pick(decisions));
  } else if (does === 7) {
    const input = { labels, ignored: new Set([3]), locked: new Set<number>(), unknown: new Set<number>() };
    const report = lintLabel({ ...input, colors: null, excluded: null }, { ...defaultSizes, classes: new Map() });
    applyRule(document, pick(report.rules), (pixel) => pixel % 3 === 0, "Lint", now);
  } else if (does === 8) {
    const agreed = agreementOf(document, [rebuilt(document, rect, random), rebuilt(document, rect, random)]);
    const live = document.store.getState().proposals[LIVE];
    if (live !== undefined) acceptAgreed(document, live, agreed, [0, 0.5], how);
  } else if (set !== undefined && does === 9) acceptAll(document, set, random.next(), how);
  else if (set !== undefined && does === 10) {
    const ids = new Set(set.suggestions.map(({ id }) => id).filter(() => random.int(2) === 0));
    decideEach(document, set, ids, pick(["accepted", "rejected"] as const), how);
  } else if (set !== undefined && set.suggestions.length > 0) {
    const as = random.int(3) === 0 ? { as: random.int(4) } : {};
    const { id } = pick(set.suggestions);
    pick([accept, accept, reject, skip])(document, set, id, { ...how, ...as });
  }
}

/** What a model might answer for what is masked. */
function rebuilt(document: OpenDocument, rect: Rect, random: Random) {
  const area = rectArea(rect);
  const mixed = random.int(2);
  return buildSuggestions(
    document,
    classes,
    {
      ...{ imageKey: "a", documentVersion: document.store.getState().version, rect, other: new Uint8Array(area) },
      ids: Uint16Array.from({ length: area }, (_, i) => (mixed === 0 ? 1 : (i + Math.floor(i / rect.width)) % 4)),
      confidence: Uint8Array.from({ length: area }, () => random.int(256)),
      ...{ passesDone: 2, passes: 4, ratio: 0.5, model: "net", elapsedMs: 1 },
    },
    pickOf(random)(voidPolicies),
  );
}

function open(random: Random): OpenDocument {
  const data = Uint16Array.from({ length: width * height }, (_, i) =>
    random.int(40) === 0 ? random.int(4) : Math.floor((i % width) / 8),
  );
  const person = () => pickOf(random)(["", "Ada", "Bob"]);
  return createDocument({ key: "a", labels: createLabelMap(width, height, data), traits: suggestionTraits, person });
}

function lineOf(document: OpenDocument): Record<string, unknown> & { decisions: ExchangedDecision[] } {
  return JSON.parse(decisionsLine(item as never, document, true) ?? "");
}

describe("decisions", () => {
  it("of everything that the app does are read as they were written", () => {
    const kinds = new Map<string, number>();
    for (let seed = 0; seed < 40; seed++) {
      const random = createRandom(seed);
      const document = open(random);
      for (let now = 0; now < 50; now++) {
        act(document, random, now);
        const { decisions } = document.store.getState();
        const read = readDecidedImage({ number: 2, value: lineOf(document) });
        expect(read.decisions).toEqual(decisions.map(encodeDecision));
        for (const { decision, source, area, pairs, ids, bulk, proposed, agreedRatios, by } of decisions) {
          const facts = { pairs, ids, bulk, proposed, agreedRatios, by };
          const has = Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [name]));
          for (const one of [`${decision} ${source}`, ...has, ...(area === 0 ? ["nothing"] : [])]) {
            kinds.set(one, (kinds.get(one) ?? 0) + 1);
          }
        }
      }
    }
    const all = ["model", "find"].flatMap((source) =>
      ["accepted", "rejected", "skipped"].map((how) => `${how} ${source}`),
    );
    for (const kind of [...all, "accepted lint", "pairs", "ids", "bulk", "proposed", "agreedRatios", "by", "nothing"]) {
      expect.soft(kinds.get(kind), kind).toBeGreaterThan(20);
    }
  });

  it("keep the name of who took them; an empty one is none", () => {
    const value = { ...lineOf(open(createRandom(1))), decisions: [] as object[] };
    const one = { bounds: [0, 0, 2, 2], decision: "rejected", source: "find", from: 0, to: 1, area: 4, at: 1 };
    const names = ["Ada", " Bob ", "", "  ", null, undefined];
    value.decisions = names.map((by) => ({ ...one, model: "net", ratio: 0, passes: 0, by }));
    const { decisions } = readDecidedImage({ number: 2, value });
    expect(decisions.map((decision) => ("by" in decision ? decision.by : "-"))).toEqual([
      "Ada",
      "Bob",
      "-",
      "-",
      "-",
      "-",
    ]);
  });

  it.each<[object, string]>([
    [{ written: undefined }, '"decisions[0].written" must be runs of as many pixels as its "area" says, 12'],
    [{ area: 11 }, '"decisions[0].written" must be runs of as many pixels as its "area" says, 11'],
    [{ written: [0, 12, 4, 1] }, '"decisions[0].written" must be'],
    [{ decision: "rejected" }, '"decisions[0].written" must be left out'],
    [{ decision: "skipped", written: undefined }, '"decisions[0].ids" must be left out'],
    [{ decision: "skipped", written: undefined, ids: undefined }, '"decisions[0].pairs" must be left out'],
    [{ pairs: [{ from: 0, to: 1, area: 7 }] }, '"decisions[0].pairs" must be'],
    [{ pairs: [{ from: 0, to: 9, area: 12 }] }, '"decisions[0].pairs" must be'],
    [{ ids: undefined }, '"decisions[0].pairs" must be'],
    [{ at: 8.64e15 }, '"decisions[0].at" must be a time from 1970 to 2099'],
    [{ at: Date.UTC(2100, 0, 1) }, '"decisions[0].at" must be'],
    [{ at: -1 }, '"decisions[0].at" must be'],
    [{ by: 7 }, '"decisions[0].by" must be a text'],
    [{ by: "x".repeat(81) }, '"decisions[0].by" must be a name of at most 80 characters'],
  ])("that say of what was written what cannot be are refused: %j", (change, says) => {
    const document = open(createRandom(1));
    document.edit("Clear", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 8, height: 8 }), 0));
    document.propose(
      findSuggestions(
        document,
        findResult(document, [foundRegion({ x: 1, y: 1, width: 4, height: 3 }, (x) => (x < 3 ? 1 : 2))]),
      ),
    );
    accept(document, document.store.getState().proposals[FOUND], 0, { now: Date.UTC(2099, 11, 31) });
    const line = lineOf(document);
    expect(readDecidedImage({ number: 3, value: line }).decisions).toMatchObject([
      { area: 12, ids: expect.anything() },
    ]);
    const value = { ...line, decisions: [{ ...line.decisions[0], ...change }] };
    const read = () => readDecidedImage({ number: 3, value: JSON.parse(JSON.stringify(value)) });
    expect(read).toThrow("Line 3 is damaged");
    expect(read).toThrow(says);
    expect(read).toThrow("Export the decisions again.");
  });
});
