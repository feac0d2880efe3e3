import { beforeEach, describe, expect, it, vi } from "vitest";
import { createRandom } from "../../core/random";
import type { Rect } from "../../core/rect";
import { rectRegion } from "../../core/region";
import { jsonLine } from "../../formats/exchange/jsonLines";
import { encodeRegion, suggestionsSchema } from "../../formats/exchange/suggestions";
import { accept, reject, skip } from "../../review/decisions";
import { isUndecided } from "../../review/queue";
import { FOUND } from "../../review/sets";
import type { OpenDocument, Suggestion, SuggestionSet } from "../../review/types";
import { download } from "../download";
import { classes, height, labelHash, setUp, width } from "./fixtures/setUp";

vi.mock("../download", () => ({ download: vi.fn(), fileName: (name: string) => name }));
beforeEach(() => vi.mocked(download).mockClear());

type Person = Awaited<ReturnType<typeof setUp>>;

const region = (rect: Rect, from: number, to: number, change: object = {}) => ({
  ...encodeRegion(rectRegion(rect), { width, height }),
  ...{ from, to, confidence: 0.5, ruleConfidence: 0.9, needsHint: false, decision: "pending" },
  ...change,
});

/** Six finds side by side. */
const finds = [
  region({ x: 0, y: 0, width: 3, height: 2 }, 0, 2),
  region({ x: 0, y: 4, width: 3, height: 2 }, 0, 1, { confidence: 0.6 }),
  region({ x: 7, y: 0, width: 3, height: 2 }, 1, 2, { confidence: 0.4 }),
  region({ x: 8, y: 4, width: 3, height: 2 }, 1, 0, { confidence: 0.8 }),
  region({ x: 1, y: 7, width: 3, height: 2 }, 0, 2, { confidence: 0.7 }),
  region({ x: 8, y: 7, width: 3, height: 2 }, 1, 2, { confidence: 0.3 }),
];

/** A search's file: of the first image, or of all. */
function file(regions: readonly object[] = finds, change: object = {}): string {
  const facts = { tool: "test", version: "1", created: "2020-01-01", model: "net", accept: 0.6, reliability: null };
  const image = { label: "masks/a.png", image: null, width, height, labelHash, score: 0.25, regions, ...change };
  return jsonLine({ schema: suggestionsSchema, ...facts, classes }) + jsonLine(image);
}

async function exported({ exchange }: Person, what: "Decisions" | "Suggestions" = "Decisions"): Promise<string> {
  await exchange[`export${what}`]();
  return (await vi.mocked(download).mock.lastCall?.[1].text()) ?? "";
}

const setOf = ({ store }: OpenDocument) => store.getState().proposals[FOUND] as SuggestionSet;
/** The row of a find, decided or not. */
function rowOf(document: OpenDocument, find: (typeof finds)[number]): number {
  const [x, y] = find.bounds;
  const row = setOf(document).suggestions.find(({ region: { rect } }) => rect.x === x && rect.y === y);
  if (row === undefined) throw new Error("no such row");
  return row.id;
}

/** What is left to decide, as the reviewer sees it. */
async function openOf(person: Person): Promise<unknown> {
  const rows = (await person.rows(0)).filter(isUndecided);
  return rows.map(({ region: { rect }, to, decision }) => [rect.x, rect.y, to, decision]);
}

async function decided(...acts: readonly ((document: OpenDocument) => unknown)[]): Promise<Person> {
  const person = await setUp();
  await person.offer(file());
  const document = await person.documentOf(0);
  for (const act of acts) act(document);
  return person;
}

const accepts =
  (find: number, as?: number) =>
  (document: OpenDocument): void => {
    const options = as === undefined ? {} : { as };
    expect(accept(document, setOf(document), rowOf(document, finds[find]), { now: 1, ...options })).toBe("done");
  };
const rejects = (find: number) => (document: OpenDocument) =>
  reject(document, setOf(document), rowOf(document, finds[find]), { now: 2 });
const skips = (find: number) => (document: OpenDocument) =>
  skip(document, setOf(document), rowOf(document, finds[find]), { now: 3 });
const paints = (document: OpenDocument): void =>
  document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 2, height: 9 }), 1));
const said = ({ session }: Person) => session.getState().message?.text;

describe("suggestions that come after decisions on them", () => {
  it("leave out what was accepted as another class, and say so", async () => {
    const a = await decided(accepts(0, 1));
    const b = await setUp();
    await b.offer(await exported(a));
    await b.offer(file());
    expect(await openOf(b)).toEqual(await openOf(a));
    expect(said(b)).toBe("5 rows to review in 1 image. 1 more find left out: decided here before.");
    // Again, nothing is new.
    await b.offer(file());
    expect(said(b)).toContain("1 image was in before");
    expect(await openOf(b)).toEqual(await openOf(a));
  });

  it("leave out what was decided, whatever became of the label under it; what was undone comes back", async () => {
    // One accepted as it was proposed, one rejected, both painted over since; one that gets the class it has, one undone.
    const undone = (document: OpenDocument) => expect(document.undo()).toContain("Accept");
    const a = await decided(accepts(0), rejects(1), accepts(2, 1), accepts(3, 2), undone, paints);
    const b = await setUp();
    await b.offer(await exported(a));
    await b.offer(file());
    expect(await openOf(b)).toEqual([
      [8, 4, 0, "pending"],
      [1, 7, 2, "pending"],
      [8, 7, 2, "pending"],
    ]);
    expect(said(b)).toContain("3 more finds left out: decided here before.");
    const document = await b.documentOf(0);
    expect(document.undo()).toBe("Import decisions");
    await b.offer(file());
    expect(await openOf(b)).toHaveLength(6);
    expect(said(b)).toBe("6 rows to review in 1 image.");
  });

  it("are not of them where another model found them, or the search knew of the accept", async () => {
    const a = await decided(accepts(0), rejects(1), accepts(4, 1));
    const own = JSON.parse((await exported(a)).split("\n")[1]);
    const { also } = own as { also: { labelHash: number }[] };
    const back = (find: number, from: number, to: number) => ({ ...finds[find], from, to });
    const b = await setUp();
    await b.offer(await exported(a));
    // Searched as it is now: the first accept is doubted. The other was the user's own choice over what is said again.
    const newer = file([back(0, 2, 0), finds[1], back(4, 1, 2)], { labelHash: also[0].labelHash });
    await b.offer(newer);
    expect(await openOf(b)).toEqual([[0, 0, 0, "pending"]]);
    expect(said(b)).toContain("2 more finds left out: decided here before.");
    const other = { model: "other", accept: 0.6, reliability: null };
    await b.offer(file([back(0, 2, 0), finds[1], back(4, 1, 2)], { labelHash: also[0].labelHash, ...other }));
    expect(await openOf(b)).toHaveLength(3);
  });

  it("say what was rejected where the file was written", async () => {
    const a = await decided(rejects(1), accepts(0, 1));
    const text = await exported(a, "Suggestions");
    const [b, c] = [await setUp(), await setUp()];
    await b.offer(text);
    // What was accepted elsewhere is one still, where this label lacks it.
    expect(await openOf(b)).toHaveLength(5);
    expect(said(b)).toContain("1 more find left out: rejected where the file was written.");
    await c.offer(await exported(a));
    await c.offer(text);
    expect(await openOf(c)).toEqual(await openOf(a));
    expect(said(c)).toContain("2 more finds left out: 1 decided here before, 1 rejected where the file was written.");
  });

  it("of a label that was edited before its search leave out what was decided since, not what the search knew", async () => {
    const a = await decided(accepts(0));
    const document = await a.documentOf(0);
    // Searched again with the accept in it, by the app itself, which doubts it: nothing else tells of that label.
    const labelHash = 77;
    const set = setOf(document);
    const suggestions = set.suggestions.map(
      (one): Suggestion => (isUndecided(one) ? one : { ...one, from: 2, to: 0, decision: "pending" }),
    );
    const { version } = document.store.getState();
    expect(document.propose({ ...set, documentVersion: version, labelHash, suggestions })).toBe(true);
    accepts(1)(document);
    document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 4, width: 3, height: 2 }), 0));
    const before = await openOf(a);
    const text = file([{ ...finds[0], from: 2, to: 0 }, ...finds.slice(1)], { labelHash });
    await a.offer(text);
    expect(said(a)).toContain("1 image was in before");
    expect(await openOf(a)).toEqual(before);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("leave the same to do in either order (seed %i)", async (seed) => {
    const random = createRandom(seed);
    const acts = finds.map((_, find) => {
      const how = random.int(5);
      if (how === 0) return accepts(find);
      if (how === 1) return accepts(find, random.int(3));
      return [rejects(find), skips(find), () => {}][how - 2];
    });
    const a = await decided(...acts);
    const decisions = await exported(a);
    const [first, last] = [await setUp(), await setUp()];
    await first.offer(decisions);
    await first.offer(file());
    await last.offer(file());
    await last.offer(decisions);
    const expected = await openOf(a);
    expect([await openOf(first), await openOf(last)]).toEqual([expected, expected]);
    for (const person of [a, first, last]) {
      await person.offer(file());
      expect(await openOf(person)).toEqual(expected);
    }
  });
});
