import { unzipSync } from "fflate";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { hashLabels } from "../core/hashLabels";
import { createLabelMap } from "../core/labelMap";
import { createRandom } from "../core/random";
import { rectRegion } from "../core/region";
import { greyPng, jpegHeader } from "../dataset/fixtures/files";
import { memoryFolder } from "../dataset/fixtures/folder";
import { inThreadCoder } from "../dataset/labelCoder";
import { openDataset } from "../dataset/openDataset";
import { memoryFile } from "../dataset/sources/blobFile";
import { sourceFromDirectory } from "../dataset/sources/directory";
import { jsonLine } from "../formats/exchange/jsonLines";
import { encodeRegion, suggestionsSchema } from "../formats/exchange/suggestions";
import { decodePng } from "../formats/png";
import { createAutosave } from "../project/autosave";
import { memoryStore } from "../project/storage";
import { accept } from "../review/decisions";
import { FOUND } from "../review/sets";
import { createDecisionLog } from "./decisionLog";
import { createDocuments } from "./documents";
import { download } from "./download";
import { createExchange } from "./exchange/exchange";
import { imageCounts, imageOrder } from "./imageOrder";
import { trackImageState } from "./imageStates";
import { createImages } from "./images";
import { createOutput } from "./output";
import { createQueueImages } from "./queueImages";
import type { Services } from "./services";
import { createSession } from "./session";
import { createSettings } from "./settings";
import { createSummaries } from "./summaries";

vi.mock("./download", () => ({ download: vi.fn(), fileName: (name: string) => name }));

const [width, height] = [12, 10];
const names = ["a", "b", "c", "d"];
const idAt = (pixel: number): number => (pixel % width < 6 ? 0 : 1);
const ids = Uint16Array.from({ length: width * height }, (_, pixel) => idAt(pixel));
const classes = ["ground", "car", "tree"].map((name, id) => ({ id, name, ignored: false }));

beforeEach(() => vi.mocked(download).mockClear());

function suggestions(): string {
  const region = {
    ...encodeRegion(rectRegion({ x: 1, y: 2, width: 3, height: 4 }), { width, height }),
    ...{ from: 0, to: 2, confidence: 0.5, ruleConfidence: 0.9, needsHint: false, decision: "pending" },
  };
  const labelHash = hashLabels(createLabelMap(width, height, ids));
  const header = {
    schema: suggestionsSchema,
    tool: "t",
    version: "1",
    created: "2020-01-01",
    model: "net",
    accept: 0.6,
  };
  const lines = names.map((name) => ({
    ...{ label: `masks/${name}.png`, image: null, width, height, labelHash, score: 0.25, regions: [region] },
  }));
  return [{ ...header, classes }, ...lines].map(jsonLine).join("");
}

/** A folder and a browser that last while the page is opened again and again. */
function folderAndStore(fileOf = (_: string): Uint8Array => greyPng(width, height, idAt)) {
  const files = names.flatMap((name) => [
    [`images/${name}.jpg`, jpegHeader(width, height)] as const,
    [`masks/${name}.png`, fileOf(name)] as const,
  ]);
  const list = new TextEncoder().encode(JSON.stringify(classes.map(({ id, name }) => ({ id, name }))));
  const folder = memoryFolder("set", { ...Object.fromEntries(files), "classes.json": list });
  const store = memoryStore();
  const write = store.write;
  store.write = (puts, deletes) => write(structuredClone(puts), deletes);
  return { folder, store };
}

async function opened({ folder, store: lasting }: ReturnType<typeof folderAndStore>) {
  let isGone = false;
  const write: typeof lasting.write = async (puts, deletes) => {
    if (!isGone) await lasting.write(puts, deletes);
  };
  const store = { ...lasting, write };
  const dataset = await openDataset(await sourceFromDirectory(folder.handle));
  const session = createSession();
  const settings = createSettings();
  const autosave = createAutosave({ store, projectId: "p" });
  const summaries = createSummaries({ store }, session, settings);
  await summaries.follow("p");
  const documents = createDocuments(
    { decoder: inThreadCoder },
    (document) => {
      const stops = [trackImageState(session, document), summaries.track(document)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    2,
  );
  const services = { client: {}, decoder: inThreadCoder } as unknown as Services;
  const images = createImages(services, session, settings, documents, () => undefined);
  await images.follow(autosave);
  session.setState({ dataset });
  const work = { current: () => autosave };
  const photos = { lend: async () => ({ bitmap: null, release: () => undefined }), clear: () => undefined };
  const lent = createQueueImages(session, settings, documents, photos);
  const log = createDecisionLog(store, session, lent, "import");
  const exchange = createExchange(session, documents, summaries, work, settings, lent, log);
  const imports = (text: string) =>
    exchange.offer({ name: "x", problems: [], files: [memoryFile("x.jsonl", new TextEncoder().encode(text))] });
  const output = createOutput({ decoder: inThreadCoder }, session, documents, work);
  const documentOf = async (place: number) => (await documents.edit(dataset, dataset.items[place])).document;
  /** The page goes: its timers write nothing any more. */
  const leave = (): void => {
    isGone = true;
  };
  return { dataset, session, autosave, documents, exchange, imports, output, documentOf, leave };
}

type Page = Awaited<ReturnType<typeof opened>>;

/** What the user is told, and what the labels of an export differ in from the files as they were opened first. */
async function expectRight({ session, output, dataset }: Page, said: string): Promise<void> {
  const told = dataset.items.filter((_, at) => changedKeys(session).includes(dataset.items[at].key));
  vi.mocked(download).mockClear();
  await output.export("all");
  const [, blob] = vi.mocked(download).mock.lastCall ?? [];
  const zip = unzipSync(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)));
  const differing = dataset.items.filter(({ labelPath }) =>
    decodePng(zip[labelPath]).samples.some((id, pixel) => id !== ids[pixel]),
  );
  const names = (items: Page["dataset"]["items"]) => items.map(({ name }) => name).join(" ");
  expect(names(told), said).toBe(names(differing));
  expect(imageCounts(session.getState()).changed, said).toBe(differing.length);
  const changes = JSON.parse(new TextDecoder().decode(zip["changes.json"])) as {
    images: { label: string; changedPixels: number }[];
  };
  const recorded = changes.images.filter(({ changedPixels }) => changedPixels > 0).map(({ label }) => label);
  expect(recorded, said).toEqual(differing.map(({ labelPath }) => labelPath));
}

function changedKeys(session: Page["session"]): readonly string[] {
  const { filter } = session.getState();
  return imageOrder({ ...session.getState(), filter: { ...filter, states: ["changed"] } }).keys;
}

it.each(Array.from({ length: 12 }, (_, i) => i))(
  "images are told as changed that an export holds other labels of, whatever was saved and reloaded (seed %i)",
  async (seed) => {
    const random = createRandom(seed);
    const kept = folderAndStore();
    let page = await opened(kept);
    const did: string[] = [];
    const acts: Readonly<Record<string, (place: number) => Promise<unknown>>> = {
      import: () => page.imports(suggestions()),
      accept: async (place) => {
        const document = await page.documentOf(place);
        const set = document.store.getState().proposals[FOUND];
        if (set?.suggestions[0]?.decision === "pending") accept(document, set, set.suggestions[0].id);
      },
      edit: async (place) => {
        const region = rectRegion({ x: random.int(10), y: random.int(8), width: 2, height: 2 });
        const id = random.int(3);
        (await page.documentOf(place)).edit("Paint", (edit) => edit.setLabel(region, id));
      },
      mask: async (place) => {
        const region = rectRegion({ x: 3, y: 3, width: 2, height: 2 });
        (await page.documentOf(place)).edit("Mask", (edit) => edit.setMask(region, random.int(2) === 0));
      },
      undo: async (place) => (await page.documentOf(place)).undo(),
      "take back": async (place) => {
        const document = await page.documentOf(place);
        while (document.undo() !== null);
      },
      save: () => page.output.save(),
      leave: async () => page.documents.trim(),
      reload: async () => {
        await page.autosave.flush();
        page.leave();
        page = await opened(kept);
      },
      // Nothing is done any more once the page went: all was kept by then but for suggestions.
      kill: async () => {
        page.leave();
        page = await opened(kept);
      },
    };
    const kinds = [...Object.keys(acts), "edit", "undo", "undo", "take back", "kill", "kill"];
    for (let step = 0; step < 60; step++) {
      const kind = kinds[random.int(kinds.length)];
      const place = random.int(names.length);
      did.push(`${kind} ${place}`);
      await acts[kind](place);
      // An export keeps all that waits to be kept: asked for more often, nothing would ever wait.
      if (random.int(8) === 0 || kind === "reload" || kind === "kill") await expectRight(page, did.join(", "));
    }
  },
);

it("images that an earlier version kept, which did not note it, are looked at one by one", async () => {
  const kept = folderAndStore();
  const page = await opened(kept);
  (await page.documentOf(1)).edit("Paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), 2));
  (await page.documentOf(2)).edit("Mask", (edit) =>
    edit.setMask(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), true),
  );
  await page.autosave.flush();
  for (const [key] of await kept.store.entries("undecided/p/")) await kept.store.set(key, 0);
  const { session, dataset } = await opened(kept);
  expect(changedKeys(session)).toEqual([]);
  await vi.waitFor(() => expect(changedKeys(session)).toEqual([dataset.items[1].key]));
});

describe("decisions that were saved", () => {
  const paint = rectRegion({ x: 7, y: 1, width: 3, height: 2 });
  const later = rectRegion({ x: 7, y: 6, width: 4, height: 3 });

  async function exported({ exchange }: Page): Promise<string> {
    await exchange.exportDecisions();
    return (await vi.mocked(download).mock.lastCall?.[1].text()) ?? "";
  }

  /** What was done, without when the file was made and what else it is told from. */
  function told(text: string): unknown {
    const lines = text.trim().split("\n").slice(1);
    return lines.map((line) => ({ ...JSON.parse(line), also: [] }));
  }

  async function labelsIn(page: Page): Promise<number[][]> {
    const all: number[][] = [];
    for (const place of names.keys()) all.push([...(await page.documentOf(place)).labels.data]);
    return all;
  }

  async function decide(page: Page): Promise<void> {
    await page.imports(suggestions());
    for (const place of [0, 1]) {
      const document = await page.documentOf(place);
      const set = document.store.getState().proposals[FOUND];
      expect(set && accept(document, set, set.suggestions[0].id)).toBe("done");
    }
    (await page.documentOf(1)).edit("Paint", (edit) => edit.setLabel(paint, 2));
  }

  /** The folder as it is now, for somebody else. */
  function colleague({ folder }: ReturnType<typeof folderAndStore>) {
    const other = folderAndStore((name) => folder.read(`masks/${name}.png`) ?? expect.fail());
    return opened(other);
  }

  it("are the same file before saving, after it and after a reload, and so are changes.json and the report", async () => {
    const kept = folderAndStore();
    let page = await opened(kept);
    await decide(page);
    const files = async () => {
      await page.output.export("report");
      const [, blob] = vi.mocked(download).mock.lastCall ?? [];
      const zip = unzipSync(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)));
      const texts = ["pairs.csv", "classes.csv", "confidence.csv"].map((path) => new TextDecoder().decode(zip[path]));
      const changes = JSON.parse(new TextDecoder().decode(zip["changes.json"]));
      return [told(await exported(page)), changes.images, ...texts];
    };
    const before = await files();
    expect(JSON.stringify(before[1])).toContain('"changedPixels":18');
    await page.output.save();
    expect(await files()).toEqual(before);
    page.documents.trim();
    expect(await files()).toEqual(before);
    for (let visit = 0; visit < 2; visit++) {
      await page.autosave.flush();
      page = await opened(kept);
      expect(await files()).toEqual(before);
      await page.output.save();
      expect(page.session.getState().message?.title).toBe("Nothing to save");
    }
  });

  it("go to whoever holds the labels as they were, as they were saved, or as they are", async () => {
    const kept = folderAndStore();
    let page = await opened(kept);
    const asWere = await colleague(kept);
    await decide(page);
    await page.output.save();
    const asSaved = await colleague(kept);
    await page.autosave.flush();
    page = await opened(kept);
    // Some of what was saved is taken back, and there is more.
    (await page.documentOf(1)).edit("Back", (edit) => edit.setLabel(paint, 1));
    (await page.documentOf(2)).edit("Paint", (edit) => edit.setLabel(later, 2));
    const text = await exported(page);
    const made = await labelsIn(page);
    await page.output.save();
    const asAre = await colleague(kept);
    for (const one of [asWere, asSaved, asAre]) {
      await one.imports(text);
      expect(one.session.getState().imported).toBeNull();
      expect(await labelsIn(one)).toEqual(made);
      for (const place of names.keys()) {
        const decisions = async (of: Page) => (await of.documentOf(place)).store.getState().decisions.length;
        expect(await decisions(one)).toBe(await decisions(page));
      }
      await one.imports(text);
      expect(one.session.getState().message?.text).toContain("in before");
    }
  });

  it("come back from a colleague who went on with the labels as saved", async () => {
    const kept = folderAndStore();
    const page = await opened(kept);
    await decide(page);
    await page.output.save();
    const other = await colleague(kept);
    (await other.documentOf(0)).edit("Paint", (edit) => edit.setLabel(later, 2));
    (await other.documentOf(1)).edit("Paint", (edit) => edit.setLabel(later, 0));
    await page.imports(await exported(other));
    expect(page.session.getState()).toMatchObject({ imported: null, conflicts: null });
    expect(await labelsIn(page)).toEqual(await labelsIn(other));
    expect((await page.documentOf(0)).store.getState().decisions).toHaveLength(1);
  });

  it("of an earlier version, which did not note the label as it was, are said to be for the labels as saved", async () => {
    const kept = folderAndStore();
    let page = await opened(kept);
    await decide(page);
    await exported(page);
    expect(page.session.getState().message?.title).not.toContain("as saved");
    await page.output.save();
    await page.autosave.flush();
    for (const [key, value] of await kept.store.entries("work/p/")) {
      const { first: _, ...work } = value as { readonly first?: unknown };
      await kept.store.set(key, work);
    }
    page = await opened(kept);
    const text = await exported(page);
    expect(page.session.getState().message).toMatchObject({
      title: "Some decisions are for the labels as saved",
      text: expect.stringContaining("In 2 images decisions are in the label already"),
    });
    await page.output.export("report");
    const [, blob] = vi.mocked(download).mock.lastCall ?? [];
    const zip = unzipSync(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)));
    const html = new TextDecoder().decode(zip["report.html"]);
    expect(html).toContain("Of 2 images only what changed since they were saved last is known");
    expect(html).toContain("whatever was saved since, but of 2 images as they were saved last.");
    const asSaved = await colleague(kept);
    await asSaved.imports(text);
    expect((await asSaved.documentOf(1)).store.getState().decisions).toHaveLength(1);
  });

  it("are left out and named where the label is another", async () => {
    const kept = folderAndStore();
    const page = await opened(kept);
    await decide(page);
    await page.output.save();
    const other = await opened(
      folderAndStore(() => greyPng(width, height, (pixel) => (pixel === 5 ? 2 : idAt(pixel)))),
    );
    await other.imports(await exported(page));
    expect(other.session.getState().imported?.left.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
      "masks/a.png Its label file is another than the one that was worked on.",
      "masks/b.png Its label file is another than the one that was worked on.",
    ]);
    expect((await other.documentOf(0)).store.getState()).toMatchObject({ changedPixels: 0, decisions: [] });
  });
});
