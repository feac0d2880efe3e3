import { type Aside, dropAside, loadAsides } from "../project/asides";
import { download, fileName } from "./download";
import type { Services } from "./services";
import { type SessionStore, showError } from "./session";
import type { Work } from "./work";

/** Work of the open data set that could not be put on its labels. */
export interface Asides {
  /** The newest first; none where they cannot be read, which is told. */
  list(): Promise<readonly Aside[]>;
  /** As a file with all that was kept. */
  download(aside: Aside): void;
  /** For good. */
  drop(aside: Aside): Promise<void>;
}

export function createAsides(
  { store }: Pick<Services, "store">,
  session: SessionStore,
  work: Pick<Work, "current">,
): Asides {
  async function tried<T>(title: string, run: (projectId: string) => Promise<T>): Promise<T | null> {
    const id = work.current()?.projectId;
    try {
      return id === undefined ? null : await run(id);
    } catch (error) {
      showError(session, title, error);
      return null;
    }
  }
  return {
    list: async () => (await tried("Work set aside could not be read", (id) => loadAsides(store, id))) ?? [],
    download(aside) {
      const name =
        aside.imageKey
          .split("/")
          .at(-1)
          ?.replace(/\.[^.]+$/, "") ?? "";
      download(`${fileName(name)}-set-aside.json`, new Blob([asideText(aside)], { type: "application/json" }));
    },
    async drop({ id }) {
      await tried("Work set aside could not be dropped", (projectId) => dropAside(store, projectId, id));
    },
  };
}

/** What it holds, in words. */
export function asideSummary({ records }: Aside): string {
  const value = records.find(([name]) => name === "work")?.[1];
  const { index, decisions, past } = (typeof value === "object" ? (value ?? {}) : {}) as Record<string, unknown>;
  const tiles = index instanceof Uint32Array ? new Set(index.filter((_, i) => i % 3 === 0)).size : 0;
  const done = (past as { readonly done?: unknown } | undefined)?.done;
  const logged = records.filter(([name]) => name.startsWith("log\0")).length;
  const parts = [
    counted(tiles, "changed tile", " of 64 x 64 px"),
    counted(Array.isArray(decisions) ? decisions.length : 0, "decision"),
    counted(Array.isArray(done) ? done.length : 0, "undo step"),
    counted(logged, "later change"),
  ];
  return parts.filter((part) => part !== "").join(", ") || counted(records.length, "unreadable record");
}

function counted(count: number, what: string, of = ""): string {
  return count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"}${of}`;
}

/** All of it as JSON; arrays of numbers as base64 of their bytes. */
export function asideText(aside: Aside): string {
  return JSON.stringify(aside, (_, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { type: value.constructor.name, base64: btoa(binary) };
  });
}
