import { type ClassTable, classOf } from "../core/classTable";
import type { Dataset, DatasetItem } from "../dataset/types";
import type { Autosave } from "../project/autosave";
import type { KeptNote } from "../project/keptNote";
import { isNoFilter } from "../review/imageFilter";
import { loadDecided } from "./decided";
import type { Documents, EndedVisit, WorkedLabel } from "./documents";
import { imageOrder } from "./imageOrder";
import { loadChanged } from "./keptChanges";
import { createLatest } from "./latest";
import { loadPhoto, workImage } from "./photo";
import type { Photographs } from "./photographs";
import type { Services } from "./services";
import { classesOf, type OpenImage, type Session, type SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { summaryOf } from "./summaries";
import { announce, showError, showInfo } from "./tell";
import { noTiles } from "./tiles";

export interface Images {
  /** Forgets all documents and follows another data set (or none). */
  follow(autosave: Autosave | null): Promise<void>;
  open(index: number): Promise<void>;
  /** The next (1) or previous (-1) image of those that are shown, in their order. */
  step(direction: 1 | -1): void;
  /** The next of those that was not opened yet or has undecided suggestions, and is neither reviewed nor excluded. */
  nextUnreviewed(): void;
}

export function createImages(
  { client, decoder }: Pick<Services, "client" | "decoder">,
  session: SessionStore,
  settings: SettingsStore,
  documents: Documents,
  opened: (key: string) => void,
  see: Photographs["see"] = async (item) => item,
): Images {
  const opening = createLatest();
  let autosave: Autosave | null = null;
  const told = new Set<number>();

  async function load(dataset: Dataset, item: DatasetItem): Promise<OpenImage> {
    const [worked, photo] = await Promise.all([documents.edit(dataset, item), loadPhoto(item, decoder)]);
    tellOfLostWork(session, item, worked);
    const { document } = worked;
    document.setLocked(settings.getState().lockedClasses);
    return {
      item,
      document,
      unknown: unknownIn(session, worked),
      photo: photo?.bitmap ?? null,
      photoWindow: photo?.window ?? null,
    };
  }

  async function open(index: number): Promise<void> {
    const { dataset, image: shown } = session.getState();
    const given = dataset?.items[index];
    if (dataset === null || given === undefined) return;
    // What runs on the open image goes on; only another that is being opened is not wanted any more.
    if (shown?.item === given) return stay();
    const signal = opening.start();
    session.setState({ busy: `Opening ${given.name}` });
    // Others open documents and drop them meanwhile.
    const release = documents.hold(given.key);
    try {
      await autosave?.flush();
      const item = await see(given);
      const image = await load(dataset, item);
      if (signal.aborted) return image.photo?.close();
      // Others may have left the data set meanwhile.
      const at = session.getState().dataset?.items.findIndex(({ key }) => key === item.key) ?? index;
      show(image, at < 0 ? index : at);
      client.setImage(workImage(item, image.photo));
      documents.trim(item.key);
      opened(item.key);
      announce(session, `${item.name}, image ${session.getState().index + 1} of ${dataset.items.length}`);
      tellUnknown(image);
    } catch (error) {
      if (!signal.aborted) showError(session, `${given.name} could not be opened`, error);
    } finally {
      release();
      if (!signal.aborted) session.setState({ busy: null });
      opening.end(signal);
    }
  }

  /** Only some labels are looked at when a data set is opened: what a later one holds besides is said once it is shown. */
  function tellUnknown({ item, unknown, document }: OpenImage): void {
    // What the file holds may be gone from the label by now: a class that was deleted.
    const fresh = unknown.filter(({ id }) => !told.has(id) && document.labels.data.includes(id));
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
    const { tiles } = session.getState();
    const { key } = image.item;
    session.setState({ image, index, pointer: null, tiles: { ...tiles, current: key, anchor: key } });
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
      const unknown = { imageStates: new Map(), decided: new Map(), unreadable: new Map() };
      session.setState({ image: null, index: -1, tiles: noTiles, ...unknown });
      // Only now: while it is in the session it is drawn.
      image?.photo?.close();
      try {
        const nothing = [[], new Map<string, KeptNote>()] as const;
        const [kept, notes] = next === null ? nothing : await Promise.all([next.keys(), next.notes()]);
        const stateOf = (key: string) => ({
          changed: notes.get(key)?.changed ?? null,
          undecided: notes.get(key)?.undecided ?? null,
          kept: true,
        });
        session.setState({ imageStates: new Map(kept.map((key) => [key, stateOf(key)])) });
        if (next === null) return;
        void loadDecided(session, next, kept, notes, () => autosave === next);
        void loadChanged(session, next, kept, () => autosave === next);
      } catch (error) {
        showError(session, "Earlier work could not be read from this browser", error);
      }
    },
    step(direction) {
      const state = session.getState();
      const next = imageOrder(state).neighbour(state.index, direction);
      const which = direction > 0 ? "last" : "first";
      if (next === null) announce(session, `This is the ${which} image${ofShown(state)}`);
      else void open(next);
    },
    nextUnreviewed() {
      const state = session.getState();
      const { dataset, index, imageStates, summaries } = state;
      const items = dataset?.items ?? [];
      const order = imageOrder(state);
      const next = order.neighbour(index, 1);
      const start = next === null ? 0 : order.placeOf(next);
      for (let step = 0; step < order.shown.length; step++) {
        const at = order.shown[(start + step) % order.shown.length];
        const { key } = items[at];
        const { reviewed, excluded } = summaryOf(summaries, key);
        if (at !== index && !reviewed && !excluded && imageStates.get(key)?.undecided !== 0) return void open(at);
      }
      const here = imageStates.get(items[index]?.key)?.undecided ?? 0;
      const left = `${here} ${here === 1 ? "row is" : "rows are"} undecided in this one`;
      const all = `very ${here > 0 ? "other " : ""}image${ofShown(state)} was looked at`;
      announce(session, here > 0 ? `E${all}. ${left}.` : `E${all}`);
    },
  };
}

/** What the class table lacks in a label, but for classes that were deleted: its file may still hold these. */
export function unknownIn(session: SessionStore, { unknown }: Pick<WorkedLabel, "unknown">): ClassTable {
  const deleted = session.getState().removedClasses;
  return deleted.length === 0 ? unknown : unknown.filter(({ id }) => classOf(deleted, id) === undefined);
}

/** A filter may hide others. */
function ofShown({ filter }: Session): string {
  return isNoFilter(filter) ? "" : " of those that the filter shows";
}

/** Says what of the work kept for an image could not be brought back, and how a visit that was cut off ended. */
export function tellOfLostWork(
  session: SessionStore,
  { name }: DatasetItem,
  { passedOver, lostPast, ended }: Pick<WorkedLabel, "passedOver" | "lostPast" | "ended">,
): void {
  if (passedOver !== null) {
    const why = `${passedOver.message}. That work is set aside: nothing overwrites it.`;
    showAside(session, `Earlier work on ${name} could not be restored`, why);
  }
  if (lostPast) showInfo(session, `Not all of the earlier work on ${name} is there`, lost);
  if (ended === null) return;
  const said = endedText(ended);
  if (ended.isBroken) showAside(session, `Some changes to ${name} could not be restored`, said);
  else showInfo(session, `MaskMend ended without warning while ${name} was edited`, said);
}

function showAside(session: SessionStore, title: string, text: string): void {
  const open = () => session.setState({ dialog: "asides" });
  session.setState({ message: { kind: "error", title, text, action: { label: "Work set aside…", run: open } } });
  announce(session, `${title}: ${text}`);
}

/** What was restored after a visit that was cut off, and what is missing. */
export function endedText({ replayed, isBroken, begun }: EndedVisit): string {
  const time = (at: number) => new Date(at).toLocaleTimeString();
  const changes = replayed?.count === 1 ? "The last change was" : `The last ${replayed?.count} changes were`;
  const restored = replayed === null ? "" : `${changes} restored; the newest is of ${time(replayed.at)}.`;
  const broken = isBroken
    ? "Later ones are damaged or were made in another tab: they are set aside, and nothing overwrites them."
    : "";
  const missing =
    begun === null
      ? "What was done in the very last moment may be missing."
      : `A stroke begun at ${time(begun)} was not finished: it is missing.`;
  return [restored, broken, missing].filter((part) => part !== "").join(" ");
}

const lost =
  "Undo steps or suggestions from an earlier visit could not be read, perhaps because another tab changed them. Labels, mask and decisions are as you left them.";
