import { createPace } from "../core/pace";
import type { DirectoryHandleLike } from "../dataset/fileSystem";
import { hasUnseen } from "../dataset/seePhotographs";
import { blobFile } from "../dataset/sources/blobFile";
import { sourceFromDirectory } from "../dataset/sources/directory";
import { sourceFromSample } from "../dataset/sources/sample";
import type { Dataset, Source } from "../dataset/types";
import { type Autosave, createAutosave } from "../project/autosave";
import { withBacklog } from "../project/backlog";
import { carryOver, hasItems, type ProjectItems, saveItems } from "../project/carryOver";
import { createOwnership, type Ownership } from "../project/ownership";
import {
  loadProject,
  loadProjects,
  type ProjectRecord,
  type ProjectSource,
  projectId,
  removeProject,
  saveProject,
  setOpenKey,
  workedImages,
} from "../project/projects";
import { idOfReading } from "../project/readings";
import { hasFiles, keepFiles, loadFiles } from "../project/sources";
import { NoAnswerError, storageReason } from "../project/storage";
import { undecidedRows } from "./imageStates";
import { allowed } from "./permission";
import type { Services } from "./services";
import type { RecentProject, SessionStore } from "./session";
import { showInfo } from "./tell";

export type SourceKind = "sample" | "directory" | "files";

/** How to open a project again, and the image that was open. */
interface Resumable {
  readonly kind: SourceKind;
  readonly openKey: string | null;
  load(): Promise<Source>;
}

/** What lasts between visits: the autosave of the open data set, and how to open it again. */
export interface Work {
  /**
   * Work that is kept belongs to one reading of the files: under another one, that work is not there. Nothing is kept while
   * another tab has it open.
   */
  begin(source: Source, dataset: Dataset, kind: SourceKind): Promise<Autosave>;
  current(): Autosave | null;
  /** Notes which image is open. */
  opened(key: string): void;
  /** What was open, the newest first. */
  recent(): Promise<readonly RecentProject[]>;
  /** Null when the project is not remembered any more. */
  resume(id: string): Promise<Resumable | null>;
  /** Forgets a project that is not open, in no tab, with the work that is kept for it. @throws when it is. */
  remove(id: string): Promise<void>;
  /** Images of the open data set with kept work. */
  worked(): Promise<number>;
  /** Whether what is open is kept by this tab, and by no other. */
  isOwn(): boolean;
  /** Nothing is open any more: other tabs may open it. */
  leave(): void;
  /** Waits until everything is kept. */
  finish(): Promise<void>;
  /** Waits also until it is kept what is open. */
  settle(): Promise<void>;
}

/** Copies of files that could not be kept are made again after this, then after twice as long, and so on, ms. */
const copyAgain = 30_000;

/** @param ownership Which tab writes what is open. */
export function createWork(
  { store, samplesUrl }: Services,
  session: SessionStore,
  ownership: Ownership = createOwnership(null),
): Work {
  const backlog = withBacklog(store);
  let autosave: Autosave | null = null;
  let project = "";
  /** Records are written one after the other: each may have to make room for the next. */
  let remembering: Promise<void> = Promise.resolve();
  /** Records that could not be written since the store did not answer. */
  const missed: (() => Promise<void>)[] = [];
  /** Sources made of files this browser keeps already, and the project they are kept for. */
  const keptSources = new WeakMap<Source, string>();
  let stop: () => void = () => undefined;

  function follow(next: Autosave): Autosave {
    stop();
    const show = (): void => {
      const status = next.status.getState();
      if (!next.mayKeep()) return;
      // Work was kept just now: the store answers again.
      if (status.state === "saved" && status.at !== null) for (const write of missed.splice(0)) remember(write);
      const { error } = backlog.failure.getState();
      if (status.state === "failed") session.setState({ saved: "failed", savedDetail: status.reason });
      else if (error !== null) session.setState({ saved: "failed", savedDetail: storageReason(error) });
      else {
        const isTemporary = status.state === "saved" && !store.lasts;
        session.setState({ saved: isTemporary ? "temporary" : status.state, savedDetail: "" });
      }
    };
    const stops = [next.status.subscribe(show), backlog.failure.subscribe(show)];
    stop = () => {
      for (const one of stops) one();
    };
    show();
    if (!next.mayKeep()) session.setState({ saved: "elsewhere", savedDetail: "" });
    autosave = next;
    return next;
  }

  /** Copies what the browser cannot open again by itself. */
  async function keepCopies(source: Source, id: string, pause = copyAgain): Promise<void> {
    // Copying begins with deleting: a reload meanwhile would lose what is kept already.
    if (!store.lasts || keptSources.get(source) === id) return;
    const files = source.files.map((file) => ({
      path: file.path,
      size: file.size,
      blob: async () => new Blob([new Uint8Array(await file.bytes())]),
    }));
    const kept = await keepFiles(store, id, files, undefined, await ownership.inUse());
    if (kept.kept) return;
    showInfo(session, "These files are not kept for the next visit", kept.reason);
    if (!kept.mayWork) return;
    const again = async () => {
      if (project === id && session.getState().dataset !== null) await keepCopies(source, id, 2 * pause);
    };
    setTimeout(() => remember(again), pause);
  }

  /** Copies of many files wait until their photographs are looked at: all are read again for it. */
  function onceSeen(id: string, copy: () => void): void {
    const stopHearing = session.subscribe((now, before) => {
      if (project !== id) return stopHearing();
      if (now.photographsLeft !== null || before.photographsLeft === null) return;
      stopHearing();
      copy();
    });
  }

  /** Whether the project is this tab's, and was all the time: its documents are old once another tab had it. */
  function rightTo(id: string): () => boolean {
    let holds = ownership.mayWrite(id);
    const stopHearing = ownership.store.subscribe(() => {
      if (ownership.mayWrite(id)) return;
      holds = false;
      stopHearing();
    });
    return () => holds;
  }

  /** Keeps also what waits beside the work on images: classes, exclusions, filters. */
  function withOthers(made: Autosave): Autosave {
    return {
      ...made,
      async flush() {
        await Promise.all([made.flush(), backlog.flush()]);
      },
    };
  }

  /** Brings along what was done on the same images before files were added; what cannot be is tried again when it is opened next. */
  async function takeOver(id: string, dataset: Dataset): Promise<void> {
    try {
      const items = onceAsked(() => itemsOf(dataset));
      const isNew = !(await hasItems(store, id));
      const { images, left } = isNew ? await carryOver(store, { projectId: id, name: dataset.name, items }) : nothing;
      // The backlog says what is not written yet, and writes it.
      remember(async () => saveItems(store, id, await items()).catch(() => undefined));
      const count = (number: number) => `${number} ${number === 1 ? "image" : "images"}`;
      if (images > 0) {
        showInfo(
          session,
          `Work on ${count(images)} was taken over`,
          `${dataset.name} has other files than before; these images are the same.`,
        );
      }
      if (left > 0) {
        showInfo(
          session,
          `Work on ${count(left)} was not taken over`,
          "Their classes are read otherwise now. It is kept with the earlier project on the start screen.",
        );
      }
    } catch (error) {
      showInfo(
        session,
        "Whether there is earlier work on these images is not known",
        `${storageReason(error)} It stays kept with the earlier project, and is looked for again when these files are opened next.`,
      );
    }
  }

  function tellForgotten(error: unknown): void {
    showInfo(session, "What is open is not remembered for the next visit", storageReason(error));
  }

  function remember(write: () => Promise<void>): void {
    remembering = remembering.then(write).catch((error: unknown) => {
      if (error instanceof NoAnswerError) missed.push(write);
      tellForgotten(error);
    });
  }

  async function recentProject({ projectId: id, name, source, images, at }: ProjectRecord): Promise<RecentProject> {
    const resumable = source.kind !== "files" || (await hasFiles(store, id));
    return { id, name, kind: source.kind, images, at, worked: await workedImages(store, id), resumable };
  }

  return {
    async begin(source, dataset, kind) {
      await autosave?.flush();
      const own = projectId(
        dataset.name,
        dataset.items.map(({ labelPath }) => ({ path: labelPath })),
      );
      // A store that fails says so when work is to be kept.
      const id = await idOfReading(store, own, meaningOf(dataset)).catch(() => own);
      project = id;
      const isOwn = await ownership.claim(id);
      const made = withOthers(
        createAutosave({ store, projectId: id, undecidedIn: undecidedRows, mayKeep: rightTo(id) }),
      );
      if (!isOwn) return follow(made);
      await takeOver(id, dataset);
      if (!store.lasts) showInfo(session, "Work lasts until this tab is closed", forbidden);
      const from: ProjectSource =
        kind === "sample" ? { kind } : source.root ? { kind: "directory", handle: source.root } : { kind: "files" };
      const at = Date.now();
      remember(async () => {
        const openKey = (await loadProject(store, id))?.openKey ?? null;
        const images = { first: dataset.items[0].name, count: dataset.items.length };
        const record = { projectId: id, name: dataset.name, source: from, images, openKey, at };
        await saveProject(store, record).catch(tellForgotten);
        if (from.kind === "files" && !hasUnseen(dataset)) await keepCopies(source, id);
      });
      if (from.kind === "files" && hasUnseen(dataset)) onceSeen(id, () => remember(() => keepCopies(source, id)));
      return follow(made);
    },
    current: () => autosave,
    opened(key) {
      const id = project;
      if (ownership.mayWrite(id)) remember(() => setOpenKey(store, id, key));
    },
    async recent() {
      // A storage that cannot be read has nothing to offer; the autosave says so once something is open.
      return loadProjects(store)
        .then((projects) => Promise.all(projects.map(recentProject)))
        .catch(() => []);
    },
    async remove(id) {
      // After what is under way: a copy of its files may be.
      const removing = remembering.then(() => ownership.whileFree(id, () => removeProject(store, id)));
      remembering = removing.then(
        () => undefined,
        () => undefined,
      );
      if (!(await removing)) throw new Error("It is open in another tab. Close it there first.");
    },
    async resume(id) {
      const found = await loadProject(store, id);
      if (found === null) return null;
      const { source, name, openKey } = found;
      if (source.kind === "sample") return { kind: "sample", openKey, load: () => sourceFromSample(samplesUrl) };
      if (source.kind === "directory") {
        return { kind: "directory", openKey, load: () => reopenDirectory(source.handle as DirectoryHandleLike) };
      }
      return {
        kind: "files",
        openKey,
        load: async () => {
          const files = await loadFiles(store, id);
          if (files === null) {
            throw new Error(
              `The files of "${name}" were not kept in this browser. Open them again: your work on them is kept.`,
            );
          }
          // With the very paths they were kept under: the work on them is found by these.
          const kept = { name, files: files.map(({ path, blob }) => blobFile(path, blob)), problems: [] };
          keptSources.set(kept, id);
          return kept;
        },
      };
    },
    async worked() {
      await autosave?.flush();
      return workedImages(store, project).catch(() => 0);
    },
    isOwn: ownership.isOwn,
    leave: () => ownership.release(),
    async finish() {
      await autosave?.flush();
    },
    async settle() {
      await autosave?.flush();
      await remembering;
    },
  };
}

/** How files become ids in this reading: kept ids mean the same only under the same one. */
function meaningOf({ codec, questions }: Dataset): string {
  const others = questions.filter(({ options, chosen }) => chosen !== options[0].value);
  return JSON.stringify([codec, others.map(({ id, chosen }) => [id, chosen])]);
}

/** The browser is asked for the size of each photograph, which takes a second for thousands. */
async function itemsOf({ codec, questions, items }: Dataset): Promise<ProjectItems> {
  const others = questions.filter(({ options, chosen }) => chosen !== options[0].value);
  const prints = new Map<string, string>();
  const pace = createPace();
  for (const { key, imagePath, image, label, width, height } of items) {
    prints.set(key, [imagePath ?? "", (image ?? label).size, width, height].join(" "));
    await pace();
  }
  return { codec, choices: JSON.stringify(others.map(({ id, chosen }) => [id, chosen])), prints };
}

function onceAsked<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

const nothing = { images: 0, left: 0 } as const;

const forbidden =
  "The browser forbids this page to store anything (a private window, or its settings). Export your work before you close the tab.";

async function reopenDirectory(handle: DirectoryHandleLike): Promise<Source> {
  if (!(await allowed(handle, "read"))) {
    throw new Error(
      `The browser was not allowed to read the folder "${handle.name}". Press "Open folder" and choose it again.`,
    );
  }
  return sourceFromDirectory(handle);
}
