import type { DirectoryHandleLike } from "../../dataset/fileSystem";
import { blobFile } from "../../dataset/sources/blobFile";
import { sourceFromDirectory } from "../../dataset/sources/directory";
import { sourceFromSample } from "../../dataset/sources/sample";
import type { Dataset, Source } from "../../dataset/types";
import { type Autosave, createAutosave } from "../../project/autosave";
import { loadSession, projectId, type SessionSource, saveSession, setOpenKey } from "../../project/session";
import { keepFiles, loadFiles } from "../../project/sources";
import { type RecentWork, type SessionStore, showInfo } from "../state/session";
import { allowed } from "./permission";
import type { Services } from "./services";

export type SourceKind = "sample" | "directory" | "files";

/** How to open what was open last, and its open image. */
export interface Resumable {
  readonly kind: SourceKind;
  readonly openKey: string | null;
  load(): Promise<Source>;
}

/** What lasts between visits: the autosave of the open data set, and how to open it again. */
export interface Work {
  begin(source: Source, dataset: Dataset, kind: SourceKind): Promise<Autosave>;
  current(): Autosave | null;
  /** Notes which image is open. */
  opened(key: string): Promise<void>;
  recent(): Promise<RecentWork | null>;
  resume(): Promise<Resumable | null>;
  /** Waits until everything is kept. */
  finish(): Promise<void>;
}

export function createWork({ store, samplesUrl }: Services, session: SessionStore): Work {
  let autosave: Autosave | null = null;
  let project = "";
  let stop: () => void = () => undefined;

  function follow(next: Autosave): Autosave {
    stop();
    const show = (): void => {
      const status = next.status.getState();
      session.setState({
        saved: status.state,
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
    const kept = await keepFiles(store, id, files);
    if (!kept.kept) showInfo(session, "These files are not kept for the next visit", kept.reason);
    return { kind: "files", kept: kept.kept };
  }

  return {
    async begin(source, dataset, kind) {
      await autosave?.flush();
      const id = projectId(
        dataset.name,
        dataset.items.map(({ labelPath }) => ({ path: labelPath })),
      );
      project = id;
      const next = follow(createAutosave({ store, projectId: id }));
      const record = { projectId: id, name: dataset.name, openKey: null, at: Date.now() };
      void sourceRecord(source, id, kind).then((from) => saveSession(store, { ...record, source: from }));
      return next;
    },
    current: () => autosave,
    opened: (key) => setOpenKey(store, project, key),
    async recent() {
      const found = await loadSession(store);
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
          return { name, files: files.map(({ path, blob }) => blobFile(path, blob)), problems: [] };
        },
      };
    },
    async finish() {
      await autosave?.flush();
    },
  };
}

async function reopenDirectory(handle: DirectoryHandleLike): Promise<Source> {
  if (!(await allowed(handle, "read"))) {
    throw new Error(
      `The browser was not allowed to read the folder "${handle.name}". Press "Open folder" and choose it again.`,
    );
  }
  return sourceFromDirectory(handle);
}
