import { classOf } from "../core/classTable";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { Autosave } from "../project/autosave";
import { loadDecided } from "./decided";
import type { Documents, WorkedLabel } from "./documents";
import { createLatest } from "./latest";
import { loadPhoto, workImage } from "./photo";
import type { Services } from "./services";
import { announce, classesOf, type OpenImage, type SessionStore, showError, showInfo } from "./session";
import type { SettingsStore } from "./settings";

export interface Images {
  /** Forgets all documents and follows another data set (or none). */
  follow(autosave: Autosave | null): Promise<void>;
  open(index: number): Promise<void>;
  /** The next (1) or previous (-1) image. */
  step(direction: 1 | -1): void;
  /** The next image that was not opened yet or has undecided suggestions. */
  nextUnreviewed(): void;
}

export function createImages(
  { client, decoder }: Pick<Services, "client" | "decoder">,
  session: SessionStore,
  settings: SettingsStore,
  documents: Documents,
  opened: (key: string) => void,
): Images {
  const opening = createLatest();
  let autosave: Autosave | null = null;
  const told = new Set<number>();

  async function load(dataset: Dataset, item: DatasetItem): Promise<OpenImage> {
    const [worked, photo] = await Promise.all([documents.edit(dataset, item), loadPhoto(item, decoder)]);
    tellOfLostWork(session, item, worked);
    const { document, unknown } = worked;
    document.setLocked(settings.getState().lockedClasses);
    return { item, document, unknown, photo: photo?.bitmap ?? null, photoWindow: photo?.window ?? null };
  }

  async function open(index: number): Promise<void> {
    const { dataset, image: shown } = session.getState();
    const item = dataset?.items[index];
    if (dataset === null || item === undefined) return;
    // What runs on the open image goes on; only another that is being opened is not wanted any more.
    if (shown?.item === item) return stay();
    const signal = opening.start();
    session.setState({ busy: `Opening ${item.name}` });
    // Others open documents and drop them meanwhile.
    const release = documents.hold(item.key);
    try {
      await autosave?.flush();
      const image = await load(dataset, item);
      if (signal.aborted) return image.photo?.close();
      show(image, index);
      client.setImage(workImage(item, image.photo));
      documents.trim(item.key);
      opened(item.key);
      announce(session, `${item.name}, image ${index + 1} of ${dataset.items.length}`);
      tellUnknown(image);
    } catch (error) {
      if (!signal.aborted) showError(session, `${item.name} could not be opened`, error);
    } finally {
      release();
      if (!signal.aborted) session.setState({ busy: null });
      opening.end(signal);
    }
  }

  /** Only some labels are looked at when a data set is opened: what a later one holds besides is said once it is shown. */
  function tellUnknown({ item, unknown }: OpenImage): void {
    const fresh = unknown.filter(({ id }) => !told.has(id));
    // Numbers of objects are new in each label; that was said when the data set was opened.
    const areObjects = (session.getState().dataset?.classes.length ?? 0) > 256;
    if (fresh.length === 0 || areObjects) return;
    for (const { id } of fresh) told.add(id);
    const most = fresh
      .slice(0, 4)
      .map(({ id, name }) => (name.includes(`${id}`) || name.includes("#") ? name : `${name} (id ${id})`));
    const more = fresh.length > most.length ? `, and ${fresh.length - most.length} more` : "";
    const text = `${most.join(", ")}${more}. The pixels are kept as they are; check that this file is coded as the others are.`;
    showInfo(session, `${item.name} holds what the class table lacks`, text);
  }

  function stay(): void {
    if (opening.abort()) session.setState({ busy: null });
  }

  function show(image: OpenImage, index: number): void {
    const before = session.getState().image;
    session.setState({ image, index, pointer: null });
    const classes = classesOf(session.getState());
    const paintable = classes.find(({ ignored }) => !ignored);
    if (classOf(classes, settings.getState().classId) === undefined) settings.setState({ classId: paintable?.id ?? 0 });
    // Only now: while it is in the session it is drawn.
    before?.photo?.close();
  }

  return {
    open,
    async follow(next) {
      opening.abort();
      documents.follow(next);
      told.clear();
      autosave = next;
      const { image } = session.getState();
      session.setState({ image: null, index: -1, imageStates: new Map(), decided: new Map() });
      // Only now: while it is in the session it is drawn.
      image?.photo?.close();
      try {
        const [kept, counts] = next === null ? [[], new Map()] : await Promise.all([next.keys(), next.undecided()]);
        const stateOf = (key: string) => ({ changedPixels: 0, undecided: counts.get(key) ?? null, kept: true });
        session.setState({ imageStates: new Map(kept.map((key) => [key, stateOf(key)])) });
        if (next !== null) void loadDecided(session, next, kept, () => autosave === next);
      } catch (error) {
        showError(session, "Earlier work could not be read from this browser", error);
      }
    },
    step(direction) {
      const { dataset, index } = session.getState();
      const next = index + direction;
      if (dataset === null || next < 0 || next >= dataset.items.length) {
        return announce(session, direction > 0 ? "This is the last image" : "This is the first image");
      }
      void open(next);
    },
    nextUnreviewed() {
      const { dataset, index, imageStates } = session.getState();
      const items = dataset?.items ?? [];
      for (let step = 1; step < items.length; step++) {
        const at = (index + step) % items.length;
        const state = imageStates.get(items[at].key);
        if (state?.undecided !== 0) return void open(at);
      }
      const here = imageStates.get(items[index]?.key)?.undecided ?? 0;
      const left = `${here} ${here === 1 ? "row is" : "rows are"} undecided in this one`;
      announce(session, here > 0 ? `Every other image was looked at. ${left}.` : "Every image was looked at");
    },
  };
}

/** Says what of the work kept for an image could not be brought back. */
export function tellOfLostWork(
  session: SessionStore,
  { name }: DatasetItem,
  { passedOver, lostPast }: Pick<WorkedLabel, "passedOver" | "lostPast">,
): void {
  if (passedOver !== null) showError(session, `Earlier work on ${name} could not be restored`, passedOver);
  if (lostPast) showInfo(session, `Not all of the earlier work on ${name} is there`, lost);
}

const lost =
  "Undo steps or suggestions from an earlier visit could not be read, perhaps because another tab changed them. Labels, mask and decisions are as you left them.";
