import type { DirectoryHandleLike } from "../dataset/fileSystem";
import { blobFile } from "../dataset/sources/blobFile";
import { sourceFromDirectory } from "../dataset/sources/directory";
import { sourceFromSample } from "../dataset/sources/sample";
import type { Dataset, Source } from "../dataset/types";
import { type Autosave, createAutosave } from "../project/autosave";
import { loadSession, projectId, type SessionSource, saveSession, setOpenKey } from "../project/session";
import { keepFiles, loadFiles } from "../project/sources";
import { storageReason } from "../project/storage";
import { allowed } from "./permission";
import type { Services } from "./services";
import { type RecentWork, type SessionStore, showInfo } from "./session";

export type SourceKind = "sample" | "directory" | "files";

/** How to open what was open last, and its open image. */
interface Resumable {
  readonly kind: SourceKind;
  readonly openKey: string | null;
  load(): Promise<Source>;
}

/** What lasts between visits: the autosave of the open data set, and how to open it again. */
export interface Work {
  begin(source: Source, dataset: Dataset, kind: SourceKind): Promise<Autosave>;
  current(): Autosave | null;
  /** Notes which image is open. */
  opened(key: string): void;
  recent(): Promise<RecentWork | null>;
  resume(): Promise<Resumable | null>;
  /** Waits until everything is kept. */
  finish(): Promise<void>;
}

export function createWork({ store, samplesUrl }: Services, session: SessionStore): Work {
  let autosave: Autosave | null = null;
  let project = "";
  let openKey: string | null = null;
  /** Records are written one after the other: copies of two data sets would mix, and the older one might come last. */
  let remembering: Promise<void> = Promise.resolve();
  /** Sources made of files this browser keeps already, and the project they are kept for. */
  const keptSources = new WeakMap<Source, string>();
  let stop: () => void = () => undefined;

  function follow(next: Autosave): Autosave {
    stop();
    const show = (): void => {
      const status = next.status.getState();
      session.setState({
        saved: status.state === "saved" && !store.lasts ? "temporary" : status.state,
        savedDetail: status.state === "failed" ? status.reason : "",
      });
    };
    stop = next.status.subscribe(show);
    show();
    autosave = next;
    return next;
  }

  async function sourceRecord(source: Source, id: string, kind: SourceKind): Promise<SessionSource> {
    if (kind === "sample") return { kind: "sample" };
    if (source.root !== undefined) return { kind: "directory", handle: source.root };
    const files = source.files.map((file) => ({
      path: file.path,
      size: file.size,
      blob: async () => new Blob([new Uint8Array(await file.bytes())]),
    }));
    if (!store.lasts) return { kind: "files", kept: false };
    // Copying begins with deleting: a reload meanwhile would lose what is kept already.
    if (keptSources.get(source) === id) return { kind: "files", kept: true };
    const kept = await keepFiles(store, id, files);
    if (!kept.kept) showInfo(session, "These files are not kept for the next visit", kept.reason);
    return { kind: "files", kept: kept.kept };
  }

  function remember(write: () => Promise<void>): void {
    remembering = remembering.then(write).catch((error: unknown) => {
      showInfo(session, "What is open is not remembered for the next visit", storageReason(error));
    });
  }

  return {
    async begin(source, dataset, kind) {
      await autosave?.flush();
      const id = projectId(
        dataset.name,
        dataset.items.map(({ labelPath }) => ({ path: labelPath })),
      );
      project = id;
      openKey = null;
      if (!store.lasts) showInfo(session, "Work lasts until this tab is closed", forbidden);
      remember(async () => {
        if (id !== project) return;
        const from = await sourceRecord(source, id, kind);
        if (id !== project) return;
        await saveSession(store, { projectId: id, name: dataset.name, source: from, openKey, at: Date.now() });
      });
      return follow(createAutosave({ store, projectId: id }));
    },
    current: () => autosave,
    opened(key) {
      openKey = key;
      const id = project;
      remember(() => setOpenKey(store, id, key));
    },
    async recent() {
      // A storage that cannot be read has nothing to offer; the autosave says so once something is open.
      const found = await loadSession(store).catch(() => null);
      if (found === null) return null;
      const detail = { sample: "sample project", directory: "folder", files: "files" }[found.source.kind];
      return { name: found.name, at: found.at, detail };
    },
    async resume() {
      const found = await loadSession(store);
      if (found === null) return null;
      const { source, projectId: id, name, openKey } = found;
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
    async finish() {
      await autosave?.flush();
    },
  };
}

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
