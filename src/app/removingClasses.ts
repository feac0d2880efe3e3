import { type ClassInfo, classNameOf, classOf, mergeClasses } from "../core/classTable";
import { countIds } from "../core/countIds";
import { regionFromPredicate } from "../core/region";
import { withClasses } from "../dataset/editClasses";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { OpenDocument } from "../review/types";
import type { Documents } from "./documents";
import { followDocument } from "./followDocument";
import { type Live, rebuildAfter } from "./live";
import type { Services } from "./services";
import { announce, classesOf, type SessionStore, showError, showInfo } from "./session";
import type { SettingsStore } from "./settings";
import { pixels } from "./summary";
import type { Work } from "./work";

export interface RemovingClasses {
  /**
   * Deletes a class that no label holds. All labels are looked through first, as they are worked on; where some hold it, the
   * session asks (`deleting`).
   */
  remove(id: number): Promise<void>;
  /** Gives the open image's pixels of the class that is asked about another, one undo step, and deletes it if it is nowhere else. */
  relabel(to: number): Promise<void>;
  /** Leaves the class that is asked about alone. */
  keep(): void;
}

/** Also brings a deleted class back as soon as the open label holds it again, by undo or by an accept: an id without a name is lost. */
export function createRemovingClasses(
  { decoder }: Pick<Services, "decoder">,
  session: SessionStore,
  settings: SettingsStore,
  documents: Pick<Documents, "documentFor" | "inMemory">,
  work: Pick<Work, "current">,
  live: Pick<Live, "strokeEnded">,
): RemovingClasses {
  let isRunning = false;

  const restore = (document: OpenDocument): void => {
    const { dataset, removedClasses } = session.getState();
    if (dataset === null || removedClasses.length === 0) return;
    const counts = countIds(document.labels.data);
    const back = removedClasses.filter(({ id }) => counts.has(id));
    if (back.length === 0) return;
    session.setState({
      dataset: withClasses(dataset, mergeClasses(dataset.classes, back)),
      removedClasses: removedClasses.filter((info) => !back.includes(info)),
    });
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
    const found: { readonly name: string; readonly index: number }[] = [];
    for (const [index, item] of dataset.items.entries()) {
      session.setState({ busy: `Looking for ${name}: ${index} of ${dataset.items.length} labels` });
      const isWorked = kept.has(item.key) || documents.inMemory(item.key) !== null;
      if (await holds(dataset, item, id, isWorked)) found.push({ name: item.name, index });
      if (session.getState().dataset?.id !== dataset.id) break;
    }
    // Work went on meanwhile: another image may be open by now, and one that was looked at may hold the class since.
    const open = session.getState().image?.item.key;
    return dataset.items.flatMap(({ key, name: image }, index) => {
      const isFound = found.some((one) => one.index === index) || documents.inMemory(key)?.labels.data.includes(id);
      return key !== open && isFound ? [{ name: image, index }] : [];
    });
  }

  async function holds(dataset: Dataset, item: DatasetItem, id: number, isWorked: boolean): Promise<boolean> {
    if (isWorked) return (await documents.documentFor(dataset, item)).document.labels.data.includes(id);
    return (await decoder.decode(await item.label.bytes(), dataset.codec)).counts.has(id);
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

  return {
    remove,
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
