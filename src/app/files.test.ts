import { describe, expect, it, vi } from "vitest";
import { greyPng } from "../dataset/fixtures/files";
import { memoryStore } from "../project/storage";
import { createEditing } from "./editing";
import { createFiles } from "./files";
import type { Images } from "./images";
import type { Live } from "./live";
import type { Services } from "./services";
import { classesOf, createSession } from "./session";
import { createSettings } from "./settings";
import { createWork } from "./work";

function setUp(store = memoryStore()) {
  const services = { store, samplesUrl: "samples/" } as Services;
  const [session, settings] = [createSession(), createSettings()];
  const images = { follow: vi.fn(async () => undefined), open: vi.fn(async () => undefined) } as unknown as Images;
  const work = createWork(services, session);
  return { files: createFiles(services, session, settings, images, work), images, services, session, settings, work };
}

const label = (name: string): File => new File([new Uint8Array(greyPng(4, 4))], name);

describe("opening files", () => {
  it("keeps to the last choice when an earlier one takes longer", async () => {
    const { files, images, session } = setUp();
    const slow = label("slow.png");
    slow.slice = () => {
      const late = new Blob();
      late.arrayBuffer = () => new Promise((resolve) => setTimeout(() => resolve(label("x").arrayBuffer()), 40));
      return late;
    };
    await Promise.all([files.openFiles([slow]), files.openFiles([label("next.png")])]);
    expect(session.getState().dataset?.items.map(({ name }) => name)).toEqual(["next"]);
    expect(images.follow).toHaveBeenCalledTimes(1);
    expect(session.getState().busy).toBeNull();
  });

  it("forgets which classes were hidden or locked: ids mean others in another data set", async () => {
    const { files, settings } = setUp();
    settings.setState({ hiddenClasses: new Set([1]), lockedClasses: new Set([2]) });
    await files.openFiles([label("a.png")]);
    expect(settings.getState()).toMatchObject({ hiddenClasses: new Set(), lockedClasses: new Set() });
  });

  it("brings changed, locked and hidden classes of a data set back, and only its own", async () => {
    const { files, services, session, settings } = setUp();
    const live: Live = { strokeEnded: vi.fn(), run: vi.fn(), cancel: vi.fn(() => false) };
    const editing = createEditing(session, settings, live);
    await files.openFiles([label("a.png")]);
    const [{ id }] = classesOf(session.getState());
    editing.changeClass(id, { name: "road", ignored: true });
    editing.setLocked(id, true);
    settings.setState({ hiddenClasses: new Set([id]), pinnedClasses: new Set([id]) });
    const mine = { hiddenClasses: new Set([id]), lockedClasses: new Set([id]), pinnedClasses: new Set([id]) };

    await files.openFiles([label("b.png")]);
    expect(session.getState().dataset?.classes[0]?.name).not.toBe("road");
    expect(settings.getState()).toMatchObject({ hiddenClasses: new Set(), lockedClasses: new Set() });
    await files.openFiles([label("a.png")]);
    expect(session.getState().dataset?.classes[0]).toMatchObject({ id, name: "road", ignored: true });
    expect(settings.getState()).toMatchObject(mine);

    const reloaded = setUp(services.store);
    await reloaded.files.openFiles([label("a.png")]);
    expect(reloaded.session.getState().dataset?.classes[0]).toMatchObject({ id, name: "road", ignored: true });
    expect(reloaded.settings.getState()).toMatchObject(mine);
  });

  it("opens without the changed classes where they cannot be read", async () => {
    const get = async (key: string) => {
      if (key.startsWith("classes/")) throw new DOMException("closed", "InvalidStateError");
    };
    const { files, session } = setUp({ ...memoryStore(), get });
    await files.openFiles([label("a.png")]);
    expect(session.getState().dataset?.items).toHaveLength(1);
    expect(session.getState().message?.title).toBe("Changed classes from earlier could not be read");
  });

  it("asks before it leaves work that could not be kept", async () => {
    const { files, images, session } = setUp();
    await files.openFiles([label("a.png")]);
    session.setState({ saved: "failed", savedDetail: "The browser's storage is full." });
    const closing = files.close();
    await vi.waitFor(() => expect(session.getState().question?.text).toContain("storage is full"));
    session.getState().question?.answer(false);
    await closing;
    expect(session.getState().dataset).not.toBeNull();
    expect(images.follow).toHaveBeenCalledTimes(1);
  });
});
