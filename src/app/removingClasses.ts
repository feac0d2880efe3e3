import { type ClassInfo, type ClassTable, classNameOf, classOf, mergeClasses } from "../core/classTable";
import { countIds } from "../core/countIds";
import { regionFromPredicate } from "../core/region";
import { withClasses } from "../dataset/editClasses";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { OpenDocument } from "../review/types";
import { whyNotMany } from "./bulkRun";
import type { Documents } from "./documents";
import { followDocument } from "./followDocument";
import { type Live, rebuildAfter } from "./live";
import { type Relabelled, type RelabelledPart, relabelIn, takeBackIn } from "./relabelling";
import type { Services } from "./services";
import { announce, classesOf, type SessionStore, showError, showInfo, showUndoable } from "./session";
import type { SettingsStore } from "./settings";
import { imageCount, pixels } from "./summary";
import type { Work } from "./work";

export interface RemovingClasses {
  /**
   * Deletes a class that no label holds. All labels are looked through first, as they are worked on; where some hold it, the
   * session asks (`deleting`).
   */
  remove(id: number): Promise<void>;
  /** Gives the open image's pixels of the class that is asked about another, one undo step, and deletes it if it is nowhere else. */
  relabel(to: number): Promise<void>;
  /**
   * The same in all images that hold it, one undo step an image; one press takes all of it back, and brings the class back. It
   * is deleted where no label holds it then.
   */
  relabelAll(to: number): Promise<void>;
  /** Leaves the class that is asked about alone. */
  keep(): void;
}

/** Also brings a deleted class back as soon as the open label holds it again, by undo or by an accept: an id without a name is lost. */
export function createRemovingClasses(
  { decoder }: Pick<Services, "decoder">,
  session: SessionStore,
  settings: SettingsStore,
  documents: Pick<Documents, "documentFor" | "edit" | "hold" | "inMemory" | "trim">,
  work: Pick<Work, "current">,
  live: Pick<Live, "strokeEnded">,
): RemovingClasses {
  let isRunning = false;
  /** Labels that hold a deleted class again are no surprise then. */
  let isTakingBack = false;

  /** Those of the deleted classes are there again. */
  function bringBack(isBack: (id: number) => boolean): ClassTable {
    const { dataset, removedClasses } = session.getState();
    const back = removedClasses.filter(({ id }) => isBack(id));
    if (dataset === null || back.length === 0) return [];
    session.setState({
      dataset: withClasses(dataset, mergeClasses(dataset.classes, back)),
      removedClasses: removedClasses.filter((info) => !back.includes(info)),
    });
    return back;
  }

  const restore = (document: OpenDocument): void => {
    if (isTakingBack || session.getState().removedClasses.length === 0) return;
    const counts = countIds(document.labels.data);
    const back = bringBack((id) => counts.has(id));
    if (back.length === 0) return;
    const names = back.map(({ name }) => name).join(", ");
    showInfo(session, `Deleted, and back: ${names}`, "This label holds it again. Relabel it, then delete it anew.");
  };
  followDocument(session, {
    opened: (document) => document !== null && restore(document),
    changed(now, before) {
      const document = session.getState().image?.document;
      if (now.steps !== before.steps && document !== undefined) restore(document);
    },
  });

  /** The other images whose label, as it is worked on, holds the id. */
  async function holders(dataset: Dataset, { id, name }: ClassInfo) {
    const kept = new Set(await work.current()?.keys());
    const found = new Map<number, number>();
    for (const [index, item] of dataset.items.entries()) {
      session.setState({ busy: `Looking for ${name}: ${index} of ${dataset.items.length} labels` });
      const isWorked = kept.has(item.key) || documents.inMemory(item.key) !== null;
      found.set(index, await pixelsIn(dataset, item, id, isWorked));
      if (session.getState().dataset?.id !== dataset.id) break;
    }
    // Work went on meanwhile: another image may be open by now, and one that was looked at may hold the class since.
    const open = session.getState().image?.item.key;
    return dataset.items.flatMap(({ key, name: image }, index) => {
      const document = documents.inMemory(key);
      const own = document === null ? (found.get(index) ?? 0) : (countIds(document.labels.data).get(id) ?? 0);
      return key !== open && own > 0 ? [{ name: image, index, pixels: own }] : [];
    });
  }

  async function pixelsIn(dataset: Dataset, item: DatasetItem, id: number, isWorked: boolean): Promise<number> {
    const counts = isWorked
      ? countIds((await documents.documentFor(dataset, item)).document.labels.data)
      : (await decoder.decode(await item.label.bytes(), dataset.codec)).counts;
    return counts.get(id) ?? 0;
  }

  async function remove(id: number): Promise<void> {
    const { dataset } = session.getState();
    const info = dataset === null ? undefined : classOf(dataset.classes, id);
    if (dataset === null || isRunning) return;
    if (info === undefined)
      return announce(session, "Only this label knows the class: relabel its pixels to be rid of it");
    if (settings.getState().lockedClasses.has(id)) return announce(session, `${info.name} is locked. Unlock it first.`);
    isRunning = true;
    try {
      const elsewhere = await holders(dataset, info);
      const { dataset: now, image } = session.getState();
      if (now?.id !== dataset.id) return;
      const here = countIds(image?.document.labels.data ?? new Uint16Array()).get(id) ?? 0;
      if (here > 0 || elsewhere.length > 0) session.setState({ deleting: { info, pixels: here, elsewhere } });
      else drop(now, info);
    } catch (error) {
      // A label that cannot be read may hold it.
      showError(session, `${info.name} was not deleted`, error);
    } finally {
      isRunning = false;
      if (session.getState().dataset?.id === dataset.id) session.setState({ busy: null });
    }
  }

  function drop(dataset: Dataset, { id }: ClassInfo): void {
    const info = classOf(dataset.classes, id);
    if (info === undefined) return;
    const classes = dataset.classes.filter((one) => one !== info);
    session.setState(({ removedClasses }) => ({
      dataset: withClasses(dataset, classes),
      removedClasses: [...removedClasses.filter((one) => one.id !== id), info],
    }));
    const without = (ids: ReadonlySet<number>) => (ids.has(id) ? new Set([...ids].filter((one) => one !== id)) : ids);
    settings.setState(({ hiddenClasses, pinnedClasses, classId }) => ({
      hiddenClasses: without(hiddenClasses),
      pinnedClasses: without(pinnedClasses),
      classId: classId === id ? (classes.find(({ ignored }) => !ignored)?.id ?? 0) : classId,
    }));
    announce(session, `Class ${info.name} deleted: no label holds it`);
  }

  /** As it is now in the open image, in all others that hold it, and at the end deleted. */
  async function relabelAll(to: number): Promise<void> {
    const { deleting, image, dataset } = session.getState();
    session.setState({ deleting: null });
    if (deleting === null || dataset === null) return;
    const why = whyNot();
    if (why !== null) return announce(session, why);
    const { info } = deleting;
    const others = deleting.elsewhere.map(({ index }) => dataset.items[index]);
    const items = deleting.pixels > 0 && image !== null ? [image.item, ...others] : others;
    const name = classNameOf(classesOf(session.getState()), to);
    const title = `Relabel ${info.name} as ${name}`;
    beginRun();
    let outcome: Relabelled;
    try {
      outcome = await relabelIn(runOf(dataset, title, items.length), items, { from: info.id, to, name: title }, act);
    } finally {
      endRun(dataset);
    }
    const { parts, failed, stopped } = outcome;
    const changed = parts.reduce((sum, one) => sum + one.pixels, 0);
    const troubles = [...(stopped === null ? [] : [stopped]), ...named(failed)].join(" ");
    if (parts.length === 0)
      return showInfo(session, `${info.name} was not relabelled`, troubles || "No label holds it.");
    const text = `${pixels(changed)} in ${imageCount(parts.length)}.`;
    showUndoable(
      session,
      `${info.name} is ${name} now`,
      `${text} ${troubles}`.trim(),
      () => void takeBack(dataset, info, parts),
    );
    if (stopped === null && failed.length === 0) await remove(info.id);
  }

  async function takeBack(dataset: Dataset, info: ClassInfo, parts: readonly RelabelledPart[]): Promise<void> {
    const why = session.getState().dataset?.id === dataset.id ? whyNot() : "Another data set is open.";
    if (why !== null) {
      // The offer stands: it would go with its message.
      const again = () => void takeBack(dataset, info, parts);
      return showUndoable(session, "Not taken back", `${why} Or undo it image by image.`, again);
    }
    beginRun();
    isTakingBack = true;
    try {
      const title = `Taking back ${info.name}`;
      const now = session.getState().dataset ?? dataset;
      const failed = await takeBackIn(runOf(now, title, parts.length), [...parts].reverse(), act);
      bringBack((id) => id === info.id);
      const text = `${info.name} is back in ${imageCount(parts.length - failed.length)}.`;
      const stands =
        failed.length === 0 ? "" : ` It stands where the same pixels were edited since: ${named(failed).join(" ")}`;
      showInfo(session, "Taken back", `${text}${stands}`);
    } finally {
      isTakingBack = false;
      endRun(dataset);
    }
  }

  function act(document: OpenDocument, change: () => void): void {
    if (session.getState().image?.document === document) rebuildAfter(live, document, change);
    else change();
  }

  function runOf(dataset: Dataset, title: string, total: number) {
    return {
      dataset,
      documents,
      async keep() {
        await work.current()?.flush();
        if (session.getState().dataset?.id !== dataset.id) return "Stopped: another data set was opened.";
        if (session.getState().readOnly !== null) return "Stopped: another tab took the data set over.";
        return session.getState().saved === "failed" ? `Stopped: ${session.getState().savedDetail}` : null;
      },
      onProgress: (done: number) => session.setState({ busy: `${title}: ${done} of ${imageCount(total)}` }),
    };
  }

  const whyNot = (): string | null => (isRunning ? "Something else is running." : whyNotMany(session));

  /** From here on nothing may be exported: half of the labels would be of before. */
  function beginRun(): void {
    isRunning = true;
    session.setState({ changingMany: true });
  }

  function endRun(dataset: Dataset): void {
    isRunning = false;
    const isOpen = session.getState().dataset?.id === dataset.id;
    session.setState({ changingMany: false, ...(isOpen ? { busy: null } : {}) });
  }

  return {
    remove,
    relabelAll,
    keep: () => session.setState({ deleting: null }),
    async relabel(to) {
      const { deleting, image } = session.getState();
      session.setState({ deleting: null });
      if (deleting === null || image === null) return;
      const { info } = deleting;
      const { labels, width, height } = image.document;
      const rect = { x: 0, y: 0, width, height };
      const region = regionFromPredicate(rect, (x, y) => labels.data[y * width + x] === info.id);
      const name = classNameOf(classesOf(session.getState()), to);
      const ids = new Uint16Array(region.bits.length).fill(to);
      rebuildAfter(live, image.document, () =>
        image.document.edit(`Relabel ${info.name} as ${name}`, (edit) => edit.setLabels(region, ids)),
      );
      announce(session, `${pixels(deleting.pixels)} of ${info.name} are ${name} now`);
      if (deleting.elsewhere.length === 0) await remove(info.id);
    },
  };
}

/** A message names so many images at most. */
const mostNamed = 3;

function named(failed: readonly string[]): readonly string[] {
  const rest = failed.length - mostNamed;
  return [...failed.slice(0, mostNamed), ...(rest > 0 ? [`And ${rest} more.`] : [])];
}
