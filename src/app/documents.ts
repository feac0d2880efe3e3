import { type ClassTable, classOf } from "../core/classTable";
import { loadLabel } from "../dataset/loadLabel";
import type { Dataset, DatasetItem } from "../dataset/types";
import { createDocument } from "../document/document";
import type { Past } from "../document/types";
import { WorkingStateError } from "../document/workingState";
import type { Autosave } from "../project/autosave";
import { suggestionTraits } from "../review/suggestions";
import type { OpenDocument, SuggestionSet } from "../review/types";
import type { Services } from "./services";

/** An item's label as it was worked on. */
export interface WorkedLabel {
  readonly document: OpenDocument;
  /** What the data set's class table lacks in this label, as classes of their own. */
  readonly unknown: ClassTable;
  /** Why the work kept for it does not fit the file any more, which then counts alone; null when it does, or there is none. */
  readonly passedOver: WorkingStateError | null;
  /** Of the work kept for it, undo steps or suggestions could not be read. */
  readonly lostPast: boolean;
  /** What to tell of how the last visit ended; null where it ended well, or the label is not to be edited. */
  readonly ended: EndedVisit | null;
}

/** How a visit ended that was cut off. */
export interface EndedVisit {
  /** Changes that were kept one by one and not as a whole, and when the last was made; null for none. */
  readonly replayed: { readonly count: number; readonly at: number } | null;
  /** Records of changes do not fit those before them: they are set aside. */
  readonly isBroken: boolean;
  /** When a stroke was begun that is not in it. */
  readonly begun: number | null;
}

/** The documents of the open data set: the one place that puts kept work on a file's label. */
export interface Documents {
  /** Forgets all and follows another data set (or none). */
  follow(autosave: Autosave | null): void;
  /** The document of an item if it is in memory. */
  inMemory(key: string): OpenDocument | null;
  /**
   * The label as it was worked on: its document in memory, else one made of the file and the work kept for it, without
   * suggestions and history.
   * @throws FileError
   */
  documentFor(dataset: Dataset, item: DatasetItem): Promise<WorkedLabel>;
  /**
   * The same to be edited: it stays in memory and what is done to it is kept. Two calls for one item get the same document.
   * @throws FileError
   */
  edit(dataset: Dataset, item: DatasetItem): Promise<WorkedLabel>;
  /**
   * Runs `work` while nobody begins to edit the item: what writes its file or its kept work would else do so behind the back
   * of a document made meanwhile.
   */
  alone<T>(key: string, work: () => Promise<T>): Promise<T>;
  /**
   * From now on the document of an item stays in memory once it is there, until what is returned is called. Whoever waits
   * between asking for a document and writing to it needs this: what is done to one that was dropped is not kept.
   */
  hold(key: string): () => void;
  /** Drops the documents that were not asked for for the longest time, but none of these, none on hold and none that `isOpen`. */
  trim(...keys: readonly string[]): void;
}

interface Held extends WorkedLabel {
  readonly stop: () => void;
}

/** All that belongs to one data set. */
interface Following {
  readonly autosave: Autosave | null;
  /** The least recently opened first. */
  readonly held: Map<string, Held>;
  /** Two requests for one image must not make two documents of it: edits in one would be lost to the other. */
  readonly loading: Map<string, Promise<WorkedLabel>>;
  /** Items that are to be left alone, until these are settled. */
  readonly alone: Map<string, Promise<unknown>>;
}

/**
 * @param track Called with every document that is to be edited; returns what ends the tracking.
 * @param most Documents in memory with their history: going back to an image brings its undo steps back too.
 * @param isOpen Whether somebody edits it: dropped, what is done to it would not be kept.
 * @param person The name of who works here now, for the decisions taken; "" for none.
 */
export function createDocuments(
  { decoder }: Pick<Services, "decoder">,
  track: (document: OpenDocument) => () => void = () => () => undefined,
  most = 6,
  isOpen: (document: OpenDocument) => boolean = () => false,
  person: () => string = () => "",
): Documents {
  /** How many hold a document. */
  const holders = new Map<string, number>();
  const newFollowing = (autosave: Autosave | null): Following => ({
    autosave,
    held: new Map(),
    loading: new Map(),
    alone: new Map(),
  });
  let following = newFollowing(null);

  /** @param withPast also with its suggestions and history, which take more reading than its label. */
  async function make(
    { autosave }: Following,
    dataset: Dataset,
    item: DatasetItem,
    withPast: boolean,
  ): Promise<WorkedLabel> {
    const { labels, facts, classes } = await loadLabel(dataset, item, decoder);
    const unknown = classes.filter(({ id }) => classOf(dataset.classes, id) === undefined);
    const mayEdit = (): boolean => autosave?.mayKeep() ?? true;
    const made = { key: item.key, labels, facts, traits: suggestionTraits, mayEdit, person };
    const whole = { unknown, passedOver: null, lostPast: false, ended: null };
    if (!withPast) {
      const working = (await autosave?.load(item.key)) ?? null;
      try {
        return { document: createDocument({ ...made, ...(working && { working }) }), ...whole };
      } catch (error) {
        return passOver(made, whole, error);
      }
    }
    const begun = (await autosave?.begun(item.key)) ?? null;
    const kept = (await autosave?.loadWithPast(item.key)) ?? null;
    const { replayed = null, isBroken = false } = kept ?? {};
    const ended = begun === null && replayed === null && !isBroken ? null : { replayed, isBroken, begun };
    if (kept === null) {
      return { document: createDocument(made), ...whole, ended };
    }
    try {
      const past = kept.past as Past<SuggestionSet>;
      const document = createDocument({ ...made, working: kept.working, past });
      if (isBroken) await autosave?.setAside(item.key, "Some of its changes were damaged or of another tab", "copied");
      return { document, ...whole, lostPast: kept.lost, ended };
    } catch (error) {
      const passed = passOver(made, whole, error);
      await autosave?.setAside(item.key, passed.passedOver.message, "moved");
      return passed;
    }
  }

  /** The file changed since the work was kept: the file wins. */
  function passOver(
    made: Parameters<typeof createDocument<SuggestionSet>>[0],
    whole: Omit<WorkedLabel, "document">,
    error: unknown,
  ) {
    if (!(error instanceof WorkingStateError)) throw error;
    return { document: createDocument(made), ...whole, passedOver: error };
  }

  async function hold(under: Following, dataset: Dataset, item: DatasetItem): Promise<WorkedLabel> {
    await under.alone.get(item.key);
    const made = await make(under, dataset, item, true);
    // Another data set may be followed by now, with the same keys.
    if (under !== following) return made;
    const stops = [track(made.document), under.autosave?.watch(made.document)];
    const stop = (): void => {
      for (const one of stops) one?.();
    };
    // Once it was said that kept work does not fit, the document stands for itself.
    under.held.set(item.key, { ...made, passedOver: null, lostPast: false, ended: null, stop });
    // The log, as far as it goes, becomes part of the state: it is told of once.
    if (made.ended !== null) void under.autosave?.keep(made.document);
    return made;
  }

  return {
    follow(autosave) {
      for (const { stop } of following.held.values()) stop();
      following = newFollowing(autosave);
    },
    inMemory: (key) => following.held.get(key)?.document ?? null,
    async documentFor(dataset, item) {
      return following.held.get(item.key) ?? make(following, dataset, item, false);
    },
    edit(dataset, item) {
      const { held, loading } = following;
      const known = held.get(item.key);
      if (known !== undefined) {
        held.delete(item.key);
        held.set(item.key, known);
        return Promise.resolve(known);
      }
      const made = loading.get(item.key) ?? hold(following, dataset, item);
      loading.set(item.key, made);
      return made.finally(() => loading.delete(item.key));
    },
    async alone(key, work) {
      const { loading, alone } = following;
      await Promise.allSettled([loading.get(key), alone.get(key)]);
      const done = work();
      const settled = done.catch(() => undefined);
      alone.set(key, settled);
      try {
        return await done;
      } finally {
        if (alone.get(key) === settled) alone.delete(key);
      }
    },
    hold(key) {
      holders.set(key, (holders.get(key) ?? 0) + 1);
      let holds = true;
      return () => {
        if (!holds) return;
        holds = false;
        const left = (holders.get(key) ?? 1) - 1;
        if (left === 0) holders.delete(key);
        else holders.set(key, left);
      };
    },
    trim(...keys) {
      for (const [key, { stop, document }] of following.held) {
        if (following.held.size <= most) return;
        if (keys.includes(key) || holders.has(key) || isOpen(document)) continue;
        stop();
        following.held.delete(key);
      }
    },
  };
}
