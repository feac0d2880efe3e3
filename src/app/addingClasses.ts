import { type ClassInfo, type ClassTable, classOf, mergeClasses, type Rgb } from "../core/classTable";
import { counted } from "../core/counted";
import { displayPalette, rgbKey, rgbToHex } from "../core/palette";
import { withClasses } from "../dataset/editClasses";
import type { Dataset } from "../dataset/types";
import { codingOf } from "../formats/labelCodec";
import type { Services } from "./services";
import { classesOf, type SessionStore } from "./session";
import type { SettingsStore } from "./settings";
import { announce, showError } from "./tell";

export interface AddingClasses {
  /**
   * Adds a class to the open data set and chooses it to paint with. All labels are looked through first: an id or colour
   * that one of them holds without a name would silently become this class. False when it was not added, and why was said.
   */
  add(wanted: Pick<ClassInfo, "name" | "color">): Promise<boolean>;
}

export function createAddingClasses(
  { decoder }: Pick<Services, "decoder">,
  session: SessionStore,
  settings: SettingsStore,
): AddingClasses {
  let isRunning = false;

  async function held(dataset: Dataset): Promise<Held> {
    const ids = new Set<number>();
    const colors = new Set<number>();
    for (const [done, { label }] of dataset.items.entries()) {
      if (session.getState().dataset?.id !== dataset.id) break;
      session.setState({ busy: `Looking for a free id: ${done} of ${counted(dataset.items.length, "label")}` });
      // A label that cannot be read says so when it is opened.
      const found = await label
        .bytes()
        .then((bytes) => decoder.decode(bytes, dataset.codec))
        .catch(() => null);
      for (const id of found?.counts.keys() ?? []) ids.add(id);
      for (const { color } of found?.unknownColors ?? []) colors.add(rgbKey(color));
    }
    return { ids, colors };
  }

  async function added(dataset: Dataset, { name, color }: Pick<ClassInfo, "name" | "color">): Promise<ClassInfo> {
    const known = classesOf(session.getState());
    if (known.some((info) => info.name === name)) throw new Error(`There is a class "${name}" already.`);
    const { ids, colors } = await held(dataset);
    if (
      isColorCoded(dataset) &&
      (colors.has(rgbKey(color)) || dataset.codec.colors.some((one) => isSame(one, color)))
    ) {
      throw new Error(`Labels hold the colour ${rgbToHex(color)} already. Choose another: it tells the classes apart.`);
    }
    // An undo may bring pixels of a deleted class back: they must not become the new one.
    const gone = session.getState().removedClasses.map(({ id }) => id);
    return { id: freeId(known, new Set([...ids, ...gone])), name, color, ignored: false };
  }

  return {
    async add(wanted) {
      const { dataset } = session.getState();
      if (dataset === null || isRunning) return false;
      isRunning = true;
      try {
        const info = await added(dataset, wanted);
        const now = session.getState().dataset;
        if (now?.id !== dataset.id) return false;
        session.setState({ dataset: withClasses(now, mergeClasses(now.classes, [info])) });
        settings.setState({ classId: info.id });
        announce(session, `Class ${info.name} added with id ${info.id}. It is painted with now.`);
        return true;
      } catch (error) {
        showError(session, `${wanted.name} was not added`, error);
        return false;
      } finally {
        isRunning = false;
        if (session.getState().dataset?.id === dataset.id) session.setState({ busy: null });
      }
    },
  };
}

/** What the labels hold: ids, and colours that no class stands for. */
interface Held {
  readonly ids: ReadonlySet<number>;
  readonly colors: ReadonlySet<number>;
}

/** Whether classes are told apart in the files by their colours, of which a new class needs one of its own. */
export function isColorCoded({ codec, items }: Dataset): boolean {
  return codec.colors.length > 0 && items.some(({ raster }) => codingOf(raster, codec) !== "ids");
}

/** Whether files hold this class by the colour that the user gave it: it was added. */
export function isCodedByUser(dataset: Dataset, id: number): boolean {
  return isColorCoded(dataset) && classOf((dataset.read ?? dataset).classes, id) === undefined;
}

/** A colour that no class has, neither on the screen nor in the files. */
export function freeColor({ classes, codec }: Dataset): Rgb {
  const taken = new Set([...classes, ...codec.colors].map(({ color }) => rgbKey(color)));
  return displayPalette(taken.size + 1).find((color) => !taken.has(rgbKey(color))) ?? [0, 0, 0];
}

function isSame({ color }: { readonly color: Rgb }, other: Rgb): boolean {
  return rgbKey(color) === rgbKey(other);
}

/** 255 is void nearly everywhere; beyond it files of 8 bits would have to grow. */
const voidId = 255;

function freeId(table: ClassTable, held: ReadonlySet<number>): number {
  const taken = new Set([...table.map(({ id }) => id), ...held, voidId]);
  const small = table.map(({ id }) => id).filter((id) => id < voidId);
  const next = Math.max(-1, ...small) + 1;
  // After the last one, where a reader of the list looks for it; else in a gap.
  for (const from of [next < voidId ? next : 0, 0]) {
    for (let id = from; id < voidId; id++) if (!taken.has(id)) return id;
  }
  for (let id = voidId + 1; ; id++) if (!taken.has(id)) return id;
}
