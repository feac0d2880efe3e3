import { beforeEach, describe, expect, it, vi } from "vitest";
import { hashLabels } from "../../core/hashLabels";
import { createLabelMap } from "../../core/labelMap";
import { rectRegion } from "../../core/region";
import { encodeHeat } from "../../formats/exchange/heat";
import { jsonLine } from "../../formats/exchange/jsonLines";
import { encodeRegion, suggestionsSchema } from "../../formats/exchange/suggestions";
import { accept, reject } from "../../review/decisions";
import { findResult, foundRegion } from "../../review/fixtures/found";
import { findSuggestions } from "../../review/found";
import { FOUND } from "../../review/sets";
import { download } from "../download";
import { classes, height, idAt, labelHash, names, setUp, width } from "./fixtures/setUp";

vi.mock("../download", () => ({ download: vi.fn(), fileName: (name: string) => name }));

const header = (change: object = {}): string =>
  jsonLine({
    ...{ schema: suggestionsSchema, tool: "test", version: "1", created: "2020-01-01", model: "net", accept: 0.6 },
    reliability: [[0, 0.3]],
    classes,
    ...change,
  });

function image(label: string, change: object = {}, regionChange: object = {}): string {
  const rect = { x: 1, y: 2, width: 5, height: 4 };
  const region = {
    ...encodeRegion(rectRegion(rect), { width, height }),
    ...{ from: 0, to: 2, confidence: 0.5, ruleConfidence: 0.9, needsHint: false, decision: "pending" },
    ...regionChange,
  };
  return jsonLine({ label, image: null, width, height, labelHash, score: 0.25, regions: [region], ...change });
}

beforeEach(() => vi.mocked(download).mockClear());

describe("a suggestions file", () => {
  it("puts what was found into each image's document, as a search would, and is kept", async () => {
    const { session, offer, rows, documentOf } = await setUp();
    expect(await offer(header() + names.map((name) => image(`masks/${name}.png`)).join(""))).toBe(true);
    for (const place of [0, 1, 2, 3]) {
      const [row, ...more] = await rows(place);
      expect(more).toEqual([]);
      expect(row).toMatchObject({
        from: 0,
        to: 2,
        area: 20,
        confidence: 0.5,
        ruleConfidence: 0.9,
        decision: "pending",
      });
    }
    const { summaries, exchange, message } = session.getState();
    expect(summaries.get("masks/c.png")).toMatchObject({ score: 0.25, findings: [{ area: 20, to: 2 }] });
    expect(exchange).toBeNull();
    expect(message?.text).toBe("4 rows to review in 4 images.");
    const set = (await documentOf(0)).store.getState().proposals[FOUND];
    expect(set).toMatchObject({ model: "net", advisedThreshold: 0.6, reliability: [[0, 0.3]] });
  });

  it("of two lines for one image takes the first, and says which line is the second", async () => {
    const { session, offer, rows } = await setUp();
    const again = image("masks/b.png", {}, { to: 1, from: 1 });
    await offer(header() + image("masks/a.png") + image("masks/b.png") + again);
    expect(session.getState().imported).toMatchObject({ images: 2, rows: 2 });
    expect(session.getState().imported?.ended).toContain("Line 4 speaks of masks/b.png again");
    expect((await rows(1)).map(({ to }) => to)).toEqual([2]);
    // By another path it may be another's: it is left out, and named.
    const other = await setUp();
    await other.offer(header() + image("masks/a.png") + image("set/masks/a.png", {}, { to: 1, from: 1 }));
    expect(other.session.getState().imported).toMatchObject({ images: 1, rows: 1, ended: null });
    expect(other.session.getState().imported?.left.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
      "set/masks/a.png It is the same label here as masks/a.png, which the file speaks of too.",
    ]);
    expect((await other.rows(0)).map(({ to }) => to)).toEqual([2]);
    // Where the first was another's, the second is the one.
    const third = await setUp();
    await third.offer(header() + image("train/masks/a.png", { labelHash: 1 }) + image("val/masks/a.png"));
    expect(third.session.getState().imported).toMatchObject({ images: 1, left: [{ path: "train/masks/a.png" }] });
  });

  it("says in how many images there is something to review", async () => {
    const { session, offer } = await setUp();
    const lines = [image("masks/a.png"), ...["b", "c", "d"].map((name) => image(`masks/${name}.png`, { regions: [] }))];
    await offer(header() + lines.join(""));
    expect(session.getState().message?.text).toBe("1 row to review in 1 image, none in 3 more.");
  });

  it("made on an edited label is for that label alone, here and elsewhere", async () => {
    const { session, exchange, offer, documentOf, rows } = await setUp();
    const stroke = rectRegion({ x: 7, y: 7, width: 3, height: 2 });
    const edited = await documentOf(0);
    edited.edit("Paint", (edit) => edit.setLabel(stroke, 2));
    edited.propose(
      findSuggestions(edited, findResult(edited, [foundRegion({ x: 1, y: 2, width: 5, height: 4 }, () => 2)])),
    );
    // One that was edited only after it was searched, and one not at all.
    await offer(header() + image("masks/b.png") + image("masks/c.png"));
    (await documentOf(1)).edit("Paint", (edit) => edit.setLabel(stroke, 2));
    await exchange.exportSuggestions();
    const text = (await vi.mocked(download).mock.lastCall?.[1].text()) ?? "";
    const other = await setUp();
    await other.offer(text);
    expect(other.session.getState().imported?.left.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
      "masks/a.png Its label is another than when it was searched.",
    ]);
    expect([await other.rows(0), (await other.rows(1)).length, (await other.rows(2)).length]).toEqual([[], 1, 1]);
    // Whoever made it takes it again, decided or not; so does whoever has that label.
    const now = await documentOf(0);
    const set = now.store.getState().proposals[FOUND];
    expect(set && accept(now, set, set.suggestions[0].id)).toBe("done");
    await offer(text);
    expect(session.getState().imported).toBeNull();
    expect((await rows(0)).map(({ decision }) => decision)).not.toContain("pending");
    const same = await setUp();
    (await same.documentOf(0)).edit("Paint", (edit) => edit.setLabel(stroke, 2));
    await same.offer(text);
    expect([same.session.getState().imported, (await same.rows(0)).length]).toEqual([null, 1]);
  });

  it("leaves out and says what an earlier version found in a label that was changed", async () => {
    const { session, exchange, documentOf } = await setUp();
    for (const place of [0, 1]) {
      const document = await documentOf(place);
      const found = [foundRegion({ x: 1, y: 2, width: 5, height: 4 }, () => 2)];
      const { labelHash: _, ...set } = findSuggestions(document, findResult(document, found));
      document.propose(set);
    }
    (await documentOf(1)).edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 7, y: 7, width: 3, height: 2 }), 2));
    await exchange.exportSuggestions();
    const text = (await vi.mocked(download).mock.lastCall?.[1].text()) ?? "";
    expect(text.match(/masks.*?png/g)).toEqual(["masks/a.png"]);
    expect(JSON.parse(text.split("\n")[1])).toMatchObject({ labelHash });
    expect(session.getState().message).toMatchObject({ title: "Some suggestions were not exported" });
  });

  it("imported twice is the same: what was decided meanwhile stays decided", async () => {
    const { session, offer, rows, documentOf } = await setUp();
    const two = [image("masks/a.png"), image("masks/b.png")].join("");
    await offer(header() + two);
    const document = await documentOf(0);
    const set = document.store.getState().proposals[FOUND];
    if (set === undefined) throw new Error("nothing was imported");
    expect(accept(document, set, set.suggestions[0].id)).toBe("done");
    await offer(header() + two);
    expect((await rows(0)).map(({ decision }) => decision)).toEqual(["accepted"]);
    expect((await rows(1)).map(({ decision }) => decision)).toEqual(["pending"]);
    expect(session.getState().message?.text).toContain("2 images were in before");
    expect((await documentOf(0)).store.getState().decisions).toMatchObject([{ model: "net", source: "find" }]);
  });

  it("leaves out and names what is missing, of another size, changed, or of unknown classes", async () => {
    const { session, offer, rows } = await setUp();
    const lines = [
      image("elsewhere/set/masks/a.png"),
      image("masks/z.png"),
      image("masks/b.png", { width: 6, height: 20 }, { mask: { size: [20, 6], counts: [] } }),
      image("masks/c.png", { labelHash: 5 }),
      image("masks/d.png", {}, { to: 9 }),
    ];
    await offer(header() + lines.join(""));
    const { imported, dialog } = session.getState();
    expect(dialog).toBe("imported");
    expect(imported).toMatchObject({ images: 1, rows: 1, ended: null });
    expect(imported?.left.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
      "masks/z.png It is not in this data set.",
      "masks/b.png Its label has another size: 6x20 px in the file, 12x10 here.",
      "masks/c.png Its label is another than when it was searched.",
      "masks/d.png It proposes id 9, which is no class here.",
    ]);
    expect([await rows(1), await rows(2), await rows(3)]).toEqual([[], [], []]);
  });

  it("that is damaged says the line, and what was imported before", async () => {
    const { session, offer, rows } = await setUp();
    await offer(`${header()}${image("masks/a.png")}{"label": "masks/b.png", "regi`);
    expect(session.getState().imported).toMatchObject({ images: 1, rows: 1 });
    expect(session.getState().imported?.ended).toContain("Line 3 is cut off");
    expect(await rows(0)).toHaveLength(1);
    await offer(header() + image("masks/b.png", {}, { mask: { size: [height, width], counts: [500] } }));
    expect(session.getState().imported?.ended).toContain("Line 2, masks/b.png: A region's mask");
    expect(await rows(1)).toEqual([]);
    await expect(offer(`{"schema":"${suggestionsSchema}"}\n`)).rejects.toThrow('Line 1 is damaged: "tool" must be');
    await expect(offer('{"schema":"maskmend-suggestions/2"}\n')).rejects.toThrow("Its version is 2");
    expect(await offer("[1]", "notes.json")).toBe(false);
  });

  it("brings its heat along, as large as it was searched, and hands it on", async () => {
    const { exchange, offer, documentOf } = await setUp();
    const [wide, high] = [width / 2, height / 2];
    const values = Uint8Array.from({ length: wide * high }, (_, i) => 3 * i);
    const small = { width: wide, height: high };
    await offer(header() + image("masks/a.png", { heat: encodeHeat(values, small, small) }));
    const heatHere = async () => (await documentOf(0)).store.getState().proposals[FOUND]?.heat;
    const expected = Array.from(
      { length: width * height },
      (_, i) => values[Math.floor(i / width / 2) * wide + Math.floor((i % width) / 2)],
    );
    expect([...((await heatHere()) ?? [])]).toEqual(expected);
    await exchange.exportSuggestions();
    const text = (await vi.mocked(download).mock.lastCall?.[1].text()) ?? "";
    const other = await setUp();
    await other.offer(text);
    const theirs = (await other.documentOf(0)).store.getState().proposals[FOUND]?.heat;
    expect([...(theirs ?? [])]).toEqual(expected);
  });

  it("is refused with the line where its heat is no picture of heat", async () => {
    const { session, offer, rows } = await setUp();
    await offer(header() + image("masks/a.png", { heat: "AAAA" }));
    expect(session.getState().imported?.ended).toContain("Line 2, masks/a.png");
    expect(await rows(0)).toEqual([]);
  });

  it("of another data set is refused, and so is one when nothing is open", async () => {
    const { session, offer } = await setUp();
    await expect(offer(header() + image("other/x.png"))).rejects.toThrow(/None of its 1 image.*other\/x.png/);
    session.setState({ dataset: null });
    await expect(offer(header())).rejects.toThrow("Open the data set first");
  });

  it("whose class names contradict the ids is asked about; by name where all are found", async () => {
    const { session, offer, rows } = await setUp();
    const swapped = [...classes.slice(0, 1), { ...classes[1], id: 2 }, { ...classes[2], id: 7 }];
    const theirs = hashLabels(
      createLabelMap(
        width,
        height,
        Uint16Array.from({ length: width * height }, (_, p) => (idAt(p) === 1 ? 2 : 0)),
      ),
    );
    await offer(header({ classes: swapped }) + image("masks/a.png", { labelHash: theirs }, { to: 7 }));
    expect((await rows(0)).map(({ to }) => to)).toEqual([2]);
    const odd = [...classes, { id: 5, name: "bus", ignored: false }].map((one) =>
      one.id === 1 ? { ...one, name: "tree" } : one,
    );
    const importing = offer(header({ classes: odd }) + image("masks/b.png"));
    await vi.waitFor(() => expect(session.getState().question?.text).toContain('1 is "tree" in the file, "car" here'));
    session.getState().question?.answer(false);
    await importing;
    expect(await rows(1)).toEqual([]);
  });

  it("says what it replaced of an earlier search", async () => {
    const { session, offer, documentOf } = await setUp();
    const document = await documentOf(0);
    const found = [
      foundRegion({ x: 0, y: 0, width: 2, height: 2 }, () => 1),
      foundRegion({ x: 4, y: 8, width: 2, height: 2 }, () => 1),
      foundRegion({ x: 8, y: 8, width: 2, height: 2 }, () => 2),
    ];
    document.propose(findSuggestions(document, findResult(document, found)));
    const set = document.store.getState().proposals[FOUND];
    if (set !== undefined) reject(document, set, set.suggestions[0].id);
    await offer(header() + image("masks/a.png"));
    expect(session.getState().message?.text).toBe(
      "1 row to review in 1 image. 2 undecided rows of an earlier search were replaced.",
    );
  });

  it("says how far it is by what is in, not by what was read", async () => {
    const { session, offer } = await setUp();
    const text = header() + names.map((name) => image(`masks/${name}.png`)).join("");
    const told: (readonly [string, number])[] = [];
    session.subscribe(({ exchange: now }, { exchange: before }) => {
      if (now !== null && now !== before && now.share > 0) told.push([now.text, now.share]);
    });
    await offer(text);
    expect(told.map(([said]) => said)).toEqual(
      [0, 1, 2, 3, 4].map((done) => `Importing suggestions.jsonl: ${done} of 4 images`),
    );
    const ends = [...text.matchAll(/\n/g)].map(({ index }) => (index + 1) / text.length);
    expect(told.map(([, share]) => share)).toEqual(ends);
  });

  it("that is cut off by an error that is no sentence says so in sentences", async () => {
    const { session, exchange, offer, documentOf } = await setUp();
    const document = await documentOf(0);
    document.propose = () => {
      throw new Error("This data set is edited in another tab");
    };
    await offer(header() + names.map((name) => image(`masks/${name}.png`)).join(""));
    expect(session.getState().imported).toMatchObject({ images: 0, ended: "This data set is edited in another tab." });
    expect(exchange.cancel()).toBe(false);
  });

  it("can be cancelled between two images", async () => {
    const { session, exchange, offer, rows } = await setUp();
    session.subscribe(({ exchange: progress }) => {
      if (progress?.text.includes("1 of 4 images") === true) exchange.cancel();
    });
    await offer(header() + names.map((name) => image(`masks/${name}.png`)).join(""));
    expect(session.getState().imported).toMatchObject({ ended: "It was cancelled." });
    expect(await rows(0)).toHaveLength(1);
    expect(await rows(3)).toEqual([]);
  });

  it("is exported with what is decided and what is not, and opens elsewhere", async () => {
    const { exchange, offer, documentOf } = await setUp();
    await offer(header() + image("masks/a.png") + image("masks/b.png"));
    const document = await documentOf(1);
    const set = document.store.getState().proposals[FOUND];
    if (set !== undefined) reject(document, set, set.suggestions[0].id);
    await exchange.exportSuggestions();
    const text = (await vi.mocked(download).mock.lastCall?.[1].text()) ?? "";
    const other = await setUp();
    await other.offer(text);
    expect((await other.rows(0)).map(({ to, ruleConfidence }) => [to, ruleConfidence])).toEqual([[2, 0.9]]);
    expect(await other.rows(1)).toEqual([]);
    // The header speaks for all images whose line does not: it names the model that found them, and how it is to be read.
    const [head, line] = text
      .trim()
      .split("\n")
      .map((each) => JSON.parse(each));
    const how = ({ model, accept, reliability }: typeof head) => ({ model, accept, reliability });
    expect(how(head)).toEqual(how(line));
    expect(how(head)).toEqual(how(JSON.parse(header())));
    expect(head.model).not.toBe("");
    expect(
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).regions?.[0].decision),
    ).toEqual([undefined, "pending", "rejected"]);
  });
});
