import { unzipSync } from "fflate";
import { beforeEach, expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { greyPng, jpegHeader, memorySource } from "../dataset/fixtures/files";
import { inThreadCoder } from "../dataset/labelCoder";
import { openDataset } from "../dataset/openDataset";
import type { DecisionRecord } from "../document/types";
import type { ChangesFile } from "../export/changes";
import { csv } from "../export/csv";
import { createAutosave } from "../project/autosave";
import { memoryStore } from "../project/storage";
import { unknownImage } from "../review/imageSummary";
import type { OpenDocument } from "../review/types";
import { createDocuments } from "./documents";
import { download } from "./download";
import { createOutput } from "./output";
import { createSession } from "./session";

vi.mock("./download", () => ({ download: vi.fn(), fileName: (name: string) => name }));
// Pictures are the browser's to read.
vi.mock("./photo", () => ({ readPicture: () => Promise.reject(new Error("No picture")) }));

const size = 20;
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function setUp() {
  const dataset = await openDataset(
    memorySource(
      {
        "classes.json": JSON.stringify([
          { id: 0, name: "background" },
          { id: 1, name: "<script>alert(1)</script>" },
          { id: 2, name: "=HYPERLINK(1)" },
        ]),
        ...Object.fromEntries(["a", "b", "c"].map((name) => [`images/${name}.jpg`, jpegHeader(size, size)])),
        ...Object.fromEntries(
          ["a", "b", "c"].map((name) => [`masks/${name}.png`, greyPng(size, size, (p) => (p % size < 10 ? 0 : 1))]),
        ),
      },
      'set "<b>"',
    ),
  );
  const session = createSession();
  session.setState({
    dataset,
    imageStates: new Map([["masks/b.png", { changed: false, undecided: 3, kept: true }]]),
    summaries: new Map([["masks/a.png", { ...unknownImage, reviewed: true }]]),
  });
  const autosave = createAutosave({ store: memoryStore(), projectId: "p" });
  const name = { now: "" };
  const none = () => () => undefined;
  const documents = createDocuments({ decoder: inThreadCoder }, none, 6, undefined, () => name.now);
  documents.follow(autosave);
  const output = createOutput(
    { decoder: inThreadCoder },
    session,
    documents,
    { current: () => autosave },
    () => "A & B",
  );
  return { dataset, session, documents, output, name };
}

function decide(document: OpenDocument, record: Partial<DecisionRecord>): void {
  const bounds = { x: 2, y: 2, width: 4, height: 3 };
  const whole: DecisionRecord = {
    at: Date.UTC(2026, 0, 2, 3, 4),
    decision: "accepted",
    from: 0,
    to: 2,
    area: 12,
    confidence: 0.93,
    model: "lmae-test",
    ratio: 0.5,
    passes: 2,
    bounds,
    source: "model",
    ...record,
  };
  document.edit("Decide", (edit) => {
    edit.addDecision(whole);
    if (whole.decision === "accepted") edit.setLabels(rectRegion(bounds), new Uint16Array(12).fill(whole.to));
  });
}

beforeEach(() => {
  vi.mocked(download).mockClear();
});

async function exported(output: Awaited<ReturnType<typeof setUp>>["output"]) {
  await output.export("report");
  const [name, blob] = vi.mocked(download).mock.lastCall ?? [];
  const zip = unzipSync(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)));
  const table = (path: string) =>
    text(zip[path])
      .trim()
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(","));
  return {
    name,
    zip,
    table,
    html: text(zip["report.html"]),
    changes: JSON.parse(text(zip["changes.json"])) as ChangesFile,
  };
}

it("adds up to what changes.json says, and to the labels", async () => {
  const { dataset, documents, output } = await setUp();
  const [a, b] = await Promise.all(dataset.items.slice(0, 2).map((item) => documents.edit(dataset, item)));
  decide(a.document, {});
  decide(b.document, { decision: "rejected", confidence: 0.97, at: Date.UTC(2026, 0, 3) });
  decide(b.document, { decision: "rejected", confidence: 0.31, source: "find" });
  decide(b.document, { decision: "skipped", confidence: 0.99 });
  decide(b.document, { confidence: null, proposed: { to: 1, confidence: 0.95 } });
  b.document.edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 12, y: 0, width: 5, height: 1 }), 0));
  const { name, html, table, changes } = await exported(output);
  expect(name).toBe('set "<b>"-report.zip');

  const regions = changes.images.flatMap((image) => image.regions);
  const written = regions.filter(({ decision }) => decision === null || decision === "accepted");
  const sum = new Map<string, [number, number]>();
  for (const { from, to, area, pairs } of written) {
    for (const pair of pairs ?? [{ from, to, area }]) {
      const [pixels, places] = sum.get(`${pair.from} ${pair.to}`) ?? [0, 0];
      sum.set(`${pair.from} ${pair.to}`, [pixels + pair.area, places + 1]);
    }
  }
  const pairs = table("pairs.csv").map(([from, , to, , pixels, places]) => [`${from} ${to}`, [+pixels, +places]]);
  expect(new Map(pairs as [string, [number, number]][])).toEqual(sum);
  expect(sum.get("1 0")).toEqual([5, 1]);

  // Half of 400 pixels each, in three images; 12 went from 0 to 2 in two of them, 5 from 1 to 0 in one.
  expect(table("classes.csv").map(([id, , ...counts]) => [id, ...counts].map(Number))).toEqual([
    [0, 3, 3, 600, 581],
    [1, 3, 3, 600, 595],
    [2, 0, 2, 0, 24],
  ]);
  const changedPixels = changes.images.reduce((all, one) => all + one.changedPixels, 0);
  expect(html).toContain(`${changedPixels} pixels in 2 images`);
  expect(html).toContain("2 accepted, 2 rejected, 1 skipped");
  expect(html).toContain("2026-01-02 03:04 UTC to 2026-01-03 00:00 UTC");
  expect(table("confidence.csv").map((row) => row.map(Number))).toEqual([
    [0.3, 0.4, 0, 0, 1, 0.31, 0],
    [0.9, 1, 1, 1, 1, 0.95, 0.3333],
  ]);
  expect(table("images.csv")).toEqual([
    ["a", "masks/a.png", "0", "yes", ""],
    ["b", "masks/b.png", "3", "no", ""],
    ["c", "masks/c.png", "0", "no", ""],
  ]);
  expect(html).toContain("3 suggestions in 1 image are undecided; not marked as reviewed: 2 images.");
  expect(html.match(/<figure>/g)).toHaveLength(written.length);
  expect((await exported(output)).html.match(/data:image[^"]*/g)).toEqual(html.match(/data:image[^"]*/g));
});

it("shows names as text, whatever they are, and needs nothing else", async () => {
  const { dataset, documents, output } = await setUp();
  const { document } = await documents.edit(dataset, dataset.items[0]);
  decide(document, { from: 1 });
  const { html, zip } = await exported(output);
  expect(html).not.toContain("<script");
  expect(html).not.toContain("<b>");
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(html).toContain("A &amp; B");
  expect(html).not.toMatch(/(src|href)="(?!data:)/);
  expect(text(zip["pairs.csv"])).toContain(",'=HYPERLINK(1),");
});

it("names those who decided, each with what was theirs, and who exported it only as that", async () => {
  const { dataset, documents, output, name } = await setUp();
  const [a, b] = await Promise.all(dataset.items.slice(0, 2).map((item) => documents.edit(dataset, item)));
  const fact = ({ html }: { readonly html: string }, of: string) =>
    new RegExp(`<dt>${of}</dt><dd>([^<]*)`).exec(html)?.[1];
  expect(fact(await exported(output), "Reviewer")).toBe("A &amp; B");
  name.now = "Ada";
  decide(a.document, {});
  decide(b.document, { decision: "rejected" });
  const one = await exported(output);
  expect(fact(one, "Reviewer")).toBe("Ada");
  expect(fact(one, "Report made")).toContain(", exported by A &amp; B");
  expect(one.changes.images.map(({ acceptedBy }) => acceptedBy)).toEqual(["Ada", null]);
  expect(one.changes.images[1].regions).toMatchObject([{ decision: "rejected", decidedBy: "Ada" }]);
  name.now = "";
  decide(b.document, { decision: "skipped" });
  name.now = "A & B";
  decide(b.document, { at: Date.UTC(2026, 0, 5) });
  const all = await exported(output);
  expect(fact(all, "Reviewer")).toBe("Ada (2 decisions), not named (1 decision), A &amp; B (1 decision)");
  expect(all.changes.images.map(({ acceptedBy }) => acceptedBy)).toEqual(["Ada", "A & B"]);
  for (const { document } of [a, b]) while (document.undo() !== null);
  decide(a.document, {});
  const own = await exported(output);
  expect([fact(own, "Reviewer"), fact(own, "Report made")?.includes("exported")]).toEqual(["A &amp; B", false]);
});

it("of a set nobody worked on says so; a label that cannot be read is listed", async () => {
  const { dataset, output } = await setUp();
  vi.spyOn(dataset.items[2].label, "bytes").mockRejectedValue(new Error("It is gone"));
  const { html, changes, table } = await exported(output);
  expect(html).toContain("Nothing was changed.");
  expect(html).toContain("(It is gone)");
  expect(changes).toMatchObject({ images: [], notExported: [{ label: "masks/c.png" }] });
  expect(table("images.csv")).toHaveLength(3);
});

it("cells that a spreadsheet would run are text; numbers stay numbers", () => {
  expect(csv(["a"], [["=1+1"], ["+1"], ["-1"], ["@x"], [-1], [1234567.5], ['say "a, b"'], [null]])).toBe(
    'a\r\n\'=1+1\r\n\'+1\r\n\'-1\r\n\'@x\r\n-1\r\n1234567.5\r\n"say ""a, b"""\r\n\r\n',
  );
});
