import { counted } from "../core/counted";
import { DatasetError } from "../dataset/errors";
import type { DirectoryHandleLike, FileHandleLike } from "../dataset/fileSystem";
import { openDataset } from "../dataset/openDataset";
import { sourceFromDirectory } from "../dataset/sources/directory";
import { sourceFromDrop } from "../dataset/sources/drop";
import { sourceFromFiles } from "../dataset/sources/files";
import { sourceFromHandles } from "../dataset/sources/handles";
import { mergeSources } from "../dataset/sources/merge";
import { sourceFromSample } from "../dataset/sources/sample";
import type { Source } from "../dataset/types";
import { noChoices, type QuestionId } from "../formats/questions";
import { projectId } from "../project/projects";
import { loadReadingMemory, type ReadingMemory, saveReadingMemory } from "../project/readings";
import type { Exchange } from "./exchange/exchange";
import type { Images } from "./images";
import { createKeepingState } from "./keptState";
import { createLatest } from "./latest";
import { unseenOf } from "./photographs";
import type { Queueing } from "./queueing";
import type { Services } from "./services";
import type { RecentProject, Session, SessionStore, View } from "./session";
import type { SettingsStore } from "./settings";
import { imageCount } from "./summary";
import { announce, ask, askBetween, showError } from "./tell";
import type { SourceKind, Work } from "./work";

export interface Files {
  openSample(): Promise<void>;
  /** Loose files, a folder from <input webkitdirectory>, or one zip. */
  openFiles(files: readonly File[]): Promise<void>;
  /** Shows the browser's directory picker; false when it has none. */
  pickDirectory(): Promise<boolean>;
  /** Call inside the drop handler: the browser forgets the dropped items afterwards. */
  openDrop(transfer: DataTransfer): Promise<void>;
  /** What the system's file manager opened with the app. */
  openHandles(handles: readonly (FileHandleLike | DirectoryHandleLike)[]): Promise<void>;
  /** Reads the open files again with another answer to a question: asks first where there is work on them. */
  readAs(question: QuestionId, value: string): Promise<void>;
  /** Reads the open files and the work kept on them anew. */
  reopen(): Promise<void>;
  /** Closes the bar that says how the files were read. */
  dismissReading(): void;
  /** Opens a project of the start screen's list again. */
  resume(id: string): Promise<void>;
  /** Takes a project off that list, with the work that is kept for it: asks first where there is some. */
  remove(project: RecentProject): Promise<void>;
  /** Back to the start screen; work stays kept. */
  close(): Promise<void>;
}

declare global {
  interface Window {
    // Not in TypeScript's DOM library: Chromium only.
    showDirectoryPicker?: (options?: { mode?: "read" | "readwrite"; id?: string }) => Promise<DirectoryHandleLike>;
  }
}

/** @param followers keep something for each project, and are told which is open. */
export function createFiles(
  services: Services,
  session: SessionStore,
  settings: SettingsStore,
  images: Images,
  work: Work,
  followers: readonly { follow(projectId: string | null): Promise<void> | void }[],
  exchange: Pick<Exchange, "offer">,
  review: Pick<Queueing, "open" | "store">,
): Files {
  const inReview = () => review.store.getState().kind !== "lint";
  const keeping = createKeepingState(services, session, settings, inReview);
  const opening = createLatest();
  /** What the open data set was read from. */
  let current: { readonly source: Source; readonly kind: SourceKind; readonly filesId: string } | null = null;

  /** A store that fails only costs the memory. */
  const remembered = (filesId: string): Promise<ReadingMemory> =>
    loadReadingMemory(services.store, filesId).catch(() => ({ choices: noChoices, dismissed: false }));
  const remember = (): void => {
    const { choices, readingDismissed: dismissed } = session.getState();
    if (current !== null) {
      void saveReadingMemory(services.store, current.filesId, { choices, dismissed }).catch(() => undefined);
    }
  };

  /** What is opened beside an open project may belong to it. Null: neither. */
  async function withOpen(source: Source): Promise<Source | null> {
    const { dataset, isSample } = session.getState();
    if (dataset === null || isSample || current === null) return source;
    const answer = await askBetween(session, {
      title: `Add to ${dataset.name}?`,
      text: `${source.files.length} ${source.files.length === 1 ? "file" : "files"} from ${source.name}: photographs join their labels by name, and the other way round. Or they are opened instead; work on ${dataset.name} stays kept.`,
      yes: "Add to this project",
      other: "Open instead",
    });
    if (answer === false) return null;
    return answer === "other" ? source : { ...mergeSources(current.source, source), name: current.source.name };
  }

  interface Opening {
    readonly openKey?: string | null;
    readonly memory?: ReadingMemory;
    /** It may be added to what is open. */
    readonly mayAdd?: boolean;
    /** Where it is shown; by default as `viewOf` says. */
    readonly view?: View;
    /** A visit goes on: of a data set that is shown as a whole first, where it was left. */
    readonly goesOn?: boolean;
  }

  async function open(
    load: () => Promise<Source>,
    kind: SourceKind,
    { openKey = null, memory, mayAdd = false, view, goesOn = false }: Opening = {},
  ): Promise<void> {
    // A large folder may still be read when the user opens something else: the last choice counts.
    const signal = opening.start();
    const show = (state: Partial<Session>): void => {
      if (!signal.aborted) session.setState(state);
    };
    show({ busy: "Reading files", message: null });
    try {
      const loaded = await load();
      // What others found in the open data set is no data set.
      const joins = mayAdd && session.getState().readOnly === null;
      if (joins && !signal.aborted && (await exchange.offer(loaded))) return;
      const source = joins && !signal.aborted ? await withOpen(loaded) : loaded;
      if (source === null) return;
      const filesId = projectId(source.name, source.files);
      // What was chosen for a data set counts when files are added to it.
      const isAdded = joins && source !== loaded;
      const kept = isAdded ? { choices: session.getState().choices, dismissed: false } : null;
      const { choices, dismissed } = memory ?? kept ?? (await remembered(filesId));
      const opened = await openDataset(source, {
        choices,
        mostSeen,
        decoder: services.decoder,
        onProgress: atIntervals((done, total) => show({ busy: `Reading ${done} of ${counted(total, "file")}` })),
      });
      if (signal.aborted || !(await mayLeave()) || signal.aborted) return;
      const autosave = await work.begin(source, opened, kind);
      await images.follow(autosave);
      for (const one of followers) await one.follow(autosave.projectId);
      current = { source, kind, filesId };
      const { name, items, problems } = opened;
      const dialog = problems.some(({ severity }) => severity === "error") ? "report" : null;
      const first = viewOf(items.length, kind);
      let wasInReview = false;
      await keeping.open(autosave.projectId, opened, (kept, left) => {
        const place = goesOn && first === "dataset" ? left : null;
        wasInReview = place?.inReview === true;
        session.setState({
          ...kept,
          // Only with the new documents: those before may be older than what is kept.
          readOnly: work.isOwn() ? null : "elsewhere",
          problems,
          photographsLeft: unseenOf(opened),
          choices,
          readingDismissed: dismissed,
          isSample: kind === "sample",
          // Of the images that were open.
          lastRun: null,
          lastSearch: null,
          dialog,
          view: view ?? place?.view ?? first,
        });
      });
      remember();
      announce(
        session,
        `${name}: ${imageCount(items.length)}${problems.length > 0 ? `, ${counted(problems.length, "problem")}` : ""}`,
      );
      const index = Math.max(
        0,
        items.findIndex(({ key }) => key === openKey),
      );
      const isInEditor = session.getState().view === "editor";
      if (wasInReview) review.open();
      if (isInEditor) return await images.open(index);
      const { key } = items[index];
      session.setState(({ tiles }) => ({ tiles: { ...tiles, current: key, anchor: key } }));
    } catch (error) {
      if (signal.aborted) return;
      // An empty report would only stand beside the reason.
      if (error instanceof DatasetError && error.problems.length > 0) {
        session.setState({ problems: error.problems, dialog: "report" });
      }
      showError(session, "Nothing could be opened", error);
    } finally {
      show({ busy: null });
      opening.end(signal);
    }
  }

  /** Whether the open work may be left: it is kept, or the user gives it up. */
  async function mayLeave(): Promise<boolean> {
    await work.finish();
    const { saved, savedDetail } = session.getState();
    if (saved !== "failed") return true;
    return ask(session, { title: "The last changes are not kept", text: savedDetail, yes: "Leave without them" });
  }

  return {
    openSample: () => open(() => sourceFromSample(services.samplesUrl), "sample"),
    openFiles: async (files) => {
      if (files.length > 0) await open(() => sourceFromFiles(files), "files", { mayAdd: true });
    },
    async pickDirectory() {
      if (window.showDirectoryPicker === undefined) return false;
      let handle: DirectoryHandleLike;
      try {
        handle = await window.showDirectoryPicker({ id: "maskmend", mode: "read" });
      } catch (error) {
        if (error instanceof DOMException && error.name === "AbortError") return true;
        // Cross-origin frames and some policies forbid the picker: the folder upload still works.
        return false;
      }
      await open(() => sourceFromDirectory(handle), "directory");
      return true;
    },
    openDrop: (transfer) => {
      const source = sourceFromDrop(transfer);
      return open(() => source, "files", { mayAdd: true });
    },
    openHandles: (handles) => open(() => sourceFromHandles(handles), "files", { mayAdd: true }),
    async readAs(question, value) {
      const { choices, dataset, image, view } = session.getState();
      if (current === null || dataset === null) return;
      const { source, kind } = current;
      const worked = await work.worked();
      const isOther = dataset.questions.some(({ id, chosen }) => id === question && chosen !== value);
      const text = `There is work on ${imageCount(worked)}, which belongs to the present reading. It stays kept and comes back when you choose this reading again; the other one begins without it.`;
      if (
        isOther &&
        worked > 0 &&
        !(await ask(session, { title: "Read the files in another way?", text, yes: "Read again" }))
      ) {
        return;
      }
      const memory = { choices: new Map(choices).set(question, value), dismissed: false };
      await open(async () => source, kind, { openKey: image?.item.key ?? null, memory, view });
    },
    async reopen() {
      if (current === null) return;
      const { choices, readingDismissed: dismissed, image, view } = session.getState();
      const { source, kind } = current;
      await open(async () => source, kind, {
        openKey: image?.item.key ?? null,
        memory: { choices, dismissed },
        view,
      });
    },
    dismissReading() {
      session.setState({ readingDismissed: true });
      remember();
    },
    async resume(id) {
      try {
        const found = await work.resume(id);
        if (found === null) throw new Error("It is not kept in this browser any more. Open its files again.");
        await open(() => found.load(), found.kind, { openKey: found.openKey, goesOn: true });
      } catch (error) {
        showError(session, "Earlier work could not be resumed", error);
      }
    },
    async remove({ id, name, worked }) {
      const text = `The work kept in this browser on ${imageCount(worked)} is deleted with it. What you exported or saved stays.`;
      if (worked > 0 && !(await ask(session, { title: `Remove ${name}?`, text, yes: "Remove" }))) return;
      try {
        await work.remove(id);
        announce(session, `${name} is removed from the list`);
      } catch (error) {
        showError(session, `${name} could not be removed`, error);
      }
      session.setState({ recent: await work.recent() });
    },
    async close() {
      if (!(await mayLeave())) return;
      opening.abort();
      await images.follow(null);
      for (const one of followers) await one.follow(null);
      current = null;
      work.leave();
      session.setState({ dataset: null, readOnly: null, busy: null, problems: [], recent: await work.recent() });
    },
  };
}

/**
 * Of more images than this the photographs are looked at once the data set is listed: to read thousands of files takes the
 * browser seconds.
 */
const mostSeen = 500;

/** More images than this are shown at once first. */
const mostInEditor = 12;

/** Calls at most ten times a second: drawing the progress of thousands of files would take longer than reading them. */
function atIntervals(tell: (done: number, total: number) => void): (done: number, total: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (done, total) => {
    const now = performance.now();
    if (now - last < 100) return;
    last = now;
    tell(done, total);
  };
}

/** Where a data set is shown first. The sample begins with an image that shows what is to be done. */
function viewOf(images: number, kind: SourceKind): View {
  return images > mostInEditor && kind !== "sample" ? "dataset" : "editor";
}
