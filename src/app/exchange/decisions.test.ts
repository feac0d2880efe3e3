import { beforeEach, describe, expect, it, vi } from "vitest";
import { createRandom } from "../../core/random";
import { rectRegion } from "../../core/region";
import { accept, reject } from "../../review/decisions";
import { FOUND, LIVE } from "../../review/sets";
import type { OpenDocument, SuggestionSet } from "../../review/types";
import { download } from "../download";
import { imageRecord } from "../provenance";
import { type Act, act, doAll, exported, find, imports, outcome, type Person, seen } from "./fixtures/people";
import { height, setUp, width } from "./fixtures/setUp";

vi.mock("../download", () => ({ download: vi.fn(), fileName: (name: string) => name }));
beforeEach(() => vi.mocked(download).mockClear());

function foundIn({ store }: OpenDocument): SuggestionSet {
  const { [FOUND]: set } = store.getState().proposals;
  if (set === undefined) throw new Error("Nothing was found");
  return set;
}

describe("decisions of two people", () => {
  it.each([1, 2, 3, 4, 5, 6])("merged in either order are what one person would have done (seed %i)", async (seed) => {
    // Several decisions of one moment, too: whose comes first is not to be told then.
    const isTied = seed % 2 === 0;
    const random = createRandom(seed);
    const ofA: Act[] = [];
    const ofB: Act[] = [];
    const all: Act[] = [];
    for (let now = 0; now < 40; now++) {
      const isA = random.int(2) === 0;
      // The last image is shared: one has its left half, the other its right.
      const place = random.int(2) === 0 ? 3 : isA ? random.int(2) : 2;
      const one = act(random, place, place === 3 ? isA : random.int(2) === 0, isTied ? now >> 1 : now);
      (isA ? ofA : ofB).push(one);
      all.push(one);
    }
    const [a, b, single] = [await setUp(), await setUp(), await setUp()];
    await doAll(a, ofA);
    await doAll(b, ofB);
    const [fromA, fromB] = [await exported(a), await exported(b)];
    await doAll(single, all);
    const fresh = [await setUp(), await setUp()];
    expect(await imports(fresh[0], fromA)).toBe(false);
    await imports(fresh[0], fromB, "both");
    expect(await imports(fresh[1], fromB)).toBe(false);
    await imports(fresh[1], fromA, "both");
    await imports(a, fromB, "both");
    await imports(b, fromA, "both");
    const merged = [await outcome(a), await outcome(b), await outcome(fresh[0]), await outcome(fresh[1])];
    for (const one of merged) expect(one).toEqual(merged[0]);
    const compared = isTied ? imagesSorted : (images: unknown) => images;
    expect(compared(merged[0])).toEqual(compared(await outcome(single)));
    // Again, nothing is new.
    expect(await imports(a, fromB)).toBe(false);
    expect(await imports(a, await exported(b))).toBe(false);
    expect(await outcome(a)).toEqual(merged[0]);
  });

  it.each(["theirs", "both"] as const)("are undone in one step exactly (%s)", async (choice) => {
    const [a, b] = [await setUp(), await setUp()];
    const random = createRandom(9);
    await doAll(
      a,
      Array.from({ length: 9 }, (_, now) => act(random, 3, true, now)),
    );
    await doAll(
      b,
      Array.from({ length: 9 }, (_, now) => act(random, 3, false, now)),
    );
    const document = await b.documentOf(3);
    const before = seen(document);
    const other = seen(await a.documentOf(3)) as { labels: unknown; decisions: unknown };
    expect(await imports(b, await exported(a), choice)).toBe(true);
    const after = seen(document) as typeof other;
    expect(after).not.toEqual(before);
    if (choice === "theirs") expect([after.labels, after.decisions]).toEqual([other.labels, other.decisions]);
    expect(document.undo()).toBe("Import decisions");
    expect(seen(document)).toEqual(before);
    document.redo();
    expect(seen(document)).toEqual(after);
  });

  it("stay theirs: the names go with them, and without names they are the same decisions", async () => {
    const [a, b, c] = [await setUp(), await setUp(), await setUp()];
    a.settings.setState({ reviewer: "Ada" });
    b.settings.setState({ reviewer: "Bob" });
    await doAll(a, [{ place: 0, do: (document) => accept(document, foundIn(document), 0, { now: 1 }) }]);
    await doAll(b, [{ place: 0, do: (document) => accept(document, foundIn(document), 2, { now: 2 }) }]);
    const fromA = await exported(a);
    expect(await imports(b, fromA, "both")).toBe(true);
    const whose = async (person: Person) =>
      (await person.documentOf(0)).store.getState().decisions.map(({ at, by }) => [at, by]);
    expect(await whose(b)).toEqual([
      [1, "Ada"],
      [2, "Bob"],
    ]);
    const { acceptedBy, regions } = imageRecord(b.dataset.items[0], await b.documentOf(0));
    expect([acceptedBy, regions.map(({ decidedBy }) => decidedBy)]).toEqual(["Ada, Bob", ["Ada", "Bob"]]);
    await imports(c, await exported(b));
    expect(await whose(c)).toEqual(await whose(b));
    // By way of an earlier version, which passed names over.
    const nameless = (await exported(b)).replaceAll(/,"by":"[^"]*"/g, "");
    expect(nameless).not.toContain("Ada");
    expect(await imports(b, nameless)).toBe(false);
    expect(await whose(b)).toEqual(await whose(c));
  });

  it("in conflict change nothing until it is chosen, nor when the question is closed", async () => {
    const [a, b] = [await setUp(), await setUp()];
    const region = rectRegion({ x: 1, y: 1, width: 3, height: 3 });
    (await a.documentOf(0)).edit("Paint", (edit) => edit.setLabel(region, 2));
    const document = await b.documentOf(0);
    document.edit("Paint", (edit) => edit.setLabel(region, 1));
    const before = seen(document);
    const importing = b.offer(await exported(a), "decisions.jsonl");
    await vi.waitFor(() => expect(b.session.getState().conflicts).not.toBeNull());
    const { conflicts, answer } = b.session.getState().conflicts ?? { conflicts: [], answer: () => {} };
    expect(conflicts).toMatchObject([
      { mine: { pixels: 9, decisions: 0 }, theirs: { pixels: 9, decisions: 0 }, canBoth: false },
    ]);
    expect(seen(document)).toEqual(before);
    answer(null);
    await importing;
    expect(seen(document)).toEqual(before);
    expect(b.session.getState().message).toMatchObject({
      title: "Nothing new imported",
      text: "1 image with conflicts: yours is kept.",
    });
    await imports(b, await exported(a), "both");
    expect(seen(document)).toEqual(before);
    await imports(b, await exported(a), "theirs");
    expect([...document.labels.data].filter((id) => id === 2)).toHaveLength(9);
  });

  it("go forward where theirs hold all of mine, and decide rows that are open here", async () => {
    const [a, b] = [await setUp(), await setUp()];
    const first = await a.documentOf(0);
    find(first);
    const decide = (how: typeof accept, id: number, now: number): void => {
      const set = first.store.getState().proposals[FOUND];
      if (set !== undefined) expect(how(first, set, id, { now })).toBe("done");
    };
    decide(accept, 0, 1);
    expect(await imports(b, await exported(a))).toBe(false);
    find(await b.documentOf(0));
    decide(reject, 2, 2);
    decide(accept, 3, 3);
    expect(await imports(b, await exported(a))).toBe(false);
    const decisions = new Map((await b.rows(0)).map(({ id, decision }) => [id, decision]));
    expect([decisions.get(2), decisions.get(3), decisions.get(1)]).toEqual(["rejected", "accepted", "pending"]);
    expect(await outcome(b)).toEqual(await outcome(a));
    expect(b.session.getState().message?.text).toBe("2 decisions in 1 image.");
  });

  it("leave open what they leave open there, and say what a brush took", async () => {
    const [a, b] = [await setUp(), await setUp()];
    /** The row at the corner, and one that it overlaps. */
    const findOverlapping = async ({ documentOf }: typeof a) => {
      const document = await documentOf(0);
      find(document);
      const set = document.store.getState().proposals[FOUND];
      if (set === undefined) throw new Error("Nothing was found");
      const [corner, ...others] = set.suggestions;
      const beside = { ...corner, id: 9, region: rectRegion({ x: 1, y: 1, width: 3, height: 2 }), to: 1 };
      const overlapping = { ...set, suggestions: [corner, beside, ...others] };
      document.propose(overlapping);
      return { document, set: overlapping };
    };
    const open = async ({ documentOf }: typeof a) => {
      const rows = (await documentOf(0)).store.getState().proposals[FOUND]?.suggestions ?? [];
      return rows.filter(({ decision }) => decision === "pending").map(({ id }) => id);
    };
    const { document, set } = await findOverlapping(a);
    await findOverlapping(b);
    accept(document, set, 0);
    await imports(b, await exported(a));
    expect(await open(a)).toEqual([9, 1, 2, 3, 4, 5]);
    expect(await open(b)).toEqual(await open(a));
    document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 1, y: 7, width: 1, height: 1 }), 1));
    expect(await open(a)).toEqual([9, 1, 2, 3, 5]);
    await imports(b, await exported(a));
    expect(await open(b)).toEqual(await open(a));
    expect(b.session.getState().message?.text).toBe(
      "The label of 1 image changed. 1 undecided row went: the label under it changed.",
    );
  });

  it("that only mark images as reviewed say so, and nothing where these were before", async () => {
    const [a, b] = [await setUp(), await setUp()];
    const keys = a.dataset.items.map(({ key }) => key);
    a.summaries.note(keys.slice(0, 3), { reviewed: true });
    b.summaries.note([keys[2]], { reviewed: true });
    await imports(b, await exported(a));
    expect(b.session.getState().message).toMatchObject({
      title: "Decisions imported.",
      text: "2 images marked as reviewed. 1 image was in before.",
    });
    expect(keys.map((key) => b.session.getState().summaries.get(key)?.reviewed === true)).toEqual([
      ...[true, true, true],
      false,
    ]);
    await imports(b, await exported(a));
    expect(b.session.getState().message).toMatchObject({
      title: "Nothing new imported",
      text: "3 images were in before.",
    });
    (await a.documentOf(3)).edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 1, height: 1 }), 2));
    a.summaries.note([keys[3]], { reviewed: true });
    b.summaries.note([keys[3]], { excluded: true });
    await imports(b, await exported(a));
    expect(b.session.getState().message?.text).toBe(
      "The label of 1 image changed. The image is excluded here. 1 image marked as reviewed. 3 images were in before.",
    );
  });

  it("are told apart from labels that were only painted, and drop rows of cleared masks with a word", async () => {
    const [a, b] = [await setUp(), await setUp()];
    const corner = rectRegion({ x: 0, y: 0, width: 1, height: 1 });
    const first = await a.documentOf(0);
    find(first);
    for (const id of [0, 2]) accept(first, foundIn(first), id);
    (await a.documentOf(1)).edit("Paint", (edit) => edit.setLabel(corner, 2));
    const document = await b.documentOf(1);
    const rect = { x: 0, y: 0, width: 4, height: 4 };
    document.propose({
      ...{ name: LIVE, documentVersion: document.store.getState().version, ratio: 0.5, passes: 1, passesDone: 1 },
      ...{ model: "net", confidence: { rect, data: new Uint8Array(16) }, released: true },
      suggestions: [
        {
          ...{
            id: 0,
            region: rectRegion({ x: 0, y: 0, width: 2, height: 2 }),
            from: 0,
            to: 1,
            area: 4,
            confidence: 0.5,
          },
          ...{ needsHint: false, decision: "pending", released: true },
        },
      ],
    });
    await imports(b, await exported(a));
    expect(b.session.getState().message?.text).toBe(
      "2 decisions in 1 image; only the label of 1 more changed. 1 undecided row went: the label under it changed.",
    );
    document.undo();
    expect(document.store.getState().proposals[LIVE]?.suggestions).toHaveLength(1);
  });

  it("that take the place of those taken here are said to, where theirs were chosen", async () => {
    const [a, b] = [await setUp(), await setUp()];
    for (const [{ documentOf }, id] of [
      [a, 0],
      [b, 2],
    ] as const) {
      const document = await documentOf(0);
      find(document);
      accept(document, foundIn(document), id);
    }
    expect(await imports(b, await exported(a), "theirs")).toBe(true);
    expect(b.session.getState().message?.text).toBe("1 decision in 1 image. 1 decision taken here gave way to theirs.");
    // The label there is as it was found: the row can be decided anew.
    const decisions = new Map((await b.rows(0)).map(({ id, decision }) => [id, decision]));
    expect([decisions.get(0), decisions.get(2)]).toEqual(["accepted", "pending"]);
    expect(foundIn(await b.documentOf(0)).suggestions).toHaveLength(foundIn(await a.documentOf(0)).suggestions.length);
  });

  it("that speak of one image under two paths are taken once, and the second is named", async () => {
    const [a, b] = [await setUp(), await setUp()];
    (await a.documentOf(0)).edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 1, height: 1 }), 2));
    const [header, first] = (await exported(a)).trim().split("\n");
    await b.offer([header, first, first.replace("masks/a.png", "set/masks/a.png")].join("\n"));
    const { imported } = b.session.getState();
    expect(imported).toMatchObject({ images: 1, ended: null });
    expect(imported?.left.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
      "set/masks/a.png It is the same label here as masks/a.png, which the file speaks of too.",
    ]);
    expect(await outcome(b)).toEqual(await outcome(a));
  });

  it("of locked classes are named and left out as a whole", async () => {
    const [a, b] = [await setUp(), await setUp()];
    (await a.documentOf(0)).edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 4, y: 1, width: 4, height: 1 }), 2));
    b.settings.setState({ lockedClasses: new Set([1]) });
    const text = await exported(a);
    await imports(b, text);
    expect(b.session.getState().imported?.left).toMatchObject([
      { path: "masks/a.png", reason: "It changes 2 pixels of locked classes." },
    ]);
    expect((await b.documentOf(0)).store.getState().changedPixels).toBe(0);
    b.settings.setState({ lockedClasses: new Set() });
    await imports(b, text);
    expect((await b.documentOf(0)).store.getState().changedPixels).toBe(4);
  });

  it("of another label, size, class or file are named, and damage says the line", async () => {
    const [a, b] = [await setUp(), await setUp()];
    for (const place of [0, 1]) {
      (await a.documentOf(place)).edit("Paint", (edit) =>
        edit.setLabel(rectRegion({ x: 0, y: 0, width: 2, height: 1 }), 2),
      );
    }
    const [header, first, second] = (await exported(a)).trim().split("\n");
    const line = (change: object) => JSON.stringify({ ...JSON.parse(first), ...change });
    const untouched = async () => (await outcome(b)) as { changes: string }[];
    const none = await untouched();
    await b.offer(
      [
        header,
        line({ labelHash: 1 }),
        line({ label: "masks/z.png" }),
        line({ label: "masks/b.png", ids: [2, 9] }),
        line({ label: "masks/c.png", width: 6, height: 20 }),
      ].join("\n"),
    );
    expect(b.session.getState().imported?.left.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
      "masks/a.png Its label file is another than the one that was worked on.",
      "masks/z.png It is not in this data set.",
      "masks/b.png It holds id 9, which is no class here.",
      "masks/c.png Its label has another size: 6x20 px in the file, 12x10 here.",
    ]);
    const damage: readonly (readonly [object, string])[] = [
      [{ changed: [0, 2] }, '"changed" must be runs that fill the label'],
      [{ changed: [0, 1e15] }, '"changed" must be'],
      [{ ids: [3, 2] }, '"ids" must be'],
      [{ ids: [2, 70000] }, '"ids" must be'],
      [{ decisions: [{}] }, '"decisions[0].bounds" must be'],
      [
        { decisions: [{ bounds: [0, 0, width, height], decision: "accepted", source: "model", written: [0, 500] }] },
        "within its bounds",
      ],
    ];
    for (const [change, says] of damage) {
      await b.offer([header, line(change)].join("\n"));
      expect(b.session.getState().imported?.ended).toContain("Line 2 is damaged");
      expect(b.session.getState().imported?.ended).toContain(says);
    }
    expect(await untouched()).toEqual(none);
    await b.offer([header, first, first].join("\n"));
    expect(b.session.getState().imported?.ended).toContain("Line 3 speaks of masks/a.png again");
    await b.offer([header, first, second.slice(0, 50)].join("\n"));
    expect(b.session.getState().imported?.ended).toContain("Line 3 is cut off");
    expect(b.session.getState().imported).toMatchObject({ kind: "decisions", same: 1 });
    await expect(b.offer(header.replace("decisions/1", "decisions/2"))).rejects.toThrow("Its version is 2");
  });
});

/** Decisions of the same moment may stand in another order than one person took them. */
function imagesSorted(images: unknown): unknown {
  return (images as { labels: unknown; changes: string }[]).map(({ labels, changes }) => {
    const { regions, ...rest } = JSON.parse(changes) as { regions: unknown[] };
    return { labels, ...rest, regions: regions.map((one) => JSON.stringify(one)).sort() };
  });
}
