import { describe, expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import { greyPng, memorySource } from "../dataset/fixtures/files";
import { inThreadCoder } from "../dataset/labelCoder";
import { openDataset } from "../dataset/openDataset";
import { createAutosave } from "../project/autosave";
import { memoryStore } from "../project/storage";
import { createAddingClasses } from "./addingClasses";
import { createDecisionLog } from "./decisionLog";
import { createDocuments } from "./documents";
import { unknownIn } from "./images";
import { createKeepingState } from "./keptState";
import { createQueueImages } from "./queueImages";
import { createRemovingClasses } from "./removingClasses";
import { classesOf, createSession } from "./session";
import { createSettings } from "./settings";

const services = { decoder: inThreadCoder };

/** Labels of 4 x 4 px: a holds 0 and 1, b holds 0 and 2; the class list has 0 to 3. The first is open. As a visit finds it. */
async function setUp(store = memoryStore()) {
  const files = {
    "masks/a.png": greyPng(4, 4, (p) => p % 2),
    "masks/b.png": greyPng(4, 4, (p) => (p % 2) * 2),
    "classes.json": JSON.stringify({ classes: ["ground", "car", "tree", "sky"].map((name, id) => ({ id, name })) }),
  };
  const dataset = await openDataset(memorySource(files));
  const autosave = createAutosave({ store, projectId: "p" });
  const documents = createDocuments(services, (document) => removing.track(document));
  documents.follow(autosave);
  const [session, settings] = [createSession(), createSettings()];
  const work = { current: () => autosave };
  const photos = { lend: async () => ({ bitmap: null, release: () => undefined }), clear: () => undefined };
  const images = createQueueImages(session, settings, documents, photos);
  const log = createDecisionLog(store, session, images, "class");
  await log.follow("p");
  const live = { strokeEnded: () => undefined };
  const removing = createRemovingClasses(services, session, settings, documents, images, work, live, log);
  const keeping = createKeepingState({ store }, session, settings);
  await keeping.open("p", dataset, (kept) => session.setState(kept));
  const adding = createAddingClasses(services, session, settings);
  const open = async (index: number) => {
    const item = dataset.items[index];
    const worked = await documents.edit(session.getState().dataset ?? dataset, item);
    const { document } = worked;
    session.setState({ index, image: { item, document, unknown: unknownIn(session, worked), photo: null } });
    return document;
  };
  const document = await open(0);
  const names = () => session.getState().dataset?.classes.map(({ name }) => name);
  const said = () => session.getState().announcement.text;
  const listed = () => classesOf(session.getState()).map(({ name }) => name);
  return { adding, autosave, document, listed, names, open, removing, said, session, settings };
}

const dot = rectRegion({ x: 0, y: 0, width: 1, height: 1 });

describe("deleting a class", () => {
  it("goes through where no label holds it, and the class is painted with no more", async () => {
    const { names, removing, said, session, settings } = await setUp();
    settings.setState({ classId: 3, pinnedClasses: new Set([3]) });
    await removing.remove(3);
    expect(names()).toEqual(["ground", "car", "tree"]);
    expect(said()).toBe("Class sky deleted: no label holds it");
    expect(settings.getState()).toMatchObject({ classId: 0, pinnedClasses: new Set() });
    expect(session.getState()).toMatchObject({ busy: null, deleting: null, removedClasses: [{ id: 3, name: "sky" }] });
  });

  it("asks what the open image's pixels become, in one undo step; undoing it brings the class back, without a warning", async () => {
    const { document, names, removing, said, session } = await setUp();
    await removing.remove(1);
    expect(session.getState().deleting).toMatchObject({ info: { name: "car" }, pixels: 8, elsewhere: [] });
    expect(names()).toContain("car");
    await removing.relabel(3);
    expect(names()).toEqual(["ground", "tree", "sky"]);
    expect([...document.labels.data].slice(0, 4)).toEqual([0, 3, 0, 3]);
    expect(document.undo()).toBe("Relabel car as sky");
    expect(names()).toEqual(["ground", "car", "tree", "sky"]);
    expect(session.getState()).toMatchObject({ removedClasses: [], message: null });
    expect(said()).toBe("car is a class again: a holds it.");
  });

  it("goes with the redo of what was undone, and comes with its undo, as often as that is done", async () => {
    const { document, listed, names, removing, said, session } = await setUp();
    await removing.remove(1);
    await removing.relabel(3);
    for (let i = 0; i < 2; i++) {
      document.undo();
      expect(names()).toContain("car");
      document.redo();
      expect(listed()).toEqual(["ground", "tree", "sky"]);
      expect(said()).toBe("Class car deleted: no label holds it");
      expect(session.getState().removedClasses).toMatchObject([{ id: 1, name: "car" }]);
    }
  });

  it("that came back stays where its pixels were given another class by hand, is locked, or is in another label by now", async () => {
    const whole = rectRegion({ x: 0, y: 0, width: 4, height: 4 });
    const relabelledAndBack = async () => {
      const set = await setUp();
      await set.removing.remove(1);
      await set.removing.relabel(3);
      set.document.undo();
      return set;
    };
    const byHand = await relabelledAndBack();
    byHand.document.edit("Paint", (edit) => edit.setLabel(whole, 2));
    expect(byHand.names()).toContain("car");
    byHand.document.undo();
    byHand.document.redo();
    expect(byHand.names()).toContain("car");

    const locked = await relabelledAndBack();
    locked.settings.setState({ lockedClasses: new Set([1]) });
    locked.document.redo();
    expect(locked.names()).toContain("car");

    const elsewhere = await relabelledAndBack();
    const other = await elsewhere.open(1);
    other.edit("Paint", (edit) => edit.setLabel(dot, 1));
    elsewhere.document.redo();
    expect(elsewhere.names()).toContain("car");
    other.undo();
    expect(elsewhere.names()).not.toContain("car");
  });

  it("stays while another label holds it, as that is worked on: in memory, in kept work or in the file", async () => {
    const { autosave, names, open, removing, session } = await setUp();
    await removing.remove(2);
    expect(session.getState().deleting).toMatchObject({ pixels: 0, elsewhere: [{ index: 1 }] });
    removing.keep();
    expect(names()).toContain("tree");
    const other = await open(1);
    other.edit("sky", (edit) => edit.setLabel(dot, 3));
    await autosave.keep(other);
    await open(0);
    await removing.remove(3);
    expect(session.getState().deleting?.elsewhere).toMatchObject([{ index: 1 }]);
    removing.keep();
    other.edit("gone", (edit) => edit.setLabel(rectRegion({ x: 0, y: 0, width: 4, height: 4 }), 0));
    await removing.remove(2);
    expect(names()).toEqual(["ground", "car", "sky"]);
    // Another image whose undo has it again.
    await open(1);
    expect(names()).not.toContain("tree");
    other.undo();
    expect(names()).toContain("tree");
  });

  it("leaves locked classes alone, and its id to no other class", async () => {
    const { adding, names, removing, said, session, settings } = await setUp();
    settings.setState({ lockedClasses: new Set([3]) });
    await removing.remove(3);
    expect(names()).toContain("sky");
    expect(said()).toContain("locked");
    settings.setState({ lockedClasses: new Set() });
    await removing.remove(3);
    await adding.add({ name: "tram", color: [9, 8, 7] });
    expect(session.getState().dataset?.classes.at(-1)).toMatchObject({ name: "tram", id: 4 });
  });

  it("is relabelled in all images that hold it, one undo step each, after exact counts; one press takes all of it back", async () => {
    const { autosave, document, names, open, removing, session } = await setUp();
    const other = await open(1);
    other.edit("car", (edit) => edit.setLabel(dot, 1));
    await autosave.keep(other);
    await open(0);
    await removing.remove(1);
    expect(session.getState().deleting).toMatchObject({ pixels: 8, elsewhere: [{ index: 1, pixels: 1 }] });
    const before = [[...document.labels.data], [...other.labels.data]];
    const many: number[] = [];
    const stop = session.subscribe(({ changingMany }) => void (changingMany && many.push(changingMany.done)));
    await removing.relabelAll(3);
    stop();
    expect(many).toContain(1);
    expect(session.getState().changingMany).toBeNull();
    expect(names()).toEqual(["ground", "tree", "sky"]);
    const title = "Relabelled car as sky.";
    expect(session.getState().message).toMatchObject({ title, text: "9 pixels in 2 images." });
    expect([...document.labels.data, ...other.labels.data].includes(1)).toBe(false);
    expect([document, other].map((one) => one.store.getState().undoName)).toEqual([
      "Relabel car as sky",
      "Relabel car as sky",
    ]);
    // Refused while labels are exported, the offer stands.
    session.setState({ exporting: { text: "Exporting", verb: "Exporting" } });
    session.getState().message?.action?.run();
    expect(session.getState().message).toMatchObject({ title: "Not undone.", action: { label: "Undo all" } });
    session.setState({ exporting: null });
    const offer = session.getState().message;
    expect(offer?.holds?.(session.getState())).toBe(true);
    // What was done since elsewhere in a label stays.
    other.edit("tree", (edit) => edit.setLabel(rectRegion({ x: 3, y: 3, width: 1, height: 1 }), 0));
    session.getState().message?.action?.run();
    await vi.waitFor(() => expect(session.getState().message?.title).toBe("Undone"));
    expect(session.getState().message?.text).toBe("Relabelled car as sky: taken back in 2 images.");
    // What offered that goes: there is nothing of it to take back any more.
    expect(offer?.holds?.(session.getState())).toBe(false);
    expect(names()).toEqual(["ground", "car", "tree", "sky"]);
    expect([...document.labels.data]).toEqual(before[0]);
    expect([...other.labels.data]).toEqual([...before[1].slice(0, 15), 0]);
    expect(session.getState().busy).toBeNull();
  });

  it("changes no label while labels are exported, or changed by something else", async () => {
    const { document, removing, said, session } = await setUp();
    const exporting = { text: "Exporting", verb: "Exporting" } as const;
    const changingMany = { text: "Accepting", done: 0, total: 2, stop: () => undefined };
    for (const busy of [{ exporting }, { exporting: null, changingMany }]) {
      session.setState(busy);
      await removing.remove(1);
      await removing.relabelAll(3);
      expect(said()).toMatch(/are being (exported|changed).*: wait for that/);
      expect(document.store.getState().changedPixels).toBe(0);
    }
  });

  it("stands in an image whose pixels were edited since, which is named when all is taken back", async () => {
    const { document, names, open, removing, session } = await setUp();
    await removing.remove(2);
    expect(session.getState().deleting).toMatchObject({ pixels: 0, elsewhere: [{ index: 1, pixels: 8 }] });
    await removing.relabelAll(1);
    expect(names()).not.toContain("tree");
    expect(document.store.getState().changedPixels).toBe(0);
    const action = session.getState().message?.action;
    const other = await open(1);
    other.edit("paint", (edit) => edit.setLabel(rectRegion({ x: 1, y: 0, width: 1, height: 1 }), 3));
    action?.run();
    await vi.waitFor(() => expect(session.getState().message?.title).toBe("Not undone"));
    expect(session.getState().message?.text).toContain("It stands in b: edited there since.");
    expect(names()).not.toContain("tree");
    expect([...other.labels.data].slice(0, 4)).toEqual([0, 3, 0, 1]);
    // Once the edit is undone it can be taken back; a press more finds nothing, and says so.
    other.undo();
    action?.run();
    await vi.waitFor(() => expect(session.getState().message?.title).toBe("Undone"));
    expect([...other.labels.data].slice(0, 4)).toEqual([0, 2, 0, 2]);
    action?.run();
    await vi.waitFor(() => expect(session.getState().message?.title).toBe("Undone already"));
  });

  it("is taken back by one press after a reload too, in images that are not open; deleted again it is in no list", async () => {
    const store = memoryStore();
    const first = await setUp(store);
    const other = await first.open(1);
    other.edit("car", (edit) => edit.setLabel(dot, 1));
    const before = [[...first.document.labels.data], [...other.labels.data]];
    await first.open(0);
    await first.removing.remove(1);
    await first.removing.relabelAll(3);
    expect(first.names()).toEqual(["ground", "tree", "sky"]);
    await first.autosave.flush();

    const again = await setUp(store);
    expect(again.listed()).toEqual(["ground", "tree", "sky"]);
    const [act] = again.removing.acts.getState().acts;
    expect(act).toMatchObject({ text: "Relabelled car as sky" });
    expect(act.parts).toHaveLength(2);
    await again.removing.takeBack(act);
    expect(again.session.getState().message).toMatchObject({
      title: "Undone",
      text: "Relabelled car as sky: taken back in 2 images.",
    });
    expect(again.names()).toEqual(["ground", "car", "tree", "sky"]);
    const now = [again.document, await again.open(1)];
    expect(now.map(({ labels }) => [...labels.data])).toEqual(before);
    expect(again.removing.acts.getState().acts).toEqual([]);

    // Redone in both, it is deleted again. The files still hold it, and both images were opened while it was deleted.
    now[0].redo();
    expect(again.names()).toContain("car");
    now[1].redo();
    for (const index of [0, 1]) {
      await again.open(index);
      expect(again.listed()).toEqual(["ground", "tree", "sky"]);
    }
  });

  it("says what to do where it comes back by anything but undo, as long as it is back", async () => {
    const { document, names, removing, session } = await setUp();
    await removing.remove(3);
    document.edit("Accept", (edit) => edit.setLabel(dot, 3));
    expect(names()).toContain("sky");
    const { message } = session.getState();
    expect(message).toMatchObject({ title: "Deleted, and back: sky" });
    expect(message?.text).toBe("a holds it again. Relabel it, then delete it anew.");
    expect(message?.holds?.(session.getState())).toBe(true);
    document.undo();
    expect(names()).not.toContain("sky");
    expect(message?.holds?.(session.getState())).toBe(false);
  });

  it("goes with the redo after a reload as before it, and only then", async () => {
    const store = memoryStore();
    const first = await setUp(store);
    await first.removing.remove(1);
    await first.removing.relabel(3);
    first.document.undo();
    expect(first.names()).toContain("car");
    await first.autosave.flush();

    const again = await setUp(store);
    expect(again.names()).toEqual(["ground", "car", "tree", "sky"]);
    again.document.redo();
    expect(again.listed()).toEqual(["ground", "tree", "sky"]);
    again.document.undo();
    await again.autosave.flush();

    // Held by another label by now.
    const third = await setUp(store);
    const other = await third.open(1);
    other.edit("Paint", (edit) => edit.setLabel(dot, 1));
    third.document.redo();
    expect(third.names()).toContain("car");
  });

  it("comes back with an image that is not open, once its label holds it again", async () => {
    const { autosave, names, open, removing, session } = await setUp();
    const other = await open(1);
    other.edit("sky", (edit) => edit.setLabel(dot, 3));
    other.undo();
    await autosave.keep(other);
    await open(0);
    await removing.remove(3);
    expect(names()).not.toContain("sky");
    other.redo();
    expect(names()).toContain("sky");
    expect(session.getState().message).toBeNull();
    other.undo();
    expect(names()).not.toContain("sky");
  });
});
