import { describe, expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import type { Dataset, DatasetItem } from "../dataset/types";
import { createDocument } from "../document/document";
import { createAutosave } from "../project/autosave";
import { type KeyValueStore, memoryStore } from "../project/storage";
import { unknownImage } from "../review/imageSummary";
import { suggestionTraits } from "../review/suggestions";
import { fakeEngine } from "../worker/fixtures/fakeWorker";
import type { EngineStatus, InferenceClient, SupportClient } from "../worker/inferenceClient";
import type { Examples } from "./examples";
import { createSession, type OpenImage } from "./session";
import { createSettings } from "./settings";
import { chosenItems, createSupport, mostSpread } from "./support";
import { mostImages } from "./supportRun";

const classes = [
  { id: 0, name: "ground", color: [0, 0, 0], ignored: false },
  { id: 1, name: "car", color: [0, 128, 128], ignored: false },
] as const;

const itemOf = (key: string) => ({ key, name: key, image: {} }) as DatasetItem;
const ready = (support: string | null): EngineStatus => ({
  state: "ready",
  engine: { ...fakeEngine, finds: false, support },
});

function openImage(item: DatasetItem): OpenImage {
  const document = createDocument({ key: item.key, labels: createLabelMap(8, 8), traits: suggestionTraits });
  return { item, document, unknown: [], photo: null };
}

function setUp(store: KeyValueStore = memoryStore()) {
  const learnt: string[] = [];
  const client = {
    learn: vi.fn<SupportClient["learn"]>(async ({ imageKey }) => {
      learnt.push(imageKey);
      return { imageKey, channels: 1, features: new Uint16Array(1), ids: new Uint16Array(1) };
    }),
    fit: vi.fn<SupportClient["fit"]>(async () => ({ images: 3, classes: 2 })),
    restore: vi.fn<SupportClient["restore"]>(),
    forget: vi.fn(),
  };
  const session = createSession();
  const settings = createSettings();
  const stamps = new Map<string, string>();
  const examples: Examples = {
    lastingStamp: async (_, { key }) => stamps.get(key) ?? "file",
    load: async (_, { key }) => ({ imageKey: key }) as Awaited<ReturnType<Examples["load"]>>,
  };
  const work = { current: () => createAutosave({ store, projectId: "p" }) };
  const services = { client: { support: client } as unknown as InferenceClient, store };
  const support = createSupport(services, session, settings, examples, work);
  const items = ["a", "b", "c"].map(itemOf);
  const dataset = { id: "d", classes, items } as unknown as Dataset;
  const images = items.map(openImage);
  const open = () => session.setState({ dataset, image: images[0], engine: ready("w") });
  const state = () => session.getState().support;
  const known = () => vi.waitFor(() => expect(state()).toMatchObject({ state: "known", images: 3, classes: 2 }));
  return { client, dataset, images, known, learnt, open, session, settings, stamps, state, support };
}

describe("support", () => {
  it("is learnt once a data set is open and a model is there that listens to it", async () => {
    const { client, dataset, known, learnt, session, images } = setUp();
    session.setState({ dataset, busy: "Opening a" });
    session.setState({ engine: ready("w") });
    expect(client.learn).not.toHaveBeenCalled();
    session.setState({ image: images[0], busy: null });
    await known();
    expect(learnt.toSorted()).toEqual(["a", "b", "c"]);
    expect(client.fit).toHaveBeenCalledOnce();
    // What is busy later is no reason to begin again, nor is a new name of a class.
    session.setState({ busy: "Opening b" });
    session.setState({ busy: null, dataset: { ...dataset, classes: [{ ...classes[0], name: "soil" }, classes[1]] } });
    await known();
    expect(learnt).toHaveLength(3);
  });

  it("is nothing with a model that does not listen, or switched off", async () => {
    const { client, known, learnt, open, session, settings, state } = setUp();
    settings.setState({ support: false });
    open();
    session.setState({ engine: ready(null) });
    settings.setState({ support: true });
    expect(state()).toBeNull();
    session.setState({ engine: ready("w") });
    await known();
    client.forget.mockClear();
    settings.setState({ support: false });
    expect(state()).toBeNull();
    expect(client.forget).toHaveBeenCalledOnce();
    settings.setState({ support: true });
    await known();
    // From what was kept.
    expect(learnt).toHaveLength(3);
    expect(client.restore.mock.lastCall?.[0]).toHaveLength(3);
  });

  it("is left to the tab that edits the data set, and learnt once this one does", async () => {
    const { known, learnt, open, session, state } = setUp();
    session.setState({ readOnly: "elsewhere" });
    open();
    expect(state()).toBeNull();
    session.setState({ readOnly: null });
    await known();
    expect(learnt).toHaveLength(3);
    session.setState({ readOnly: "elsewhere" });
    expect(state()).toBeNull();
  });

  it("begins anew when a class becomes void, or the engine has restarted", async () => {
    const { client, dataset, known, open, session } = setUp();
    open();
    await known();
    const renamed = { ...dataset, classes: [{ ...classes[0], ignored: true }, classes[1]] };
    client.forget.mockClear();
    session.setState({ dataset: renamed });
    await known();
    session.setState({ engine: { state: "restarting", reason: "odd" } });
    expect(session.getState().support).toBeNull();
    session.setState({ engine: ready("w") });
    await known();
    expect(client.forget).toHaveBeenCalledTimes(3);
    expect(client.fit).toHaveBeenCalledTimes(3);
  });

  it("learns an image again when it is left with another label", async () => {
    const { client, images, known, learnt, open, session, stamps } = setUp();
    open();
    await known();
    learnt.length = 0;
    const [first, second] = images;
    first.document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), 1));
    stamps.set("a", "work 1");
    expect(learnt).toEqual([]);
    session.setState({ image: second });
    await vi.waitFor(() => expect(client.fit).toHaveBeenCalledTimes(2));
    expect(learnt).toEqual(["a"]);
    session.setState({ image: first });
    await known();
    expect(client.fit).toHaveBeenCalledTimes(2);
  });

  it("leaves out what is excluded, from its fit too, also when it is edited and left; and takes it in again", async () => {
    const { client, images, known, learnt, open, session } = setUp();
    const exclude = (...keys: string[]) =>
      session.setState({ summaries: new Map(keys.map((key) => [key, { ...unknownImage, excluded: true }])) });
    exclude("a");
    open();
    await known();
    expect(learnt.toSorted()).toEqual(["b", "c"]);
    const [first, second] = images;
    first.document.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), 1));
    session.setState({ image: second });
    await known();
    expect(learnt).toHaveLength(2);
    client.forget.mockClear();
    // Fitted already: it is fitted again without it.
    exclude("a", "b");
    expect(client.forget).toHaveBeenCalledOnce();
    await known();
    expect(client.restore.mock.lastCall?.[0].map(({ imageKey }) => imageKey)).toEqual(["c"]);
    // What else becomes known of images is no reason to begin again.
    const { summaries } = session.getState();
    session.setState({ summaries: new Map([...summaries, ["c", { ...unknownImage, reviewed: true }]]) });
    expect(client.forget).toHaveBeenCalledOnce();
    // While files are opened, the summaries of others come first.
    session.setState({ busy: "Reading files" });
    exclude();
    expect(client.forget).toHaveBeenCalledOnce();
    session.setState({ busy: null });
    await vi.waitFor(() => expect(learnt.toSorted()).toEqual(["a", "b", "c"]));
  });

  it("stops and goes on", async () => {
    const { client, known, learnt, open, state, support } = setUp();
    client.learn.mockImplementationOnce(async (_, { signal } = {}) => {
      support.stop();
      throw signal?.reason;
    });
    open();
    await vi.waitFor(() => expect(state()).toEqual({ state: "stopped" }));
    support.stop();
    support.resume();
    support.resume();
    await known();
    expect(learnt).toHaveLength(3);
    expect(client.fit).toHaveBeenCalledOnce();
  });

  it("is learnt without a storage that works, which is said once", async () => {
    const broken = Promise.reject(new Error("full"));
    broken.catch(() => undefined);
    const { known, learnt, open, session } = setUp({ ...memoryStore(), get: () => broken, set: () => broken });
    const titles: (string | undefined)[] = [];
    session.subscribe(({ message }, before) => message !== before.message && titles.push(message?.title));
    open();
    await known();
    expect(learnt).toHaveLength(3);
    expect(titles).toEqual(["What was learnt from the labels is not kept"]);
  });
});

describe("the images that are learnt from", () => {
  it("are spread over the set, the first few too, with those that were corrected after them", () => {
    const items = Array.from({ length: 640 }, (_, i) => itemOf(`${i}`)).map((item, i) =>
      i === 5 ? { ...item, image: null } : item,
    );
    const chosen = chosenItems(items, new Set(["0", "5", "639"]));
    const numbers = chosen.map(({ key }) => Number(key));
    expect(numbers.slice(mostSpread)).toEqual([0, 639]);
    const gaps = numbers
      .slice(0, mostSpread)
      .toSorted((a, b) => a - b)
      .map((at, i, all) => at - (all[i - 1] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(11);
    expect(new Set(numbers.slice(0, 8).map((at) => Math.floor(at / 160))).size).toBeGreaterThan(2);
    expect(chosenItems(items.slice(0, 3), new Set())).toHaveLength(3);
    expect(chosenItems([], new Set())).toEqual([]);
    // What is announced is what is learnt, however many were corrected.
    expect(chosenItems(items, new Set(items.map(({ key }) => key)))).toHaveLength(mostImages);
  });
});
