import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { rectRegion } from "../core/region";
import type { KeyValueStore } from "../project/storage";
import { memoryStore } from "../project/storage";
import { noFilter } from "../review/imageFilter";
import { chosenFiles, decisionsFile, stubBrowser, suggestionsFile, type WholeApp, wholeApp } from "./fixtures/wholeApp";

/** What is tried again after 5 s is tried again after 50 ms. */
beforeEach(() => stubBrowser(100));
afterEach(() => void vi.unstubAllGlobals());

/**
 * Kinds of records that need no word where they cannot be written: pictures of images, what the rules said of a label and what
 * was learnt of one are made anew when they are missing; that a stroke was begun only serves to say more after a crash.
 */
const caches = ["thumbs", "lint", "support", "begun"];

const allKinds = [
  ...["act", "acted", "begun", "check", "choices", "class", "classed", "classes", "exclusions"],
  ...[
    "files",
    "filter",
    "fix",
    "fixed",
    "import",
    "imported",
    "items",
    "lint",
    "linting",
    "log",
    "past",
    "place",
    "reading",
    "scan",
    "scanned",
    "session",
    "summary",
    "turns",
    "undecided",
    "work",
  ],
];

/** A store that calls itself lasting, whose writes fail as `fault` says; `log` names what each was to write. */
function faultyStore(fault: (write: number) => Error | null) {
  const memory = memoryStore();
  const log: { readonly kinds: readonly string[]; readonly failed: boolean }[] = [];
  const tried = (keys: readonly string[], write: () => Promise<void>): Promise<void> => {
    const error = fault(log.length);
    log.push({ kinds: [...new Set(keys.map((key) => key.split("/")[0]))], failed: error !== null });
    return error === null ? write() : Promise.reject(error);
  };
  const store: KeyValueStore = {
    ...memory,
    lasts: true,
    set: (key, value) => tried([key], () => memory.set(key, structuredClone(value))),
    delete: (key) => tried([key], () => memory.delete(key)),
    write: (puts, deletes) =>
      tried([...puts.map(([key]) => key), ...deletes], () => memory.write(structuredClone(puts), deletes)),
  };
  return { store, log };
}

const until = (met: () => unknown) => vi.waitFor(() => expect(met()).toBeTruthy(), { timeout: 20_000, interval: 2 });

const documentOf = ({ session }: WholeApp) => {
  const { image } = session.getState();
  if (image === null) throw new Error("No image is open");
  return image.document;
};

async function openImage(app: WholeApp, index: number): Promise<void> {
  await app.images.open(index);
  expect(app.session.getState().index).toBe(index);
}

function paint(app: WholeApp, x: number, id: number): void {
  const region = rectRegion({ x, y: 12, width: 4, height: 4 });
  documentOf(app).edit(`paint ${x}`, (edit) => edit.setLabel(region, id));
}

function mask(app: WholeApp, x: number): void {
  const region = rectRegion({ x, y: 28, width: 3, height: 3 });
  documentOf(app).edit(`mask ${x}`, (edit) => edit.setMask(region, true));
}

/** A session of a user. Steps after `bulk` go through many images and end where nothing can be kept, which they say. */
const alone: readonly [what: string, (app: WholeApp) => unknown][] = [
  ["open", (app) => app.files.openFiles(chosenFiles())],
  ["paint", (app) => paint(app, 4, 2)],
  ["mask", (app) => mask(app, 1)],
  ["paint more", (app) => paint(app, 9, 1)],
  ["undo", (app) => app.editing.undo()],
  ["undo", (app) => app.editing.undo()],
  ["redo", (app) => app.editing.redo()],
  ["import finds", (app) => app.exchange.importFile(suggestionsFile())],
  ["import decisions", (app) => app.exchange.importFile(decisionsFile())],
  [
    "accept one",
    (app) => {
      app.session.setState({ dialog: null });
      documentOf(app).show("found");
      app.reviewing.step(1);
      app.reviewing.decide("accept");
    },
  ],
  ["reject one", (app) => app.reviewing.decide("reject")],
  ["another image", (app) => openImage(app, 1)],
  ["mask there", (app) => mask(app, 20)],
  ["exclude the mask", (app) => app.excluding.excludeMask()],
  ["rename a class", (app) => app.editing.changeClass(1, { name: "vehicle" })],
  ["add a class", (app) => app.adding.add({ name: "sky", color: [1, 2, 3] })],
  ["add another", (app) => app.adding.add({ name: "sea", color: [3, 2, 1] })],
  ["delete it", (app) => app.removing.remove(4)],
  ["lock a class", (app) => app.editing.setLocked(3, true)],
  ["filter", (app) => app.dataSetView.find({ text: "a" })],
  ["filter no more", (app) => app.dataSetView.find({ text: noFilter.text, classId: 1 })],
  ["sort", (app) => app.dataSetView.sortBy("worst")],
  ["turn a picture", (app) => app.turning.turnPicture()],
  ["mark as reviewed", (app) => app.dataSetView.mark("reviewed", true)],
  ["self-check", (app) => app.selfCheck.start({ images: 2, target: 0.9 })],
];

const keysOf = ({ session }: WholeApp) => session.getState().dataset?.items.map(({ key }) => key) ?? [];

const bulk: readonly [what: string, (app: WholeApp) => unknown][] = [
  [
    "thumbnails",
    async (app) => {
      app.dataSetView.find({ classId: null });
      app.dataSetView.show();
      app.thumbnails.want(keysOf(app));
      await until(() => app.thumbnails.ready.getState().size === 4);
    },
  ],
  [
    "check all labels",
    async (app) => {
      app.linting.check(keysOf(app));
      await until(() => app.session.getState().lintRun?.state !== "running");
    },
  ],
  [
    "mend pinholes",
    async (app) => {
      app.lintWall.open("pinholes");
      if (app.lintWall.store.getState().wall === null) return;
      await until(() => {
        const preview = app.lintWall.store.getState().wall?.preview;
        return preview !== undefined && preview.counted >= preview.waiting;
      });
      await app.lintWall.apply();
      app.lintWall.close();
    },
  ],
  [
    "accept one in the review",
    async (app) => {
      app.queueing.open("objects");
      await until(() => app.queueing.store.getState().shown !== null);
      app.queueing.decide("accept");
    },
  ],
  [
    "accept a pair of classes",
    async (app) => {
      const [group] = app.queueing.store.getState().groups;
      app.queueing.openWall(group.id);
      app.queueing.chooseAll(true);
      await until(() => {
        const preview = app.queueing.store.getState().wall?.preview;
        return preview !== undefined && preview.counted >= preview.of;
      });
      await app.queueing.decideWall("accepted");
    },
  ],
  ["take it back", (app) => app.queueing.undo()],
  [
    "scan",
    async (app) => {
      app.queueing.close();
      const options = { ignoredClasses: [], keepsExclusions: true };
      await app.scanning.start({ name: "Scan 1", keys: keysOf(app), options });
      await until(() => app.session.getState().scanning === null);
    },
  ],
  ["relabel a class everywhere", (app) => app.removing.remove(2)],
  [
    "to another",
    async (app) => {
      if (app.session.getState().deleting !== null) await app.removing.relabelAll(0);
    },
  ],
  ["the last image", (app) => openImage(app, 3)],
  ["paint there", (app) => paint(app, 22, 0)],
];

/** Labels, masks, undo steps and suggestions of all images, and all that belongs to the data set. */
async function stateOf(app: WholeApp) {
  const { session, settings } = app;
  const images: { readonly key: string; readonly text: string; readonly decisions: readonly object[] }[] = [];
  for (const key of keysOf(app)) {
    await app.queueing.visit(key, ({ document }) => {
      const { done, undone, proposals } = document.past();
      const { labels, mask: masked, store } = document;
      const steps = [...done, ...undone].map(({ name, diffs }) => [
        name,
        diffs.map(({ tile, runs }) => [tile, ...runs]),
      ]);
      const rows = Object.entries(proposals).map(([name, set]) => [
        name,
        set?.suggestions.map(({ id, to, area, decision }) => [id, to, area, decision]),
      ]);
      const text = JSON.stringify([[...labels.data], [...masked.data], done.length, steps, rows]);
      images.push({ key, text, decisions: store.getState().decisions.map(({ at: _, ...rest }) => rest) });
    });
  }
  const { dataset, removedClasses, exclusions, turns, filter, sort, summaries, scans, readOnly } = session.getState();
  const { lockedClasses, hiddenClasses, pinnedClasses } = settings.getState();
  const acts = (of: WholeApp["queueing"]["acts"]) => of.getState().acts.map(({ text, parts }) => [text, parts.length]);
  return {
    ...{ images, removedClasses, exclusions, turns, filter, sort, readOnly },
    ...{ lockedClasses, hiddenClasses, pinnedClasses, classes: dataset?.classes },
    acts: [acts(app.queueing.acts), acts(app.lintWall.acts), acts(app.removing.acts), acts(app.exchange.acts)],
    check: app.selfCheck.store.getState().report,
    // Which classes a picture shows comes with its thumbnail.
    summaries: [...summaries].map(([key, { classes: _, ...summary }]) => [key, summary]).sort(),
    scans: scans.map(({ record }) => record),
  };
}

type State = Awaited<ReturnType<typeof stateOf>>;

/** What can be compared between sessions at two times. */
const timeless = ({ scans, check, ...state }: State) => ({
  ...state,
  scans: scans.map(({ name, state: how, keys }) => [name, how, keys.length]),
  check: check?.windows,
});

async function play(fault: (write: number) => Error | null, free: (() => void) | null = null) {
  const { store, log } = faultyStore(fault);
  const app = wholeApp(store);
  const told: string[] = [];
  app.session.subscribe(({ message, saved, savedDetail }, before) => {
    if (saved === "failed" && before.saved !== "failed") told.push(savedDetail);
    if (message !== null && message !== before.message) told.push(`${message.title}: ${message.text}`);
  });
  /** What failed and was not told of is there by now, written again at once. */
  let isSeen = false;
  const look = async (what: string) => {
    const failed = log.filter((write) => write.failed && !write.kinds.every((kind) => caches.includes(kind)));
    if (free !== null || isSeen || failed.length === 0) return;
    isSeen = true;
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (told.some((text) => storageWords.test(text))) return;
    await until(() => app.session.getState().saved === "saved");
    const state = await stateOf(app);
    await vi.waitFor(async () => expect(await reopened(await copyOf(store)), what).toEqual(state), { timeout: 20_000 });
  };
  for (const [what, step] of alone) await Promise.resolve(step(app)).then(() => look(what));
  const halfway = await stateOf(app);
  for (const [what, step] of bulk) await Promise.resolve(step(app)).then(() => look(what));
  await app.keepWork();
  const before = { told: [...told], saved: app.session.getState().saved, failed: log.filter(({ failed }) => failed) };
  free?.();
  await until(() => app.session.getState().saved === "saved");
  // Copies of files are made again, and what the app does by itself comes to its end.
  await until(() => app.session.getState().scanning === null);
  const state = await stateOf(app);
  return { app, store, log, writes: log.length, before, halfway, state };
}

async function copyOf(store: KeyValueStore): Promise<KeyValueStore> {
  const copy = { ...memoryStore(), lasts: true };
  await copy.write(structuredClone(await store.entries("")), []);
  return copy;
}

/** What a new page finds. */
async function reopened(store: KeyValueStore): Promise<State> {
  const app = wholeApp(store);
  await until(() => app.session.getState().recent?.length === 1);
  const [project] = app.session.getState().recent ?? [];
  expect(project).toMatchObject({ name: "set", images: { count: 4 }, resumable: true });
  await app.files.resume(project.id);
  expect(app.session.getState().dataset?.items.length).toBe(4);
  return stateOf(app);
}

/** By turns. */
const errors = [() => new DOMException("full", "QuotaExceededError"), () => new DOMException("aborted", "AbortError")];
const storageWords = /storage/;

const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);
beforeEach(() => void process.on("unhandledRejection", note));
afterEach(() => {
  process.off("unhandledRejection", note);
  expect(unhandled.splice(0)).toEqual([]);
});

/** The session without a fault: what it writes, and what each later one is held to. */
let reference: Awaited<ReturnType<typeof play>>;

it("a session without faults writes records of all kinds, and comes back whole", async () => {
  reference = await play(() => null);
  expect(reference.before.told.filter((text) => storageWords.test(text))).toEqual([]);
  const kinds = new Set(reference.log.flatMap((write) => write.kinds));
  expect([...kinds].sort()).toEqual([...allKinds].sort());
  const { images, acts, exclusions, turns, scans, check } = reference.state;
  expect(images.map(({ decisions }) => decisions.length)).toEqual([3, 2, 1, 1]);
  expect(acts.map(({ length }) => length)).toEqual([1, 1, 1, 1]);
  expect([exclusions.length, turns.size, scans.length]).toEqual([1, 1, 1]);
  expect(check).not.toBeNull();
  expect(await reopened(reference.store)).toEqual(reference.state);
});

/** What goes wrong in sessions with other faults each; several of them wait at a time. */
async function faultsOf(run: (k: number) => Promise<void>): Promise<readonly string[]> {
  const found: string[] = [];
  let next = 0;
  const worker = async () => {
    for (let k = next++; k < reference.writes; k = next++) {
      await run(k).catch((error: Error) => found.push(`write ${k} (${reference.log[k].kinds}): ${error.message}`));
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  return found;
}

/** Waits for what goes on by itself: copies of files that are made again. */
async function expectKept({ store, state }: Awaited<ReturnType<typeof play>>): Promise<void> {
  await vi.waitFor(async () => expect(await reopened(store)).toEqual(state), { timeout: 20_000, interval: 100 });
}

it("each single write that fails is told of or made good at once, and costs nothing", async () => {
  const faults = await faultsOf(async (k) => {
    const played = await play((write) => (write === k ? errors[k % errors.length]() : null));
    expect(timeless(played.halfway)).toEqual(timeless(reference.halfway));
    await expectKept(played);
  });
  expect(faults).toEqual([]);
}, 240_000);

it("writes that all fail from one on until there is room are told of, cost nothing and are made good", async () => {
  let without = 0;
  const faults = await faultsOf(async (k) => {
    let isFree = false;
    const played = await play(
      (write) => (write >= k && !isFree ? errors[k % errors.length]() : null),
      () => {
        isFree = true;
      },
    );
    expect(timeless(played.halfway)).toEqual(timeless(reference.halfway));
    const failed = played.before.failed.filter(({ kinds }) => !kinds.every((kind) => caches.includes(kind)));
    // A busy machine writes what comes close together at once: the last of the reference's writes may not come.
    if (failed.length === 0) without++;
    else {
      expect(played.before.saved).toBe("failed");
      expect(played.before.told.join("\n")).toMatch(storageWords);
    }
    await expectKept(played);
  });
  expect(faults).toEqual([]);
  expect(without).toBeLessThan(reference.writes / 20);
}, 240_000);
