import { createStore, type StoreApi } from "zustand/vanilla";
import { withBacklog } from "../project/backlog";
import {
  type ActPlace,
  actRecord,
  type DecidedAct,
  type DecidedPart,
  loadActs,
  partRecord,
  removeAct,
  removePart,
} from "../project/decidedActs";
import { type KeyValueStore, type Put, storageReason } from "../project/storage";
import { takeBack, takeBackStep } from "../review/takeBack";
import type { OpenDocument } from "../review/types";
import type { QueueImages } from "./queueImages";
import type { SessionStore } from "./session";
import { stepMark } from "./stepMark";
import { imageCount } from "./summary";
import { showInfo } from "./tell";

/** What became of taking an act back. */
export interface TakenBack {
  readonly images: number;
  /** Decisions that are open again. */
  readonly findings: number;
  /** Images where a later edit lies on the same pixels: there it stands. */
  readonly touched: readonly string[];
  /** Images where it was taken back already, or is not known any more. */
  readonly gone: readonly string[];
  /** Images that could not be opened, with the reason: there it stands, too. */
  readonly failed: readonly string[];
  /** Why it ended before all images were reached, as a sentence; "" where it did not. The act stands in the others. */
  readonly stopped: string;
}

/** Does something for each of these images, one after the other. Why it ended before the last, as a sentence; "" where it did not. */
type ForEach = (keys: readonly string[], act: (key: string) => Promise<void>) => Promise<string>;

/** An act under way. */
export interface OpenAct {
  /** An image more; kept at once, so that a page that goes in the middle loses none of it. */
  add(part: DecidedPart): void;
  /** An image more in which nothing was to be changed. */
  pass(): void;
  /** Says what came of it; null where nothing is to be taken back. */
  end(text: string): DecidedAct | null;
}

/** Takes an act back in one of its images. */
export type TakeBackIn = (key: string, part: DecidedPart) => Promise<"done" | "touched" | "gone">;

/** The acts of one sort across images, the newest last, also those of earlier visits. */
export interface DecisionLog {
  readonly store: StoreApi<{ readonly acts: readonly DecidedAct[] }>;
  /** Goes on with what is kept of a project; null: of none. */
  follow(projectId: string | null): Promise<void>;
  /** @param of images that it is to change. */
  begin(text: string, of: number): OpenAct;
  /** The newest; one that could not be taken back, only where there is no other or something changed since. */
  newest(): DecidedAct | null;
  /** What is left of an act to be taken back: null for nothing, fewer images where that was stopped before. */
  left(act: DecidedAct): DecidedAct | null;
  /** Takes an act back in its images, the last one first, and forgets it there; where it could not be, it can be tried again. */
  undo(act: DecidedAct, forEach?: ForEach): Promise<TakenBack>;
}

/**
 * @param of what was done: decisions on what the model found, changes by rules, relabelled classes, imports.
 * @param most acts to remember: a part takes a record of some hundred bytes.
 */
export function createDecisionLog(
  store: KeyValueStore,
  session: SessionStore,
  images: Pick<QueueImages, "use" | "nameOf">,
  of: ActPlace["of"],
  takeBackIn: TakeBackIn = (key, part) => images.use(key, ({ document }) => takeBackPart(document, part)),
  most = 500,
): DecisionLog {
  const state = createStore<{ readonly acts: readonly DecidedAct[] }>(() => ({ acts: [] }));
  const undone = new Set<string>();
  /** Acts that stand in the way of older ones: tried, and nothing has changed since that could help. */
  const passed = new Set<string>();
  let place: ActPlace | null = null;
  let number = 0;
  let isTold = false;
  const isImport = of === "import";

  /** A store that fails costs what a later visit could take back, and the user is told once. */
  function attempt(at: ActPlace | null, run: (at: ActPlace) => Promise<unknown>): void {
    if (at === null) return;
    run(at).catch((error: unknown) => {
      const what = isImport ? "Imports" : "Decisions";
      if (!isTold) showInfo(session, `${what} can be taken back only until the page is closed`, storageReason(error));
      isTold = true;
    });
  }

  function put(at: ActPlace | null, puts: (at: ActPlace) => readonly Put[]): void {
    attempt(at, (own) => withBacklog(store).keep(puts(own), []));
  }

  /** The page went while it was under way: said once. */
  function tellInterrupted(at: ActPlace, act: DecidedAct): void {
    if (!isInterrupted(act)) return;
    if (act.parts.length > 0) put(at, (where) => [actRecord(where, ended(act))]);
    else attempt(at, (where) => removeAct(store, where, act.id));
    const done = `The page was closed when ${doneOf(act)} of ${imageCount(act.of)} were done.`;
    showInfo(session, `Interrupted: ${act.text}`, `${done} ${isImport ? againText(act) : othersText}`);
  }

  // Labels are edited by hand only where the review is left.
  session.subscribe((now, before) => {
    if (now.view !== before.view) passed.clear();
  });

  return {
    store: state,
    async follow(projectId) {
      const now: ActPlace | null = projectId === null ? null : { projectId, of };
      place = now;
      isTold = false;
      undone.clear();
      passed.clear();
      state.setState({ acts: [] });
      if (now === null) return;
      try {
        const acts = await loadActs(store, now);
        if (place !== now) return;
        state.setState({ acts: acts.filter(({ parts }) => parts.length > 0).map(ended) });
        for (const act of acts) tellInterrupted(now, act);
      } catch (error) {
        showInfo(
          session,
          `Earlier ${isImport ? "imports" : "decisions"} cannot be taken back here`,
          storageReason(error),
        );
      }
    },
    begin(text, of) {
      // Where it belongs: another project may be open before it ends.
      const own = place;
      const at = Date.now();
      const id = `${String(at).padStart(15, "0")}-${String(number++).padStart(6, "0")}`;
      const parts: DecidedPart[] = [];
      let unchanged = 0;
      const head = (where: ActPlace) =>
        actRecord(where, { id, at, text, of, ...(unchanged > 0 ? { passed: unchanged } : {}) });
      // What of its file is not in would else be missed where its page goes before it changes anything.
      if (isImport) put(own, (where) => [head(where)]);
      return {
        add({ record, ...rest }) {
          const part = { ...rest, record: markOf(record) };
          const number = parts.push(part) - 1;
          put(own, (where) => [...(number === 0 ? [head(where)] : []), partRecord(where, id, number, part)]);
        },
        pass() {
          unchanged++;
          put(own, (where) => [head(where)]);
        },
        end(said) {
          if (parts.length === 0) {
            if (isImport) attempt(own, (where) => removeAct(store, where, id));
            return null;
          }
          const act: DecidedAct = { id, at, text: said, parts, ...(parts.length > 1 ? { isBulk: true } : {}) };
          if (said !== text || of > 1 || unchanged > 0) put(own, (where) => [actRecord(where, act)]);
          if (place?.projectId !== own?.projectId) return act;
          const all = [...state.getState().acts.filter((one) => one.id !== id), act];
          for (const old of all.slice(0, -most)) attempt(own, (where) => removeAct(store, where, old.id));
          state.setState({ acts: all.slice(-most) });
          return act;
        },
      };
    },
    newest() {
      const { acts } = state.getState();
      return acts.findLast(({ id }) => !passed.has(id)) ?? acts.at(-1) ?? null;
    },
    left: (act) => (undone.has(act.id) ? null : (state.getState().acts.find(({ id }) => id === act.id) ?? act)),
    async undo(act, forEach = oneByOne) {
      const own = place;
      const isOpen = (): boolean => place?.projectId === own?.projectId;
      state.setState(({ acts }) => ({ acts: acts.filter(({ id }) => id !== act.id) }));
      undone.add(act.id);
      const names = { touched: [] as string[], gone: [] as string[] };
      const failed: string[] = [];
      const left = new Map(act.parts.map((part) => [part.key, part]));
      const standing = new Map<string, DecidedPart>();
      let [findings, done] = [0, 0];
      const stopped = await forEach([...left.keys()].reverse(), async (key) => {
        const part = left.get(key);
        // Its images are not there any more: it goes on at the next visit.
        if (part === undefined || !isOpen()) return;
        left.delete(key);
        try {
          const outcome = await takeBackIn(key, part);
          if (outcome === "done") {
            findings += part.findings;
            done++;
          } else names[outcome].push(images.nameOf(key));
          if (outcome === "touched") {
            standing.set(key, { ...part, stands: "edited" });
            return;
          }
          // What is left of it can be taken back at the next visit, should this one end here.
          if (act.parts.length > 1) attempt(own, (where) => removePart(store, where, act.id, key));
        } catch (error) {
          standing.set(key, { ...part, stands: "unopened" });
          failed.push(`${images.nameOf(key)} (${error instanceof Error ? error.message : error})`);
        }
      });
      // What was in the way of older acts may be gone.
      if (done > 0) for (const id of passed) if (id < act.id) passed.delete(id);
      const parts = act.parts.flatMap(({ key }) => standing.get(key) ?? left.get(key) ?? []);
      if (parts.length === 0) attempt(own, (where) => removeAct(store, where, act.id));
      else if (isOpen()) {
        const rest = { ...act, parts };
        if (left.size === 0) passed.add(act.id);
        undone.delete(act.id);
        state.setState(({ acts }) => ({ acts: [...acts, rest].sort((a, b) => (a.id < b.id ? -1 : 1)) }));
      }
      return { images: done, findings, ...names, failed, stopped };
    },
  };
}

function takeBackPart(document: OpenDocument, { record }: DecidedPart) {
  if (typeof record !== "string") return takeBack(document, record);
  return takeBackStep(document, "Take back a relabelled class", (step) => stepMark(step) === record);
}

const oneByOne: ForEach = async (keys, act) => {
  for (const key of keys) await act(key);
  return "";
};

/** Its page went while it was under way. */
function isInterrupted(act: DecidedAct): act is DecidedAct & { readonly of: number } {
  return act.of !== undefined && doneOf(act) < act.of;
}

/** Images that it had seen to. */
function doneOf({ parts, passed = 0 }: DecidedAct): number {
  return parts.length + passed;
}

const listName = '"Take back what was done in several images"';
const othersText = `These can be taken back (${listName}); the others are as they were.`;

/** What to do about an import that was interrupted. */
function againText({ parts }: DecidedAct): string {
  const back = parts.length > 0 ? ` What it changed can be taken back (${listName}).` : "";
  return `Import the file again for the others: nothing comes in twice.${back}`;
}

/** An act of an earlier visit as it stands. */
function ended(act: DecidedAct): DecidedAct {
  const { id, at, parts, isBulk } = act;
  const how = isInterrupted(act) ? ` (interrupted after ${doneOf(act)} of ${imageCount(act.of)})` : "";
  return { id, at, text: `${act.text}${how}`, parts, ...(isBulk === undefined ? {} : { isBulk }) };
}

/** Those that were done in several images. */
export function bulkActs(acts: readonly DecidedAct[]): readonly DecidedAct[] {
  return acts.filter(({ isBulk }) => isBulk === true);
}

/** What tells a step, without the pixels of its decision. */
function markOf(record: DecidedPart["record"]): DecidedPart["record"] {
  if (typeof record === "string") return record;
  const { at, decision, from, to, area, bounds } = record;
  return { at, decision, from, to, area, bounds };
}
