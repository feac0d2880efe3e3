import { describe, expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { greyPng, memorySource } from "../dataset/fixtures/files";
import { inThreadCoder } from "../dataset/labelCoder";
import { openDataset } from "../dataset/openDataset";
import { createAutosave } from "../project/autosave";
import { type KeyValueStore, memoryStore } from "../project/storage";
import { createDocuments } from "./documents";
import { createImages } from "./images";
import type { Services } from "./services";
import { createSession } from "./session";
import { createSettings } from "./settings";

const twoLabels = { "masks/a.png": greyPng(8, 8), "masks/b.png": greyPng(8, 8) };

async function setUp(store: KeyValueStore = memoryStore(), files: Parameters<typeof memorySource>[0] = twoLabels) {
  const dataset = await openDataset(memorySource(files));
  const session = createSession();
  const decode = vi.fn(inThreadCoder.decode);
  const setImage = vi.fn();
  const services = { client: { setImage }, decoder: { ...inThreadCoder, decode } } as unknown as Services;
  const documents = createDocuments(services);
  const images = createImages(services, session, createSettings(), documents, () => undefined);
  const follow = async (projectId: string) => {
    await images.follow(createAutosave({ store, projectId }));
    session.setState({ dataset });
  };
  await follow("p");
  const item = (key: string) => dataset.items.find((one) => one.key === key) ?? dataset.items[0];
  return { dataset, decode, documents, follow, images, item, session, setImage };
}

/** Makes the next label wait to be decoded until the returned function is called. */
function hold(decode: Awaited<ReturnType<typeof setUp>>["decode"]): () => void {
  let goOn: () => void = () => undefined;
  const late = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  decode.mockImplementationOnce(async (...job) => {
    await late;
    return inThreadCoder.decode(...job);
  });
  return goOn;
}

/** Of 80 labels every twentieth holds an id that the class list lacks; not all are looked at when they are opened. */
function rareClass() {
  const label = (at: number) => greyPng(8, 8, (p) => (at % 20 === 3 && p < 9 ? 128 : p % 2));
  const names = Array.from({ length: 80 }, (_, at) => [`masks/${String(at).padStart(2, "0")}.png`, label(at)] as const);
  return { ...Object.fromEntries(names), "classes.txt": "background\ncrack" };
}

describe("opening images", () => {
  it("says once what a label holds that none looked at before did", async () => {
    const { dataset, images, session } = await setUp(memoryStore(), rareClass());
    expect(dataset.classes.map(({ id }) => id)).toEqual([0, 1]);
    await images.open(0);
    expect(session.getState().message).toBeNull();
    await images.open(3);
    expect(session.getState().message?.title).toBe("03 holds what the class table lacks");
    expect(session.getState().message?.text).toMatch(/^unknown 128\. /);
    session.setState({ message: null });
    await images.open(23);
    expect(session.getState().message).toBeNull();
  });

  it("says nothing of what the file holds and the label does not any more, as of a class that was deleted", async () => {
    const store = memoryStore();
    const first = await setUp(store, rareClass());
    const { document } = await first.documents.edit(first.dataset, first.dataset.items[3]);
    document.edit("Relabel", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 8, height: 2 }), 0));
    await createAutosave({ store, projectId: "p" }).keep(document);
    const again = await setUp(store, rareClass());
    await again.images.open(3);
    expect(again.session.getState().image?.document.labels.data.includes(128)).toBe(false);
    expect(again.session.getState().message).toBeNull();
  });

  it("makes one document of an image that is asked for twice while it loads", async () => {
    const { decode, documents, images, session } = await setUp();
    const goOn = hold(decode);
    const opening = [images.open(0), images.open(1), images.open(0)];
    await new Promise((resolve) => setTimeout(resolve, 20));
    goOn();
    await Promise.all(opening);
    expect(session.getState().index).toBe(0);
    expect(documents.inMemory("masks/a.png")).toBe(session.getState().image?.document);
  });

  it("does not take a document of the data set before for one of the new", async () => {
    const { decode, documents, follow, images } = await setUp();
    const goOn = hold(decode);
    const opening = images.open(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await follow("q");
    goOn();
    await opening;
    expect(documents.inMemory("masks/a.png")).toBeNull();
  });

  it("stays where it is when the open image is asked for, whatever is being opened", async () => {
    const { decode, images, session, setImage } = await setUp();
    await images.open(0);
    const { image } = session.getState();
    const goOn = hold(decode);
    const opening = images.open(1);
    await images.open(0);
    expect(session.getState().busy).toBeNull();
    goOn();
    await opening;
    expect(session.getState().image).toBe(image);
    expect(session.getState().index).toBe(0);
    expect(setImage).toHaveBeenCalledTimes(1);
  });

  it("brings the history of an image back with it", async () => {
    const { images, session } = await setUp();
    await images.open(0);
    const document = session.getState().image?.document;
    document?.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), true));
    await images.open(1);
    expect(session.getState().image?.document.store.getState().canUndo).toBe(false);
    await images.open(0);
    expect(session.getState().image?.document).toBe(document);
    expect(document?.store.getState().undoName).toBe("mask");
  });

  it("goes to images that were left undecided before a reload, and to those of which that is not known", async () => {
    const store = memoryStore();
    const before = await setUp(store);
    await before.images.open(1);
    for (const [key, noted] of [
      ["masks/a.png", 0],
      ["masks/b.png", 3],
    ] as const) {
      const document = (await before.documents.documentFor(before.dataset, before.item(key))).document;
      document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), true));
      await createAutosave({ store, projectId: "p", undecidedIn: () => noted }).keep(document);
    }
    const later = await setUp(store);
    const said = () => later.session.getState().announcement.text;
    await later.images.open(0);
    later.images.nextUnreviewed();
    await vi.waitFor(() => expect(later.session.getState().index).toBe(1));
    later.images.nextUnreviewed();
    await vi.waitFor(() => expect(said()).toBe("Every other image was looked at. 3 rows are undecided in this one."));
    // Kept by a version that did not note it.
    await store.delete("undecided/p/masks/a.png");
    await later.follow("p");
    await later.images.open(1);
    later.images.nextUnreviewed();
    await vi.waitFor(() => expect(later.session.getState().index).toBe(0));
  });

  it("opens images although the browser's storage cannot be listed, and says so", async () => {
    const store = { ...memoryStore(), keys: () => Promise.reject(new Error("The database is broken")) };
    const { images, session } = await setUp(store);
    expect(session.getState().message).toMatchObject({ kind: "error", text: "The database is broken" });
    await images.open(0);
    expect(session.getState().image?.item.key).toBe("masks/a.png");
  });
});
