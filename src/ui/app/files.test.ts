import { describe, expect, it, vi } from "vitest";
import { greyPng } from "../../dataset/fixtures/files";
import { memoryStore } from "../../project/storage";
import { createSession } from "../state/session";
import { createSettings } from "../state/settings";
import { createFiles } from "./files";
import type { Images } from "./images";
import type { Services } from "./services";
import { createWork } from "./work";

function setUp() {
  const services = { store: memoryStore(), samplesUrl: "samples/" } as Services;
  const [session, settings] = [createSession(), createSettings()];
  const images = { follow: vi.fn(async () => undefined), open: vi.fn(async () => undefined) } as unknown as Images;
  const work = createWork(services, session);
  return { files: createFiles(services, session, settings, images, work), images, session, settings, work };
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
