import { describe, expect, it, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { greyPng, jpegHeader, rgbPng } from "../dataset/fixtures/files";
import { memoryStore } from "../project/storage";
import { createEditing } from "./editing";
import { createFiles } from "./files";
import type { Images } from "./images";
import type { Live } from "./live";
import { emptyQueue, type QueueState } from "./queueState";
import type { Services } from "./services";
import { classesOf, createSession } from "./session";
import { createSettings } from "./settings";
import { createSummaries } from "./summaries";
import { createWork } from "./work";

function setUp(store = memoryStore()) {
  const services = { store, samplesUrl: "samples/" } as Services;
  const [session, settings] = [createSession(), createSettings()];
  const images = { follow: vi.fn(async () => undefined), open: vi.fn(async () => undefined) } as unknown as Images;
  const work = createWork(services, session);
  // What is opened beside an open project is opened instead, unless a test answers itself.
  session.subscribe(({ question }) => {
    if (question?.other === "Open instead") question.answer(answers.shift() ?? "other");
  });
  const followers = [createSummaries(services, session, settings)];
  const offer = async () => false;
  const review = { store: createStore<QueueState>(() => emptyQueue), open: vi.fn() };
  const files = createFiles(services, session, settings, images, work, followers, { offer }, review);
  return { files, images, services, session, settings, work, review };
}

/** To the question whether files are added to the open project. */
const answers: (boolean | "other")[] = [];

const label = (name: string): File => new File([new Uint8Array(greyPng(4, 4))], name);

const at = (path: string, bytes: Uint8Array): File => {
  const file = new File([new Uint8Array(bytes)], path.slice(path.lastIndexOf("/") + 1));
  return Object.defineProperty(file, "webkitRelativePath", { value: path });
};

it("says how many images and problems there are, each as one or several", async () => {
  const { files, session } = setUp();
  const said: string[] = [];
  session.subscribe(({ announcement }) => said.push(announcement.text));
  const pair = (name: string, bytes = greyPng(4, 4)): File[] => [
    at(`set/images/${name}.jpg`, jpegHeader(4, 4)),
    at(`set/masks/${name}.png`, bytes),
  ];
  await files.openFiles(pair("a"));
  await files.openFiles([...pair("a"), ...pair("b")]);
  await files.openFiles([...pair("a"), ...pair("b"), ...pair("c", greyPng(4, 4).slice(0, 20))]);
  expect([...new Set(said)].filter((text) => /image/.test(text))).toEqual([
    expect.stringMatching(/: 1 image$/),
    expect.stringMatching(/: 2 images$/),
    expect.stringMatching(/: 2 images, 1 problem$/),
  ]);
});

describe("reading files in another way", () => {
  const frame = (kind: string) =>
    at(
      `set/x_0_0_gtFine_${kind}.png`,
      greyPng(4, 4, () => 7),
    );
  const set = () => [
    at(
      "set/x_0_0_leftImg8bit.png",
      rgbPng(4, 4, (p) => [p, p, 9]),
    ),
    frame("labelIds"),
    frame("labelTrainIds"),
  ];

  it("says nothing of how long it took in the data set that was open before", async () => {
    const { files, session } = setUp();
    await files.openFiles(set());
    session.setState({
      lastRun: { firstMs: 1, totalMs: 2, passes: 2 },
      lastSearch: { totalMs: 3, looks: 1 },
    });
    answers.push("other");
    await files.openFiles([label("b.png")]);
    expect(session.getState()).toMatchObject({ lastRun: null, lastSearch: null });
  });

  it("reads again as chosen, remembers it for these files, and keeps work on each reading apart", async () => {
    const { files, services, session, work } = setUp();
    await files.openFiles(set());
    const first = work.current()?.projectId;
    const labelPath = () => session.getState().dataset?.items[0].labelPath;
    expect(labelPath()).toBe("x_0_0_gtFine_labelIds.png");
    await files.readAs("labels", "labelTrainIds");
    expect(labelPath()).toBe("x_0_0_gtFine_labelTrainIds.png");
    expect(work.current()?.projectId).not.toBe(first);

    const reloaded = setUp(services.store);
    await reloaded.files.openFiles(set());
    expect(reloaded.session.getState().choices.get("labels")).toBe("labelTrainIds");
    await reloaded.files.readAs("labels", "labelIds");
    expect(reloaded.work.current()?.projectId).toBe(first);
  });

  it("asks where there is work on the present reading", async () => {
    const { files, services, session, work } = setUp();
    await files.openFiles(set());
    await services.store.set(`work/${work.current()?.projectId}/x_0_0_gtFine_labelIds.png`, {});
    const reading = files.readAs("labels", "labelTrainIds");
    await vi.waitFor(() => expect(session.getState().question?.text).toContain("work on 1 image"));
    session.getState().question?.answer(false);
    await reading;
    expect(session.getState().dataset?.items[0].labelPath).toBe("x_0_0_gtFine_labelIds.png");
  });

  it("adds what is dropped later to the open project, with the work on it", async () => {
    const { files, session, work } = setUp();
    await files.openFiles([label("a.png"), label("b.png")]);
    const before = work.current()?.projectId;
    answers.push(true);
    await files.openFiles([at("photos/a.jpg", jpegHeader(4, 4)), at("photos/b.jpg", jpegHeader(4, 4))]);
    expect(session.getState().dataset?.items.map(({ imagePath }) => imagePath)).toEqual([
      "photos/a.jpg",
      "photos/b.jpg",
    ]);
    expect(work.current()?.projectId).toBe(before);
  });

  it("says why nothing could be opened, without an empty report", async () => {
    const { files, session } = setUp();
    await files.openFiles([at("set/notes.txt", new Uint8Array(3))]);
    expect(session.getState()).toMatchObject({ dataset: null, dialog: null });
    expect(session.getState().message?.text).toMatch(/no images and no labels.*1 \.txt.*Put images/);
  });
});

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
    const live: Pick<Live, "strokeEnded" | "run" | "cancel"> = {
      strokeEnded: vi.fn(),
      run: vi.fn(),
      cancel: vi.fn(() => false),
    };
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

it("lists many images before their photographs are seen, and copies the files for the next visit after that", async () => {
  const { files, services, session, work } = setUp({ ...memoryStore(), lasts: true });
  const names = Array.from({ length: 501 }, (_, i) => `${1000 + i}`);
  await files.openFiles(
    names.flatMap((name) => [
      at(`set/images/${name}.jpg`, jpegHeader(4, 4)),
      at(`set/masks/${name}.png`, greyPng(4, 4)),
    ]),
  );
  expect(session.getState()).toMatchObject({ photographsLeft: { done: 0, total: 501 }, busy: null, view: "dataset" });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await services.store.keys("files/")).toEqual([]);
  session.setState({ photographsLeft: null });
  await work.settle();
  expect((await services.store.keys("files/")).length).toBeGreaterThan(1000);
});

describe("a visit that goes on", () => {
  const many = (count = 13) => Array.from({ length: count }, (_, i) => label(`${10 + i}.png`));
  /** Opens these files, leaves them, and resumes them in another visit. */
  async function resumed(leave: (visit: ReturnType<typeof setUp>) => void, files = many()) {
    const store = { ...memoryStore(), lasts: true };
    const first = setUp(store);
    await first.files.openFiles(files);
    leave(first);
    first.work.opened("11.png");
    await first.work.settle();
    const visit = setUp(store);
    const [project] = await visit.work.recent();
    await visit.files.resume(project.id);
    return { ...visit, opened: vi.mocked(visit.images.open).mock.calls, again: () => setUp(store) };
  }

  it("is where it was left, with the same image open", async () => {
    const { session, opened, review } = await resumed(({ session }) => session.setState({ view: "editor" }));
    expect(session.getState().view).toBe("editor");
    expect(opened).toEqual([[1]]);
    expect(review.open).not.toHaveBeenCalled();
  });

  it("is at all images where these were looked at last, or nothing is known", async () => {
    const left = await resumed(({ session }) => {
      session.setState({ view: "editor" });
      session.setState({ view: "dataset" });
    });
    expect(left.session.getState()).toMatchObject({ view: "dataset", tiles: { current: "11.png" } });
    expect(left.opened).toEqual([]);
    expect((await resumed(() => undefined)).session.getState().view).toBe("dataset");
  });

  it.each(["editor", "dataset"] as const)("goes back to the review, over what it was begun from (%s)", async (view) => {
    const { session, review, opened } = await resumed((first) => {
      first.session.setState({ view });
      first.session.setState({ view: "queue" });
    });
    expect(review.open).toHaveBeenCalledOnce();
    expect(session.getState().view).toBe(view);
    expect(opened).toHaveLength(view === "editor" ? 1 : 0);
  });

  it("is in the review also when the data set was closed there", async () => {
    const { review } = await resumed((first) => {
      first.session.setState({ view: "queue" });
      first.session.setState({ dataset: null });
      first.session.setState({ view: "dataset" });
    });
    expect(review.open).toHaveBeenCalledOnce();
  });

  it("is told from opening the files anew: all images come first then, and are where the next visit goes on", async () => {
    const { again } = await resumed(({ session }) => session.setState({ view: "editor" }));
    const anew = again();
    await anew.files.openFiles(many());
    expect(anew.session.getState().view).toBe("dataset");
    await anew.work.settle();
    const next = again();
    await next.files.resume((await next.work.recent())[0].id);
    expect(next.session.getState().view).toBe("dataset");
  });

  it("is at what a wall of a rule's crops was opened over, not in the review of findings", async () => {
    const { session, review } = await resumed((first) => {
      first.session.setState({ view: "editor" });
      first.review.store.setState({ kind: "lint" });
      first.session.setState({ view: "queue" });
    });
    expect(review.open).not.toHaveBeenCalled();
    expect(session.getState().view).toBe("editor");
  });

  it("of a few images is at the one that was open", async () => {
    const { session, opened, review } = await resumed(({ session }) => session.setState({ view: "queue" }), many(3));
    expect(session.getState().view).toBe("editor");
    expect(opened).toEqual([[1]]);
    expect(review.open).not.toHaveBeenCalled();
  });
});
