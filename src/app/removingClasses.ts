import { type ClassInfo, classNameOf, classOf, mergeClasses } from "../core/classTable";
import { counted } from "../core/counted";
import { countIds } from "../core/countIds";
import { regionFromPredicate } from "../core/region";
import { withClasses } from "../dataset/editClasses";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { DecidedAct } from "../project/decidedActs";
import type { OpenDocument } from "../review/types";
import { inEachImage, stands, takeActBack, tellOfAct, troublesOf, whyNotMany } from "./bulkRun";
import type { DecisionLog } from "./decisionLog";
import type { Documents } from "./documents";
import { type Live, rebuildAfter } from "./live";
import type { QueueImages } from "./queueImages";
import type { Services } from "./services";
import { classesOf, type OpenImage, type Session, type SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { pixelsMark, stepMark } from "./stepMark";
import { imageCount, pixels } from "./summary";
import { announce, showError, showInfo } from "./tell";
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
  /** What `relabelAll` did, also at earlier visits. */
  readonly acts: DecisionLog["store"];
  /** Takes such an act back, in all its images. */
  takeBack(act: DecidedAct): Promise<void>;
  /**
   * Brings a deleted class back as soon as this label holds it again, by undo, an accept or an import: an id without a name is
   * lost. Returns what ends it.
   */
  track(document: OpenDocument): () => void;
}

/** What was done, undone or redone in a label. */
interface Step {
  /** Of its pixels: the same whenever it is done, undone and redone, after a reload too. */
  readonly mark: string;
  /** It was undone or redone. */
  readonly travels: boolean;
}

export function createRemovingClasses(
  { decoder }: Pick<Services, "decoder">,
  session: SessionStore,
  settings: SettingsStore,
  documents: Pick<Documents, "documentFor" | "inMemory">,
  images: Pick<QueueImages, "use" | "nameOf">,
  work: Pick<Work, "current">,
  live: Pick<Live, "strokeEnded">,
  log: DecisionLog,
): RemovingClasses {
  /** Labels are being looked through. */
  let isLooking = false;
  /** Labels that hold a deleted class again are no surprise then. */
  let isTakingBack = false;

  /** @param step what was just done, undone or redone in the label; null: it was opened. */
  function restore(document: OpenDocument, step: (() => Step) | null): void {
    const { dataset, removedClasses } = session.getState();
    if (dataset === null || removedClasses.length === 0) return;
    const { key } = document;
    const counts = document.idCounts();
    const back = removedClasses.filter(({ id }) => counts.has(id));
    if (back.length === 0) return;
    const done = step?.() ?? null;
    const returned = new Map(session.getState().returnedClasses);
    for (const { id } of back) returned.set(id, new Map([[key, done?.mark ?? null]]));
    session.setState({
      dataset: withClasses(dataset, mergeClasses(dataset.classes, back)),
      removedClasses: removedClasses.filter((info) => !back.includes(info)),
      returnedClasses: returned,
    });
    if (isTakingBack) return;
    const image = images.nameOf(key);
    for (const { id, name } of back) {
      // Whoever takes a step back means what it did.
      if (done?.travels) announce(session, `${name} is a class again: ${image} holds it.`);
      else {
        const text = `${image} holds it again. Relabel it, then delete it anew.`;
        const holds = (now: Session): boolean => now.dataset?.id === dataset.id && now.returnedClasses.has(id);
        showInfo(session, `Deleted, and back: ${name}`, text, { holds });
      }
    }
  }

  /**
   * A class that came back goes again where the very step that brought it back is taken back, as by a redo after undo, and no
   * label holds it any more. Where something else took its last pixels, it stays until it is deleted anew.
   */
  function follow(document: OpenDocument, step: () => Step): void {
    const counts = document.idCounts();
    for (const [id, before] of session.getState().returnedClasses) {
      const brought = before.get(document.key);
      if (counts.has(id) === (brought !== undefined)) continue;
      const holders = new Map(before);
      if (counts.has(id)) holders.set(document.key, step().mark);
      else holders.delete(document.key);
      setHolders(id, holders);
      if (holders.size > 0) continue;
      const { dataset } = session.getState();
      const info = dataset === null ? undefined : classOf(dataset.classes, id);
      const isLocked = settings.getState().lockedClasses.has(id);
      if (dataset !== null && info !== undefined && brought === step().mark && !isLocked) drop(dataset, info);
    }
  }

  /** Where it is in no label, it is as any other class. */
  function setHolders(id: number, holders: ReadonlyMap<string, string | null>): void {
    const returned = new Map(session.getState().returnedClasses);
    if (holders.size > 0) returned.set(id, holders);
    else returned.delete(id);
    session.setState({ returnedClasses: returned });
  }

  /** The other images whose label, as it is worked on, holds the id. */
  async function holders(dataset: Dataset, { id, name }: ClassInfo) {
    const kept = new Set(await work.current()?.keys());
    const found = new Map<number, number>();
    for (const [index, item] of dataset.items.entries()) {
      session.setState({ busy: `Looking for ${name}: ${index} of ${counted(dataset.items.length, "label")}` });
      const isWorked = kept.has(item.key) || documents.inMemory(item.key) !== null;
      found.set(index, await pixelsIn(dataset, item, id, isWorked));
      if (session.getState().dataset?.id !== dataset.id) break;
    }
    // Work went on meanwhile: another image may be open by now, and one that was looked at may hold the class since.
    const open = session.getState().image?.item.key;
    return dataset.items.flatMap(({ key, name: image }, index) => {
      const document = documents.inMemory(key);
      const own = document === null ? (found.get(index) ?? 0) : (document.idCounts().get(id) ?? 0);
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
    if (dataset === null || isLooking) return;
    if (info === undefined)
      return announce(session, "Only this label knows the class: relabel its pixels to be rid of it");
    if (settings.getState().lockedClasses.has(id)) return announce(session, `${info.name} is locked. Unlock it first.`);
    isLooking = true;
    try {
      const elsewhere = await holders(dataset, info);
      const { dataset: now, image } = session.getState();
      if (now?.id !== dataset.id) return;
      const here = image?.document.idCounts().get(id) ?? 0;
      if (here > 0 || elsewhere.length > 0) session.setState({ deleting: { info, pixels: here, elsewhere } });
      else drop(now, info);
    } catch (error) {
      // A label that cannot be read may hold it.
      showError(session, `${info.name} was not deleted`, error);
    } finally {
      isLooking = false;
      if (session.getState().dataset?.id === dataset.id) session.setState({ busy: null });
    }
  }

  function drop(dataset: Dataset, { id }: ClassInfo): void {
    const info = classOf(dataset.classes, id);
    if (info === undefined) return;
    if (session.getState().returnedClasses.has(id)) setHolders(id, new Map());
    const classes = dataset.classes.filter((one) => one !== info);
    session.setState(({ removedClasses, image }) => ({
      dataset: withClasses(dataset, classes),
      removedClasses: [...removedClasses.filter((one) => one.id !== id), info],
      // The file may hold it still, and may have been opened when it was deleted before.
      image: image && { ...image, unknown: image.unknown.filter((one) => one.id !== id) },
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
    const why = isLooking ? "Labels are being looked through." : whyNotMany(session);
    if (why !== null) return announce(session, why);
    const { info } = deleting;
    const others = deleting.elsewhere.map(({ index }) => dataset.items[index].key);
    const keys = deleting.pixels > 0 && image !== null ? [image.item.key, ...others] : others;
    const name = classNameOf(classesOf(session.getState()), to);
    const done = `Relabelled ${info.name} as ${name}`;
    const act = log.begin(done, keys.length);
    let [changed, count] = [0, 0];
    const outcome = await inEachImage({ session, images, work }, `Relabelling ${info.name} as ${name}`, keys, (key) =>
      images.use(key, (one) => {
        const relabelled = relabelIn(one, info.id, to, `Relabel ${info.name} as ${name}`);
        if (relabelled === null) return;
        changed += relabelled.pixels;
        count++;
        act.add({ key, record: relabelled.step, findings: 0 });
      }),
    );
    const whole = act.end(done);
    const troubles = troublesOf(outcome);
    const details = [`${pixels(changed)} in ${imageCount(count)}.`, ...troubles].join(" ");
    if (whole === null)
      return showInfo(session, `${info.name} was not relabelled`, troubles.join(" ") || "No label holds it.");
    tellOfAct(session, `${done}.`, details, () => void takeBack(whole), stands(log, whole));
    if (troubles.length === 0) await remove(info.id);
  }

  /** Null: it holds none of it, or what it holds is locked. */
  function relabelIn({ document }: OpenImage, from: number, to: number, name: string) {
    const { labels, width, height } = document;
    const before = countIds(labels.data).get(from) ?? 0;
    const rect = { x: 0, y: 0, width, height };
    const region = regionFromPredicate(rect, (x, y) => labels.data[y * width + x] === from);
    const ids = new Uint16Array(region.bits.length).fill(to);
    const change = (): void => document.edit(name, (edit) => edit.setLabels(region, ids));
    if (session.getState().image?.document === document) rebuildAfter(live, document, change);
    else change();
    const relabelled = before - (countIds(labels.data).get(from) ?? 0);
    const step = document.past().done.at(-1);
    return relabelled === 0 || step === undefined ? null : { pixels: relabelled, step: stepMark(step) };
  }

  async function takeBack(act: DecidedAct): Promise<void> {
    isTakingBack = true;
    try {
      await takeActBack({ session, images, work }, log, act, () => void takeBack(act));
    } finally {
      isTakingBack = false;
    }
  }

  return {
    remove,
    relabelAll,
    keep: () => session.setState({ deleting: null }),
    acts: log.store,
    takeBack,
    track(document) {
      restore(document, null);
      let step: (() => Step) | null = null;
      const stops = [
        document.onStep((diffs, travels) => {
          // Most steps bring no class back: only where one does it is asked for.
          step = () => ({ mark: pixelsMark(diffs), travels });
        }),
        document.store.subscribe((now, before) => {
          if (now.steps === before.steps) return;
          restore(document, step);
          if (step !== null) follow(document, step);
        }),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
    async relabel(to) {
      const { deleting, image } = session.getState();
      session.setState({ deleting: null });
      if (deleting === null || image === null) return;
      const { info } = deleting;
      const name = classNameOf(classesOf(session.getState()), to);
      relabelIn(image, info.id, to, `Relabel ${info.name} as ${name}`);
      announce(session, `${pixels(deleting.pixels)} of ${info.name} are ${name} now`);
      if (deleting.elsewhere.length === 0) await remove(info.id);
    },
  };
}
